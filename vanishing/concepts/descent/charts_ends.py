"""Where descent ends: absorbed by a number type, or in one of two minima."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts.parts import across, draw, label, layered, legend, told
from vanishing.charts.style import INK, NEUTRAL, WARNING
from vanishing.charts.view import View
from vanishing.concepts.descent.charts_lines import strips
from vanishing.engine.descent.float_limits import FACTOR, Limits
from vanishing.engine.descent.paths import DIVERGED, UNSETTLED, Path
from vanishing.engine.descent.surfaces import Surface
from vanishing.text import count, number, percent, setting

STATES = CHANGES, ABSORBED, ZERO = "w changes", "w − ηg = w", "g is exactly 0"
"""What becomes of an update as g shrinks, in the order of the colours."""
ENDS = {0: "the deep one", DIVERGED: "diverged", 1: "the shallow one", UNSETTLED: "not settled"}
"""Where a descent ends, in the order of the colours: diverged takes the warm one."""


# --- number types ---------------------------------------------------------------------------------


END = 1000
"""How far the axis of n reaches."""


@lru_cache
def _limits_spec() -> dict[str, Any]:
    ticks = {"values": [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], "grid": False}

    def n(field: str) -> alt.X:
        return across(field, "n, in g = 0.25ⁿ", "log", (1, END), **ticks)

    y = alt.Y("type:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False))
    key = legend("square", names=STATES, values=list(STATES))
    spans = draw("spans", "bar", height={"band": 0.35}).encode(
        x=n("from"),
        x2="to:Q",
        y=y,
        # In this order what still learns is green.
        color=alt.Color("state:N", scale=alt.Scale(domain=[ZERO, ABSORBED, CHANGES]), legend=key),
        tooltip=told("type:N", "state:N", ("from:Q", "from n")),
    )
    layers: list[alt.Chart] = [spans]
    for name, side in (("lost", -1), ("subnormal", 1)):
        tick = draw(name, "tick", color=INK, thickness=2, size=34)
        word = label(name, color=INK, dx=0, dy=25 * side, align="center")
        layers += [tick.encode(x=n("n"), y=y), word.encode(x=n("n"), y=y)]
    return layered(340, *layers)


def limits(found: Sequence[Limits]) -> View:
    """Draw, for each number type, from which n on the update and the gradient are lost."""
    spans, lost, subnormal = [], [], []
    for one in found:
        cuts = (1, one.absorbed, one.zero, END)
        for state, low, high in zip((CHANGES, ABSORBED, ZERO), cuts, cuts[1:], strict=False):
            if low < high:
                spans.append((one.dtype, state, low, high))
        lost += [(one.dtype, n, f"{n}") for n in sorted({one.absorbed, one.zero})]
        subnormal.append((one.dtype, one.subnormal, f"{one.subnormal} subnormal"))
    words = "; ".join(
        f"{one.dtype}: absorbed from n = {one.absorbed}, exactly 0 from {one.zero}" for one in found
    )
    return View(
        name="number types",
        spec=_limits_spec(),
        frames={
            "spans": pd.DataFrame(spans, columns=["type", "state", "from", "to"]),
            "lost": pd.DataFrame(lost, columns=["type", "n", "text"]),
            "subnormal": pd.DataFrame(subnormal, columns=["type", "n", "text"]),
        },
        alt=f"{words}.",
        note="Measured by doing the arithmetic in each type. Subnormal: g is too small to keep all "
        "its digits.",
    )


def limits_table(measured: Sequence[Limits], predicted: Sequence[Limits]) -> pd.DataFrame:
    """Return the limits by arithmetic beside those that follow from the type's layout."""
    names = {"absorbed": ABSORBED, "subnormal": "g subnormal", "zero": ZERO}
    return pd.DataFrame(
        [
            {"type": m.dtype}
            | {
                f"{title}: measured (predicted)": f"{getattr(m, name)} ({getattr(p, name)})"
                for name, title in names.items()
            }
            | {"g when absorbed": number(FACTOR**m.absorbed, 2)}
            for m, p in zip(measured, predicted, strict=True)
        ]
    )


# --- which minimum --------------------------------------------------------------------------------


