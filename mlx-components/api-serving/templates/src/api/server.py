"""Serves the application with the configured address and logging."""

import uvicorn

from src.api.settings import ApiSettings
from src.config import configure_logging, load_configuration


def serve(*, host: str | None = None, port: int | None = None, reload: bool = False) -> None:
    """Serve until the process is told to stop.

    ``host`` and ``port`` win over the configuration. With ``reload`` the server starts anew when a
    source file changes.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    configuration = load_configuration()
    logging_settings = configuration.settings().logging
    settings = configuration.section("api", ApiSettings)
    configure_logging(logging_settings)
    uvicorn.run(
        "src.api.main:app",
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        reload=reload,
        root_path=settings.root_path,
        log_config=None,
        timeout_graceful_shutdown=settings.shutdown_grace_seconds,
    )
