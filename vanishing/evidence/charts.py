"""The small chart of a claim or a paper card: measured, predicted, bound, published, derived."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from vanishing.charts.parts import across, draw, layered, legend, legend_below, series, told, up
from vanishing.charts.style import BOUND, NEUTRAL, THEORY
from vanishing.charts.view import View
from vanishing.evidence.finding import Line, Picture

HEIGHT = 280
ROW = 26
"""Pixels per named row."""

DASHES = {"predicted": THEORY["strokeDash"], "bound": BOUND["strokeDash"]}
POINTS = {"published": "diamond", "derived": "square"}
SHAPES = {"predicted": "stroke", "bound": "triangle-left", **POINTS}
POINT: Mapping[str, Any] = {"size": 110, "strokeWidth": 2, "color": NEUTRAL, "opacity": 1}
LIMIT = 170
"""Pixels of a row's name, so that a phone has room for the values."""


def view(name: str, picture: Picture, words: str, note: str) -> View:
    """Return the chart of a picture; `words` are its takeaway, for the alt text."""
    frames = _frames(picture)
    measured = [line for line in picture.lines if line.kind == "measured"]
    banded, several = any(line.low for line in measured), len(measured) > 1
    shape = (picture.x, picture.y, picture.log_x, picture.log_y, tuple(frames), banded, several)
    places = {x for line in picture.lines for x in line.x}
    if any(isinstance(x, str) for x in places):
        spec = _named_spec(*shape, rows=len(places))
    else:
        spec = _line_spec(*shape, whole=all(float(x).is_integer() for x in places))
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


def _below(**symbol: Any) -> alt.Legend:
    """Return the legend of what was not measured; below, since a phone has no room beside."""
    return legend_below(**{"columns": 2, "labelLimit": 260, **symbol})


@lru_cache
def _line_spec(
    x_title: str,
    y_title: str,
    log_x: bool,
    log_y: bool,
    kinds: tuple[str, ...],
    banded: bool,
    several: bool,
    whole: bool,
) -> dict[str, Any]:
    """Build lines over numbers; data sets measured, predicted, bound, published, derived."""
    y_kind = "log" if log_y else "linear"
    x = across("x", x_title, "log" if log_x else "whole" if whole else "linear")
    y = up("y", y_title, y_kind)
    tooltip = _tooltip("x:Q", x_title, y_title)
    layers: list[alt.Chart] = []
    if "measured" in kinds:
        shown = several or len(kinds) > 1
        channels = series(legend("stroke", columns=2, labelLimit=260) if shown else None)
        if banded:
            area = draw("measured", "area", opacity=0.15)
            low, plain = up("low", y_title, y_kind), series(None)["color"]
            layers.append(area.encode(x=x, y=low, y2="high:Q", color=plain))
        line = draw("measured", "line", strokeWidth=2.5, point=alt.OverlayMarkDef(size=25))
        with_band = _tooltip("x:Q", x_title, y_title, banded)
        layers.append(line.encode(x=x, y=y, tooltip=with_band, **channels))
    theory = [kind for kind in kinds if kind in DASHES]
    scale = alt.Scale(domain=theory, range=[DASHES[each] for each in theory])
    for kind in theory:
        key = (
            _below(symbolType="stroke", symbolStrokeWidth=3, symbolSize=250)
            if kind == theory[0]
            else None
        )
        dash = alt.StrokeDash("kind:N", scale=scale, legend=key)
        line = draw(kind, "line", strokeWidth=2, color=NEUTRAL)
        layers.append(line.encode(x=x, y=y, detail="series:N", strokeDash=dash, tooltip=tooltip))
    dots = tuple(kind for kind in kinds if kind in POINTS)
    for kind in dots:
        points = draw(kind, "point", **POINT)
        layers.append(points.encode(x=x, y=y, tooltip=tooltip, shape=_shapes(dots)))
    return _independent(HEIGHT, layers)


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
    value = across("y", y_title, kind)
    name = alt.Y("x:N", title=None, sort=None, axis=alt.Axis(labelLimit=LIMIT, grid=True))
    tooltip = _tooltip("x:N", x_title, y_title)
    layers: list[alt.Chart] = []
    if "measured" in kinds:
        shown = several or len(kinds) > 1
        channels = series(legend(columns=2, labelLimit=260) if shown else None, mark="shape")
        if banded:
            rule = draw("measured", "rule", strokeWidth=3, opacity=0.4)
            low, plain = across("low", y_title, kind), series(None)["color"]
            layers.append(rule.encode(x=low, x2="high:Q", y=name, color=plain))
        points = draw("measured", "point", size=90, filled=True, opacity=1)
        with_band = _tooltip("x:N", x_title, y_title, banded)
        layers.append(points.encode(x=value, y=name, tooltip=with_band, **channels))
    others = tuple(kind for kind in kinds if kind in SHAPES)
    for other in others:
        points = draw(other, "point", **POINT)
        layers.append(points.encode(x=value, y=name, tooltip=tooltip, shape=_shapes(others)))
    return _independent(140 + ROW * max(rows, 3), layers)


def _independent(height: int, layers: list[alt.Chart]) -> dict[str, Any]:
    apart: dict[str, Any] = dict.fromkeys(("strokeDash", "shape", "color"), "independent")
    return layered(height, *layers, resolve=alt.Resolve(scale=apart))


def _shapes(kinds: tuple[str, ...]) -> alt.Shape:
    return alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=[SHAPES[kind] for kind in kinds]),
        legend=_below(symbolStrokeWidth=2, symbolSize=100),
    )


def _tooltip(x: str, x_title: str, y_title: str, banded: bool = False) -> list[alt.Tooltip]:
    place = (x, x_title, ".4~g") if x.endswith("Q") else (x, x_title)
    band = (("low:Q", "band from"), ("high:Q", "band to"))
    rows = (("y:Q", y_title), *(band if banded else ()))
    return told(("series:N", " "), place, *((*row, ".4~g") for row in rows))
