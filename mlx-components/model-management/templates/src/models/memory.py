"""Models in memory: for tests, and for work without a registry."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from src.models.errors import ModelNotFoundError
from src.models.model import FunctionModel, Model, ModelVersion, Row, check_alias


class InMemoryStore:
    """A :class:`ModelStore` that is filled with :meth:`add`. Safe to use from several threads."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._versions: dict[str, list[ModelVersion]] = {}
        self._models: dict[tuple[str, int], Model] = {}
        self._metrics: dict[tuple[str, int], dict[str, float]] = {}
        self._aliases: dict[tuple[str, str], int] = {}

    def add(
        self,
        name: str,
        model: Model | Callable[[Sequence[Row]], Sequence[Any]],
        *,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
        description: str = "",
    ) -> ModelVersion:
        """Keep ``model``, or a function as one, as the next version of ``name``."""
        with self._lock:
            versions = self._versions.setdefault(name, [])
            version = ModelVersion(
                name,
                len(versions) + 1,
                self._now(),
                tags=dict(tags or {}),
                description=description,
            )
            versions.append(version)
            key = (name, version.version)
            self._models[key] = model if isinstance(model, Model) else FunctionModel(model)
            self._metrics[key] = dict(metrics or {})
            return version

    def names(self) -> list[str]:
        with self._lock:
            return sorted(self._versions)

    def versions(self, name: str) -> list[ModelVersion]:
        with self._lock:
            if name not in self._versions:
                raise ModelNotFoundError(f"there is no model {name}")
            aliases: dict[int, list[str]] = {}
            for (model, alias), number in sorted(self._aliases.items()):
                if model == name:
                    aliases.setdefault(number, []).append(alias)
            return [
                replace(version, aliases=tuple(aliases.get(version.version, ())))
                for version in reversed(self._versions[name])
            ]

    def metrics(self, version: ModelVersion) -> Mapping[str, float]:
        with self._lock:
            return dict(self._metrics[self._key(version.name, version.version)])

    def set_alias(self, name: str, alias: str, version: int) -> None:
        with self._lock:
            self._key(name, version)
            self._aliases[name, check_alias(alias)] = version

    def delete_alias(self, name: str, alias: str) -> None:
        with self._lock:
            if name not in self._versions:
                raise ModelNotFoundError(f"there is no model {name}")
            self._aliases.pop((name, alias), None)

    def load(self, version: ModelVersion) -> Model:
        with self._lock:
            return self._models[self._key(version.name, version.version)]

    def _key(self, name: str, version: int) -> tuple[str, int]:
        if (name, version) not in self._models:
            raise ModelNotFoundError(f"there is no model {name}/{version}")
        return name, version
