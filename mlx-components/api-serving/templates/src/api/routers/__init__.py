"""The routes, one module for each subject."""

from src.api.routers import health, info

__all__ = ["health", "info"]
