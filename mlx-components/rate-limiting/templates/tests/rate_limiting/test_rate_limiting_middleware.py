"""Who is refused, and what they are told."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope
from starlette.types import Send as AsgiSend

from src.api.middleware import RequestId
from src.rate_limiting import RateLimit
from src.rate_limiting.clients import client_key
from src.utils import SlidingWindow

Send = Callable[..., httpx.Response]


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def app(clock: Time) -> FastAPI:
    """Two requests in ten seconds; a key tells clients apart."""
    app = FastAPI()
    limiter = SlidingWindow(2, 10, clock=clock)
    app.add_middleware(
        RateLimit, limiter=limiter, client_header="X-Api-Key", exempt_paths=["/free"]
    )
    app.add_middleware(RequestId)

    @app.get("/work")
    async def work() -> str:
        return "done"

    @app.get("/free")
    async def free() -> str:
        return "free"

    return app


def test_the_request_beyond_the_limit_is_refused(app: FastAPI, send: Send, clock: Time) -> None:
    assert [send(app, "/work").status_code for _ in range(2)] == [200, 200]
    clock.now += 2.5
    response = send(app, "/work")
    assert response.status_code == 429
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"] == "8"
    assert response.json()["status"] == 429
    assert response.json()["request_id"] == response.headers["x-request-id"]
    clock.now += 7.5
    assert send(app, "/work").status_code == 200


def test_every_response_says_how_it_stands(app: FastAPI, send: Send) -> None:
    stands = []
    for _ in range(3):
        headers = send(app, "/work").headers
        stands.append((headers["ratelimit-limit"], headers["ratelimit-remaining"]))
        assert headers["ratelimit-reset"] == "10"
    assert stands == [("2", "1"), ("2", "0"), ("2", "0")]


def test_clients_are_counted_apart(app: FastAPI, send: Send) -> None:
    for _ in range(3):
        send(app, "/work")
    assert send(app, "/work", client="192.0.2.2").status_code == 200
    assert send(app, "/work", headers={"X-Api-Key": "a"}).status_code == 200
    assert send(app, "/work", headers={"X-Api-Key": "b"}).status_code == 200


def test_one_key_is_one_client_wherever_it_comes_from(app: FastAPI, send: Send) -> None:
    statuses = [
        send(app, "/work", client=f"192.0.2.{number}", headers={"X-Api-Key": "a"}).status_code
        for number in range(3)
    ]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize("root_path", ["", "/scores"])
def test_exempt_paths_are_not_counted(app: FastAPI, send: Send, root_path: str) -> None:
    for _ in range(5):
        response = send(app, f"{root_path}/free", root_path=root_path)
        assert response.status_code == 200
        assert "ratelimit-limit" not in response.headers
    assert send(app, "/work").status_code == 200


def test_what_is_no_request_passes() -> None:
    seen = []

    async def inner(scope: Scope, _: Receive, __: AsgiSend) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {}

    async def send(_: Message) -> None:
        pass

    middleware = RateLimit(inner, limiter=SlidingWindow(1, 1))
    for _ in range(2):
        asyncio.run(middleware({"type": "lifespan"}, receive, send))
    assert seen == ["lifespan", "lifespan"]


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_addresses_of_one_client(one: str, other: str, are_same: bool) -> None:
    keys = {client_key({"type": "http", "client": (host, 1)}) for host in (one, other)}
    assert (len(keys) == 1) is are_same


def test_a_client_without_an_address() -> None:
    assert client_key({"type": "http", "client": None}) == client_key({"type": "http"})


def test_a_key_is_not_kept_as_it_is() -> None:
    scope = {"type": "http", "headers": [(b"x-api-key", b"hunter2")]}
    assert "hunter2" not in client_key(scope, "X-Api-Key")
