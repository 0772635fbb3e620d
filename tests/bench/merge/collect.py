"""Collects the files that both sides of real merges changed, from clones (or bare git directories) of Python projects.

    collect.py [NAME=]CLONE… --out DIRECTORY [--jobs 2]

Every merge commit with two parents and one merge base is looked at, on all branches; a Python file that is there in
the base, in both parents and in the merge, and is another one in each of the first three, becomes a case:
DIRECTORY/NAME/0001-COMMIT-STEM with base.py, ours.py, theirs.py, human.py (what the merge commit has) and meta.json.
What is passed over is counted and printed. The same clones give the same corpus, whatever the number of jobs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

LARGEST = 1_000_000
REGULAR = ("100644", "100755")


@dataclass(frozen=True)
class Merge:
    commit: str
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Change:
    """A line of `git diff-tree`: one path of two trees."""

    path: str
    status: str
    is_regular: bool
    old: str
    new: str


@dataclass(frozen=True)
class Case:
    merge: Merge
    path: str
    base: bytes
    ours: bytes
    theirs: bytes
    human: bytes
    # The ids of base, ours and theirs: those of a file are the same in every repository.
    blobs: tuple[str, str, str]


@dataclass
class Found:
    """The merges and changed files of one clone. A path is that of a file that both sides changed."""

    name: str
    clone: Path
    merges: int = 0
    changed: list[tuple[Merge, str, tuple[str, str, str]]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def git(clone: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(clone), *arguments], check=True, capture_output=True, text=True).stdout


def read_merges(clone: Path, skipped: Counter[str]) -> tuple[list[Merge], dict[str, str]]:
    """The merges with two parents and one base, oldest first, and the tree of every commit."""
    # A forge keeps a trial merge of each open pull request below such names; nobody made or accepted those.
    listing = git(clone, "rev-list", "--exclude=refs/pull/*/merge", "--exclude=refs/merge-requests/*/merge", "--all",
                  "--reverse", "--no-commit-header", "--format=%H %T %P")
    trees = {}
    merges = []
    for line in listing.splitlines():
        commit, tree, *parents = line.split()
        trees[commit] = tree
        if len(parents) > 2:
            skipped["merges of three and more"] += 1
        elif len(parents) == 2:
            merges.append((commit, *parents))
    found = []
    for commit, ours, theirs in merges:
        done = subprocess.run(["git", "-C", str(clone), "merge-base", "--all", ours, theirs], capture_output=True, text=True, check=False)
        bases = done.stdout.split()
        if len(bases) != 1:
            skipped["merges with several bases" if bases else "merges with no base"] += 1
        elif bases[0] in (ours, theirs):
            skipped["merges of what was ahead"] += 1
        else:
            found.append(Merge(commit, bases[0], ours, theirs))
    return found, trees


def read_changes(clone: Path, pairs: list[tuple[str, str]]) -> Iterator[dict[str, Change]]:
    """The changed Python files by path, for each pair of trees in turn."""
    with tempfile.TemporaryFile() as listing:
        listing.write("".join(f"{old} {new}\n" for old, new in pairs).encode())
        listing.seek(0)
        command = ["git", "-C", str(clone), "-c", "core.quotePath=false", "diff-tree", "--stdin", "-r", "--no-renames", "--always", "--", "*.py"]
        changes: dict[str, Change] | None = None
        with subprocess.Popen(command, stdin=listing, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="surrogateescape") as process:
            assert process.stdout
            for line in process.stdout:
                if line.startswith(":"):
                    about, path = line[1:].rstrip("\n").split("\t", 1)
                    old_mode, new_mode, old, new, status = about.split()
                    assert changes is not None
                    is_regular = old_mode in REGULAR and new_mode in REGULAR
                    changes[path] = Change(path, status, is_regular, old, new)
                else:
                    if changes is not None:
                        yield changes
                    changes = {}
        if process.returncode != 0:
            raise RuntimeError(f"git diff-tree ended with {process.returncode}")
        if changes is not None:
            yield changes


def reason_to_skip(ours: Change, theirs: Change) -> str | None:
    if ours.new == theirs.new:
        return "files with the same change, or none left, on both sides"
    if "A" in (ours.status, theirs.status):
        return "files added on both sides"
    if "D" in (ours.status, theirs.status):
        return "files removed on one side"
    if not ours.is_regular or not theirs.is_regular:
        return "files that are links"
    if ours.old in (ours.new, theirs.new):
        return "files whose mode alone changed on one side"
    return None


def find_changed(name: str, clone: Path) -> Found:
    found = Found(name, clone)
    merges, trees = read_merges(clone, found.skipped)
    found.merges = len(merges)
    pairs = [(trees[merge.base], trees[side]) for merge in merges for side in (merge.ours, merge.theirs)]
    changes = read_changes(clone, pairs)
    for merge in merges:
        ours, theirs = next(changes), next(changes)
        for path in sorted(ours.keys() & theirs.keys()):
            reason = reason_to_skip(ours[path], theirs[path])
            if reason:
                found.skipped[reason] += 1
            else:
                found.changed.append((merge, path, (ours[path].old, ours[path].new, theirs[path].new)))
    return found


class Objects:
    """The objects of a clone, by one `git cat-file` for all."""

    def __init__(self, clone: Path) -> None:
        command = ["git", "-C", str(clone), "cat-file", "--batch"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, name: str) -> bytes | None:
        """None if there is no such file."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip(b"\n")
        if answer.endswith(b" missing"):
            return None
        kind, size = answer.rsplit(b" ", 2)[1:]
        data = self.process.stdout.read(int(size))
        self.process.stdout.read(1)
        return data if kind == b"blob" else None

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_cases(found: Found, seen: set[tuple[str, str, str]]) -> Iterator[Case]:
    objects = Objects(found.clone)
    for merge, path, blobs in found.changed:
        if blobs in seen:
            found.skipped["files that are a case already"] += 1
            continue
        human = objects.read(f"{merge.commit}:{path}")
        if human is None:
            found.skipped["files that the merge has not"] += 1
            continue
        base, ours, theirs = map(objects.read, blobs)
        if base is None or ours is None or theirs is None:
            found.skipped["files that the clone lacks"] += 1
        elif max(map(len, (base, ours, theirs, human))) > LARGEST:
            found.skipped["files larger than 1 MB"] += 1
        elif not all(map(is_utf8, (base, ours, theirs, human))):
            found.skipped["files that are not UTF-8"] += 1
        else:
            seen.add(blobs)
            yield Case(merge, path, base, ours, theirs, human, blobs)
    objects.close()


