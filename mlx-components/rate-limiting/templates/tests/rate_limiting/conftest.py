"""Rate limit tests talk to an application over HTTP, without a network."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

Send = Callable[..., httpx.Response]


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("APP_", "API_", "RATE_LIMIT_")):
            monkeypatch.delenv(name)


@pytest.fixture
def send() -> Send:
    """``send(app, path, client=…, root_path=…, headers=…)``."""

    def send_request(
        app: ASGIApp, path: str, client: str = "192.0.2.1", root_path: str = "", **request: Any
    ) -> httpx.Response:
        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, client=(client, 1), root_path=root_path)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as session:
                return await session.get(path, **request)

        return asyncio.run(exchange())

    return send_request
