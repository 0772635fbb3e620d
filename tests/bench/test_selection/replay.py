"""Replays the history of a repository: is every test whose outcome a commit changes among those that `mlx test` names?

    replay.py CLONE --python VENV/bin/python --mlx BINARY --json OUT [--commits N] [--no-testmon] [--pytest ARGUMENT]…
    replay.py --table JSON…

Takes the last N commits of the first parents that touch Python files, oldest first. At each and at its parent, the whole
suite is run, the outcomes are compared, and `mlx test --since PARENT` is asked. Then pytest-testmon runs what it selects,
with its data kept from commit to commit. OUT is written anew after each commit, so that a run that is cut off is not lost;
--table prints one row for each such file. What was missed goes to standard error.
CLONE is checked out over and over, and its files that git does not know are left alone: use one that is for nothing else.
The project is installed in the environment as editable, once: what changes in its dependencies is not followed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
LONGEST_RUN = 900  # seconds


@dataclass
class Commit:
    sha: str
    tests: int = 0
    changed: int = 0
    selected: int = 0
    is_whole: bool = False
    missed: list[str] = field(default_factory=list)
    flaky: list[str] = field(default_factory=list)
    by_testmon: int | None = None
    missed_by_testmon: int = 0


class Repository:
    def __init__(self, clone: Path, python: Path, mlx: Path, arguments: list[str]) -> None:
        self.clone, self.python, self.mlx, self.arguments = clone, python, mlx, arguments
        self.scratch = tempfile.TemporaryDirectory()

    def git(self, *arguments: str) -> str:
        return subprocess.run(["git", "-C", self.clone, *arguments], check=True, capture_output=True, text=True).stdout

    def commits(self, count: int) -> list[str]:
        listed = self.git("log", "--first-parent", "--format=%H", f"-{count}", "HEAD", "--", "*.py").split()
        return listed[::-1]

    def is_same_for_tests(self, one: str, other: str) -> bool:
        """Nothing differs that could change an outcome here, where what is installed stays."""
        differing = self.git("diff", "--name-only", one, other).splitlines()
        return all(path.startswith((".github/", "changelog.d/", "README", "CHANGE")) or path.endswith(".lock")
                   or path == ".pre-commit-config.yaml" for path in differing)

    def check_out(self, sha: str) -> None:
        self.git("checkout", "-q", "-f", sha)

    def pytest(self, *arguments: str) -> dict[str, str]:
        """The outcomes, by the names of tests."""
        written = Path(self.scratch.name) / "outcomes.json"
        written.unlink(missing_ok=True)
        environment = os.environ | {
            "MLX_OUTCOMES": str(written),
            "PYTHONPATH": str(HERE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TESTMON_DATAFILE": str(Path(self.scratch.name) / "testmondata"),
            "PYTHONHASHSEED": "0",
        }
        command = [self.python, "-m", "pytest", "-q", "-p", "outcomes_plugin",
                   "--continue-on-collection-errors", "-o", f"cache_dir={self.scratch.name}/cache",
                   *arguments]
        subprocess.run([*command, *self.arguments], cwd=self.clone, env=environment, timeout=LONGEST_RUN,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return json.loads(written.read_text()) if written.exists() else {}

    def selection(self, since: str) -> dict:
        command = [self.mlx, "test", "--since", since, "--json", "-C", self.clone]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def file_of(test: str) -> str:
    return test.split("::")[0]


def changed_tests(before: dict[str, str], after: dict[str, str], clone: Path) -> set[str]:
    """Those with another outcome, new ones, and those that are gone from a file that is still there."""
    changed = {test for test, outcome in after.items() if before.get(test) != outcome}
    return changed | {test for test in before.keys() - after.keys() if (clone / file_of(test)).exists()}


def replay(repository: Repository, shas: list[str], with_testmon: bool) -> Iterator[Commit]:
    last, after = "", {}
    for sha in shas:
        parent = repository.git("rev-parse", f"{sha}^1").strip()
        before = after
        if not last or not repository.is_same_for_tests(last, parent):
            repository.check_out(parent)
            before = repository.pytest("-p", "no:testmon")
            if with_testmon and not last:
                repository.pytest("--testmon", "--testmon-forceselect")
        repository.check_out(sha)
        commit = Commit(sha)
        after = repository.pytest("-p", "no:testmon")
        answer = repository.selection(parent)
        files = {tests["file"] for tests in answer["selected"]}
        changed = changed_tests(before, after, repository.clone)
        missed = sorted(test for test in changed if file_of(test) not in files)
        if missed:
            again = repository.pytest("-p", "no:testmon", *sorted({file_of(test) for test in missed}))
            commit.flaky = [test for test in missed if again.get(test) == before.get(test)]
            commit.missed = [test for test in missed if test not in commit.flaky]
        commit.tests, commit.changed, commit.is_whole = len(after), len(changed) - len(commit.flaky), answer["all"]
        commit.selected = sum(file_of(test) in files for test in after)
        if with_testmon:
            # Else it selects all where the project's own options have `-m`.
            ran = repository.pytest("--testmon", "--testmon-forceselect")
            commit.by_testmon = len(ran)
            commit.missed_by_testmon = sum(test in after and test not in ran for test in changed)
        last = sha
        print(f"{sha[:10]} {commit.changed} changed, {commit.selected} of {commit.tests} selected"
              f"{' (all)' if commit.is_whole else ''}, testmon {commit.by_testmon}; missed {commit.missed}, "
              f"flaky {commit.flaky}", file=sys.stderr, flush=True)
        yield commit


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def row(name: str, commits: list[Commit]) -> str:
    tests = sum(commit.tests for commit in commits)
    with_changes = sum(commit.changed > 0 for commit in commits)
    changed = sum(commit.changed for commit in commits)
    missed = sum(len(commit.missed) for commit in commits)
    some = [commit for commit in commits if not commit.is_whole]
    by_testmon = [commit for commit in commits if commit.by_testmon is not None]
    cells = [name, len(commits), with_changes, changed, missed,
             share(sum(commit.selected for commit in commits), tests),
             f"{len(commits) - len(some)}",
             share(sum(commit.selected for commit in some), sum(commit.tests for commit in some)),
             share(sum(commit.by_testmon for commit in by_testmon), sum(commit.tests for commit in by_testmon)),
             sum(commit.missed_by_testmon for commit in by_testmon)]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


HEADER = """\
| repository | commits | that change outcomes | tests whose outcome changed | missed | selected | commits with all | selected at the others | run by testmon | missed by testmon |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path, nargs="?")
    parser.add_argument("--python", type=Path)
    parser.add_argument("--mlx", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--commits", type=int, default=50)
    parser.add_argument("--no-testmon", action="store_true")
    parser.add_argument("--pytest", action="append", default=[], metavar="ARGUMENT")
    parser.add_argument("--table", type=Path, nargs="+", metavar="JSON")
    given = parser.parse_args()
    if given.table:
        print(HEADER)
        for path in given.table:
            print(row(path.stem, [Commit(**commit) for commit in json.loads(path.read_text())]))
        return
    if not (given.clone and given.python and given.mlx and given.json):
        parser.error("give CLONE, --python, --mlx and --json")
    repository = Repository(given.clone.resolve(), given.python.absolute(), given.mlx.resolve(), given.pytest)
    head = repository.git("rev-parse", "HEAD").strip()
    replayed = []
    try:
        for commit in replay(repository, repository.commits(given.commits), not given.no_testmon):
            replayed.append(asdict(commit))
            given.json.write_text(json.dumps(replayed, indent=1))
    finally:
        repository.check_out(head)


if __name__ == "__main__":
    main()
