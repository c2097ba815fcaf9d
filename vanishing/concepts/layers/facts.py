"""What is read off fresh nets and off theory's curves, for charts and words alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vanishing.engine.arrays import Array

Curve = Sequence[tuple[float, float]]


def medians_of(values: Array) -> Array:
    """Return the median over the seeds that have a value, (S, L) → (L,); NaN where none has."""
    kept = values[~np.isnan(values).any(axis=1)]
    medians: Array = np.median(kept, axis=0) if len(kept) else np.full(values.shape[1], np.nan)
    return medians


def factor_at(curve: Curve, scale: float) -> float:
    """Return the factor at a weight scale, between the points of a curve."""
    x, y = np.array(curve).T
    return float(np.interp(scale, x, y))
