"""From configuration to a store and a loader."""

from collections.abc import Sequence
from typing import Any

import pytest

from src.config import ConfigError, load_section
from src.models import (
    InMemoryStore,
    ModelReference,
    ModelSettings,
    Row,
    build_loader,
    build_store,
)


@pytest.fixture(autouse=True)
def _local_models(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "class Adder:\n    def predict(self, rows):\n        return [r['x'] + 1 for r in rows]\n"
        "adder = Adder()\nnumber = 3\nclass Other:\n    pass\n"
        "def double(rows):\n    return [r['x'] * 2 for r in rows]\n"
    )
    (tmp_path / "local_models_of_this_test.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)


def predict(settings: ModelSettings, name: str, rows: Sequence[Row]) -> list[Any]:
    loader = build_loader(build_store(settings), settings)
    return loader.load(ModelReference(name)).model.predict(rows)


def test_without_an_address_there_are_the_local_models() -> None:
    # Whatever models the project has itself.
    store = build_store(load_section("models", ModelSettings, ["~models.local"]))
    assert isinstance(store, InMemoryStore)
    assert store.names() == []
    assert build_loader(store)


@pytest.mark.parametrize(("attribute", "result"), [("double", 10), ("adder", 6), ("Adder", 6)])
def test_a_local_model(attribute: str, result: int) -> None:
    override = f"+models.local.scale='local_models_of_this_test:{attribute}'"
    settings = load_section("models", ModelSettings, [override])
    assert predict(settings, "scale", [{"x": 5}]) == [result]


@pytest.mark.parametrize(
    "path",
    [
        "local_models_of_this_test:number",
        "local_models_of_this_test:Other",
        "local_models_of_this_test:nothing",
        "no_such_module_here:x",
        "not a path",
    ],
)
def test_a_local_model_that_is_none_is_named(path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build_store(ModelSettings(local={"scale": path}))
    assert [problem.key for problem in caught.value.problems] == ["models.local.scale"]


def test_variables_reach_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "hunter2")
    monkeypatch.setenv("MODEL_DEFAULT_ALIAS", "blue")
    monkeypatch.setenv("MODEL_CACHE_SIZE", "3")
    monkeypatch.setenv("MODEL_REFRESH_SECONDS", "0.5")
    settings = load_section("models", ModelSettings)
    assert settings.tracking_uri == "http://127.0.0.1:5000"
    assert settings.tracking_token is not None
    assert settings.tracking_token.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)
    assert (settings.default_alias, settings.cache.max_models) == ("blue", 3)
    assert settings.cache.refresh_seconds == 0.5


def test_variables_that_are_empty_are_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "")
    settings = load_section("models", ModelSettings)
    assert (settings.tracking_uri, settings.tracking_token) == (None, None)


def test_an_alias_that_reads_as_a_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_DEFAULT_ALIAS", "v3")
    with pytest.raises(ConfigError) as caught:
        load_section("models", ModelSettings)
    assert caught.value.problems[0].variables == ("MODEL_DEFAULT_ALIAS",)
