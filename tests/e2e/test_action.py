"""`mlx action` for every event and mode, on both forges of the sandbox: what they have afterwards, and what the job says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import PYPROJECT, Mlx
from story import request
from support.registries import greeting, write_registry
from support.steps import Step
from support.worlds import FORGES, WAITING, World, make_world

NOBODY = "http://127.0.0.1:9"
PROJECT = {"pyproject.toml": PYPROJECT, "src/__init__.py": "", "src/own.py": "OWN = 1\n"}


@pytest.fixture(params=FORGES)
def world(mlx: Mlx, step: Step, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    with make_world(mlx.binary, step, PROJECT, tmp_path, request.param) as made:
        yield made


def test_a_review_is_told_on_the_pull_request_and_in_the_job(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    workspace = world.checkout("work")
    done = world.runner.run("pull_request", event, workspace)
    assert done.status == 0, str(done)
    [comment] = world.forge.comments(event["number"])
    assert "mlx:review" in comment["body"] and "settle" in comment["body"]
    assert world.verdict(event["pull_request"]["head"]["sha"]) == "success"
    assert done.outputs["findings"] == "1"
    assert 0 < float(done.outputs["score"]) < 1
    assert done.outputs["changed"] == "false"
    [found] = done.sarif()["runs"][0]["results"]
    [place] = found["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "src/own.py"
    assert done.places() == [("src/own.py", 5, "warning")]
    assert "src/own.py" in done.summary
    # A second run says nothing twice.
    assert world.runner.run("pull_request", event, workspace).status == 0
    assert len(world.forge.comments(event["number"])) == 1


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_a_job_fails_from_the_severity_that_it_is_given(world: World, fail_on: str, status: int) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    done = world.runner.run("pull_request_target", event, world.checkout("work"), {"fail-on": fail_on})
    assert done.status == status, str(done)
    assert len(world.forge.comments(event["number"])) == 1


def test_a_token_that_may_only_read_leaves_everything_in_the_job(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    done = world.runner.run("pull_request", event, world.checkout("work"), {"token": world.only()})
    assert done.status == 0, str(done)
    assert world.forge.comments(event["number"]) == []
    for permission in ("pull-requests: write", "checks: write"):
        assert world.asks_for(permission, done.finished.output), str(done)
    assert "settle" in done.summary
    assert len(done.places()) == 1


def test_without_a_token_the_checkout_and_the_event_are_enough(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    workspace = world.checkout("work")
    done = world.runner.run("pull_request", event, workspace, {"token": ""}, GITHUB_API_URL=NOBODY, CI_API_V4_URL=f"{NOBODY}/api/v4")
    assert done.status == 0, str(done)
    assert done.outputs["findings"] == "1"


def test_a_fork_that_was_deleted_is_no_obstacle(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    event["pull_request"]["head"]["repo"] = None
    done = world.runner.run("pull_request", event, world.checkout("work"), {"token": ""})
    assert done.status == 0, str(done)
    assert done.outputs["findings"] == "1"


def test_dry_run_reviews_and_writes_nothing(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    done = world.runner.run("pull_request", event, world.checkout("work"), {"dry-run": "true"})
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)
    assert world.forge.comments(event["number"]) == []


def test_nothing_of_the_head_is_run_nor_needed(world: World) -> None:
    """`pull_request_target`: the checkout is the base."""
    event = world.open_pull_request({"src/own.py": WAITING})
    workspace = world.checkout("work", "--depth=1", "--single-branch", "--branch=main")
    done = world.runner.run("pull_request_target", event, workspace)
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)
    assert (workspace / "src/own.py").read_text(encoding="utf-8") == PROJECT["src/own.py"]


def test_a_command_in_a_comment_is_carried_out(world: World) -> None:
    event = world.comment("writer-will", "/mlx add greeting")
    done = world.runner.run("issue_comment", event, world.checkout("work"), {"registry": str(world.registry)})
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert pull["head"]["ref"] == "mlx/add/greeting"
    assert done.outputs["pull-request-number"] == str(pull["number"])
    assert done.outputs["pull-request-url"] == world.url_of(pull)
    assert done.outputs["changed"] == "true"
    [reply] = world.forge.comments(event["issue"]["number"])
    assert world.reference(pull["number"]) in reply["body"]


def test_a_command_of_somebody_without_access_is_refused(world: World) -> None:
    event = world.comment("reader-rita", "/mlx add greeting")
    done = world.runner.run("issue_comment", event, world.checkout("work"), {"registry": str(world.registry)})
    assert done.status == 0, str(done)
    assert world.forge.all_pages("octocat", "/pulls") == []
    [reply] = world.forge.comments(event["issue"]["number"])
    assert "😕" in reply["body"]
    assert done.outputs["changed"] == "false"


def test_a_comment_that_asks_for_nothing_is_left_alone(world: World) -> None:
    event = world.comment("writer-will", "Thank you")
    done = world.runner.run("issue_comment", event, world.checkout("work"))
    assert done.status == 0, str(done)
    assert world.forge.comments(event["issue"]["number"]) == []


def add(world: World, name: str = "work", **inputs: str) -> Any:
    given = {"mode": "add", "components": "greeting", "registry": str(world.registry)} | inputs
    return world.runner.run("workflow_dispatch", {"inputs": {}}, world.checkout(name), given)


def test_add_opens_a_pull_request(world: World) -> None:
    done = add(world)
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert (pull["title"], done.outputs["pull-request-number"]) == ("Add greeting", str(pull["number"]))
    assert "#0" not in pull["body"]
    assert done.outputs["changed"] == "true"
    again = add(world, "again")
    assert again.outputs["pull-request-number"] == str(pull["number"])
    assert again.outputs["changed"] == "false"


def test_add_in_a_dry_run_shows_the_plan(world: World) -> None:
    done = add(world, **{"dry-run": "true"})
    assert done.status == 0, str(done)
    assert world.forge.all_pages("octocat", "/pulls") == []
    assert "+++ b/mlx.lock" in done.summary
    assert done.outputs["changed"] == "true"


def test_add_without_permission_says_which(world: World) -> None:
    done = add(world, token=world.only())
    assert done.status == 2, str(done)
    [error] = done.errors
    assert world.asks_for("contents: write", error)
    assert error.split(". ")[-1] in done.summary.replace("\\", "")


@pytest.mark.parametrize(
    "names",
    ["", "no/such", "a b;rm -rf /", "greeting\n::add-mask::x", "../../etc", "@", "greeting::warning::x"],
)
def test_hostile_names_of_components_are_refused(world: World, names: str) -> None:
    done = add(world, components=names)
    assert done.status == 2, str(done)
    assert len(done.errors) == 1 and "::add-mask::x\n" not in done.finished.output
    assert world.forge.all_pages("octocat", "/pulls") == []


def test_components_stand_between_commas_and_spaces(world: World) -> None:
    done = add(world, components=" greeting,greeting\n , greeting ")
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert pull["title"] == "Add greeting"


def install(world: World) -> None:
    done = add(world, "install")
    number = done.outputs["pull-request-number"]
    world.forge.api("octocat", "PUT", f"/pulls/{number}/merge", {})


def publish_next(world: World) -> None:
    component = greeting()
    component.version = "1.1.0"
    component.files = {name: text + "\n# next\n" for name, text in component.files.items()}
    write_registry(world.registry, component)


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_updates_come_as_pull_requests(world: World, event: str) -> None:
    install(world)
    publish_next(world)
    payload = {"schedule": "0 6 * * 1"} if event == "schedule" else {"inputs": None}
    inputs = {"registry": str(world.registry)}
    planned = world.runner.run(event, payload, world.checkout("dry"), inputs | {"dry-run": "true"})
    assert planned.status == 0 and planned.outputs["changed"] == "true", str(planned)
    assert world.forge.all_pages("octocat", "/pulls") == []
    done = world.runner.run(event, payload, world.checkout("work"), inputs)
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert pull["head"]["ref"] == "mlx/update/greeting"
    assert done.outputs["pull-request-number"] == str(pull["number"])
    assert done.outputs["changed"] == "true"
    again = world.runner.run(event, payload, world.checkout("again"), inputs)
    assert again.status == 0 and again.outputs["changed"] == "false", str(again)


def test_updates_of_components_that_are_named(world: World) -> None:
    install(world)
    publish_next(world)
    inputs = {"registry": str(world.registry), "components": "greeting"}
    done = world.runner.run("schedule", {}, world.checkout("work"), inputs)
    assert (done.status, done.outputs["changed"]) == (0, "true"), str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    again = world.runner.run("schedule", {}, world.checkout("again"), inputs)
    assert again.outputs["pull-request-number"] == str(pull["number"]), str(again)
    assert again.outputs["changed"] == "false"
    other = world.runner.run("schedule", {}, world.checkout("other"), inputs | {"components": "greetings"})
    assert other.status == 1 and "greetings" in other.summary, str(other)


def test_nothing_to_update_is_no_failure(world: World) -> None:
    done = world.runner.run("schedule", {"schedule": "@daily"}, world.checkout("work"))
    assert done.status == 0, str(done)
    assert done.outputs["changed"] == "false" and done.outputs["pull-request-number"] == ""


@pytest.mark.parametrize("event", ["push", "merge_group"])
def test_push_and_merge_group_check_the_checkout(world: World, event: str) -> None:
    workspace = world.checkout("work")
    (workspace / "src/own.py").write_text(WAITING, encoding="utf-8")
    done = world.runner.run(event, {}, workspace, {"token": "", "fail-on": "warning"})
    assert done.status == 1, str(done)
    assert done.outputs["findings"] == "1"
    assert [severity for _, _, severity in done.places()] == ["warning"]
    assert len(done.sarif()["runs"][0]["results"]) == 1
    (workspace / "src/own.py").write_text("OWN = 1\n", encoding="utf-8")
    clean = world.runner.run(event, {}, workspace, {"token": "", "fail-on": "warning"})
    assert clean.status == 0 and clean.outputs["findings"] == "0", str(clean)
    assert clean.sarif()["runs"][0]["results"] == []


def test_a_closed_pull_request_is_handled_as_by_the_bot(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    world.forge.api("writer-will", "PATCH", f"/pulls/{event['number']}", {"state": "closed"})
    closed = world.forge.payload(world.hook, "pull_request", "closed")
    done = world.runner.run("pull_request", closed, world.checkout("work"))
    assert (done.status, done.outputs["changed"]) == (0, "false"), str(done)
    # And one that was closed after its event was written is not reviewed.
    late = world.runner.run("pull_request", event, world.checkout("late"))
    assert late.status == 0 and "closed" in late.finished.output, str(late)
    assert world.forge.comments(event["number"]) == []


def test_a_forge_that_fails_for_a_moment_is_asked_again(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    fault = {"method": "GET", "path": "/(pulls|merge_requests)/", "status": 502, "times": 2}
    request("POST", f"{world.forge.description['url']}/_sandbox/faults", body=fault)
    done = world.runner.run("pull_request", event, world.checkout("work"))
    assert done.status == 0 and len(world.forge.comments(event["number"])) == 1, str(done)
