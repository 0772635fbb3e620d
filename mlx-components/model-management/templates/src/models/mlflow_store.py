"""Models in MLflow's registry.

Importing MLflow takes seconds: import this module where it is needed, not at the top.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from mlflow import MlflowClient, artifacts
from mlflow.entities.model_registry import ModelVersion as MlflowVersion
from mlflow.exceptions import MlflowException
from pydantic import SecretStr

from src.models.errors import (
    InvalidModelError,
    ModelError,
    ModelNotFoundError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from src.models.model import Model, ModelVersion, check_alias
from src.models.pyfunc import load_pyfunc

_NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
_REFUSED = ("UNAUTHENTICATED", "PERMISSION_DENIED", "CUSTOMER_UNAUTHORIZED")
_MEANT_WRONGLY = ("INVALID_PARAMETER_VALUE", "BAD_REQUEST", "ENDPOINT_NOT_FOUND")
_PAGE = 100


class MlflowStore:
    """A :class:`ModelStore` over an MLflow server, or over a database or directory of MLflow's.

    Loads models of every flavour that MLflow has as `pyfunc`, if the packages that the model was
    made with are installed. MLflow takes its token and its HTTP limits from the environment of the
    process only; they are put there, unless it has them already.
    """

    def __init__(
        self,
        tracking_uri: str,
        *,
        token: SecretStr | None = None,
        request_timeout_seconds: int = 10,
    ) -> None:
        if token is not None:
            os.environ.setdefault("MLFLOW_TRACKING_TOKEN", token.get_secret_value())
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(request_timeout_seconds))
        # MLflow's own default tries for minutes; who asks here decides about trying again.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        self._tracking_uri = tracking_uri
        with _translated("the registry"):
            self._client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
        self._downloads = tempfile.TemporaryDirectory(prefix="models-")

    def names(self) -> list[str]:
        found: list[str] = []
        token: str | None = None
        with _translated("the registry"):
            while True:
                page = self._client.search_registered_models(max_results=_PAGE, page_token=token)
                found += [model.name for model in page]
                token = page.token
                if not token:
                    return sorted(found)

    def versions(self, name: str) -> list[ModelVersion]:
        found: list[MlflowVersion] = []
        token: str | None = None
        quoted = name.replace("'", "''")
        with _translated(f"model {name}"):
            model = self._client.get_registered_model(name)
            while True:
                page = self._client.search_model_versions(
                    f"name='{quoted}'", max_results=_PAGE, page_token=token
                )
                found += page
                token = page.token
                if not token:
                    break
        # The search does not say which aliases a version has, on every server.
        aliases: dict[int, list[str]] = {}
        for alias, number in sorted(model.aliases.items()):
            aliases.setdefault(int(number), []).append(alias)
        versions = [_version(entry, tuple(aliases.get(int(entry.version), ()))) for entry in found]
        return sorted(versions, key=lambda version: version.version, reverse=True)

    def metrics(self, version: ModelVersion) -> Mapping[str, float]:
        if version.run_id is None:
            return {}
        with _translated(f"the run of {version}"):
            measured: dict[str, float] = self._client.get_run(version.run_id).data.metrics
            return dict(measured)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        check_alias(alias)
        with _translated(f"model {name}/{version}"):
            self._client.set_registered_model_alias(name, alias, str(version))

    def delete_alias(self, name: str, alias: str) -> None:
        with _translated(f"model {name}"):
            if alias in self._client.get_registered_model(name).aliases:
                self._client.delete_registered_model_alias(name, alias)

    def load(self, version: ModelVersion) -> Model:
        with _translated(f"model {version}"):
            source = self._client.get_model_version_download_uri(version.name, str(version.version))
            directory = tempfile.mkdtemp(dir=self._downloads.name)
            path = artifacts.download_artifacts(
                artifact_uri=source, dst_path=directory, tracking_uri=self._tracking_uri
            )
        return load_pyfunc(path, str(version))


def _version(entry: MlflowVersion, aliases: tuple[str, ...]) -> ModelVersion:
    return ModelVersion(
        name=entry.name,
        version=int(entry.version),
        created_at=datetime.fromtimestamp(entry.creation_timestamp / 1000, UTC),
        aliases=aliases,
        tags=dict(entry.tags),
        description=entry.description or "",
        run_id=entry.run_id or None,
    )


@contextmanager
def _translated(subject: str) -> Iterator[None]:
    try:
        yield
    except MlflowException as error:
        raise _translate(subject, error) from error
    except OSError as error:
        raise RegistryUnavailableError(f"{subject} cannot be read: {error}") from error


def _translate(subject: str, error: MlflowException) -> ModelError:
    message = error.message.splitlines()[0] if error.message else ""
    if error.error_code in _NOT_THERE:
        return ModelNotFoundError(f"{subject} is not in the registry")
    if error.error_code in _REFUSED:
        return RegistryRefusedError(
            f"the registry does not give {subject} to us: {message}; check MLFLOW_TRACKING_TOKEN"
        )
    if error.error_code in _MEANT_WRONGLY:
        return InvalidModelError(f"{subject}: {message}")
    return RegistryUnavailableError(
        f"{subject} cannot be read: {message}; check MLFLOW_TRACKING_URI"
    )
