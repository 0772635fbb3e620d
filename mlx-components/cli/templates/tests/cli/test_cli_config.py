"""What the configuration says, without its secrets; and serving."""

import json
import runpy
import sys
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn

from src.api import server

Run = Callable[..., Any]


def test_every_value_is_shown_with_where_it_was_set(run: Run) -> None:
    shown = run("config", "show")
    assert shown.exit_code == 0
    (line,) = [line for line in shown.output.splitlines() if line.startswith("api.port ")]
    assert "8000" in line
    assert "conf/api/default.yaml:" in line
    assert "API_PORT" in line


def test_one_section_with_overrides(run: Run) -> None:
    shown = run("config", "show", "api", "--override", "api.port=9000", "--json")
    entries = {entry["key"]: entry for entry in json.loads(shown.output)}
    assert entries["api.port"] == {"key": "api.port", "value": 9000, "where": "override api.port"}
    assert all(key.startswith("api.") for key in entries)


def test_another_environment(run: Run) -> None:
    shown = run("config", "show", "environment", "--environment", "production")
    assert 'environment.name = "production"' in shown.output


def test_secrets_are_hidden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "hunter2")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:hunter2@registry")
    monkeypatch.setenv("STORE_PASSWORD", "hunter2")
    for form in ([], ["--json"]):
        override = "+models.local.x=${oc.env:STORE_PASSWORD}"
        shown = run("config", "show", "models", "--override", override, *form)
        assert shown.exit_code == 0
        assert "models.local.x" in shown.output
        assert "registry" in shown.output
        assert "hunter2" not in shown.output


def test_a_secret_that_is_not_set_is_seen_to_be_not_set(run: Run) -> None:
    assert "models.tracking_token = null" in run("config", "show", "models").output


def test_a_section_that_is_not_there(run: Run) -> None:
    shown = run("config", "show", "ap")
    assert (shown.exit_code, "ap" in shown.output) == (1, True)


def test_a_wrong_configuration_is_told_without_a_traceback(run: Run) -> None:
    shown = run("config", "show", "--environment", "nowhere")
    assert shown.exit_code == 1
    assert "environment" in shown.output
    assert isinstance(shown.exception, SystemExit)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the server was asked to serve, instead of its doing so."""
    served: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda _, **options: served.update(options))
    monkeypatch.setattr(server, "configure_logging", lambda _: None)
    return served


def test_serving(run: Run, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_HOST", "192.0.2.1")
    assert run("serve", "--port", "9000").exit_code == 0
    assert (served["host"], served["port"], served["reload"]) == ("192.0.2.1", 9000, False)


def test_serving_with_a_wrong_configuration(
    run: Run, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_PORT", "eighty")
    shown = run("serve")
    assert (shown.exit_code, served) == (1, {})
    assert "API_PORT" in shown.output


def test_without_a_command_there_is_help(run: Run) -> None:
    assert "serve" in run().output


def test_the_module_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cli", "--help"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("src.cli", run_name="__main__")
    assert caught.value.code == 0
    assert "models" in capsys.readouterr().out
