"""The routes of models."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, Field

from src.models import (
    InvalidInputError,
    ModelError,
    ModelNotFoundError,
    ModelReference,
    ModelVersion,
    RegistryUnavailableError,
)
from src.prediction.service import PredictionService
from src.prediction.settings import PredictionSettings

_log = logging.getLogger(__name__)

# Not `async`: models compute and registries block, each in a thread of the server.
router = APIRouter(prefix="/models", tags=["models"])


class ModelList(BaseModel):
    """The models that there are."""

    models: list[str]


class VersionReport(BaseModel):
    """One version of a model."""

    version: int
    aliases: list[str]
    created_at: datetime
    description: str
    tags: dict[str, str]


class ModelReport(BaseModel):
    """A model and its versions, the newest first."""

    name: str
    versions: list[VersionReport]


class PredictionRequest(BaseModel):
    """Rows of values by the names of features."""

    rows: list[dict[str, Any]] = Field(min_length=1)


class PredictionReport(BaseModel):
    """One result for each row, and the version of the model that gave them."""

    model: str
    version: int
    predictions: list[Any]


def get_service(request: Request) -> PredictionService:
    """The service of this application."""
    service = request.app.state.prediction
    assert isinstance(service, PredictionService)
    return service


def get_prediction_settings(request: Request) -> PredictionSettings:
    """The settings that the service was added with."""
    settings = request.app.state.prediction_settings
    assert isinstance(settings, PredictionSettings)
    return settings


ServiceDependency = Annotated[PredictionService, Depends(get_service)]
PredictionSettingsDependency = Annotated[PredictionSettings, Depends(get_prediction_settings)]
ModelName = Annotated[str, Path(pattern=r"^[^\s/:@.%\"'][^\s/:@%\"']*$", max_length=256)]


@router.get("")
def list_models(service: ServiceDependency, settings: PredictionSettingsDependency) -> ModelList:
    """The names of all models."""
    with _problems(settings):
        return ModelList(models=service.store.names())


@router.get("/{name}")
def show_model(
    name: ModelName, service: ServiceDependency, settings: PredictionSettingsDependency
) -> ModelReport:
    """The versions of a model."""
    with _problems(settings):
        versions = service.store.versions(name)
    return ModelReport(name=name, versions=[_report(version) for version in versions])


@router.post("/{name}/predict")
def predict(
    name: ModelName,
    body: PredictionRequest,
    service: ServiceDependency,
    settings: PredictionSettingsDependency,
    version: Annotated[int | None, Query(ge=1)] = None,
    alias: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]+$")] = None,
) -> PredictionReport:
    """What a model predicts: the version that is asked for, else the one that is in use."""
    if version is not None and alias is not None:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Ask for a version or for an alias, not for both."
        )
    if len(body.rows) > settings.max_rows:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"There are {len(body.rows)} rows, and {settings.max_rows} are allowed at a time.",
        )
    with _problems(settings):
        prediction = service.predict(ModelReference(name, version, alias), body.rows)
    return PredictionReport(
        model=name, version=prediction.version.version, predictions=prediction.results
    )


def _report(version: ModelVersion) -> VersionReport:
    return VersionReport(
        version=version.version,
        aliases=list(version.aliases),
        created_at=version.created_at,
        description=version.description,
        tags=dict(version.tags),
    )


@contextmanager
def _problems(settings: PredictionSettings) -> Iterator[None]:
    """Tell callers what concerns them; the rest is for the log."""
    try:
        yield
    except ModelNotFoundError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from error
    except InvalidInputError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    except RegistryUnavailableError as error:
        _log.warning("the model registry is away: %s", error)
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The model registry does not answer.",
            headers={"Retry-After": str(settings.retry_after_seconds)},
        ) from error
    except ModelError as error:
        _log.exception("a model cannot be used")
        raise HTTPException(
            HTTPStatus.BAD_GATEWAY, "The model, or its registry, cannot be used."
        ) from error
