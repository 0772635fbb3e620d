"""What the API says about itself."""

from collections.abc import Callable

import httpx
import pytest

from src.api import ApiSettings
from src.api.app import create_app

Send = Callable[..., httpx.Response]


def test_name_version_and_environment(send: Send) -> None:
    app = create_app(ApiSettings(title="scorer", version="7.1", environment="test"))
    response = send(app, "GET", "/info")
    assert response.status_code == 200
    assert response.json() == {"name": "scorer", "version": "7.1", "environment": "test"}


def test_they_come_from_the_configuration(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_NAME", "ranker")
    monkeypatch.setenv("APP_VERSION", "8.0")
    monkeypatch.setenv("APP_ENV", "production")
    response = send(create_app(), "GET", "/info")
    assert response.json() == {"name": "ranker", "version": "8.0", "environment": "production"}


def test_the_description_lists_the_routes(send: Send) -> None:
    description = send(create_app(ApiSettings(title="scorer")), "GET", "/openapi.json").json()
    assert description["info"]["title"] == "scorer"
    assert {"/health", "/health/ready", "/info"} <= set(description["paths"])


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
def test_documentation_can_be_switched_off(send: Send, path: str) -> None:
    assert send(create_app(ApiSettings(docs=True)), "GET", path).status_code == 200
    assert send(create_app(ApiSettings(docs=False)), "GET", path).status_code == 404
