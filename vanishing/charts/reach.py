"""Ends of axes that stay while a control moves, or grow in few, coarse steps.

An axis that follows its data hides what moves them: another setting is then the same line beside
other numbers.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from vanishing.engine.arrays import Array

Ends: TypeAlias = dict[str, float]
"""The numbers low and high that an axis's domain refers to, by `parts.at`."""


def decades(logs: Array, unit: float = 1.0, least: tuple[float, float] = (1.0, 1.0)) -> Ends:
    """Return the ends of an axis of log₁₀ values, down and up from 0.

    Each lies where `least` says, and, for values beyond, `unit` decades from 0, or 2, 4, 8 … times
    as many. Where both would be 0 they lie a unit apart from it.
    """
    seen = logs[np.isfinite(logs)]
    down, up = (-float(seen.min()), float(seen.max())) if len(seen) else (0.0, 0.0)
    down, up = doubled(down, unit, least[0]), doubled(up, unit, least[1])
    return {"low": -down, "high": up} if down + up > 0.0 else {"low": -unit, "high": unit}


def doubled(size: float, unit: float, least: float) -> float:
    """Return the least, or the next of `unit` times 1, 2, 4, 8 … above a size that is larger."""
    if size <= least:
        return least
    return unit * 2.0 ** max(0, math.ceil(math.log2(size / unit) - 1e-9))


def powers(ends: Ends) -> Ends:
    """Return ends of a log axis from those of an axis of log₁₀ values; no float lies beyond."""
    return {name: 10.0 ** max(-300.0, min(end, 300.0)) for name, end in ends.items()}


def roof(size: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 … above a positive size, or the largest float."""
    power = math.floor(math.log10(size))
    # Written out: a power of ten by itself would be 0 below the smallest float.
    ends = (float(f"{step}e{power}") for step in (1, 2, 5, 10))
    return min(next(end for end in ends if size <= end * (1.0 + 1e-9)), sys.float_info.max)


def drawn(frames: Sequence[pd.DataFrame]) -> Array:
    """Return all sizes that frames of lines hold: medians, bands and predictions."""
    columns = ("low", "median", "high", "y")
    sizes = [frame[name].to_numpy(float) for frame in frames for name in columns if name in frame]
    found: Array = np.concatenate(sizes or [np.empty(0)])
    return found
