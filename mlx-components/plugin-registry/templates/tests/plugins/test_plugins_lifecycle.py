"""In which order plugins come and go."""

import logging
from typing import Any

import pytest

from src.plugins import (
    Kind,
    PluginCycleError,
    PluginKey,
    PluginRegistry,
    PluginSetupError,
    UnknownPluginError,
)
from src.plugins.ordering import start_order

Recorder = Any
Greeter = Any


@pytest.fixture
def registry(kind: Kind[Greeter]) -> PluginRegistry:
    return PluginRegistry([kind])


def test_what_is_required_comes_first_and_goes_last(
    registry: PluginRegistry, recorder: Recorder
) -> None:
    registry.add(recorder.greeter("a", requires=["greeter/c"]))
    registry.add(recorder.greeter("b", requires=["greeter/a"]))
    registry.add(recorder.greeter("c"))
    with registry:
        assert recorder.events == ["+c", "+a", "+b"]
    assert recorder.events[3:] == ["-b", "-a", "-c"]


def test_only_what_is_needed_is_set_up(
    registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]
) -> None:
    registry.add(recorder.greeter("a", requires=["greeter/c"]))
    registry.add(recorder.greeter("b"))
    registry.add(recorder.greeter("c"))
    registry.get(kind, "a")
    assert recorder.events == ["+c", "+a"]
    assert registry.is_running(PluginKey("greeter", "c"))
    assert not registry.is_running(PluginKey("greeter", "b"))
    registry.start()
    assert recorder.events == ["+c", "+a", "+b"]


def test_a_stopped_registry_can_start_again(registry: PluginRegistry, recorder: Recorder) -> None:
    registry.add(recorder.greeter("a"))
    for _ in range(2):
        with registry:
            pass
    registry.stop()
    assert recorder.events == ["+a", "-a"] * 2


def test_a_circle_is_shown(registry: PluginRegistry, recorder: Recorder) -> None:
    registry.add(recorder.greeter("start", requires=["greeter/a"]))
    registry.add(recorder.greeter("a", requires=["greeter/b"]))
    registry.add(recorder.greeter("b", requires=["greeter/a"]))
    with pytest.raises(PluginCycleError, match="greeter/a -> greeter/b -> greeter/a"):
        registry.start()
    assert recorder.events == []


def test_a_requirement_that_is_not_there_is_named_with_who_needs_it(
    registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter]
) -> None:
    registry.add(recorder.greeter("a", requires=["greeter/z"]))
    with pytest.raises(UnknownPluginError, match=r"greeter/z, which greeter/a"):
        registry.get(kind, "a")


def test_what_is_wanted_must_be_there() -> None:
    with pytest.raises(UnknownPluginError, match="greeter/z"):
        start_order([PluginKey("greeter", "z")], {})


@pytest.mark.parametrize("moment", ["init", "setup"])
def test_a_failure_undoes_what_came_before(
    registry: PluginRegistry, recorder: Recorder, kind: Kind[Greeter], moment: str
) -> None:
    registry.add(recorder.greeter("kept"))
    registry.get(kind, "kept")
    registry.add(recorder.greeter("a"))
    registry.add(recorder.greeter("b", requires=["greeter/a"], fails_at=moment))
    with pytest.raises(PluginSetupError, match="greeter/b"):
        registry.start()
    assert recorder.events == ["+kept", "+a", "-a"]


def test_a_failing_teardown_does_not_keep_others(
    registry: PluginRegistry, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    registry.add(recorder.greeter("a"))
    registry.add(recorder.greeter("b", requires=["greeter/a"], fails_at="teardown"))
    with caplog.at_level(logging.ERROR), registry:
        pass
    assert recorder.events[2:] == ["-b", "-a"]
    assert "greeter/b" in caplog.text
