"""Says what is in a table."""

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class ColumnSummary:
    """One column. ``minimum``, ``maximum`` and ``mean`` are for numbers, else None."""

    name: str
    type: str
    rows: int
    missing: int
    distinct: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None


def describe(table: pd.DataFrame) -> list[ColumnSummary]:
    """A summary of each column, in their order."""
    return [_summary(str(name), table[name]) for name in table.columns]


def _summary(name: str, column: "pd.Series[Any]") -> ColumnSummary:
    present = column.dropna()
    is_boolean = pd.api.types.is_bool_dtype(column)
    is_number = pd.api.types.is_numeric_dtype(column) and not is_boolean
    has_numbers = is_number and len(present) > 0
    return ColumnSummary(
        name=name,
        type="boolean" if is_boolean else "number" if is_number else _kind(column),
        rows=len(column),
        missing=len(column) - len(present),
        distinct=len({repr(value) for value in present}),
        minimum=float(present.min()) if has_numbers else None,
        maximum=float(present.max()) if has_numbers else None,
        mean=float(present.mean()) if has_numbers else None,
    )


def _kind(column: "pd.Series[Any]") -> str:
    return "timestamp" if pd.api.types.is_datetime64_any_dtype(column) else "text"
