"""Many networks as one figure, or as one line: their median, and the band around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vanishing.engine.arrays import Array
from vanishing.evidence.model import Figure, Line

BAND = (0.1, 0.9)
"""The share of the networks that lie below the band, and below its upper end."""


def figure(values: Array, unit: str = "", ends: tuple[float, float] = BAND) -> Figure:
    """Return the median and the band of S values."""
    low, middle, high = (float(each) for each in np.quantile(values, (ends[0], 0.5, ends[1])))
    return Figure(middle, low, high, unit)


def line(
    name: str,
    x: Sequence[float] | NDArray[Any],
    values: Array,
    ends: tuple[float, float] = BAND,
    kind: str = "measured",
) -> Line:
    """Return the line of the medians of values (S, K) at K places x, with their bands."""
    low, middle, high = np.quantile(values, (ends[0], 0.5, ends[1]), axis=0)
    return Line(name, floats(x), floats(middle), floats(low), floats(high), kind)


def floats(values: Sequence[float] | NDArray[Any]) -> tuple[float, ...]:
    """Return plain numbers."""
    return tuple(float(value) for value in values)
