"""What a change of the reference platform breaks is among the tests that `mlx test` names."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Mlx
from support.commands import run
from support.trees import commit_all
from test_platform import python  # noqa: F401

BREAK = b"\nraise RuntimeError('broken')\n"
# Each with the most of the 45 test files that may be selected. Six of projenrc look through the directories of the
# project, so that any change may be theirs.
CHANGES = {
    "src/data/loading.py": 13,
    "src/plugins/discovery.py": 23,
    "src/prediction/router.py": 20,
    "conf/data/default.yaml": 37,
    "tests/plugins/conftest.py": 9,
}


@pytest.fixture(scope="module")
def platform(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The platform as a repository of its own."""
    copy = tmp_path_factory.mktemp("selection") / "platform"
    unwanted = shutil.ignore_patterns(".venv", "__pycache__", ".*_cache", ".coverage")
    shutil.copytree(repository / "examples/ml-platform", copy, ignore=unwanted)
    commit_all(copy)
    return copy


def failing_files(python: Path, platform: Path, report: Path) -> set[str]:  # noqa: F811
    """Test files with a test that fails, or that cannot be collected, as all below a conftest.py that cannot be loaded."""
    options = ["-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", "-o", "junit_family=xunit1"]
    run(python, "-B", "-m", "pytest", *options, f"--junitxml={report}", directory=platform)
    failing = set()
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is None and case.find("error") is None:
            continue
        name = case.get("name", "").replace(".", "/")
        if (platform / name).is_dir():
            failing |= {str(file.relative_to(platform)) for file in (platform / name).rglob("test_*.py")}
        else:
            failing.add(case.get("file") or f"{name}.py")
    return failing


@pytest.mark.parametrize("path", CHANGES)
def test_what_a_change_breaks_is_selected(
    mlx: Mlx,
    platform: Path,
    python: Path,  # noqa: F811
    tmp_path: Path,
    path: str,
) -> None:
    file = platform / path
    before = file.read_bytes()
    file.write_bytes(before + (b"\nbroken: [\n" if path.endswith(".yaml") else BREAK))
    try:
        answer = json.loads(mlx("test", "--since", "HEAD", "--json", "-C", platform).output)
        failing = failing_files(python, platform, tmp_path / "report.xml")
    finally:
        file.write_bytes(before)
    selected = {tests["file"] for tests in answer["selected"]}
    assert failing
    assert failing <= selected
    assert len(selected) <= CHANGES[path]
    assert not answer["all"]
