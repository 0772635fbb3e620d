"""Plugins: found by name, checked before use, started in order.

A host describes what it takes with a :class:`Kind`; a plugin marks itself with :func:`plugin`;
a :class:`PluginRegistry` brings them together. There is no registry for the whole process:
whoever needs plugins makes one, for instance with :func:`build_registry`.
"""

from src.plugins.discovery import add_entry_points, add_modules
from src.plugins.errors import (
    DuplicatePluginError,
    IncompatiblePluginError,
    PluginCycleError,
    PluginDiscoveryError,
    PluginError,
    PluginSetupError,
    UnknownPluginError,
)
from src.plugins.registry import PluginRegistry
from src.plugins.settings import PluginSettings, build_registry
from src.plugins.spec import Kind, PluginKey, PluginSpec, plugin

__all__ = [
    "DuplicatePluginError",
    "IncompatiblePluginError",
    "Kind",
    "PluginCycleError",
    "PluginDiscoveryError",
    "PluginError",
    "PluginKey",
    "PluginRegistry",
    "PluginSettings",
    "PluginSetupError",
    "PluginSpec",
    "UnknownPluginError",
    "add_entry_points",
    "add_modules",
    "build_registry",
    "plugin",
]
