"""What can be wrong with data."""


class DataError(Exception):
    """Any of the errors below, and :class:`InvalidDataError`."""


class DataLoadError(DataError):
    """A file cannot be read as a table; the message names the file, and the line where it can."""


class SchemaError(DataError):
    """A schema cannot be used."""


class InvalidDataError(DataError):
    """A table does not match its schema; the message lists the first problems."""


class TransformError(DataError):
    """A transformation cannot be fitted or applied: a column is missing, or has no values."""


class NotFittedError(TransformError):
    """A transformation was applied before it was fitted."""
