"""The small chart of a claim or a paper card: measured, predicted, bound and published."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import altair as alt
import pandas as pd

from vanishing.charts.bands import axis_of, scale_of
from vanishing.charts.style import BOUND, NEUTRAL, THEORY
from vanishing.charts.view import View, specification
from vanishing.evidence.model import Line, Picture

HEIGHT = 300
ROW = 26
"""Pixels per named row."""

DASHES = {"predicted": THEORY["strokeDash"], "bound": BOUND["strokeDash"]}
SHAPES = {"predicted": "stroke", "bound": "triangle-left", "published": "diamond"}
POINT: Mapping[str, Any] = {"size": 110, "strokeWidth": 2, "color": NEUTRAL, "opacity": 1}
LIMIT = 170
"""Pixels of a row's name, so that a phone has room for the values."""


def view(name: str, picture: Picture, words: str, note: str) -> View:
    """Return the chart of a picture.

    Parameters
    ----------
    name : str
        Of the chart.
    picture : Picture
    words : str
        The takeaway, for the alt text.
    note : str
        What stands under it.
    """
    frames = _frames(picture)
    named = any(isinstance(x, str) for line in picture.lines for x in line.x)
    axes = (picture.x, picture.y, picture.log_x, picture.log_y)
    kinds = tuple(frames)
    banded = "measured" in frames and bool(frames["measured"]["low"].notna().any())
    series = frames["measured"]["series"].nunique() if "measured" in frames else 0
    if named:
        rows = len({x for line in picture.lines for x in line.x})
        spec = _named_spec(*axes, kinds, banded, series > 1, rows)
    else:
        whole = all(float(x).is_integer() for line in picture.lines for x in line.x)
        spec = _line_spec(*axes, kinds, banded, series > 1, whole)
    return View(name=name, spec=spec, frames=frames, alt=words, note=note)


def _frames(picture: Picture) -> dict[str, pd.DataFrame]:
    """Return the data sets, one per kind of line that there is: x, y, low, high, series, kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in picture.lines:
        found.setdefault(line.kind, []).extend(_rows(line))
    order = ("measured", *SHAPES)
    return {kind: pd.DataFrame(found[kind]) for kind in order if found.get(kind)}


def _rows(line: Line) -> list[dict[str, Any]]:
    """Return a line's points; a chart has no place for what is infinite or not a number."""
    ends = zip(line.low or [None] * len(line.y), line.high or [None] * len(line.y), strict=True)
    return [
        {"x": x, "y": y, "low": low, "high": high, "series": line.name, "kind": line.kind}
        for x, y, (low, high) in zip(line.x, line.y, ends, strict=True)
        if math.isfinite(y)
    ]


def _legend(
    symbol: Mapping[str, Any] | None = None, orient: Literal["top", "bottom"] = "top"
) -> alt.Legend:
    return alt.Legend(
        orient=orient, title=None, columns=2, labelLimit=260, symbolOpacity=1, **(symbol or {})
    )


def _legend_of_kinds(**symbol: Any) -> alt.Legend:
    """Return the legend of what was not measured; below, since a phone has no room beside."""
    return _legend({**symbol, "symbolStrokeColor": NEUTRAL}, "bottom")


STROKE: Mapping[str, Any] = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 250}


