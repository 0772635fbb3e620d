"""Programs, run as a user runs them."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 300.0  # seconds; installing from a slow network is the longest
TOOLS = Path(sys.executable).parent  # where requirements.lock was installed: uv and poetry
# Nothing that an earlier run or the machine's user left can decide what is found.
CACHE = tempfile.TemporaryDirectory(prefix="mlx-cache-")

# What the caller has set for themselves, and must not reach what is under test.
FOREIGN = (
    "MLX_",
    "PYTEST_",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
    "POETRY_ACTIVE",
    "GIT_",
    "GITHUB_",
    "INPUT_",
    "RUNNER_",
    "ACTIONS_",
    "GITLAB_",
    "TRIGGER_",
    "CI_",
    "APP_",
    "API_",
    "LOG_LEVEL",
)


@dataclass(frozen=True)
class Finished:
    command: list[str]
    status: int
    output: str
    errors: str

    def __str__(self) -> str:
        return f"$ {shlex.join(self.command)}\nstatus {self.status}\n{self.output}\n{self.errors}"


def environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    fixed = {
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        # The interpreter that runs the tests, and no other.
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON": sys.executable,
        "UV_NO_PROGRESS": "1",
        "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        "POETRY_NO_INTERACTION": "1",
        "MLX_CACHE_DIR": CACHE.name,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Tester",
        "GIT_AUTHOR_EMAIL": "tester@example.com",
        "GIT_COMMITTER_NAME": "Tester",
        "GIT_COMMITTER_EMAIL": "tester@example.com",
    }
    return own | fixed | dict(settings or {})


def run(
    *command: str | Path,
    directory: Path | None = None,
    settings: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> Finished:
    """The program's end, whatever its status."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=directory,
        env=environment(settings),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Finished(words, done.returncode, done.stdout, done.stderr)


def succeed(*command: str | Path, directory: Path | None = None, settings: Mapping[str, str] | None = None) -> str:
    """What the program printed; it must end with status 0."""
    done = run(*command, directory=directory, settings=settings)
    assert done.status == 0, str(done)
    return done.output


def path_with(directory: Path, name: str, script: str) -> str:
    """PATH with a program of this name first, which is a script of the shell's."""
    directory.mkdir(exist_ok=True)
    (directory / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (directory / name).chmod(0o755)
    return f"{directory}{os.pathsep}{os.environ['PATH']}"
