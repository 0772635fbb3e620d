"""Compares what test files really read with what `mlx test` says they can be affected by.

    reach.py CLONE --python VENV/bin/python --mlx BINARY [--pytest ARGUMENT]… [--limit N]

Runs each test file by itself, with a hook that notes every file of the repository that it opens or imports, also in
processes that it starts. Then each of those files is changed, one at a time, and `mlx test` is asked: whoever read the
file must be selected. Prints one row of a table: pairs of a file and a test file that reads it, how many of them
were missed, and which share of test files was selected and was really reached, on average over the files.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LONGEST_RUN = 600  # seconds


def git(clone: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", clone, *arguments], check=True, capture_output=True, text=True).stdout


def ask(mlx: Path, clone: Path) -> dict:
    command = [mlx, "test", "--since", "HEAD", "--json", "-C", clone]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_files(mlx: Path, clone: Path) -> list[str]:
    answer = ask(mlx, clone)
    return sorted(answer["unselected"] + [tests["file"] for tests in answer["selected"]])


def files_read(clone: Path, python: Path, arguments: list[str], test: str) -> set[str]:
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(HERE / "reach_hook.py", Path(scratch) / "sitecustomize.py")
        log = Path(scratch) / "log"
        environment = os.environ | {"MLX_REACH": str(log), "MLX_REACH_ROOT": str(clone), "PYTHONPATH": scratch,
                                    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": scratch + "/none"}
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:testmon", *arguments, test]
        subprocess.run(command, cwd=clone, env=environment, timeout=LONGEST_RUN, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return set(log.read_text().split("\n")) if log.exists() else set()


def selected_by(mlx: Path, clone: Path, path: str) -> set[str]:
    file = clone / path
    before = file.read_bytes()
    file.write_bytes(before + b"\n")
    try:
        return {tests["file"] for tests in ask(mlx, clone)["selected"]}
    finally:
        file.write_bytes(before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--python", type=Path, required=True)
    parser.add_argument("--mlx", type=Path, required=True)
    parser.add_argument("--pytest", action="append", default=[], metavar="ARGUMENT")
    parser.add_argument("--limit", type=int, help="only so many test files, spread over all")
    given = parser.parse_args()
    clone, mlx = given.clone.resolve(), given.mlx.resolve()
    tests = test_files(mlx, clone)
    every = max(1, len(tests) // given.limit) if given.limit else 1
    known = set(git(clone, "ls-files", "--", ".").splitlines())
    readers: dict[str, set[str]] = {}
    run = tests[::every]
    for test in run:
        for path in files_read(clone, given.python.absolute(), given.pytest, test) & known - {test}:
            readers.setdefault(path, set()).add(test)
    pairs = missed = 0
    selected_share, reached_share = [], []
    for path, reading in sorted(readers.items()):
        selected = selected_by(mlx, clone, path) & set(run)
        pairs += len(reading)
        for test in sorted(reading - selected):
            missed += 1
            print(f"{path}: read by {test}, which is not selected", file=sys.stderr)
        if path.endswith(".py"):
            selected_share.append(len(selected) / len(run))
            reached_share.append(len(reading) / len(run))
    mean = [f"{100 * sum(shares) / len(shares):.0f} %" if shares else "–" for shares in (selected_share, reached_share)]
    print("| repository | test files | files read | pairs | missed | selected | reached |\n|---|---|---|---|---|---|---|")
    print(f"| {given.clone.name} | {len(run)} | {len(readers)} | {pairs} | {missed} | {mean[0]} | {mean[1]} |")


if __name__ == "__main__":
    main()
