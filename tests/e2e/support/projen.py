"""Projects that projen drives: made, installed from a lock, and their tasks run by the npm package."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.commands import TOOLS, Finished, run, succeed
from support.services import served

REPOSITORY = Path(__file__).parents[3]
LOCK = REPOSITORY / "tests/e2e/projen.lock"
# projen's own tasks; all others are of the component.
OWN_TASKS = {
    *("build", "compile", "default", "eject", "install", "install:ci", "package", "post-compile", "pre-compile"),
    *("publish", "publish:test"),
}


def make_environment(directory: Path) -> Path:
    """A virtual environment with everything that projen.lock pins."""
    succeed("uv", "venv", "--quiet", directory)
    python = directory / "bin/python"
    succeed("uv", "pip", "sync", "--quiet", "--require-hashes", "--python", python, LOCK)
    return directory


@dataclass
class ProjenProject:
    """A project in a directory of its own, with `mlx`, and what stands in for other programs, on PATH."""

    directory: Path
    mlx: Path
    stand_ins: list[Path] = field(default_factory=list)

    @classmethod
    def make(cls, directory: Path, mlx: Path, venv: Path) -> "ProjenProject":
        """npx finds projen above the project, as it would in it; the environment is shared."""
        (directory.parent / "node_modules").symlink_to(REPOSITORY / "node_modules")
        (directory / ".venv").symlink_to(venv)
        return cls(directory, mlx)

    @property
    def settings(self) -> dict[str, str]:
        own = [*self.stand_ins, self.mlx.parent, TOOLS]
        # A virtual environment's own PATH comes last, so that what is missing in .venv is seen to be.
        return {"PATH": os.pathsep.join([*map(str, own), os.environ["PATH"]])}

    def synth(self, **settings: str) -> Finished:
        """As one does it the first time."""
        python = self.directory / ".venv/bin/python"
        done = run(python, ".projenrc.py", directory=self.directory, settings=self.settings | settings)
        assert done.status == 0, str(done)
        return done

    def synth_files(self) -> Finished:
        """The same, and nothing is installed."""
        return self.synth(PROJEN_DISABLE_POST="1")

    def run(self, *words: str, **settings: str) -> Finished:
        return run(
            "npx", "--offline", "projen", *words, directory=self.directory, settings=self.settings | settings
        )

    def task(self, *words: str, status: int = 0) -> str:
        """What a task said, on both streams; it must end as it should."""
        done = self.run(*words)
        assert done.status == status, str(done)
        return done.output + done.errors

    @property
    def tasks(self) -> dict[str, Any]:
        """The component's, by name."""
        text = (self.directory / ".projen/tasks.json").read_text(encoding="utf-8")
        return {name: task for name, task in json.loads(text)["tasks"].items() if name not in OWN_TASKS}

    def stand_in(self, name: str) -> Path:
        """A program that only notes its words, one a line, in the file that is returned."""
        programs = self.directory.parent / "stand-ins"
        programs.mkdir(exist_ok=True)
        noted = programs / f"{name}.words"
        (programs / name).write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{noted}'\n", encoding="utf-8")
        (programs / name).chmod(0o755)
        if programs not in self.stand_ins:
            self.stand_ins.append(programs)
        return noted

    @contextmanager
    def served(self, *words: str, **settings: str) -> Iterator[str]:
        """The address that a task says it serves on; it is stopped as from a terminal."""
        with served(
            "npx",
            "--offline",
            "projen",
            *words,
            directory=self.directory,
            log=self.directory.parent / "served.log",
            settings=self.settings | settings,
            said=r"(http://127\.0\.0\.1:\d+)",
        ) as address:
            yield address


def copied(source: Path, directory: Path) -> Path:
    """A copy of a project without what running it leaves."""
    ignored = shutil.ignore_patterns(".venv", "__pycache__", ".*_cache", ".coverage", "node_modules")
    shutil.copytree(source, directory, symlinks=True, ignore=ignored)
    return directory
