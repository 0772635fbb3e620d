"""The application of this project, with its limits."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from src.api import ApiSettings
from src.api.app import create_app
from src.config import ConfigError, load_section
from src.rate_limiting import RateLimitSettings, add_rate_limiting

Send = Callable[..., httpx.Response]


@pytest.mark.parametrize("algorithm", ["token-bucket", "sliding-window"])
def test_the_application_has_limits(
    send: Send, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    monkeypatch.setenv("RATE_LIMIT_REQUESTS", "2")
    monkeypatch.setenv("RATE_LIMIT_WINDOW_SECONDS", "3600")
    monkeypatch.setenv("RATE_LIMIT_ALGORITHM", algorithm)
    app = create_app(ApiSettings())
    assert [send(app, "/info").status_code for _ in range(3)] == [200, 200, 429]
    assert send(app, "/info", client="192.0.2.2").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_health_is_always_answered(send: Send, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("RATE_LIMIT_REQUESTS", "1")
    app = create_app(ApiSettings())
    assert [send(app, path).status_code for _ in range(3)] == [200, 200, 200]


def test_limits_can_be_switched_off(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_REQUESTS", "1")
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "false")
    app = create_app(ApiSettings())
    assert [send(app, "/info").status_code for _ in range(3)] == [200, 200, 200]


def test_applications_count_apart(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_REQUESTS", "1")
    for _ in range(2):
        assert send(create_app(ApiSettings()), "/info").status_code == 200


def test_any_application_may_have_limits(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_REQUESTS", "1")
    app = FastAPI()
    add_rate_limiting(app)
    assert [send(app, "/nowhere").status_code for _ in range(2)] == [404, 429]


def test_variables_reach_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_CLIENT_HEADER", "X-Api-Key")
    monkeypatch.setenv("RATE_LIMIT_MAX_CLIENTS", "5")
    settings = load_section("rate_limiting", RateLimitSettings)
    assert (settings.client_header, settings.max_clients) == ("X-Api-Key", 5)
    monkeypatch.setenv("RATE_LIMIT_CLIENT_HEADER", "")
    assert load_section("rate_limiting", RateLimitSettings).client_header is None


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_REQUESTS", "0")
    with pytest.raises(ConfigError) as caught:
        create_app(ApiSettings())
    assert caught.value.problems[0].variables == ("RATE_LIMIT_REQUESTS",)
