"""Errors as a user sees them: what they say, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from src.config import ConfigError


@contextmanager
def told(*expected: type[Exception]) -> Iterator[None]:
    """Tell ``expected`` errors, and those of the configuration, on standard error, and exit with 1.

    Others are bugs, and keep their traceback.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, (ConfigError, *expected)):
            raise
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
