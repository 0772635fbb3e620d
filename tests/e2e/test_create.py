"""Projects from nothing: made, installed, tested, linted, type-checked, served, synthesised."""

import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import REPOSITORY, Mlx
from support.commands import TOOLS, environment, run, succeed
from support.registries import Component, greeting, write_registry
from support.services import get, served
from support.trees import read_tree
from test_action_workflows import actionlint, schema

SELECTIONS = {
    "nothing": ["--no-projen"],
    "settings": ["--components", "config-management,utility-framework"],
    "service": ["--components", "api-serving", "--no-projen", "--forge", "gitlab"],
    "models": ["--components", "model-serving,rate-limiting"],
    "all": ["--all"],
}
NPX = ("npx", "--offline", "projen")


@dataclass
class Created:
    directory: Path
    answer: dict
    selection: str

    @property
    def has_projen(self) -> bool:
        return "--no-projen" not in SELECTIONS[self.selection]

    @property
    def components(self) -> list[str]:
        return [component["name"] for component in self.answer["components"]]


@pytest.fixture(scope="module", params=SELECTIONS)
def created(request: pytest.FixtureRequest, mlx: Mlx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Created]:
    directory = tmp_path_factory.mktemp(request.param) / "fraud-score"
    bring_npx(directory.parent)
    done = mlx("create", directory, *SELECTIONS[request.param], "--json")
    assert done.status == 0, str(done)
    yield Created(directory, json.loads(done.output), request.param)


def bring_npx(parent: Path) -> None:
    """npx looks for projen above the project too."""
    (parent / "node_modules").symlink_to(REPOSITORY / "node_modules")


def test_everything_was_done(created: Created) -> None:
    steps = {step["name"]: step for step in created.answer["steps"]}
    assert all(step["done"] and step["command"] is None for step in steps.values()), steps
    assert set(steps) == {"uv.lock", "git"} | ({"projen"} if created.has_projen else set())
    assert succeed("git", "status", "--porcelain", directory=created.directory) == ""
    log = succeed("git", "log", "--format=%an %s", directory=created.directory)
    assert log == "Tester Create the project\n"
    succeed("uv", "lock", "--check", directory=created.directory)


def test_checks_pass(created: Created) -> None:
    """`make check` is ruff, mypy and pytest; formatted it is too."""
    done = run("make", "check", directory=created.directory)
    assert done.status == 0, str(done)
    assert "All checks passed!" in done.output
    assert "Success: no issues found" in done.output
    assert re.search(r"\d+ passed", done.output), done.output
    succeed("uv", "run", "ruff", "format", "--check", ".", directory=created.directory)
    assert succeed("git", "status", "--porcelain", directory=created.directory) == ""


def test_serves(created: Created, tmp_path: Path) -> None:
    if "api-serving" not in created.components:
        assert not (created.directory / "Dockerfile").exists()
        assert "run:" not in (created.directory / "Makefile").read_text(encoding="utf-8")
        return
    succeed("make", "setup", directory=created.directory)
    run_it = ("make", "run")
    with served(*run_it, directory=created.directory, log=tmp_path / "log", settings={"API_PORT": "0"}) as base:
        assert get(f"{base}/health").body == {"status": "ok"}
        assert get(f"{base}/info").body["name"] == "fraud-score"


def test_synthesises_twice_without_a_difference(created: Created) -> None:
    if not created.has_projen:
        assert not (created.directory / ".projenrc.py").exists()
        return
    succeed("make", "setup", directory=created.directory)
    for _ in range(2):
        succeed(*NPX, directory=created.directory)
        assert succeed("git", "status", "--porcelain", directory=created.directory) == ""


def test_what_it_needs_is_declared_once(created: Created) -> None:
    status = succeed_json(created, "status")
    assert [component["name"] for component in status["components"]] == sorted(created.components)
    for component in status["components"]:
        assert component["missing"] == component["missingRequirements"] == []


def succeed_json(created: Created, command: str) -> dict:
    binary = os.environ["MLX_BINARY"]
    return json.loads(succeed(Path(binary).resolve(), command, "--json", "-C", created.directory))


