"""Locks and generated files that other tools make: brought up to date where that is asked for, else named."""

import json
import re
import time
from pathlib import Path

import pytest

from conftest import Mlx
from support import locks
from support.commands import TOOLS, path_with, succeed
from support.registries import write_registry
from support.trees import read_tree, write_files


@pytest.fixture
def light(tmp_path: Path) -> Path:
    """A registry with a component that needs one small distribution."""
    return write_registry(tmp_path / "registry", locks.light())


def locked(file: Path) -> set[str]:
    return locks.locked_packages(file.read_text(encoding="utf-8"))


def outdated(output: str) -> list[str]:
    findings = json.loads(output)["findings"]
    return [finding["evidence"][0]["file"] for finding in findings if finding["code"] == "lock-file-outdated"]


def test_a_lock_never_disagrees_in_silence(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    client = locks.locked_project(tmp_path / "client")
    done = mlx("add", "light", "--registry", light, "--json", "-C", client)
    assert outdated(done.output) == ["uv.lock"], str(done)
    assert "iniconfig" not in locked(client / "uv.lock")
    doctor = mlx("doctor", "-C", client)
    assert "uv.lock lacks iniconfig" in doctor.output


def test_asked_to_it_locks(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    client = locks.locked_project(tmp_path / "client")
    before = read_tree(client)
    # What is set for installs does not count.
    done = mlx("add", "light", "--sync", "--registry", light, "--json", "-C", client, UV_FROZEN="1")
    assert done.status == 0, str(done)
    assert outdated(done.output) == []
    assert json.loads(done.output)["steps"] == [
        {"name": "uv.lock", "done": True, "message": "has every dependency", "command": None}
    ]
    assert "iniconfig" in locked(client / "uv.lock")
    succeed("uv", "lock", "--check", directory=client)
    gone = mlx("remove", "light", "--sync", "--registry", light, "-C", client)
    assert "+ uv.lock: has every dependency" in gone.output, str(gone)
    assert read_tree(client) == before


def test_what_is_not_possible_is_said_and_stays_a_finding(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    client = locks.locked_project(tmp_path / "client")
    done = mlx("add", "light", "--sync", "--registry", light, "--json", "-C", client, PATH="/nowhere")
    assert done.status == 0, str(done)
    assert outdated(done.output) == ["uv.lock"]
    [step] = json.loads(done.output)["steps"]
    assert (step["done"], step["command"]) == (False, "uv lock")
    assert "not installed" in step["message"]


def test_nothing_is_run_for_a_dry_run(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    client = locks.locked_project(tmp_path / "client")
    before = read_tree(client)
    done = mlx("add", "light", "--sync", "--dry-run", "--registry", light, "--json", "-C", client)
    assert json.loads(done.output)["steps"] == []
    assert read_tree(client) == before


def test_a_member_of_a_workspace_has_its_lock_above(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    client = locks.locked_workspace(tmp_path / "all")
    done = mlx("add", "light", "--registry", light, "--json", "-C", client)
    assert outdated(done.output) == ["../../uv.lock"], str(done)
    mlx("remove", "light", "--registry", light, "-C", client)
    synced = mlx("add", "light", "--sync", "--registry", light, "--json", "-C", client)
    assert outdated(synced.output) == [], str(synced)
    assert "iniconfig" in locked(tmp_path / "all/uv.lock")
    assert not (client / "uv.lock").exists()


def test_what_is_no_member_has_no_lock_above(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    locks.locked_workspace(tmp_path / "all")
    other = tmp_path / "all/tools/client"
    write_files(other, {"pyproject.toml": locks.PROJECT})
    done = mlx("add", "light", "--registry", light, "--json", "-C", other)
    assert outdated(done.output) == [], str(done)


@pytest.mark.parametrize("script", ["printf 'caf\\351\\n'; exit 3", "sleep 30 & exit 3"])
def test_a_tool_that_fails_is_said_to(mlx: Mlx, tmp_path: Path, light: Path, script: str) -> None:
    """Whatever it says, and whatever it leaves running."""
    client = locks.locked_project(tmp_path / "client")
    mlx("add", "light", "--registry", light, "-C", client)
    path = path_with(tmp_path / "bin", "uv", script)
    begun = time.monotonic()
    done = mlx("remove", "light", "--sync", "--registry", light, "--json", "-C", client, PATH=path)
    assert time.monotonic() - begun < 20
    [step] = json.loads(done.output)["steps"]
    assert (step["done"], step["command"]) == (False, "uv lock")
    assert step["message"].startswith("uv failed")


def test_without_projen_nothing_is_locked(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    """A lock of what projen has not written yet would disagree in silence."""
    directory = tmp_path / "shop"
    mlx("create", directory)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "uv").symlink_to(TOOLS / "uv")
    done = mlx("add", "light", "--sync", "--registry", light, "--json", "-C", directory, PATH=str(programs))
    answer = json.loads(done.output)
    assert [(step["name"], step["done"]) for step in answer["steps"]] == [("projen", False)]
    assert {finding["code"] for finding in answer["findings"]} == {"lock-file-outdated", "synth-pending"}


def test_another_repository_above_is_not_looked_at(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    client = locks.locked_workspace(tmp_path / "all")
    succeed("git", "init", "--quiet", directory=client)
    done = mlx("add", "light", "--registry", light, "--json", "-C", client)
    assert outdated(done.output) == []


def test_the_root_of_a_workspace_names_its_members(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    locks.locked_workspace(tmp_path / "all")
    done = mlx("add", "light", "--registry", light, "-C", tmp_path / "all")
    assert done.status == 2, str(done)
    assert "packages/*" in done.errors
    assert "-C" in done.errors


def test_projen_is_run_where_it_can_be(mlx: Mlx, tmp_path: Path, light: Path) -> None:
    """A component into a project that projen writes: the program is edited, then what is made of it."""
    directory = tmp_path / "shop"
    created = mlx("create", directory, "--json")
    assert all(step["done"] for step in json.loads(created.output)["steps"]), str(created)
    pending = mlx("add", "light", "--registry", light, "--json", "-C", directory)
    assert [finding["code"] for finding in json.loads(pending.output)["findings"]] == [
        "lock-file-outdated",
        "synth-pending",
    ]
    assert "iniconfig" not in (directory / "pyproject.toml").read_text(encoding="utf-8")
    doctor = mlx("doctor", "-C", directory)
    assert "pyproject.toml lacks iniconfig, which .projenrc.py declares" in doctor.output
    succeed("git", "checkout", "--quiet", ".", directory=directory)
    succeed("git", "clean", "--quiet", "--force", "-d", directory=directory)

    done = mlx("add", "light", "--sync", "--registry", light, "--json", "-C", directory)
    answer = json.loads(done.output)
    assert [(step["name"], step["done"]) for step in answer["steps"]] == [("projen", True), ("uv.lock", True)]
    assert answer["findings"] == []
    assert "iniconfig>=2" in (directory / "pyproject.toml").read_text(encoding="utf-8")
    assert '"iniconfig>=2"' in (directory / ".projenrc.py").read_text(encoding="utf-8")
    assert "mlx:test-light" in (directory / ".projen/tasks.json").read_text(encoding="utf-8")
    succeed("uv", "lock", "--check", directory=directory)
    doctor = mlx("doctor", "-C", directory)
    assert "pyproject.toml has what .projenrc.py declares" in doctor.output


def test_what_was_edited_by_hand_is_told(mlx: Mlx, tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    mlx("create", directory, "--offline")
    pyproject = directory / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    by_hand = re.sub(r"^dependencies = \[\s*\]", 'dependencies = ["iniconfig"]', text, flags=re.MULTILINE)
    assert by_hand != text
    pyproject.chmod(0o644)
    pyproject.write_text(by_hand, encoding="utf-8")
    doctor = mlx("doctor", "-C", directory)
    assert "the next synth takes out iniconfig" in doctor.output


GENERATED = """\
# ~~ Generated by projen. To modify, edit .projenrc.py and run "npx projen".

[project]
name = "client"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [ ]
"""


@pytest.mark.parametrize(
    ("program", "text", "shown"),
    [
        (".projenrc.py", "project = P(deps=BASE + [])\nproject.synth()\n", 'project.add_dependency("iniconfig>=2")'),
        (".projenrc.py", "project = P(\n", 'project.add_dependency("iniconfig>=2")'),
        (".projenrc.ts", "const project = new P();\nproject.synth();\n", 'project.addDependency("iniconfig>=2")'),
        (".projenrc.js", "const project = new P();\nproject.synth();\n", 'project.addDependency("iniconfig>=2")'),
    ],
)
def test_a_program_that_cannot_be_edited(
    mlx: Mlx, tmp_path: Path, light: Path, program: str, text: str, shown: str
) -> None:
    """The edit to make is printed, nothing is changed; once somebody made it, the component comes."""
    client = tmp_path / "client"
    write_files(client, {"pyproject.toml": GENERATED, program: text})
    before = read_tree(client)
    done = mlx("add", "light", "--registry", light, "-C", client)
    assert done.status == 1, str(done)
    assert shown in done.output
    assert program in done.output
    assert read_tree(client) == before
    synthesised = GENERATED.replace("dependencies = [ ]", 'dependencies = [ "iniconfig>=2" ]')
    write_files(client, {"pyproject.toml": synthesised})
    added = mlx("add", "light", "--registry", light, "-C", client)
    assert added.status == 0, str(added)
    assert (client / "src/light.py").is_file()
