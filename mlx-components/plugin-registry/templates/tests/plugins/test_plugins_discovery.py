"""Where plugins are found."""

import os
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from src.config import ConfigError, load_section
from src.plugins import (
    Kind,
    PluginDiscoveryError,
    PluginKey,
    PluginRegistry,
    PluginSettings,
    add_entry_points,
    add_modules,
    build_registry,
    plugin,
)

WriteModule = Callable[[str, str], None]
Greeter = Any

MODULE = f"""\
from {plugin.__module__} import plugin

@plugin("greeter", "{{name}}")
class Found:
    def greet(self):
        return "found"
"""


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("APP_", "PLUGIN_")):
            monkeypatch.delenv(name)


@pytest.fixture
def registry(kind: Kind[Greeter]) -> PluginRegistry:
    return PluginRegistry([kind])


def entry_point(value: str) -> EntryPoint:
    return EntryPoint("offered", value, "greeters")


def test_modules(registry: PluginRegistry, write_module: WriteModule, kind: Kind[Greeter]) -> None:
    write_module("greeters_one", MODULE.format(name="one"))
    assert add_modules(registry, ["greeters_one"]) == [PluginKey("greeter", "one")]
    assert registry.get(kind, "one").greet() == "found"


def test_what_a_module_imports_is_not_its_own(
    registry: PluginRegistry, write_module: WriteModule
) -> None:
    write_module("greeters_base", MODULE.format(name="base"))
    write_module("greeters_reexports", "from greeters_base import Found\n")
    with pytest.raises(PluginDiscoveryError, match="greeters_reexports"):
        add_modules(registry, ["greeters_reexports"])


@pytest.mark.parametrize("text", ["1/0\n", "import no_such_module_here\n", "def broken(:\n"])
def test_a_module_that_cannot_be_imported(
    registry: PluginRegistry, write_module: WriteModule, text: str
) -> None:
    name = f"greeters_broken_{len(text)}"
    write_module(name, text)
    with pytest.raises(PluginDiscoveryError, match=name):
        add_modules(registry, [name])


@pytest.mark.parametrize("value", ["greeters_entry:Found", "greeters_entry"])
def test_entry_points(registry: PluginRegistry, write_module: WriteModule, value: str) -> None:
    write_module("greeters_entry", MODULE.format(name="entry"))
    found = add_entry_points(registry, "greeters", [entry_point(value)])
    assert found == [PluginKey("greeter", "entry")]


@pytest.mark.parametrize("value", ["greeters_nowhere", "json:no_such", "json:loads", "json"])
def test_an_entry_point_that_is_no_plugin(registry: PluginRegistry, value: str) -> None:
    with pytest.raises(PluginDiscoveryError, match="offered"):
        add_entry_points(registry, "greeters", [entry_point(value)])


def test_the_environment_is_asked(registry: PluginRegistry) -> None:
    assert add_entry_points(registry, "no.such.group.of.plugins") == []


def test_the_configuration_leads_to_plugins(
    write_module: WriteModule, kind: Kind[Greeter], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_module("greeters_configured", MODULE.format(name="configured"))
    monkeypatch.setenv("PLUGIN_ENTRY_POINT_GROUP", "no.such.group.of.plugins")
    assert build_registry([kind]).specs() == []
    settings = load_section("plugins", PluginSettings, ["plugins.modules=[greeters_configured]"])
    registry = build_registry([kind], settings)
    assert registry.get(kind, "configured").greet() == "found"
    assert build_registry([kind], PluginSettings()).specs() == []


@pytest.mark.parametrize("override", ["plugins.disabled=[ann]", "+plugins.options.ann={}"])
def test_a_plugin_that_is_named_wrongly(override: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_section("plugins", PluginSettings, [override])
    assert caught.value.problems[0].key.startswith("plugins.")
