"""Jobs of GitHub Actions as `mlx action` sees them, on a forge that runs on this machine."""

import base64
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from story import Forge, Program, request
from support.commands import Finished, succeed
from support.steps import Step

READ_ONLY = {"contents": "read", "metadata": "read", "pull_requests": "read"}
ALL = {"checks": "write", "contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write"}


@contextmanager
def sandbox(mlx: Path, project: Path, directory: Path) -> Iterator["ActionForge"]:
    logs = directory / "logs"
    logs.mkdir()
    arguments = ["sandbox", "--listen", "127.0.0.1:0", "--project", str(project), "--name", "shop"]
    program = Program(mlx, "sandbox", arguments, logs, {})
    try:
        yield ActionForge(program.wait_for_line("the sandbox's description", program.output, json.loads))
    finally:
        program.stop()


class ActionForge(Forge):
    def app_token(self, permissions: dict[str, str]) -> str:
        """A token as a job gets it, with the permissions that its workflow asks for."""
        jwt = self._jwt()
        api = self.description["api_url"]
        installation = request("GET", f"{api}/repos/{self.description['full_name']}/installation", token=jwt)
        body = {"repositories": [self.description["name"]], "permissions": permissions}
        made = request("POST", f"{api}/app/installations/{installation['id']}/access_tokens", token=jwt, body=body)
        return str(made["token"])

    def _jwt(self) -> str:
        def part(value: object) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        now = int(time.time())
        claims = {"iat": now - 60, "exp": now + 500, "iss": self.description["app"]["id"]}
        text = f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}"
        key = self.description["app"]["private_key"]
        return f"{text}.{_sign(key, text)}"

    def watch(self) -> int:
        """A webhook that nobody receives: its deliveries are what event files hold."""
        config = {"url": "http://127.0.0.1:9/", "content_type": "json"}
        events = ["issue_comment", "issues", "pull_request", "push"]
        return int(self.api("octocat", "POST", "/hooks", {"name": "web", "config": config, "events": events})["id"])

    def payload(self, hook: int, event: str, action: str) -> dict[str, Any]:
        """Of the latest delivery of this kind."""
        request("GET", f"{self.description['url']}/_sandbox/idle")
        for delivery in self.api("octocat", "GET", f"/hooks/{hook}/deliveries?per_page=100"):
            if (delivery["event"], delivery["action"]) == (event, action):
                return dict(self.api("octocat", "GET", f"/hooks/{hook}/deliveries/{delivery['id']}")["request"]["payload"])
        raise AssertionError(f"no delivery of {event} {action}")

    def clone(self, directory: Path, *options: str) -> Path:
        """As actions/checkout leaves it, but for `options` of `git clone`."""
        succeed("git", "clone", "--quiet", *options, f"file://{self.git_directory}", directory)
        return directory

    def push(self, clone: Path, branch: str, files: dict[str, str], base: str = "main") -> str:
        """A commit on a branch, made in a clone; gives its id."""
        succeed("git", "checkout", "--quiet", "-B", branch, f"origin/{base}", directory=clone)
        for name, text in files.items():
            path = clone / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        succeed("git", "add", "--all", directory=clone)
        succeed("git", "commit", "--quiet", f"--message=Change {branch}", directory=clone)
        succeed("git", "push", "--quiet", "--force", "origin", branch, directory=clone)
        return succeed("git", "rev-parse", "HEAD", directory=clone).strip()

    def comments(self, number: int) -> list[dict[str, Any]]:
        return [each for each in self.all_pages("octocat", f"/issues/{number}/comments") if each["user"]["login"] == self.bot_login]


def _sign(key: str, text: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(key)
        file.flush()
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", file.name], input=text.encode(), capture_output=True, check=True)
    return base64.urlsafe_b64encode(done.stdout).decode().rstrip("=")


def read_outputs(text: str) -> dict[str, str]:
    """As the runner reads GITHUB_OUTPUT."""
    outputs: dict[str, str] = {}
    lines = text.split("\n")
    while lines and lines != [""]:
        name, mark, delimiter = lines.pop(0).partition("<<")
        assert mark, text
        end = lines.index(delimiter)
        outputs[name] = "\n".join(lines[:end])
        lines = lines[end + 1 :]
    return outputs


def _unescaped(text: str) -> str:
    return re.sub("%([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), text)


@dataclass
class JobResult:
    finished: Finished
    outputs: dict[str, str]
    summary: str
    workspace: Path

    @property
    def status(self) -> int:
        return self.finished.status

    @property
    def errors(self) -> list[str]:
        """What the job says when nothing came of it."""
        return self.annotations("error")

    def places(self) -> list[tuple[str, int, str]]:
        """Path, line and severity of what the forge shows at lines."""
        properties = r"^::(error|warning|notice) file=([^,]*),line=([0-9]+),"
        found = re.findall(properties, self.finished.output, flags=re.MULTILINE)
        return [(_unescaped(path), int(line), kind) for kind, path, line in found]

    def annotations(self, kind: str = "error|warning|notice") -> list[str]:
        return re.findall(rf"^::(?:{kind}) ?[^\n]*", self.finished.output, flags=re.MULTILINE)

    def sarif(self) -> dict[str, Any]:
        return dict(json.loads((self.workspace / self.outputs["report"]).read_text(encoding="utf-8")))

    def __str__(self) -> str:
        return f"{self.finished}\n--- summary\n{self.summary}"


@dataclass
class Runner:
    """What runs a job's step: `mlx action` in an environment that is made for it."""

    step: Step
    forge: ActionForge
    directory: Path
    token: str = ""
    count: int = field(default=0)

    def run(
        self,
        event: str,
        payload: dict[str, Any] | str | None,
        workspace: Path,
        inputs: dict[str, str] | None = None,
        **variables: str,
    ) -> JobResult:
        self.count += 1
        files = self.directory / f"step-{self.count}"
        files.mkdir(parents=True)
        places = self.step.places(workspace, files, self.directory / "home")
        if payload is None:
            del places["GITHUB_EVENT_PATH"]
        else:
            text = payload if isinstance(payload, str) else json.dumps(payload)
            (files / "event.json").write_text(text, encoding="utf-8")
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_REPOSITORY": self.forge.description["full_name"],
            "GITHUB_API_URL": self.forge.description["api_url"],
            "GITHUB_SERVER_URL": self.forge.description["url"],
            "GITHUB_TOKEN": "not-the-token-that-the-step-was-given",
        } | places
        given = {"token": self.token} | (inputs or {})
        environment |= {f"INPUT_{name.upper()}": value for name, value in given.items()}
        environment |= variables
        finished = self.step.start(environment, workspace, files, self.directory / "home")
        texts = {name: (files / name).read_text(encoding="utf-8") if (files / name).exists() else "" for name in ("output", "summary")}
        result = JobResult(finished, read_outputs(texts["output"]), texts["summary"], workspace)
        if environment["GITHUB_ACTIONS"] == "true":
            self._check_secrets(given["token"], result, texts["output"])
        return result

    @staticmethod
    def _check_secrets(token: str, result: JobResult, outputs: str) -> None:
        """The runner is told of the token first, and nobody else ever."""
        if not token:
            return
        mask, _, rest = result.finished.output.partition("\n")
        assert mask == f"::add-mask::{token}", str(result)
        for text in (rest, result.finished.errors, result.summary, outputs):
            assert token not in text, str(result)
