"""Directories as values."""

import os
from collections.abc import Mapping
from pathlib import Path

from support.commands import succeed

# What installing and testing leaves beside the project's own files.
BY_PRODUCTS = {".git", ".venv", "__pycache__", ".pytest_cache", "uv.lock", "poetry.lock"}

Tree = dict[str, str | bytes]


def write_files(directory: Path, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def read_tree(directory: Path, *, without: set[str] = BY_PRODUCTS) -> Tree:
    """Every entry: mode and bytes of files, targets of links (which are not followed), empty directories."""
    tree: Tree = {}
    for parent, directories, files in os.walk(directory):
        directories[:] = [name for name in directories if name not in without]
        here = Path(parent)
        links = [name for name in directories if (here / name).is_symlink()]
        for name in files + links:
            path = here / name
            if name in without:
                continue
            key = path.relative_to(directory).as_posix()
            if path.is_symlink():
                tree[key] = f"link to {path.readlink()}"
            else:
                executable = b"x" if os.access(path, os.X_OK) else b"-"
                tree[key] = executable + path.read_bytes()
        if not directories and not files and here != directory:
            tree[here.relative_to(directory).as_posix() + "/"] = ""
    return tree


def difference(before: Tree, after: Tree) -> set[str]:
    """Paths of which there are two versions, or only one."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def commit_all(directory: Path) -> None:
    """Makes a repository of the directory, with all files in one commit."""
    if not (directory / ".git").exists():
        succeed("git", "init", "--quiet", "--initial-branch=main", directory=directory)
    succeed("git", "add", "--all", directory=directory)
    succeed("git", "commit", "--quiet", "--message=All", directory=directory)
