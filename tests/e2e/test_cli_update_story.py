"""A project whose user changed api-serving in ten ways, updated through three versions of it.

Nothing that the user did is lost, and after every step the tests of both pass.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import succeed
from support.platform_history import publish, remove_tests_of_the_program, replace
from support.projects import make_flat
from support.schemas import complaints_about
from support.trees import commit_all, write_files


def rename_function(api: Path) -> None:
    replace(api / "checks.py", ("def build_readiness(", "def assemble_readiness("))
    replace(
        api / "app.py",
        ("from shop.api.checks import build_readiness\n", "from shop.api.checks import assemble_readiness\n"),
        ("    app.state.readiness = build_readiness(", "    app.state.readiness = assemble_readiness("),
    )


def add_route(api: Path) -> None:
    write_files(
        api,
        {
            "routers/prices.py": """\
from fastapi import APIRouter

from shop.pricing import price

router = APIRouter(prefix="/prices")


@router.get("/{net}")
async def price_of(net: float) -> float:
    return price(net, 0.19)
"""
        },
    )
    replace(
        api / "app.py",
        ("from shop.api.routers import health, info\n", "from shop.api.routers import health, info, prices\n"),
        ("    app.include_router(info.router)\n", "    app.include_router(info.router)\n    app.include_router(prices.router)\n"),
    )


def change_defaults(api: Path) -> None:
    replace(
        api / "settings.py",
        ("max_concurrent_requests: int = Field(default=100, ge=1)", "max_concurrent_requests: int = Field(default=8, ge=1)"),
    )
    replace(api.parents[1] / "conf/api/default.yaml", ("API_REQUEST_TIMEOUT_SECONDS,30}", "API_REQUEST_TIMEOUT_SECONDS,5}"))


def delete_file(api: Path) -> None:
    (api / "__main__.py").unlink()
    remove_tests_of_the_program(api.parents[1] / "tests/api/test_api_settings.py", "shop")


def reformat(api: Path) -> None:
    replace(
        api / "problems.py",
        (
            "def problem_response(\n    scope: Scope,\n    status: int,\n    detail: str,\n    *,\n"
            "    headers: Mapping[str, str] | None = None,\n    members: Mapping[str, Any] | None = None,\n) -> JSONResponse:",
            "def problem_response(scope: Scope, status: int, detail: str, *,\n"
            "                     headers: Mapping[str, str] | None = None,\n"
            "                     members: Mapping[str, Any] | None = None) -> JSONResponse:",
        ),
        (
            '    content: dict[str, Any] = {\n        "type": "about:blank",\n        "title": _title(status),\n'
            '        "status": status,\n        "detail": detail,\n        "instance": scope.get("path", ""),\n    }\n',
            "    content: dict[str, Any] = {'type': 'about:blank', 'title': _title(status), 'status': status,\n"
            "                               'detail': detail, 'instance': scope.get('path', '')}\n",
        ),
        ("    content.update(members or {})\n    return JSONResponse(", "    content.update(members or {})\n\n    return JSONResponse("),
    )


def move_module(api: Path) -> None:
    web = api.parent / "web"
    write_files(web, {"__init__.py": ""})
    (api / "dependencies.py").rename(web / "dependencies.py")
    for file in (api / "routers/health.py", api / "routers/info.py"):
        replace(file, ("from shop.api.dependencies import", "from shop.web.dependencies import"))


def reword(api: Path) -> None:
    replace(
        api / "middleware/request_id.py",
        ('"""Gives every request an id that its response, and any error in it, can be found by."""',
         '"""Our request ids: see the runbook, chapter 3."""'),
    )


def add_parameter(api: Path) -> None:
    replace(
        api / "server.py",
        ("port: int | None = None, reload: bool = False) -> None:", "port: int | None = None, reload: bool = False, log: bool = True) -> None:"),
        ("    configure_logging(logging_settings)\n", "    if log:\n        configure_logging(logging_settings)\n"),
    )


def observe(api: Path) -> None:
    replace(
        api / "middleware/concurrency_limit.py",
        ("        self._in_progress = 0\n", "        self._in_progress = 0\n        self.most_in_progress = 0\n"),
        (
            "        self._in_progress += 1\n",
            "        self._in_progress += 1\n        self.most_in_progress = max(self.most_in_progress, self._in_progress)\n",
        ),
    )


def pin(api: Path) -> None:
    project = api.parents[1]
    replace(project / "pyproject.toml", ('"uvicorn>=0.30,<1"', '"uvicorn[standard]>=0.30,<1"'))
    example = (project / ".env.example").read_text(encoding="utf-8")
    assert "API_PORT=8000\n" in example
    (project / ".env.example").write_text(example.replace("API_PORT=8000\n", "API_PORT=8123\n"), encoding="utf-8")


CHANGES = [
    rename_function,
    add_route,
    change_defaults,
    delete_file,
    reformat,
    move_module,
    reword,
    add_parameter,
    observe,
    pin,
]

OWN_TEST = '''\
from shop.api import ApiSettings
from shop.api.app import create_app
from shop.api.middleware import ConcurrencyLimit
from shop.web.dependencies import get_settings


def test_own_route(send) -> None:
    response = send(create_app(ApiSettings()), "GET", "/prices/100")
    assert response.json() == 119.0


def test_own_defaults() -> None:
    assert ApiSettings().limits.max_concurrent_requests == 8


def test_own_attribute() -> None:
    assert ConcurrencyLimit(None, max_requests=1).most_in_progress == 0


def test_own_place() -> None:
    assert get_settings.__module__ == "shop.web.dependencies"
'''


def lost(project: Path) -> list[str]:
    """What of the user's changes is not there any more."""
    def text(path: str) -> str:
        file = project / path
        return file.read_text(encoding="utf-8") if file.exists() else ""

    app = text("shop/api/app.py")
    kept = {
        "renamed function": "def assemble_readiness(" in text("shop/api/checks.py")
        and "build_readiness" not in text("shop/api/checks.py") + app,
        "own route": "app.include_router(prices.router)" in app and (project / "shop/api/routers/prices.py").exists(),
        "own default": "max_concurrent_requests: int = Field(default=8, ge=1)" in text("shop/api/settings.py"),
        "own default in the configuration": "API_REQUEST_TIMEOUT_SECONDS,5}" in text("conf/api/default.yaml"),
        "deleted file": not (project / "shop/api/__main__.py").exists(),
        "formatting": "{'type': 'about:blank', 'title': _title(status)" in text("shop/api/problems.py"),
        "moved module": (project / "shop/web/dependencies.py").exists() and not (project / "shop/api/dependencies.py").exists(),
        "own words": "see the runbook, chapter 3" in text("shop/api/middleware/request_id.py"),
        "own parameter": re.search(r"log: bool = True", text("shop/api/server.py")) is not None,
        "own statement": "self.most_in_progress = max(" in text("shop/api/middleware/concurrency_limit.py"),
        "own extra": '"uvicorn[standard]>=0.30,<1"' in text("pyproject.toml"),
        "own variable": "API_PORT=8123" in text(".env.example"),
    }
    return [name for name, is_there in kept.items() if not is_there]


