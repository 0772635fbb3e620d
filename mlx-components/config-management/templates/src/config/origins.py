"""Finds where a configuration value was set, for error messages."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

_ENVIRONMENT_VARIABLE = re.compile(r"\$\{oc\.env:\s*([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True)
class Origin:
    """``where`` is ``conf/api/default.yaml:7`` or ``override api.port``."""

    where: str
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """A file that was composed, and the dotted key that its content was put under ("" = root)."""

    path: Path
    package: str


class Origins:
    """Answers where a key of one composed configuration came from.

    ``find_layers`` gives the files in the order in which they were merged. It is called, and files
    are read, when a question is asked: a configuration without errors costs nothing.
    """

    def __init__(
        self,
        config_dir: Path,
        root_config: str,
        overrides: Sequence[str],
        find_layers: Callable[[], Sequence[Layer]],
    ) -> None:
        self._config_dir = config_dir
        self._root_config = config_dir / root_config
        self._overrides = tuple(overrides)
        self._find_layers = find_layers

    def of_key(self, key: str) -> Origin | None:
        """Where the value that won was set; for a key that nothing sets, its nearest parent."""
        parts = tuple(key.split("."))
        for length in range(len(parts), 0, -1):
            origin = self._of_path(parts[:length])
            if origin is not None:
                return origin
        return None

    def of_choice(self, group: str) -> Origin | None:
        """Where the option of a config group was chosen."""
        for override in reversed(self._overrides):
            if _override_key(override).partition("@")[0] == group:
                return _override_origin(override)
        for node in _entries(_find(_read(self._root_config), ("defaults",))):
            for key_node, value_node in _items(node):
                name = key_node.value.removeprefix("optional ").removeprefix("override ")
                if name.partition("@")[0].strip() == group:
                    return self._origin(self._root_config, key_node, value_node)
        return None

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
        return tuple(self._find_layers())

    @cached_property
    def _groups(self) -> frozenset[str]:
        files = (layer.path.relative_to(self._config_dir) for layer in self._layers)
        return frozenset(file.parent.as_posix() for file in files)

    def _of_path(self, path: tuple[str, ...]) -> Origin | None:
        for override in reversed(self._overrides):
            key = _override_key(override)
            parts = tuple(key.split("."))
            if key not in self._groups and path[: len(parts)] == parts:
                return _override_origin(override)
        for layer in reversed(self._layers):
            package = tuple(layer.package.split(".")) if layer.package else ()
            below = path[len(package) :]
            if path[: len(package)] != package or not below:
                continue
            root = _read(layer.path)
            parent = _find(root, below[:-1])
            for key_node, value_node in _items(parent):
                if key_node.value == below[-1]:
                    return self._origin(layer.path, key_node, value_node)
        return None

    def _origin(self, file: Path, key_node: yaml.Node, value_node: yaml.Node) -> Origin:
        shown = Path(self._config_dir.name) / file.relative_to(self._config_dir)
        text = value_node.value if isinstance(value_node, yaml.ScalarNode) else ""
        line = key_node.start_mark.line + 1
        return Origin(f"{shown.as_posix()}:{line}", variables_in(text))


def _override_key(override: str) -> str:
    return override.lstrip("+~").partition("=")[0].strip()


def _override_origin(override: str) -> Origin:
    key, _, value = override.partition("=")
    return Origin(f"override {key}", variables_in(value))


def variables_in(text: str) -> tuple[str, ...]:
    """The environment variables that a text is interpolated from."""
    return tuple(dict.fromkeys(_ENVIRONMENT_VARIABLE.findall(text)))


def _read(file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _find(node: yaml.Node | None, path: Sequence[str]) -> yaml.Node | None:
    for part in path:
        node = next((value for key, value in _items(node) if key.value == part), None)
    return node


def _items(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def _entries(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
