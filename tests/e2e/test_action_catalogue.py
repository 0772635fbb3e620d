"""The mode `extract` of `mlx action`: a platform's catalogue is checked, committed to a pull request, or proposed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import succeed
from support.steps import Step
from support.worlds import FORGES, World, make_world
from test_cli_extract_bump import platform

CHANGED = 'PORT = 8080\nHOST = "localhost"\n'
EXTRACT = {"mode": "extract"}
FILES = {"src/web/__init__.py": CHANGED}


@pytest.fixture(params=FORGES)
def world(mlx: Mlx, step: Step, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    project = platform(tmp_path / "platform")
    assert mlx("extract", "-C", project).status == 0
    with make_world(mlx.binary, step, project, tmp_path, request.param) as made:
        yield made


def test_a_catalogue_that_is_current(world: World) -> None:
    done = world.runner.run("push", {}, world.checkout("work"), EXTRACT | {"dry-run": "true", "token": ""})
    assert (done.status, done.outputs["changed"]) == (0, "false"), str(done)


def test_the_head_is_checked_also_where_the_base_is_checked_out(world: World) -> None:
    """As with `pull_request_target`. GitLab checks out the head."""
    event = world.open_pull_request(FILES)
    done = world.runner.run("pull_request_target", event, world.checkout("work", f"--branch={'feature' if world.gitlab else 'main'}"), EXTRACT | {"dry-run": "true"})
    assert (done.status, done.outputs["changed"]) == (1, "true"), str(done)
    assert "+HOST" in done.summary


def test_nothing_is_committed_to_a_closed_pull_request(world: World) -> None:
    event = world.open_pull_request(FILES)
    world.forge.api("writer-will", "PATCH", f"/pulls/{event['number']}", {"state": "closed"})
    done = world.runner.run("pull_request", event, world.checkout("work"), EXTRACT)
    assert (done.status, done.outputs["changed"]) == (1, "false"), str(done)
    assert "closed" in done.summary


@pytest.mark.parametrize("inputs", [{"dry-run": "true"}, {"token": ""}])
def test_a_catalogue_that_is_not(world: World, inputs: dict[str, str]) -> None:
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


def test_a_pull_request_gets_a_commit(world: World) -> None:
    event = world.open_pull_request(FILES)
    done = world.runner.run("pull_request", event, world.checkout("work", "--branch=feature"), EXTRACT)
    assert (done.status, done.outputs["changed"]) == (0, "true"), str(done)
    assert done.outputs["pull-request-number"] == str(event["number"])
    assert '"version": "1.1.0"' in world.forge.file("octocat", "mlx-components/web/component.json", "feature")
    assert 'version = "1.1.0"' in world.forge.file("octocat", "mlx.toml", "feature")
    again = world.runner.run("pull_request", event, world.checkout("again", "--branch=feature"), EXTRACT)
    assert (again.status, again.outputs["changed"]) == (0, "false"), str(again)
    assert len(world.forge.api("octocat", "GET", f"/pulls/{event['number']}/commits")) == 2


@pytest.mark.parametrize("how", ["fork", "read-only"])
def test_where_nothing_can_be_written_it_is_checked(world: World, how: str) -> None:
    event = world.open_pull_request(FILES)
    inputs = dict(EXTRACT)
    if how == "fork":
        event["pull_request"]["head"]["repo"] = None
    else:
        inputs["token"] = world.only()
    done = world.runner.run("pull_request", event, world.checkout("work", "--branch=feature"), inputs)
    assert (done.status, done.outputs["changed"]) == (1, "true"), str(done)
    if how == "read-only":
        assert world.asks_for("contents: write", done.summary.replace("\\", "")), done.summary


def test_elsewhere_it_is_proposed(world: World) -> None:
    author = world.forge.clone(world.directory / "author")
    world.forge.push(author, "main", FILES)
    done = world.runner.run("push", {}, world.checkout("work"), EXTRACT)
    assert (done.status, done.outputs["changed"]) == (0, "true"), str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert (pull["head"]["ref"], done.outputs["pull-request-number"]) == ("mlx/extract", str(pull["number"]))
    assert "1.1.0" in pull["body"]
    again = world.runner.run("push", {}, world.checkout("again"), EXTRACT)
    assert (again.status, again.outputs["changed"]) == (0, "false"), str(again)


def test_a_review_of_a_platform_tells_its_components(world: World) -> None:
    event = world.open_pull_request(FILES)
    done = world.runner.run("pull_request", event, world.checkout("work"))
    assert done.status == 0 and "`web`" in done.summary, str(done)
    bodies = [comment["body"] for comment in world.forge.comments(event["number"])]
    assert any("mlx:changes" in body for body in bodies)
