"""Puts models into an application."""

from fastapi import FastAPI

from src.api.checks import Readiness
from src.config import ConfigError, ConfigProblem, load_configuration
from src.models import ModelReference, ModelSettings, build_loader, build_store
from src.plugins import PluginSettings, build_registry
from src.prediction.checks import ModelsCheck
from src.prediction.preprocessing import PREPROCESSOR
from src.prediction.router import router
from src.prediction.service import Backend, PredictionService
from src.prediction.settings import PredictionSettings


def add_prediction(app: FastAPI) -> None:
    """Serve models under ``/models``, as the configuration says.

    The registry is not asked, and no model loaded, until a request or a readiness check needs it.
    ``app.state.prediction`` is the service.

    Raises:
        ConfigError: one of the sections prediction, models and plugins is not valid.
    """
    configuration = load_configuration()
    settings = configuration.section("prediction", PredictionSettings)
    model_settings = configuration.section("models", ModelSettings)
    plugin_settings = configuration.section("plugins", PluginSettings)

    def build_backend() -> Backend:
        store = build_store(model_settings)
        return Backend(
            store=store,
            loader=build_loader(store, model_settings),
            plugins=build_registry([PREPROCESSOR], plugin_settings),
        )

    service = PredictionService(build_backend, settings.preprocessors)
    app.state.prediction = service
    app.state.prediction_settings = settings
    app.include_router(router)
    if settings.required_models:
        _readiness(app).add("models", ModelsCheck(service, _references(settings)))


def _references(settings: PredictionSettings) -> list[ModelReference]:
    try:
        return [ModelReference.parse(text) for text in settings.required_models]
    except ValueError as error:
        raise ConfigError([ConfigProblem("prediction.required_models", str(error))]) from error


def _readiness(app: FastAPI) -> Readiness:
    readiness = getattr(app.state, "readiness", None)
    if not isinstance(readiness, Readiness):
        message = "this application has no readiness checks, in app.state.readiness"
        raise ConfigError([ConfigProblem("prediction.required_models", message)])
    return readiness
