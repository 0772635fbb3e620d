"""Merges a corpus of collect.py again, with every tool in one run, and says how near each comes to what people did.

    replay.py CORPUS [--mlx BINARY] [--mergiraf BINARY] [--imediff BINARY] [--only conflicts|clean] [--limit N]
              [--jobs N] [--json OUT] [--compare OLD.json] [--save DIRECTORY]

`git merge-file` always runs: it divides the corpus into the files where it conflicts and those where it does not,
one table each. README.md beside this says what the columns mean. Times are of whole processes; take them with one job.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tools
from classify import FAILED, Case, Verdict, classify
from report import Outcome, Replayed, as_json, print_changes, print_table


@dataclass(frozen=True)
class Settings:
    mlx: str | None
    mergiraf: str | None
    imediff: str | None
    only: str | None
    save: Path | None

    def tools(self) -> list[tools.Tool]:
        """git is the first."""
        found = [tools.git()]
        for make, binary in ((tools.mlx, self.mlx), (tools.mergiraf, self.mergiraf), (tools.imediff, self.imediff)):
            if binary:
                found.append(make(str(Path(binary).resolve())))
        return found


def find_cases(corpus: Path, is_spread: bool) -> list[Case]:
    """In the order of their names; or in one that is the same every time and as good as drawn by lot."""
    directories = sorted(path.parent for path in corpus.glob("*/*/meta.json"))
    cases = [Case(str(directory.relative_to(corpus)), directory) for directory in directories]
    return sorted(cases, key=lambda case: hashlib.sha256(case.name.encode()).digest()) if is_spread else cases


def save_attempt(directory: Path, tool: str, verdict: Verdict, attempt: tools.Attempt) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob(f"{tool}.*"):
        old.unlink()
    (directory / f"{tool}.{verdict}.py").write_bytes(attempt.text)
    if verdict in FAILED:
        (directory / f"{tool}.{verdict}.txt").write_text(attempt.message)


def replay(compared: list[tools.Tool], settings: Settings, case: Case) -> Replayed | None:
    """None if the case is not among those that are asked for."""
    verdicts: dict[bytes, Verdict] = {}
    outcomes: dict[str, Outcome] = {}
    git_text: bytes | None = None
    with tempfile.TemporaryDirectory() as scratch:
        for tool in compared:
            attempt = tools.attempt(tool, case.directory, Path(scratch))
            has_conflict = attempt.verdict is not None
            if tool.name == "git":
                git_text = None if has_conflict else attempt.text
                if settings.only and has_conflict != (settings.only == "conflicts"):
                    return None
            if attempt.verdict is None and attempt.text not in verdicts:
                verdicts[attempt.text] = classify(case, attempt.text)
            verdict = attempt.verdict or verdicts[attempt.text]
            outcomes[tool.name] = Outcome(verdict, attempt.seconds, attempt.cpu_seconds, not has_conflict and attempt.text == git_text)
            if settings.save:
                save_attempt(settings.save / case.name, tool.name, verdict, attempt)
    return Replayed(case.name, case.is_parsable, outcomes)


def replay_all(cases: list[Case], compared: list[tools.Tool], settings: Settings, limit: int | None, jobs: int) -> list[Replayed]:
    run = partial(replay, compared, settings)
    kept: list[Replayed] = []
    with ProcessPoolExecutor(jobs) as pool:
        # In batches, since a pool starts all that it is given and a limit ends the run early.
        for start in range(0, len(cases), 50 * jobs):
            kept += filter(None, pool.map(run, cases[start : start + 50 * jobs]))
            if limit and len(kept) >= limit:
                break
            print(f"\r{len(kept)} cases", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)
    return sorted(kept[:limit], key=lambda done: done.name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    for name in ("mlx", "mergiraf", "imediff"):
        parser.add_argument(f"--{name}", metavar="BINARY")
    parser.add_argument("--only", choices=("conflicts", "clean"), help="by what git does")
    parser.add_argument("--limit", type=int, help="at most so many cases, the same ones every time, from all over the corpus")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="list the cases whose class is not what it was there")
    parser.add_argument("--save", type=Path, metavar="DIRECTORY", help="keep what each tool made, as CASE/TOOL.CLASS.py")
    arguments = parser.parse_args()
    # Before anything is measured, so that a wrong path does not cost a run.
    old = json.loads(arguments.compare.read_text())["cases"] if arguments.compare else None
    settings = Settings(arguments.mlx, arguments.mergiraf, arguments.imediff, arguments.only, arguments.save)
    for binary in (settings.mlx, settings.mergiraf, settings.imediff):
        if binary and not Path(binary).is_file():
            parser.error(f"there is no {binary}")
    cases = find_cases(arguments.corpus.resolve(), is_spread=arguments.limit is not None)
    if not cases:
        parser.error(f"{arguments.corpus} has no cases: collect.py makes them")
    compared = settings.tools()
    replayed = replay_all(cases, compared, settings, arguments.limit, arguments.jobs)

    names = [tool.name for tool in compared]
    print("; ".join(tool.version for tool in compared) + (f"; times of {arguments.jobs} jobs at once" if arguments.jobs > 1 else ""))
    if arguments.only != "clean":
        print_table("git conflicts", [case for case in replayed if case.has_git_conflict], names, is_clean=False)
    if arguments.only != "conflicts":
        print_table("git is clean", [case for case in replayed if not case.has_git_conflict], names, is_clean=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(replayed, compared, arguments.jobs), indent=1) + "\n")
    if old is not None:
        print_changes(replayed, old)
    return 0


if __name__ == "__main__":
    sys.exit(main())
