"""Draws a sample of what `mlx check` finds in public repositories, and says how much of it people judged wrong.

    measure.py --mlx build/release/mlx OWNER/NAME=CLONE…

repositories.tsv beside this says at which revision, in which directory and with which settings each is checked, with all
components of the registry as candidates. Nothing of a clone is changed: its files at that revision are copied. judged.tsv
holds the verdicts; what of today's sample has none is printed, and with `--unjudged FILE` written as rows to fill in.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

MOST_OF_A_RULE = 25
MOST_OF_A_REPOSITORY = 15
BAR = 0.05
GROUPS = ("first", "second", "last")  # of repositories: each was looked at after the rules were mended by those before
VERDICTS = ("right", "doubtful", "harmful", "wrong")
FALSE = ("harmful", "wrong")
COLUMNS = ("repository", "revision", "rule", "severity", "place", "finding", "first", "now", "reason")


@dataclass(frozen=True)
class Found:
    repository: str
    revision: str
    rule: str
    severity: str
    place: str
    finding: str
    message: str
    remedy: str

    def key(self) -> tuple[str, str]:
        return self.repository, self.finding

    def digest(self) -> str:
        return hashlib.sha256(f"{self.repository} {self.finding}".encode()).hexdigest()


def read_table(path: Path) -> list[dict[str, str]]:
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines if line]


def copy_revision(clone: Path, revision: str, target: Path) -> None:
    """Writes the regular files of a revision; a mirror may lack large ones, which are left out."""
    git = ["git", "-C", str(clone)]
    listed = subprocess.run([*git, "ls-tree", "-rz", revision], capture_output=True, check=True).stdout
    entries = [entry.split(b"\t", 1) for entry in listed.split(b"\0") if entry]
    files = [(meta.split()[2], path.decode()) for meta, path in entries if meta.startswith(b"100")]
    asked = b"".join(blob + b"\n" for blob, _ in files)
    with tempfile.TemporaryFile() as answer:
        subprocess.run([*git, "cat-file", "--batch"], input=asked, stdout=answer, check=True)
        answer.seek(0)
        for _, path in files:
            header = answer.readline().split()
            if header[-1] == b"missing":
                continue
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(answer.read(int(header[2])))
            answer.read(1)


def mlx_json(mlx: Path, cache: str, *arguments: str) -> dict:
    environment = {**os.environ, "MLX_CACHE_DIR": cache}
    command = [str(mlx), *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode > 1 or not done.stdout:
        raise SystemExit(f"mlx {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def findings_of(mlx: Path, entry: dict[str, str], clone: Path) -> list[Found]:
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as cache:
        copy_revision(clone, entry["revision"], Path(kept))
        project = Path(kept) / entry["directory"]
        if entry["source-root"]:
            root = entry["source-root"]
            (project / "mlx.toml").write_text(f'source-root = "{root}"\nimport-root = "{root}"\n', encoding="utf-8")
        names = [component["name"] for component in mlx_json(mlx, cache, "list", "-C", str(project))["components"]]
        answer = mlx_json(mlx, cache, "check", *names, "-C", str(project))
    found = []
    for one in answer["findings"]:
        places = [f"{place['file']}:{place['line']}" if place["line"] else place["file"] for place in one["evidence"]]
        found.append(Found(entry["repository"], entry["revision"], one["code"], one["severity"],
                           places[0] if places else "-", one["id"], one["message"], one["remedy"]))
    return found


def sample_of(found: list[Found]) -> list[Found]:
    """In the order of a digest, so that what is drawn changes only where findings come or go."""
    rules: Counter[str] = Counter()
    repositories: Counter[str] = Counter()
    drawn = []
    for one in sorted(found, key=Found.digest):
        if rules[one.rule] == MOST_OF_A_RULE or repositories[one.repository] == MOST_OF_A_REPOSITORY:
            continue
        rules[one.rule] += 1
        repositories[one.repository] += 1
        drawn.append(one)
    return drawn


def print_shares(title: str, verdicts: list[tuple[str, str]]) -> float:
    """Of (rule, verdict) for each finding; the share of those that mislead among all."""
    print(f"\n{title}\n")
    print("| rule | judged | " + " | ".join(VERDICTS) + " |\n|---|---|" + "---|" * len(VERDICTS))
    counts: dict[str, Counter[str]] = {}
    for rule, verdict in verdicts:
        counts.setdefault(rule, Counter())[verdict] += 1
        counts.setdefault("all", Counter())[verdict] += 1
    for rule in sorted(counts, key=lambda name: (name == "all", name)):
        of = counts[rule]
        print(f"| {rule} | {of.total()} | " + " | ".join(str(of[verdict]) for verdict in VERDICTS) + " |")
    total = counts.get("all", Counter())
    false = sum(total[verdict] for verdict in FALSE)
    share = false / max(total.total(), 1)
    print(f"\n{' or '.join(FALSE)}: {false} of {total.total()}, {share:.1%} (bar {BAR:.0%})")
    return share


def row(found: Found) -> str:
    facts = [getattr(found, name) for name in COLUMNS[:6]]
    return "\t".join([*facts, "-", "?", f"{found.message}. {found.remedy}"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mlx", required=True, type=Path)
    parser.add_argument("--judged", type=Path, default=Path(__file__).with_name("judged.tsv"))
    parser.add_argument("--repositories", type=Path, default=Path(__file__).with_name("repositories.tsv"))
    parser.add_argument("--unjudged", type=Path, help="where to write what has no verdict")
    parser.add_argument("clones", nargs="+", metavar="OWNER/NAME=CLONE")
    arguments = parser.parse_args()
    clones = dict(argument.split("=", 1) for argument in arguments.clones)
    entries = {entry["repository"]: entry for entry in read_table(arguments.repositories)}
    if unknown := sorted(clones.keys() - entries.keys()):
        raise SystemExit(f"not in {arguments.repositories}: {', '.join(unknown)}")

    found: list[Found] = []
    drawn: list[Found] = []
    for group in GROUPS:
        of_group: list[Found] = []
        for name, entry in entries.items():
            if name in clones and entry["chosen"] == group:
                of_group += findings_of(arguments.mlx.resolve(), entry, Path(clones[name]))
        found += of_group
        drawn += sample_of(of_group)
    print(f"{len(found)} findings in {len(clones)} repositories, of which {len(drawn)} are drawn")

    judged = {(line["repository"], line["finding"]): line for line in read_table(arguments.judged)}
    known = [one for one in drawn if judged.get(one.key(), {}).get("now") in VERDICTS]
    unjudged = [one for one in drawn if judged.get(one.key(), {}).get("now") not in VERDICTS]
    for group in GROUPS:
        of_group = [line for line in judged.values() if entries[line["repository"]]["chosen"] == group]
        first = [(line["rule"], line["first"]) for line in of_group if line["first"] in VERDICTS]
        print_shares(f"Repositories chosen {group}, when they were first looked at", first)
    share = print_shares("All, today", [(one.rule, judged[one.key()]["now"]) for one in known])
    if unjudged:
        print(f"\n{len(unjudged)} without a verdict")
        for one in unjudged:
            print(f"  {one.repository} {one.finding} {one.place}: {one.message}. {one.remedy}")
    if arguments.unjudged:
        lines = ["\t".join(COLUMNS), *(row(one) for one in unjudged)]
        arguments.unjudged.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return 1 if unjudged or share > BAR else 0


if __name__ == "__main__":
    sys.exit(main())