def test_results(project: Path, report: Path) -> dict[str, int]:
    succeed("uv", "sync", "--quiet", directory=project)
    succeed(project / ".venv/bin/python", "-m", "pytest", "-q", f"--junitxml={report}", directory=project)
    [suite] = ElementTree.parse(report).getroot().iter("testsuite")
    return {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}


test_results.__test__ = False  # type: ignore[attr-defined]


def settle_with_ours(project: Path, path: str) -> None:
    """What the user does with a conflict here: stay with what he has."""
    file = project / path
    text = file.read_text(encoding="utf-8")
    settled = re.sub(r"<<<<<<< [^\n]*\n(.*?)=======\n.*?>>>>>>> [^\n]*\n", r"\1", text, flags=re.DOTALL)
    assert settled != text
    file.write_text(settled, encoding="utf-8")
    succeed("git", "add", path, directory=project)


@dataclass
class Story:
    project: Path
    catalogues: list[Path]


@pytest.fixture
def story(mlx: Mlx, tmp_path: Path) -> Iterator[Story]:
    catalogues = publish(mlx.binary, tmp_path)
    project = tmp_path / "shop"
    project.mkdir()
    make_flat(project)
    added = mlx("add", "api-serving", "-C", project, "--registry", catalogues[0])
    assert added.status == 0, str(added)
    commit_all(project)
    for change in CHANGES:
        change(project / "shop/api")
    write_files(project, {"tests/api/test_own.py": OWN_TEST})
    commit_all(project)
    yield Story(project, catalogues)


def test_nothing_is_lost_through_three_versions(mlx: Mlx, story: Story, tmp_path: Path) -> None:
    project = story.project
    report = tmp_path / "report.xml"
    assert lost(project) == []
    before = test_results(project, report)
    assert before == before | {"failures": 0, "errors": 0}
    conflicts: dict[str, list[str]] = {}
    for version, catalogue in zip(["1.1.0", "1.2.0", "2.0.0"], story.catalogues[1:], strict=True):
        done = mlx("update", "api-serving", "--json", "-C", project, "--registry", catalogue)
        assert done.errors == "", str(done)
        assert complaints_about("cli-update", done.output) == ""
        answer = json.loads(done.output)
        assert answer["applied"], str(done)
        [component] = answer["components"]
        assert component["to"] == version
        conflicts[version] = [conflict["path"] for conflict in answer["conflicts"]]
        for path in conflicts[version]:
            settle_with_ours(project, path)
        assert lost(project) == []
        counts = test_results(project, report)
        assert counts == counts | {"failures": 0, "errors": 0}
        commit_all(project)
    # Where both mean something else: a default that both set, and statements that both add at one place.
    assert conflicts == {
        "1.1.0": [],
        "1.2.0": ["shop/api/settings.py"],
        "2.0.0": ["shop/api/middleware/concurrency_limit.py"],
    }
