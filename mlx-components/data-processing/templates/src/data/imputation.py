"""Fills gaps."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self, get_args

import pandas as pd

from src.data.errors import TransformError
from src.data.transform import numbers, present_values, require_columns, require_fitted

Strategy = Literal["mean", "median", "most-frequent", "constant"]


class Impute:
    """Puts one value into the gaps of each column: what ``strategy`` found, or ``value``.

    With ``flag`` a column ``COLUMN_missing`` of 0 and 1 says where there was a gap.
    """

    kind: ClassVar[str] = "impute"

    def __init__(
        self,
        columns: Sequence[str],
        strategy: Strategy = "median",
        *,
        value: str | float | bool | None = None,
        flag: bool = False,
    ) -> None:
        if strategy not in get_args(Strategy):
            raise ValueError(f"{strategy!r} is none of {', '.join(get_args(Strategy))}")
        if (strategy == "constant") != (value is not None):
            raise ValueError("the strategy `constant` needs a value, the others take none")
        self._columns = tuple(columns)
        self._strategy: Strategy = strategy
        self._value = value
        self._flag = flag
        self._learned: dict[str, Any] | None = None

    def fit(self, table: pd.DataFrame) -> Self:
        require_columns(table, self._columns, self.kind)
        self._learned = {name: self._fill(table, name) for name in self._columns}
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        learned = require_fitted(self._learned, self.kind)
        require_columns(table, self._columns, self.kind)
        filled = table.copy()
        for name, value in learned.items():
            gaps = table[name].isna()
            try:
                filled[name] = self._without_gaps(table[name], value)
            except (TypeError, ValueError) as error:
                raise TransformError(
                    f"{self.kind}: {value!r} is no value for the column {name}"
                ) from error
            if self._flag:
                filled[f"{name}_missing"] = gaps.astype("int64")
        return filled

    def state(self) -> dict[str, Any]:
        learned = require_fitted(self._learned, self.kind)
        return {
            "columns": dict(learned),
            "strategy": self._strategy,
            "value": self._value,
            "flag": self._flag,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        made = cls(
            tuple(state["columns"]),
            state["strategy"],
            value=state["value"],
            flag=bool(state["flag"]),
        )
        made._learned = dict(state["columns"])
        return made

    def _fill(self, table: pd.DataFrame, name: str) -> Any:
        if self._strategy == "constant":
            return self._value
        present = present_values(table, name, self.kind)
        if self._strategy == "most-frequent":
            counts = present.value_counts()
            most = counts[counts == counts.max()].index
            found = min(most, key=str)  # of several that are equally frequent, always the same
            return found.item() if hasattr(found, "item") else found
        values = numbers(table, name, self.kind)
        return float(values.mean() if self._strategy == "mean" else values.median())

    @staticmethod
    def _without_gaps(column: "pd.Series[Any]", value: Any) -> "pd.Series[Any]":
        # The mean of integers is rarely one.
        if isinstance(value, float) and pd.api.types.is_integer_dtype(column):
            column = column.astype("Float64").astype("float64")
        if column.dtype == object:
            return column.where(column.notna(), value)
        return column.fillna(value)
