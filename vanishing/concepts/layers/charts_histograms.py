"""One histogram per layer, side by side as a strip: colour is strongest where most values lie."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts import reach
from vanishing.charts.parts import across, draw, layered, told, up, whole_ticks
from vanishing.charts.view import View
from vanishing.concepts.layers.charts import LAYER, is_narrow
from vanishing.concepts.layers.facts import stage_of
from vanishing.engine.arrays import Array
from vanishing.engine.wide.layers import Start
from vanishing.text import count, number, percent

BINS = 41
EDGES = (0.005, 0.995)
"""Quantiles of all layers together at which an unbounded histogram is cut off."""


@lru_cache
def _spec(title: str, log: bool, last: int) -> dict[str, Any]:
    """Build the strip; data set cells (layer, left, right, low, high, share, dark).

    The parameter `at` holds the ends of the values' axis; that of the layers ends with the `last`.
    """
    kind = "log10" if log else "linear"
    part = " (log₁₀)" if log else ""
    cells = draw("cells", "rect").encode(
        x=across(
            "left", LAYER, "whole", (0.5, last + 0.5), grid=False, values=whole_ticks(1, last)
        ),
        x2="right:Q",
        y=up("low", title, kind, ("low", "high")),
        y2="high:Q",
        opacity=alt.Opacity("dark:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None),
        tooltip=told(
            ("layer:Q", "hidden layer"),
            ("low:Q", f"from{part}", ".3g"),
            ("high:Q", f"to{part}", ".3g"),
            ("share:Q", "share of the layer's values", ".1%"),
        ),
    )
    return layered(360, cells)


def outputs(start: Start, note: str) -> View:
    """Draw the histograms of the layers' outputs a; by log₁₀|a| where their sizes differ a lot."""
    values = _by_layer(start.measured.values)
    sizes = np.sqrt(np.mean(np.square(values, dtype=float), axis=1))
    bounded = float(np.abs(values).max()) <= 1.0
    log = not bounded and not is_narrow(sizes)
    note = f"{note} The stronger the colour, the more of the layer's values lie there."
    if log:
        with np.errstate(divide="ignore"):
            logs = np.log10(np.abs(values))
        return _view("histograms of the outputs", "size of the output |a|", logs, note, log=True)
    edges = (0.0, 1.0) if bounded else EDGES
    return _view("histograms of the outputs", "output a", values, note, log=False, edges=edges)


def deltas(start: Start, note: str) -> View:
    """Draw the histograms of log₁₀|∂J/∂z| by layer."""
    logs = _by_layer(start.measured.delta_log10)
    return _view("histograms of the gradient", "size of the gradient |∂J/∂z|", logs, note, log=True)


def _by_layer(values: Array) -> Array:
    """Pool the networks: (S, L, K) → (L, S·K)."""
    return values.swapaxes(0, 1).reshape(values.shape[1], -1)


def _view(
    name: str,
    title: str,
    values: Array,
    note: str,
    *,
    log: bool,
    edges: tuple[float, float] = EDGES,
) -> View:
    finite = values[np.isfinite(values)]
    zeros = np.isneginf(values) & log
    gone = {"Exactly 0": zeros, "Not finite": ~np.isfinite(values) & ~zeros}
    told = [
        f"{what}, and so not drawn: {percent(float(each[0].mean()))} of the first layer's values, "
        f"{percent(float(each[-1].mean()))} of the last's."
        for what, each in gone.items()
        if each.any()
    ]
    cells = _cells(values, finite, edges) if len(finite) else _nothing()
    first, last = (_typical(row, log) for row in (values[0], values[-1]))
    return View(
        name=name,
        spec={
            **_spec(title, log, stage_of(len(values))),
            "params": [{"name": "at", "value": _ends(cells, log=log)}],
        },
        frames={"cells": cells},
        alt=f"Histograms of the {title} in {count(len(values), 'hidden layer')}: median "
        f"{first} in the first, {last} in the last.",
        note=" ".join([note, *told]),
    )


def _ends(cells: pd.DataFrame, *, log: bool) -> reach.Ends:
    """Return the ends of the values' axis, in coarse steps: another depth seldom moves it."""
    low, high = float(cells["low"].min()), float(cells["high"].max())
    if log:
        ends = reach.decades(np.array([low, high]), least=(1.0, 0.0))
        return ends if high > 0 else {**ends, "high": float(np.ceil(high))}
    return {
        "low": -reach.roof(-low) if low < 0 else 0.0,
        "high": reach.roof(high) if high > 0 else 0.0,
    }


def _typical(row: Array, log: bool) -> str:
    seen = row[np.isfinite(row)]
    if not len(seen):
        return "0"
    middle = float(np.median(seen))
    return number(10.0**middle if log else middle, 2)


def _cells(values: Array, finite: Array, ends: tuple[float, float]) -> pd.DataFrame:
    low, high = (float(end) for end in np.quantile(finite, ends))
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    rows = []
    for layer, row in enumerate(values, start=1):
        seen = row[np.isfinite(row)]
        counts = np.histogram(seen, edges)[0]
        filled = np.flatnonzero(counts)
        if not len(filled):
            continue
        share = counts[filled] / len(row)
        rows.append(
            pd.DataFrame(
                {
                    "layer": layer,
                    "left": layer - 0.48,
                    "right": layer + 0.48,
                    "low": edges[filled],
                    "high": edges[filled + 1],
                    "share": share,
                    # The root keeps sparse bins visible beside a full one.
                    "dark": np.sqrt(share / share.max()),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def _nothing() -> pd.DataFrame:
    """One cell without colour, so that the axes stand."""
    cell = {"layer": 1, "left": 0.5, "right": 1.5, "low": 0.0, "high": 1.0}
    return pd.DataFrame([{**cell, "share": 0.0, "dark": 0.0}])
