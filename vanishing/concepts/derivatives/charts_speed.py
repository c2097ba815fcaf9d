"""The time of each activation as dots along one axis, the fastest on top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from vanishing.charts.parts import draw, layered, legend, series, told
from vanishing.charts.view import View
from vanishing.engine.nets.speed import ELEMENTS, ROUNDS, Speed
from vanishing.text import number

HEIGHT = 360


@lru_cache
def _spec() -> dict[str, Any]:
    """Build the chart; data set rows (activation, what, ns)."""
    dots = draw("rows", "point", size=90, filled=True, opacity=1).encode(
        x=alt.X("ns:Q", title="nanoseconds per element", axis=alt.Axis(tickCount=6)),
        y=alt.Y("activation:N", title=None, sort=None, axis=alt.Axis(labelLimit=0)),
        **series(legend(), field="what", mark="shape"),
        tooltip=told("activation:N", "what:N", ("ns:Q", "ns", ".3g")),
    )
    return layered(HEIGHT, dots)


def times(found: Sequence[Speed]) -> View:
    """Return the chart of what was measured."""
    ordered = sorted(found, key=lambda speed: speed.with_slope)
    frame = pd.DataFrame(
        [
            {"activation": speed.name, "what": what, "ns": value}
            for speed in ordered
            for what, value in (("f(z)", speed.value), ("f(z) and f′(z)", speed.with_slope))
        ]
    )
    first, last = ordered[0], ordered[-1]
    return View(
        name="time per element",
        spec=_spec(),
        frames={"rows": frame},
        alt=f"f and f′ take from {number(first.with_slope, 2)} nanoseconds per element for "
        f"{first.name} to {number(last.with_slope, 2)} for {last.name}.",
        note=f"Measured on the machine that serves this page, once since it started: median of "
        f"{ROUNDS} rounds over {ELEMENTS:,} float64 numbers, one core. Another machine, or a busy "
        "one, gives other times; no link can fix them.",
    )


def sentence(found: Sequence[Speed]) -> str:
    """Say how ReLU compares with the others (claim C14)."""
    by_key = {speed.key: speed for speed in found}
    relu = by_key["relu"].with_slope
    times = [number(by_key[key].with_slope / relu, 2) for key in ("sigmoid", "tanh", "gelu")]
    return (
        f"ReLU takes {number(relu, 2)} ns per element for f and f′, here and now; sigmoid takes "
        f"{times[0]} times as long, tanh {times[1]} and GELU {times[2]} times. In a layer of n "
        "inputs the weighted sums cost n multiply-adds a unit, so the wider the net, the less this "
        "counts."
    )
