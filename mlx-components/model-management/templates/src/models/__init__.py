"""Models: kept in MLflow or in memory, promoted by alias, loaded once.

A model is anything with ``predict(rows)``. Loading a model from MLflow runs code that is part of
it: use a registry that only people whom you trust can write to.
"""

from src.models.errors import (
    AliasNotFoundError,
    InvalidInputError,
    InvalidModelError,
    ModelError,
    ModelNotFoundError,
    PromotionRefusedError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from src.models.loading import LoadedModel, ModelLoader
from src.models.memory import InMemoryStore
from src.models.model import FunctionModel, Model, ModelReference, ModelVersion, Row
from src.models.promotion import MetricChange, Promotion, compare, promote, roll_back
from src.models.settings import ModelSettings, build_loader, build_store
from src.models.store import ModelStore, resolve

__all__ = [
    "AliasNotFoundError",
    "FunctionModel",
    "InMemoryStore",
    "InvalidInputError",
    "InvalidModelError",
    "LoadedModel",
    "MetricChange",
    "Model",
    "ModelError",
    "ModelLoader",
    "ModelNotFoundError",
    "ModelReference",
    "ModelSettings",
    "ModelStore",
    "ModelVersion",
    "Promotion",
    "PromotionRefusedError",
    "RegistryRefusedError",
    "RegistryUnavailableError",
    "Row",
    "build_loader",
    "build_store",
    "compare",
    "promote",
    "resolve",
    "roll_back",
]