@lru_cache
def _map_spec(low: float, high: float) -> dict[str, Any]:
    y = alt.Y("eta:O", title="step size η", sort="descending", axis=alt.Axis(labelOverlap=True))
    ends = [ENDS[end] for end in (0, 1, UNSETTLED, DIVERGED)]
    shade: dict[str, Any] = {
        "scale": alt.Scale(domain=list(ENDS.values())),
        "legend": legend("square", names=ends, columns=2, values=ends),
    }
    # The stroke closes the hairlines between neighbours.
    cells = draw("cells", "rect", strokeWidth=1).encode(
        x=across("left", "start w₁", "tight", (low, high), grid=False),
        x2="right:Q",
        y=y,
        fill=alt.Fill("end:N", **shade),
        stroke=alt.Stroke("end:N", **shade),
        tooltip=told(("end:N", "ends in"), ("eta:O", "η")),
    )
    here = draw(
        "here", "point", shape="circle", size=110, filled=True, color="white", stroke="black"
    )
    start = across("start", "start w₁", "tight", (low, high), grid=False)
    return layered(410, cells, here.encode(x=start, y=y))


def basins(
    ends: NDArray[np.int8],
    starts: Sequence[float],
    rates: Sequence[float],
    here: tuple[float, float],
) -> View:
    """Draw which minimum each start and step size reach: ends, (R, M), from `paths.outcomes`.

    `here` is the start and the step size of the descent drawn beside.
    """
    half = 0.5 * (starts[1] - starts[0])
    edges = np.append(np.asarray(starts) - half, starts[-1] + half)
    rows = []
    for eta, row in zip(rates, ends, strict=True):
        first, last, end = strips(row)
        spans = {"left": edges[first], "right": edges[last], "end": [ENDS[int(e)] for e in end]}
        rows.append(pd.DataFrame({"eta": eta, **spans}))
    own = ends[list(rates).index(here[1])]
    return View(
        name="which minimum",
        spec=_map_spec(float(edges[0]), float(edges[-1])),
        frames={
            "cells": pd.concat(rows, ignore_index=True),
            "here": pd.DataFrame({"start": [here[0]], "eta": [here[1]]}),
        },
        alt=f"With η = {setting(here[1])}, {percent(float(np.mean(own == 0)))} of the starts end "
        f"in the deep minimum, {percent(float(np.mean(own == 1)))} in the shallow one.",
        note=f"Measured: gradient descent from {len(starts)} starts at {len(rates)} step sizes, "
        "w₂ = 0. White dot: the descent of the other chart.",
    )


@lru_cache
def _profile_spec(low: float, high: float) -> dict[str, Any]:
    x = across("w", "w₁", "tight", (low, high))
    y = alt.Y("J:Q", title="cost J", axis=alt.Axis(tickCount=5))
    dots = alt.OverlayMarkDef(color=WARNING, size=30, clip=True)
    walk = draw("walk", "line", color=WARNING, strokeWidth=1, clip=True, point=dots)
    tooltip = told("step:Q", ("w:Q", "w", ".3g"), ("J:Q", "J", ".3g"))
    begin = draw("begin", "point", color=INK, size=110, strokeWidth=2, opacity=1)
    return layered(
        410,
        draw("profile", "line", color=NEUTRAL, strokeWidth=2).encode(x=x, y=y),
        walk.encode(x=x, y=y, order="step:Q", tooltip=tooltip),
        begin.encode(x=x, y=y),
    )


MOST_BOUNCES = 200


def profile(surface: Surface, path: Path) -> View:
    """Draw J along w₁ at w₂ = 0, and a descent's steps on it."""
    (low, high), _ = surface.window
    w = np.linspace(low, high, 261)
    height = surface.value(np.stack([w, np.zeros_like(w)], axis=1))
    shown = slice(0, MOST_BOUNCES + 1)
    seen = np.abs(path.places[shown, 0]) <= 2 * max(abs(low), high)
    walk = pd.DataFrame(
        {
            "step": np.flatnonzero(seen),
            "w": path.places[shown, 0][seen],
            "J": path.losses[shown][seen],
        }
    )
    walk = walk[walk["J"] <= float(height.max())]
    return View(
        name="profile",
        spec=_profile_spec(low, high),
        frames={
            "profile": pd.DataFrame({"w": w, "J": height}),
            "walk": walk,
            "begin": pd.DataFrame({"w": path.places[:1, 0], "J": path.losses[:1]}),
        },
        alt=f"From w₁ = {number(float(path.places[0, 0]))} gradient descent is at "
        f"{number(float(path.places[-1, 0]))} after {count(path.steps, 'step')}"
        + (f", and leaves |w| ≤ 1,000 at step {path.left:,}." if path.left else "."),
        note="The cost along w₁ at w₂ = 0, and at most the first "
        f"{MOST_BOUNCES} steps. Circle: the start.",
    )
