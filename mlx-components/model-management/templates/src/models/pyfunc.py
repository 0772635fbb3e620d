"""Models as MLflow saves them."""

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd
from mlflow import pyfunc
from mlflow.exceptions import MlflowException

from src.models.errors import InvalidInputError, InvalidModelError
from src.models.model import Row


class TableModel(Protocol):
    """What MLflow loads: something that predicts from a table."""

    def predict(self, data: Any) -> Any: ...


class PyfuncModel:
    """Gives a model that wants a table rows."""

    def __init__(self, model: TableModel) -> None:
        self._model = model

    def predict(self, rows: Sequence[Row]) -> list[Any]:
        try:
            results = self._model.predict(pd.DataFrame.from_records([dict(row) for row in rows]))
        except MlflowException as error:
            raise InvalidInputError(f"the model does not take this: {error.message}") from error
        if isinstance(results, pd.DataFrame):
            return list(results.to_dict(orient="records"))
        # Series and arrays hold numbers of numpy, which JSON does not know.
        plain = results.tolist() if hasattr(results, "tolist") else results
        if not isinstance(plain, list):
            raise InvalidModelError(
                f"the model answers with a {type(plain).__name__}, not with one result a row"
            )
        return [item.item() if hasattr(item, "item") else item for item in plain]


def load_pyfunc(path: str, name: str) -> PyfuncModel:
    """The model in the directory ``path``; ``name`` is for messages.

    Raises:
        InvalidModelError: it is none, or something that it needs is not installed.
    """
    try:
        return PyfuncModel(pyfunc.load_model(path))
    except Exception as error:
        raise InvalidModelError(f"model {name} cannot be loaded: {error}") from error
