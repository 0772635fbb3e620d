"""What every transformation can do."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import pandas as pd

from src.data.errors import NotFittedError, TransformError


@runtime_checkable
class Transform(Protocol):
    """Learns from one table, and changes others the same way. Never changes the table it is given.

    ``state`` is all that it is and has learned, as JSON knows it; ``from_state`` is the same
    transformation again.
    """

    kind: ClassVar[str]

    def fit(self, table: pd.DataFrame) -> Self:
        """Learn from ``table``, instead of what was learned before.

        Raises:
            TransformError: a column is missing, or has nothing to learn from.
        """
        ...

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """A changed copy.

        Raises:
            NotFittedError: nothing was learned yet.
            TransformError: a column is missing.
        """
        ...

    def state(self) -> dict[str, Any]: ...

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self: ...


def require_columns(table: pd.DataFrame, columns: Sequence[str], kind: str) -> None:
    """
    Raises:
        TransformError: one is missing.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise TransformError(f"{kind}: the table has no column {', '.join(missing)}")


def require_fitted(learned: Mapping[str, Any] | None, kind: str) -> Mapping[str, Any]:
    """
    Raises:
        NotFittedError: ``learned`` is None.
    """
    if learned is None:
        raise NotFittedError(f"{kind} was not fitted; call fit with the training table first")
    return learned


def present_values(table: pd.DataFrame, column: str, kind: str) -> "pd.Series[Any]":
    """The values of a column that are there.

    Raises:
        TransformError: there are none.
    """
    values = table[column].dropna()
    if values.empty:
        raise TransformError(f"{kind}: the column {column} has no values to learn from")
    return values


def numbers(table: pd.DataFrame, column: str, kind: str) -> "pd.Series[Any]":
    """A column as floating point numbers; gaps stay gaps.

    Raises:
        TransformError: it holds something else.
    """
    try:
        return table[column].astype("Float64").astype("float64")
    except (TypeError, ValueError) as error:
        raise TransformError(f"{kind}: the column {column} holds what is no number") from error
