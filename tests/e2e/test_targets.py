"""Four kinds of projects get a component, and are installed, tested and run for real."""

import json
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from conftest import REPOSITORY, Mlx
from story import set_stage
from support import package_index
from support.commands import run, succeed
from support.projects import make_bare, make_flat, make_poetry
from support.services import get, uvicorn
from support.trees import commit_all, difference, read_tree

COMPONENT = "api-serving"
INJECTED_TESTS = 100  # at least


@dataclass
class Target:
    mlx: Mlx
    directory: Path  # with the component
    before: Path  # a clone of what it was
    import_root: str
    own_tests: int
    manager: str = "uv"
    settings: dict[str, str] = field(default_factory=dict)

    @cached_property
    def installed(self) -> Path:
        """The directory, with an environment of its own beside the code."""
        install = ("uv", "sync") if self.manager == "uv" else ("poetry", "install")
        succeed(*install, directory=self.directory, settings=self.settings)
        assert (self.directory / ".venv").is_dir()
        return self.directory


def pull_request(mlx: Mlx, root: Path, forge: str) -> Target:
    """The demo's story; then the pull request's branch, as a reviewer fetches it."""
    project, before = root / "project", root / "before"
    with set_stage(mlx.binary, forge=forge) as stage:
        outcome = stage.wait_for_outcome(*stage.ask())
        branch = outcome.pull_requests[0]["head"]["ref"]
        succeed("git", "clone", "--quiet", "--branch", branch, stage.forge.git_directory, project)
        succeed("git", "clone", "--quiet", "--branch", "main", stage.forge.git_directory, before)
    return Target(mlx, project, before, "churn_model", own_tests=6)


def local(mlx: Mlx, root: Path, make: Callable[[Path], None], import_root: str, own_tests: int) -> Target:
    """A project in which `mlx add` was run."""
    project, before = root / "project", root / "before"
    project.mkdir()
    make(project)
    commit_all(project)
    succeed("git", "clone", "--quiet", project, before)
    done = mlx("add", COMPONENT, "-C", project)
    assert done.status == 0, str(done)
    return Target(mlx, project, before, import_root, own_tests)


def poetry(mlx: Mlx, root: Path, cleanup: ExitStack) -> Target:
    wheels = root / "wheels"
    needed = {"click>=8.1,<9", "pytest>=8"}
    for component in (REPOSITORY / "mlx-components").glob("*/component.json"):
        requires = json.loads(component.read_text(encoding="utf-8"))["requires"]
        needed.update(requires["distributions"], *requires["groups"].values())
    package_index.fill(wheels, needed)
    index = cleanup.enter_context(package_index.serve(wheels))
    target = local(mlx, root, lambda directory: make_poetry(directory, index), "fraud_score", own_tests=1)
    target.manager = "poetry"
    target.settings = {"POETRY_CACHE_DIR": str(root / "poetry-cache")}
    return target


TARGETS: dict[str, Callable[[Mlx, Path, ExitStack], Target]] = {
    "pull-request": lambda mlx, root, _: pull_request(mlx, root, "github"),
    "merge-request": lambda mlx, root, _: pull_request(mlx, root, "gitlab"),
    "bare": lambda mlx, root, _: local(mlx, root, make_bare, "src", own_tests=0),
    "flat": lambda mlx, root, _: local(mlx, root, make_flat, "shop", own_tests=1),
    "poetry": poetry,
}


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest, mlx: Mlx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with ExitStack() as cleanup:
        yield TARGETS[request.param](mlx, tmp_path_factory.mktemp(request.param), cleanup)


def test_same_tree_from_the_command_line(target: Target, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(target.before, project, symlinks=True)
    done = target.mlx("add", COMPONENT, directory=project)
    assert done.status == 0, str(done)
    assert difference(read_tree(project), read_tree(target.directory)) == set()


def test_all_tests_pass(target: Target, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    pytest_run = (target.manager, "run", "pytest", f"--junitxml={report}")
    succeed(*pytest_run, directory=target.installed, settings=target.settings)
    [suite] = ElementTree.parse(report).getroot().iter("testsuite")
    counts = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    assert counts["tests"] > INJECTED_TESTS + target.own_tests
    assert counts == counts | {"failures": 0, "errors": 0, "skipped": 0}
    files = {case.attrib["classname"] for case in suite.iter("testcase")}
    injected = {name for name in files if name.startswith(("tests.api.", "tests.config."))}
    own = sum(case.attrib["classname"] not in injected for case in suite.iter("testcase"))
    assert own == target.own_tests, files


def test_serves(target: Target, tmp_path: Path) -> None:
    application = f"{target.import_root}.api.main:app"
    with uvicorn(target.installed, application, tmp_path / "uvicorn.log") as address:
        health = get(f"{address}/health")
        assert (health.status, health.body) == (200, {"status": "ok"})
        ready = get(f"{address}/health/ready")
        assert (ready.status, ready.body["status"]) == (200, "ready")
        nothing = get(f"{address}/nothing")
        assert (nothing.status, nothing.content_type) == (404, "application/problem+json")


def test_second_add_changes_nothing(target: Target) -> None:
    before = read_tree(target.directory, without={".venv"})
    done = target.mlx("add", COMPONENT, "-C", target.directory)
    assert done.status == 0, str(done)
    assert "nothing to do" in done.output
    assert read_tree(target.directory, without={".venv"}) == before


def test_status_is_clean(target: Target) -> None:
    done = target.mlx("status", "--json", "-C", target.directory)
    assert done.status == 0, str(done)
    components = json.loads(done.output)["components"]
    assert [component["name"] for component in components] == [COMPONENT, "config-management"]
    for component in components:
        assert component["version"] == component["latest"]
        assert component["changed"] == component["missing"] == component["missingRequirements"] == []


def test_undo_as_printed(target: Target, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(target.before, project, symlinks=True)
    before = read_tree(project)
    done = target.mlx("add", COMPONENT, "-C", project)
    assert difference(before, read_tree(project))
    heading, *lines = done.output[done.output.index("To undo") :].splitlines()
    assert str(project) in heading
    commands = [line for line in lines if line.startswith("  ")]
    assert commands == lines, "there is more to undo than commands"
    for command in commands:
        undone = run("sh", "-c", command, directory=project)
        assert undone.status == 0, str(undone)
    assert difference(before, read_tree(project)) == set()
    assert succeed("git", "status", "--porcelain", directory=project) == ""
