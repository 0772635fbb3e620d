"""From configuration to a served application."""

import importlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from uvicorn.importer import import_from_string

from src.api import ApiSettings, server
from src.api.app import create_app
from src.api.checks import DiskSpaceCheck
from src.config import ConfigError, Section, load_section

Send = Callable[..., httpx.Response]


def name_of(target: type) -> str:
    return f"{target.__module__}.{target.__qualname__}"


def test_variables_reach_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("API_PORT", "9001")
    monkeypatch.setenv("API_ROOT_PATH", "/scores")
    monkeypatch.setenv("API_MAX_BODY_BYTES", "17")
    monkeypatch.setenv("API_REQUEST_TIMEOUT_SECONDS", "1.5")
    monkeypatch.setenv("API_MAX_CONCURRENT_REQUESTS", "3")
    settings = load_section("api", ApiSettings)
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)  # noqa: S104
    assert settings.root_path == "/scores"
    assert settings.limits.max_body_bytes == 17
    assert settings.limits.request_timeout_seconds == 1.5
    assert settings.limits.max_concurrent_requests == 3


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "eighty")
    with pytest.raises(ConfigError) as caught:
        create_app()
    (problem,) = caught.value.problems
    assert (problem.key, problem.variables) == ("api.port", ("API_PORT",))


def test_documentation_is_not_served_in_production() -> None:
    assert load_section("api", ApiSettings, environment="development").docs is True
    assert load_section("api", ApiSettings, environment="production").docs is False


@pytest.mark.parametrize("root_path", ["scores", "/scores/", "/"])
def test_a_root_path_that_would_not_match_is_refused(root_path: str) -> None:
    with pytest.raises(ValidationError):
        ApiSettings(root_path=root_path)


def test_configured_checks_are_asked(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_MINIMUM_FREE_DISK_MB", "0")
    response = send(create_app(), "GET", "/health/ready")
    assert response.json()["checks"]["disk"]["ok"] is True
    monkeypatch.setenv("API_MINIMUM_FREE_DISK_MB", str(2**50))
    response = send(create_app(), "GET", "/health/ready")
    assert (response.status_code, response.json()["checks"]["disk"]["ok"]) == (503, False)


@pytest.mark.parametrize(
    "description",
    [
        {"_target_": "no.such.module.Check"},
        {"_target_": name_of(DiskSpaceCheck), "minimum_free_mb": "plenty"},
        {"_target_": name_of(Section)},
        {"path": "."},
    ],
)
def test_a_check_that_cannot_be_built_is_named(description: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        create_app(ApiSettings(checks={"disk": description}))
    assert [problem.key for problem in caught.value.problems] == ["api.checks.disk"]


def test_applications_do_not_share_state() -> None:
    first, second = create_app(ApiSettings(title="a")), create_app(ApiSettings(title="b"))
    assert first.state.settings.title == "a"
    assert first.state.readiness is not second.state.readiness


def test_servers_can_import_the_application(send: Send) -> None:
    module = importlib.import_module("src.api.main")
    assert send(module.app, "GET", "/health").status_code == 200


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the server was asked to serve, instead of its doing so."""
    served: dict[str, Any] = {}

    def run(application: str, **options: Any) -> None:
        served.update(options, application=application)

    monkeypatch.setattr(uvicorn, "run", run)
    monkeypatch.setattr(server, "configure_logging", lambda _: None)
    return served


def test_the_module_serves_the_configured_application(
    served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_PORT", "9002")
    importlib.import_module("src.api.__main__").main()
    assert served["port"] == 9002
    assert isinstance(import_from_string(served["application"]), FastAPI)


def test_an_address_that_is_asked_for_wins(
    served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_PORT", "9002")
    server.serve(host="::1", port=0, reload=True)
    assert (served["host"], served["port"], served["reload"]) == ("::1", 0, True)


def test_the_module_tells_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "eighty")
    module = importlib.import_module("src.api.__main__")
    with pytest.raises(SystemExit) as caught:
        module.main()
    assert "API_PORT" in str(caught.value.code)
