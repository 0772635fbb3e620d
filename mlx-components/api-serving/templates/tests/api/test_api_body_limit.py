"""Bodies that are too large are refused while they are read."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope
from starlette.types import Send as AsgiSend

from src.api import ApiSettings, LimitSettings
from src.api.app import create_app
from src.api.middleware import BodyLimit

Send = Callable[..., httpx.Response]


@pytest.fixture
def app() -> FastAPI:
    """Answers with the number of bytes that it was sent; at most 10 are allowed."""
    app = create_app(ApiSettings(limits=LimitSettings(max_body_bytes=10)))

    @app.post("/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    @app.post("/careless")
    async def careless(request: Request) -> str:
        try:
            await request.body()
        except Exception:
            return "all is well"
        return "read"

    @app.post("/json")
    async def json(body: dict[str, Any]) -> int:
        return len(body)

    return app


async def chunks(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


@pytest.mark.parametrize("size", [0, 9, 10])
def test_bodies_up_to_the_limit_pass(app: FastAPI, send: Send, size: int) -> None:
    response = send(app, "POST", "/length", content=b"x" * size)
    assert (response.status_code, response.json()) == (200, size)


def test_chunks_up_to_the_limit_pass(app: FastAPI, send: Send) -> None:
    assert send(app, "POST", "/length", content=chunks(4, 6)).json() == 10


def test_a_declared_length_beyond_the_limit(app: FastAPI, send: Send) -> None:
    response = send(app, "POST", "/length", content=b"x" * 11)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/length", "/json"])
def test_chunks_beyond_the_limit(app: FastAPI, send: Send, path: str) -> None:
    response = send(app, "POST", path, content=chunks(6, 5))
    assert response.status_code == 413
    assert response.json()["status"] == 413


def test_a_length_that_was_understated(app: FastAPI, send: Send) -> None:
    response = send(app, "POST", "/length", content=chunks(6, 5), headers={"content-length": "3"})
    assert response.status_code == 413


@pytest.mark.parametrize("declared", ["9" * 5000, "+1", "-1", "x"])
def test_strange_lengths_do_not_break_it(app: FastAPI, send: Send, declared: str) -> None:
    response = send(
        app, "POST", "/length", content=chunks(6, 6), headers={"content-length": declared}
    )
    assert response.status_code == 413


def test_a_handler_that_hides_the_refusal_cannot(app: FastAPI, send: Send) -> None:
    response = send(app, "POST", "/careless", content=chunks(20))
    assert response.status_code == 413


def test_no_more_is_read_than_up_to_the_limit(app: FastAPI, send: Send) -> None:
    asked = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1000):
            asked.append(number)
            yield b"xxxx"

    assert send(app, "POST", "/length", content=endless()).status_code == 413
    assert len(asked) == 3


def test_a_response_that_has_begun_is_broken_off() -> None:
    sent: list[Message] = []

    async def echo(_: Scope, receive: Receive, send: AsgiSend) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            message = await receive()
            await send({"type": "http.response.body", "body": message["body"], "more_body": True})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 6, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    with pytest.raises(HTTPException):
        asyncio.run(BodyLimit(echo, max_bytes=10)(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