def write_case(directory: Path, case: Case) -> None:
    directory.mkdir(parents=True)
    for name in ("base", "ours", "theirs", "human"):
        (directory / f"{name}.py").write_bytes(getattr(case, name))
    about = {"commit": case.merge.commit, "base": case.merge.base, "ours": case.merge.ours, "theirs": case.merge.theirs, "path": case.path}
    (directory / "meta.json").write_text(json.dumps(about, indent=2) + "\n", errors="surrogateescape")


def collect(clones: dict[str, Path], out: Path, jobs: int = 1) -> list[tuple[Found, int]]:
    """What was found in each clone, with the number of cases written."""
    seen: set[tuple[str, str, str]] = set()
    written = []
    with ThreadPoolExecutor(jobs) as pool:
        for found in pool.map(find_changed, clones.keys(), clones.values()):
            number = 0
            for number, case in enumerate(read_cases(found, seen), start=1):
                write_case(out / found.name / f"{number:04}-{case.merge.commit[:8]}-{Path(case.path).stem}", case)
            written.append((found, number))
            print(f"{found.name}: {number} cases of {found.merges} merges", flush=True)
    return written


def named_clone(argument: str) -> tuple[str, Path]:
    name, _, path = argument.rpartition("=")
    clone = Path(path).resolve()
    return name or clone.name.removesuffix(".git"), clone


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", nargs="+", type=named_clone, metavar="[NAME=]CLONE")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    clones = dict(arguments.clones)
    if len(clones) != len(arguments.clones):
        parser.error("two clones have one name: give one as NAME=CLONE")
    if arguments.out.exists() and any(arguments.out.iterdir()):
        parser.error(f"{arguments.out} is not empty")
    written = collect(clones, arguments.out, arguments.jobs)
    skipped: Counter[str] = Counter()
    for found, _ in written:
        skipped.update(found.skipped)
    print(f"\n{sum(number for _, number in written)} cases of {sum(found.merges for found, _ in written)} merges; passed over:")
    for reason, count in sorted(skipped.items()):
        print(f"  {count:7} {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
