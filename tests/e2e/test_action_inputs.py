"""`mlx action` with wrong inputs and events, outside of a job, and for a project that is not at the top."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import PYPROJECT, REPOSITORY, Mlx
from support.actions import ALL, ActionForge, JobResult, Runner, sandbox
from support.commands import run, succeed
from support.gitlab_jobs import GitlabRunner, GitlabSide
from support.registries import greeting, write_registry
from support.steps import Step
from support.trees import write_files
from support.worlds import FORGES, WAITING


@pytest.fixture(scope="module")
def forge(mlx: Mlx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionForge]:
    directory = tmp_path_factory.mktemp("forge")
    project = directory / "project"
    write_files(
        project,
        {
            "README.md": "# A monorepo\n",
            "ci/mlx.toml": "",
            "services/api/pyproject.toml": PYPROJECT,
            "services/api/src/__init__.py": "",
            "services/api/src/own.py": "OWN = 1\n",
        },
    )
    with sandbox(mlx.binary, project, directory) as started:
        yield started


@pytest.fixture(scope="module")
def hook(forge: ActionForge) -> int:
    return forge.watch()


@pytest.fixture
def runner(step: Step, forge: ActionForge, tmp_path: Path) -> Runner:
    return Runner(step, forge, tmp_path, forge.app_token(ALL))


@pytest.fixture(params=FORGES)
def either(request: pytest.FixtureRequest, runner: Runner, mlx: Mlx, forge: ActionForge, tmp_path: Path) -> Iterator[Any]:
    """A runner of each forge, for what they have in common."""
    if request.param == "github":
        yield runner
        return
    side = GitlabSide(forge)
    try:
        yield GitlabRunner(mlx.binary, side, tmp_path, side.description["token"])
    finally:
        side.stop()


@pytest.fixture
def workspace(forge: ActionForge, tmp_path: Path) -> Path:
    return forge.clone(tmp_path / "work")


def error_of(done: JobResult) -> str:
    assert done.status == 2, str(done)
    [error] = done.errors
    assert "MLX: Failed" in done.summary, str(done)
    assert done.outputs == {}
    return error


def test_an_event_file_that_is_missing(runner: Runner, workspace: Path) -> None:
    done = runner.run("pull_request", None, workspace, GITHUB_EVENT_PATH="/nowhere/event.json")
    assert "/nowhere/event.json" in error_of(done)
    assert "GITHUB_EVENT_PATH" in error_of(runner.run("pull_request", None, workspace))


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target", "issue_comment"])
@pytest.mark.parametrize(
    "payload", ["", " ", "{", "[]", "null", '"x"', "{}", '{"ref": "refs/heads/main", "repository": {}}', "\0\xff"]
)
def test_an_event_file_that_is_another(runner: Runner, workspace: Path, event: str, payload: str) -> None:
    assert "event" in error_of(runner.run(event, payload, workspace))


def test_an_event_that_nothing_is_done_on(runner: Runner, workspace: Path) -> None:
    assert "`mode`" in error_of(runner.run("fork", {}, workspace))


def test_an_unknown_mode(either: Any, workspace: Path) -> None:
    assert "did you mean `review`" in error_of(either.run("push", {}, workspace, {"mode": "reveiw"}))


def test_commands_need_a_token(runner: Runner, workspace: Path) -> None:
    event = {
        "action": "created",
        "issue": {"number": 1},
        "comment": {"id": 1, "created_at": "2026-01-01T00:00:00Z", "body": "/mlx list"},
        "repository": {"name": "shop", "owner": {"login": "octo-team"}},
        "sender": {"login": "will", "type": "User"},
    }
    assert "`token`" in error_of(runner.run("issue_comment", event, workspace, {"token": ""}))


@pytest.mark.parametrize("mode", ["add", "update"])
def test_modes_that_write_need_a_token(either: Any, workspace: Path, mode: str) -> None:
    done = either.run("schedule", {}, workspace, {"token": "", "mode": mode, "components": "greeting"})
    assert "`token`" in error_of(done)


def test_a_token_that_is_wrong(either: Any, workspace: Path) -> None:
    done = either.run("schedule", {}, workspace, {"token": "ghs_wrong"})
    assert "token" in error_of(done)


def test_a_token_with_line_ends_is_refused_and_not_shown(runner: Runner, workspace: Path) -> None:
    done = runner.run("push", {}, workspace, {"token": "a\nb"}, GITHUB_ACTIONS="false")
    assert done.status == 2 and "`token`" in done.finished.errors


def test_a_registry_that_is_not_there(either: Any, workspace: Path) -> None:
    done = either.run("push", {}, workspace, {"registry": "./nowhere", "working-directory": "services/api", "components": "greeting"})
    assert "nowhere" in error_of(done)


def test_a_directory_that_is_not_there(either: Any, workspace: Path) -> None:
    assert "services/web" in error_of(either.run("push", {}, workspace, {"working-directory": "services/web"}))
    assert "ci/other.toml" in error_of(either.run("push", {}, workspace, {"config": "ci/other.toml"}))


def test_an_enterprise_server_is_asked_where_it_is(runner: Runner, workspace: Path) -> None:
    """The sandbox's API is below /api/v3, as an Enterprise server's is."""
    done = runner.run("schedule", {}, workspace, GITHUB_API_URL="")
    assert done.status == 0, str(done)


def test_outside_of_a_job_all_goes_to_the_terminal(mlx: Mlx, workspace: Path) -> None:
    (workspace / "services/api/src/own.py").write_text(WAITING, encoding="utf-8")
    settings = {"INPUT_MODE": "check", "INPUT_WORKING-DIRECTORY": "services/api", "GITHUB_TOKEN": "ghs_secret"}
    done = run(mlx.binary, "action", directory=workspace, settings=settings)
    assert done.status == 0, str(done)
    assert "findings=1" in done.output and "settle" in done.output
    assert "::" not in done.output.replace("https://", "") and "ghs_secret" not in done.output + done.errors


def test_without_a_job_or_a_mode_it_says_what_is_missing(mlx: Mlx, workspace: Path) -> None:
    done = run(mlx.binary, "action", directory=workspace, settings={"GITHUB_ACTIONS": "", "GITHUB_EVENT_NAME": ""})
    assert done.status == 2
    assert "GITHUB_EVENT_NAME" in done.errors and "INPUT_MODE" in done.errors


def test_a_project_below_the_top_is_checked_where_it_is(either: Any, workspace: Path) -> None:
    (workspace / "services/api/src/own.py").write_text(WAITING, encoding="utf-8")
    inputs = {"working-directory": "services/api"}
    done = either.run("push", {}, workspace, inputs)
    assert done.places() == [("services/api/src/own.py", 5, "warning")]
    [found] = done.sarif()["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "services/api/src/own.py"


def test_a_configuration_elsewhere_counts(either: Any, workspace: Path, tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "registry", greeting())
    (workspace / "ci/mlx.toml").write_text(f'[registries]\ndefault = "{registry}"\n', encoding="utf-8")
    inputs = {"working-directory": "services/api", "components": "greeting"}
    assert "greeting" in error_of(either.run("push", {}, workspace, inputs))
    done = either.run("push", {}, workspace, inputs | {"config": "ci/mlx.toml"})
    assert done.status == 0, str(done)


def test_a_project_below_the_top_is_reviewed_and_added_to_where_it_is(
    either: Any, forge: ActionForge, hook: int, tmp_path: Path, workspace: Path
) -> None:
    author = forge.clone(tmp_path / "author")
    branch = f"feature-{type(either).__name__.lower()}"
    forge.push(author, branch, {"services/api/src/own.py": WAITING, "other/app.py": WAITING})
    forge.api("writer-will", "POST", "/pulls", {"title": "Change it", "head": branch, "base": "main"})
    event = forge.payload(hook, "pull_request", "opened")
    inputs = {"working-directory": "services/api"}
    done = either.run("pull_request", event, workspace, inputs)
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)
    assert [path for path, _, _ in done.places()] == ["services/api/src/own.py"]
    registry = write_registry(tmp_path / "registry", greeting())
    added = either.run(
        "workflow_dispatch", {}, workspace, inputs | {"mode": "add", "components": "greeting", "registry": str(registry)}
    )
    assert added.status == 0, str(added)
    files = forge.all_pages("octocat", f"/pulls/{added.outputs['pull-request-number']}/files")
    assert all(file["filename"].startswith("services/api/") for file in files)
    assert "services/api/mlx.lock" in [file["filename"] for file in files]


def test_a_report_is_not_written_through_a_link(either: Any, workspace: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (workspace / "mlx-report").symlink_to(elsewhere)
    done = either.run("push", {}, workspace, {"working-directory": "services/api"})
    assert done.status == 0 and done.outputs.get("report", "") == "", str(done)
    assert list(elsewhere.iterdir()) == []


def test_a_report_stays_out_of_commits(either: Any, workspace: Path) -> None:
    done = either.run("push", {}, workspace, {"working-directory": "services/api"})
    assert (workspace / done.outputs["report"]).exists()
    assert succeed("git", "status", "--porcelain", directory=workspace) == ""


def test_variables_of_the_job_reach_no_registry(either: Any, workspace: Path) -> None:
    configuration = (
        '[registries]\nacme = { url = "https://registry.invalid/r/registry.json", '
        'headers = { Authorization = "Bearer ${INPUT_TOKEN}" } }\n'
    )
    (workspace / "services/api/mlx.toml").write_text(configuration, encoding="utf-8")
    done = either.run("push", {}, workspace, {"working-directory": "services/api", "components": "@acme/store"})
    assert "INPUT_TOKEN" in error_of(done)


def examples() -> list[Any]:
    """Payloads that GitHub publishes, of events that a workflow may be run on."""
    path = REPOSITORY / "node_modules/@octokit/webhooks-examples/api.github.com/index.json"
    wanted = {"check_run", "issue_comment", "issues", "merge_group", "pull_request", "push", "repository_dispatch", "workflow_dispatch"}
    found = [event for event in json.loads(path.read_text(encoding="utf-8")) if event["name"] in wanted]
    return [
        pytest.param(event["name"], example, id=f"{event['name']}-{index}")
        for event in found
        for index, example in enumerate(event["examples"][:6])
    ]


@pytest.mark.parametrize(("event", "payload"), examples())
def test_payloads_of_github_are_understood(runner: Runner, workspace: Path, event: str, payload: dict[str, Any]) -> None:
    """Without a token nothing can be asked for: what comes of them is an answer, or that one is missing."""
    done = runner.run(event, payload, workspace, {"token": ""})
    assert done.status == 0 or "`token`" in error_of(done), str(done)


def test_files_of_the_runner_that_cannot_be_written_are_named(runner: Runner, workspace: Path) -> None:
    done = runner.run("push", {}, workspace, GITHUB_OUTPUT="/nowhere/output", GITHUB_STEP_SUMMARY="/nowhere/summary")
    assert done.status == 0, str(done)
    assert "Cannot write /nowhere/output" in done.finished.output
    assert "findings=0" in done.finished.output


def test_time_is_shown_on_demand(either: Any, workspace: Path) -> None:
    quiet = either.run("push", {}, workspace)
    assert "own time" not in quiet.finished.output
    debug = either.run("push", {}, workspace, RUNNER_DEBUG="1", CI_DEBUG_TRACE="true")
    for phase in ("start", "event", "snapshot", "analysis", "forge", "own time"):
        assert phase in debug.finished.output


def test_a_workspace_without_git_is_no_failure(either: Any, workspace: Path) -> None:
    shutil.rmtree(workspace / ".git")
    assert either.run("push", json.loads("{}"), workspace).status == 0
