"""Every request has an id."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, Request

from src.api import ApiSettings, LimitSettings
from src.api.app import create_app

Send = Callable[..., httpx.Response]


@pytest.fixture
def app() -> FastAPI:
    app = create_app(ApiSettings(limits=LimitSettings(max_body_bytes=1)))

    @app.get("/id")
    async def request_id(request: Request) -> str:
        return str(request.state.request_id)

    return app


def test_handlers_and_callers_see_the_same_id(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/id")
    assert response.json() == response.headers["x-request-id"]


def test_ids_differ(app: FastAPI, send: Send) -> None:
    assert send(app, "GET", "/id").json() != send(app, "GET", "/id").json()


def test_a_well_formed_id_is_taken_over(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/id", headers={"X-Request-ID": "trace-1.a_B"})
    assert response.json() == "trace-1.a_B"


@pytest.mark.parametrize("offered", ["", "a b", "x" * 129, "{}", "a;b"])
def test_another_id_is_replaced(app: FastAPI, send: Send, offered: str) -> None:
    response = send(app, "GET", "/id", headers={"X-Request-ID": offered})
    assert response.json() != offered
    assert len(response.json()) == 32


def test_refusals_carry_it_too(app: FastAPI, send: Send) -> None:
    response = send(app, "POST", "/id", content=b"xx", headers={"X-Request-ID": "mine"})
    assert (response.status_code, response.headers["x-request-id"]) == (413, "mine")
    assert response.json()["request_id"] == "mine"
