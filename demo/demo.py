#!/usr/bin/env python3
"""From a comment to a pull request, on a GitHub that runs on this machine.

Starts `mlx sandbox` and `mlx serve`, asks for a component as a user would, shows what the bot
made of it, and checks it. On a terminal both keep running until Ctrl-C; DEMO=once ends at once.
DEMO_FULL=1 shows the whole difference.
"""

import argparse
import os
import re
import signal
import sys
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import Any, NoReturn

from checks import check
from story import Outcome, Stage, StoryError, set_stage

WIDTH = 100
EXCERPT = 15  # lines of a new file
EXCERPTS = ("src/churn_model/api/app.py", "tests/api/test_api_health.py", "mlx.lock")
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EMOJI = {"eyes": "👀", "rocket": "🚀", "confused": "😕"}


class Page:
    """Text for a person, in colours where those are wanted."""

    def __init__(self) -> None:
        self._is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def styled(self, text: str, style: str) -> str:
        codes = {"bold": "1", "dim": "2", "red": "31", "green": "32", "cyan": "36"}
        return f"\033[{codes[style]}m{text}\033[0m" if self._is_coloured else text

    def write(self, text: str = "", style: str = "") -> None:
        print(self.styled(text, style) if style and text else text, flush=True)

    def heading(self, text: str) -> None:
        self.write()
        self.write(f"── {text} ".ljust(WIDTH, "─"), "bold")
        self.write()

    def quote(self, markdown: str) -> None:
        """As the web page shows it: what is folded or hidden there is so here."""
        text = re.sub(r"<!--.*?-->\n?", "", markdown, flags=re.DOTALL)
        text = re.sub(r"<details><summary>(.*?)</summary>.*?</details>", r"▸ \1", text, flags=re.DOTALL)
        for line in text.strip().splitlines():
            wrapped = [line] if line.startswith("|") else textwrap.wrap(line, WIDTH - 2)
            for part in wrapped or [""]:
                self.write(f"{self.styled('│', 'dim')} {part}".rstrip())

    def patch(self, lines: list[str]) -> None:
        for line in lines:
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            self.write("  " + self.styled(line, style) if style else ("  " + line).rstrip())


def show_conversation(page: Page, outcome: Outcome, bot_login: str) -> None:
    author = outcome.comment["user"]["login"]
    page.heading(f"Issue #{outcome.issue['number']}: {outcome.issue['title']}")
    page.write(f"{author} comments:", "dim")
    page.quote(outcome.comment["body"])
    page.write()
    page.write(
        f"{bot_login} reacts {' '.join(EMOJI.get(each, each) for each in outcome.reactions)} and replies:", "dim"
    )
    for reply in outcome.replies:
        page.quote(reply["body"])


def show_files(page: Page, files: list[dict[str, Any]]) -> None:
    """New files in one line for each directory; changed ones each on its own."""
    changed = [file for file in files if file["status"] != "added"]
    directories = defaultdict(list)
    for file in files:
        if file["status"] == "added":
            directory, _, name = file["filename"].rpartition("/")
            directories[directory + "/" if directory else "./"].append(name)
    lines = sum(file["additions"] for file in files)
    removed = sum(file["deletions"] for file in files)
    page.heading(
        f"Files: {len(files) - len(changed)} new, {len(changed)} changed, {lines} lines added, {removed} removed"
    )
    for file in changed:
        page.write(f"  ~ {file['filename']} (+{file['additions']} -{file['deletions']})")
    column = max((len(directory) for directory in directories), default=0) + 2
    for directory, names in sorted(directories.items()):
        indent = " " * (column + 4)
        text = textwrap.fill("  ".join(names), WIDTH, initial_indent=indent, subsequent_indent=indent)
        page.write(f"  + {directory:<{column}}{text[len(indent) :]}")


def cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def show_difference(page: Page, files: list[dict[str, Any]]) -> None:
    is_full = os.environ.get("DEMO_FULL", "") not in ("", "0")
    changed = [file for file in files if file["status"] != "added"]
    new = [file for file in files if file["status"] == "added"]
    page.heading("What changes in files that were there")
    for file in changed:
        page.write(f"  {file['filename']}", "bold")
        page.patch(file["patch"].splitlines())
        if file is not changed[-1]:
            page.write()
    page.heading("New files" if is_full else "From the new files")
    if not is_full:
        by_name = {file["filename"]: file for file in new}
        new = [by_name[name] for name in EXCERPTS if name in by_name]
    for file in new:
        lines = file["patch"].splitlines()[1:]  # without the @@ line, which says nothing here
        shown = lines if is_full else [cut(line) for line in lines[:EXCERPT]]
        page.write(f"  {file['filename']}", "bold")
        page.patch(shown)
        if len(lines) > len(shown):
            page.write(f"  … {len(lines) - len(shown)} more lines", "dim")
        page.write()
    if not is_full:
        page.write("  DEMO_FULL=1 shows all of them.", "dim")


def show_checks(page: Page, outcome: Outcome, stage: Stage) -> bool:
    page.heading("Is it right?")
    results = check(outcome, stage.forge)
    for result in results:
        mark = page.styled("✗", "red") if result.complaint else page.styled("✓", "green")
        page.write(f"  {mark} {result.claim}" + (f": {result.complaint}" if result.complaint else ""))
    return not any(result.complaint for result in results)


def show_outcome(page: Page, outcome: Outcome, stage: Stage) -> bool:
    """True if the outcome is what it should be."""
    show_conversation(page, outcome, stage.forge.bot_login)
    if outcome.pull_requests:
        pull_request = outcome.pull_requests[0]
        head, base = pull_request["head"]["ref"], pull_request["base"]["ref"]
        page.heading(f"Pull request #{pull_request['number']}: {pull_request['title']}")
        page.write(f"{pull_request['user']['login']} wants to merge {head} into {base}", "dim")
        page.quote(pull_request["body"])
        show_files(page, outcome.files)
        show_difference(page, outcome.files)
    return show_checks(page, outcome, stage)


def stay(page: Page, outcome: Outcome, forge_url: str) -> None:
    """Until Ctrl-C."""
    page.heading("Try it yourself")
    page.write(f"  {forge_url}")
    page.write(f"  the issue         {outcome.issue['html_url']}")
    for pull_request in outcome.pull_requests:
        page.write(f"  the pull request  {pull_request['html_url']}")
    page.write()
    page.write("  Comment on the issue, as any of the people in the list:")
    page.write("    /mlx status                        what is installed")
    page.write("    /mlx add api-serving               again: nothing is done twice")
    page.write("    /mlx add api-servin                a typing mistake")
    page.write("    /mlx add api-serving               as reader-rita, who has no write access")
    page.write("  Merge the pull request, then ask for /mlx status.")
    page.write()
    page.write("  Ctrl-C stops it and removes everything.", "bold")
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        return


def end(number: int, _frame: object) -> NoReturn:
    """Asked to end: on the same way out as otherwise, and not disturbed on it, so that nothing is left."""
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


def run(page: Page, mlx: Path) -> int:
    try:
        with set_stage(mlx) as stage:
            issue, comment = stage.ask()
            outcome = stage.wait_for_outcome(issue, comment)
            if not show_outcome(page, outcome, stage):
                raise StoryError("the pull request is not what it should be")
            if sys.stdout.isatty() and os.environ.get("DEMO") != "once":
                stay(page, outcome, stage.forge.web_url)
            page.write()
            return 0
    except StoryError as error:
        print(f"demo: {error}", *getattr(error, "__notes__", []), sep="\n", file=sys.stderr)
        return 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mlx", type=Path, required=True, help="the program, such as build/release/mlx")
    mlx = parser.parse_args().mlx.resolve()
    if not os.access(mlx, os.X_OK):
        parser.error(f"{mlx} is not a program; build it first")
    for number in ENDINGS:
        signal.signal(number, end)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        return run(Page(), mlx)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Whoever read along has left; nothing more can be told, also not when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
