"""The ``models`` section of the configuration."""

import pkgutil
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from src.config import ConfigError, ConfigProblem, Section, load_section
from src.models.errors import RegistryUnavailableError
from src.models.loading import ModelLoader
from src.models.memory import InMemoryStore
from src.models.model import Model, check_alias
from src.models.store import ModelStore
from src.utils import RetryPolicy


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


class CacheSettings(Section):
    """What stays loaded, and how soon a moved alias is noticed."""

    max_models: int = Field(default=8, ge=1)
    refresh_seconds: float = Field(default=30, gt=0)


class RetrySettings(Section):
    """How a registry that does not answer is tried again."""

    max_attempts: int = Field(default=3, ge=1)
    base_delay_seconds: float = Field(default=0.2, ge=0)
    max_delay_seconds: float = Field(default=2, ge=0)
    deadline_seconds: float = Field(default=10, gt=0)


class ModelSettings(Section):
    """Where models are, and how they are loaded.

    Without a ``tracking_uri`` they are those of ``local``, in memory: ``NAME: module:attribute``,
    where the attribute is a model, a class of one, or a function from rows to results.
    """

    tracking_uri: Annotated[str | None, BeforeValidator(_empty_is_none)] = None
    tracking_token: Annotated[SecretStr | None, BeforeValidator(_empty_is_none)] = None
    request_timeout_seconds: int = Field(default=10, ge=1)
    default_alias: Annotated[str, AfterValidator(check_alias)] = "champion"
    local: dict[str, str] = Field(default_factory=dict)
    cache: CacheSettings = CacheSettings()
    retry: RetrySettings = RetrySettings()


def build_store(settings: ModelSettings | None = None) -> ModelStore:
    """The store that ``settings``, else the configuration, describes.

    Raises:
        ConfigError: the section is not valid, or a local model is none.
        ModelError: MLflow does not take the address.
    """
    if settings is None:
        settings = load_section("models", ModelSettings)
    if settings.tracking_uri is None:
        return _local_store(settings)
    # Not at the top: it takes seconds, and who has no MLflow need not wait for it.
    from src.models.mlflow_store import MlflowStore

    return MlflowStore(
        settings.tracking_uri,
        token=settings.tracking_token,
        request_timeout_seconds=settings.request_timeout_seconds,
    )


def build_loader(store: ModelStore, settings: ModelSettings | None = None) -> ModelLoader:
    """A loader from ``store``, as ``settings``, else the configuration, describe it.

    Raises:
        ConfigError: the section is not valid.
    """
    if settings is None:
        settings = load_section("models", ModelSettings)
    retry = RetryPolicy(
        max_attempts=settings.retry.max_attempts,
        base_delay=settings.retry.base_delay_seconds,
        max_delay=settings.retry.max_delay_seconds,
        deadline=settings.retry.deadline_seconds,
        retry_on=(RegistryUnavailableError,),
    )
    return ModelLoader(
        store,
        default_alias=settings.default_alias,
        max_models=settings.cache.max_models,
        refresh_seconds=settings.cache.refresh_seconds,
        retry=retry,
    )


def _local_store(settings: ModelSettings) -> InMemoryStore:
    store = InMemoryStore()
    problems = []
    for name, path in settings.local.items():
        try:
            found: Any = pkgutil.resolve_name(path)
        except (ImportError, AttributeError, ValueError) as error:
            problems.append(ConfigProblem(f"models.local.{name}", f"cannot be found: {error}"))
            continue
        if isinstance(found, type) and issubclass(found, Model):
            found = found()
        if not isinstance(found, Model) and (isinstance(found, type) or not callable(found)):
            message = "must name a model or a function, as `module:attribute`"
            problems.append(ConfigProblem(f"models.local.{name}", message))
            continue
        store.set_alias(name, settings.default_alias, store.add(name, found).version)
    if problems:
        raise ConfigError(problems)
    return store
