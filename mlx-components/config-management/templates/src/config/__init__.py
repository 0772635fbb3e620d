"""Configuration: composed by Hydra from ``conf/``, validated by pydantic.

A component describes its own section with a :class:`Section` model and reads it with
:func:`load_section`; nothing in this package needs to know about it.
"""

from src.config.composition import (
    ConfigEntry,
    Configuration,
    load_configuration,
    load_section,
    load_settings,
)
from src.config.errors import ConfigError, ConfigProblem
from src.config.location import find_config_dir
from src.config.logs import configure_logging
from src.config.settings import (
    AppSettings,
    EnvironmentSettings,
    LoggingSettings,
    Section,
    Settings,
)

__all__ = [
    "AppSettings",
    "ConfigEntry",
    "ConfigError",
    "ConfigProblem",
    "Configuration",
    "EnvironmentSettings",
    "LoggingSettings",
    "Section",
    "Settings",
    "configure_logging",
    "find_config_dir",
    "load_configuration",
    "load_section",
    "load_settings",
]
