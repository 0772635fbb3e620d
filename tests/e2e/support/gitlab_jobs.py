"""Jobs of GitLab CI as `mlx action` sees them, on the GitLab of the sandbox.

What happened is given as GitHub tells it, since the sandbox tells it both ways: here it becomes the variables of
a pipeline, or the webhook's payload that GitLab hands to a pipeline trigger.
"""

import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

from story import request
from support.actions import ActionForge, JobResult
from support.commands import run, succeed

SEVERITIES = {"critical": "error", "major": "warning", "info": "notice"}
SOURCES = {"schedule": "schedule", "workflow_dispatch": "web", "push": "push"}
CLOSING = ("closed", "edited")


class GitlabSide:
    """The sandbox as a GitLab, with a webhook whose deliveries are kept."""

    def __init__(self, forge: ActionForge):
        self.forge = forge
        self.description = forge.description["gitlab"]
        self.deliveries: list[dict[str, Any]] = []
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), _receiver(self.deliveries))
        Thread(target=self._listener.serve_forever, daemon=True).start()
        events = {f"{name}_events": True for name in ("note", "issues", "merge_requests", "push")}
        url = f"http://127.0.0.1:{self._listener.server_address[1]}/"
        self.api("octocat", "POST", "/hooks", {"url": url, **events})

    def stop(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def api(self, user: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        url = f"{self.description['api_url']}/projects/{quote(self.description['project'], safe='')}{path}"
        return request(method, url, token=self.description["users"][user]["token"], body=body)

    def token(self, *scopes: str, level: int = 30) -> str:
        """An access token of the project."""
        body = {"name": "mlx", "scopes": list(scopes), "access_level": level}
        return str(self.api("octocat", "POST", "/access_tokens", body)["token"])

    def payload(self, kind: str, number: int) -> dict[str, Any]:
        """Of the latest delivery about something of this number."""
        request("GET", f"{self.forge.description['url']}/_sandbox/idle")
        for delivery in reversed(self.deliveries):
            attributes = delivery["object_attributes"] if "object_attributes" in delivery else {}
            if delivery["object_kind"] == kind and number in (attributes.get("id"), attributes.get("iid")):
                return delivery
        raise AssertionError(f"no delivery of {kind} {number}")

    def variables(self) -> dict[str, str]:
        """That every job has."""
        return {
            "GITLAB_CI": "true",
            "CI": "true",
            "CI_SERVER_URL": self.description["url"],
            "CI_API_V4_URL": self.description["api_url"],
            "CI_PROJECT_ID": str(self.description["project_id"]),
            "CI_PROJECT_PATH": self.description["project"],
            "CI_DEFAULT_BRANCH": "main",
            "CI_JOB_TOKEN": "not-a-token-that-may-write",
        }

    def of_merge_request(self, event: dict[str, Any]) -> dict[str, str]:
        """That a job for a merge request has beside these."""
        pull = event["pull_request"]
        project = str(self.description["project_id"])
        base = succeed(
            "git", "merge-base", pull["base"]["sha"], pull["head"]["sha"], directory=self.forge.git_directory
        )
        variables = {
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
            "CI_MERGE_REQUEST_IID": str(event["number"]),
            "CI_MERGE_REQUEST_TITLE": pull["title"],
            "CI_MERGE_REQUEST_PROJECT_ID": project,
            "CI_MERGE_REQUEST_PROJECT_PATH": self.description["project"],
            "CI_MERGE_REQUEST_PROJECT_URL": f"{self.description['url']}/{self.description['project']}",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": project,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": pull["head"]["ref"],
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": pull["base"]["ref"],
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base.strip(),
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "",
            "CI_COMMIT_SHA": pull["head"]["sha"],
        }
        if pull["head"]["repo"] is None:  # the fork was deleted
            variables["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"] = ""
        return variables


def _receiver(deliveries: list[dict[str, Any]]) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            deliveries.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    return Receiver


class GitlabResult(JobResult):
    """What a job left: artifacts, and its log."""

    def artifact(self, name: str) -> str:
        path = self.workspace / "mlx-report" / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def errors(self) -> list[str]:
        return re.findall("^mlx: (.*)$", self.finished.errors, flags=re.MULTILINE)

    def places(self) -> list[tuple[str, int, str]]:
        return [
            (one["location"]["path"], one["location"]["lines"]["begin"], SEVERITIES[one["severity"]])
            for one in json.loads(self.artifact("gl-code-quality-report.json"))
        ]

    def sarif(self) -> dict[str, Any]:
        return dict(json.loads(self.artifact("findings.sarif")))


@dataclass
class GitlabRunner:
    """What runs a job's script: `mlx action` in an environment that is made for it."""

    mlx: Path
    side: GitlabSide
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
    ) -> GitlabResult:
        self.count += 1
        environment = self.side.variables() | {"CI_PROJECT_DIR": str(workspace), "HOME": str(self.directory / "home")}
        environment |= self.pipeline(event, payload)
        given = {"token": self.token} | (inputs or {})
        environment |= {f"MLX_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        environment |= variables
        finished = run(self.mlx, "action", directory=workspace, settings=environment)
        result = GitlabResult(finished, {}, "", workspace)
        result.outputs = read_dotenv(result.artifact("outputs.env")) if finished.status != 2 else {}
        result.summary = result.artifact("report.md")
        self._check_secrets(given["token"], result)
        return result

    def pipeline(self, event: str, payload: dict[str, Any] | str | None) -> dict[str, str]:
        """The pipeline that an event starts."""
        if isinstance(payload, dict) and "comment" in payload:
            return self._trigger(self.side.payload("note", payload["comment"]["id"]))
        if isinstance(payload, dict) and "pull_request" in payload:
            if payload["action"] in CLOSING:
                return self._trigger(self.side.payload("merge_request", payload["number"]))
            return self.side.of_merge_request(payload)
        if event == "merge_group":
            return {
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train",
                "CI_MERGE_REQUEST_IID": "1",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": "0" * 40,
                "CI_COMMIT_SHA": "1" * 40,
            }
        if event == "trigger":
            return {"CI_PIPELINE_SOURCE": "trigger"} if payload is None else self._trigger(payload)
        return {"CI_PIPELINE_SOURCE": SOURCES.get(event, event)}

    def _trigger(self, payload: dict[str, Any] | str) -> dict[str, str]:
        file = self.directory / f"payload-{self.count}.json"
        file.write_text(payload if isinstance(payload, str) else json.dumps(payload), encoding="utf-8")
        return {"CI_PIPELINE_SOURCE": "trigger", "TRIGGER_PAYLOAD": str(file)}

    @staticmethod
    def _check_secrets(token: str, result: GitlabResult) -> None:
        """GitLab masks what is declared so: here nothing is."""
        texts = [result.finished.output, result.finished.errors]
        texts += [path.read_text(encoding="utf-8") for path in (result.workspace / "mlx-report").glob("*")]
        for secret in filter(None, (token, "not-a-token-that-may-write")):
            assert all(secret not in text for text in texts), str(result)


def read_dotenv(text: str) -> dict[str, str]:
    """As GitLab reads it, under the names that outputs have."""
    outputs: dict[str, str] = {}
    for line in text.splitlines():
        found = re.fullmatch("MLX_([A-Z_]+)=(.*)", line)
        assert found, text
        outputs[found[1].lower().replace("_", "-")] = found[2]
    return outputs
