"""What kinds of conflict `git merge-file` has in a corpus, and how the tools of a run fare with each.

    kinds.py CORPUS RESULTS.json

RESULTS.json is what replay.py --json wrote. A file may be of several kinds. Cheap and rough: most kinds are told by
the lines between the marks alone.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classify import FAILED, RIGHT, Case, is_same_module, parse

MARK = 97  # longer than the rules that people draw
IMPORT = re.compile(rb"\s*(from\s+\S+\s+import\b|import\s)")
# What may stand within the parentheses of an import, or between imports: names, and comments.
AMONG_IMPORTS = re.compile(rb"[\w.,()\\\s]*(#.*)?$")
# A reformatted line may be others of the same characters but for these.
FORMATTING = re.compile(rb"[\s\"'(),\\]+")


@dataclass(frozen=True)
class Hunk:
    ours: list[bytes]
    base: list[bytes]
    theirs: list[bytes]

    @property
    def lines(self) -> list[bytes]:
        return self.ours + self.base + self.theirs


def read_conflicts(case: Case) -> tuple[list[list[bytes]], list[Hunk]]:
    """The lines before, between and after the conflicts, and the conflicts."""
    names = [str(case.directory / f"{name}.py") for name in ("ours", "base", "theirs")]
    merged = subprocess.run(["git", "merge-file", "-p", "--diff3", f"--marker-size={MARK}", *names], capture_output=True, check=False).stdout
    between: list[list[bytes]] = [[]]
    hunks: list[Hunk] = []
    current = between[0]
    for line in merged.splitlines(keepends=True):
        if line.startswith(b"<" * MARK):
            hunks.append(Hunk([], [], []))
            current = hunks[-1].ours
        elif line.startswith(b"|" * MARK):
            current = hunks[-1].base
        elif line.rstrip() == b"=" * MARK:
            current = hunks[-1].theirs
        elif line.startswith(b">" * MARK):
            between.append([])
            current = between[-1]
        else:
            current.append(line)
    return between, hunks


def is_import_hunk(hunk: Hunk) -> bool:
    return any(map(IMPORT.match, hunk.lines)) and all(IMPORT.match(line) or AMONG_IMPORTS.match(line) for line in hunk.lines)


def is_alike(a: list[bytes], b: list[bytes]) -> bool:
    return FORMATTING.sub(b"", b"".join(a)) == FORMATTING.sub(b"", b"".join(b))


def is_comment_hunk(hunk: Hunk) -> bool:
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in hunk.lines)


def takes_whole_hunks(between: list[list[bytes]], hunks: list[Hunk], human: bytes) -> bool:
    """Whether people took, of each conflict, one side, the base, or both sides after each other."""
    text = [b"".join(lines) for lines in between]
    if not human.startswith(text[0]):
        return False
    ends = {len(text[0])}
    for hunk, after in zip(hunks, text[1:], strict=True):
        ours, base, theirs = (b"".join(lines) for lines in (hunk.ours, hunk.base, hunk.theirs))
        choices = {choice + after for choice in (ours, base, theirs, ours + theirs, theirs + ours)}
        ends = {end + len(choice) for end in ends for choice in choices if human.startswith(choice, end)}
    return len(human) in ends


def is_reformatted(case: Case) -> bool:
    base, *sides = (parse(case.read(name)) for name in ("base", "ours", "theirs"))
    return base is not None and any(side is not None and is_same_module(base, side) for side in sides)


def every(test: Callable[[Hunk], bool]) -> Callable[[Case, list[list[bytes]], list[Hunk]], bool]:
    return lambda case, between, hunks: all(map(test, hunks))


KINDS: dict[str, Callable[[Case, list[list[bytes]], list[Hunk]], bool]] = {
    "one conflict": lambda case, between, hunks: len(hunks) == 1,
    "five conflicts or more": lambda case, between, hunks: len(hunks) >= 5,
    "in imports only": every(is_import_hunk),
    "in some imports and more": lambda case, between, hunks: any(map(is_import_hunk, hunks)) and not all(map(is_import_hunk, hunks)),
    "in comments and blank lines only": every(is_comment_hunk),
    "both sides add, all at spots empty in the base": every(lambda hunk: not hunk.base),
    "one side removes lines that the other edits, all": every(lambda hunk: bool(hunk.base) and not (hunk.ours and hunk.theirs)),
    "one side is only formatted, in all conflicts": every(
        lambda hunk: bool(hunk.base) and (is_alike(hunk.base, hunk.ours) or is_alike(hunk.base, hunk.theirs))
    ),
    "one side is only formatted, in the whole file": lambda case, between, hunks: is_reformatted(case),
    "both sides are alike but for formatting, all": every(lambda hunk: is_alike(hunk.ours, hunk.theirs)),
    "one line on each side, all": every(lambda hunk: len(hunk.base) == len(hunk.ours) == len(hunk.theirs) == 1),
    "people took ours, the whole file": lambda case, between, hunks: case.human == case.read("ours"),
    "people took theirs, the whole file": lambda case, between, hunks: case.human == case.read("theirs"),
    "people took whole hunks: a side, the base, or both": lambda case, between, hunks: takes_whole_hunks(between, hunks, case.human),
    "not Python 3": lambda case, between, hunks: not case.is_parsable,
}


def kinds_of(corpus: Path, name: str) -> list[str]:
    case = Case(name, corpus / name)
    between, hunks = read_conflicts(case)
    return ["all", *(kind for kind, test in KINDS.items() if test(case, between, hunks))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text())
    classes = {
        name: {tool: outcome["class"] for tool, outcome in case["tools"].items()}
        for name, case in results["cases"].items()
        if case["tools"]["git"]["class"] == "conflict"
    }
    with ProcessPoolExecutor(arguments.jobs) as pool:
        kinds = dict(zip(classes, pool.map(partial(kinds_of, arguments.corpus), classes, chunksize=16), strict=True))
    tools = [tool for tool in results["tools"] if tool != "git"]
    print(f"{'':52} {'files':>6} {'':>6}" + "".join(f"{tool + ': right':>18} {'wrong':>6}" for tool in tools))
    for kind in ("all", *KINDS):
        names = [name for name in classes if kind in kinds[name]]
        row = f"{kind:52} {len(names):6} {len(names) / max(1, len(classes)):6.1%}"
        for tool in tools:
            found = [classes[name][tool] for name in names]
            right = sum(verdict in RIGHT for verdict in found)
            wrong = sum(verdict not in (*RIGHT, *FAILED, "conflict") for verdict in found)
            row += f"{right / max(1, len(names)):18.1%} {wrong / max(1, len(names)):6.1%}"
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
