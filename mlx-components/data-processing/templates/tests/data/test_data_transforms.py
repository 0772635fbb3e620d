"""What transformations learn, and what they do with it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd
import pytest

from src.data import (
    Impute,
    MinMax,
    NotFittedError,
    OneHot,
    Ordinal,
    Pipeline,
    Standardize,
    Transform,
    TransformError,
)

TRAINING = pd.DataFrame(
    {
        "age": [20.0, 40.0, None],
        "visits": pd.array([1, 2, None], dtype="Int64"),
        "plan": ["free", "paid", None],
        "same": [5, 5, 5],
    }
)
SEEN_LATER = pd.DataFrame(
    {"age": [60.0, None], "visits": [0, 3], "plan": ["gold", "free"], "same": [5, 6]}, index=[7, 3]
)


def apply(transform: Transform, column: str, table: pd.DataFrame = SEEN_LATER) -> list[Any]:
    values = transform.fit(TRAINING).transform(table)[column].tolist()
    return [None if pd.isna(value) else value for value in values]


def test_standardize() -> None:
    assert apply(Standardize(["age"]), "age", TRAINING) == [-1, 1, None]
    assert apply(Standardize(["age", "visits"]), "age") == [3, None]
    assert apply(Standardize(["visits"]), "visits", TRAINING) == [-1, 1, None]
    assert apply(Standardize(["same"]), "same") == [0, 1]


def test_min_max() -> None:
    assert apply(MinMax(["age"]), "age", TRAINING) == [0, 1, None]
    assert apply(MinMax(["age"]), "age") == [1, None]
    assert apply(MinMax(["age"], clip=False), "age") == [2, None]
    assert apply(MinMax(["same"]), "same") == [0, 1]


def test_one_hot() -> None:
    transformed = OneHot(["plan"]).fit(TRAINING).transform(SEEN_LATER)
    assert list(transformed.columns) == ["age", "visits", "same", "plan=free", "plan=paid"]
    assert transformed["plan=free"].tolist() == [0, 1]
    assert transformed["plan=paid"].tolist() == [0, 0]
    assert transformed.index.tolist() == [7, 3]
    assert apply(OneHot(["plan"]), "plan=free", TRAINING) == [1, 0, 0]


def test_one_hot_of_an_identifier() -> None:
    with pytest.raises(TransformError, match="2 categories"):
        OneHot(["plan"], max_categories=1).fit(TRAINING)


def test_ordinal() -> None:
    assert apply(Ordinal(["plan"]), "plan") == [-1, 0]
    assert apply(Ordinal(["plan"]), "plan", TRAINING) == [0, 1, -1]
    ordered = Ordinal(["plan"], orders={"plan": ["free", "paid", "gold"]})
    assert apply(ordered, "plan") == [2, 0]


@pytest.mark.parametrize(
    ("impute", "column", "result"),
    [
        (Impute(["age"], "mean"), "age", [20, 40, 30]),
        (Impute(["visits"]), "visits", [1, 2, 1.5]),
        (Impute(["plan"], "most-frequent"), "plan", ["free", "paid", "free"]),
        (Impute(["visits"], "most-frequent"), "visits", [1, 2, 1]),
        (Impute(["plan"], "constant", value="none"), "plan", ["free", "paid", "none"]),
        (Impute(["visits"], "constant", value=0), "visits", [1, 2, 0]),
        (Impute(["age"], flag=True), "age_missing", [0, 0, 1]),
    ],
)
def test_impute(impute: Impute, column: str, result: list[Any]) -> None:
    assert apply(impute, column, TRAINING) == result


def test_a_value_that_does_not_fit_into_the_column() -> None:
    with pytest.raises(TransformError, match="visits"):
        apply(Impute(["visits"], "constant", value="many"), "visits", TRAINING)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Impute(["a"], "mode"),  # type: ignore[arg-type]
        lambda: Impute(["a"], "constant"),
        lambda: Impute(["a"], "mean", value=1),
    ],
)
def test_an_imputation_that_makes_no_sense(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="constant"):
        make()


ALL: list[Callable[[list[str]], Transform]] = [Standardize, MinMax, OneHot, Ordinal, Impute]


@pytest.mark.parametrize("make", ALL)
def test_every_transformation_keeps_its_word(make: Callable[[list[str]], Transform]) -> None:
    before = TRAINING.copy()
    transform = make(["age"])
    with pytest.raises(NotFittedError):
        transform.transform(TRAINING)
    with pytest.raises(NotFittedError):
        transform.state()
    with pytest.raises(TransformError, match="height"):
        make(["height"]).fit(TRAINING)
    with pytest.raises(TransformError, match="no values"):
        make(["age"]).fit(TRAINING.iloc[2:])
    transform.fit(TRAINING)
    with pytest.raises(TransformError, match="age"):
        transform.transform(TRAINING[["plan"]])
    again = type(transform).from_state(json.loads(json.dumps(transform.state())))
    pd.testing.assert_frame_equal(again.transform(SEEN_LATER), transform.transform(SEEN_LATER))
    assert again.state() == transform.state()
    pd.testing.assert_frame_equal(TRAINING, before)


@pytest.mark.parametrize("make", [Standardize, MinMax, Impute])
def test_text_is_no_number(make: Callable[[list[str]], Transform]) -> None:
    with pytest.raises(TransformError, match="plan"):
        make(["plan"]).fit(TRAINING)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(
        [
            Impute(["age", "visits"], flag=True),
            Impute(["plan"], "constant", value="none"),
            Standardize(["age"]),
            MinMax(["visits"]),
            OneHot(["plan"]),
        ]
    )


def test_steps_learn_from_what_is_before_them(pipeline: Pipeline) -> None:
    transformed = pipeline.fit_transform(TRAINING)
    assert not transformed.isna().any().any()
    assert transformed["plan=none"].tolist() == [0, 0, 1]
    pd.testing.assert_frame_equal(pipeline.transform(TRAINING), transformed)


def test_what_was_learned_survives_in_a_file(pipeline: Pipeline, tmp_path: Path) -> None:
    file = tmp_path / "pipeline.json"
    expected = pipeline.fit(TRAINING).transform(SEEN_LATER)
    pipeline.save(file)
    pd.testing.assert_frame_equal(Pipeline.load(file).transform(SEEN_LATER), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["pipeline.json"]


def test_what_was_not_learned_is_not_saved(pipeline: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        pipeline.save(tmp_path / "pipeline.json")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_disk_leaves_nothing_behind(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        pipeline.fit(TRAINING).save(tmp_path / "pipeline.json")
    assert list(tmp_path.iterdir()) == []


class Doubled:
    kind: ClassVar[str] = "doubled"

    def fit(self, _: pd.DataFrame) -> Self:
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(age=table["age"] * 2)

    def state(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_state(cls, _: Mapping[str, Any]) -> Self:
        return cls()


def test_a_transformation_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.json"
    Pipeline([Doubled()]).fit(TRAINING).save(file)
    loaded = Pipeline.load(file, [Doubled])
    assert loaded.transform(TRAINING)["age"].tolist()[:2] == [40, 80]
    with pytest.raises(TransformError, match="'doubled'"):
        Pipeline.load(file)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 2, "steps": []}', '{"format": 1, "steps": [{"kind": "impute"}]}'],
)
def test_a_file_that_is_no_pipeline(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pipeline.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TransformError, match="pipeline"):
        Pipeline.load(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TransformError):
        Pipeline.load(tmp_path / "nothing.json")
