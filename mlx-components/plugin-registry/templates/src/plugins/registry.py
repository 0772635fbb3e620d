"""Holds plugins by kind and name, and runs them."""

import difflib
import logging
import threading
from collections.abc import Collection, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from src.plugins.errors import (
    DuplicatePluginError,
    IncompatiblePluginError,
    PluginError,
    PluginSetupError,
    UnknownPluginError,
)
from src.plugins.ordering import start_order
from src.plugins.spec import Kind, PluginKey, PluginSpec, spec_of

Interface = TypeVar("Interface")

_log = logging.getLogger(__name__)


class PluginRegistry:
    """Plugins of the given kinds; those of other kinds are refused. With kinds None all are taken,
    and none is checked: that is for looking at what there is.

    A plugin is made and set up when it is first asked for, after those that it requires, or all are
    by :meth:`start`. :meth:`stop` tears down what was set up, in reverse order. A registry is a
    context manager that does both. Safe to use from several threads.
    """

    def __init__(
        self,
        kinds: Collection[Kind[Any]] | None,
        *,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        disabled: Collection[str] = (),
    ) -> None:
        """``options`` are keyword arguments for factories, by ``kind/name``, as is ``disabled``.

        Raises:
            ValueError: a key is not ``kind/name``.
        """
        self._takes_all = kinds is None
        self._kinds = {kind.name: kind for kind in kinds or ()}
        self._options = {
            PluginKey.parse(key): dict(value) for key, value in (options or {}).items()
        }
        self._disabled = frozenset(PluginKey.parse(key) for key in disabled)
        self._specs: dict[PluginKey, PluginSpec] = {}
        self._running: dict[PluginKey, Any] = {}
        self._lock = threading.RLock()

    def add(self, candidate: object) -> PluginKey:
        """Add something that :func:`plugin` marked, or its spec. Adding it again changes nothing.

        Raises:
            PluginError: it is not marked, is of a kind that is not taken, is for another version of
                its kind, or has the name of another plugin.
        """
        spec = candidate if isinstance(candidate, PluginSpec) else spec_of(candidate)
        if spec is None:
            raise PluginError(f"{candidate!r} is not marked as a plugin; decorate it with @plugin")
        kind = self._kinds.get(spec.key.kind)
        if kind is None and not self._takes_all:
            raise IncompatiblePluginError(
                f"plugin {spec.key} ({spec.source}) is of a kind that is not taken here; "
                f"there are {', '.join(sorted(self._kinds)) or 'none'}"
            )
        if kind and not spec.host.contains(Version(kind.version), prereleases=True):
            raise IncompatiblePluginError(
                f"plugin {spec.key} {spec.version} ({spec.source}) is for {spec.host} of the kind "
                f"{kind.name}, but this is {kind.version}"
            )
        with self._lock:
            known = self._specs.setdefault(spec.key, spec)
        if known.factory is not spec.factory:
            raise DuplicatePluginError(
                f"plugin {spec.key} is in {known.source} and in {spec.source}; rename one"
            )
        return spec.key

    def specs(self, kind: str | None = None) -> list[PluginSpec]:
        """What is there, by kind and name, without what is disabled."""
        with self._lock:
            enabled = self._enabled()
        return [enabled[key] for key in sorted(enabled) if kind in (None, key.kind)]

    def is_running(self, key: PluginKey) -> bool:
        with self._lock:
            return key in self._running

    def get(self, kind: Kind[Interface], name: str, version: str = "") -> Interface:
        """The plugin of this kind and name, set up. ``version`` is a specifier (``>=1.2``).

        Raises:
            UnknownPluginError: it is not there, or something that it requires is not.
            IncompatiblePluginError: it has another version, or lacks what its kind asks for.
            PluginCycleError: it requires itself, by whatever way.
            PluginSetupError: it, or something that it requires, could not be set up.
        """
        key = PluginKey(kind.name, name)
        with self._lock:
            enabled = self._enabled()
            if key not in enabled:
                raise UnknownPluginError(self._unknown(key, enabled))
            spec = enabled[key]
            if not SpecifierSet(version).contains(spec.version, prereleases=True):
                raise IncompatiblePluginError(
                    f"plugin {key} has version {spec.version}, but {version} is needed"
                )
            self._start([key], enabled)
            found: Interface = self._running[key]
            return found

    def all(self, kind: Kind[Interface]) -> Iterator[tuple[str, Interface]]:
        """Names and plugins of a kind, by name, each set up when it is reached."""
        for spec in self.specs(kind.name):
            yield spec.key.name, self.get(kind, spec.key.name)

    def start(self) -> None:
        """Set up every plugin that is not yet. If one fails, those that this call set up are torn
        down again.

        Raises:
            PluginError: as :meth:`get`.
        """
        with self._lock:
            enabled = self._enabled()
            self._start(sorted(enabled), enabled)

    def stop(self) -> None:
        """Tear down, in reverse order. A plugin that fails at it is logged and does not stop it."""
        with self._lock:
            self._stop(list(self._running))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _enabled(self) -> dict[PluginKey, PluginSpec]:
        return {key: spec for key, spec in self._specs.items() if key not in self._disabled}

    def _start(self, wanted: list[PluginKey], specs: Mapping[PluginKey, PluginSpec]) -> None:
        started: list[PluginKey] = []
        for key in start_order(wanted, specs):
            if key in self._running:
                continue
            try:
                self._running[key] = self._make(specs[key])
            except PluginError:
                self._stop(started)
                raise
            started.append(key)

    def _make(self, spec: PluginSpec) -> Any:
        kind = self._kinds.get(spec.key.kind)
        try:
            made = spec.factory(**self._options.get(spec.key, {}))
        except Exception as error:
            raise PluginSetupError(
                f"plugin {spec.key} ({spec.source}) could not be made: {error!r}; "
                f"its options are {sorted(self._options.get(spec.key, {}))}"
            ) from error
        if kind and not isinstance(made, kind.interface):
            raise IncompatiblePluginError(
                f"plugin {spec.key} ({spec.source}) made a {type(made).__name__}, which is no "
                f"{kind.interface.__name__}"
            )
        try:
            _call(made, "setup")
        except Exception as error:
            raise PluginSetupError(
                f"plugin {spec.key} ({spec.source}) could not be set up: {error!r}"
            ) from error
        return made

    def _stop(self, keys: list[PluginKey]) -> None:
        for key in reversed(keys):
            try:
                _call(self._running.pop(key), "teardown")
            except Exception:
                _log.exception("plugin %s could not be torn down", key)

    def _unknown(self, key: PluginKey, enabled: Mapping[PluginKey, PluginSpec]) -> str:
        if key in self._disabled:
            return f"plugin {key} is disabled in the configuration"
        names = sorted(known.name for known in enabled if known.kind == key.kind)
        close = difflib.get_close_matches(key.name, names, n=1)
        if close:
            return f"there is no plugin {key}; did you mean {key.kind}/{close[0]}?"
        return f"there is no plugin {key}; of this kind there are {', '.join(names) or 'none'}"


def _call(made: object, method: str) -> None:
    function = getattr(made, method, None)
    if callable(function):
        function()
