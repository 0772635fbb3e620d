"""Where models are kept, behind one interface."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from src.models.errors import AliasNotFoundError, ModelNotFoundError
from src.models.model import Model, ModelReference, ModelVersion


@runtime_checkable
class ModelStore(Protocol):
    """A model registry. Each call may take long, and sees what others did in the meantime.

    All raise RegistryUnavailableError and RegistryRefusedError, and ModelNotFoundError for a model
    or a version that is not there.
    """

    def names(self) -> list[str]:
        """All models, sorted."""
        ...

    def versions(self, name: str) -> list[ModelVersion]:
        """The newest first."""
        ...

    def metrics(self, version: ModelVersion) -> Mapping[str, float]:
        """What was measured of it when it was trained."""
        ...

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Give ``alias`` to this version, and take it from any other."""
        ...

    def delete_alias(self, name: str, alias: str) -> None:
        """Take ``alias`` from the version that has it, if one has."""
        ...

    def load(self, version: ModelVersion) -> Model:
        """The model itself, ready to predict.

        Raises:
            InvalidModelError: it cannot be loaded.
        """
        ...


def resolve(
    store: ModelStore, reference: ModelReference, default_alias: str | None = None
) -> ModelVersion:
    """The version that ``reference`` means now.

    A bare name means ``default_alias``, or without one the newest version.

    Raises:
        ModelNotFoundError, AliasNotFoundError: the message says what there is instead.
    """
    versions = store.versions(reference.name)
    if reference.version is not None:
        for version in versions:
            if version.version == reference.version:
                return version
        known = ", ".join(str(version.version) for version in versions[:10]) or "none"
        raise ModelNotFoundError(
            f"{reference.name} has no version {reference.version}; the newest are {known}"
        )
    alias = reference.alias or default_alias
    if alias is None and versions:
        return versions[0]
    for version in versions:
        if alias in version.aliases:
            return version
    known = ", ".join(sorted({name for version in versions for name in version.aliases})) or "none"
    raise AliasNotFoundError(
        f"no version of {reference.name} has the alias {alias}; there are {known}"
    )
