"""What a run of replay.py says: tables, JSON, and the difference from an earlier run."""

import platform
import statistics
from collections import Counter
from dataclasses import dataclass

from classify import FAILED, MERGED, RIGHT, Verdict
from tools import Tool


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    seconds: float
    cpu_seconds: float
    # Whether the tool merged the file into what git made of it.
    is_as_git: bool


@dataclass
class Replayed:
    name: str
    is_parsable: bool
    outcomes: dict[str, Outcome]

    @property
    def has_git_conflict(self) -> bool:
        return self.outcomes["git"].verdict not in MERGED


def share(count: int, total: int) -> str:
    return f"{count:6} {count / total:6.1%}" if total else f"{count:6}      -"


def times(outcomes: list[Outcome]) -> str:
    milliseconds = sorted(1000 * outcome.seconds for outcome in outcomes)
    p99 = milliseconds[min(len(milliseconds) - 1, int(0.99 * len(milliseconds)))]
    cpu = statistics.median(1000 * outcome.cpu_seconds for outcome in outcomes)
    return f"{statistics.median(milliseconds):8.1f} {p99:8.1f} {milliseconds[-1]:8.1f} {cpu:8.1f}"


def print_table(title: str, cases: list[Replayed], names: list[str], is_clean: bool) -> None:
    unparsable = sum(not case.is_parsable for case in cases)
    print(f"\n{title}: {len(cases)} files, of which {unparsable} have a side that is not Python {platform.python_version()}")
    if not cases:
        return
    columns = [Verdict.CONFLICT, Verdict.EQUAL, Verdict.EQUIVALENT, Verdict.DIFFERENT, Verdict.BROKEN]
    heads = [*map(str, columns), "failed", "right/merged", *(["worse", "better", "not as git"] if is_clean else [])]
    print(f"{'':10}" + "".join(f"{head:>14}" for head in heads) + f" {'ms':>8} {'p99':>8} {'max':>8} {'cpu ms':>8}")
    for name in names:
        outcomes = [case.outcomes[name] for case in cases]
        counts = Counter(outcome.verdict for outcome in outcomes)
        cells = [share(counts[column], len(cases)) for column in columns]
        cells.append(share(sum(counts[verdict] for verdict in FAILED), len(cases)))
        cells.append(share(sum(counts[verdict] for verdict in RIGHT), sum(counts[verdict] for verdict in MERGED)))
        if is_clean:
            was_right = [case.outcomes["git"].verdict in RIGHT for case in cases]
            is_right = [outcome.verdict in RIGHT for outcome in outcomes]
            cells.append(share(sum(was and not now for was, now in zip(was_right, is_right, strict=True)), len(cases)))
            cells.append(share(sum(now and not was for was, now in zip(was_right, is_right, strict=True)), len(cases)))
            cells.append(share(sum(not outcome.is_as_git for outcome in outcomes), len(cases)))
        print(f"{name:10}" + "".join(f"{cell:>14}" for cell in cells) + f" {times(outcomes)}")
        if any(counts[verdict] for verdict in FAILED):
            print(f"{'':10}" + ", ".join(f"{counts[verdict]} {verdict}" for verdict in FAILED if counts[verdict]))


def as_json(cases: list[Replayed], compared: list[Tool], jobs: int) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "jobs": jobs,
        "tools": {tool.name: tool.version for tool in compared},
        "cases": {
            case.name: {
                "parsable": case.is_parsable,
                "tools": {
                    name: {
                        "class": outcome.verdict,
                        "seconds": round(outcome.seconds, 6),
                        "cpu_seconds": round(outcome.cpu_seconds, 6),
                        "as_git": outcome.is_as_git,
                    }
                    for name, outcome in case.outcomes.items()
                },
            }
            for case in cases
        },
    }


def print_changes(cases: list[Replayed], old: dict[str, dict]) -> None:
    """What is another class now, for each tool; cases and tools that only one of the runs has are left out."""
    for name in cases[0].outcomes if cases else ():
        changes: dict[tuple[str, str], list[str]] = {}
        common = 0
        for case in cases:
            before = old.get(case.name, {}).get("tools", {}).get(name)
            if before is None:
                continue
            common += 1
            if before["class"] != case.outcomes[name].verdict:
                changes.setdefault((before["class"], case.outcomes[name].verdict), []).append(case.name)
        if not common:
            continue
        print(f"\n{name}: {sum(map(len, changes.values()))} of {common} cases have changed")
        for (before_class, now_class), changed in sorted(changes.items()):
            print(f"  {before_class} -> {now_class}: {len(changed)}")
            print("\n".join(f"    {case_name}" for case_name in changed))
