"""The story of test_cli_update_story.py on a forge: each version comes as a pull request that a reviewer can read."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from story import FORGES, Stage, set_stage, wait_for
from support.commands import succeed
from support.platform_history import publish, shipped
from support.projects import make_flat
from support.trees import write_files
from test_cli_update_story import CHANGES, OWN_TEST, lost, test_results


@dataclass
class Repository:
    stage: Stage
    clone: Path
    registry: Path
    catalogues: list[Path]

    def publish(self, index: int) -> None:
        shutil.rmtree(self.registry)
        shutil.copytree(self.catalogues[index], self.registry)

    def git(self, *arguments: str) -> str:
        return succeed("git", *arguments, directory=self.clone)

    def push(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", f"--message={message}")
        self.git("push", "--quiet", "origin", "HEAD:main")

    def ask(self, command: str) -> str:
        outcome = self.stage.wait_for_outcome(*self.stage.ask(command))
        assert outcome.reactions == ["eyes", "rocket"], outcome.replies
        return str(outcome.replies[-1]["body"])

    def open_pulls(self) -> list[dict[str, Any]]:
        return self.stage.forge.all_pages("writer-will", "/pulls")

    def look_at(self, branch: str) -> None:
        self.git("fetch", "--quiet", "--prune", "origin")
        self.git("checkout", "--quiet", "--detach", f"origin/{branch}")


@pytest.fixture(params=FORGES)
def repository(mlx: Mlx, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Repository]:
    catalogues = publish(mlx.binary, tmp_path)
    project = tmp_path / "shop"
    project.mkdir()
    make_flat(project)
    registry = tmp_path / "registry"
    shutil.copytree(catalogues[0], registry)
    with set_stage(mlx.binary, project, request.param, MLX_REGISTRY=str(registry)) as stage:
        clone = tmp_path / "clone"
        repository = Repository(stage, clone, registry, catalogues)
        repository_number = re.search(r"[#!](\d+) adds", repository.ask("/mlx add api-serving"))
        assert repository_number
        stage.forge.api("octocat", "PUT", f"/pulls/{repository_number[1]}/merge", {})
        succeed("git", "clone", "--quiet", "--branch", "main", stage.forge.git_directory, clone)
        for change in CHANGES:
            change(clone / "shop/api")
        write_files(clone, {"tests/api/test_own.py": OWN_TEST})
        repository.push("Make it ours")
        yield repository


def headings(body: str) -> list[str]:
    return re.findall(r"^### (.*)$", body, flags=re.MULTILINE)


def test_each_version_is_a_pull_request(repository: Repository, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    expected = {"1.1.0": [], "1.2.0": ["shop/api/settings.py"], "2.0.0": ["shop/api/middleware/concurrency_limit.py"]}
    before = shipped("api-serving")
    for index, (version, conflicts) in enumerate(expected.items(), start=1):
        repository.publish(index)
        answer = repository.ask("/mlx update api-serving")
        assert f"brings api-serving {before} → {version}" in answer
        [pull] = [each for each in repository.open_pulls() if each["head"]["ref"] == "mlx/update/api-serving"]
        assert pull["title"] == f"Update api-serving {before} → {version}"
        assert pull["draft"] == bool(conflicts)
        assert [label["name"] for label in pull["labels"]] == ["mlx"]
        body = pull["body"]
        # What a reviewer reads, in this order.
        found = headings(body)
        assert found[0] == f"api-serving {before} → {version}"
        assert found.index("Your files") < found.index("What to check")
        assert ("Conflicts" in found) == bool(conflicts)
        assert "⚠️ **Breaking:**" in body
        for path in conflicts:
            assert f"| `{path}` | ❌ **conflict**" in body
        if version == "1.2.0":
            assert "default=8, ge=1" in body and "default=200, ge=1" in body
            assert "- `fastapi>=0.115.2,<1` → `fastapi>=0.115.6,<1`" in body
        # And what they run: the branch holds the user's side of a conflict.
        repository.look_at("mlx/update/api-serving")
        assert lost(repository.clone) == []
        counts = test_results(repository.clone, report)
        assert counts == counts | {"failures": 0, "errors": 0}
        repository.git("checkout", "--quiet", "main")
        repository.git("reset", "--quiet", "--hard", "origin/main")
        if conflicts:
            # The reviewer finishes the draft by hand. The forge hears of the merge through its own API.
            repository.git("merge", "--quiet", "--no-ff", "--message=Update", "origin/mlx/update/api-serving")
            repository.git("push", "--quiet", "origin", "HEAD:refs/heads/finished")
            head = repository.git("rev-parse", "HEAD").strip()
            repository.stage.forge.api("octocat", "PATCH", "/git/refs/heads/main", {"sha": head})
            assert repository.stage.forge.api("octocat", "GET", f"/pulls/{pull['number']}")["merged"]
        else:
            repository.stage.forge.api("octocat", "PUT", f"/pulls/{pull['number']}/merge", {})
            repository.git("pull", "--quiet", "origin", "main")
        before = version

    def dashboard() -> dict[str, Any] | None:
        for issue in repository.stage.forge.all_pages("writer-will", "/issues"):
            if issue["title"] == "MLX: updates of components":
                return issue
        return None

    assert "Everything is up to date" in repository.ask("/mlx update")
    assert "Everything is up to date" in wait_for("the dashboard", dashboard)["body"]
