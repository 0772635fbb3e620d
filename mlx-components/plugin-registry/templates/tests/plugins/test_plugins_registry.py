"""What a registry takes, and what it gives."""

from typing import Any

import pytest

from src.plugins import (
    DuplicatePluginError,
    IncompatiblePluginError,
    Kind,
    PluginError,
    PluginKey,
    PluginRegistry,
    PluginSetupError,
    UnknownPluginError,
    plugin,
)

Recorder = Any
Greeter = Any


@pytest.fixture
def registry(kind: Kind[Greeter]) -> PluginRegistry:
    return PluginRegistry([kind])


def test_a_plugin_is_found_by_kind_and_name(
    registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]
) -> None:
    registry.add(recorder.greeter("ann"))
    assert registry.get(kind, "ann").greet() == "hello from ann"


def test_it_is_made_once(registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]) -> None:
    registry.add(recorder.greeter("ann"))
    assert registry.get(kind, "ann") is registry.get(kind, "ann")
    assert recorder.events == ["+ann"]


def test_a_function_may_make_it(registry: PluginRegistry, kind: Kind[Greeter]) -> None:
    class Plain:
        def greet(self) -> str:
            return "hi"

    @plugin("greeter", "plain")
    def make() -> Plain:
        return Plain()

    registry.add(make)
    assert registry.get(kind, "plain").greet() == "hi"


def test_options_are_keyword_arguments(recorder: Recorder, kind: Kind[Greeter]) -> None:
    registry = PluginRegistry([kind], options={"greeter/ann": {"greeting": "hej"}})
    registry.add(recorder.greeter("ann"))
    assert registry.get(kind, "ann").greet() == "hej from ann"


def test_an_option_that_a_plugin_does_not_know(recorder: Recorder, kind: Kind[Greeter]) -> None:
    registry = PluginRegistry([kind], options={"greeter/ann": {"volume": 11}})
    registry.add(recorder.greeter("ann"))
    with pytest.raises(PluginSetupError, match="volume"):
        registry.get(kind, "ann")


def test_all_of_a_kind(registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]) -> None:
    for name in ("bob", "ann"):
        registry.add(recorder.greeter(name, version="2.1"))
    assert [(name, made.greet()) for name, made in registry.all(kind)] == [
        ("ann", "hello from ann"),
        ("bob", "hello from bob"),
    ]
    assert [(str(spec.key), str(spec.version)) for spec in registry.specs()] == [
        ("greeter/ann", "2.1"),
        ("greeter/bob", "2.1"),
    ]
    assert registry.specs("speaker") == []


def test_a_name_that_is_not_there(
    registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]
) -> None:
    with pytest.raises(UnknownPluginError, match="none"):
        registry.get(kind, "ann")
    registry.add(recorder.greeter("ann"))
    with pytest.raises(UnknownPluginError, match="did you mean greeter/ann"):
        registry.get(kind, "anne")


def test_a_disabled_plugin(recorder: Recorder, kind: Kind[Greeter]) -> None:
    registry = PluginRegistry([kind], disabled=["greeter/ann"])
    registry.add(recorder.greeter("ann"))
    assert registry.specs() == []
    with pytest.raises(UnknownPluginError, match="disabled"):
        registry.get(kind, "ann")


def test_adding_twice_is_one_thing_and_two_of_a_name_another(
    registry: PluginRegistry, recorder: Recorder
) -> None:
    ann = recorder.greeter("ann")
    assert registry.add(ann) == registry.add(ann) == PluginKey("greeter", "ann")
    with pytest.raises(DuplicatePluginError):
        registry.add(recorder.greeter("ann"))


def test_a_kind_that_is_not_taken(registry: PluginRegistry) -> None:
    @plugin("speaker", "ann")
    class Speaker:
        pass

    with pytest.raises(IncompatiblePluginError, match="greeter"):
        registry.add(Speaker)


def test_a_registry_for_looking_takes_all(recorder: Recorder, kind: Kind[Greeter]) -> None:
    @plugin("speaker", "ann", host="<1")
    class Speaker:
        pass

    registry = PluginRegistry(None)
    registry.add(Speaker)
    registry.add(recorder.greeter("bob", requires=["speaker/ann"]))
    assert [str(spec.key) for spec in registry.specs()] == ["greeter/bob", "speaker/ann"]
    assert registry.get(kind, "bob").greet() == "hello from bob"


def test_what_is_not_marked_is_no_plugin(registry: PluginRegistry) -> None:
    with pytest.raises(PluginError, match="@plugin"):
        registry.add(object())


def test_a_subclass_is_not_what_its_base_is(registry: PluginRegistry) -> None:
    @plugin("greeter", "base")
    class Base:
        pass

    class Derived(Base):
        pass

    with pytest.raises(PluginError, match="@plugin"):
        registry.add(Derived)


@pytest.mark.parametrize("host", ["", ">=1,<2", "==1.4", "~=1.2"])
def test_a_plugin_for_this_host(registry: PluginRegistry, recorder: Recorder, host: str) -> None:
    registry.add(recorder.greeter("ann", host=host))


@pytest.mark.parametrize("host", ["<1.4", ">=2", "==1.3"])
def test_a_plugin_for_another_host(registry: PluginRegistry, recorder: Recorder, host: str) -> None:
    with pytest.raises(IncompatiblePluginError, match=r"1\.4"):
        registry.add(recorder.greeter("ann", host=host))


def test_a_version_that_is_needed(
    registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]
) -> None:
    registry.add(recorder.greeter("ann", version="1.2"))
    assert registry.get(kind, "ann", ">=1.2")
    with pytest.raises(IncompatiblePluginError, match=">=2"):
        registry.get(kind, "ann", ">=2")


def test_what_does_not_have_the_interface(registry: PluginRegistry, kind: Kind[Greeter]) -> None:
    @plugin("greeter", "mute")
    class Mute:
        pass

    registry.add(Mute)
    with pytest.raises(IncompatiblePluginError, match="Greeter"):
        registry.get(kind, "mute")


@pytest.mark.parametrize(
    "described",
    [
        {"version": "new"},
        {"host": "about 1"},
        {"requires": ["ann"]},
        {"requires": ["a/b/c"]},
        {"requires": ["/ann"]},
    ],
)
def test_a_description_that_cannot_be_read(described: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="plugin"):
        plugin("greeter", "ann", **described)
