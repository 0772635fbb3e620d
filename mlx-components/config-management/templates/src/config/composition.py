"""Composes the configuration with Hydra and hands out validated sections of it."""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException, MissingConfigException
from hydra.types import RunMode
from hydra.version import VersionBase
from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, ValidationError
from yaml import YAMLError

from src.config.errors import ConfigError, ConfigProblem
from src.config.location import ROOT_CONFIG, find_config_dir
from src.config.origins import Layer, Origin, Origins, variables_in
from src.config.settings import AppSettings, EnvironmentSettings, LoggingSettings, Settings

_HYDRA_VERSION_BASE = "1.3"
_ROOT_NAME = Path(ROOT_CONFIG).stem
_hydra_lock = threading.RLock()

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class ConfigEntry:
    """One value: its dotted key, and where it was set (as in :class:`ConfigProblem`)."""

    key: str
    value: Any
    where: str | None
    variables: tuple[str, ...]


class Configuration:
    """A composed configuration. Interpolations are resolved section by section, when asked for.

    So a variable that one component needs may stay unset in a process that does not use it.
    """

    def __init__(self, tree: DictConfig, origins: Origins) -> None:
        self._tree = tree
        self._origins = origins

    def section(self, name: str, model: type[Model]) -> Model:
        """The section ``name`` (dots descend), validated as ``model``.

        Raises:
            ConfigError: with every problem of the section: the key, where it was set, and the
                environment variable that it is read from.
        """
        try:
            node = OmegaConf.select(self._tree, name)
            if node is None:
                message = (
                    f"there is no such section; add a file in conf/{name}/ "
                    "and an entry in the defaults list of conf/config.yaml"
                )
                raise ConfigError([ConfigProblem(name, message)])
            values: Any = node
            if OmegaConf.is_config(node):
                values = OmegaConf.to_container(node, resolve=True, throw_on_missing=True)
            return model.model_validate(values)
        except OmegaConfBaseException as error:
            key = str(error.full_key or name)
            message = str(error).splitlines()[0]
            problem = _problem(key, message, self._origins.of_key(key))
            raise ConfigError([problem]) from error
        except ValidationError as error:
            problems = []
            for detail in error.errors(include_url=False, include_context=False):
                key = ".".join([name, *(str(part) for part in detail["loc"])])
                problems.append(_problem(key, detail["msg"], self._origins.of_key(key)))
            raise ConfigError(problems) from None

    def entries(self) -> Iterator[ConfigEntry]:
        """Every value of the configuration, in its order; for showing it, not for using it.

        A value that cannot be resolved, such as a variable that must be set and is not, is given as
        it is written. Values may be secrets.
        """
        yield from self._entries_below(self._tree, "")

    def _entries_below(self, node: Any, prefix: str) -> Iterator[ConfigEntry]:
        is_list = isinstance(node, ListConfig)
        for part in range(len(node)) if is_list else list(node):
            key = f"{prefix}.{part}" if prefix else str(part)
            try:
                value = node[part]
            except OmegaConfBaseException:
                as_written: Any = OmegaConf.to_container(node, resolve=False)
                value = as_written[part]
            if OmegaConf.is_config(value) and len(value):
                yield from self._entries_below(value, key)
                continue
            shown = OmegaConf.to_container(value) if OmegaConf.is_config(value) else value
            origin = self._origins.of_key(prefix if is_list else key)
            yield ConfigEntry(
                key,
                shown,
                where=origin.where if origin else None,
                variables=origin.variables if origin else (),
            )

    def settings(self) -> Settings:
        """The sections that every component shares."""
        return Settings(
            app=self.section("app", AppSettings),
            environment=self.section("environment", EnvironmentSettings),
            logging=self.section("logging", LoggingSettings),
        )


