"""Model tests start from an environment that sets nothing, and from a store with two versions."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from src.models import InMemoryStore, Row


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    # MLflow is told its limits through the environment: what a test sets there goes with it.
    for name in (
        "MLFLOW_TRACKING_URI",
        "MLFLOW_TRACKING_TOKEN",
        "MLFLOW_HTTP_REQUEST_TIMEOUT",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
    ):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    for name in list(os.environ):
        if name.startswith(("APP_", "MODEL_")):
            monkeypatch.delenv(name)


def double(rows: Sequence[Row]) -> list[Any]:
    return [row["x"] * 2 for row in rows]


def triple(rows: Sequence[Row]) -> list[Any]:
    return [row["x"] * 3 for row in rows]


@pytest.fixture
def store() -> InMemoryStore:
    """``scale`` in two versions; the first, which doubles, is the champion."""
    store = InMemoryStore(lambda: datetime(2025, 1, 2, tzinfo=UTC))
    store.add("scale", double, metrics={"auc": 0.8, "loss": 0.4})
    store.add("scale", triple, metrics={"auc": 0.9, "loss": 0.3, "size": 7})
    store.set_alias("scale", "champion", 1)
    return store
