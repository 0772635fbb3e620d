"""A local GitHub, the bot, and the story that they play: an issue, a comment, a pull request.

The demo shows what comes of it; the end-to-end tests build on it.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

PROJECT = Path(__file__).parent / "project"
COMMAND = "/mlx add api-serving"
GITLAB_SECRET = "the-secret-of-the-webhook"
PATIENCE = 30.0  # seconds until something that should happen counts as failed
STOP_PATIENCE = 10.0
LOG_TAIL = 20  # lines

Json = dict[str, Any]
T = TypeVar("T")

# Proxies of the machine have nothing to do with a server on the loopback interface.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class StoryError(Exception):
    """The story did not go on; the message says what was missing."""


def wait_for(what: str, look: Callable[[], T | None]) -> T:
    """The first answer of `look` that is not None."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise StoryError(f"{what}: nothing within {PATIENCE:.0f} s")
        time.sleep(0.01)
    return found


class Program:
    """A running `mlx`, its output in files. Stop it when done."""

    def __init__(self, mlx: Path, name: str, arguments: list[str], logs: Path, settings: dict[str, str]):
        self.name = name
        self._output = logs / f"{name}.out"
        self._log = logs / f"{name}.log"
        # What the caller has set for an MLX of their own must not reach this one; but tests gather
        # what was asked of every sandbox.
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("MLX_") or key == "MLX_SANDBOX_RECORD_DIR"
        }
        with self._output.open("wb") as output, self._log.open("wb") as log:
            # In a session of its own: Ctrl-C is for us, and we stop it in order.
            self._process = subprocess.Popen(
                [mlx, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                env=environment | settings,
                start_new_session=True,
            )

    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for_line(self, what: str, text: Callable[[], str], find: Callable[[str], T | None]) -> T:
        """What `find` makes of the first whole line that it accepts."""

        def look() -> T | None:
            status = self._process.poll()
            for line in text().splitlines(keepends=True):
                if line.endswith("\n") and (found := find(line)) is not None:
                    return found
            if status is not None:
                raise StoryError(f"{what}: `mlx {self.name}` ended with status {status}")
            return None

        return wait_for(what, look)

    def log_tail(self) -> str:
        return "\n".join(self.log().splitlines()[-LOG_TAIL:])

    def stop(self) -> None:
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def request(method: str, url: str, *, token: str = "", body: Json | None = None) -> Any:
    """The JSON that an address answers with; None if it answers with nothing."""
    headers = {"Accept": "application/vnd.github+json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        headers["Content-Type"] = "application/json"
    ask = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with _opener.open(ask, timeout=PATIENCE) as response:
            answer = response.read()
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")
        raise StoryError(f"{method} {url}: {error.code} {detail}") from error
    except OSError as error:
        raise StoryError(f"{method} {url}: {error}") from error
    return json.loads(answer) if answer else None


@dataclass(frozen=True)
class Forge:
    """The sandbox, as it describes itself."""

    description: Json

    @property
    def web_url(self) -> str:
        return f"{self.description['url']}/{self.description['full_name']}"

    @property
    def git_directory(self) -> Path:
        return Path(self.description["git"])

    @property
    def bot_login(self) -> str:
        return str(self.description["bot_login"])

    def api(self, user: str, method: str, path: str, body: Json | None = None) -> Any:
        """Asks the REST API of the repository as one of its people."""
        url = f"{self.description['api_url']}/repos/{self.description['full_name']}{path}"
        return request(method, url, token=self.description["users"][user]["token"], body=body)

    def all_pages(self, user: str, path: str) -> list[Json]:
        items: list[Json] = []
        for page in range(1, 100):
            found = self.api(user, "GET", f"{path}?per_page=100&page={page}")
            items += found
            if len(found) < 100:
                break
        return items

    def file(self, user: str, path: str, ref: str) -> str:
        """The text of a file at a branch or commit."""
        answer = self.api(user, "GET", f"/contents/{quote(path)}?ref={quote(ref, safe='')}")
        if answer.get("encoding") != "base64":
            raise StoryError(f"{path} at {ref}: no content")
        return base64.b64decode(answer["content"]).decode()


@dataclass(frozen=True)
class Outcome:
    """What is on the forge when the bot has answered."""

    issue: Json
    comment: Json
    reactions: list[str]
    replies: list[Json]
    pull_requests: list[Json]
    files: list[Json]  # of the first pull request
    sign: str = "#"  # before the number of a pull request


class Stage:
    """A sandbox with the demo's project, and a bot that gets its webhooks."""

    def __init__(self, forge: Forge, sandbox: Program, bot: Program, sign: str = "#"):
        self.forge = forge
        self.sandbox = sandbox
        self.bot = bot
        self._sign = sign

    def ask(self, command: str = COMMAND) -> tuple[Json, Json]:
        """The issue and the comment that ask for something."""
        issue = self.forge.api(
            "writer-will",
            "POST",
            "/issues",
            {
                "title": "Serve the model over HTTP",
                "body": "The shop wants to ask the model for every customer who opens the account page. "
                "We need an HTTP service: health checks, limits, proper errors.",
            },
        )
        comment = self.forge.api("writer-will", "POST", f"/issues/{issue['number']}/comments", {"body": command})
        return issue, comment

    def wait_for_outcome(self, issue: Json, comment: Json) -> Outcome:
        def reactions() -> list[str]:
            found = self.forge.all_pages("writer-will", f"/issues/comments/{comment['id']}/reactions")
            return [each["content"] for each in found if each["user"]["login"] == self.forge.bot_login]

        # The last thing that the bot does for a command is to react with one of these.
        wait_for(
            "the bot's answer",
            lambda: next((each for each in reactions() if each in ("rocket", "confused")), None),
        )
        # Whatever webhooks its answer led to were delivered too, so that nothing comes after this.
        request("GET", f"{self.forge.description['url']}/_sandbox/idle")
        comments = self.forge.all_pages("writer-will", f"/issues/{issue['number']}/comments")
        pull_requests = self.forge.all_pages("writer-will", "/pulls")
        files: list[Json] = []
        if pull_requests:
            files = self.forge.all_pages("writer-will", f"/pulls/{pull_requests[0]['number']}/files")
        return Outcome(
            issue=issue,
            comment=comment,
            reactions=reactions(),
            replies=[each for each in comments if each["user"]["login"] == self.forge.bot_login],
            pull_requests=pull_requests,
            files=files,
            sign=self._sign,
        )


@contextmanager
def set_stage(mlx: Path, source: Path = PROJECT, forge: str = "github", **settings: str) -> Iterator[Stage]:
    """Starts both programs; stops them, and removes every file of theirs, when left.

    The files of `source` become the repository; `settings` are more of the bot's, which is on the `forge`: people may
    act on either, since both show one repository. An error from inside gets the ends of both logs as notes.
    """
    with ExitStack() as cleanup:
        directory = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="mlx-demo-")))
        logs = directory / "logs"
        logs.mkdir()
        project = directory / "churn-model"
        shutil.copytree(source, project, symlinks=True, ignore=shutil.ignore_patterns(".venv", "*cache*", "uv.lock"))
        programs: list[Program] = []

        def start(name: str, arguments: list[str], settings: dict[str, str]) -> Program:
            program = Program(mlx, name, arguments, logs, settings)
            cleanup.callback(program.stop)
            programs.append(program)
            return program

        try:
            sandbox = start("sandbox", ["sandbox", "--listen", "127.0.0.1:0", "--project", str(project)], {})
            description = sandbox.wait_for_line("the sandbox's description", sandbox.output, json.loads)
            told, register, sign = FORGES[forge]
            common = {"MLX_LISTEN": "127.0.0.1:0", "MLX_DATABASE": str(directory / "queue.db")}
            bot = start("serve", ["serve"], common | told(description, directory) | settings)
            address = bot.wait_for_line("the bot's address", bot.log, _listening_address)
            register(Forge(description), address)
            yield Stage(Forge(description), sandbox, bot, sign)
        except Exception as error:
            for program in programs:
                error.add_note(f"--- the last lines of `mlx {program.name}`:\n{program.log_tail() or '(none)'}")
            raise


