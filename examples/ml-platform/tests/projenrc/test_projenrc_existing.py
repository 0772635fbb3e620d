"""What the user made is neither written over nor deleted."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from projenrc.existing import MARKER, forget, is_generated, listed_as_generated, users_files

Write = Callable[[Mapping[str, str]], Path]


@pytest.mark.parametrize(
    ("text", "generated"),
    [
        (f'# {MARKER}. To modify, edit .projenrc.py and run "npx projen".\n\n[project]\n', True),
        ("{\n" + '  "a": 1,\n' * 900 + f'  "//": "{MARKER}."\n}}\n', True),
        ("[project]\n", False),
        ("", False),
    ],
)
def test_marker_tells_who_made_a_file(write: Write, text: str, generated: bool) -> None:
    directory = write({"file": text})
    assert is_generated(directory / "file") is generated


def test_what_cannot_be_read_is_not_generated(write: Write) -> None:
    directory = write({"folder/file": ""})
    assert not is_generated(directory / "folder")
    assert not is_generated(directory / "nothing")


def test_files_without_the_marker_are_the_users(write: Write) -> None:
    directory = write(
        {".gitignore": "*.pyc\n", "pyproject.toml": f"# {MARKER}\n", ".projen/tasks.json": "{}"}
    )
    (directory / "README.md").symlink_to("nowhere.md")
    marked = [".gitattributes", ".gitignore", ".projen/tasks.json", "README.md", "pyproject.toml"]
    assert users_files(directory, marked, []) == [".gitignore", "README.md"]


def test_without_a_place_for_the_marker_the_list_decides(write: Write) -> None:
    directory = write({"LICENSE": "Apache\n", "NOTICE": "Mine\n"})
    assert users_files(directory, [], ["LICENSE", "NOTICE"]) == ["LICENSE", "NOTICE"]
    write({".projen/files.json": '{"files": ["LICENSE"]}'})
    assert users_files(directory, [], ["LICENSE", "NOTICE", "OTHER"]) == ["NOTICE"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": 3}', '{"files": [3, null]}', "\x00"])
def test_list_that_is_broken_names_nothing(write: Write, text: str) -> None:
    assert listed_as_generated(write({".projen/files.json": text})) == set()


def test_what_is_left_to_the_user_is_forgotten(write: Write) -> None:
    directory = write({".projen/files.json": '{"files": ["pyproject.toml", ".gitignore"]}'})
    manifest = directory / ".projen/files.json"
    manifest.chmod(0o444)
    forget(directory, ["pyproject.toml", "Makefile"])
    assert json.loads(manifest.read_text(encoding="utf-8"))["files"] == [".gitignore"]


def test_nothing_to_forget_changes_nothing(write: Write) -> None:
    directory = write({".projen/files.json": '{"files": [".gitignore"]}'})
    forget(directory, ["Makefile"])
    assert (directory / ".projen/files.json").read_text(
        encoding="utf-8"
    ) == '{"files": [".gitignore"]}'
    (directory / ".projen/files.json").unlink()
    forget(directory, ["Makefile"])
    assert not (directory / ".projen/files.json").exists()
