"""The reference platform as it goes on: three later versions of `api-serving`, published one after the other."""

import json
import re
import shutil
from pathlib import Path

from support.commands import succeed
from support.trees import write_files

PLATFORM = Path(__file__).parents[3] / "examples/ml-platform"
CATALOGUE = Path(__file__).parents[3] / "mlx-components"


def replace(file: Path, *changes: tuple[str, str]) -> None:
    """Each text once by another one; a text that is not there is an error of the story."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{file} has {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def security_headers(platform: Path) -> None:
    """1.1.0: one more middleware, its setting and its tests."""
    write_files(
        platform,
        {
            "src/api/middleware/security_headers.py": '''\
"""Tells browsers what they must not do with a response."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SecurityHeaders:
    """Adds ``X-Content-Type-Options`` and ``Referrer-Policy`` where the application set none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
            await send(message)

        await self._app(scope, receive, send_with_headers)
''',
            "tests/api/test_api_security_headers.py": '''\
"""Browsers are told what they must not do."""

from collections.abc import Callable

import httpx

from src.api import ApiSettings
from src.api.app import create_app

Send = Callable[..., httpx.Response]


def test_every_response_has_them(send: Send) -> None:
    response = send(create_app(ApiSettings()), "GET", "/nowhere")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_they_can_be_switched_off(send: Send) -> None:
    response = send(create_app(ApiSettings(security_headers=False)), "GET", "/nowhere")
    assert "x-content-type-options" not in response.headers
''',
        },
    )
    replace(
        platform / "src/api/middleware/__init__.py",
        (
            "from src.api.middleware.request_timeout import RequestTimeout\n",
            "from src.api.middleware.request_timeout import RequestTimeout\n"
            "from src.api.middleware.security_headers import SecurityHeaders\n",
        ),
        (
            '__all__ = ["BodyLimit", "ConcurrencyLimit", "RequestId", "RequestTimeout", "add_middleware"]\n',
            "__all__ = [\n"
            '    "BodyLimit",\n'
            '    "ConcurrencyLimit",\n'
            '    "RequestId",\n'
            '    "RequestTimeout",\n'
            '    "SecurityHeaders",\n'
            '    "add_middleware",\n'
            "]\n",
        ),
        (
            "def add_middleware(app: FastAPI, limits: LimitSettings) -> None:",
            "def add_middleware(\n    app: FastAPI, limits: LimitSettings, *, security_headers: bool = True\n) -> None:",
        ),
        (
            "    app.add_middleware(RequestId)\n",
            "    if security_headers:\n        app.add_middleware(SecurityHeaders)\n    app.add_middleware(RequestId)\n",
        ),
    )
    replace(
        platform / "src/api/app.py",
        (
            "    add_middleware(app, settings.limits)\n",
            "    add_middleware(app, settings.limits, security_headers=settings.security_headers)\n",
        ),
    )
    replace(
        platform / "src/api/settings.py",
        ("    docs: bool = True\n", "    docs: bool = True\n    security_headers: bool = True\n"),
    )
    replace(
        platform / "conf/api/default.yaml",
        (
            "docs: ${environment.debug}\n",
            "docs: ${environment.debug}\nsecurity_headers: ${oc.env:API_SECURITY_HEADERS,true}\n",
        ),
    )
    replace(
        platform / "src/api/checks.py",
        (
            "        if not isinstance(check, ReadinessCheck):\n",
            '        if readiness.has(name):\n            raise ConfigError([ConfigProblem(key, "is there twice")])\n'
            "        if not isinstance(check, ReadinessCheck):\n",
        ),
        (
            "    async def run(self) -> dict[str, CheckResult]:\n",
            "    def has(self, name: str) -> bool:\n"
            '        """Whether there is a check of this name."""\n'
            "        return name in self._checks\n\n"
            "    async def run(self) -> dict[str, CheckResult]:\n",
        ),
    )


def deadlines(platform: Path) -> None:
    """1.2.0: a module is renamed, defaults change, and the version of FastAPI that is needed."""
    succeed("git", "mv", "src/api/middleware/request_timeout.py", "src/api/middleware/deadline.py", directory=platform)
    replace(
        platform / "src/api/middleware/deadline.py",
        ('                f"There was no response within {self._seconds:g} seconds.",\n',
         '                f"No response began within {self._seconds:g} seconds.",\n'),
    )
    replace(
        platform / "src/api/middleware/__init__.py",
        (
            "from src.api.middleware.concurrency_limit import ConcurrencyLimit\n",
            "from src.api.middleware.concurrency_limit import ConcurrencyLimit\n"
            "from src.api.middleware.deadline import RequestTimeout\n",
        ),
        ("from src.api.middleware.request_timeout import RequestTimeout\n", ""),
    )
    replace(
        platform / "src/api/settings.py",
        ("max_concurrent_requests: int = Field(default=100, ge=1)", "max_concurrent_requests: int = Field(default=200, ge=1)"),
    )
    replace(
        platform / "conf/api/default.yaml",
        ("API_MAX_CONCURRENT_REQUESTS,100}", "API_MAX_CONCURRENT_REQUESTS,200}"),
    )
    replace(
        platform / "src/api/problems.py",
        (
            '    content.update(members or {})\n',
            '    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:\n        content["retryable"] = True\n'
            "    content.update(members or {})\n",
        ),
    )
    replace(
        platform / "src/api/dependencies.py",
        (
            '    """The settings that the application was created with."""\n',
            '    """The settings that the application was created with; never changed afterwards."""\n',
        ),
    )
    replace(platform / "pyproject.toml", ('"fastapi>=0.115.2,<1"', '"fastapi>=0.115.6,<1"'))


def remove_tests_of_the_program(file: Path, root: str) -> None:
    """Of `python -m src.api`, which is gone."""
    text = file.read_text(encoding="utf-8")
    first = text.index("def test_the_module_serves_the_configured_application(")
    second = text.index("def test_an_address_that_is_asked_for_wins(")
    third = text.index("\n\ndef test_the_module_tells_what_is_wrong(")
    assert f'"{root}.api.__main__"' in text[first:second] and f'"{root}.api.__main__"' in text[third:]
    file.write_text(text[:first] + text[second:third], encoding="utf-8")


def about(platform: Path) -> None:
    """2.0.0: the route `/info` becomes `/about`, and the package is no program any more."""
    for directory, old, new in [("src/api/routers", "info.py", "about.py"), ("tests/api", "test_api_info.py", "test_api_about.py")]:
        succeed("git", "mv", f"{directory}/{old}", f"{directory}/{new}", directory=platform)
    replace(
        platform / "src/api/routers/about.py",
        ('router = APIRouter(tags=["info"])', 'router = APIRouter(tags=["about"])'),
        ("class Info(BaseModel):", "class About(BaseModel):"),
        ('@router.get("/info")\nasync def info(settings: SettingsDependency) -> Info:\n',
         '@router.get("/about")\nasync def about(settings: SettingsDependency) -> About:\n'),
        ("    return Info(", "    return About("),
    )
    test = platform / "tests/api/test_api_about.py"
    test.write_text(test.read_text(encoding="utf-8").replace('"/info"', '"/about"'), encoding="utf-8")
    replace(
        platform / "src/api/routers/__init__.py",
        ("import health, info\n", "import about, health\n"),
        ('__all__ = ["health", "info"]', '__all__ = ["about", "health"]'),
    )
    replace(
        platform / "src/api/app.py",
        ("from src.api.routers import health, info\n", "from src.api.routers import about, health\n"),
        ("    app.include_router(info.router)\n", "    app.include_router(about.router)\n"),
    )
    (platform / "src/api/__main__.py").unlink()
    remove_tests_of_the_program(platform / "tests/api/test_api_settings.py", "src")
    replace(
        platform / "src/api/server.py",
        (
            "def serve(*, host: str | None = None, port: int | None = None, reload: bool = False) -> None:\n",
            "def serve(\n    *, host: str | None = None, port: int | None = None, reload: bool = False, workers: int = 1\n) -> None:\n",
        ),
        ("        reload=reload,\n", "        reload=reload,\n        workers=workers,\n"),
    )
    replace(
        platform / "src/api/middleware/concurrency_limit.py",
        ("        self._in_progress += 1\n        try:\n", "        self._in_progress += 1\n        scope.setdefault(\"state\", {})[\"in_progress\"] = self._in_progress\n        try:\n"),
    )


RELEASES = [("1.1.0", security_headers), ("1.2.0", deadlines), ("2.0.0", about)]


def shipped(name: str) -> str:
    """The version of a component that comes with MLX."""
    return str(json.loads((CATALOGUE / name / "component.json").read_text(encoding="utf-8"))["version"])


def publish(mlx: Path, directory: Path) -> list[Path]:
    """Catalogues as they stood after each release, the first with what MLX ships."""
    platform = directory / "platform"
    shutil.copytree(PLATFORM, platform)
    succeed("git", "init", "--quiet", directory=platform)
    succeed("git", "add", "--all", directory=platform)
    catalogue = directory / "catalogue"
    shutil.copytree(CATALOGUE, catalogue)
    states = [directory / "catalogue-shipped"]
    shutil.copytree(catalogue, states[0])
    for version, change in RELEASES:
        change(platform)
        settings = platform / "mlx.toml"
        text = settings.read_text(encoding="utf-8")
        text, count = re.subn(r'(\[components\.api-serving\]\npaths = .*\nversion = )".*"', rf'\1"{version}"', text)
        assert count == 1
        settings.write_text(text, encoding="utf-8")
        succeed(mlx, "extract", "--bump", "-C", platform, "--out", catalogue)
        states.append(directory / f"catalogue-{version}")
        shutil.copytree(catalogue, states[-1])
    return states
