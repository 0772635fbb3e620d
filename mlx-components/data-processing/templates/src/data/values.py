"""Turns single values into the types that schemas know.

Each function returns the value as its type, or raises ValueError with a message that completes
"the value …". Nothing is rounded, cut or guessed.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from numbers import Real
from typing import Any

import pandas as pd

from src.data.schema import ColumnType

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTHS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


def is_null(value: object) -> bool:
    """None, NaN, NaT and NA; never a list or a mapping."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]


def _integer(value: Any) -> int:
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value.strip()):
            raise ValueError("is not an integer")
    elif not _is_number(value) or value != value // 1:
        raise ValueError("is not an integer")
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError("is beyond 64 bits")
    return number


def _number(value: Any) -> float:
    if not _is_number(value) and not (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise ValueError("is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("is not finite")
    return number


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("is not text")
    return value


def _boolean(value: Any) -> bool:
    truth = _TRUTHS.get(str(value).strip().lower()) if pd.api.types.is_scalar(value) else None
    if truth is None:
        raise ValueError("is neither true nor false")
    return truth


def _timestamp(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("is not a time as in 2025-01-31T12:00:00Z") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise ValueError("is not a time as in 2025-01-31T12:00:00Z")
    # A time without a zone is taken as UTC.
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is beyond the years 1 to 9999") from None


PARSERS: dict[ColumnType, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "timestamp": _timestamp,
}

DTYPES: dict[ColumnType, str] = {
    "integer": "Int64",
    "number": "float64",
    "text": "object",
    "boolean": "boolean",
    "timestamp": "datetime64[us, UTC]",
}
