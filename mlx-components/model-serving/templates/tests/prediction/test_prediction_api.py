"""The application of this project, with its models."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from src.api import ApiSettings
from src.api.app import create_app
from src.api.checks import build_readiness
from src.config import ConfigError, load_configuration
from src.models import (
    InvalidInputError,
    ModelReference,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from src.prediction import add_prediction

Send = Callable[..., httpx.Response]

# What a project has configured for itself has no part in these tests.
NOTHING_OF_THE_PROJECTS = (
    "~models.local",
    "~prediction.preprocessors",
    "prediction.required_models=[]",
    "~plugins.options",
    "plugins.disabled=[]",
)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, module: str) -> Callable[..., None]:
    """Applications are made with a model, and with these overrides."""

    def configure_with(*overrides: str, has_model: bool = True) -> None:
        local = [f"+models.local.scale='{module}:double'"] if has_model else []
        plugins = f"plugins.modules=[{module}]"

        def load() -> Any:
            return load_configuration([*NOTHING_OF_THE_PROJECTS, *local, plugins, *overrides])

        monkeypatch.setattr(f"{add_prediction.__module__}.load_configuration", load)

    return configure_with


@pytest.fixture
def app(configure: Callable[..., None]) -> FastAPI:
    configure()
    return create_app(ApiSettings())


def test_a_model_predicts(app: FastAPI, send: Send) -> None:
    response = send(app, "POST", "/models/scale/predict", json={"rows": [{"x": 1}, {"x": 2.5}]})
    assert response.status_code == 200
    assert response.json() == {"model": "scale", "version": 1, "predictions": [2, 5]}


@pytest.mark.parametrize("query", ["?version=1", "?alias=champion"])
def test_a_version_may_be_chosen(app: FastAPI, send: Send, query: str) -> None:
    response = send(app, "POST", f"/models/scale/predict{query}", json={"rows": [{"x": 1}]})
    assert response.json()["version"] == 1


def test_rows_go_through_the_configured_preprocessors(
    configure: Callable[..., None], send: Send
) -> None:
    configure(
        "+prediction.preprocessors.scale=[add,square]",
        "+plugins.options={preprocessor/add: {amount: 2}}",
    )
    app = create_app(ApiSettings())
    response = send(app, "POST", "/models/scale/predict", json={"rows": [{"x": 1}]})
    assert response.json()["predictions"] == [18]
    response = send(app, "POST", "/models/scale/predict", json={"rows": [{"x": -9}]})
    assert (response.status_code, "negative" in response.json()["detail"]) == (422, True)


def test_models_are_listed_and_shown(app: FastAPI, send: Send) -> None:
    assert send(app, "GET", "/models").json() == {"models": ["scale"]}
    shown = send(app, "GET", "/models/scale").json()
    (version,) = shown["versions"]
    assert version.pop("created_at")
    assert version == {"version": 1, "aliases": ["champion"], "description": "", "tags": {}}


def test_without_models_the_list_is_empty(configure: Callable[..., None], send: Send) -> None:
    configure(has_model=False)
    assert send(create_app(ApiSettings()), "GET", "/models").json() == {"models": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/models/nothing"),
        ("POST", "/models/nothing/predict"),
        ("POST", "/models/scale/predict?version=7"),
        ("POST", "/models/scale/predict?alias=shadow"),
    ],
)
def test_what_is_not_there(app: FastAPI, send: Send, method: str, path: str) -> None:
    response = send(app, method, path, json={"rows": [{"x": 1}]})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", {}),
        ("", {"rows": []}),
        ("", {"rows": [1]}),
        ("", [{"x": 1}]),
        ("?version=0", {"rows": [{"x": 1}]}),
        ("?version=1&alias=champion", {"rows": [{"x": 1}]}),
        ("?alias=a%20b", {"rows": [{"x": 1}]}),
    ],
)
def test_a_request_of_another_form(app: FastAPI, send: Send, query: str, body: Any) -> None:
    assert send(app, "POST", f"/models/scale/predict{query}", json=body).status_code == 422


@pytest.mark.parametrize("name", ["a'b", "a@b", "..%2fa", "a%20b", "x" * 300])
def test_a_name_that_is_none(app: FastAPI, send: Send, name: str) -> None:
    response = send(app, "POST", f"/models/{name}/predict", json={"rows": [{"x": 1}]})
    assert response.status_code in (404, 422)


def test_more_rows_than_are_allowed(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREDICTION_MAX_ROWS", "1")
    app = create_app(ApiSettings())
    response = send(app, "POST", "/models/scale/predict", json={"rows": [{}, {}]})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RegistryUnavailableError("http://me:hunter2@registry is away"), 503),
        (RegistryRefusedError("hunter2"), 502),
        (InvalidInputError("x is missing"), 422),
    ],
)
def test_what_callers_are_told(
    app: FastAPI, send: Send, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(app.state.prediction, "predict", fail)
    response = send(app, "POST", "/models/scale/predict", json={"rows": [{"x": 1}]})
    assert response.status_code == status
    assert ("retry-after" in response.headers) is (status == 503)
    assert "hunter2" not in response.text


def test_a_model_that_fails_tells_nothing_internal(app: FastAPI, send: Send) -> None:
    response = send(app, "POST", "/models/scale/predict", json={"rows": [{"y": 1}]})
    assert response.status_code == 500
    assert "KeyError" not in response.text


@pytest.mark.parametrize(("required", "status"), [("scale", 200), ("scale/1", 200), ("no", 503)])
def test_an_instance_is_ready_with_its_models(
    configure: Callable[..., None], send: Send, required: str, status: int
) -> None:
    configure(f"prediction.required_models=['{required}']")
    app = create_app(ApiSettings(check_timeout_seconds=10))
    response = send(app, "GET", "/health/ready")
    assert (response.status_code, response.json()["checks"]["models"]["ok"]) == (
        status,
        status == 200,
    )


def test_a_required_model_must_be_named_rightly(configure: Callable[..., None]) -> None:
    configure("prediction.required_models=['a/b/c']")
    with pytest.raises(ConfigError) as caught:
        create_app(ApiSettings())
    assert caught.value.problems[0].key == "prediction.required_models"


def test_any_application_may_serve_models(configure: Callable[..., None], send: Send) -> None:
    configure("prediction.required_models=[scale]")
    app = FastAPI()
    with pytest.raises(ConfigError):
        add_prediction(app)
    app = FastAPI()
    app.state.readiness = build_readiness({}, 2)
    add_prediction(app)
    assert send(app, "GET", "/models").json() == {"models": ["scale"]}
    assert app.state.prediction.prepare(ModelReference("scale")).version == 1


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_CACHE_SIZE", "none")
    with pytest.raises(ConfigError) as caught:
        create_app(ApiSettings())
    assert caught.value.problems[0].variables == ("MODEL_CACHE_SIZE",)
