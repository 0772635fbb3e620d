"""tools/release: the archive runs where it is unpacked, the checksums are right, and the list of parts is one."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY
from support.commands import Finished, run

LINT = REPOSITORY / "build/action-lint"
BUILD = Path(os.environ["MLX_BINARY"]).resolve().parent


def release(directory: Path, **settings: str) -> Finished:
    return run(REPOSITORY / "tools/release", directory, BUILD, settings=settings)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("release")
    done = release(directory)
    assert done.status == 0, str(done)
    return directory


def archive_of(directory: Path) -> Path:
    [archive] = directory.glob("mlx-*.tar.gz")
    return archive


def test_the_program_runs_where_it_is_unpacked(released: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", archive_of(released), "-C", tmp_path], check=True)
    [top] = tmp_path.iterdir()
    listed = run(top / "bin/mlx", "list", directory=tmp_path)
    assert listed.status == 0, str(listed)
    assert "api-serving" in listed.output


def test_checksums_are_right(released: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=released, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 2


def test_the_same_commit_gives_the_same_archive(released: Path, tmp_path: Path) -> None:
    assert release(tmp_path).status == 0
    assert archive_of(tmp_path).read_bytes() == archive_of(released).read_bytes()
    [first] = released.glob("*.cdx.json")
    assert (tmp_path / first.name).read_bytes() == first.read_bytes()


def test_a_tag_of_another_version_is_refused(tmp_path: Path) -> None:
    done = release(tmp_path, GITHUB_REF_NAME="v99.0.0")
    assert done.status == 1
    assert "v99.0.0" in done.errors
    assert not list(tmp_path.iterdir())


def test_parts_are_listed_as_the_format_says(released: Path) -> None:
    [parts] = released.glob("*.cdx.json")
    check = "import pathlib, sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation.json import JsonStrictValidator;" \
            "error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(pathlib.Path(sys.argv[1]).read_text()); sys.exit(str(error) if error else 0)"
    done = run(LINT / "bin/python", "-c", check, parts)
    assert done.status == 0, str(done)


def test_parts_are_those_of_the_program(released: Path) -> None:
    [parts] = released.glob("*.cdx.json")
    named = {component["name"]: component for component in json.loads(parts.read_text(encoding="utf-8"))["components"]}
    # Linked, header-only, and compiled from npm.
    assert {"libc6", "libssl3", "nlohmann-json3-dev", "tree-sitter", "tree-sitter-python"} <= named.keys()
    lock = json.loads((REPOSITORY / "package-lock.json").read_text(encoding="utf-8"))
    assert named["tree-sitter"]["version"] == lock["packages"]["node_modules/tree-sitter"]["version"]
    assert "octokit" not in named
