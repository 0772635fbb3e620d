"""The workflows to copy are run as they stand: their steps, with the permissions that they ask for and no others."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Mlx
from support.actions import JobResult, Runner, sandbox
from support.worlds import WAITING, World
from support.commands import run
from support.steps import Step
from test_action import install, publish_next
from test_action_github import world  # noqa: F401 (a fixture)
from test_action_catalogue import CHANGED
from test_action_workflows import LINT, WORKFLOWS, blocks_of
from test_cli_extract_bump import platform

READ_YAML = "import json, ruamel.yaml, sys; json.dump(ruamel.yaml.YAML(typ='safe', pure=True).load(sys.stdin), sys.stdout)"
README_MARK = "mlx/action@v1"
REVIEWS = {
    "README": blocks_of(REPOSITORY / "README.md", README_MARK)[0],
    "review": (REPOSITORY / "action/workflows/review.yml").read_text(encoding="utf-8"),
}


def read(text: str) -> dict[str, Any]:
    done = run(LINT / "bin/python", "-c", READ_YAML, stdin=text)
    assert done.status == 0, str(done)
    return dict(json.loads(done.output))


def workflow(name: str) -> dict[str, Any]:
    [path] = [each for each in WORKFLOWS if each.stem == name]
    return read(path.read_text(encoding="utf-8"))


def events_of(described: dict[str, Any]) -> list[str]:
    events = described["on"]
    return [events] if isinstance(events, str) else list(events)


def run_job(world: World, described: dict[str, Any], event: str, payload: dict[str, Any], **inputs: str) -> JobResult:  # noqa: F811
    """What GitHub does with the one job of a workflow."""
    assert event in events_of(described)
    [job] = described["jobs"].values()
    permissions = {name.replace("-", "_"): access for name, access in described["permissions"].items()}
    world.runner.token = world.forge.app_token(permissions | {"metadata": "read"})
    checkout, step = job["steps"]
    assert checkout["uses"].startswith("actions/checkout@") and step["uses"] == "OWNER/mlx/action@v1"
    depth = checkout["with"].get("fetch-depth", 1)
    workspace = world.checkout(f"{event}-{world.runner.count}", *([] if depth == 0 else [f"--depth={depth}"]))
    given = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in step.get("with", {}).items()}
    return world.runner.run(event, payload, workspace, given | inputs)


@pytest.mark.parametrize("name", REVIEWS)
def test_a_review(world: World, name: str) -> None:  # noqa: F811
    event = world.open_pull_request({"src/own.py": WAITING})
    done = run_job(world, read(REVIEWS[name]), "pull_request", event)
    assert done.status == 0 and "may not" not in done.finished.output, str(done)
    assert len(world.forge.comments(event["number"])) == 1
    sha = event["pull_request"]["head"]["sha"]
    assert world.forge.api("octocat", "GET", f"/commits/{sha}/check-runs")["total_count"] == 1


def test_commands(world: World) -> None:  # noqa: F811
    event = world.comment("writer-will", "/mlx add config-management")
    done = run_job(world, workflow("commands"), "issue_comment", event)
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert pull["title"] == "Add config-management"
    reactions = world.forge.all_pages("octocat", f"/issues/comments/{event['comment']['id']}/reactions")
    assert sorted(each["content"] for each in reactions) == ["eyes", "rocket"]


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_updates(world: World, event: str) -> None:  # noqa: F811
    install(world)
    publish_next(world)
    done = run_job(world, workflow("updates"), event, {}, registry=str(world.registry))
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert [label["name"] for label in pull["labels"]] == ["mlx"]
    titles = [each["title"] for each in world.forge.all_pages("octocat", "/issues")]
    assert "MLX: updates of components" in titles


@pytest.mark.parametrize("is_current", [True, False])
def test_the_catalogue(mlx: Mlx, step: Step, tmp_path: Path, is_current: bool) -> None:
    project = platform(tmp_path / "platform")
    assert mlx("extract", "-C", project).status == 0
    if not is_current:
        (project / "src/web/__init__.py").write_text(CHANGED, encoding="utf-8")
    with sandbox(mlx.binary, project, tmp_path) as forge:
        here = World(forge, None, Runner(step, forge, tmp_path), Path(), tmp_path, 0)
        done = run_job(here, workflow("catalogue"), "push", {})
        assert done.status == (0 if is_current else 1), str(done)


def test_a_pull_request_that_was_opened_by_a_job_can_be_reviewed_by_one(world: World) -> None:  # noqa: F811
    """From a comment to the pull request, to its review, to its merge, all without a server."""
    asked = world.comment("writer-will", "/mlx add greeting")
    added = run_job(world, workflow("commands"), "issue_comment", asked, registry=str(world.registry))
    number = int(added.outputs["pull-request-number"])
    event = world.forge.payload(world.hook, "pull_request", "opened")
    assert event["number"] == number
    reviewed = run_job(world, read(REVIEWS["README"]), "pull_request", event, registry=str(world.registry))
    assert (reviewed.status, reviewed.outputs["findings"]) == (0, "0"), str(reviewed)
    world.forge.api("octocat", "PUT", f"/pulls/{number}/merge", {})
    answer = world.comment("reader-rita", "/mlx status")
    run_job(world, workflow("commands"), "issue_comment", answer, registry=str(world.registry))
    [reply] = world.forge.comments(answer["issue"]["number"])
    assert "greeting" in reply["body"]
