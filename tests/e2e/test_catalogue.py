"""The catalogue holds what the platform has: the same bytes, all of them, and once."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY

CATALOGUE = REPOSITORY / "mlx-components"
PLATFORM = REPOSITORY / "examples/ml-platform"
COMPONENTS = sorted(path.parent.name for path in CATALOGUE.glob("*/component.json"))


def read_component(name: str) -> dict[str, Any]:
    component: dict[str, Any] = json.loads((CATALOGUE / name / "component.json").read_text(encoding="utf-8"))
    return component


def files_below(directory: Path) -> set[str]:
    """Sources only, not what running them leaves."""
    return {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("name", COMPONENTS)
def test_templates_are_the_platforms_files(name: str) -> None:
    files = read_component(name)["files"]
    assert {file["path"] for file in files} == {
        f"templates/{path}" for path in files_below(CATALOGUE / name / "templates")
    }
    for file in files:
        template = (CATALOGUE / name / file["path"]).read_bytes()
        assert template == (PLATFORM / file["target"]).read_bytes(), file["target"]
        assert hashlib.sha256(template).hexdigest() == file["sha256"], file["path"]


def test_every_file_of_the_platform_belongs_to_one_component() -> None:
    owners = Counter(file["target"] for name in COMPONENTS for file in read_component(name)["files"])
    platform = {path for path in files_below(PLATFORM) if path.startswith(("src/", "conf/", "tests/"))}
    # The import root is the project's, and is made where a project has none.
    assert owners == Counter(platform - {"src/__init__.py"})


def test_index_names_every_component_with_its_digest() -> None:
    index = json.loads((CATALOGUE / "registry.json").read_text(encoding="utf-8"))
    assert [item["name"] for item in index["items"]] == COMPONENTS
    for item in index["items"]:
        mlx = item["meta"]["mlx"]
        component = CATALOGUE / mlx["component"]
        assert hashlib.sha256(component.read_bytes()).hexdigest() == mlx["sha256"], item["name"]
        assert [file["target"] for file in item["files"]] == [
            f"~/{file['target']}" for file in read_component(item["name"])["files"]
        ]
