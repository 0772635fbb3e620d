"""Makes numbers of categories."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import pandas as pd

from src.data.errors import TransformError
from src.data.transform import present_values, require_columns, require_fitted


class OneHot:
    """A column of 0 and 1 for each category, ``COLUMN=CATEGORY``, in place of the column.

    Categories are compared as text. One that was not seen, like a gap, is 0 in all of them. More
    than ``max_categories`` are refused: such a column is an identifier, not a category.
    """

    kind: ClassVar[str] = "one-hot"

    def __init__(self, columns: Sequence[str], *, max_categories: int = 100) -> None:
        self._columns = tuple(columns)
        self._max_categories = max_categories
        self._learned: dict[str, list[str]] | None = None

    def fit(self, table: pd.DataFrame) -> Self:
        learned = _categories(table, self._columns, self.kind)
        for name, categories in learned.items():
            if len(categories) > self._max_categories:
                raise TransformError(
                    f"{self.kind}: the column {name} has {len(categories)} categories, "
                    f"and {self._max_categories} are allowed"
                )
        self._learned = learned
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        learned = require_fitted(self._learned, self.kind)
        require_columns(table, self._columns, self.kind)
        parts = [table.drop(columns=list(self._columns))]
        for name, categories in learned.items():
            texts = _texts(table[name])
            parts.append(
                pd.DataFrame(
                    {f"{name}={one}": texts.eq(one).astype("int64") for one in categories},
                    index=table.index,
                )
            )
        return pd.concat(parts, axis=1)

    def state(self) -> dict[str, Any]:
        learned = require_fitted(self._learned, self.kind)
        return {"columns": dict(learned), "max_categories": self._max_categories}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        made = cls(tuple(state["columns"]), max_categories=int(state["max_categories"]))
        made._learned = {name: list(values) for name, values in state["columns"].items()}
        return made


class Ordinal:
    """The number of the category, from 0; -1 for one that was not seen, and for a gap.

    ``orders`` gives the categories of a column from low to high; without, they are sorted.
    """

    kind: ClassVar[str] = "ordinal"

    def __init__(
        self, columns: Sequence[str], *, orders: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._columns = tuple(columns)
        self._orders = {name: list(order) for name, order in (orders or {}).items()}
        self._learned: dict[str, list[str]] | None = None

    def fit(self, table: pd.DataFrame) -> Self:
        self._learned = {**_categories(table, self._columns, self.kind), **self._orders}
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        learned = require_fitted(self._learned, self.kind)
        require_columns(table, self._columns, self.kind)
        encoded = table.copy()
        for name in self._columns:
            numbers = {category: number for number, category in enumerate(learned[name])}
            encoded[name] = _texts(table[name]).map(numbers).fillna(-1).astype("int64")
        return encoded

    def state(self) -> dict[str, Any]:
        learned = require_fitted(self._learned, self.kind)
        return {"columns": {name: learned[name] for name in self._columns}}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        made = cls(tuple(state["columns"]))
        made._learned = {name: list(values) for name, values in state["columns"].items()}
        return made


def _categories(table: pd.DataFrame, columns: Sequence[str], kind: str) -> dict[str, list[str]]:
    require_columns(table, columns, kind)
    return {
        name: sorted({str(value) for value in present_values(table, name, kind)})
        for name in columns
    }


def _texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.map(str, na_action="ignore").astype(object)
