"""Applies the logging section to the process."""

import logging

from src.config.settings import LoggingSettings


def configure_logging(settings: LoggingSettings) -> None:
    """Send everything at ``settings.level`` and above to standard error.

    Replaces the root logger's handlers. Called by programs when they start, never on import.
    """
    logging.basicConfig(level=settings.level, format=settings.format, force=True)
