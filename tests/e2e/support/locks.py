"""Projects that uv locks, and a component that changes what is in the lock."""

import tomllib
from pathlib import Path

from support.commands import succeed
from support.registries import Component
from support.trees import write_files

PROJECT = """\
[project]
name = "client"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = []

[tool.uv]
package = false
"""


def light(version: str = "1.0.0", *distributions: str) -> Component:
    """A component that needs one small distribution, and these."""
    test = "def test_light() -> None:\n    pass\n"
    files = {"src/light.py": f'LIGHT = "{version}"\n', "tests/light/test_light.py": test}
    return Component("light", files=files, version=version, distributions=["iniconfig>=2", *distributions])


def locked_project(directory: Path, files: dict[str, str] | None = None) -> Path:
    write_files(directory, {"pyproject.toml": PROJECT} | (files or {}))
    succeed("uv", "lock", "--quiet", directory=directory)
    return directory


def locked_workspace(directory: Path) -> Path:
    """A workspace with a virtual root; its member."""
    member = {"packages/client/pyproject.toml": PROJECT}
    write_files(directory, {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'} | member)
    succeed("uv", "lock", "--quiet", directory=directory)
    return directory / "packages/client"


def locked_packages(lock: str) -> set[str]:
    return {package["name"] for package in tomllib.loads(lock)["package"]}
