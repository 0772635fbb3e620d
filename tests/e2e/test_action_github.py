"""What `mlx action` says in GitHub's own ways: workflow commands, check runs, lines for a workflow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Mlx
from support.steps import Step
from support.worlds import WAITING, World, make_world
from test_action import PROJECT


@pytest.fixture
def world(mlx: Mlx, step: Step, tmp_path: Path) -> Iterator[World]:
    with make_world(mlx.binary, step, PROJECT, tmp_path, "github") as made:
        yield made


def test_a_check_run_has_the_lines(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    done = world.runner.run("pull_request", event, world.checkout("work"))
    assert done.status == 0, str(done)
    runs = world.forge.api("octocat", "GET", f"/commits/{event['pull_request']['head']['sha']}/check-runs")
    [check] = runs["check_runs"]
    assert check["conclusion"] == "neutral" and check["output"]["annotations_count"] == 1
    [annotation] = done.annotations("warning")
    assert annotation.startswith("::warning file=src/own.py,line=5,endLine=5,title=")


def test_a_missing_permission_is_named_with_its_line(world: World) -> None:
    event = world.comment("writer-will", "/mlx add greeting")
    inputs = {"registry": str(world.registry), "token": world.only(issues="write")}
    done = world.runner.run("issue_comment", event, world.checkout("work"), inputs)
    replies = world.forge.comments(event["issue"]["number"])
    assert "contents: write" in "".join(each["body"] for each in replies), str(done)


def test_texts_of_others_reach_neither_the_runner_nor_the_reader(world: World) -> None:
    """A file's name and its text are anybody's."""
    name = "src/a,b%3A::error::x.py"
    event = world.open_pull_request({name: WAITING.replace("settle", "settle_all")})
    done = world.runner.run("pull_request", event, world.checkout("work"), {"fail-on": "never"})
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)
    assert len(done.annotations("error")) == 0
    [annotation] = done.annotations("warning")
    assert annotation.startswith("::warning file=src/a%2Cb%253A%3A%3Aerror%3A%3Ax.py,line=")
