"""Splits a table for training and testing. The same input gives the same split, everywhere."""

import hashlib
import math

import numpy as np
import pandas as pd

from src.data.errors import TransformError
from src.data.transform import require_columns

Split = tuple[pd.DataFrame, pd.DataFrame]
"""What is for training, what for testing; rows keep their index and their order."""


def split_rows(
    table: pd.DataFrame, test_share: float, seed: int, *, stratify: str | None = None
) -> Split:
    """Split by chance. With ``stratify`` each value of that column is split in the same ratio.

    Raises:
        TransformError: there is no such column, or one side would be empty.
    """
    generator = np.random.default_rng(seed)
    groups = [np.arange(len(table))]
    if stratify is not None:
        require_columns(table, [stratify], "split")
        codes, _ = pd.factorize(table[stratify], sort=True, use_na_sentinel=False)
        groups = [np.flatnonzero(codes == code) for code in range(codes.max(initial=-1) + 1)]
    is_test = np.zeros(len(table), dtype=bool)
    for rows in groups:
        chosen = generator.permutation(rows)[: round(len(rows) * _checked(test_share))]
        is_test[chosen] = True
    return _parts(table, is_test)


def split_by_key(table: pd.DataFrame, key: str, test_share: float, *, salt: str = "") -> Split:
    """Split by a hash of ``key``: rows with one key stay together, also when rows are added later.

    The share is met by many keys, not by few. Another ``salt`` gives another split.

    Raises:
        TransformError: there is no such column, or one side would be empty.
    """
    require_columns(table, [key], "split")
    bound = int(_checked(test_share) * 2**64)

    def falls_to_test(value: object) -> bool:
        digest = hashlib.blake2b(f"{salt}\0{value}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") < bound

    return _parts(table, np.array([falls_to_test(value) for value in table[key]], dtype=bool))


def split_by_time(table: pd.DataFrame, column: str, test_share: float) -> Split:
    """Test on what came last. Rows of the moment where it is cut are all for testing.

    Raises:
        TransformError: there is no such column, it has gaps, or one side would be empty.
    """
    require_columns(table, [column], "split")
    if table[column].isna().any():
        raise TransformError(f"split: the column {column} has gaps")
    times = np.sort(table[column].to_numpy())
    first = len(times) - math.ceil(len(times) * _checked(test_share))
    if not len(times):
        return _parts(table, np.zeros(0, dtype=bool))
    return _parts(table, table[column].to_numpy() >= times[first])


def _checked(test_share: float) -> float:
    if not 0 < test_share < 1:
        raise ValueError("test_share must be between 0 and 1")
    return test_share


def _parts(table: pd.DataFrame, is_test: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Split:
    if is_test.all() or not is_test.any():
        raise TransformError(f"split: {len(table)} rows are too few for two sides")
    return table[~is_test], table[is_test]
