"""Every error is a problem document with the id of its request."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from src.api import ApiSettings
from src.api.app import create_app

Send = Callable[..., httpx.Response]


@pytest.fixture
def app() -> FastAPI:
    app = create_app(ApiSettings())

    @app.get("/items/{number}")
    async def item(number: int) -> int:
        return number

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    @app.get("/limited")
    async def limited() -> None:
        raise HTTPException(429, "Slow down.", headers={"Retry-After": "3"})

    @app.get("/detailed")
    async def detailed() -> None:
        raise HTTPException(409, {"version": 4})

    @app.get("/unchanged")
    async def unchanged() -> None:
        raise HTTPException(304)

    return app


def test_a_path_that_is_not_there(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/nowhere")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
        "instance": "/nowhere",
        "request_id": response.headers["x-request-id"],
    }


def test_a_method_that_is_not_allowed(app: FastAPI, send: Send) -> None:
    response = send(app, "DELETE", "/health")
    assert (response.status_code, response.headers["allow"]) == (405, "GET")


def test_invalid_input_is_located_and_not_repeated(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/items/hunter2")
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["location"] == ["path", "number"]
    assert "hunter2" not in str(response.json()["errors"])


def test_an_unexpected_error_tells_nothing_internal(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/broken")
    assert response.status_code == 500
    assert "hunter2" not in response.text
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_headers_of_an_error_are_kept(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/limited")
    assert (response.status_code, response.headers["retry-after"]) == (429, "3")
    assert response.json()["detail"] == "Slow down."


def test_a_structured_detail_is_kept(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/detailed")
    assert (response.status_code, response.json()["context"]) == (409, {"version": 4})


def test_a_status_without_a_body_has_none(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/unchanged")
    assert (response.status_code, response.content) == (304, b"")
