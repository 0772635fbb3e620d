"""What a table must look like."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from src.data.errors import SchemaError

ColumnType = Literal["integer", "number", "text", "boolean", "timestamp"]


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"this is not a regular expression: {error}") from error
    return pattern


class ColumnSchema(BaseModel):
    """What the values of a column must be.

    ``minimum`` and ``maximum`` are allowed themselves, and are for numbers. ``pattern`` must match
    the whole of a text. A column that is not ``required`` may be missing; one that is ``nullable``
    may have gaps.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ColumnType
    required: bool = True
    nullable: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: Annotated[str, AfterValidator(_check_pattern)] | None = None
    allowed: tuple[str | int | float | bool, ...] | None = None
    description: str = ""

    @model_validator(mode="after")
    def _check_that_rules_fit(self) -> Self:
        is_number = self.type in ("integer", "number")
        if not is_number and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"minimum and maximum are for numbers, not for {self.type}")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is more than maximum")
        if self.pattern is not None and self.type != "text":
            raise ValueError(f"pattern is for text, not for {self.type}")
        return self


class TableSchema(BaseModel):
    """Columns by name. ``extra_columns`` says what becomes of others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, ColumnSchema] = Field(min_length=1)
    extra_columns: Literal["forbid", "keep", "drop"] = "forbid"


def load_schema(path: str | Path) -> TableSchema:
    """Read a schema from a YAML file.

    Raises:
        SchemaError: it cannot be read; the message says everything that is wrong with it.
    """
    try:
        content: Any = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        return TableSchema.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in detail['loc']) or 'the file'}: {detail['msg']}"
            for detail in error.errors(include_url=False)
        )
        raise SchemaError(f"{path}: {problems}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SchemaError(f"{path} cannot be read: {error}") from error
