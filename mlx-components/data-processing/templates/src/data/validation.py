"""Holds a table against its schema, and says everything that is wrong with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from src.data.errors import InvalidDataError
from src.data.loading import load_table
from src.data.schema import ColumnSchema, TableSchema
from src.data.settings import DataSettings
from src.data.values import DTYPES, PARSERS, is_null

_SHOWN = 20


@dataclass(frozen=True)
class DataProblem:
    """One thing that is wrong. ``row`` counts rows of data from 1; None: the whole column.

    ``value`` is the value at fault. It may be somebody's: the text of a problem leaves it out.
    """

    column: str
    message: str
    row: int | None = None
    value: Any = None

    def __str__(self) -> str:
        place = self.column if self.row is None else f"row {self.row}, {self.column}"
        return f"{place}: {self.message}"


@dataclass(frozen=True)
class ValidationReport:
    """``problems`` by row, those of whole columns first.

    ``table`` has the columns in the order of the schema, and their types; values with a problem are
    missing from it.
    """

    problems: tuple[DataProblem, ...]
    table: pd.DataFrame

    @property
    def is_valid(self) -> bool:
        return not self.problems

    def checked(self) -> pd.DataFrame:
        """The table, if it is valid.

        Raises:
            InvalidDataError: it is not.
        """
        if self.problems:
            shown = [str(problem) for problem in self.problems[:_SHOWN]]
            if len(self.problems) > _SHOWN:
                shown.append(f"and {len(self.problems) - _SHOWN} more")
            raise InvalidDataError("\n".join(shown))
        return self.table


def validate(table: pd.DataFrame, schema: TableSchema) -> ValidationReport:
    """Check every value of ``table``, which stays as it is."""
    problems: list[DataProblem] = []
    columns: dict[str, pd.Series[Any]] = {}
    for name, rules in schema.columns.items():
        if name not in table.columns:
            if rules.required:
                problems.append(DataProblem(name, "this column is missing"))
            continue
        columns[name] = _check_column(name, table[name], rules, problems)
    extra = [str(name) for name in table.columns if name not in schema.columns]
    if schema.extra_columns == "forbid":
        problems += [DataProblem(name, "this column is not in the schema") for name in extra]
    elif schema.extra_columns == "keep":
        columns.update({name: table[name].reset_index(drop=True) for name in extra})
    order = {name: number for number, name in enumerate([*schema.columns, *extra])}
    problems.sort(key=lambda problem: (problem.row or 0, order[problem.column]))
    return ValidationReport(tuple(problems), pd.DataFrame(columns, index=range(len(table))))


def load_validated(
    path: str | Path, schema: TableSchema, settings: DataSettings | None = None
) -> ValidationReport:
    """:func:`load_table` and :func:`validate` in one, which see the values as they are written."""
    return validate(load_table(path, settings, infer=False), schema)


def _check_column(
    name: str, column: "pd.Series[Any]", rules: ColumnSchema, problems: list[DataProblem]
) -> "pd.Series[Any]":
    parse = PARSERS[rules.type]
    pattern = re.compile(rules.pattern) if rules.pattern is not None else None
    seen: dict[Any, int] = {}
    values: list[Any] = []
    for row, raw in enumerate(column.tolist(), 1):
        value: Any = None
        if is_null(raw):
            messages = [] if rules.nullable else ["has no value"]
        else:
            try:
                value = parse(raw)
                messages = [*_broken_rules(value, rules, pattern)]
            except ValueError as error:
                messages = [str(error)]
            else:
                if rules.unique and seen.setdefault(value, row) != row:
                    messages.append(f"is the same as in row {seen[value]}")
        problems += [DataProblem(name, message, row, raw) for message in messages]
        values.append(None if messages else value)
    return pd.Series(values, dtype=DTYPES[rules.type], name=name)


def _broken_rules(
    value: Any, rules: ColumnSchema, pattern: re.Pattern[str] | None
) -> Iterator[str]:
    if rules.minimum is not None and value < rules.minimum:
        yield f"is less than {rules.minimum:g}"
    if rules.maximum is not None and value > rules.maximum:
        yield f"is more than {rules.maximum:g}"
    if pattern is not None and not pattern.fullmatch(value):
        yield f"does not match {pattern.pattern}"
    if rules.allowed is not None and value not in rules.allowed:
        yield f"is not one of {', '.join(str(choice) for choice in rules.allowed)}"
