"""From the webhook of a pull request to the comment of its review: `mlx serve` against `mlx sandbox`.

The repository has 2,000 Python files, and each pull request changes 20 of them. Cold: the bot knows nothing. Warm: the first review
has read the base. Started again: a bot that finds what the one before it kept.
"""

import argparse
import tempfile
import time
from pathlib import Path

from pull_request import Forge, PROJECT, running, summary, wait_for

FILES = 2000
CHANGED = 20
MODULE = '''"""Module {number} of a service."""

import json
import logging
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass
class Order{number}:
    """What was ordered."""

    customer: str
    amount: int = 0

    def total(self, price: float) -> float:
        return self.amount * price


def load_{number}(text: str) -> Order{number}:
    """Reads an order."""
    fields = json.loads(text)
    logger.info("order of %s", fields["customer"])
    return Order{number}(**fields)
'''
WAITING = '''

async def settle_{number}() -> None:
    import time

    time.sleep({round})
'''


def write_project(directory: Path) -> None:
    (directory / "pyproject.toml").write_text(PROJECT)
    for number in range(FILES):
        path = directory / f"src/shop/part{number // 50}/module{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MODULE.format(number=number))


def open_pull_request(forge: Forge, base: dict, turn: int) -> None:
    """Pushes a branch that changes files, then asks for it to be merged."""
    entries = []
    for number in range(turn * CHANGED, (turn + 1) * CHANGED):
        number %= FILES
        text = MODULE.format(number=number) + WAITING.format(number=number, round=turn + 1)
        path = f"src/shop/part{number // 50}/module{number}.py"
        entries.append({"path": path, "mode": "100644", "type": "blob", "content": text})
    tree = forge.send("POST", "/git/trees", {"base_tree": base["tree"]["sha"], "tree": entries})
    commit = forge.send("POST", "/git/commits", {"message": f"Wait {turn}", "tree": tree["sha"], "parents": [base["sha"]]})
    forge.send("POST", "/git/refs", {"ref": f"refs/heads/feature-{turn}", "sha": commit["sha"]})
    forge.send("POST", "/pulls", {"title": f"Wait {turn}", "head": f"feature-{turn}", "base": "main"})


def review(forge: Forge, base: dict, turn: int) -> tuple[float, int]:
    """The time of one review in ms, and how often the bot asked."""
    time.sleep(0.3)  # what follows the comment of the last one
    forge.bot_requests()
    open_pull_request(forge, base, turn)
    opened = wait_for("pull_request", "opened", "User")
    said = wait_for("issue_comment", "created", "Bot")
    return (said - opened) * 1000, forge.bot_requests()


def measure(forge: Forge, requests: int) -> list[float]:
    head = forge.send("GET", "/git/ref/heads/main")["object"]["sha"]
    base = forge.send("GET", f"/git/commits/{head}")
    taken, count = review(forge, base, 0)
    print(f"cold: {taken:.0f} ms, {count} requests before its comment")
    warm = [review(forge, base, turn) for turn in range(1, requests + 1)]
    print(f"warm: {max(count for _, count in warm)} requests at most")
    forge.restart_bot()
    taken, count = review(forge, base, requests + 1)
    print(f"started again: {taken:.0f} ms, {count} requests")
    return [taken for taken, _ in warm]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlx", required=True)
    parser.add_argument("--requests", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory) / "project"
        project.mkdir()
        write_project(project)
        with running(arguments.mlx, project, ["pull_request"]) as forge:
            times = measure(forge, arguments.requests)
    print(summary(times, f"webhook of a pull request of {CHANGED} files to its comment, {FILES} files in the repository", "p50 at most 200 ms"))


if __name__ == "__main__":
    main()
