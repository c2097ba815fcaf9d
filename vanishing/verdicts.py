"""Verdicts with their thresholds: the words for what becomes of a size, true at every setting.

A verdict follows from the number as a reader sees it, rounded as it is shown, so that the word and
the number beside it cannot disagree.
"""

from __future__ import annotations

import math
from typing import Final

from vanishing.text import rounded

HOLDS: Final = 1.5
"""A size that changes by no more than this factor, over all steps together, holds."""
FAR: Final = 10.0
"""One that changes by more than this factor vanishes or explodes."""
FATES: Final = (
    f"Holds its size: within a factor of {HOLDS:g} over all steps together; shrinks or grows: by "
    f"more; vanishes or explodes: by more than a factor of {FAR:g}."
)
"""What stands on a page beside the words of `fate`."""

EVEN: Final = 2.0
"""Two gradients that differ by less than this factor are nearly even."""

EXACT: Final = 1e-9
"""A bound this close to 1, relatively, is 1 but for rounding."""

SOLVED, MATCHED = 0.1, 0.9
"""Shares of a baseline's error: below the first a task is learned, below the second partly; up to
one over the second an error is about the baseline."""
LEARNED: Final = (
    f"Learned: below {SOLVED:.0%} of the baseline's error; partly learned: below {MATCHED:.0%}; "
    f"about the baseline: up to {1 / MATCHED:.0%}; worse: above."
).replace("%", " %")
"""What stands on a page beside the words of `learned`."""

ABOUT: Final = 0.01
"""Losses that differ by less than this share are about the same."""


def fate(factor: float) -> str:
    """Say what becomes of a size that is multiplied by so much over all steps together."""
    if factor == 0.0:
        return "is exactly 0"
    return fate_of_log10(math.log10(factor))


def fate_of_log10(log10: float) -> str:
    """Say the same of a factor whose log₁₀ is given, also where no float can hold it."""
    if log10 == -math.inf:
        return "is exactly 0"
    change = abs(log10)
    if change < 300.0:
        seen = rounded(10.0**log10, 2)
        change = abs(math.log10(seen))
    # In logarithms 10 and 1/10 are equally far, but for their last bits.
    if change <= math.log10(HOLDS) + EXACT:
        return "holds its size"
    if change <= math.log10(FAR) + EXACT:
        return "shrinks" if log10 < 0 else "grows"
    return "vanishes" if log10 < 0 else "explodes"


def learned(error: float, baseline: float) -> str:
    """Say how far an error has come below a baseline's."""
    share = rounded(error / baseline, 2)
    if share < SOLVED:
        return "learned"
    if share < MATCHED:
        return "partly learned"
    return "about the baseline" if share <= 1.0 / MATCHED else "worse than the baseline"


def beside(loss: float, other: float) -> str:
    """Say how a loss compares with another: "worse than", "about the same as", "better than"."""
    # Both stand on the page, in three digits.
    loss, other = rounded(loss, 3), rounded(other, 3)
    if loss > other * (1.0 + ABOUT):
        return "worse than"
    return "about the same as" if loss > other * (1.0 - ABOUT) else "better than"