def _on_github(description: Json, directory: Path) -> dict[str, str]:
    """The bot as a GitHub App, which is how it is installed for real."""
    key = directory / "app.pem"
    key.touch(mode=0o600)
    key.write_text(description["app"]["private_key"], encoding="utf-8")
    return {
        "MLX_WEBHOOK_SECRET": description["webhook"]["secret"],
        "MLX_GITHUB_API_URL": description["api_url"],
        "MLX_GITHUB_APP_ID": str(description["app"]["id"]),
        "MLX_GITHUB_PRIVATE_KEY_FILE": str(key),
    }


def _on_gitlab(description: Json, _directory: Path) -> dict[str, str]:
    return {
        "MLX_GITLAB_URL": description["gitlab"]["url"],
        "MLX_GITLAB_TOKEN": description["gitlab"]["token"],
        "MLX_GITLAB_WEBHOOK_SECRET": GITLAB_SECRET,
    }


def _listening_address(line: str) -> str | None:
    marker = "listening address="
    return line[line.index(marker) + len(marker) :].split()[0] if marker in line else None


def _register_at_github(forge: Forge, address: str) -> None:
    forge.api(
        "octocat",
        "POST",
        "/hooks",
        {
            "name": "web",
            "active": True,
            "events": ["issue_comment", "issues", "pull_request"],
            "config": {
                "url": f"{address}/webhooks/github",
                "content_type": "json",
                "secret": forge.description["webhook"]["secret"],
            },
        },
    )


def _register_at_gitlab(forge: Forge, address: str) -> None:
    gitlab = forge.description["gitlab"]
    events = {f"{name}_events": True for name in ("note", "issues", "merge_requests")}
    body = {"url": f"{address}/webhooks/gitlab", "token": GITLAB_SECRET, **events}
    request(
        "POST",
        f"{gitlab['api_url']}/projects/{gitlab['project_id']}/hooks",
        token=gitlab["users"]["octocat"]["token"],
        body=body,
    )


# What the bot is told, how its webhook is registered, and how pull requests are referred to.
FORGES = {"github": (_on_github, _register_at_github, "#"), "gitlab": (_on_gitlab, _register_at_gitlab, "!")}
