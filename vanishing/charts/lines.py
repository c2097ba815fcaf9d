"""Lines over a setting or over time, most of them a median with its band from 10 to 90 %."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts.beside import STANDS
from vanishing.charts.parts import (
    BAND,
    across,
    draw,
    haloed,
    label,
    layered,
    legend,
    series,
    told,
    told_large_and_small,
    up,
)
from vanishing.charts.style import BOUND, GUIDE, THEORY, WARNING
from vanishing.charts.view import View
from vanishing.engine.arrays import Array

Axis: TypeAlias = tuple[str, str] | tuple[str, str, tuple[Any, Any]]
"""Title, kind and, where it has one, domain."""

LEVELS = (0.1, 0.5, 0.9)
"""The low end, the middle and the high end of what is drawn."""


# --- frames -------------------------------------------------------------------------------------


def quantiles(values: Array) -> tuple[Array, Array, Array]:
    """Return `LEVELS` over the last axis, the seeds; a NaN among them makes them NaN."""
    with np.errstate(invalid="ignore"):
        low, median, high = np.quantile(values, LEVELS, axis=-1)
    return low, median, high


def band(values: Array, x: Sequence[Any] | NDArray[Any], name: str) -> pd.DataFrame:
    """Return the rows of one line, x, low, median, high, series, from S seeds at K x: (K, S)."""
    low, median, high = quantiles(values)
    return pd.DataFrame({"x": x, "low": low, "median": median, "high": high, "series": name})


def over_seeds(first: int, many: int, what: str) -> str:
    """Return how a line over so many nets is to be read; `what` one of them is called."""
    if many == 1:
        return f"one {what}, seed {first}"
    return f"median and 10–90 % over {many} {what}s, seeds {first} to {first + many - 1}"


def frames(
    rows: Sequence[pd.DataFrame],
    *,
    here: float | None = None,
    level: tuple[float, str] | None = None,
    **others: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:
    """Return the data sets of `lines`; what is empty is left out, for it would upset the scales.

    Parameters
    ----------
    rows : sequence of DataFrame
        From `band`; none leaves an empty chart.
    here : float, optional
        The x of the present setting, to be marked.
    level : (float, str), optional
        The y to be marked, and what it is.
    others : DataFrame, optional
        theory, bound, mark and ended.
    """
    empty = [pd.DataFrame(columns=["x", "low", "median", "high", "series"])]
    found = {"rows": pd.concat(rows or empty, ignore_index=True)}
    found |= {name: frame for name, frame in others.items() if frame is not None and len(frame)}
    if here is not None:
        found["mark"] = pd.DataFrame({"x": [float(here)], "text": ["this setting"]})
    if level is not None:
        found["level"] = pd.DataFrame({"y": [level[0]], "text": [level[1]]})
    return found


# --- the chart ----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _spec(
    x_axis: Axis,
    y_axis: Axis,
    height: int,
    extras: tuple[str, ...],
    *,
    banded: bool = True,
    line: bool = True,
    points: bool = False,
    keyed: bool = True,
    columns: int = 5,
    longest: int = 0,
    names: tuple[str, ...] = (),
    shown: tuple[str, ...] = (),
) -> dict[str, Any]:
    clip, percent = y_axis[1] == "log10", y_axis[1] == "percent"
    x = across("x", *x_axis)
    value = "median" if banded else "y"

    def y(field: str) -> alt.Y:
        if percent:
            return up(field, y_axis[0], "linear", (0.0, 1.0), format="%")
        return up(field, *y_axis)

    only = {"values": list(shown)} if shown else {}
    listed = shown or names or ("m" * longest,)
    key = legend("stroke" if line else "", names=listed, columns=columns, **only) if keyed else None
    channels = series(key, names=names, mark="strokeDash" if line else "shape")
    drawn = BAND if banded else (("y", y_axis[0]),)
    made: dict[str, str] = {}
    if clip:
        ends = told(("from:N", "10 %"), ("size:N", "median"), ("to:N", "90 %"))
    elif y_axis[1] == "log":
        made, ends = told_large_and_small(*drawn)
    else:
        ends = told(*((f"{f}:Q", title, ".1%" if percent else ".3g") for f, title in drawn))
    tooltip = [*told(("series:N", " "), ("x:Q", x_axis[0], ".4~g")), *ends]
    rows = (
        draw("rows", "line", strokeWidth=2.5, point=points, clip=clip)
        if line
        else draw("rows", "point", filled=True, size=70, opacity=1)
    )
    rows = rows.transform_calculate(**made).encode(x=x, y=y(value), tooltip=tooltip, **channels)
    area = draw("rows", "area", opacity=0.15, clip=clip).encode(
        x=x, y=y("low"), y2="high:Q", color=channels["color"]
    )
    cross = draw(
        "ended", "point", shape="cross", angle=45, size=140, filled=True, color=WARNING, opacity=1
    ).transform_calculate(**made)
    beside = {
        name: [draw(name, "line", **style, clip=clip).encode(x=x, y=y("y"), detail="series:N")]
        for name, style in (("bound", BOUND), ("theory", THEORY))
    }
    beside |= {
        "mark": [draw("mark", "rule", **GUIDE).encode(x=x)],
        "level": [draw("level", "rule", **{**GUIDE, "strokeDash": [6, 3]}).encode(y=y("y"))],
        "ended": [cross.encode(x=x, y=y(value), tooltip=tooltip)],
    }
    behind = [layer for name in beside if name in extras for layer in beside[name]]
    words = {
        "bound": label("bound", **STANDS).encode(x=x, y=y("y")),
        "mark": label("mark", dy=4, baseline="top").encode(x=x, y=alt.value(0)),
        "level": label("level", dy=4, baseline="top").encode(x=alt.value(0), y=y("y")),
    }
    above = [layer for name in words if name in extras for layer in haloed(words[name])]
    return layered(height, *([area] if banded else []), *behind, rows, *above)


def lines(
    name: str,
    frames: Mapping[str, pd.DataFrame],
    x: Axis,
    y: Axis,
    *,
    height: int,
    words: str,
    note: str,
    at: Mapping[str, float] | None = None,
    **options: Any,
) -> View:
    """Return the view of lines.

    Parameters
    ----------
    name : str
        Of the chart.
    frames : mapping
        From `frames`: rows (x, low, median, high, series) and, where they are there, theory and
        bound (x, y, series: thin and dashed, dotted), mark (x, text: an upright line), level (y,
        text: a level line) and ended (those of the rows at which a run diverged: a cross). Drawn
        in their order. On a "log10" axis y, which clips, rows also hold size, from and to: the
        values in words. Bound holds text and place: its name in the row beside which that is to
        stand, and where, see `beside`.
    x, y : (title, kind) or (title, kind, domain)
        The axes. Kind and domain as in `parts.scale_of`, for y also "percent", of shares; without
        a domain an axis follows the data.
    height : int
        Of the whole chart, axes and legend included.
    words : str
        The takeaway, for the alt text.
    note : str
        What stands under it.
    at : mapping, optional
        Numbers that domains refer to, by `parts.at`.
    options
        banded=False: rows are x, y, series; line=False: points only; points: on the lines too;
        keyed=False: no legend; columns of the legend at most; names: all that keep their colours,
        and shown: those of them in the legend.
    """
    extras = tuple(key for key in frames if key != "rows")
    if options.get("keyed", True):
        # In steps of four letters, so that few specifications are made.
        longest = max(map(len, frames["rows"]["series"]), default=0)
        options["longest"] = 4 * math.ceil(longest / 4)
    spec = _spec(x, y, height, extras, **options)
    if at is not None:
        spec = {**spec, "params": [{"name": "at", "value": dict(at)}]}
    return View(name=name, spec=spec, frames=frames, alt=words, note=note)
