"""What is for training, and what for testing; and what a table holds."""

from collections.abc import Callable

import pandas as pd
import pytest

from src.data import (
    ColumnSummary,
    TransformError,
    describe,
    split_by_key,
    split_by_time,
    split_rows,
)

Table = pd.DataFrame


@pytest.fixture
def table() -> Table:
    """Ten rows a customer, of which every fifth has churned; in order of time."""
    return pd.DataFrame(
        {
            "customer": [f"c{number % 100}" for number in range(1000)],
            "churned": [number % 5 == 0 for number in range(1000)],
            "day": pd.date_range("2025-01-01", periods=1000),
        }
    )


SPLITS = [
    pytest.param(lambda table: split_rows(table, 0.2, 42), id="rows"),
    pytest.param(lambda table: split_rows(table, 0.2, 42, stratify="churned"), id="stratified"),
    pytest.param(lambda table: split_by_key(table, "customer", 0.2), id="key"),
    pytest.param(lambda table: split_by_time(table, "day", 0.2), id="time"),
]


@pytest.mark.parametrize("split", SPLITS)
def test_every_row_is_on_one_side_in_its_order(
    table: Table, split: Callable[[Table], tuple[Table, Table]]
) -> None:
    training, testing = split(table)
    assert sorted([*training.index, *testing.index]) == list(table.index)
    assert training.index.is_monotonic_increasing
    assert len(testing) == pytest.approx(200, abs=80)
    again = split(table)
    pd.testing.assert_frame_equal(testing, again[1])


def test_chance_is_the_seeds(table: Table) -> None:
    assert list(split_rows(table, 0.2, 1)[1].index) != list(split_rows(table, 0.2, 2)[1].index)


def test_strata_have_one_ratio(table: Table) -> None:
    _, testing = split_rows(table, 0.2, 42, stratify="churned")
    assert testing["churned"].sum() == 40


def test_gaps_are_a_stratum() -> None:
    table = pd.DataFrame({"a": ["x", "x", None, None]})
    _, testing = split_rows(table, 0.5, 42, stratify="a")
    assert testing["a"].isna().tolist().count(True) == 1


def test_a_key_stays_on_its_side_when_rows_are_added(table: Table) -> None:
    training, testing = split_by_key(table, "customer", 0.2)
    assert not set(training["customer"]) & set(testing["customer"])
    _, before = split_by_key(table.iloc[:500], "customer", 0.2)
    assert set(before["customer"]) <= set(testing["customer"])
    _, salted = split_by_key(table, "customer", 0.2, salt="second")
    assert set(salted["customer"]) != set(testing["customer"])


def test_the_last_is_for_testing_whatever_the_order(table: Table) -> None:
    training, testing = split_by_time(table.sample(frac=1, random_state=1), "day", 0.2)
    assert training["day"].max() < testing["day"].min()
    assert len(testing) == 200


def test_one_moment_is_not_cut_in_two() -> None:
    training, testing = split_by_time(pd.DataFrame({"t": [1, 2, 2, 2]}), "t", 0.25)
    assert (training["t"].tolist(), testing["t"].tolist()) == ([1], [2, 2, 2])


@pytest.mark.parametrize(
    "split",
    [
        lambda table: split_rows(table.iloc[:1], 0.2, 42),
        lambda table: split_rows(table.iloc[:0], 0.2, 42, stratify="churned"),
        lambda table: split_rows(table, 0.2, 42, stratify="nothing"),
        lambda table: split_by_key(table, "nothing", 0.2),
        lambda table: split_by_key(table.iloc[:1], "customer", 0.2),
        lambda table: split_by_time(table.iloc[:0], "day", 0.2),
        lambda table: split_by_time(table.assign(day=None), "day", 0.2),
    ],
)
def test_a_table_that_cannot_be_split(table: Table, split: Callable[[Table], object]) -> None:
    with pytest.raises(TransformError):
        split(table)


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_a_share_that_leaves_nothing(table: Table, share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        split_by_key(table, "customer", share)


def test_description() -> None:
    table = pd.DataFrame(
        {
            "n": [1, 3, 3],
            "x": [0.5, None, None],
            "t": ["a", None, "b"],
            "b": [True, False, True],
            "d": pd.to_datetime(["2025-01-01"] * 3),
            "l": [["a"], ["a"], {"b": 1}],
            "gap": [None, None, None],
        }
    )
    assert describe(table) == [
        ColumnSummary("n", "number", 3, 0, 2, 1, 3, pytest.approx(7 / 3)),  # type: ignore[arg-type]
        ColumnSummary("x", "number", 3, 2, 1, 0.5, 0.5, 0.5),
        ColumnSummary("t", "text", 3, 1, 2),
        ColumnSummary("b", "boolean", 3, 0, 2),
        ColumnSummary("d", "timestamp", 3, 0, 1),
        ColumnSummary("l", "text", 3, 0, 2),
        ColumnSummary("gap", "text", 3, 3, 0),
    ]
