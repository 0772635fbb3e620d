"""`mlx add`: what it says, what it writes, and what it leaves alone."""

import json
import os
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import run, succeed
from support.registries import Component, greeting, write_registry
from support.trees import commit_all, difference, read_tree, write_files

ADDED = {".env.example", "mlx.lock", "pyproject.toml", "src/greeting.py", "tests/test_greeting.py"}


def test_writes_what_it_says(mlx: Mlx, project: Path, registry: Path) -> None:
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert (done.status, done.errors) == (0, "")
    assert difference(before, read_tree(project)) == ADDED
    for path in ADDED:
        assert f" {path}\n" in done.output


def test_unknown_component(mlx: Mlx, project: Path, registry: Path) -> None:
    before = read_tree(project)
    done = mlx("add", "greetin", "-C", project, "--registry", registry)
    assert (done.status, done.output) == (2, "")
    assert "did you mean `greeting`?" in done.errors
    assert read_tree(project) == before


def test_all_or_nothing_of_several(mlx: Mlx, project: Path, registry: Path) -> None:
    before = read_tree(project)
    assert mlx("add", "greeting", "nothing", "-C", project, "--registry", registry).status == 2
    assert read_tree(project) == before


def test_there_already(mlx: Mlx, project: Path, registry: Path) -> None:
    mlx("add", "greeting", "-C", project, "--registry", registry)
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert done.status == 0
    assert "already here" in done.output
    assert "nothing to do" in done.output
    assert read_tree(project) == before


def test_there_already_and_changed_since(mlx: Mlx, project: Path, registry: Path) -> None:
    mlx("add", "greeting", "-C", project, "--registry", registry)
    write_files(project, {"src/greeting.py": "GREETING = 'mine'\n"})
    before = read_tree(project)
    assert mlx("add", "greeting", "-C", project, "--registry", registry).status == 0
    assert read_tree(project) == before
    [status] = json.loads(mlx("status", "--json", "-C", project, "--registry", registry).output)["components"]
    assert status["changed"] == ["src/greeting.py"]


def test_file_in_the_way(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"src/greeting.py": "mine = True\n"})
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert done.status == 1
    assert "error: src/greeting.py" in done.output
    assert "--overwrite" in done.output
    assert "Nothing was changed" in done.output
    assert read_tree(project) == before

    done = mlx("add", "greeting", "--overwrite", "-C", project, "--registry", registry)
    assert done.status == 0, str(done)
    assert "  ~ src/greeting.py\n" in done.output
    assert difference(before, read_tree(project)) == ADDED
    assert (project / "src/greeting.py").read_text() == greeting().files["src/greeting.py"]


def test_equal_file_is_not_in_the_way(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"src/greeting.py": greeting().files["src/greeting.py"]})
    before = read_tree(project)
    assert mlx("add", "greeting", "-C", project, "--registry", registry).status == 0
    assert difference(before, read_tree(project)) == ADDED - {"src/greeting.py"}


def test_dry_run_is_the_real_run_as_a_patch(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    commit_all(project)
    copy = tmp_path / "copy"
    succeed("git", "clone", "--quiet", project, copy)
    before = read_tree(project)
    done = mlx("add", "api-serving", "--dry-run", "-C", project)
    assert done.status == 0
    assert "dry run" in done.output
    assert read_tree(project) == before

    patch = json.loads(mlx("add", "api-serving", "--dry-run", "--json", "-C", project).output)["diff"]
    assert patch in done.output
    (tmp_path / "plan.patch").write_text(patch)
    succeed("git", "apply", "--whitespace=error-all", tmp_path / "plan.patch", directory=copy)
    assert mlx("add", "api-serving", "-C", project).status == 0
    assert difference(read_tree(copy), read_tree(project)) == set()
    assert len(difference(before, read_tree(copy))) > 40


def test_json(mlx: Mlx, project: Path, registry: Path) -> None:
    arguments = ("add", "greeting", "--json", "-C", project, "--registry", registry)
    planned = json.loads(mlx(*arguments, "--dry-run").output)
    applied = json.loads(mlx(*arguments).output)
    assert (planned["applied"], planned["blocked"]) == (False, False)
    assert planned["diff"].startswith("--- ")
    assert applied == planned | {"applied": True, "diff": None}
    assert applied["components"] == [{"name": "greeting", "version": "1.0.0", "requiredBy": None}]
    assert {file["path"]: file["action"] for file in applied["files"]} == {
        path: "change" if path == "pyproject.toml" else "create" for path in ADDED
    }
    assert applied["distributions"] == [
        {"requirement": "httpx>=0.27,<1", "group": None, "component": "greeting"},
        {"requirement": "pytest>=8", "group": "dev", "component": "greeting"},
    ]
    assert [variable["name"] for variable in applied["environment"]] == ["GREETING"]


def test_json_of_what_is_blocked(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"src/greeting.py": ""})
    done = mlx("add", "greeting", "--json", "-C", project, "--registry", registry)
    answer = json.loads(done.output)
    assert (done.status, answer["applied"], answer["blocked"]) == (1, False, True)
    [finding] = [each for each in answer["findings"] if each["severity"] == "error"]
    assert finding["code"] == "file-exists"
    assert finding["evidence"] == [{"file": "src/greeting.py", "line": 0}]
    assert finding["remedy"]


