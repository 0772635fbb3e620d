"""A kind of plugin, and a record of what happened to plugins of it."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import pytest

from src.plugins import Kind, PluginSpec, plugin


@runtime_checkable
class Greeter(Protocol):
    def greet(self) -> str: ...


GREETER: Kind[Greeter] = Kind("greeter", Greeter, version="1.4")


class Recorder:
    """Makes greeters that note their set-up and tear-down."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def greeter(self, name: str, *, fails_at: str = "", **described: Any) -> PluginSpec:
        events = self.events

        @plugin("greeter", name, **described)
        class Recorded:
            def __init__(self, greeting: str = "hello") -> None:
                if fails_at == "init":
                    raise ValueError("no")
                self._greeting = greeting

            def greet(self) -> str:
                return f"{self._greeting} from {name}"

            def setup(self) -> None:
                if fails_at == "setup":
                    raise ValueError("no")
                events.append(f"+{name}")

            def teardown(self) -> None:
                events.append(f"-{name}")
                if fails_at == "teardown":
                    raise ValueError("no")

        spec: PluginSpec = vars(Recorded)["__plugin_spec__"]
        return spec


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def kind() -> Kind[Greeter]:
    return GREETER


@pytest.fixture
def write_module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Writes an importable module."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")

    return write
