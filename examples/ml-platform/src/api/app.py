"""The application factory."""

from fastapi import FastAPI

from src.api.checks import build_readiness
from src.api.middleware import add_middleware
from src.api.problems import add_problem_handlers
from src.api.routers import health, info
from src.api.settings import ApiSettings
from src.config import load_section
from src.prediction import add_prediction
from src.rate_limiting import add_rate_limiting


def create_app(settings: ApiSettings | None = None) -> FastAPI:
    """A new application; without ``settings``, those of the configuration's ``api`` section.

    ``app.state.settings`` and ``app.state.readiness`` are there for handlers (see
    ``dependencies``). Other components include their routers in what this returns and add their
    checks to ``app.state.readiness``.

    Raises:
        ConfigError: the configuration is not valid, or lists a readiness check that is not one.
    """
    if settings is None:
        settings = load_section("api", ApiSettings)
    app = FastAPI(
        title=settings.title,
        version=settings.version,
        openapi_url="/openapi.json" if settings.docs else None,
        docs_url="/docs" if settings.docs else None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.readiness = build_readiness(settings.checks, settings.check_timeout_seconds)
    add_rate_limiting(app)
    add_middleware(app, settings.limits)
    add_problem_handlers(app)
    app.include_router(health.router)
    app.include_router(info.router)
    add_prediction(app)
    return app
