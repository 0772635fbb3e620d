"""Brings numbers to one scale."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import pandas as pd

from src.data.transform import numbers, present_values, require_columns, require_fitted


class Standardize:
    """Mean 0 and standard deviation 1. A column that never changes becomes 0. Gaps stay gaps."""

    kind: ClassVar[str] = "standardize"

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._learned: dict[str, tuple[float, float]] | None = None

    def fit(self, table: pd.DataFrame) -> Self:
        require_columns(table, self._columns, self.kind)
        learned = {}
        for name in self._columns:
            present_values(table, name, self.kind)
            values = numbers(table, name, self.kind)
            learned[name] = (float(values.mean()), float(values.std(ddof=0)))
        self._learned = learned
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        learned = require_fitted(self._learned, self.kind)
        require_columns(table, self._columns, self.kind)
        scaled = table.copy()
        for name, (mean, deviation) in learned.items():
            scaled[name] = (numbers(table, name, self.kind) - mean) / (deviation or 1.0)
        return scaled

    def state(self) -> dict[str, Any]:
        learned = require_fitted(self._learned, self.kind)
        return {"columns": {name: list(values) for name, values in learned.items()}}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        made = cls(tuple(state["columns"]))
        made._learned = {
            name: (float(mean), float(deviation))
            for name, (mean, deviation) in state["columns"].items()
        }
        return made


class MinMax:
    """From 0 to 1 over what was seen; what lies outside is cut off if ``clip``. Gaps stay gaps."""

    kind: ClassVar[str] = "min-max"

    def __init__(self, columns: Sequence[str], *, clip: bool = True) -> None:
        self._columns = tuple(columns)
        self._clip = clip
        self._learned: dict[str, tuple[float, float]] | None = None

    def fit(self, table: pd.DataFrame) -> Self:
        require_columns(table, self._columns, self.kind)
        learned = {}
        for name in self._columns:
            present_values(table, name, self.kind)
            values = numbers(table, name, self.kind)
            learned[name] = (float(values.min()), float(values.max()))
        self._learned = learned
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        learned = require_fitted(self._learned, self.kind)
        require_columns(table, self._columns, self.kind)
        scaled = table.copy()
        for name, (low, high) in learned.items():
            share = (numbers(table, name, self.kind) - low) / ((high - low) or 1.0)
            scaled[name] = share.clip(0, 1) if self._clip else share
        return scaled

    def state(self) -> dict[str, Any]:
        learned = require_fitted(self._learned, self.kind)
        columns = {name: list(values) for name, values in learned.items()}
        return {"columns": columns, "clip": self._clip}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        made = cls(tuple(state["columns"]), clip=bool(state["clip"]))
        made._learned = {
            name: (float(low), float(high)) for name, (low, high) in state["columns"].items()
        }
        return made
