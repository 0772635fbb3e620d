"""Every value that does not match its schema is reported, with its row."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from src.data import (
    ColumnSchema,
    InvalidDataError,
    SchemaError,
    TableSchema,
    load_schema,
    load_validated,
    validate,
)

Write = Callable[[str, str | bytes], Path]


def check(value: Any, **rules: Any) -> tuple[list[str], Any]:
    """The messages about a single value, and what became of it."""
    schema = TableSchema(columns={"a": ColumnSchema(**rules)})
    report = validate(pd.DataFrame({"a": pd.Series([value], dtype=object)}), schema)
    return [problem.message for problem in report.problems], report.table["a"].tolist()[0]


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("integer", "7", 7),
        ("integer", " -7 ", -7),
        ("integer", 7.0, 7),
        ("integer", np.int64(7), 7),
        ("integer", "9223372036854775807", 2**63 - 1),
        ("integer", 2**63 - 1, 2**63 - 1),
        ("number", "1.5e3", 1500.0),
        ("number", ".5", 0.5),
        ("number", 3, 3.0),
        ("text", "007", "007"),
        ("boolean", "TRUE", True),
        ("boolean", 0, False),
        ("boolean", np.True_, True),
        ("timestamp", "2025-01-31", datetime(2025, 1, 31, tzinfo=UTC)),
        ("timestamp", "2025-01-31T12:00:00+02:00", datetime(2025, 1, 31, 10, tzinfo=UTC)),
        ("timestamp", pd.Timestamp("2025-01-31"), datetime(2025, 1, 31, tzinfo=UTC)),
        ("timestamp", date(2025, 1, 31), datetime(2025, 1, 31, tzinfo=UTC)),
    ],
)
def test_values_become_their_type(kind: str, value: Any, result: Any) -> None:
    assert check(value, type=kind) == ([], result)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("integer", value) for value in ("1.5", 1.5, "1_0", "x", True, "9" * 19, 2**63, [1])),
        *(("integer", value) for value in (10**400, float("inf"), "", {"a": 1})),
        *(("number", value) for value in ("1,5", "inf", "nan", "1_0", "0x1", True, 10**400, "")),
        *(("text", value) for value in (1, True, ["a"])),
        *(("boolean", value) for value in ("maybe", 2, [True], "")),
        *(("timestamp", value) for value in ("31.1.2025", "soon", 1738281600, "2025-13-01")),
        ("timestamp", "0001-01-01T00:00:00+12:00"),
    ],
)
def test_values_of_another_type(kind: str, value: Any) -> None:
    messages, result = check(value, type=kind)
    assert len(messages) == 1
    assert pd.isna(result)


@pytest.mark.parametrize(
    ("rules", "good", "bad"),
    [
        ({"type": "integer", "minimum": 0}, 0, -1),
        ({"type": "number", "maximum": 1.5}, 1.5, 1.6),
        ({"type": "text", "pattern": "[A-Z]{2}"}, "DE", "DEU"),
        ({"type": "text", "allowed": ["a", "b"]}, "a", "c"),
        ({"type": "integer", "allowed": [1, 2]}, "2", "3"),
    ],
)
def test_rules(rules: dict[str, Any], good: Any, bad: Any) -> None:
    assert check(good, **rules)[0] == []
    assert len(check(bad, **rules)[0]) == 1


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA, pd.NaT])
@pytest.mark.parametrize("kind", ["integer", "number", "text", "boolean", "timestamp"])
def test_gaps(gap: Any, kind: str) -> None:
    assert check(gap, type=kind)[0] == ["has no value"]
    messages, value = check(gap, type=kind, nullable=True)
    assert messages == []
    assert pd.isna(value)


def test_a_value_may_break_several_rules() -> None:
    messages, _ = check(5, type="integer", maximum=3, allowed=[1])
    assert len(messages) == 2


SCHEMA = """\
columns:
  id: {type: integer, unique: true}
  age: {type: integer, minimum: 0, maximum: 150}
  plan: {type: text, allowed: [free, paid], nullable: true}
  note: {type: text, required: false}
"""


def test_all_problems_are_reported_in_order(write: Write) -> None:
    schema = load_schema(write("schema.yaml", SCHEMA))
    file = write("t.csv", "age,id,extra\n-1,1,x\n30,1,x\n,x,x\n")
    report = load_validated(file, schema)
    assert [(p.row, p.column, p.value) for p in report.problems][:3] == [
        (None, "plan", None),
        (None, "extra", None),
        (1, "age", "-1"),
    ]
    assert [(p.row, p.column) for p in report.problems][3:] == [(2, "id"), (3, "id"), (3, "age")]
    assert "row 1" in report.problems[3].message
    assert not report.is_valid


def test_a_valid_table_has_types_and_the_order_of_the_schema(write: Write) -> None:
    schema = load_schema(write("schema.yaml", SCHEMA))
    file = write("t.csv", "plan,age,id\nfree,30,1\n,31,2\n")
    table = load_validated(file, schema).checked()
    assert list(table.columns) == ["id", "age", "plan"]
    assert [str(dtype) for dtype in table.dtypes] == ["Int64", "Int64", "object"]
    assert table["plan"].tolist() == ["free", None]


def test_an_invalid_table_is_not_given_out(write: Write) -> None:
    schema = TableSchema(columns={"a": ColumnSchema(type="integer")})
    file = write("t.csv", "a\n" + "hunter2\n" * 30)
    with pytest.raises(InvalidDataError, match=r"row 1, a.*\n(.*\n)+and 10 more") as caught:
        load_validated(file, schema).checked()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("extra", "columns"), [("keep", ["a", "b"]), ("drop", ["a"])])
def test_other_columns(extra: Any, columns: list[str]) -> None:
    schema = TableSchema(columns={"a": ColumnSchema(type="integer")}, extra_columns=extra)
    table = pd.DataFrame({"b": ["x"], "a": ["1"]}, index=[9])
    assert list(validate(table, schema).checked().columns) == columns
    assert table["a"].tolist() == ["1"]


def test_a_table_without_rows_is_valid() -> None:
    schema = TableSchema(columns={"a": ColumnSchema(type="timestamp")})
    assert validate(pd.DataFrame({"a": []}), schema).is_valid


@pytest.mark.parametrize(
    "rules",
    [
        {"type": "text", "minimum": 1},
        {"type": "integer", "pattern": "x"},
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"type": "text", "pattern": "("},
        {"type": "decimal"},
        {"type": "text", "lenght": 1},
    ],
)
def test_rules_that_make_no_sense(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ColumnSchema(**rules)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: {a: {type: integer, minmum: 1}, b: {type: x}}", r"columns\.a.*columns\.b"),
        ("", "the file"),
        ("columns: {}", "columns"),
        ("columns: [", "cannot be read"),
    ],
)
def test_a_schema_that_cannot_be_used(write: Write, text: str, told: str) -> None:
    with pytest.raises(SchemaError, match=told):
        load_schema(write("schema.yaml", text))


def test_a_schema_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SchemaError):
        load_schema(tmp_path / "nothing.yaml")
