"""What `mlx action` does in GitLab CI alone: its artifacts, its tokens, and where its pipelines come from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from story import request
from support.commands import succeed
from support.gitlab_jobs import GitlabRunner
from support.relative_gitlab import behind_tls
from support.steps import Step
from support.worlds import WAITING, World, make_world
from test_action import PROJECT, add

OLD_FINDING = {"src/old.py": WAITING.replace("settle", "wait_long")}


@pytest.fixture
def world(mlx: Mlx, step: Step, tmp_path: Path) -> Iterator[World]:
    with make_world(mlx.binary, step, PROJECT | OLD_FINDING, tmp_path, "gitlab") as made:
        yield made


def jobs(world: World) -> GitlabRunner:
    assert isinstance(world.runner, GitlabRunner)
    return world.runner


def review(world: World, inputs: dict[str, str] | None = None, *depth: str, **variables: str) -> Any:
    event = world.open_pull_request({"src/own.py": WAITING})
    workspace = world.checkout("work", *depth)
    return jobs(world).run("pull_request", event, workspace, inputs, **variables)


def error_of(done: Any) -> str:
    assert done.status == 2, str(done)
    [error] = done.errors
    assert "MLX: Failed" in done.artifact("report.md"), str(done)
    return str(error)


def test_a_job_leaves_reports_that_gitlab_reads(world: World) -> None:
    done = review(world)
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)
    quality = json.loads(done.artifact("gl-code-quality-report.json"))
    # Compared with the report of the target branch, only what is new is shown as new.
    assert sorted(each["location"]["path"] for each in quality) == ["src/old.py", "src/own.py"]
    for each in quality:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
    checked = jobs(world).run("push", {}, world.checkout("main"), {"token": ""})
    [known] = json.loads(checked.artifact("gl-code-quality-report.json"))
    assert known["fingerprint"] in [each["fingerprint"] for each in quality]
    assert done.outputs["report"] == "mlx-report/report.md"
    assert "settle" in done.artifact("report.md")
    assert len(done.sarif()["runs"][0]["results"]) == 1
    assert succeed("git", "status", "--porcelain", directory=done.workspace) == ""


def test_fingerprints_stay_when_lines_move(world: World) -> None:
    workspace = world.checkout("work")
    moved = workspace / "src/old.py"
    reports = []
    for lines_above in ("", "\n\n\n"):
        moved.write_text(lines_above + OLD_FINDING["src/old.py"], encoding="utf-8")
        done = jobs(world).run("push", {}, workspace, {"token": ""})
        reports += json.loads(done.artifact("gl-code-quality-report.json"))
    [before, after] = reports
    assert before["fingerprint"] == after["fingerprint"]
    assert [each["location"]["lines"]["begin"] for each in reports] == [5, 8]


def test_the_log_can_be_read(world: World) -> None:
    done = review(world, {"token": "", "fail-on": "warning"})
    assert done.status == 1, str(done)
    lines = done.finished.output.splitlines()
    assert lines[0] == "MLX: 1 finding"
    assert any(line.startswith("warning: src/own.py:5: ") for line in lines)
    assert "<!--" not in done.finished.output and "|" not in done.finished.output
    assert lines[-1] == "The whole report: mlx-report/report.md"


def test_links_are_those_of_gitlab(world: World) -> None:
    done = review(world)
    [note] = world.forge.comments(1)
    for text in (note["body"], done.artifact("report.md")):
        assert "/-/blob/" in text and "/blob/" not in text.replace("/-/blob/", "")


def test_a_shallow_clone_that_has_both_commits_is_enough(world: World) -> None:
    """As GitLab clones: so many commits of the merge request's head."""
    done = review(world, {"token": ""}, "--depth=2", "--branch=feature")
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)


def test_a_clone_that_is_too_shallow_is_told_without_a_token(world: World) -> None:
    error = error_of(review(world, {"token": ""}, "--depth=1", "--branch=feature"))
    assert "GIT_DEPTH" in error and "MLX_TOKEN" in error


def test_a_clone_that_is_too_shallow_is_no_obstacle_with_one(world: World) -> None:
    done = review(world, {}, "--depth=1", "--branch=main")
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)


def test_the_result_of_a_merge_is_checked_out(world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    author = world.directory / "author"
    main = world.forge.push(author, "main", {"src/third.py": "THREE = 3\n"})
    workspace = world.checkout("work")
    succeed("git", "checkout", "--quiet", "--detach", "origin/main", directory=workspace)
    succeed("git", "merge", "--quiet", "--no-ff", "--message=Merge", "origin/feature", directory=workspace)
    merged = succeed("git", "rev-parse", "HEAD", directory=workspace).strip()
    done = jobs(world).run(
        "pull_request",
        event,
        workspace,
        {"token": ""},
        CI_MERGE_REQUEST_EVENT_TYPE="merged_result",
        CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=event["pull_request"]["head"]["sha"],
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA=main,
        CI_COMMIT_SHA=merged,
    )
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)


def test_a_pipeline_in_a_fork_is_about_its_target(world: World) -> None:
    fork = {"CI_PROJECT_ID": "99", "CI_PROJECT_PATH": "somebody/shop", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "99"}
    done = review(world, {}, **fork)
    assert done.status == 0, str(done)
    assert len(world.forge.comments(1)) == 1


def test_a_project_that_was_renamed_is_known_by_its_id(world: World) -> None:
    done = review(world, {}, CI_MERGE_REQUEST_PROJECT_PATH="octo-team/former-name", CI_PROJECT_PATH="octo-team/former-name")
    assert done.status == 0 and len(world.forge.comments(1)) == 1, str(done)


