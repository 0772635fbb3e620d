"""What a project has, as far as its tasks need to know."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from projenrc.pyproject import read_pyproject

_BENCHMARK = re.compile(r"def test\w*\([^)]*\bbenchmark\b")


@dataclass(frozen=True)
class InstalledComponent:
    """A component that is here: what imports of it begin with, and where its tests are."""

    name: str
    import_root: str
    path: str  # the directory that Python has to look in: `.`, or `src`
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """A project's directory, read when it is asked."""

    directory: Path
    module_name: str

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        return read_pyproject(self.directory)

    @cached_property
    def manager(self) -> str:
        """What installs the project: `uv`, `poetry` or `pip`."""
        if "poetry" in self.pyproject.get("tool", {}) and not self.has("uv.lock"):
            return "poetry"
        has_requirements = self.has("requirements.txt") and not self.has("pyproject.toml")
        return "pip" if has_requirements else "uv"

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Directories of code."""
        if self.has("src"):
            return ("src",)
        return (self.module_name,) if self.has(self.module_name) else (".",)

    @cached_property
    def is_platform(self) -> bool:
        """Are components extracted from it?"""
        return isinstance(self._configuration.get("components"), dict)

    @cached_property
    def make_targets(self) -> dict[str, str]:
        """The targets of the project's Makefile, each with what its comment says."""
        for name in ("GNUmakefile", "makefile", "Makefile"):
            if (self.directory / name).is_file():
                return make_targets((self.directory / name).read_text(encoding="utf-8"))
        return {}

    @cached_property
    def has_pages(self) -> bool:
        """Is there Markdown in docs/?"""
        return next((self.directory / "docs").rglob("*.md"), None) is not None

    @cached_property
    def has_benchmarks(self) -> bool:
        """Does a test take the fixture of pytest-benchmark?"""
        files = (self.directory / "tests").rglob("*.py")
        return any(_BENCHMARK.search(file.read_text("utf-8", errors="replace")) for file in files)

    def has(self, name: str) -> bool:
        return (self.directory / name).exists()

    @property
    def component_names(self) -> list[str]:
        """The components that are here."""
        own = self._configuration.get("components")
        names = self._lock.keys() | (own.keys() if isinstance(own, dict) else set())
        return sorted(name for name in names if is_component_name(name) and self.component(name))

    def component(self, name: str) -> InstalledComponent | None:
        """A component that the lock, or a platform's configuration, knows."""
        locked = self._lock.get(name)
        if isinstance(locked, dict):
            return self._locked_component(name, locked)
        configured = self._configuration.get("components")
        own = configured.get(name) if isinstance(configured, dict) else None
        return self._own_component(name, own) if isinstance(own, dict) else None

    @cached_property
    def _lock(self) -> dict[str, Any]:
        try:
            lock = json.loads((self.directory / "mlx.lock").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        components = lock.get("components") if isinstance(lock, dict) else None
        return components if isinstance(components, dict) else {}

    @cached_property
    def _configuration(self) -> dict[str, Any]:
        try:
            return tomllib.loads((self.directory / "mlx.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            own = self.pyproject.get("tool", {}).get("mlx")
            return own if isinstance(own, dict) else {}

    def _locked_component(self, name: str, locked: dict[str, Any]) -> InstalledComponent:
        files = [PurePosixPath(path) for path in locked.get("files", {})]
        tests = {_directory_of_test(path) for path in files if path.parts[0] == "tests"}
        root = str(locked.get("importRoot") or self.module_name)
        return InstalledComponent(name, root, self._path_of(root), tuple(sorted(tests)))

    def _own_component(self, name: str, settings: dict[str, Any]) -> InstalledComponent:
        root = str(self._configuration.get("import-root") or self.module_name)
        wanted = [f"tests/{PurePosixPath(path).name}" for path in settings.get("paths", [])]
        tests = tuple(path for path in wanted if (self.directory / path).is_dir())
        return InstalledComponent(name, root, self._path_of(root), tests)

    def _path_of(self, import_root: str) -> str:
        top = import_root.split(".")[0]
        return "src" if (self.directory / "src" / top).is_dir() else "."


def is_component_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", name) is not None


def make_targets(text: str) -> dict[str, str]:
    """The targets that a Makefile names itself, and the comment beside or above each."""
    found: dict[str, str] = {}
    above = ""
    for line in text.splitlines():
        rule = re.match(r"([A-Za-z0-9][\w./ -]*?)\s*::?(?![:=])([^=]*)$", line)
        if rule:
            _, _, beside = line.partition("##")
            for target in rule[1].split():
                if re.fullmatch(r"[\w.-]+", target):
                    found.setdefault(target, beside.strip() or above)
        above = line.lstrip("#").strip() if line.startswith("#") else ""
    return found


def _directory_of_test(path: PurePosixPath) -> str:
    return path.as_posix() if len(path.parts) < 3 else "/".join(path.parts[:2])
