"""A sandbox, and a bot that nobody has set up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from story import Forge, Program
from support.browser import Browser, Page
from support.registries import greeting, write_registry
from support.trees import write_files

PYPROJECT = '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = []\n'


def address_in(line: str) -> str | None:
    marker = "listening address="
    return line[line.index(marker) + len(marker) :].split()[0] if marker in line else None


def code_in(line: str) -> str | None:
    return line.split("code=")[1].split()[0] if "not set up yet" in line else None


@dataclass
class SetupStage:
    mlx: Path
    directory: Path
    forge: Forge
    settings: dict[str, str]
    bots: list[Program] = field(default_factory=list)

    def start(self, **more: str) -> tuple[Program, str]:
        """The bot, and its address."""
        name = f"serve-{len(self.bots)}"
        bot = Program(self.mlx, name, ["serve"], self.directory / "logs", self.settings | more)
        self.bots.append(bot)
        return bot, bot.wait_for_line("the bot's address", bot.log, address_in)

    @property
    def app_file(self) -> Path:
        return self.directory / "queue-github-app.env"

    def logs(self) -> str:
        return "".join(bot.log() for bot in self.bots)

    def secrets(self) -> list[str]:
        """What is in the file of the App, line by line of the key."""
        values = dict(
            line.split("=", 1) for line in self.app_file.read_text().splitlines() if not line.startswith("#")
        )
        key = [line for line in values["MLX_GITHUB_PRIVATE_KEY"].split("\\n") if line and not line.startswith("-")]
        return [values["MLX_WEBHOOK_SECRET"], *key]


@contextmanager
def setup_stage(mlx: Path, directory: Path) -> Iterator[SetupStage]:
    write_files(directory / "shop", {"pyproject.toml": PYPROJECT})
    write_registry(directory / "registry", greeting())
    (directory / "logs").mkdir()
    arguments = ["sandbox", "--listen", "127.0.0.1:0", "--project", str(directory / "shop")]
    sandbox = Program(mlx, "sandbox", arguments, directory / "logs", {})
    stage = None
    try:
        description: dict[str, Any] = sandbox.wait_for_line("the sandbox's description", sandbox.output, json.loads)
        settings = {
            "MLX_LISTEN": "127.0.0.1:0",
            "MLX_DATABASE": str(directory / "queue.db"),
            "MLX_REGISTRY": str(directory / "registry"),
            "MLX_GITHUB_API_URL": description["api_url"],
        }
        stage = SetupStage(mlx, directory, Forge(description), settings)
        yield stage
    finally:
        for bot in stage.bots if stage else []:
            bot.stop()
        sandbox.stop()


def choose(browser: Browser, page: Page, **choice: str) -> Page:
    """The first page once more, for another address, organisation or GitHub."""
    return browser.submit(next(form for form in page.forms if "address" in form.fields), **choice)


def register(browser: Browser, page: Page) -> Page:
    """Presses the button, and GitHub's; the page that GitHub sends the browser to."""
    confirm = browser.submit(page.form("/settings/apps/new"))
    assert confirm.status == 200, confirm.text
    return browser.submit(confirm.form("/settings/apps/manifests"))
