"""The HTTP API: an application factory, its limits, its errors and its routes."""

from src.api.app import create_app
from src.api.settings import ApiSettings, LimitSettings

__all__ = ["ApiSettings", "LimitSettings", "create_app"]
