"""`sync: true`: locks and generated files come with the pull requests, made by the project's own tools in the job."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from support.commands import TOOLS, path_with, succeed
from support.locks import light, locked_packages, locked_project, locked_workspace
from support.registries import write_registry
from support.steps import Step
from support.trees import write_files
from support.worlds import FORGES, World, make_world

PENDING = "run `uv lock` and commit what it changes"


@contextmanager
def world_of(mlx: Mlx, step: Step, project: Path, directory: Path, forge: str = "github") -> Iterator[World]:
    with make_world(mlx.binary, step, project, directory, forge) as made:
        write_registry(made.registry, light())
        yield made


@pytest.fixture
def world(mlx: Mlx, step: Step, tmp_path: Path) -> Iterator[World]:
    with world_of(mlx, step, locked_project(tmp_path / "project"), tmp_path) as made:
        yield made


def add(world: World, name: str = "work", inputs: dict[str, str] | None = None, **variables: str) -> Any:
    given = {"mode": "add", "components": "light", "registry": str(world.registry), "sync": "true"} | (inputs or {})
    return world.runner.run("workflow_dispatch", {"inputs": {}}, world.checkout(name), given, **variables)


def show(world: World, branch: str, path: str) -> str:
    return succeed("git", "show", f"{branch}:{path}", directory=world.forge.git_directory)


def files(world: World, branch: str) -> list[str]:
    return succeed("git", "ls-tree", "-r", "--name-only", branch, directory=world.forge.git_directory).splitlines()


@pytest.mark.parametrize("forge", FORGES)
def test_a_pull_request_has_its_lock(mlx: Mlx, step: Step, tmp_path: Path, forge: str) -> None:
    with world_of(mlx, step, locked_project(tmp_path / "project"), tmp_path, forge) as world:
        done = add(world)
        assert done.status == 0, str(done)
        assert "uv.lock: has every dependency" in done.finished.output
        assert "iniconfig" in locked_packages(show(world, "mlx/add/light", "uv.lock"))
        [pull] = world.forge.all_pages("octocat", "/pulls")
        assert PENDING not in pull["body"]
        workspace = world.checkout("branch", "--branch=mlx/add/light")
        succeed("uv", "lock", "--check", directory=workspace)
        # Nothing that the tools leave behind is theirs to bring.
        assert not [path for path in files(world, "mlx/add/light") if ".venv" in path]
        again = add(world, "again")
        assert again.status == 0 and again.outputs["changed"] == "false", str(again)


def test_nobody_asked_for_it(world: World) -> None:
    done = add(world, inputs={"sync": "false"})
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert PENDING in pull["body"] and "this job" not in pull["body"]
    assert locked_packages(show(world, "mlx/add/light", "uv.lock")) == {"client"}


def test_a_command_and_a_later_version(world: World) -> None:
    event = world.comment("writer-will", "/mlx add light")
    inputs = {"registry": str(world.registry), "sync": "true"}
    assert world.runner.run("issue_comment", event, world.checkout("comment"), inputs).status == 0
    assert locked_packages(show(world, "mlx/add/light", "uv.lock")) == {"client", "iniconfig"}
    [pull] = world.forge.all_pages("octocat", "/pulls")
    world.forge.api("octocat", "PUT", f"/pulls/{pull['number']}/merge", {})
    write_registry(world.registry, light("1.1.0", "pluggy>=1"))
    done = world.runner.run("schedule", {"schedule": "0 6 * * 1"}, world.checkout("update"), inputs)
    assert done.status == 0, str(done)
    assert locked_packages(show(world, "mlx/update/light", "uv.lock")) == {"client", "iniconfig", "pluggy"}
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert PENDING not in pull["body"]
    again = world.runner.run("schedule", {"schedule": "0 6 * * 1"}, world.checkout("again"), inputs)
    assert again.status == 0 and again.outputs["changed"] == "false", str(again)


def test_a_dry_run_shows_the_lock(world: World) -> None:
    done = add(world, inputs={"dry-run": "true"})
    assert done.status == 0, str(done)
    assert 'name = "iniconfig"' in done.summary
    assert world.forge.all_pages("octocat", "/pulls") == []


def tool(directory: Path, script: str) -> str:
    """PATH with a `uv` that is this script."""
    return path_with(directory / "bin", "uv", script)


def test_without_the_tool_it_is_named(world: World) -> None:
    done = add(world, PATH="/nowhere")
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert PENDING in pull["body"]
    assert "this job could not do it: `uv is not installed" in pull["body"]
    assert "uv is not installed" in done.summary


def test_a_tool_that_fails_leaves_nothing(world: World, tmp_path: Path) -> None:
    path = tool(tmp_path, "echo broken >uv.lock; echo 'no such `thing` @octocat'; exit 2")
    done = add(world, PATH=path)
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert PENDING in pull["body"] and "this job could not do it: `uv failed`" in pull["body"]
    # What a tool says may be another thing each time, so it is not for the pull request.
    assert "octocat" not in pull["body"] and "uv failed: no such `thing` @octocat" in done.finished.output
    assert locked_packages(show(world, "mlx/add/light", "uv.lock")) == {"client"}


def test_tools_get_no_secret(world: World, tmp_path: Path) -> None:
    """Neither by their environment nor by that of the job's process, which only a tracer of all of the machine may see."""
    own, of_job = tmp_path / "own", tmp_path / "of-job"
    # root is such a tracer, unless it lays that right down.
    lay_down = 'drop="setpriv --bounding-set=-all"; $drop true 2>/dev/null || drop='
    script = f"env >{own}; pwd >>{own}; {lay_down}; $drop cat /proc/$PPID/environ >{of_job} 2>&1; true"
    variables = {"CI_JOB_TOKEN": "from-ci", "AWS_SECRET_ACCESS_KEY": "from-aws", "UV_PUBLISH_TOKEN": "from-uv"}
    done = add(world, PATH=tool(tmp_path, script), UV_LINK_MODE="copy", **variables)
    assert done.status == 0, str(done)
    text = own.read_text(encoding="utf-8")
    assert "UV_LINK_MODE=copy" in text and "PATH=" in text
    for secret in (str(world.runner.token), *variables.values()):
        assert secret not in text
    assert str(done.workspace) not in text.splitlines()[-1]
    assert "Permission denied" in of_job.read_text(encoding="utf-8", errors="replace")


