"""What to notice about derivatives, in sentences made from the numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vanishing.engine.nets.activations import Activation
from vanishing.engine.wide.derivatives import SlopeStatistics
from vanishing.text import number, of_log10, percent, setting, unlike
from vanishing.verdicts import EXACT

ALIKE = {0.0: "ReLU", 1.0: "the identity"}
"""What leaky ReLU is at the ends of α."""


def slopes(chosen: Sequence[Activation], statistics: Sequence[SlopeStatistics]) -> tuple[str, ...]:
    """Say how large each derivative is, and what the largest keeps beside the smallest."""
    told = [
        f"**{a.name}**: f′ lies in {a.slope_range.interval()}; for these z |f′| is "
        f"{number(s.mean_abs)} on average (sampled: {number(s.sample_mean_abs)}), and for "
        f"{percent(s.share_below)} of the sample it is below {setting(s.threshold)}."
        for a, s in zip(chosen, statistics, strict=True)
    ]
    told += [
        f"Leaky ReLU with α = {setting(a.alpha)} is {ALIKE[a.alpha]}."
        for a in chosen
        if a.key == "leaky_relu" and a.alpha in ALIKE
    ]
    return (*told, *_compared(chosen, statistics))


def _compared(
    chosen: Sequence[Activation], statistics: Sequence[SlopeStatistics]
) -> tuple[str, ...]:
    """Say what the largest slope keeps of a gradient beside the smallest that keeps any."""
    pairs = list(zip(statistics, chosen, strict=True))
    most, largest = max(pairs, key=lambda pair: pair[0].rms)
    least, smallest = min(pairs, key=lambda pair: pair[0].rms)
    if len(chosen) == 1 or least.rms == 0:
        return ()
    if math.isclose(most.rms, least.rms, rel_tol=EXACT):
        return ("Per layer these keep equally much of a gradient.",)
    ratio = most.rms / least.rms
    return (
        f"Per layer, {largest.name} keeps {unlike(ratio, 1.0)} times as much gradient as "
        f"{smallest.name}; over 10 such layers that is "
        f"{_times(ratio)} times (weights aside).",
    )


def _times(ratio: float) -> str:
    """Return a ratio to the tenth power, which no float may hold, and which is not 1."""
    log10 = 10 * math.log10(ratio)
    return unlike(10.0**log10, 1.0) if log10 < 1 else of_log10(log10, 3)
