"""Ends of axes that stay while a control moves, or grow in few, coarse steps.

An axis that follows its data hides what moves them: another setting is then the same line beside
other numbers.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from vanishing.engine.arrays import Array

Ends: TypeAlias = dict[str, float]
"""The numbers low and high that an axis's domain refers to, by `parts.at`."""


def decades(logs: Array, unit: float = 1.0, least: tuple[float, float] = (1.0, 1.0)) -> Ends:
    """Return the ends of an axis of log₁₀ values, down and up from 0.

    Each lies where `least` says, and, for values beyond, `unit` decades from 0, or 2, 4, 8 … times
    as many.
    """
    seen = logs[np.isfinite(logs)]
    down, up = (-float(seen.min()), float(seen.max())) if len(seen) else (0.0, 0.0)
    return {"low": -_grown(down, unit, least[0]), "high": _grown(up, unit, least[1])}


def _grown(size: float, unit: float, least: float) -> float:
    if size <= least:
        return least
    return unit * 2.0 ** max(0, math.ceil(math.log2(size / unit) - 1e-9))


def powers(ends: Ends) -> Ends:
    """Return ends of a log axis from those of an axis of log₁₀ values; no float lies beyond."""
    return {name: 10.0 ** max(-300.0, min(end, 300.0)) for name, end in ends.items()}


def roof(size: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 … above a positive size."""
    unit = 10.0 ** math.floor(math.log10(size))
    return next(unit * step for step in (1, 2, 5, 10) if size <= unit * step * (1.0 + 1e-9))
