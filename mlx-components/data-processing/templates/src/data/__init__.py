"""Tables: loaded, checked against a schema, transformed the same way in training and serving."""

from src.data.description import ColumnSummary, describe
from src.data.encoding import OneHot, Ordinal
from src.data.errors import (
    DataError,
    DataLoadError,
    InvalidDataError,
    NotFittedError,
    SchemaError,
    TransformError,
)
from src.data.imputation import Impute
from src.data.loading import load_table
from src.data.pipeline import Pipeline
from src.data.scaling import MinMax, Standardize
from src.data.schema import ColumnSchema, TableSchema, load_schema
from src.data.settings import CsvSettings, DataSettings, SplitSettings
from src.data.splits import split_by_key, split_by_time, split_rows
from src.data.transform import Transform
from src.data.validation import DataProblem, ValidationReport, load_validated, validate

__all__ = [
    "ColumnSchema",
    "ColumnSummary",
    "CsvSettings",
    "DataError",
    "DataLoadError",
    "DataProblem",
    "DataSettings",
    "Impute",
    "InvalidDataError",
    "MinMax",
    "NotFittedError",
    "OneHot",
    "Ordinal",
    "Pipeline",
    "SchemaError",
    "SplitSettings",
    "Standardize",
    "TableSchema",
    "Transform",
    "TransformError",
    "ValidationReport",
    "describe",
    "load_schema",
    "load_table",
    "load_validated",
    "split_by_key",
    "split_by_time",
    "split_rows",
    "validate",
]
