"""What route handlers may ask for."""

from typing import Annotated

from fastapi import Depends, Request

from src.api.checks import Readiness
from src.api.settings import ApiSettings


def get_settings(request: Request) -> ApiSettings:
    """The settings that the application was created with."""
    settings = request.app.state.settings
    assert isinstance(settings, ApiSettings)
    return settings


def get_readiness(request: Request) -> Readiness:
    """The application's readiness checks."""
    readiness = request.app.state.readiness
    assert isinstance(readiness, Readiness)
    return readiness


SettingsDependency = Annotated[ApiSettings, Depends(get_settings)]
ReadinessDependency = Annotated[Readiness, Depends(get_readiness)]
