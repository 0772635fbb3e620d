"""API tests talk to an application over HTTP, without a network."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

Send = Callable[..., httpx.Response]


@pytest.fixture(autouse=True)
def _no_api_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("APP_", "API_")):
            monkeypatch.delenv(name)


@pytest.fixture
def send() -> Send:
    """``send(app, method, path, ...)``; the other arguments are those of ``httpx.request``."""

    def send_request(app: FastAPI, method: str, path: str, **request: Any) -> httpx.Response:
        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, **request)

        return asyncio.run(exchange())

    return send_request
