"""Lines or points, with theory, marked places, and crosses where a path ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.engine.arrays import Array

MOST_ROWS = 500


def line(
    x: Sequence[float] | NDArray[Any], y: Sequence[float] | Array, series: str
) -> pd.DataFrame:
    """Return the rows of one series: x, y, series; without what a log axis cannot show."""
    values = np.asarray(y, dtype=float)
    shown = np.isfinite(values) & (values > 0)
    return pd.DataFrame(
        {
            "x": np.asarray(x, dtype=float)[shown].astype(np.float32),
            "y": values[shown],
            "series": series,
        }
    )


def thinned(count: int) -> Array:
    """Return at most about 500 of the indices 0 … count − 1, the first and the last among them."""
    kept: Array = np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).round().astype(int))
    return kept


def strips(row: NDArray[np.int8]) -> tuple[Array, Array, Array]:
    """Return where each run of equal entries begins, where it ends, and what it holds."""
    borders = np.flatnonzero(np.diff(row)) + 1
    first = np.concatenate([[0], borders])
    return first, np.concatenate([borders, [len(row)]]), row[first]
