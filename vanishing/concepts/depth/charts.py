"""How deep techniques train: accuracy by technique and depth, with the limit and theory's scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.columns import PLACED
from vanishing.charts.parts import draw, layered, scale_of, told
from vanishing.charts.style import INK, KEY_STROKE, NEUTRAL, RAMP, THEORY
from vanishing.charts.view import View
from vanishing.concepts.depth.facts import TRAINABLE, Row, limit_text
from vanishing.engine.depth.limits import DEPTHS
from vanishing.text import hundredths, number

LIMIT_AT = len(DEPTHS) + 1.0
"""Where on the depth axis the limit is written out."""

OVERHEAD = 94
"""Pixels of a chart's height for its axis and its legend."""


def place(depth: float) -> float:
    """Return where on the depth axis a depth lies: at a column's centre, between them by its log.

    Columns are 1 wide, and the first begins at 0; what lies outside is brought to the edge.
    """
    columns = np.arange(len(DEPTHS)) + 0.5
    ends = (DEPTHS[0] / math.sqrt(2), *DEPTHS, DEPTHS[-1] * math.sqrt(2))
    if depth <= 0:
        return 0.0
    return float(np.interp(math.log(depth), np.log(ends), [0.0, *columns, len(DEPTHS)]))


def _cells(rows: Sequence[Row], threshold: float) -> pd.DataFrame:
    found = []
    for row in rows:
        for column, depth in enumerate(DEPTHS):
            outcome = row.outcomes.get(depth)
            middle = outcome.median if outcome else math.nan
            found.append(
                {
                    "row": row.label,
                    "technique": row.name,
                    "depth": depth,
                    "left": column,
                    "right": column + 1,
                    "accuracy": middle,
                    "percent": hundredths(middle, 0, threshold) if outcome else "",
                    "lowest": min(outcome.accuracies) if outcome else math.nan,
                    "highest": max(outcome.accuracies) if outcome else math.nan,
                    "step size": f"{outcome.step_size:g}" if outcome else "not computed yet",
                }
            )
    return pd.DataFrame(found)


def _limits(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": [row.label for row in rows],
            "technique": [row.name for row in rows],
            "limit": [limit_text(row.limit) for row in rows],
            "edge": [_edge(row) for row in rows],
            "at": LIMIT_AT,
            "depth scale ξ": [number(row.scale) for row in rows],
        }
    )


def _edge(row: Row) -> float:
    """Return where the row's bar stands: behind the limit's column, nowhere while it is unknown."""
    if row.limit.depth:
        return DEPTHS.index(row.limit.depth) + 1.0
    return 0.0 if row.limit.known else math.nan


def _theory(rows: Sequence[Row]) -> pd.DataFrame:
    finite = [row for row in rows if math.isfinite(row.scale)]
    return pd.DataFrame(
        {
            "row": [row.label for row in finite],
            "technique": [row.name for row in finite],
            "from": [place(row.scale) for row in finite],
            "to": [place(TRAINABLE * row.scale) for row in finite],
            "depth scale ξ": [number(row.scale) for row in finite],
            "6 ξ": [number(TRAINABLE * row.scale) for row in finite],
        }
    )