def load_configuration(
    overrides: Sequence[str] = (),
    *,
    config_dir: str | Path | None = None,
    environment: str | None = None,
) -> Configuration:
    """Compose ``config.yaml`` of the configuration directory (see :func:`find_config_dir`).

    ``overrides`` are Hydra's (``api.port=9000``, ``+key=value``, ``~key``) and win over every file.
    ``environment`` chooses the file in ``conf/environment/``; without it ``APP_ENV`` does. Reads
    the files each time it is called, and composes them if they, or the environment, have changed.
    May be called from several threads, and from inside an application that uses Hydra itself, whose
    state it leaves as it was.

    Raises:
        ConfigError: there is no configuration directory, or it does not compose.
    """
    directory = find_config_dir(config_dir)
    chosen = list(overrides)
    if environment is not None:
        chosen.append(f"environment={environment}")
    origins = Origins(directory, ROOT_CONFIG, chosen, partial(_find_layers, directory, chosen))
    try:
        tree = _compose(directory, tuple(chosen), _fingerprint(directory, chosen))
        return Configuration(tree, origins)
    except MissingConfigException as error:
        group = (error.missing_cfg_file or "").rpartition("/")[0]
        problem = _problem(group, _missing_file(error), origins.of_choice(group))
        raise ConfigError([problem]) from error
    except (HydraException, OmegaConfBaseException, YAMLError, ValueError, OSError) as error:
        raise ConfigError([ConfigProblem("", str(error))]) from error


def load_settings(
    overrides: Sequence[str] = (),
    *,
    config_dir: str | Path | None = None,
    environment: str | None = None,
) -> Settings:
    """The shared settings; arguments and errors as for :func:`load_configuration`."""
    return load_configuration(overrides, config_dir=config_dir, environment=environment).settings()


def load_section(
    name: str,
    model: type[Model],
    overrides: Sequence[str] = (),
    *,
    config_dir: str | Path | None = None,
    environment: str | None = None,
) -> Model:
    """One component's section, validated as ``model``.

    The component brings ``conf/NAME/`` and its model. Other arguments and errors are those of
    :func:`load_configuration` and :meth:`Configuration.section`.
    """
    configuration = load_configuration(overrides, config_dir=config_dir, environment=environment)
    return configuration.section(name, model)


# Composing takes a tenth of a second, and every component of an application asks for its section.
@lru_cache(maxsize=4)
def _compose(directory: Path, overrides: tuple[str, ...], _: bytes) -> DictConfig:
    with _private_hydra(directory):
        return compose(_ROOT_NAME, overrides=list(overrides))


def _fingerprint(directory: Path, overrides: Sequence[str]) -> bytes:
    """What the composition depends on: the files, and the variables that they mention."""
    digest = hashlib.blake2b()
    texts = ["\n".join(overrides)]
    for file in sorted(directory.rglob("*.yaml")):
        texts += [str(file), file.read_text(encoding="utf-8", errors="surrogateescape")]
    names = sorted({name for text in texts for name in variables_in(text)})
    texts += [f"{name}={os.environ.get(name)!r}" for name in names]
    for text in texts:
        digest.update(f"{len(text)}\0{text}".encode(errors="surrogateescape"))
    return digest.digest()


@contextmanager
def _private_hydra(directory: Path) -> Iterator[GlobalHydra]:
    # Hydra keeps one configuration per process and refuses to be initialised twice.
    with _hydra_lock:
        outer_hydra = GlobalHydra.instance().hydra
        outer_version = VersionBase.instance().getbase()
        GlobalHydra.instance().clear()
        try:
            with initialize_config_dir(str(directory), version_base=_HYDRA_VERSION_BASE):
                yield GlobalHydra.instance()
        finally:
            GlobalHydra.instance().hydra = outer_hydra
            VersionBase.instance().version_base = outer_version


def _find_layers(directory: Path, overrides: list[str]) -> list[Layer]:
    with _private_hydra(directory) as hydra:
        loader = hydra.config_loader()
        merged = loader.compute_defaults_list(_ROOT_NAME, overrides, RunMode.RUN).defaults
    return [
        Layer(directory / f"{entry.config_path}.yaml", entry.package or "")
        for entry in merged
        if entry.config_path is not None
    ]


def _missing_file(error: MissingConfigException) -> str:
    message = f"there is no {error.missing_cfg_file}.yaml"
    if error.options:
        message += f"; choose one of {', '.join(error.options)}"
    return message


def _problem(key: str, message: str, origin: Origin | None) -> ConfigProblem:
    if origin is None:
        return ConfigProblem(key, message)
    return ConfigProblem(key, message, origin.where, origin.variables)