def test_without_tools_it_says_what_is_missing(mlx: Mlx, tmp_path: Path) -> None:
    """Neither uv nor Node.js nor git on PATH, and nobody whom git knows."""
    settings = {"PATH": "", "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    nobody = {name: "" for name in environment() if name.startswith("GIT_") and "CONFIG" not in name}
    done = mlx("create", tmp_path / "shop", "--components", "api-serving", "--json", **settings, **nobody)
    assert done.status == 0, str(done)
    steps = {step["name"]: step for step in json.loads(done.output)["steps"]}
    assert not any(step["done"] for step in steps.values())
    assert steps["uv.lock"]["command"] == "uv lock"
    assert "uv is not installed" in steps["uv.lock"]["message"]
    assert steps["projen"]["command"] == "uv run .projenrc.py"
    assert "user.name" in steps["git"]["message"]
    staged = succeed("git", "diff", "--cached", "--name-only", directory=tmp_path / "shop").split()
    assert "pyproject.toml" in staged
    assert "Makefile" in staged


def test_the_first_synth_changes_the_form_and_nothing_that_is_said(mlx: Mlx, tmp_path: Path) -> None:
    """Without Node.js pyproject.toml is written here; projen says the same later."""
    directory = tmp_path / "shop"
    bare = f"{TOOLS}{os.pathsep}/usr/bin{os.pathsep}/bin"
    without_node = tmp_path / "bin"
    without_node.mkdir()
    for tool in ("uv", "git", "make", "sh", "env"):
        found = shutil.which(tool, path=bare)
        assert found
        (without_node / tool).symlink_to(found)
    done = mlx("create", directory, "--all", PATH=str(without_node))
    assert done.status == 0, str(done)
    assert "! projen: Node.js is not installed" in done.output
    before = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))
    succeed("uv", "run", ".projenrc.py", directory=directory)
    after = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))
    assert after == before
    assert "uv.lock" not in succeed("git", "status", "--porcelain", directory=directory)