def test_what_is_required_comes_too(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    base = Component("base", files={"src/base.py": "BASE = 1\n"})
    top = Component("top", files={"src/top.py": "from src.base import BASE\n"}, components={"base": "^1.0"})
    registry = write_registry(tmp_path / "registry", top, base)
    answer = json.loads(mlx("add", "top", "--json", "-C", project, "--registry", registry).output)
    assert [(each["name"], each["requiredBy"]) for each in answer["components"]] == [("base", "top"), ("top", None)]
    assert (project / "src/base.py").exists()


def test_directory_link_to_elsewhere(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project / "tests").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    _refuses_and_writes_nothing(mlx, project, registry, tmp_path, "tests/test_greeting.py")


def test_file_link_to_elsewhere(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"elsewhere/greeting.py": "theirs = True\n"})
    (project / "src/greeting.py").symlink_to(tmp_path / "elsewhere/greeting.py")
    _refuses_and_writes_nothing(mlx, project, registry, tmp_path, "src/greeting.py")
    _refuses_and_writes_nothing(mlx, project, registry, tmp_path, "src/greeting.py", "--overwrite")


def test_link_that_leads_nowhere(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    (project / "src/greeting.py").symlink_to(tmp_path / "not-there-yet.py")
    _refuses_and_writes_nothing(mlx, project, registry, tmp_path, "src/greeting.py", "--overwrite")


def test_link_inside_the_project(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    (project / "checks").mkdir()
    (project / "tests").symlink_to("checks", target_is_directory=True)
    _refuses_and_writes_nothing(mlx, project, registry, tmp_path, "tests/test_greeting.py")


@pytest.mark.parametrize("name", ["pyproject.toml", ".env.example", "mlx.lock"])
def test_own_files_behind_a_link(mlx: Mlx, project: Path, registry: Path, tmp_path: Path, name: str) -> None:
    """The files that it edits may be links too, and what they lead to is not its business."""
    text = (project / name).read_text() if (project / name).exists() else ""
    write_files(tmp_path, {f"elsewhere/{name}": text})
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to(tmp_path / "elsewhere" / name)
    before = read_tree(tmp_path)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert done.status in (1, 2), str(done)
    assert name in done.output + done.errors
    assert read_tree(tmp_path) == before


def _refuses_and_writes_nothing(
    mlx: Mlx, project: Path, registry: Path, everything: Path, named: str, *options: str
) -> None:
    before = read_tree(everything)
    done = mlx("add", "greeting", "-C", project, "--registry", registry, *options)
    assert done.status == 1, str(done)
    assert f"error: {named}" in done.output
    assert read_tree(everything) == before


def test_file_where_a_directory_must_go(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"tests": "not a directory\n"})
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert done.status in (1, 2), str(done)
    assert "tests" in done.output + done.errors
    assert read_tree(project) == before


def test_directory_where_a_file_must_go(mlx: Mlx, project: Path, registry: Path) -> None:
    (project / "src/greeting.py").mkdir()
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry, "--overwrite")
    assert done.status == 1, str(done)
    assert "error: src/greeting.py" in done.output
    assert read_tree(project) == before


def test_disk_that_is_full_half_way(mlx: Mlx, project: Path, registry: Path) -> None:
    """A limit on the size of files stands for it: the small ones are written, then one fails."""
    write_registry(registry, Component("large", files={"src/a.py": "A = 1\n", "src/z.py": "# z\n" * 2000}))
    before = read_tree(project)
    command = f"ulimit -f 4; trap '' XFSZ; exec '{mlx.binary}' add large -C '{project}' --registry '{registry}'"
    done = run("bash", "-c", command)
    assert done.status == 2, str(done)
    assert "src/z.py" in done.errors
    assert read_tree(project) == before


def test_unwritable_directory(mlx: Mlx, project: Path, registry: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (project / "src").chmod(0o555)
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    (project / "src").chmod(0o755)
    assert done.status == 2, str(done)
    assert read_tree(project) == before


def test_executable_files_stay_so(mlx: Mlx, project: Path, registry: Path) -> None:
    (project / "pyproject.toml").chmod(0o755)
    assert mlx("add", "greeting", "-C", project, "--registry", registry).status == 0
    assert (project / "pyproject.toml").stat().st_mode & 0o777 == 0o755


def test_undo_in_a_directory_with_a_difficult_name(mlx: Mlx, tmp_path: Path, registry: Path) -> None:
    project = tmp_path / 'it\'s $HOME; "x" é'
    write_files(project, {"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n"})
    commit_all(project)
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    heading, *commands = done.output[done.output.index("To undo") :].splitlines()
    directory = heading.removeprefix("To undo, run in ").removesuffix(":")
    assert run("sh", "-c", "\n".join([f"cd {directory}", "set -e", *commands])).status == 0
    assert read_tree(project) == before


def test_undo_never_drops_what_was_not_committed(mlx: Mlx, project: Path, registry: Path) -> None:
    commit_all(project)
    changed = (project / "pyproject.toml").read_text() + "\n# mine, and new\n"
    write_files(project, {"pyproject.toml": changed, "src/new.py": ""})
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    instructions = done.output[done.output.index("To undo") :]
    assert "git restore" not in instructions
    for command in (line for line in instructions.splitlines() if line.startswith("  rm ")):
        assert run("sh", "-c", command, directory=project).status == 0
    assert difference(before, read_tree(project)) == {"pyproject.toml"}
    patch = instructions[instructions.index("--- a/pyproject.toml") :]
    (project / "undo.patch").write_text(patch)
    succeed("git", "apply", "--reverse", "undo.patch", directory=project)
    (project / "undo.patch").unlink()
    assert read_tree(project) == before
