"""Loads models once, and notices when an alias moves."""

import logging
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from src.models.errors import RegistryUnavailableError
from src.models.model import Model, ModelReference, ModelVersion
from src.models.store import ModelStore, resolve
from src.utils import Clock, RetryPolicy, Sleep, TtlCache, cached, call_with_retry

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedModel:
    """A model that is ready, and which version it is."""

    version: ModelVersion
    model: Model


class ModelLoader:
    """Keeps the ``max_models`` models that were used last, and asks which version an alias means
    at most every ``refresh_seconds``.

    Callers that want one model at one time share its loading. What the registry could not answer is
    tried again as ``retry`` says; if that does not help, the version that was last known is served
    on. Safe to use from several threads.
    """

    def __init__(
        self,
        store: ModelStore,
        *,
        default_alias: str | None = None,
        max_models: int = 8,
        refresh_seconds: float = 30,
        retry: RetryPolicy | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._store = store
        self._default_alias = default_alias
        self._retry = retry or RetryPolicy(retry_on=(RegistryUnavailableError,))
        self._clock = clock
        self._sleep = sleep
        self._last_known: TtlCache[ModelReference, ModelVersion] = TtlCache(1000)
        versions: TtlCache[Hashable, Any] = TtlCache(1000, refresh_seconds, clock=clock)
        models: TtlCache[Hashable, Any] = TtlCache(max_models)
        self._version_of = cached(versions)(self._resolve)
        self._model_of = cached(models, key=str)(self._load)

    def load(self, reference: ModelReference) -> LoadedModel:
        """The model that ``reference`` means; a bare name means the default alias.

        Raises:
            ModelError: it is not there, or cannot be loaded.
        """
        version = self._version_of(reference)
        return LoadedModel(version, self._model_of(version))

    def _resolve(self, reference: ModelReference) -> ModelVersion:
        try:
            version = call_with_retry(
                lambda: resolve(self._store, reference, self._default_alias),
                self._retry,
                clock=self._clock,
                sleep=self._sleep,
            )
        except RegistryUnavailableError as error:
            known = self._last_known.get(reference, None)
            if known is None:
                raise
            _log.warning("serving %s on as %s: %s", known, reference, error)
            return known
        self._last_known.put(reference, version)
        return version

    def _load(self, version: ModelVersion) -> Model:
        _log.info("loading model %s", version)
        return call_with_retry(
            lambda: self._store.load(version), self._retry, clock=self._clock, sleep=self._sleep
        )
