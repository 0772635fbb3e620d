"""Against MLflow itself: a registry in a directory, and what a server may answer."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient, pyfunc
from mlflow.exceptions import MlflowException
from pydantic import SecretStr

from src.models import (
    InvalidInputError,
    InvalidModelError,
    ModelNotFoundError,
    ModelReference,
    ModelSettings,
    ModelVersion,
    RegistryRefusedError,
    RegistryUnavailableError,
    build_loader,
    build_store,
    promote,
    resolve,
    roll_back,
)
from src.models.mlflow_store import MlflowStore
from src.models.pyfunc import PyfuncModel

# A model as code: nothing is pickled.
CODE = """\
import mlflow
import pandas as pd

class Scale(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: pd.DataFrame, params=None):
        return model_input["x"] * {factor}

mlflow.models.set_model(Scale())
"""

Publish = Callable[..., ModelVersion]


@pytest.fixture
def tracking_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = (tmp_path / "registry").as_uri()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # where saving a model would else make `mlruns`
    return uri


@pytest.fixture
def store(tracking_uri: str) -> MlflowStore:
    return MlflowStore(tracking_uri)


@pytest.fixture
def publish(store: MlflowStore, tracking_uri: str, tmp_path: Path) -> Publish:
    """Saves a model that multiplies, and registers it with a run that measured ``auc``."""
    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)

    def publish(factor: int, auc: float) -> ModelVersion:
        code = tmp_path / f"scale_{factor}.py"
        code.write_text(CODE.format(factor=factor), encoding="utf-8")
        saved = tmp_path / f"saved_{factor}"
        pyfunc.save_model(str(saved), python_model=str(code), pip_requirements=[])
        if "scale" not in store.names():
            client.create_registered_model("scale")
        run = client.create_run("0")
        client.log_metric(run.info.run_id, "auc", auc)
        client.create_model_version("scale", source=saved.as_uri(), run_id=run.info.run_id)
        return store.versions("scale")[0]

    return publish


def test_a_model_from_publication_to_prediction(
    store: MlflowStore, publish: Publish, tracking_uri: str
) -> None:
    first, second = publish(2, auc=0.8), publish(3, auc=0.9)
    assert store.names() == ["scale"]
    assert (first.version, second.version) == (1, 2)
    assert store.metrics(second) == {"auc": 0.9}
    promote(store, "scale", 1, "champion")
    promote(store, "scale", 2, "champion", metric="auc")
    settings = ModelSettings(tracking_uri=tracking_uri)
    loader = build_loader(build_store(settings), settings)
    loaded = loader.load(ModelReference("scale"))
    assert (loaded.version.version, loaded.model.predict([{"x": 5.0}])) == (2, [15])
    roll_back(store, "scale", "champion")
    assert resolve(store, ModelReference("scale", alias="champion")).version == 1
    store.delete_alias("scale", "champion")
    store.delete_alias("scale", "champion")
    assert [version.aliases for version in store.versions("scale")] == [(), ()]


def test_what_is_not_there(store: MlflowStore, publish: Publish) -> None:
    assert store.names() == []
    with pytest.raises(ModelNotFoundError):
        store.versions("scale")
    version = publish(2, auc=0.8)
    with pytest.raises(ModelNotFoundError):
        store.set_alias("scale", "champion", 7)
    with pytest.raises(ModelNotFoundError):
        store.load(ModelVersion("scale", 7, version.created_at))
    without_run = ModelVersion("scale", 1, version.created_at)
    assert store.metrics(without_run) == {}


def test_a_model_that_does_not_load(store: MlflowStore, publish: Publish, tmp_path: Path) -> None:
    version = publish(2, auc=0.8)
    (tmp_path / "saved_2" / "scale_2.py").write_text("1/0\n", encoding="utf-8")
    with pytest.raises(InvalidModelError, match="scale/1"):
        store.load(version)


class Table:
    """Answers with what it is told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def predict(self, data: Any) -> Any:
        assert list(data.columns) == ["x"]
        return self.answer


@pytest.mark.parametrize(
    ("answer", "results"),
    [
        (np.array([1, 2]), [1, 2]),
        (np.array([[0.25, 0.75]]), [[0.25, 0.75]]),
        (pd.Series(["a", "b"]), ["a", "b"]),
        (pd.DataFrame({"p": [0.5], "label": ["a"]}), [{"p": 0.5, "label": "a"}]),
        ([np.float64(1.5), "x"], [1.5, "x"]),
    ],
)
def test_results_are_plain_values(answer: Any, results: list[Any]) -> None:
    found = PyfuncModel(Table(answer)).predict([{"x": 1}])
    assert found == results
    assert not any(isinstance(item, np.generic) for item in found)


def test_rows_that_the_model_does_not_take() -> None:
    class Strict(Table):
        def predict(self, data: Any) -> Any:
            raise MlflowException(f"column `y` is missing from {list(data)}")

    with pytest.raises(InvalidInputError, match="column `y`"):
        PyfuncModel(Strict(None)).predict([{"x": 1}])


@pytest.mark.parametrize("answer", ["text", {"a": [1]}, None, np.array(3)])
def test_an_answer_that_has_no_rows(answer: Any) -> None:
    with pytest.raises(InvalidModelError):
        PyfuncModel(Table(answer)).predict([{"x": 1}])


class Server:
    """An HTTP server on this machine that gives one answer to everything."""

    def __init__(self) -> None:
        self.answer: tuple[int, str] = (200, "{}")
        self.authorization: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.authorization.append(self.headers.get("Authorization"))
                status, body = outer.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def test_the_token_is_sent(server: Server) -> None:
    store = MlflowStore(server.address, token=SecretStr("hunter2"))
    assert store.names() == []
    assert server.authorization == ["Bearer hunter2"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, "who are you"), RegistryRefusedError),
        ((403, '{"error_code": "PERMISSION_DENIED", "message": "no"}'), RegistryRefusedError),
        ((404, '{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": ""}'), ModelNotFoundError),
        ((400, '{"error_code": "INVALID_PARAMETER_VALUE", "message": "x"}'), InvalidModelError),
        ((500, "<html>oops</html>"), RegistryUnavailableError),
        ((503, ""), RegistryUnavailableError),
        ((200, "<html>a proxy</html>"), RegistryUnavailableError),
    ],
)
def test_what_a_server_may_answer(
    server: Server, answer: tuple[int, str], error: type[Exception]
) -> None:
    server.answer = answer
    with pytest.raises(error):
        MlflowStore(server.address).versions("scale")


def test_a_server_that_is_not_there(server: Server) -> None:
    server.stop()
    with pytest.raises(RegistryUnavailableError, match="MLFLOW_TRACKING_URI"):
        MlflowStore(server.address).names()
