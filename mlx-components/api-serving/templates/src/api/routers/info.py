"""What is running here."""

from fastapi import APIRouter
from pydantic import BaseModel

from src.api.dependencies import SettingsDependency

router = APIRouter(tags=["info"])


class Info(BaseModel):
    """The service, its version and its environment."""

    name: str
    version: str
    environment: str


@router.get("/info")
async def info(settings: SettingsDependency) -> Info:
    """Name, version and environment of this service."""
    return Info(name=settings.title, version=settings.version, environment=settings.environment)
