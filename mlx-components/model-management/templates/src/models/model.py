"""What a model is, and how one is named."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

Row = Mapping[str, Any]
"""One input: values by the names of features."""


@runtime_checkable
class Model(Protocol):
    """Something that predicts. May be used by several threads at a time."""

    def predict(self, rows: Sequence[Row]) -> list[Any]:
        """One result for each row, in their order; results can be written as JSON.

        Raises:
            InvalidInputError: the rows are not what it takes.
        """
        ...


class FunctionModel:
    """A plain function of the rows as a model."""

    def __init__(self, function: Callable[[Sequence[Row]], Sequence[Any]]) -> None:
        self._function = function

    def predict(self, rows: Sequence[Row]) -> list[Any]:
        return list(self._function(rows))


@dataclass(frozen=True)
class ModelVersion:
    """One version of a model, as the store knew it when it was asked. Versions count from 1."""

    name: str
    version: int
    created_at: datetime
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    run_id: str | None = None

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"


_NAME = re.compile(r"[^\s/:@.%\"'][^\s/:@%\"']*")
_ALIAS = re.compile(r"(?!v?[0-9]+$)[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class ModelReference:
    """A model, and which version of it: by number, by alias, or as the reader sees fit."""

    name: str
    version: int | None = None
    alias: str | None = None

    @classmethod
    def parse(cls, text: str) -> "ModelReference":
        """Read ``churn``, ``churn/3`` or ``churn@champion``.

        Raises:
            ValueError: it is none of these.
        """
        name, separator, rest = text.partition("@" if "@" in text else "/")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{text!r} names no model; write NAME, NAME/VERSION or NAME@ALIAS")
        if separator == "@":
            return cls(name, alias=check_alias(rest))
        if separator == "/":
            if not re.fullmatch(r"[1-9][0-9]{0,8}", rest):
                raise ValueError(f"{rest!r} is no version; versions are numbers from 1")
            return cls(name, version=int(rest))
        return cls(name)

    def __str__(self) -> str:
        if self.version is not None:
            return f"{self.name}/{self.version}"
        return f"{self.name}@{self.alias}" if self.alias is not None else self.name


def check_alias(alias: str) -> str:
    """``alias``, if the registry would take it.

    Raises:
        ValueError: it has other characters, or reads as a version.
    """
    if not _ALIAS.fullmatch(alias) or alias.lower() == "latest":
        raise ValueError(
            f"{alias!r} is no alias; use letters, digits, _ and -, "
            "and neither `latest` nor what reads as a version"
        )
    return alias
