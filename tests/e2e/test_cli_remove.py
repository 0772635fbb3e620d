"""`mlx remove`: everything that `mlx add` brought goes, and nothing else."""

import json
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import run
from support.registries import Component, greeting, write_registry
from support.trees import commit_all, difference, read_tree, write_files

SHAPES = {
    "uv": {"pyproject.toml": '[project]\nname = "client"\nversion = "1"\ndependencies = []\n'},
    "no last line end": {"pyproject.toml": '[project]\nname = "client"\nversion = "1"', ".env.example": "A=1"},
    "crlf": {"pyproject.toml": '[project]\r\nname = "client"\r\ndependencies = [ "numpy" ]\r\n'},
    "poetry": {"pyproject.toml": '[tool.poetry]\nname = "client"\n\n[tool.poetry.dependencies]\npython = "^3.11"\n'},
    "requirements": {"requirements.txt": "numpy\n# end", "client/__init__.py": ""},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_leaves_the_tree_as_it_was(mlx: Mlx, tmp_path: Path, shape: str) -> None:
    project = tmp_path / "client"
    write_files(project, SHAPES[shape])
    before = read_tree(project)
    assert mlx("add", "api-serving", "-C", project).status == 0
    assert len(difference(before, read_tree(project))) > 40
    done = mlx("remove", "config-management", "api-serving", "-C", project)
    assert (done.status, done.errors) == (0, ""), str(done)
    assert difference(before, read_tree(project)) == set()


def test_one_after_the_other(mlx: Mlx, project: Path) -> None:
    before = read_tree(project)
    assert mlx("add", "config-management", "-C", project).status == 0
    between = read_tree(project)
    assert mlx("add", "api-serving", "-C", project).status == 0
    assert mlx("remove", "api-serving", "-C", project).status == 0
    assert difference(between, read_tree(project)) == set()
    assert mlx("remove", "config-management", "-C", project).status == 0
    assert difference(before, read_tree(project)) == set()


def test_refuses_what_another_one_requires(mlx: Mlx, project: Path) -> None:
    mlx("add", "api-serving", "-C", project)
    before = read_tree(project)
    done = mlx("remove", "config-management", "-C", project)
    assert done.status == 1
    assert "required by api-serving" in done.output
    answer = json.loads(mlx("remove", "config-management", "--json", "-C", project).output)
    assert (answer["applied"], answer["blocked"], answer["files"]) == (False, True, [])
    assert [finding["code"] for finding in answer["findings"]] == ["required-by"]
    assert read_tree(project) == before


def test_dry_run_writes_nothing_and_says_the_same(mlx: Mlx, project: Path, registry: Path) -> None:
    mlx("add", "greeting", "-C", project, "--registry", registry)
    before = read_tree(project)
    arguments = ("remove", "greeting", "--json", "-C", project, "--registry", registry)
    planned = json.loads(mlx(*arguments, "--dry-run").output)
    assert read_tree(project) == before
    assert planned["diff"]
    assert json.loads(mlx(*arguments).output) == planned | {"applied": True, "diff": None}


def test_keeps_what_you_changed_unless_forced(mlx: Mlx, project: Path, registry: Path) -> None:
    before = read_tree(project)
    mlx("add", "greeting", "-C", project, "--registry", registry)
    write_files(project, {"src/greeting.py": "GREETING = 'mine'\n"})
    copy = read_tree(project)
    done = mlx("remove", "greeting", "-C", project, "--registry", registry)
    assert done.status == 0
    assert "src/greeting.py stays" in done.output
    assert difference(before, read_tree(project)) == {"src/greeting.py"}
    # A second time with everything back, and by force.
    write_files(project, {path: bytes(content)[1:] for path, content in copy.items() if isinstance(content, bytes)})
    done = mlx("remove", "greeting", "--force", "-C", project, "--registry", registry)
    assert "git apply --reverse" in done.output
    assert difference(before, read_tree(project)) == set()


def test_works_without_its_registry(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    before = read_tree(project)
    mlx("add", "greeting", "-C", project, "--registry", registry)
    done = mlx("remove", "greeting", "-C", project, "--registry", tmp_path / "gone")
    assert done.status == 0, str(done)
    assert "registry cannot be read" in done.output
    assert difference(before, read_tree(project)) == set()


def test_undo_by_git_or_by_adding_again(mlx: Mlx, project: Path, registry: Path) -> None:
    mlx("add", "greeting", "-C", project, "--registry", registry)
    added = read_tree(project)
    done = mlx("remove", "greeting", "-C", project, "--registry", registry)
    assert "mlx add greeting" in done.output
    mlx("add", "greeting", "-C", project, "--registry", registry)
    assert read_tree(project) == added
    commit_all(project)
    done = mlx("remove", "greeting", "-C", project, "--registry", registry)
    [command] = [line for line in done.output.splitlines() if line.startswith("  git restore")]
    assert run("sh", "-c", command, directory=project).status == 0
    assert read_tree(project) == added


def test_not_installed(mlx: Mlx, project: Path) -> None:
    done = mlx("remove", "api-serving", "-C", project)
    assert (done.status, done.output) == (2, "")
    assert "is not installed" in done.errors


def test_shared_directory_and_own_files_stay(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    base = Component("base", files={"src/pkg/base.py": "BASE = 1\n"})
    registry = write_registry(tmp_path / "two", base, greeting())
    mlx("add", "base", "greeting", "-C", project, "--registry", registry)
    write_files(project, {"src/pkg/mine.py": "MINE = 1\n"})
    mlx("remove", "base", "-C", project, "--registry", registry)
    assert (project / "src/pkg/mine.py").exists()
    assert not (project / "src/pkg/base.py").exists()
    assert (project / "src/greeting.py").exists()
