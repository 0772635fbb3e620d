"""A response must begin in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from src.api import ApiSettings, LimitSettings
from src.api.app import create_app

Send = Callable[..., httpx.Response]


@pytest.fixture
def app() -> FastAPI:
    app = create_app(ApiSettings(limits=LimitSettings(request_timeout_seconds=0.05)))
    app.state.cancelled = False

    @app.get("/hangs")
    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            app.state.cancelled = True
            raise

    @app.get("/blocks")
    def blocks() -> None:
        time.sleep(0.2)

    @app.get("/streams")
    async def streams() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"x"
                await asyncio.sleep(0.03)

        return StreamingResponse(parts())

    @app.get("/fails")
    async def fails() -> None:
        raise TimeoutError

    return app


def test_a_handler_that_hangs_is_cancelled(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/hangs")
    assert response.status_code == 504
    assert response.headers["content-type"] == "application/problem+json"
    assert app.state.cancelled


def test_a_handler_in_a_thread_does_not_hold_the_caller(app: FastAPI, send: Send) -> None:
    assert send(app, "GET", "/blocks").status_code == 504


def test_a_response_that_has_begun_may_last(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/streams")
    assert (response.status_code, response.text) == (200, "xxx")


def test_a_timeout_of_the_handler_itself_is_an_error(app: FastAPI, send: Send) -> None:
    assert send(app, "GET", "/fails").status_code == 500


def test_what_is_in_time_passes(app: FastAPI, send: Send) -> None:
    assert send(app, "GET", "/health").status_code == 200
