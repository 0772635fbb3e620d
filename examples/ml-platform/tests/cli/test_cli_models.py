"""What is said of models, and how a version is put to use."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from src.models import InMemoryStore, ModelReference, RegistryUnavailableError, resolve

Run = Callable[..., Any]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> InMemoryStore:
    """The store of every command: ``scale`` in two versions, the first in use."""
    store = InMemoryStore(lambda: datetime(2025, 1, 2, 3, 4, tzinfo=UTC))
    store.add("scale", len, metrics={"auc": 0.8}, tags={"team": "risk"})
    store.add("scale", len, metrics={"auc": 0.9, "loss": 0.25})
    store.set_alias("scale", "champion", 1)
    monkeypatch.setattr("src.models.build_store", lambda _=None: store)
    return store


@pytest.mark.usefixtures("store")
def test_listing(run: Run) -> None:
    assert run("models", "list").output.splitlines() == [
        "model  newest  champion",
        "scale  2       1",
    ]
    listed = json.loads(run("models", "list", "--json").output)
    assert listed == [{"model": "scale", "newest": 2, "in_use": 1}]


@pytest.mark.usefixtures("store")
def test_showing(run: Run) -> None:
    assert run("models", "show", "scale").output.splitlines() == [
        "version  created           aliases   auc  loss",
        "2        2025-01-02 03:04            0.9  0.25",
        "1        2025-01-02 03:04  champion  0.8",
    ]
    newest, oldest = json.loads(run("models", "show", "scale", "--json").output)
    assert newest["metrics"] == {"auc": 0.9, "loss": 0.25}
    assert (oldest["aliases"], oldest["tags"]) == (["champion"], {"team": "risk"})


def test_promoting(run: Run, store: InMemoryStore) -> None:
    done = run("models", "promote", "scale/2", "--metric", "auc", "--minimum-gain", "0.05")
    assert (done.exit_code, done.output) == (0, "scale@champion is version 2, before it 1\n")
    assert resolve(store, ModelReference("scale", alias="champion")).version == 2
    assert (
        "scale@shadow is version 1\n"
        in run("models", "promote", "scale/1", "--alias", "shadow").output
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["promote", "scale/2", "--metric", "auc", "--lower-is-better"], "not better"),
        (["promote", "scale/7"], "no version 7"),
        (["promote", "scale"], "NAME/VERSION"),
        (["promote", "a b/1"], "names no model"),
        (["promote", "scale/1", "--alias", "v2"], "no alias"),
        (["show", "nothing"], "nothing"),
    ],
)
@pytest.mark.usefixtures("store")
def test_what_cannot_be_done_is_told(run: Run, arguments: list[str], told: str) -> None:
    done = run("models", *arguments)
    assert done.exit_code == 1
    assert told in done.output


def test_a_registry_that_is_away_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object = None) -> None:
        raise RegistryUnavailableError("the registry cannot be read")

    monkeypatch.setattr("src.models.build_store", fail)
    done = run("models", "list")
    assert (done.exit_code, done.output) == (1, "the registry cannot be read\n")


def test_without_models_there_is_an_empty_table(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.models.build_store", lambda _=None: InMemoryStore())
    assert run("models", "list").output == "model  newest  champion\n"


def test_a_bug_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.models.build_store", lambda _=None: None)
    assert isinstance(run("models", "list").exception, AttributeError)
