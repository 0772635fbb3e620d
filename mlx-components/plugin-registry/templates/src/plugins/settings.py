"""The ``plugins`` section of the configuration."""

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from src.config import Section, load_section
from src.plugins.discovery import add_entry_points, add_modules
from src.plugins.registry import PluginRegistry
from src.plugins.spec import Kind, PluginKey

PluginName = Annotated[str, AfterValidator(lambda text: str(PluginKey.parse(text)))]


class PluginSettings(Section):
    """Where plugins are looked for, and what they are given.

    ``entry_point_group`` null means that installed distributions are not asked. ``options`` are
    keyword arguments by ``kind/name``.
    """

    modules: tuple[str, ...] = ()
    entry_point_group: str | None = None
    disabled: tuple[PluginName, ...] = ()
    options: dict[PluginName, dict[str, Any]] = Field(default_factory=dict)


def build_registry(
    kinds: Collection[Kind[Any]] | None, settings: PluginSettings | None = None
) -> PluginRegistry:
    """A registry with all plugins that ``settings``, else the configuration, lead to.

    ``kinds`` are what :class:`PluginRegistry` takes.

    Raises:
        ConfigError: the section is not valid.
        PluginError: a plugin cannot be loaded or taken.
    """
    if settings is None:
        settings = load_section("plugins", PluginSettings)
    registry = PluginRegistry(kinds, options=settings.options, disabled=settings.disabled)
    add_modules(registry, settings.modules)
    if settings.entry_point_group is not None:
        add_entry_points(registry, settings.entry_point_group)
    return registry
