"""Requests beyond the limit are refused at once."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from src.api import ApiSettings, LimitSettings
from src.api.app import create_app


def busy_app() -> FastAPI:
    """Works on two requests at a time; those to /work last until ``release`` is set."""
    limits = LimitSettings(max_concurrent_requests=2, retry_after_seconds=7)
    app = create_app(ApiSettings(limits=limits))
    app.state.release = asyncio.Event()
    app.state.working = asyncio.Semaphore(0)

    @app.get("/work")
    async def work() -> str:
        app.state.working.release()
        await app.state.release.wait()
        return "done"

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError

    return app


def while_busy(
    app: FastAPI,
    ask: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]],
    root_path: str = "",
) -> tuple[httpx.Response, list[int]]:
    """What ``ask`` gets while two requests are in progress, and how those two end."""

    async def exchange() -> tuple[httpx.Response, list[int]]:
        transport = httpx.ASGITransport(app=app, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            working = [asyncio.create_task(client.get("/work")) for _ in range(2)]
            for _ in working:
                await app.state.working.acquire()
            response = await ask(client)
            app.state.release.set()
            return response, [(await task).status_code for task in working]

    return asyncio.run(exchange())


def test_the_request_beyond_the_limit_is_refused() -> None:
    response, others = while_busy(busy_app(), lambda client: client.get("/info"))
    assert response.status_code == 503
    assert response.headers["retry-after"] == "7"
    assert response.headers["content-type"] == "application/problem+json"
    assert others == [200, 200]


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_health_is_answered_all_the_same(path: str) -> None:
    response, _ = while_busy(busy_app(), lambda client: client.get(path))
    assert response.status_code == 200


def test_health_is_found_under_a_root_path() -> None:
    response, _ = while_busy(busy_app(), lambda client: client.get("/scores/health"), "/scores")
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/info", "/fails"])
def test_places_are_given_back(path: str) -> None:
    app = busy_app()

    async def exchange() -> list[int]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [(await client.get(path)).status_code for _ in range(5)]

    assert 503 not in asyncio.run(exchange())