def test_a_role_that_is_missing_is_named(world: World) -> None:
    assert world.gitlab
    error = error_of(add(world, token=world.gitlab.token("api", level=20)))
    assert "role Developer" in error and "MLX_TOKEN" in error


def test_a_token_that_may_write_notes_only_writes_those(world: World) -> None:
    assert world.gitlab
    done = review(world, {"token": world.gitlab.token("api", level=20)})
    assert done.status == 0 and "commit status" in done.finished.output, str(done)
    notes = world.gitlab.api("octocat", "GET", "/merge_requests/1/notes")
    assert "mlx:review" in "".join(note["body"] for note in notes)


def test_a_token_of_another_project_is_told_so(world: World) -> None:
    done = add(world)
    assert done.status == 0, str(done)
    elsewhere = jobs(world).run(
        "web", {}, done.workspace, {"mode": "add", "components": "greeting", "registry": str(world.registry)}, CI_PROJECT_ID="77"
    )
    error = error_of(elsewhere)
    assert "404 Project Not Found" in error and "member" in error


def test_what_gitlab_refuses_for_a_moment_passes(world: World) -> None:
    locked = {"method": "POST", "path": "/merge_requests$", "status": 409, "times": 1, "body": {"message": "409 Resource lock"}}
    late = {
        "method": "POST",
        "path": "/merge_requests$",
        "status": 400,
        "times": 1,
        "body": {"message": {"source_branch": ['"mlx/add/greeting" does not exist']}},
    }
    for fault in (locked, late):
        request("POST", f"{world.forge.description['url']}/_sandbox/faults", body=fault)
    done = add(world)
    assert done.status == 0 and done.outputs["changed"] == "true", str(done)
    assert len(world.forge.all_pages("octocat", "/pulls")) == 1


def test_a_gitlab_below_a_path_with_a_certificate_of_its_own(world: World, tmp_path: Path) -> None:
    assert world.gitlab
    with behind_tls(world.gitlab.description["url"], "/gitlab", tmp_path / "tls") as (url, certificate):
        elsewhere = {"CI_API_V4_URL": f"{url}/api/v4", "CI_SERVER_URL": url}
        untrusted = jobs(world).run("schedule", {}, world.checkout("one"), {}, **elsewhere)
        assert "certificate" in error_of(untrusted)
        trusted = jobs(world).run("schedule", {}, world.checkout("two"), {}, CI_SERVER_TLS_CA_FILE=str(certificate), **elsewhere)
    assert trusted.status == 0, str(trusted)


def test_commands_need_a_payload(world: World) -> None:
    workspace = world.checkout("work")
    error = error_of(jobs(world).run("trigger", None, workspace))
    assert "TRIGGER_PAYLOAD" in error and "MLX_MODE" in error
    assert "empty" in error_of(jobs(world).run("trigger", "", workspace))
    missing = jobs(world).run("trigger", None, workspace, TRIGGER_PAYLOAD="/nowhere/payload")
    assert "TRIGGER_PAYLOAD" in error_of(missing) and "/nowhere/payload" in error_of(missing)


@pytest.mark.parametrize("payload", [" ", "{", "[]", "null", "{}", '{"object_kind": "note"}', "\0\x01"])
def test_a_payload_that_is_none(world: World, payload: str) -> None:
    assert "payload-" in error_of(jobs(world).run("trigger", payload, world.checkout("work")))


def test_a_payload_of_another_event_or_project(world: World) -> None:
    assert world.gitlab
    workspace = world.checkout("work")
    world.forge.push(world.forge.clone(world.directory / "author"), "other", {"src/x.py": "X = 1\n"})
    request("GET", f"{world.forge.description['url']}/_sandbox/idle")
    [push] = [each for each in world.gitlab.deliveries if each["object_kind"] == "push"] or [{"object_kind": "push"}]
    assert "`push`" in error_of(jobs(world).run("trigger", push, workspace))
    asked = world.comment("writer-will", "/mlx list")
    note = world.gitlab.payload("note", asked["comment"]["id"])
    note["project"]["id"] = 77
    error = error_of(jobs(world).run("trigger", note, workspace))
    assert "77" in error and world.forge.comments(asked["issue"]["number"]) == []


def test_a_note_of_the_bot_itself_asks_for_nothing(world: World) -> None:
    assert world.gitlab
    asked = world.comment("writer-will", "/mlx list")
    note = world.gitlab.payload("note", asked["comment"]["id"])
    note["user"]["username"] = world.gitlab.description["bot_username"]
    done = jobs(world).run("trigger", note, world.checkout("work"))
    assert done.status == 0 and world.forge.comments(asked["issue"]["number"]) == [], str(done)


@pytest.mark.parametrize("source", ["pipeline", "external", "chat", "parent_pipeline", "a new one"])
def test_a_source_of_pipelines_that_nothing_is_done_for(world: World, source: str) -> None:
    workspace = world.checkout("work")
    error = error_of(jobs(world).run(source, {}, workspace))
    assert source in error and "MLX_MODE" in error
    assert jobs(world).run(source, {}, workspace, {"mode": "check"}).status == 0


def test_outside_of_a_job_it_says_what_is_missing(mlx: Mlx, tmp_path: Path) -> None:
    done = mlx("action", directory=tmp_path, GITLAB_CI="true")
    assert done.status == 2 and "CI_PIPELINE_SOURCE" in done.errors and "MLX_MODE" in done.errors
