"""`mlx serve` on a GitLab, as `mlx sandbox` has one: a note on an issue becomes a merge request and an answer."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from conftest import Mlx
from story import Program, request, wait_for
from support.registries import greeting, write_registry
from support.trees import write_files

PYPROJECT = '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = []\n'
TOKEN = "the-token-of-the-webhook"
SIGNING_TOKEN = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()


@dataclass
class Gitlab:
    description: dict[str, Any]
    bot: Program
    address: str

    def api(self, user: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        gitlab = self.description["gitlab"]
        url = f"{gitlab['api_url']}/projects/{quote(gitlab['project'], safe='')}{path}"
        return request(method, url, token=gitlab["users"][user]["token"], body=body)

    def hear(self, **secret: str) -> None:
        """Registers the bot's webhook."""
        events = {name: True for name in ("note_events", "issues_events", "merge_requests_events")}
        self.api("octocat", "POST", "/hooks", {"url": f"{self.address}/webhooks/gitlab", **events, **secret})

    def ask(self, user: str, command: str) -> tuple[list[str], str]:
        """What the bot reacts to a note with, and answers."""
        issue = self.api(user, "POST", "/issues", {"title": "Something to do"})["iid"]
        note = self.api(user, "POST", f"/issues/{issue}/notes", {"body": command})["id"]

        def awards() -> list[str]:
            return [one["name"] for one in self.api(user, "GET", f"/issues/{issue}/notes/{note}/award_emoji")]

        wait_for("the bot's answer", lambda: next((one for one in awards() if one in ("rocket", "confused")), None))
        notes = self.api(user, "GET", f"/issues/{issue}/notes?sort=asc")
        return awards(), str(notes[-1]["body"])


def address_in(line: str) -> str | None:
    marker = "listening address="
    return line[line.index(marker) + len(marker) :].split()[0] if marker in line else None


@pytest.fixture(params=["GitLab alone", "both forges"])
def gitlab(mlx: Mlx, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Gitlab]:
    write_files(tmp_path / "shop", {"pyproject.toml": PYPROJECT})
    write_registry(tmp_path / "registry", greeting())
    logs = tmp_path / "logs"
    logs.mkdir()
    arguments = ["sandbox", "--listen", "127.0.0.1:0", "--project", str(tmp_path / "shop")]
    sandbox = Program(mlx.binary, "sandbox", arguments, logs, {})
    try:
        description = sandbox.wait_for_line("the sandbox's description", sandbox.output, json.loads)
        settings = {
            "MLX_LISTEN": "127.0.0.1:0",
            "MLX_DATABASE": str(tmp_path / "queue.db"),
            "MLX_REGISTRY": str(tmp_path / "registry"),
            "MLX_GITLAB_URL": description["gitlab"]["url"],
            "MLX_GITLAB_TOKEN": description["gitlab"]["token"],
            "MLX_GITLAB_WEBHOOK_SECRET": f"{TOKEN},{SIGNING_TOKEN}",
        }
        if request.param == "both forges":
            settings |= {
                "MLX_WEBHOOK_SECRET": description["webhook"]["secret"],
                "MLX_GITHUB_API_URL": description["api_url"],
                "MLX_GITHUB_TOKEN": description["token"],
            }
        bot = Program(mlx.binary, "serve", ["serve"], logs, settings)
        try:
            address = bot.wait_for_line("the bot's address", bot.log, address_in)
            yield Gitlab(description, bot, address)
        finally:
            bot.stop()
    finally:
        sandbox.stop()


@pytest.mark.parametrize("secret", [{"token": TOKEN}, {"signing_token": SIGNING_TOKEN}], ids=["token", "signature"])
def test_a_note_becomes_a_merge_request(gitlab: Gitlab, secret: dict[str, str]) -> None:
    gitlab.hear(**secret)
    awards, answer = gitlab.ask("writer-will", "Let us have it.\n\n/mlx add greeting")
    assert awards == ["eyes", "rocket"]
    [merge_request] = gitlab.api("writer-will", "GET", "/merge_requests?state=opened")
    assert merge_request["source_branch"] == "mlx/add/greeting"
    assert merge_request["author"]["username"] == gitlab.description["gitlab"]["bot_username"]
    assert f"!{merge_request['iid']} adds" in answer
    [diff] = [
        one
        for one in gitlab.api("writer-will", "GET", f"/merge_requests/{merge_request['iid']}/diffs")
        if one["new_path"] == "mlx.lock"
    ]
    assert diff["new_file"]


def test_who_may_not_write_is_told(gitlab: Gitlab) -> None:
    gitlab.hear(token=TOKEN)
    awards, answer = gitlab.ask("reader-rita", "/mlx add greeting")
    assert awards == ["eyes", "confused"]
    assert "reader-rita" in answer
    assert gitlab.api("octocat", "GET", "/merge_requests") == []


def test_a_delivery_that_nobody_signed_is_not_obeyed(gitlab: Gitlab) -> None:
    gitlab.hear(token="the-token-of-somebody-else")
    issue = gitlab.api("writer-will", "POST", "/issues", {"title": "Something to do"})["iid"]
    gitlab.api("writer-will", "POST", f"/issues/{issue}/notes", {"body": "/mlx add greeting"})
    request("GET", f"{gitlab.description['url']}/_sandbox/idle")
    assert "the token does not fit" in gitlab.bot.log()
    assert gitlab.api("octocat", "GET", "/merge_requests") == []
