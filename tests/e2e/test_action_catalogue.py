"""The mode `extract` of `mlx action`: a platform's catalogue is checked, committed to a pull request, or proposed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from support.actions import ALL, READ_ONLY, ActionForge, Runner, sandbox
from support.commands import succeed
from support.steps import Step
from test_cli_extract_bump import platform

CHANGED = 'PORT = 8080\nHOST = "localhost"\n'
EXTRACT = {"mode": "extract"}


@dataclass
class Platform:
    forge: ActionForge
    runner: Runner
    directory: Path
    hook: int

    def checkout(self, name: str, branch: str = "main") -> Path:
        return self.forge.clone(self.directory / name, "--branch", branch)

    def open_pull_request(self) -> dict[str, Any]:
        self.forge.push(self.forge.clone(self.directory / "author"), "feature", {"src/web/__init__.py": CHANGED})
        self.forge.api("writer-will", "POST", "/pulls", {"title": "Change it", "head": "feature", "base": "main"})
        return self.forge.payload(self.hook, "pull_request", "opened")

    def file(self, path: str, branch: str) -> str:
        return self.forge.file("octocat", path, branch)


@pytest.fixture
def world(mlx: Mlx, step: Step, tmp_path: Path) -> Iterator[Platform]:
    project = platform(tmp_path / "platform")
    assert mlx("extract", "-C", project).status == 0
    with sandbox(mlx.binary, project, tmp_path) as forge:
        yield Platform(forge, Runner(step, forge, tmp_path, forge.app_token(ALL)), tmp_path, forge.watch())


def test_a_catalogue_that_is_current(world: Platform) -> None:
    done = world.runner.run("push", {}, world.checkout("work"), EXTRACT | {"dry-run": "true", "token": ""})
    assert (done.status, done.outputs["changed"]) == (0, "false"), str(done)


def test_the_head_is_checked_where_the_base_is_checked_out(world: Platform) -> None:
    event = world.open_pull_request()
    done = world.runner.run("pull_request_target", event, world.checkout("work"), EXTRACT | {"dry-run": "true"})
    assert (done.status, done.outputs["changed"]) == (1, "true"), str(done)
    assert "+HOST" in done.summary


def test_nothing_is_committed_to_a_closed_pull_request(world: Platform) -> None:
    event = world.open_pull_request()
    world.forge.api("writer-will", "PATCH", f"/pulls/{event['number']}", {"state": "closed"})
    done = world.runner.run("pull_request", event, world.checkout("work"), EXTRACT)
    assert (done.status, done.outputs["changed"]) == (1, "false"), str(done)
    assert "closed" in done.summary


@pytest.mark.parametrize("inputs", [{"dry-run": "true"}, {"token": ""}])
def test_a_catalogue_that_is_not(world: Platform, inputs: dict[str, str]) -> None:
    workspace = world.checkout("work")
    (workspace / "src/web/__init__.py").write_text(CHANGED, encoding="utf-8")
    done = world.runner.run("push", {}, workspace, EXTRACT | inputs)
    assert (done.status, done.outputs["changed"]) == (1, "true"), str(done)
    assert "+HOST" in done.summary and "mlx extract" in done.summary
    assert world.forge.all_pages("octocat", "/pulls") == []
    changed = succeed("git", "status", "--porcelain", directory=workspace)
    assert changed == " M src/web/__init__.py\n"
    lenient = world.runner.run("push", {}, workspace, EXTRACT | inputs | {"fail-on": "never"})
    assert lenient.status == 0, str(lenient)


def test_a_pull_request_gets_a_commit(world: Platform) -> None:
    event = world.open_pull_request()
    done = world.runner.run("pull_request", event, world.checkout("work", "feature"), EXTRACT)
    assert (done.status, done.outputs["changed"]) == (0, "true"), str(done)
    assert done.outputs["pull-request-number"] == str(event["number"])
    assert '"version": "1.1.0"' in world.file("mlx-components/web/component.json", "feature")
    assert 'version = "1.1.0"' in world.file("mlx.toml", "feature")
    again = world.runner.run("pull_request", event, world.checkout("again", "feature"), EXTRACT)
    assert (again.status, again.outputs["changed"]) == (0, "false"), str(again)
    assert len(world.forge.api("octocat", "GET", f"/pulls/{event['number']}/commits")) == 2


@pytest.mark.parametrize("how", ["fork", "read-only"])
def test_where_nothing_can_be_written_it_is_checked(world: Platform, how: str) -> None:
    event = world.open_pull_request()
    inputs = dict(EXTRACT)
    if how == "fork":
        event["pull_request"]["head"]["repo"] = None
    else:
        inputs["token"] = world.forge.app_token(READ_ONLY)
    done = world.runner.run("pull_request", event, world.checkout("work", "feature"), inputs)
    assert (done.status, done.outputs["changed"]) == (1, "true"), str(done)
    if how == "read-only":
        assert "contents: write" in done.summary


def test_elsewhere_it_is_proposed(world: Platform) -> None:
    author = world.forge.clone(world.directory / "author")
    world.forge.push(author, "main", {"src/web/__init__.py": CHANGED})
    done = world.runner.run("push", {}, world.checkout("work"), EXTRACT)
    assert (done.status, done.outputs["changed"]) == (0, "true"), str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert (pull["head"]["ref"], done.outputs["pull-request-number"]) == ("mlx/extract", str(pull["number"]))
    assert "1.1.0" in pull["body"]
    again = world.runner.run("push", {}, world.checkout("again"), EXTRACT)
    assert (again.status, again.outputs["changed"]) == (0, "false"), str(again)


def test_a_review_of_a_platform_tells_its_components(world: Platform) -> None:
    event = world.open_pull_request()
    done = world.runner.run("pull_request", event, world.checkout("work"))
    assert done.status == 0 and "`web`" in done.summary, str(done)
    bodies = [comment["body"] for comment in world.forge.comments(event["number"])]
    assert any("mlx:changes" in body for body in bodies)
