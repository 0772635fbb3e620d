"""Every component alone, and all together, in five kinds of projects: added, installed, imported, tested, removed."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Mlx
from support import package_index
from support.commands import succeed
from support.projects import make_bare, make_demo, make_flat, make_poetry, make_requirements
from support.trees import commit_all, difference, read_tree

CATALOGUE = REPOSITORY / "mlx-components"
COMPONENTS: dict[str, dict[str, Any]] = {
    path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in CATALOGUE.glob("*/component.json")
}
SELECTIONS = {name: [name] for name in sorted(COMPONENTS)} | {"all": sorted(COMPONENTS)}


@dataclass
class Kind:
    """A kind of project: how it is made and installed, and what its imports begin with."""

    make: Callable[[Path], None]
    import_root: str
    install: tuple[tuple[str, ...], ...] = (("uv", "sync", "--quiet"),)
    settings: dict[str, str] = field(default_factory=dict)


def with_requirements() -> Kind:
    environment = ("uv", "venv", "--quiet")
    install = ("uv", "pip", "install", "--quiet", "--python", ".venv", "-r", "requirements.txt")
    return Kind(make_requirements, "ranker", (environment, install))


def with_poetry(root: Path, cleanup: ExitStack) -> Kind:
    needed = {"click>=8.1,<9", "pytest>=8"}
    for component in COMPONENTS.values():
        needed.update(component["requires"]["distributions"], *component["requires"]["groups"].values())
    package_index.fill(root / "wheels", needed)
    index = cleanup.enter_context(package_index.serve(root / "wheels"))
    return Kind(
        lambda directory: make_poetry(directory, index),
        "fraud_score",
        (("poetry", "install", "--quiet"),),
        {"POETRY_CACHE_DIR": str(root / "poetry-cache")},
    )


KINDS: dict[str, Callable[[Path, ExitStack], Kind]] = {
    "demo": lambda _, __: Kind(make_demo, "churn_model"),
    "bare": lambda _, __: Kind(make_bare, "src"),
    "flat": lambda _, __: Kind(make_flat, "shop"),
    "poetry": with_poetry,
    "requirements": lambda _, __: with_requirements(),
}


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kind]:
    with ExitStack() as cleanup:
        yield KINDS[request.param](tmp_path_factory.mktemp(request.param), cleanup)


@pytest.fixture
def project(kind: Kind, tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    kind.make(directory)
    commit_all(directory)
    return directory


def installed(mlx: Mlx, project: Path) -> list[str]:
    status = mlx("status", "--json", "-C", project)
    return [component["name"] for component in json.loads(status.output)["components"]]


def modules(names: list[str], import_root: str) -> list[str]:
    """What can be imported of the components, as the project calls it."""
    provided = [module for name in names for module in COMPONENTS[name]["provides"]["modules"]]
    moved = [re.sub(r"^src\b", import_root, module) for module in provided]
    return [module for module in moved if not module.endswith(".__main__")]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_removed_without_a_trace(mlx: Mlx, project: Path, selection: str) -> None:
    before = read_tree(project)
    added = mlx("add", *SELECTIONS[selection], "-C", project)
    assert added.status == 0, str(added)
    assert "injection-point-not-found" not in added.output
    names = installed(mlx, project)
    assert set(SELECTIONS[selection]) <= set(names)
    checked = mlx("status", "-C", project)
    assert checked.status == 0, str(checked)
    removed = mlx("remove", *names, "-C", project)
    assert removed.status == 0, str(removed)
    assert difference(before, read_tree(project)) == set()


@pytest.mark.parametrize("selection", SELECTIONS)
def test_works(mlx: Mlx, kind: Kind, project: Path, selection: str, tmp_path: Path) -> None:
    added = mlx("add", *SELECTIONS[selection], "-C", project)
    assert added.status == 0, str(added)
    for command in kind.install:
        succeed(*command, directory=project, settings=kind.settings)
    python = project / ".venv/bin/python"

    names = installed(mlx, project)
    path = {"PYTHONPATH": str(project / "src" if (project / "src" / kind.import_root).is_dir() else project)}
    imports = "; ".join(f"import {module}" for module in modules(names, kind.import_root))
    succeed(python, "-c", imports, directory=project, settings=path)

    report = tmp_path / "report.xml"
    succeed(python, "-m", "pytest", "-q", f"--junitxml={report}", directory=project)
    [suite] = ElementTree.parse(report).getroot().iter("testsuite")
    counts = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    injected = sum(file["kind"] == "test" for name in names for file in COMPONENTS[name]["files"])
    assert counts["tests"] > injected
    assert counts == counts | {"failures": 0, "errors": 0, "skipped": 0}
