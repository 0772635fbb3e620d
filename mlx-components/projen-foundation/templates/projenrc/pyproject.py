"""What pyproject.toml says, and what it is made of where `.projenrc.py` writes it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from projenrc.existing import is_generated

Table = dict[str, Any]

PYTHON = ">=3.11"
LINT_RULES = [
    "E",
    "F",
    "W",
    "I",
    "N",
    "B",
    "C4",
    "UP",
    "SIM",
    "RUF",
    "PT",
    "ASYNC",
    "S",
    "PTH",
    "ARG",
]
BUILD_SYSTEM: Table = {"requires": ["hatchling"], "build-backend": "hatchling.build"}


@dataclass(frozen=True)
class Metadata:
    """What a project is called."""

    name: str
    module_name: str
    version: str = "0.1.0"
    description: str = ""
    requires_python: str = ""


def read_pyproject(directory: Path) -> Table:
    """The project's pyproject.toml; nothing if it has none.

    Raises:
        ValueError: it is not valid TOML.
    """
    file = directory / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name}: {error}") from error


def read_metadata(directory: Path) -> Metadata:
    """What the user's pyproject.toml says, else what can be told from the directory.

    Raises:
        ValueError: pyproject.toml is not valid, or it was made from a `.projenrc.py` that no longer
            says what is in it.
    """
    if is_generated(directory / "pyproject.toml"):
        raise ValueError(
            "pyproject.toml is made of .projenrc.py, which has to say what the project is: give "
            "MLXProject its name, version and deps; or take the first line out of pyproject.toml, "
            "and it is yours"
        )
    content = read_pyproject(directory)
    poetry = _table(_table(content, "tool"), "poetry")
    project = poetry | _table(content, "project")
    name = _text(project, "name") or _fit_for_a_name(directory.resolve().name)
    python = _text(project, "requires-python")
    return Metadata(
        name=name,
        module_name=find_module(directory, name),
        version=_text(project, "version") or "0.1.0",
        description=_text(project, "description"),
        requires_python=python,
    )


def find_module(directory: Path, name: str) -> str:
    """The package that holds the project's code: `src/NAME`, `NAME`, `src`, or what there is."""
    wanted = module_of(name)
    for parent in (directory / "src", directory):
        if (parent / wanted).is_dir():
            return wanted
    if (directory / "src/__init__.py").is_file():
        return "src"
    packages = [file.parent.name for file in sorted((directory / "src").glob("*/__init__.py"))]
    return packages[0] if len(packages) == 1 else wanted


def module_of(name: str) -> str:
    """A distribution's name as Python writes it: `ml-platform` is `ml_platform`."""
    return re.sub(r"\W", "_", name).lower()


def requirement(name: str, version: str | None) -> str:
    """The PEP 508 requirement that projen's `name@version` stands for.

    What was written as PEP 508 comes out as it was; projen itself makes `x==>=1` of `x@>=1`.
    """
    if not version or version == "*":
        return name
    if name.endswith(" ") or version.startswith(" ") or "://" in version:
        return f"{name}@{version}"
    if version[0] in "<>=!" or version.startswith("~="):
        return name + version
    compatible = re.fullmatch(r"([~^])(\d+)((?:\.\d+)*)", version)
    if compatible is None:
        return f"{name}=={version}"
    reach, major, rest = compatible.groups()
    if reach == "^":
        return f"{name}>={major}{rest},<{int(major) + 1}.0.0"
    minor, patch = [*rest[1:].split("."), "0", "0"][:2] if rest else ("0", "0")
    return f"{name}>={major}.{minor}.{patch},<{major}.{int(minor) + 1}.0"


def distribution_of(text: str) -> str:
    """The normalized name in a requirement: `Uvicorn[standard]>=0.30` is `uvicorn`."""
    name = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
    return re.sub(r"[-_.]+", "-", name[1]).lower() if name else ""


def declared_distributions(content: Mapping[str, Any]) -> set[str]:
    """The normalized names of all that a pyproject.toml declares, for running or in groups."""
    project, poetry = _table(content, "project"), _table(_table(content, "tool"), "poetry")
    lists = [
        project.get("dependencies"),
        *_table(project, "optional-dependencies").values(),
        *_table(content, "dependency-groups").values(),
    ]
    texts = [text for texts in lists if isinstance(texts, list) for text in texts]
    tables = [poetry, *_table(poetry, "group").values()]
    names = [
        name
        for table in tables
        if isinstance(table, dict)
        for name in _table(table, "dependencies")
    ]
    return {distribution_of(text) for text in [*texts, *names] if isinstance(text, str)}


def tool_tables(module_name: str, python: str, line_length: int) -> Table:
    """The `[tool]` tables of a project that is made of `.projenrc.py`."""
    lowest = re.search(r">=\s*3\.(\d+)", python)
    minor = lowest[1] if lowest else "11"
    return {
        "hatch": {"build": {"targets": {"wheel": {"packages": [f"src/{module_name}"]}}}},
        "pytest": {"ini_options": {"testpaths": ["tests"]}},
        "ruff": {
            "line-length": line_length,
            "target-version": f"py3{minor}",
            "lint": {"select": LINT_RULES, "ignore": ["S101"]},
        },
        "mypy": {
            "python_version": f"3.{minor}",
            "strict": True,
            "files": ["src"],
            "overrides": [{"module": ["pyarrow.*"], "ignore_missing_imports": True}],
        },
    }


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> Table:
    """`base` with what `over` says, table by table; None takes a key out."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(below, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result


def override_path(*keys: str) -> str:
    """Keys as projen's overrides want them: with a backslash before dots that are part of a key."""
    return ".".join(key.replace(".", "\\.") for key in keys)


def _table(content: Mapping[str, Any], key: str) -> Table:
    value = content.get(key)
    return value if isinstance(value, dict) else {}


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""


def _fit_for_a_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._") or "project"