def test_a_later_lock_is_no_reason_to_move_a_branch(world: World, tmp_path: Path) -> None:
    path = tool(tmp_path, "date +%N >>uv.lock")
    assert add(world, PATH=path).status == 0
    first = succeed("git", "rev-parse", "mlx/add/light", directory=world.forge.git_directory)
    again = add(world, "again", PATH=path)
    assert again.status == 0 and again.outputs["changed"] == "false", str(again)
    assert succeed("git", "rev-parse", "mlx/add/light", directory=world.forge.git_directory) == first
    # Another base may have another lock: it is made anew.
    world.forge.push(world.checkout("main"), "main", {"src/own.py": "OWN = 2\n"})
    moved = add(world, "moved", PATH=path)
    assert moved.outputs["changed"] == "true", str(moved)
    assert succeed("git", "rev-parse", "mlx/add/light", directory=world.forge.git_directory) != first


def test_uv_is_not_told_to_do_nothing(world: World, tmp_path: Path) -> None:
    """Variables that jobs set for their installs would make a lock that was never made look done."""
    done = add(world, UV_FROZEN="1", UV_PROJECT=str(tmp_path), UV_PROJECT_ENVIRONMENT=str(tmp_path / "environment"))
    assert done.status == 0, str(done)
    assert "iniconfig" in locked_packages(show(world, "mlx/add/light", "uv.lock"))


def test_a_link_of_the_project_is_not_written_over(mlx: Mlx, step: Step, tmp_path: Path) -> None:
    project = locked_project(tmp_path / "project", {"docs/readme.md": "# Read me\n"})
    (project / "README.md").symlink_to("docs/readme.md")
    with world_of(mlx, step, project, tmp_path) as world:
        done = add(world, PATH=tool(tmp_path, "echo '# other' >README.md; echo >>uv.lock"))
        assert done.status == 0, str(done)
        [pull] = world.forge.all_pages("octocat", "/pulls")
        assert PENDING in pull["body"] and "README.md, which is no regular file" in pull["body"]
        there = succeed("git", "ls-tree", "mlx/add/light", "README.md", directory=world.forge.git_directory)
        assert there.startswith("120000")


