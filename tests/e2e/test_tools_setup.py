"""`tools/setup`, with programs in place of the package managers that only say how they were called."""

import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY
from support.trees import write_files

FULL = "npm ci --loglevel=error\n"
GRAMMARS = "npm ci --omit=dev --loglevel=error\n"


def calls_of_npm(checkout: Path, purpose: str) -> str:
    """What a set-up of the checkout calls npm with."""
    calls = checkout / "calls"
    write_files(
        checkout / "bin",
        {
            "npm": f'#!/bin/sh\necho npm "$@" >>"{calls}"\n',
            "node": "#!/bin/sh\n",
            "dpkg-query": "#!/bin/sh\necho install ok installed\n",
        },
    )
    for program in (checkout / "bin").iterdir():
        program.chmod(0o755)
    calls.write_text("", encoding="utf-8")
    subprocess.run([checkout / "tools/setup", purpose], check=True, env={"PATH": f"{checkout / 'bin'}:/usr/bin:/bin"}, timeout=60, capture_output=True)
    return calls.read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    shutil.copy(REPOSITORY / "tools/setup", tmp_path / "tools/setup")
    write_files(tmp_path, {"package-lock.json": "{}"})
    return tmp_path


@pytest.mark.parametrize("purpose", ["build", "lint", "fuzz"])
def test_grammars_are_enough_where_nothing_is(checkout: Path, purpose: str) -> None:
    assert calls_of_npm(checkout, purpose) == GRAMMARS
    assert calls_of_npm(checkout, purpose) == "", "it was done"


@pytest.mark.parametrize("purpose", ["build", "lint", "fuzz"])
def test_the_test_clients_stay(checkout: Path, purpose: str) -> None:
    """They are there, and the stamp that says so is not: a lock that changed, or a `build` that was removed."""
    write_files(checkout, {"node_modules/.package-lock.json": '{"packages": {"node_modules/x": {"version": "1.0.0", "dev": true}}}'})
    assert calls_of_npm(checkout, purpose) == FULL
