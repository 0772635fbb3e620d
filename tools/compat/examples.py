"""Labelled examples as a table in a file: no code of anybody, only what the rules counted and what running showed."""

from dataclasses import dataclass, field
from pathlib import Path

HEADER = """\
# Components put into projects: what the rules found before, and at which step it failed (`works`: at none).
# Written by `tools/train-compat collect`; docs/compat.md says how. Generated projects are named by their number,
# public ones by their repository.
# project, kind, component, result, findings by rule, what the project was given
"""


@dataclass
class Example:
    project: str
    kind: str  # `generated` or `public`
    component: str
    step: str  # at which it failed; empty if it works
    counts: dict[str, int]  # findings by rule
    traits: list[str] = field(default_factory=list)

    @property
    def works(self) -> bool:
        return self.step == ""


def write_examples(path: Path, examples: list[Example]) -> None:
    rows = []
    for one in sorted(examples, key=lambda one: (one.kind, one.project, one.component)):
        counts = ",".join(f"{code}={count}" for code, count in sorted(one.counts.items()))
        rows.append("\t".join([one.project, one.kind, one.component, one.step or "works", counts or "-", ",".join(one.traits) or "-"]))
    path.write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")


def read_examples(path: Path) -> list[Example]:
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 6:
            raise SystemExit(f"{path}:{number}: a row has six fields, this one {len(fields)}")
        project, kind, component, step, counts, traits = fields
        parsed = {}
        for pair in [] if counts == "-" else counts.split(","):
            code, _, count = pair.partition("=")
            if not count.isdigit():
                raise SystemExit(f"{path}:{number}: `{pair}` is not RULE=COUNT")
            parsed[code] = int(count)
        examples.append(Example(project, kind, component, "" if step == "works" else step, parsed, [] if traits == "-" else traits.split(",")))
    return examples
