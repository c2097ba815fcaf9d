"""Sizes by net, and what became of runs, for charts and words alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vanishing.engine.arrays import Array
from vanishing.engine.recurrent.training import Run
from vanishing.text import number

NEVER: Final = -1e6
"""Stands for the log₁₀ of 0 while quantiles are taken."""

Runs = Mapping[str, Run]
"""Runs by the name of their net."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line with its band: log₁₀ of a size by net, (S, K), −inf for a size of 0.

    x and theory, what is predicted, are (K,).
    """

    name: str
    x: NDArray[np.int64]
    values: Array
    theory: Array | None = None


@dataclass(frozen=True, eq=False)
class Limit:
    """A bound: log₁₀ of it at each x, and its name."""

    name: str
    x: NDArray[np.int64]
    values: Array


def median_of(logs: Array) -> float:
    """Return the median of log₁₀ over nets; −inf where it is of a size of 0."""
    median = float(np.median(np.maximum(logs, NEVER)))
    return median if median > NEVER / 3 else -np.inf


def end_of(name: str, run: Run) -> str:
    """Return a run's error at its end, or that it diverged."""
    if run.final.diverged:
        return f"{name}: diverged at step {run.final.step:,}"
    return f"{name}: {number(float(np.median(run.final.loss)))} at step {run.final.step:,}"
