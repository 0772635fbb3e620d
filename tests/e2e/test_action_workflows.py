"""action.yml and the workflows to copy are what GitHub takes, by its schemas and by actionlint."""

import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import REPOSITORY
from support.commands import Finished, run

ACTION = REPOSITORY / "action"
WORKFLOWS = sorted((ACTION / "workflows").glob("*.yml"))
LINT = REPOSITORY / "build/action-lint"
INPUTS = ["mode", "components", "registry", "token", "fail-on", "dry-run", "sync", "working-directory", "config"]
OUTPUTS = ["pull-request-number", "pull-request-url", "score", "findings", "report", "changed"]


def schema(name: str, *files: Path) -> Finished:
    return run(LINT / "bin/check-jsonschema", "--builtin-schema", name, *files)


def actionlint(directory: Path, *files: Path) -> Finished:
    return run(LINT / "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", *files, directory=directory)


def names_in(section: str) -> list[str]:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    part = re.search(rf"^{section}:\n((?:(?:  .*)?\n)+)", text, flags=re.MULTILINE)
    assert part
    return re.findall(r"^  ([a-z-]+):$", part[1], flags=re.MULTILINE)


def blocks_of(document: Path, mark: str) -> list[str]:
    """Fenced YAML of a document that holds a text."""
    blocks = re.findall(r"^```ya?ml\n(.*?)^```$", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [block for block in blocks if mark in block]


def test_commands_do_not_wait_for_each_other() -> None:
    """GitHub drops all but one of those that wait in a group: each comment has one of its own."""
    text = (ACTION / "workflows/commands.yml").read_text(encoding="utf-8")
    assert "group: mlx-commands-${{ github.event.comment.id || github.run_id }}" in text


def test_the_action_is_what_its_schema_says() -> None:
    done = schema("vendor.github-actions", ACTION / "action.yml")
    assert done.status == 0, str(done)


def test_the_schema_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "action.yml"
    wrong.write_text((ACTION / "action.yml").read_text(encoding="utf-8").replace("using: docker", "using: magic"))
    assert schema("vendor.github-actions", wrong).status != 0


def test_inputs_and_outputs_are_those_that_are_described() -> None:
    assert names_in("inputs") == INPUTS
    assert names_in("outputs") == OUTPUTS
    documentation = (REPOSITORY / "docs/action.md").read_text(encoding="utf-8")
    for name in INPUTS + OUTPUTS:
        assert f"| `{name}` |" in documentation


def as_in_this_repository(text: str, directory: Path, name: str) -> Path:
    """A workflow beside a copy of the action, so that what it gives the action is looked at, too."""
    shutil.copytree(ACTION, directory / "action", dirs_exist_ok=True)
    (directory / ".git").mkdir(exist_ok=True)  # where actionlint looks for local actions
    file = directory / ".github/workflows" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(re.sub(r"OWNER/mlx/action@v1\b", "./action", text), encoding="utf-8")
    return file


def check_workflow(text: str, directory: Path, name: str) -> None:
    assert "OWNER/mlx/action@v1" in text
    file = as_in_this_repository(text, directory, name)
    by_schema = schema("vendor.github-workflows", file)
    assert by_schema.status == 0, str(by_schema)
    linted = actionlint(directory, file)
    assert linted.status == 0, str(linted)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_are_right(workflow: Path, tmp_path: Path) -> None:
    check_workflow(workflow.read_text(encoding="utf-8"), tmp_path, workflow.name)


def test_actionlint_sees_inputs_that_the_action_does_not_have(tmp_path: Path) -> None:
    text = (ACTION / "workflows/catalogue.yml").read_text(encoding="utf-8").replace("dry-run:", "dry-runs:")
    done = actionlint(tmp_path, as_in_this_repository(text, tmp_path, "wrong.yml"))
    assert done.status == 1 and "dry-runs" in done.output, str(done)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_ask_for_little(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert re.search(r"^permissions:\n  contents: (read|write)", text, flags=re.MULTILINE)
    assert "write-all" not in text and "secrets." not in text
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")
    assert "pull_request_target" not in text
    # What somebody wrote reaches no shell.
    assert " run:" not in text


def test_there_is_one_workflow_for_each_purpose() -> None:
    assert [path.stem for path in WORKFLOWS] == ["catalogue", "commands", "review", "updates"]


def test_the_readme_s_workflow_is_right_and_short(tmp_path: Path) -> None:
    [block] = blocks_of(REPOSITORY / "README.md", "mlx/action@v1")
    assert len(block.splitlines()) <= 10
    check_workflow(block, tmp_path, "readme.yml")


def test_workflows_in_the_documentation_are_right(tmp_path: Path) -> None:
    blocks = blocks_of(REPOSITORY / "docs/action.md", "mlx/action@v1")
    assert blocks
    for index, block in enumerate(blocks):
        check_workflow(block, tmp_path, f"block-{index}.yml")


def test_the_linters_are_there() -> None:
    assert os.access(LINT / "actionlint", os.X_OK), "run tools/setup test"
