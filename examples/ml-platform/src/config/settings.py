"""The sections of the configuration that every component shares."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Section(BaseModel):
    """Base of every section: immutable, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AppSettings(Section):
    """What this service is called."""

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)


class EnvironmentSettings(Section):
    """Where it runs; the file in ``conf/environment/`` is chosen by ``APP_ENV``."""

    name: str = Field(min_length=1)
    debug: bool = False


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
]


class LoggingSettings(Section):
    """How it logs. The level may be written in any case."""

    level: LogLevel = "INFO"
    format: str = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Settings(BaseModel):
    """The shared sections together."""

    model_config = ConfigDict(frozen=True)

    app: AppSettings
    environment: EnvironmentSettings
    logging: LoggingSettings
