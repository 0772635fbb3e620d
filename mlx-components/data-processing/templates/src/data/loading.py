"""Reads tables from files: CSV, JSON Lines, and Parquet where pyarrow is installed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from src.data.errors import DataLoadError
from src.data.settings import CsvSettings, DataSettings

try:
    import pyarrow
except ImportError:
    pyarrow = None


def load_table(
    path: str | Path, settings: DataSettings | None = None, *, infer: bool = True
) -> pd.DataFrame:
    """The table in ``path``; its suffix says how it is written. Rows are counted from 0.

    With ``infer`` a column of CSV gets the type that all its cells have. Without, cells stay the
    text that they are, which is what validation needs: ``007`` is not 7.

    Raises:
        DataLoadError: the file is missing, too large, of no known kind, or malformed.
    """
    settings = settings or DataSettings()
    file = Path(path)
    read = _READERS.get(file.suffix.lower())
    if read is None:
        raise DataLoadError(
            f"{file}: the kind of file is told by its suffix, which is one of {', '.join(_READERS)}"
        )
    try:
        size = file.stat().st_size
        if size > settings.max_file_mb * 2**20:
            raise DataLoadError(
                f"{file} has {size / 2**20:.1f} MB, and {settings.max_file_mb:g} are allowed "
                "(data.max_file_mb)"
            )
        table = read(file, settings.csv, infer)
    except OSError as error:
        raise DataLoadError(f"{file} cannot be read: {error.strerror or error}") from error
    repeated = sorted({str(name) for name in table.columns[table.columns.duplicated()]})
    if repeated:
        raise DataLoadError(f"{file} has more than one column {', '.join(repeated)}")
    return table


def _read_csv(file: Path, settings: CsvSettings, infer: bool) -> pd.DataFrame:
    try:
        # The header is read as a row like any other: pandas would rename repeated columns.
        cells = pd.read_csv(
            file,
            sep=settings.separator,
            encoding=settings.encoding,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_values=list(settings.null_values),
            skip_blank_lines=True,
        )
    except pd.errors.EmptyDataError:
        raise DataLoadError(f"{file} is empty; its first line must name the columns") from None
    except pd.errors.ParserError as error:
        raise DataLoadError(f"{file}: {error}") from error
    except (UnicodeError, LookupError) as error:
        raise DataLoadError(f"{file} is not {settings.encoding}: {error}") from error
    header = cells.iloc[0]
    if header.isna().any():
        position = int(header.isna().to_numpy().argmax()) + 1
        raise DataLoadError(f"{file}:1: column {position} has no name")
    table = cells.iloc[1:].reset_index(drop=True)
    table.columns = pd.Index([str(name).removeprefix("\ufeff").strip() for name in header])
    return table.apply(_inferred) if infer and len(table) else table


def _inferred(column: "pd.Series[Any]") -> "pd.Series[Any]":
    present = column.dropna()
    numbers = pd.to_numeric(present, errors="coerce")
    if len(present) and numbers.notna().all():
        return pd.to_numeric(column)
    truths = present.str.lower()
    if len(present) and truths.isin(["true", "false"]).all():
        return truths.eq("true").reindex(column.index).astype("boolean")
    return column


def _read_json_lines(file: Path, _: CsvSettings, __: bool) -> pd.DataFrame:
    records = []
    with file.open(encoding="utf-8-sig") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                record = _parse(line, f"{file}:{number}")
                records.append(record)
        except UnicodeDecodeError as error:
            raise DataLoadError(f"{file} is not utf-8: {error}") from error
    # As objects: pandas would make numbers of integers beside gaps.
    return pd.DataFrame.from_records(records).astype(object)


def _parse(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataLoadError(f"{place}: this is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise DataLoadError(f"{place}: every line must be an object, this is not")
    return record


def _read_parquet(file: Path, _: CsvSettings, __: bool) -> pd.DataFrame:
    if pyarrow is None:
        raise DataLoadError(f"{file}: Parquet needs pyarrow; install it (`uv add pyarrow`)")
    try:
        return pd.read_parquet(file, engine="pyarrow")
    except pyarrow.ArrowException as error:
        raise DataLoadError(f"{file} is not Parquet: {error}") from error


_READERS: dict[str, Callable[[Path, CsvSettings, bool], pd.DataFrame]] = {
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".parquet": _read_parquet,
}
