"""What is read off fresh nets and off theory's curves, for charts and words alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.wide.layers import Settings, Start
from vanishing.text import count

Curve = Sequence[tuple[float, float]]

STAGES = (20, 60)
"""Depths at which the axes end: so many layers are drawn on the same. Few layers alone would be a
corner of the picture of many."""


def stage_of(depth: int) -> int:
    """Return how many layers the axes of nets of that depth hold."""
    return next(stage for stage in STAGES if depth <= stage)


def medians_of(values: Array) -> Array:
    """Return the median over the seeds that have a value, (S, L) → (L,); NaN where none has."""
    kept = values[~np.isnan(values).any(axis=1)]
    medians: Array = np.median(kept, axis=0) if len(kept) else np.full(values.shape[1], np.nan)
    return medians


def shares(start: Start, gradient: str) -> Array:
    """Return a gradient over that of the last hidden layer, (S, L); 0 where only rounding is left.

    NaN for nets in which the last one is 0, or is not finite.
    """
    found = start.measured.relative(gradient)
    if is_rounding(start.settings, gradient):
        found[:, :-1] = np.where(np.isnan(found[:, :-1]), np.nan, 0.0)
    return found


def is_rounding(settings: Settings, gradient: str) -> bool:
    """Tell whether a gradient is 0 before the last hidden layer, and what is measured rounding.

    A bias moves all inputs of a batch alike. Where f is straight, that is still so in the next
    layer, and its batch normalisation takes it out; but skips carry it past all of these.
    """
    slopes = settings.get_activation().slope_range
    straight = slopes.low == slopes.high
    taken_out = settings.normalization == "batch" and settings.skips == "none"
    return gradient == "bias" and taken_out and straight


def nets_of(start: Start, gradient: str) -> str:
    """Say over how many nets the medians of a gradient's shares are taken."""
    kept = int((~np.isnan(shares(start, gradient)).any(axis=1)).sum())
    every = count(start.seeds, "net")
    if kept == start.seeds:
        return every
    those = "one" if kept == 1 else f"{kept}"
    return f"the {those} of {every} with a gradient in the last hidden layer"


def rests_anywhere(step: Callable[[float], float], first: float) -> bool:
    """Tell whether the map of q leaves every q where it is: a critical net of a straight f."""
    return all(math.isclose(step(k * first), k * first, rel_tol=1e-9) for k in (0.1, 1.0, 10.0))


def factor_at(curve: Curve, scale: float) -> float:
    """Return the factor at a weight scale, between the points of a curve."""
    x, y = np.array(curve).T
    return float(np.interp(scale, x, y))
