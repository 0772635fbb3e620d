"""From rows to results."""

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

import pytest

from src.models import (
    InMemoryStore,
    InvalidInputError,
    InvalidModelError,
    ModelLoader,
    ModelNotFoundError,
    ModelReference,
)
from src.plugins import PluginRegistry, UnknownPluginError, add_modules
from src.prediction import PREPROCESSOR, PredictionService
from src.prediction.checks import ModelsCheck
from src.prediction.service import Backend

SCALE = ModelReference("scale")
MakeService = Callable[..., PredictionService]


@pytest.fixture
def make_service(module: str) -> MakeService:
    """A service of one model, which answers as ``function`` does."""

    def make(
        function: Callable[..., Any] | None = None, preprocessors: tuple[str, ...] = ()
    ) -> PredictionService:
        def build() -> Backend:
            store = InMemoryStore()
            store.add("scale", function or (lambda rows: [row["x"] * 2 for row in rows]))
            plugins = PluginRegistry([PREPROCESSOR])
            add_modules(plugins, [module])
            return Backend(store, ModelLoader(store), plugins)

        return PredictionService(build, {"scale": preprocessors})

    return make


def test_rows_become_results(make_service: MakeService) -> None:
    prediction = make_service().predict(SCALE, [{"x": 1}, {"x": 2}])
    assert (prediction.version.version, prediction.results) == (1, [2, 4])


def test_rows_go_through_preprocessors_in_order(make_service: MakeService) -> None:
    rows = [{"x": 2}]
    assert make_service(None, ("add", "square")).predict(SCALE, rows).results == [18]
    assert make_service(None, ("square", "add")).predict(SCALE, rows).results == [10]
    assert rows == [{"x": 2}]


def test_a_row_that_a_preprocessor_does_not_take(make_service: MakeService) -> None:
    with pytest.raises(InvalidInputError, match="square: x must not be negative"):
        make_service(None, ("square",)).predict(SCALE, [{"x": -1}])


@pytest.mark.parametrize(
    ("function", "preprocessors"), [(None, ("lose",)), (lambda rows: rows[1:], ())]
)
def test_every_row_must_have_a_result(
    make_service: MakeService, function: Any, preprocessors: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidModelError):
        make_service(function, preprocessors).predict(SCALE, [{"x": 1}, {"x": 2}])


def test_a_preprocessor_that_is_not_there(make_service: MakeService) -> None:
    service = make_service(None, ("cube",))
    with pytest.raises(UnknownPluginError, match="cube"):
        service.predict(SCALE, [{"x": 1}])
    with pytest.raises(UnknownPluginError, match="cube"):
        service.prepare(SCALE)


def test_what_json_does_not_know_is_null(make_service: MakeService) -> None:
    odd = {"p": (float("nan"), float("inf"), 0.5)}
    service = make_service(lambda _: [odd])
    assert service.predict(SCALE, [{}]).results == [{"p": [None, None, 0.5]}]


def test_nothing_is_built_before_it_is_needed_and_once(make_service: MakeService) -> None:
    built = []
    inner = make_service()

    def build() -> Backend:
        built.append(1)
        if len(built) == 1:
            raise ConnectionError("not yet")
        return Backend(inner.store, ModelLoader(inner.store), PluginRegistry([PREPROCESSOR]))

    service = PredictionService(build)
    assert built == []
    with pytest.raises(ConnectionError):
        service.predict(SCALE, [{"x": 1}])
    for _ in range(2):
        assert service.predict(SCALE, [{"x": 1}]).results == [2]
    assert len(built) == 2


def test_closing_tears_plugins_down(make_service: MakeService, module: str) -> None:
    torn_down = importlib.import_module(module).torn_down
    torn_down.clear()
    service = make_service(None, ("add",))
    service.close()
    service.predict(SCALE, [{"x": 1}])
    service.close()
    assert len(torn_down) == 1
    assert service.predict(SCALE, [{"x": 1}]).results == [4]
    service.close()


def test_a_check_holds_when_models_load(make_service: MakeService) -> None:
    service = make_service()
    assert asyncio.run(ModelsCheck(service, [SCALE]).check()).ok is True
    other = ModelReference("other")
    with pytest.raises(ModelNotFoundError):
        service.prepare(other)
    result = asyncio.run(ModelsCheck(service, [SCALE, other]).check())
    assert result.ok is False
    assert "other" in result.detail
