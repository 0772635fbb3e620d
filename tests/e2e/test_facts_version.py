"""What caches keep is named by the code that read it, so that no other build believes it."""

import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY
from support.trees import write_files

SOURCES = {"base/names.cpp": "1", "source/python_reader.cpp": "2", "source/python_reader.h": "3", "index/module_codec.cpp": "4"}


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    write_files(tmp_path / "engine", SOURCES)
    return tmp_path / "engine"


def version(engine: Path) -> str:
    output = engine / "facts_version.cpp"
    script = REPOSITORY / "engine/index/facts_version.cmake"
    subprocess.run(["cmake", f"-DMLX_ENGINE={engine}", f"-DOUTPUT={output}", "-P", script], check=True, timeout=60)
    [line] = [line for line in output.read_text(encoding="utf-8").splitlines() if "return" in line]
    return line


def test_the_same_code_has_the_same_version_anywhere(engine: Path, tmp_path: Path) -> None:
    write_files(tmp_path / "another/place", SOURCES | {"index/repo_index.cpp": "reads nothing"})
    assert version(engine) == version(tmp_path / "another/place")


@pytest.mark.parametrize("path", [*SOURCES, "source/new.cpp"])
def test_a_change_of_what_reads_or_keeps_is_another_version(engine: Path, path: str) -> None:
    before = version(engine)
    write_files(engine, {path: "changed"})
    assert version(engine) != before


def test_a_file_that_is_gone_is_another_version(engine: Path) -> None:
    before = version(engine)
    (engine / "base/names.cpp").unlink()
    assert version(engine) != before
