"""Several transformations as one, kept in a file that people can read."""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pandas as pd

from src.data.encoding import OneHot, Ordinal
from src.data.errors import TransformError
from src.data.imputation import Impute
from src.data.scaling import MinMax, Standardize
from src.data.transform import Transform

_FORMAT = 1
_KNOWN: tuple[type[Transform], ...] = (Impute, MinMax, OneHot, Ordinal, Standardize)


class Pipeline:
    """Transformations that are fitted and applied one after the other.

    Saved as JSON, never pickled: loading a file runs none of it. ``kinds`` are transformations of
    your own, which :meth:`load` shall know as well.
    """

    def __init__(self, steps: Sequence[Transform]) -> None:
        self._steps = tuple(steps)

    def fit(self, table: pd.DataFrame) -> Self:
        """Fit each step to what those before it make of ``table``."""
        self.fit_transform(table)
        return self

    def fit_transform(self, table: pd.DataFrame) -> pd.DataFrame:
        for step in self._steps:
            table = step.fit(table).transform(table)
        return table

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        for step in self._steps:
            table = step.transform(table)
        return table

    def save(self, path: str | Path) -> None:
        """Write what was learned to ``path``; there is never half a file.

        Raises:
            NotFittedError: a step was not fitted.
        """
        steps = [{"kind": step.kind, **step.state()} for step in self._steps]
        text = json.dumps({"format": _FORMAT, "steps": steps}, indent=2, ensure_ascii=False)
        target = Path(path)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: str | Path, kinds: Sequence[type[Transform]] = ()) -> Self:
        """The pipeline that :meth:`save` wrote.

        Raises:
            TransformError: the file is not one, or has a step of a kind that is not known.
        """
        known = {kind.kind: kind for kind in (*_KNOWN, *kinds)}
        try:
            content: Any = json.loads(Path(path).read_text(encoding="utf-8"))
            if content["format"] != _FORMAT:
                raise TransformError(f"{path} has format {content['format']}, this reads {_FORMAT}")
            steps = []
            for state in content["steps"]:
                if state["kind"] not in known:
                    raise TransformError(
                        f"{path} has a step of the kind {state['kind']!r}; "
                        f"there are {', '.join(sorted(known))}"
                    )
                steps.append(known[state["kind"]].from_state(state))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise TransformError(f"{path} is no saved pipeline: {error!r}") from error
        return cls(steps)