def test_what_is_ignored_above_the_project_is(mlx: Mlx, step: Step, tmp_path: Path) -> None:
    top = tmp_path / "project"
    write_files(top, {".gitignore": "*.egg-info/\n", "README.md": "# All\n"})
    locked_project(top / "packages/client")
    script = "mkdir -p src/client.egg-info; echo >src/client.egg-info/PKG-INFO; echo >>uv.lock; git init --quiet ."
    with world_of(mlx, step, top, tmp_path) as world:
        done = add(world, inputs={"working-directory": "packages/client"}, PATH=tool(tmp_path, script))
        assert done.status == 0, str(done)
        [pull] = world.forge.all_pages("octocat", "/pulls")
        assert PENDING not in pull["body"], str(done)
        there = files(world, "mlx/add/light")
        assert "packages/client/src/light.py" in there
        assert not [path for path in there if "egg-info" in path or ".git/" in path]


@pytest.mark.parametrize("path", [".github/workflows/own.yml", ".env"])
def test_what_no_plan_may_write_no_tool_may(world: World, tmp_path: Path, path: str) -> None:
    script = f"mkdir -p .github/workflows; echo 'A: 1' >{path}; echo >>uv.lock"
    done = add(world, PATH=tool(tmp_path, script))
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert PENDING in pull["body"] and path in pull["body"]
    assert path not in files(world, "mlx/add/light")
    assert locked_packages(show(world, "mlx/add/light", "uv.lock")) == {"client"}


def test_links_are_neither_given_nor_taken(world: World, tmp_path: Path) -> None:
    done = add(world, PATH=tool(tmp_path, "ln -s /etc/passwd passwd; echo >>uv.lock"))
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert PENDING in pull["body"] and "passwd" in pull["body"]
    assert "passwd" not in files(world, "mlx/add/light")


def test_what_git_ignores_stays_behind(mlx: Mlx, step: Step, tmp_path: Path) -> None:
    project = locked_project(tmp_path / "project", {".gitignore": "*.log\n", "gone.txt": "1\n"})
    script = "echo >a.log; mkdir -p .venv/lib; echo '*' >.venv/.gitignore; echo >.venv/lib/x; rm gone.txt; echo >new.txt"
    with world_of(mlx, step, project, tmp_path) as world:
        done = add(world, PATH=tool(tmp_path, script))
        assert done.status == 0, str(done)
        there = files(world, "mlx/add/light")
        assert "new.txt" in there and "gone.txt" not in there, str(done)
        assert not {"a.log", ".venv/lib/x"} & set(there)


def test_a_lock_above_the_project_is_named(mlx: Mlx, step: Step, tmp_path: Path) -> None:
    """It is none of the project's files, so no pull request of the project can have it."""
    top = tmp_path / "project"
    locked_workspace(top)
    with world_of(mlx, step, top, tmp_path) as world:
        done = add(world, inputs={"working-directory": "packages/client"})
        assert done.status == 0, str(done)
        [pull] = world.forge.all_pages("octocat", "/pulls")
        assert "../../uv.lock" in pull["body"] and PENDING in pull["body"]
        assert "packages/client/uv.lock" not in files(world, "mlx/add/light")


def test_projen_is_run_for_a_project_that_it_writes(mlx: Mlx, step: Step, tmp_path: Path) -> None:
    project = tmp_path / "project"
    created = mlx("create", project)
    assert created.status == 0, str(created)
    shutil.rmtree(project / ".venv")  # or it would be what the forge has
    with world_of(mlx, step, project, tmp_path) as world:
        done = add(world)
        assert done.status == 0, str(done)
        assert "projen: synthesised what .projenrc.py says" in done.finished.output, str(done)
        branch = "mlx/add/light"
        assert "iniconfig>=2" in show(world, branch, "pyproject.toml")
        assert "mlx:test-light" in show(world, branch, ".projen/tasks.json")
        assert "iniconfig" in locked_packages(show(world, branch, "uv.lock"))
        changed = set(succeed("git", "diff", "--name-only", "main", branch, directory=world.forge.git_directory).splitlines())
        assert {".projenrc.py", ".projen/tasks.json", "pyproject.toml", "uv.lock", "mlx.lock", "src/project/light.py"} <= changed, changed
        assert not [path for path in changed if path.startswith((".venv", "node_modules"))]
        workspace = world.checkout("branch", f"--branch={branch}")
        succeed(TOOLS / "uv", "lock", "--check", directory=workspace)
