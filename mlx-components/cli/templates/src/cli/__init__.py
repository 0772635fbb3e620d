"""The command line of the platform (``python -m`` this package)."""

from src.cli.program import app

__all__ = ["app"]
