"""Runs the tests on each Python that the project supports: `python -m projenrc.compatibility`."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from projenrc.pyproject import read_pyproject

NEWEST = 14
Run = Callable[[Sequence[str]], int]


def supported(requires_python: str) -> list[str]:
    """The versions of Python 3 that a specifier allows, of those that may be installed today.

    Raises:
        ValueError: it is not a specifier.
    """
    clauses = [_clause(text.strip()) for text in requires_python.split(",") if text.strip()]
    versions = [(3, minor) for minor in range(9, NEWEST + 1)]
    return [f"{a}.{b}" for a, b in versions if all(allows((a, b)) for allows in clauses)]


def _clause(text: str) -> Callable[[tuple[int, int]], bool]:
    """One part of a specifier, as a question about a minor version, any patch of which will do."""
    found = re.fullmatch(r"(>=|<=|==|!=|~=|>|<)\s*(\d+)(?:\.(\d+|\*))?(\.\d+|\.\*)?", text)
    if found is None:
        raise ValueError(f"requires-python: `{text}` is not a version specifier")
    operator, major, minor, patch = found.groups()
    has_minor = minor not in (None, "*")
    bound = (int(major), int(minor) if has_minor else 0)
    is_exact = patch not in (None, ".*", ".0")
    match operator:
        case ">=":
            return lambda version: version >= bound
        case ">":
            return lambda version: version >= bound if is_exact else version > bound
        case "<":
            return lambda version: version <= bound if is_exact else version < bound
        case "<=":
            return lambda version: version <= bound
        case "==":
            return lambda version: version == bound if has_minor else version[0] == bound[0]
        case "~=":
            return lambda version: (
                version == bound if patch else version >= bound and version[0] == 3
            )
        case _:
            return lambda version: is_exact or version != bound


def run_on(versions: Sequence[str], arguments: Sequence[str], run: Run, uv: str) -> int:
    """Run the tests on those that are here, each in an environment of its own; the status."""
    passed: list[str] = []
    failed: list[str] = []
    absent: list[str] = []
    for version in versions:
        if run([uv, "python", "find", "--quiet", version]) != 0:
            absent.append(version)
            continue
        print(f"== Python {version}", flush=True)
        command = [
            uv,
            "run",
            "--isolated",
            "--python",
            version,
            "python",
            "-m",
            "pytest",
            *arguments,
        ]
        (passed if run(command) == 0 else failed).append(version)
    for versions_of, word in (
        (passed, "passed"),
        (failed, "FAILED"),
        (absent, "not here, not tried"),
    ):
        if versions_of:
            print(f"{word}: {', '.join(versions_of)}")
    if not passed and not failed:
        print("none of these is here: `uv python install` brings them", file=sys.stderr)
    return 0 if passed and not failed else 1


def main(arguments: Sequence[str]) -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("uv is not installed, which makes an environment for each Python", file=sys.stderr)
        return 127
    project = read_pyproject(Path()).get("project", {})
    versions = supported(project.get("requires-python", ">=3.11"))
    return run_on(versions, arguments, _run, uv)


def _run(command: Sequence[str]) -> int:
    is_question = command[1:3] == ["python", "find"]
    output = subprocess.DEVNULL if is_question else None
    return subprocess.run(command, check=False, stdout=output, stderr=output).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
