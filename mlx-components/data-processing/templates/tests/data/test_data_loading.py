"""What is read from files, and what is refused."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from src.config import ConfigError, load_section
from src.data import CsvSettings, DataLoadError, DataSettings, load_table

Write = Callable[[str, str | bytes], Path]


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def test_csv_as_it_is_written(write: Write) -> None:
    file = write("t.csv", 'id,note\n007,"a, b"\n8,NA\n')
    table = load_table(file, infer=False)
    assert rows(table) == [{"id": "007", "note": "a, b"}, {"id": "8", "note": None}]


def test_csv_with_types(write: Write) -> None:
    file = write("t.csv", "n,x,b,t,gap\n1,1.5,true,a,\n2,,False,1,\n")
    table = load_table(file)
    assert rows(table) == [
        {"n": 1, "x": 1.5, "b": True, "t": "a", "gap": None},
        {"n": 2, "x": None, "b": False, "t": "1", "gap": None},
    ]


def test_csv_of_another_dialect(write: Write) -> None:
    settings = DataSettings(csv=CsvSettings(separator=";", encoding="cp1252", null_values=("-",)))
    file = write("t.csv", "name;x\nJ\xf6rg;-\n".encode("cp1252"))
    assert rows(load_table(file, settings)) == [{"name": "J\xf6rg", "x": None}]


def test_csv_of_spreadsheets(write: Write) -> None:
    file = write("T.CSV", b"\xef\xbb\xbfid , x\r\n1,2\r\n\r\n")
    assert rows(load_table(file)) == [{"id": 1, "x": 2}]


def test_csv_with_a_header_only(write: Write) -> None:
    table = load_table(write("t.csv", "id,x\n"))
    assert (list(table.columns), len(table)) == (["id", "x"], 0)


@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson"])
def test_json_lines(write: Write, name: str) -> None:
    file = write(name, '{"id": 1, "x": 0.5}\n\n{"id": 2, "tags": ["a"]}\n')
    table = load_table(file)
    assert table["id"].tolist() == [1, 2]
    assert all(isinstance(value, int) for value in table["id"])
    assert table["tags"].tolist()[1] == ["a"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.csv", "", "empty"),
        ("t.csv", "a,b\n1,2\n1,2,3\n", "line 3"),
        ("t.csv", "a,,c\n1,2,3\n", "column 2"),
        ("t.csv", "a,a\n1,2\n", "more than one column a"),
        ("t.csv", b"a\n\xff\xfe\n", "utf-8"),
        ("t.jsonl", '{"a": 1}\nnot json\n', ":2"),
        ("t.jsonl", "{}\n\n[1]\n", ":3"),
        ("t.jsonl", b'{"a": "\xff"}\n', "utf-8"),
        ("t.jsonl", "[" * 100_000 + "\n", ":1"),
        ("t.xls", "", ".csv"),
        ("t", "", ".csv"),
    ],
)
def test_a_file_that_cannot_be_read(
    write: Write, name: str, content: str | bytes, told: str
) -> None:
    with pytest.raises(DataLoadError, match=told):
        load_table(write(name, content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataLoadError, match="No such file"):
        load_table(tmp_path / "nothing.csv")


def test_an_encoding_that_is_not_known(write: Write) -> None:
    settings = DataSettings(csv=CsvSettings(encoding="utf-99"))
    with pytest.raises(DataLoadError, match="utf-99"):
        load_table(write("t.csv", "a\n1\n"), settings)


def test_a_file_that_is_too_large(write: Write) -> None:
    file = write("t.csv", "a\n" + "1\n" * 1000)
    with pytest.raises(DataLoadError, match="max_file_mb"):
        load_table(file, DataSettings(max_file_mb=0.001))
    assert len(load_table(file, DataSettings(max_file_mb=0.01))) == 1000


@pytest.fixture
def loading() -> Any:
    return importlib.import_module(load_table.__module__)


def test_parquet_needs_pyarrow(write: Write, monkeypatch: pytest.MonkeyPatch, loading: Any) -> None:
    monkeypatch.setattr(loading, "pyarrow", None)
    with pytest.raises(DataLoadError, match="install"):
        load_table(write("t.parquet", ""))


def test_parquet_is_read_by_pyarrow(
    write: Write, monkeypatch: pytest.MonkeyPatch, loading: Any
) -> None:
    class ArrowError(Exception):
        pass

    def read(path: Path, engine: str) -> pd.DataFrame:
        assert engine == "pyarrow"
        if path.read_bytes() != b"PAR1":
            raise ArrowError("no magic bytes")
        return pd.DataFrame({"a": [1]})

    monkeypatch.setattr(loading, "pyarrow", SimpleNamespace(ArrowException=ArrowError))
    monkeypatch.setattr(pd, "read_parquet", read)
    assert rows(load_table(write("t.parquet", "PAR1"))) == [{"a": 1}]
    with pytest.raises(DataLoadError, match="not Parquet"):
        load_table(write("t.parquet", "PK"))


def test_variables_reach_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_section("data", DataSettings) == DataSettings()
    monkeypatch.setenv("DATA_MAX_FILE_MB", "3")
    monkeypatch.setenv("DATA_SPLIT_SEED", "7")
    settings = load_section("data", DataSettings)
    assert (settings.max_file_mb, settings.split.seed) == (3, 7)
    monkeypatch.setenv("DATA_MAX_FILE_MB", "-3")
    with pytest.raises(ConfigError):
        load_section("data", DataSettings)
