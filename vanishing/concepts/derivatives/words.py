"""What to notice about derivatives, in sentences made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from vanishing.engine.nets.activations import Activation
from vanishing.engine.wide.derivatives import SlopeStatistics
from vanishing.text import number, percent, setting


def slopes(chosen: Sequence[Activation], statistics: Sequence[SlopeStatistics]) -> tuple[str, ...]:
    """Say how large each derivative is, and what the largest keeps beside the smallest."""
    told = [
        f"**{a.name}**: f′ lies in {a.slope_range.interval()}; for these z it is "
        f"{number(s.mean_abs)} on average (sampled: {number(s.sample_mean_abs)}), and "
        f"{percent(s.share_below)} of the z make it smaller than {setting(s.threshold)}."
        for a, s in zip(chosen, statistics, strict=True)
    ]
    pairs = list(zip(statistics, chosen, strict=True))
    largest = max(pairs, key=lambda pair: pair[0].rms)
    smallest = min(pairs, key=lambda pair: pair[0].rms)
    if len(chosen) > 1 and smallest[0].rms > 0:
        ratio = largest[0].rms / smallest[0].rms
        told.append(
            f"Per layer, {largest[1].name} keeps {number(ratio)} times as "
            f"much gradient as {smallest[1].name}; over 10 such layers that is "
            f"{number(ratio**10)} times (weights aside)."
        )
    return tuple(told)
