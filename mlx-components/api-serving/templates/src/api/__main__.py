"""Serves the API with the configured host, port and logging (``python -m``)."""

import sys

from src.api.server import serve
from src.config import ConfigError


def main() -> None:
    """Serve until the process is told to stop; a wrong configuration is told and ends it."""
    try:
        serve()
    except ConfigError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
