"""A git repository with merges, for the tests."""

import os
import subprocess
from pathlib import Path

LINES = [f"line_{number} = {number}" for number in range(12)]
SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
}


def edited(**changes: str) -> str:
    """LINES, with some of them (by `line_N`) replaced."""
    return "".join(changes.get(line.split()[0], line) + "\n" for line in LINES)


class Repository:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.time = 1_700_000_000
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        self.time += 60
        dates = {"GIT_AUTHOR_DATE": f"{self.time} +0000", "GIT_COMMITTER_DATE": f"{self.time} +0000"}
        done = subprocess.run(["git", *arguments], cwd=self.path, check=True, capture_output=True, text=True,
                              env={**os.environ, **SETTINGS, **dates})
        return done.stdout.strip()

    def put(self, files: dict[str, str | bytes | None]) -> None:
        """Into the work tree and the index; None removes a file."""
        for name, text in files.items():
            if text is None:
                (self.path / name).unlink()
            else:
                (self.path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "-A")

    def commit(self, files: dict[str, str | bytes | None]) -> str:
        self.put(files)
        self.git("commit", "-q", "-m", "a commit")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str, files: dict[str, str | bytes | None]) -> str:
        self.git("checkout", "-q", "-b", name, start)
        return self.commit(files)

    def merge(self, parents: list[str], files: dict[str, str | bytes | None]) -> str:
        """The first parent's files but for these, whatever a merge of them would be."""
        self.git("checkout", "-q", "-B", "main", parents[0])
        self.put(files)
        tree = self.git("write-tree")
        commit = self.git("commit-tree", tree, *(word for parent in parents for word in ("-p", parent)), "-m", "a merge")
        self.git("reset", "-q", "--hard", commit)
        return commit
