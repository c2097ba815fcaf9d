"""Lines or points, with theory, marked places, and crosses where a path ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts.bands import axis_of, scale_of
from vanishing.charts.style import GUIDE, NEUTRAL, THEORY, WARNING
from vanishing.charts.view import specification
from vanishing.engine.arrays import Array

MOST_ROWS = 500


def line(
    x: Sequence[float] | NDArray[Any], y: Sequence[float] | Array, series: str
) -> pd.DataFrame:
    """Return the rows of one series: x, y, series; without what a log axis cannot show."""
    values = np.asarray(y, dtype=float)
    shown = np.isfinite(values) & (values > 0)
    return pd.DataFrame(
        {
            "x": np.asarray(x, dtype=float)[shown].astype(np.float32),
            "y": values[shown],
            "series": series,
        }
    )


def thinned(count: int) -> Array:
    """Return at most about 500 of the indices 0 … count − 1, the first and the last among them."""
    kept: Array = np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).round().astype(int))
    return kept


def colours(
    domain: Sequence[str], shown: Sequence[str], columns: int = 3, mark: str = "strokeDash"
) -> dict[str, Any]:
    """Return the channels that tell series apart: colour, and dash or shape ("shape").

    All of `domain` keep their colours, those `shown` stand in the legend.
    """
    stroke: dict[str, Any] = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 250}
    legend = alt.Legend(
        orient="top",
        title=None,
        values=list(shown),
        symbolOpacity=1,
        columns=columns,
        labelLimit=0,
        **(stroke if mark == "strokeDash" else {}),
    )
    scale = alt.Scale(domain=list(domain))
    channel = {"strokeDash": alt.StrokeDash, "shape": alt.Shape}[mark]
    return {
        "color": alt.Color("series:N", scale=scale, legend=legend),
        mark: channel("series:N", scale=scale, legend=legend),
    }


@lru_cache
def lines_spec(
    x_title: str,
    y_title: str,
    height: int,
    domain: tuple[str, ...],
    shown: tuple[str, ...],
    *,
    x_kind: str = "linear",
    y_kind: str = "log",
    points: bool = False,
    columns: int = 3,
    extras: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Build lines, or with `points` single points.

    Data sets: rows (x, y, series) and, where `extras` names them, theory (x, y, series: thin and
    dashed), mark (x, text: an upright line), level (y, text: a level line) and ended (x, y, series:
    a cross).
    """
    x = alt.X("x:Q", title=x_title, scale=scale_of(x_kind), axis=axis_of(x_kind, "x"))
    y = alt.Y("y:Q", title=y_title, scale=scale_of(y_kind), axis=axis_of(y_kind, "y"))
    tooltip = [
        alt.Tooltip("series:N", title=" "),
        alt.Tooltip("x:Q", title=x_title, format=".4~g"),
        alt.Tooltip("y:Q", title=y_title, format=".3g"),
    ]
    data = alt.Chart(alt.NamedData("rows"))
    channels = colours(domain, shown, columns, mark="shape" if points else "strokeDash")
    drawn = data.mark_point(filled=True, size=70) if points else data.mark_line(strokeWidth=2.5)
    rows = drawn.encode(x=x, y=y, tooltip=tooltip, **channels)
    theory = alt.Chart(alt.NamedData("theory")).mark_line(**THEORY)
    mark, level = alt.Chart(alt.NamedData("mark")), alt.Chart(alt.NamedData("level"))
    word: dict[str, Any] = {"align": "left", "dx": 4, "color": NEUTRAL}
    ended = alt.Chart(alt.NamedData("ended")).mark_point(
        shape="cross", angle=45, size=140, filled=True, color=WARNING, opacity=1
    )
    layers = {
        "theory": [theory.encode(x=x, y=y, detail="series:N")],
        "mark": [
            mark.mark_rule(**GUIDE).encode(x=x),
            mark.mark_text(dy=4, baseline="top", **word).encode(x=x, y=alt.value(0), text="text:N"),
        ],
        "level": [
            level.mark_rule(**GUIDE).encode(y=y),
            level.mark_text(dy=-6, **word).encode(x=alt.value(0), y=y, text="text:N"),
        ],
        "ended": [ended.encode(x=x, y=y, tooltip=tooltip)],
    }
    behind = [layer for name in extras for layer in layers[name]]
    return specification(alt.layer(*behind, rows).properties(height=height))


def strips(row: NDArray[np.int8]) -> tuple[Array, Array, Array]:
    """Return where each run of equal entries begins, where it ends, and what it holds."""
    borders = np.flatnonzero(np.diff(row)) + 1
    first = np.concatenate([[0], borders])
    return first, np.concatenate([borders, [len(row)]]), row[first]


def frames_of(
    rows: Sequence[pd.DataFrame], **extras: pd.DataFrame | None
) -> Mapping[str, pd.DataFrame]:
    """Return the data sets of `lines_spec`; what is empty is left out, for it upsets scales."""
    found = {name: frame for name, frame in extras.items() if frame is not None and len(frame)}
    return {"rows": pd.concat(rows, ignore_index=True), **found}
