"""What rows go through before a model sees them."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from src.models import Row
from src.plugins import Kind


@runtime_checkable
class Preprocessor(Protocol):
    """Makes the features of a model from what callers send. Used by several threads at a time."""

    def process(self, rows: Sequence[Row]) -> Sequence[Row]:
        """One row for each, in their order; those that are given stay as they are.

        Raises:
            ValueError: a row cannot be used; the message is shown to the caller.
        """
        ...


PREPROCESSOR: Kind[Preprocessor] = Kind("preprocessor", Preprocessor, version="1.0")
