"""The workflows of this repository: what GitHub takes, pinned, with no more permissions than they use."""

import re
import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY
from support.commands import run

WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
LINT = REPOSITORY / "build/action-lint"


def test_there_are_those_of_changes_and_releases() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]


def test_github_takes_them() -> None:
    done = run(LINT / "bin/check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    assert done.status == 0, str(done)
    done = run(LINT / "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", *WORKFLOWS)
    assert done.status == 0, str(done)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_digest(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    for action, comment in used:
        if action.startswith("./"):
            continue
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), f"{action} may become something else"
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"which version is {action}?"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_that_no_job_asks_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\npermissions: {}\n" in text
    assert text.count("\n    permissions:\n") == len(re.findall(r"^  [a-z]+:$\n    (?:name|needs|runs-on):", text, flags=re.MULTILINE))
    assert "pull_request_target" not in text
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_only_a_release_may_write() -> None:
    ci, release = (path.read_text(encoding="utf-8") for path in WORKFLOWS)
    assert ": write" not in ci
    before_publish = release.split("\n  publish:\n")[0]
    assert ": write" not in before_publish


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_programs_of_this_repository_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    programs = set(re.findall(r"\b(?:tools|tests/fuzz)/[a-z]+", text))
    assert programs
    for program in programs:
        assert (REPOSITORY / program).stat().st_mode & 0o111, f"{program} cannot be run"
    presets = re.findall(r"(?:tools/build|--preset) ([a-z-]+)", text)
    known = re.findall(r'"name": "([a-z-]+)"', (REPOSITORY / "CMakePresets.json").read_text(encoding="utf-8"))
    assert set(presets) <= set(known)
    setup = (REPOSITORY / "tools/setup").read_text(encoding="utf-8")
    for purpose in re.findall(r"tools/setup ([a-z]+)", text):
        assert f"\n  {purpose})\n" in setup


def test_the_image_of_the_action_is_taken_from_the_dockerfile(tmp_path: Path) -> None:
    """The step that rewrites action.yml, as the workflow has it."""
    text = (REPOSITORY / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    step = re.search(r"name: Take the image of the action.*\n        run: \|\n((?: {10}.*\n)+)", text)
    assert step
    (tmp_path / "action").symlink_to(REPOSITORY / "action")
    script = re.sub(r"^ {10}", "", step[1], flags=re.MULTILINE)
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, check=True, capture_output=True)
    built = (tmp_path / "built-action/action.yml").read_text(encoding="utf-8")
    assert built.count("image: ../Dockerfile") == 1
