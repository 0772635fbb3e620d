"""Finds plugins: in modules, and in what is installed."""

import importlib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from src.plugins.errors import PluginDiscoveryError
from src.plugins.registry import PluginRegistry
from src.plugins.spec import PluginKey, spec_of


def add_modules(registry: PluginRegistry, names: Iterable[str]) -> list[PluginKey]:
    """Import these modules and add all plugins that they define; those that they import are not.

    Raises:
        PluginDiscoveryError: a module cannot be imported, or holds no plugin.
        PluginError: as :meth:`PluginRegistry.add`.
    """
    added = []
    for name in names:
        try:
            module = importlib.import_module(name)
        except Exception as error:
            raise PluginDiscoveryError(
                f"the plugin module {name} could not be imported: {error!r}"
            ) from error
        keys = _add_all(registry, module)
        if not keys:
            raise PluginDiscoveryError(
                f"the module {name} defines no plugin; mark one with @plugin"
            )
        added += keys
    return added


def add_entry_points(
    registry: PluginRegistry, group: str, found: Iterable[EntryPoint] | None = None
) -> list[PluginKey]:
    """Add what installed distributions offer under ``group``: plugins, or modules of them.

    ``found`` is for hosts that choose themselves; without it, all of this environment's are taken.

    Raises:
        PluginDiscoveryError: an entry point cannot be loaded, or is no plugin.
        PluginError: as :meth:`PluginRegistry.add`.
    """
    added = []
    for entry_point in entry_points(group=group) if found is None else found:
        offered = f"the entry point {entry_point.name} = {entry_point.value} of {group}"
        try:
            loaded = entry_point.load()
        except Exception as error:
            raise PluginDiscoveryError(f"{offered} could not be loaded: {error!r}") from error
        if isinstance(loaded, ModuleType):
            keys = _add_all(registry, loaded)
        else:
            keys = [registry.add(loaded)] if spec_of(loaded) else []
        if not keys:
            raise PluginDiscoveryError(f"{offered} is no plugin; mark it with @plugin")
        added += keys
    return added


def _add_all(registry: PluginRegistry, module: ModuleType) -> list[PluginKey]:
    return [
        registry.add(member)
        for member in vars(module).values()
        if spec_of(member) and getattr(member, "__module__", None) == module.__name__
    ]