@lru_cache
def _line_spec(
    x_title: str, y_title: str, log_x: bool, log_y: bool, kinds: tuple[str, ...], *more: bool
) -> dict[str, Any]:
    """Build lines over numbers; data sets measured, predicted, bound, published."""
    banded, several, whole = more
    x_kind, y_kind = ("log" if log else "linear" for log in (log_x, log_y))
    if whole and not log_x:
        x_kind = "whole"
    x = alt.X("x:Q", title=x_title, scale=scale_of(x_kind), axis=axis_of(x_kind, "x"))
    y_options: dict[str, Any] = {
        "title": y_title,
        "scale": scale_of(y_kind),
        "axis": axis_of(y_kind, "y"),
    }
    y = alt.Y("y:Q", **y_options)
    tooltip = _tooltip("x:Q", x_title, y_title)
    layers: list[alt.Chart] = []
    if "measured" in kinds:
        rows = alt.Chart(alt.NamedData("measured"))
        key = _legend(STROKE) if several or len(kinds) > 1 else None
        color = alt.Color("series:N", sort=None, legend=key)
        plain = alt.Color("series:N", sort=None, legend=None)
        if banded:
            area = rows.mark_area(opacity=0.15)
            layers.append(area.encode(x=x, y=alt.Y("low:Q", **y_options), y2="high:Q", color=plain))
        dash = alt.StrokeDash("series:N", sort=None, legend=key)
        line = rows.mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=25))
        layers.append(line.encode(x=x, y=y, color=color, strokeDash=dash, tooltip=tooltip))
    theory = [kind for kind in kinds if kind in DASHES]
    dashes = {
        kind: alt.StrokeDash(
            "kind:N",
            scale=alt.Scale(domain=theory, range=[DASHES[each] for each in theory]),
            legend=_legend_of_kinds(**STROKE) if kind == theory[0] else None,
        )
        for kind in theory
    }
    layers += [
        alt.Chart(alt.NamedData(kind))
        .mark_line(strokeWidth=2, color=NEUTRAL)
        .encode(x=x, y=y, detail="series:N", strokeDash=dashes[kind], tooltip=tooltip)
        for kind in theory
    ]
    if "published" in kinds:
        points = alt.Chart(alt.NamedData("published")).mark_point(**POINT)
        layers.append(points.encode(x=x, y=y, tooltip=tooltip, shape=_shapes(("published",))))
    chart = alt.layer(*layers).resolve_scale(
        strokeDash="independent", shape="independent", color="independent"
    )
    return specification(chart.properties(height=HEIGHT))


@lru_cache
def _named_spec(
    x_title: str,
    y_title: str,
    _: bool,
    log_y: bool,
    kinds: tuple[str, ...],
    banded: bool,
    several: bool,
    rows: int,
) -> dict[str, Any]:
    """Build one row per name, its values as points with their bands."""
    kind = "log" if log_y else "linear"
    value = alt.X("y:Q", title=y_title, scale=scale_of(kind), axis=axis_of(kind, "x"))
    name = alt.Y("x:N", title=None, sort=None, axis=alt.Axis(labelLimit=LIMIT, grid=True))
    tooltip = _tooltip("x:N", x_title, y_title)
    layers: list[alt.Chart] = []
    if "measured" in kinds:
        data = alt.Chart(alt.NamedData("measured"))
        key = _legend() if several or len(kinds) > 1 else None
        color = alt.Color("series:N", sort=None, legend=key)
        if banded:
            rule = data.mark_rule(strokeWidth=3, opacity=0.4)
            low = alt.X("low:Q", title=y_title, scale=scale_of(kind), axis=axis_of(kind, "x"))
            plain = alt.Color("series:N", sort=None, legend=None)
            layers.append(rule.encode(x=low, x2="high:Q", y=name, color=plain))
        points = data.mark_point(size=90, filled=True, opacity=1)
        shape = alt.Shape("series:N", sort=None, legend=key)
        layers.append(points.encode(x=value, y=name, color=color, shape=shape, tooltip=tooltip))
    others = tuple(kind for kind in kinds if kind in SHAPES)
    layers += [
        alt.Chart(alt.NamedData(kind))
        .mark_point(**POINT)
        .encode(x=value, y=name, tooltip=tooltip, shape=_shapes(others))
        for kind in others
    ]
    chart = alt.layer(*layers).resolve_scale(shape="independent", color="independent")
    return specification(chart.properties(height=140 + ROW * max(rows, 3)))


def _shapes(kinds: tuple[str, ...]) -> alt.Shape:
    return alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=[SHAPES[kind] for kind in kinds]),
        legend=_legend_of_kinds(symbolStrokeWidth=2),
    )


def _tooltip(x: str, x_title: str, y_title: str) -> list[alt.Tooltip]:
    place = alt.Tooltip(x, title=x_title)
    return [
        alt.Tooltip("series:N", title=" "),
        place.format(".4~g") if x.endswith("Q") else place,
        alt.Tooltip("y:Q", title=y_title, format=".4~g"),
        alt.Tooltip("low:Q", title="band from", format=".4~g"),
        alt.Tooltip("high:Q", title="band to", format=".4~g"),
    ]
