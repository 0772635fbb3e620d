"""Predicts: finds the model, prepares the rows, asks it."""

import atexit
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from src.models import (
    InvalidInputError,
    InvalidModelError,
    ModelLoader,
    ModelReference,
    ModelStore,
    ModelVersion,
    Row,
)
from src.plugins import PluginRegistry
from src.prediction.preprocessing import PREPROCESSOR, Preprocessor


@dataclass(frozen=True)
class Prediction:
    """Results by row, and the version that they are of."""

    version: ModelVersion
    results: list[Any]


@dataclass(frozen=True)
class Backend:
    """What predictions need, once it is built."""

    store: ModelStore
    loader: ModelLoader
    plugins: PluginRegistry


class PredictionService:
    """Builds its backend when it is first needed: an application starts without a registry.

    ``preprocessors`` are names by model. A backend that could not be built is tried again at the
    next call. Safe to use from several threads.
    """

    def __init__(
        self,
        build_backend: Callable[[], Backend],
        preprocessors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._build_backend = build_backend
        self._preprocessors = dict(preprocessors or {})
        self._backend: Backend | None = None
        self._lock = threading.Lock()

    @property
    def store(self) -> ModelStore:
        """Where the models are."""
        return self._built().store

    def prepare(self, reference: ModelReference) -> ModelVersion:
        """Load a model and what its rows go through, so that predicting will not have to wait.

        Raises:
            ModelError: the model cannot be loaded.
            PluginError: a preprocessor is missing, or cannot be set up.
        """
        self._steps(reference.name)
        return self._built().loader.load(reference).version

    def predict(self, reference: ModelReference, rows: Sequence[Row]) -> Prediction:
        """
        Raises:
            InvalidInputError: the rows are not what the model, or a preprocessor, takes.
            ModelError: the model cannot be loaded, or answers wrongly.
            PluginError: as :meth:`prepare`.
        """
        loaded = self._built().loader.load(reference)
        prepared = rows
        for name, step in self._steps(reference.name):
            try:
                prepared = step.process(prepared)
            except ValueError as error:
                raise InvalidInputError(f"{name}: {error}") from error
            if len(prepared) != len(rows):
                raise InvalidModelError(
                    f"the preprocessor {name} made {len(prepared)} rows of {len(rows)}"
                )
        results = loaded.model.predict(prepared)
        if len(results) != len(rows):
            raise InvalidModelError(
                f"{loaded.version} gave {len(results)} results for {len(rows)} rows"
            )
        return Prediction(loaded.version, [_as_json(result) for result in results])

    def close(self) -> None:
        """Tear down the plugins. The service may be used again, and builds anew."""
        with self._lock:
            backend, self._backend = self._backend, None
        if backend is not None:
            atexit.unregister(backend.plugins.stop)
            backend.plugins.stop()

    def _built(self) -> Backend:
        with self._lock:
            if self._backend is None:
                self._backend = self._build_backend()
                # Applications may be served without a lifespan: the process's end always comes.
                atexit.register(self._backend.plugins.stop)
            return self._backend

    def _steps(self, model: str) -> list[tuple[str, Preprocessor]]:
        plugins = self._built().plugins
        names = self._preprocessors.get(model, ())
        return [(name, plugins.get(PREPROCESSOR, name)) for name in names]


def _as_json(value: Any) -> Any:
    # JSON has neither NaN nor infinity.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    return value