@lru_cache
def _spec(rows: int, step: int, *, theory: bool, numbers: bool) -> dict[str, Any]:
    """Build the chart of so many rows, each `step` pixels high.

    Data sets: cells (one per row and depth), limits (one per row), and theory (one per row with a
    finite ξ) where asked for.
    """
    names = f"{list(DEPTHS)}{PLACED}"
    axis = alt.Axis(
        values=[*(column + 0.5 for column in range(len(DEPTHS))), LIMIT_AT],
        labelExpr=f"datum.value > {len(DEPTHS)} ? 'limit' : {names}",
        labelAngle=0,
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
        orient="top",
        title="depth: hidden layers",
    )

    def x(field: str) -> alt.X:
        scale = scale_of("tight", (0, LIMIT_AT + 0.9))
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    raised = {"yOffset": -0.1 * step}
    rows_axis = alt.Axis(
        labelLimit=200,
        labelOverlap=False,
        labelFlush=False,
        labelOffset=-0.1 * step,
        ticks=False,
        domain=False,
    )
    y = alt.Y("row:N", sort=None, title=None, axis=rows_axis)
    key = alt.Legend(
        orient="top",
        # Squares, not a bar: Vega fills a bar by the page's whole address, and so a chart that
        # stays while the address changes loses its colours.
        type="symbol",
        symbolType="square",
        symbolOpacity=1,
        symbolSize=120,
        columnPadding=5,
        symbolStrokeWidth=KEY_STROKE,
        direction="horizontal",
        labelExpr="100 * datum.value + ' %'",
        titleLimit=0,
        values=[0, 0.5, 1],
    )
    color = alt.Color(
        "accuracy:Q",
        title="accuracy, median network",
        scale=alt.Scale(scheme="viridis", domain=[0, 1]),
        legend=key,
    )
    shares = ((f"{name}:Q", name, ".1%") for name in ("accuracy", "lowest", "highest"))
    cell = told("technique:N", "depth:Q", *shares, "step size:N")
    size: dict[str, Any] = {"height": {"band": 0.74}, **raised}
    layers = [
        # What has no accuracy yet is left out of the squares, and stays as this layer leaves it.
        draw("cells", "rect", color=NEUTRAL, opacity=0.15, **size).encode(
            x=x("left"), x2="right:Q", y=y
        ),
        draw("cells", "rect", **size)
        .encode(
            x=x("left"),
            x2="right:Q",
            y=y,
            color=color,
            tooltip=cell,
        )
        .properties(name=f"{RAMP}_squares"),
    ]
    if numbers:
        ink = alt.condition("datum.accuracy > 0.43", alt.value("black"), alt.value("white"))
        number = draw("cells", "text", **raised)
        layers.append(
            number.transform_calculate(centre="datum.left + 0.5")
            .encode(x=x("centre"), y=y, text="percent:N", color=ink, tooltip=cell)
            .properties(name=f"{RAMP}_numbers")
        )
    limits = told("technique:N", "limit:N", "depth scale ξ:N")
    bar: dict[str, Any] = {"orient": "vertical", "thickness": 4, "height": 0.9 * step}
    layers += [
        draw("limits", "tick", color=INK, **bar, **raised).encode(x=x("edge"), y=y, tooltip=limits),
        draw("limits", "text", fontWeight="bold", color=INK, **raised).encode(
            x=x("at"), y=y, text="limit:N", tooltip=limits
        ),
    ]
    if theory:
        # From ξ to 6 ξ under a row's squares, with an end mark at 6 ξ.
        scales = told("technique:N", "depth scale ξ:N", "6 ξ:N")
        low = {"yOffset": 0.38 * step}
        line = draw("theory", "rule", y2Offset=0.38 * step, **low, **THEORY)
        end = draw(
            "theory",
            "point",
            shape="diamond",
            filled=True,
            size=45,
            opacity=1,
            color=NEUTRAL,
            **low,
        )
        layers += [
            line.encode(x=x("from"), x2="to:Q", y=y, tooltip=scales),
            end.encode(x=x("to"), y=y, tooltip=scales),
        ]
    return layered(rows * step + OVERHEAD, *layers)


def heat_map(
    name: str, rows: Sequence[Row], threshold: float, note: str, *, numbers: bool, step: int
) -> View:
    """Draw techniques × depths: colour is the median accuracy, a bar the limit, dashed is theory.

    Rows (at least one) are `step` pixels high; with `numbers` each square says its accuracy in
    percent. An accuracy of `threshold` counts as learned.
    """
    frames = {"cells": _cells(rows, threshold), "limits": _limits(rows), "theory": _theory(rows)}
    if frames["theory"].empty:
        del frames["theory"]
    told = "; ".join(f"{row.name}: {limit_text(row.limit)}" for row in rows[:6])
    more = f" (and {len(rows) - 6} more)" if len(rows) > 6 else ""
    return View(
        name=name,
        spec=_spec(len(rows), step, theory="theory" in frames, numbers=numbers),
        frames=frames,
        alt=f"Depth down to which {100 * threshold:g} % accuracy is reached: {told}{more}.",
        note=note,
    )