def test_where_there_is_no_uv_make_brings_one(mlx: Mlx, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in ("make", "sh", "awk", "git"):
        found = shutil.which(tool)
        assert found
        (programs / tool).symlink_to(found)
    (programs / "python3").symlink_to(os.path.realpath(TOOLS / "python"))
    done = mlx("create", tmp_path / "shop", "--no-projen", PATH=str(programs))
    assert "! uv.lock: uv is not installed" in done.output
    tested = run("make", "test", directory=tmp_path / "shop", settings={"PATH": str(programs)})
    assert tested.status == 0, str(tested)
    assert "1 passed" in tested.output
    assert (tmp_path / "shop/uv.lock").is_file()
    assert ".uv" not in succeed("git", "status", "--porcelain", directory=tmp_path / "shop")


def test_pipelines_are_what_their_forges_take(created: Created) -> None:
    gitlab = created.directory / ".gitlab-ci.yml"
    if gitlab.exists():
        done = schema("vendor.gitlab-ci", gitlab)
        assert done.status == 0, str(done)
        return
    workflows = sorted((created.directory / ".github/workflows").glob("*.yml"))
    assert len(workflows) == 4
    for done in (schema("vendor.github-workflows", *workflows), actionlint(created.directory, *workflows)):
        assert done.status == 0, str(done)


def test_the_container_is_what_compose_takes(created: Created) -> None:
    compose = created.directory / "compose.yaml"
    if not compose.exists():
        return
    done = schema("vendor.compose-spec", compose)
    assert done.status == 0, str(done)
    dockerfile = (created.directory / "Dockerfile").read_text(encoding="utf-8")
    assert 'CMD ["python", "-m", "fraud_score.api"]' in dockerfile
    assert "ENV API_HOST=0.0.0.0" in dockerfile
    for line in re.findall(r"^COPY (.*)$", dockerfile, flags=re.MULTILINE):
        for copied in line.split()[:-1]:
            assert list(created.directory.glob(copied)), copied


def test_offline_nothing_is_fetched(mlx: Mlx, tmp_path: Path) -> None:
    done = mlx("create", tmp_path / "shop", "--offline", "--no-projen", UV_CACHE_DIR=str(tmp_path / "cache"))
    assert done.status == 0, str(done)
    assert "! uv.lock: uv failed" in done.output
    assert "\n  uv lock\n" in done.output


def test_inside_of_a_repository_there_is_no_other(mlx: Mlx, tmp_path: Path) -> None:
    succeed("git", "init", "--quiet", directory=tmp_path)
    done = mlx("create", tmp_path / "services" / "shop", "--no-projen", "--offline")
    assert done.status == 0, str(done)
    assert "in a repository already" in done.output
    assert not (tmp_path / "services/shop/.git").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["full"], "exists and is not empty"),
        (["file"], "is no directory"),
        (["1st"], "imports cannot begin with it"),
        (["json"], "standard library"),
        (["class"], "a word of Python's own"),
        (["a b"], "letters, digits and hyphens"),
        (["shop", "--components", "api-servin"], "did you mean `api-serving`"),
        (["shop", "--python", "3"], "no version of Python"),
        (["shop", "--python", "3.6"], "from 3.9 on"),
        (["fastapi", "--components", "api-serving"], "need fastapi"),
            (["shop", "--python", "2.7"], "no version of Python"),
        (["shop", "--forge", "gitea"], "not in {github,gitlab}"),
        (["shop", "--all", "--components", "cli"], "excludes"),
        ([], "NAME is required"),
    ],
)
def test_wrong_words_make_nothing(mlx: Mlx, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/own.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    before = read_tree(tmp_path)
    done = mlx("create", *arguments, directory=tmp_path)
    assert done.status == 2, str(done)
    assert message in done.errors, str(done)
    assert read_tree(tmp_path) == before


def test_an_older_python_than_a_component_needs(mlx: Mlx, tmp_path: Path) -> None:
    done = mlx("create", tmp_path / "shop", "--components", "api-serving", "--python", "3.10")
    assert done.status == 1, str(done)
    assert "ask for a later one with --python" in done.output
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("name", ["shop/", "shop", "."])
def test_an_empty_directory_is_a_place(mlx: Mlx, tmp_path: Path, name: str) -> None:
    (tmp_path / "shop").mkdir()
    done = mlx("create", name, "--no-projen", "--offline", directory=tmp_path / "shop" if name == "." else tmp_path)
    assert done.status == 0, str(done)
    assert (tmp_path / "shop/pyproject.toml").is_file()


@pytest.mark.parametrize("name", ["customer-lifetime-value", "a" + "-long" * 12])
def test_a_long_name_is_no_fault(mlx: Mlx, tmp_path: Path, name: str) -> None:
    directory = tmp_path / name
    assert mlx("create", directory, "--all", "--no-projen", "--offline").status == 0
    succeed("uv", "tool", "run", "ruff@0.14.0", "check", ".", directory=directory)


def test_what_a_registry_brings_is_run_only_where_that_is_asked_for(mlx: Mlx, tmp_path: Path) -> None:
    program = "from pathlib import Path\nPath('ran').touch()\n\nproject = MLXProject()\nproject.synth()\n"
    registry = write_registry(tmp_path / "registry", Component("projen-foundation", files={".projenrc.py": program}))
    done = mlx("create", tmp_path / "shop", "--registry", registry, "--json")
    assert done.status == 0, str(done)
    assert not any(step["done"] for step in json.loads(done.output)["steps"] if step["name"] != "git")
    assert not (tmp_path / "shop/ran").exists()
    asked = mlx("create", tmp_path / "other", "--registry", registry, "--sync")
    assert asked.status == 0, str(asked)
    assert (tmp_path / "other/ran").exists(), str(asked)


def test_components_of_another_registry(mlx: Mlx, tmp_path: Path) -> None:
    """One that has no component for projen makes projects without it. Nothing of it is run unasked."""
    write_registry(tmp_path / "registry", greeting())
    done = mlx("create", "shop", "--all", "--registry", "registry", "--json", directory=tmp_path)
    assert done.status == 0, str(done)
    answer = json.loads(done.output)
    assert [component["name"] for component in answer["components"]] == ["greeting"]
    assert {step["name"]: step["done"] for step in answer["steps"]} == {"uv.lock": False, "git": True}
    assert "--sync" in answer["steps"][0]["message"]
    # It is the project's own from then on.
    again = mlx("list", "-C", tmp_path / "shop")
    assert "greeting" in again.output, str(again)
    assert 'default = "../registry"' in (tmp_path / "shop/mlx.toml").read_text(encoding="utf-8")
