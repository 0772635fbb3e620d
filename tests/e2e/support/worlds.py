"""A project on a forge, and what runs jobs for it: the same on GitHub and on GitLab."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.actions import ALL, READ_ONLY, ActionForge, Runner, sandbox
from support.gitlab_jobs import GitlabRunner, GitlabSide
from support.registries import greeting, write_registry
from support.steps import Step
from support.trees import write_files

FORGES = ["github", "gitlab"]
WAITING = "import time\n\n\nasync def settle() -> None:\n    time.sleep(1)\n"


@dataclass
class World:
    forge: ActionForge
    gitlab: GitlabSide | None  # nothing: jobs run on GitHub
    runner: Runner | GitlabRunner
    registry: Path
    directory: Path
    hook: int

    def checkout(self, name: str, *options: str) -> Path:
        return self.forge.clone(self.directory / name, *options)

    def open_pull_request(self, files: dict[str, str], branch: str = "feature") -> dict[str, Any]:
        """The payload of the event that opening one brings."""
        author = self.directory / "author"
        if not author.exists():
            self.forge.clone(author)
        self.forge.push(author, branch, files)
        self.forge.api("writer-will", "POST", "/pulls", {"title": "Change it", "head": branch, "base": "main"})
        return self.forge.payload(self.hook, "pull_request", "opened")

    def comment(self, user: str, body: str) -> dict[str, Any]:
        issue = self.forge.api("writer-will", "POST", "/issues", {"title": "Wanted"})
        self.forge.api(user, "POST", f"/issues/{issue['number']}/comments", {"body": body})
        return self.forge.payload(self.hook, "issue_comment", "created")

    def only(self, **permissions: str) -> str:
        """A token that may read, and write no more than this; on GitLab it may read."""
        if self.gitlab:
            return self.gitlab.token("read_api")
        return self.forge.app_token(READ_ONLY | permissions)

    def asks_for(self, line: str, text: str) -> bool:
        """Does it say which permission is missing?"""
        return "scope `api`" in text and "MLX_TOKEN" in text if self.gitlab else f"`{line}`" in text

    def reference(self, pull_request: int) -> str:
        return f"{'!' if self.gitlab else '#'}{pull_request}"

    def url_of(self, pull: dict[str, Any]) -> str:
        if self.gitlab:
            return str(self.gitlab.api("octocat", "GET", f"/merge_requests/{pull['number']}")["web_url"])
        return str(pull["html_url"])

    def verdict(self, sha: str) -> str:
        """What stands beside a commit."""
        if self.gitlab:
            [status] = self.gitlab.api("octocat", "GET", f"/repository/commits/{sha}/statuses")
            return str(status["status"])
        [check] = self.forge.api("octocat", "GET", f"/commits/{sha}/check-runs")["check_runs"]
        return "success" if check["conclusion"] in ("success", "neutral") else "failed"


@contextmanager
def make_world(
    mlx: Path, step: Step, files: dict[str, str] | Path, directory: Path, forge: str
) -> Iterator[World]:
    """A forge with these files, or those of this directory, and a registry that has `greeting`."""
    project = files if isinstance(files, Path) else directory / "project"
    if isinstance(files, dict):
        write_files(project, files)
    registry = write_registry(directory / "registry", greeting())
    with sandbox(mlx, project, directory) as started:
        if forge == "github":
            runner = Runner(step, started, directory, started.app_token(ALL))
            yield World(started, None, runner, registry, directory, started.watch())
            return
        side = GitlabSide(started)
        try:
            jobs = GitlabRunner(mlx, side, directory, side.description["token"])
            yield World(started, side, jobs, registry, directory, started.watch())
        finally:
            side.stop()
