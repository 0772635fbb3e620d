"""Finds the directory of configuration files."""

import os
from pathlib import Path

from src.config.errors import ConfigError, ConfigProblem

ROOT_CONFIG = "config.yaml"
_CONFIG_DIR_NAME = "conf"


def find_config_dir(explicit: str | Path | None = None) -> Path:
    """The absolute path of the directory that holds ``config.yaml``.

    The first of these that applies: ``explicit``, the variable ``APP_CONFIG_DIR``, ``conf/`` in the
    current directory or above it, ``conf/`` above this package. A directory that was named but is
    not usable is an error, never a reason to look elsewhere.

    Raises:
        ConfigError: nothing was found, or the directory that was named has no ``config.yaml``.
    """
    if explicit is not None:
        return _named(Path(explicit), variables=())
    from_environment = os.environ.get("APP_CONFIG_DIR")
    if from_environment:
        return _named(Path(from_environment), variables=("APP_CONFIG_DIR",))
    here = Path.cwd()
    found = _search_upward(here) or _search_upward(Path(__file__).resolve().parent)
    if found is None:
        message = (
            f"no {_CONFIG_DIR_NAME}/{ROOT_CONFIG} in {here} or above it; "
            "name the directory in APP_CONFIG_DIR"
        )
        raise ConfigError([ConfigProblem("", message)])
    return found


def _named(directory: Path, variables: tuple[str, ...]) -> Path:
    if not (directory / ROOT_CONFIG).is_file():
        message = f"the configuration directory {directory} has no {ROOT_CONFIG}"
        raise ConfigError([ConfigProblem("", message, variables=variables)])
    return directory.resolve()


def _search_upward(start: Path) -> Path | None:
    for directory in (start, *start.parents):
        candidate = directory / _CONFIG_DIR_NAME
        if (candidate / ROOT_CONFIG).is_file():
            return candidate.resolve()
    return None
