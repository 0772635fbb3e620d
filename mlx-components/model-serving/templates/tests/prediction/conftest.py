"""Prediction tests talk to an application over HTTP, without a network and without MLflow."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from src.plugins import plugin

Send = Callable[..., httpx.Response]

MODULE = f"""\
from {plugin.__module__} import plugin

torn_down = []


def double(rows):
    return [row["x"] * 2 for row in rows]


@plugin("preprocessor", "add", host=">=1,<2")
class Add:
    def __init__(self, amount=1):
        self.amount = amount

    def process(self, rows):
        return [{{**row, "x": row["x"] + self.amount}} for row in rows]

    def teardown(self):
        torn_down.append(self)


@plugin("preprocessor", "square", requires=["preprocessor/add"])
class Square:
    def process(self, rows):
        if any(row["x"] < 0 for row in rows):
            raise ValueError("x must not be negative")
        return [{{"x": row["x"] ** 2}} for row in rows]


@plugin("preprocessor", "lose")
class Lose:
    def process(self, rows):
        return rows[1:]
"""


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("APP_", "API_", "MLFLOW_", "MODEL_", "PLUGIN_", "PREDICTION_")):
            monkeypatch.delenv(name)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module with a model and preprocessors."""
    (tmp_path / "models_of_this_test.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return "models_of_this_test"


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
