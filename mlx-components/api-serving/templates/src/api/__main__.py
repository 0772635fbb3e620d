"""Serves the API with the configured host, port and logging (``python -m``)."""

import sys

import uvicorn

from src.api.settings import ApiSettings
from src.config import ConfigError, configure_logging, load_configuration


def main() -> None:
    """Serve until the process is told to stop; a wrong configuration is told and ends it."""
    try:
        configuration = load_configuration()
        logging_settings = configuration.settings().logging
        settings = configuration.section("api", ApiSettings)
    except ConfigError as error:
        sys.exit(str(error))
    configure_logging(logging_settings)
    uvicorn.run(
        "src.api.main:app",
        host=settings.host,
        port=settings.port,
        root_path=settings.root_path,
        log_config=None,
        timeout_graceful_shutdown=settings.shutdown_grace_seconds,
    )


if __name__ == "__main__":
    main()
