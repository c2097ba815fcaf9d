"""Lines over a setting or over time, each a median with the band from 10 to 90 % over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts.style import GUIDE, NEUTRAL, THEORY, WARNING
from vanishing.charts.view import View, specification
from vanishing.engine.arrays import Array

LEVELS = (0.1, 0.5, 0.9)
"""The low end, the middle and the high end of what is drawn."""

_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _power_of_ten(exponent: str) -> str:
    """Return the Vega expression of 10 to a power that is itself an expression."""
    digits = " + ".join(
        f"(abs({exponent}) >= {unit} ? '{_SUPERSCRIPT}'[floor(abs({exponent}) / {unit}) % 10] : '')"
        for unit in (100, 10, 1)
    )
    return f"({exponent} === 0 ? '1' : '10' + ({exponent} < 0 ? '⁻' : '') + {digits})"


POWERS_OF_TEN = _power_of_ten("round(log(datum.value) / LN10)")
"""A Vega expression that labels the whole powers of ten of a log axis."""


def _log_label(channel: str) -> str:
    """Return the Vega expression that labels a log axis.

    Powers of ten; what lies between them only where the axis is too short for several.
    """
    ratio = f"(domain('{channel}')[1] / domain('{channel}')[0])"
    decade = "floor(log(datum.value) / LN10 + 1e-9)"
    digit = f"(datum.value / pow(10, {decade}))"
    is_power = f"abs({digit} - 1) < 1e-6"
    is_told = f"{ratio} < 4 || {is_power} || abs({digit} - 2) < 1e-6 || abs({digit} - 5) < 1e-6"
    plain = "format(datum.value, '.3~g')"
    scaled = f"format({digit}, '.3~g') + '·' + {_power_of_ten(decade)}"
    near = f"({is_told}) ? (abs({decade}) <= 3 ? {plain} : {scaled}) : ''"
    return f"{ratio} < 101 ? ({near}) : ({is_power} ? {POWERS_OF_TEN} : '')"


def quantiles(values: Array) -> tuple[Array, Array, Array]:
    """Return `LEVELS` over the last axis, the seeds; a NaN among them makes them NaN."""
    with np.errstate(invalid="ignore"):
        low, median, high = np.quantile(values, LEVELS, axis=-1)
    return low, median, high


def band(values: Array, x: Sequence[Any] | NDArray[Any], series: str) -> pd.DataFrame:
    """Return the rows of one line: median and 10–90 % over seeds.

    Parameters
    ----------
    values : (K, S)
        S seeds at K values of x.
    x : length K
    series : str
        Name of the line.
    """
    low, median, high = quantiles(values)
    return pd.DataFrame({"x": x, "low": low, "median": median, "high": high, "series": series})


def scale_of(kind: str, domain: tuple[float, float] | None = None) -> alt.Scale:
    """Return a "linear", "whole" (of whole numbers), "log" or "symlog" (with room for 0) scale."""
    options: dict[str, Any] = {"type": "linear" if kind == "whole" else kind}
    if kind in ("linear", "whole"):
        options |= {"zero": False, "nice": kind == "linear"}
    else:
        options["nice"] = False
    if kind == "symlog":
        options["constant"] = 1
    if domain is not None:
        options["domain"] = list(domain)
    return alt.Scale(**options)


def axis_of(kind: str, channel: str, *, percent: bool = False) -> alt.Axis:
    """Return the axis that suits a scale of the channel "x" or "y"."""
    match kind:
        case "log":
            return alt.Axis(
                labelExpr=_log_label(channel), tickCount=6, labelOverlap=True, gridOpacity=0.4
            )
        case "symlog":
            return alt.Axis(
                values=[0, 1, 3, 10, 30, 100, 300, 1000],
                format=",d",
                grid=False,
                labelOverlap=True,
            )
        case "whole":
            return alt.Axis(tickMinStep=1, format="d")
        case _:
            return alt.Axis(format="%") if percent else alt.Axis(tickCount=6)


@lru_cache
def band_spec(
    x_title: str,
    y_title: str,
    height: int,
    *,
    x_kind: str = "linear",
    y_kind: str = "linear",
    x_domain: tuple[float, float] | None = None,
    y_domain: tuple[float, float] | None = None,
    percent: bool = False,
    points: bool = False,
    legend: bool = True,
    columns: int = 5,
    extras: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Build lines with bands.

    Data sets: rows (x, low, median, high, series) and, where `extras` names them, theory (x, y,
    series: thin and dashed), mark (x, text: an upright line), level (y, text: a level line) and
    ended (a row where a run diverged: a cross). An axis without a domain follows the data.
    """
    key = alt.Legend(
        orient="top",
        title=None,
        symbolType="stroke",
        symbolOpacity=1,
        symbolStrokeWidth=3,
        symbolSize=250,
        columns=columns,
        labelLimit=0,
    )
    shown = key if legend else None
    x = alt.X("x:Q", title=x_title, scale=scale_of(x_kind, x_domain), axis=axis_of(x_kind, "x"))
    y_options: dict[str, Any] = {
        "title": y_title,
        "scale": scale_of(y_kind, (0.0, 1.0) if percent else y_domain),
        "axis": axis_of(y_kind, "y", percent=percent),
    }
    rows = alt.Chart(alt.NamedData("rows"))
    number_format = ".1%" if percent else ".3g"
    tooltip = [
        alt.Tooltip("series:N", title=" "),
        alt.Tooltip("x:Q", title=x_title, format=".4~g"),
        *(
            alt.Tooltip(f"{name}:Q", title=title, format=number_format)
            for name, title in (("low", "10 %"), ("median", "median"), ("high", "90 %"))
        ),
    ]
    color = alt.Color("series:N", sort=None, legend=shown)
    area = rows.mark_area(opacity=0.15).encode(
        x=x,
        y=alt.Y("low:Q", **y_options),
        y2="high:Q",
        color=color,
    )
    line = rows.mark_line(strokeWidth=2.5, point=points).encode(
        x=x,
        y=alt.Y("median:Q", **y_options),
        color=color,
        strokeDash=alt.StrokeDash("series:N", sort=None, legend=shown),
        tooltip=tooltip,
    )
    layers = [area, *_extras(extras, x, y_options, tooltip), line]
    return specification(alt.layer(*layers).properties(height=height))


def _extras(
    names: tuple[str, ...], x: alt.X, y_options: dict[str, Any], tooltip: list[alt.Tooltip]
) -> list[alt.Chart]:
    """Build the layers beside the bands; one over an empty data set would upset the scales."""
    theory = alt.Chart(alt.NamedData("theory")).mark_line(**THEORY)
    mark = alt.Chart(alt.NamedData("mark"))
    word = mark.mark_text(align="left", dx=4, dy=4, baseline="top", color=NEUTRAL)
    level = alt.Chart(alt.NamedData("level"))
    below = level.mark_text(align="left", dx=4, dy=4, baseline="top", color=NEUTRAL)
    ended = alt.Chart(alt.NamedData("ended")).mark_point(
        shape="cross", angle=45, size=140, filled=True, color=WARNING, opacity=1
    )
    layers = {
        "theory": [theory.encode(x=x, y=alt.Y("y:Q", **y_options), detail="series:N")],
        "mark": [
            mark.mark_rule(**GUIDE).encode(x=x),
            word.encode(x=x, y=alt.value(0), text="text:N"),
        ],
        "level": [
            level.mark_rule(**{**GUIDE, "strokeDash": [6, 3]}).encode(y=alt.Y("y:Q", **y_options)),
            below.encode(x=alt.value(0), y=alt.Y("y:Q", **y_options), text="text:N"),
        ],
        "ended": [ended.encode(x=x, y=alt.Y("median:Q", **y_options), tooltip=tooltip)],
    }
    return [layer for name in names for layer in layers[name]]


def band_view(
    name: str,
    frames: dict[str, pd.DataFrame],
    *titles: str,
    height: int,
    words: str,
    note: str,
    **options: Any,
) -> View:
    """Return the view of lines with bands.

    Parameters
    ----------
    name : str
        Of the chart.
    frames : dict
        From `frames`.
    titles : two strings
        Of the x and of the y axis.
    height : int
        Of the whole chart, axes and legend included.
    words : str
        The takeaway, for the alt text.
    note : str
        What stands under it.
    options
        As in `band_spec`.
    """
    extras = tuple(key for key in frames if key != "rows")
    spec = band_spec(*titles, height, extras=extras, **options)
    return View(name=name, spec=spec, frames=frames, alt=words, note=note)


def frames(
    rows: Sequence[pd.DataFrame],
    *,
    theory: pd.DataFrame | None = None,
    here: float | None = None,
    level: tuple[float, str] | None = None,
    ended: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the data sets of `band_spec`; what is not given is left out.

    Parameters
    ----------
    rows : sequence of DataFrame
        From `band`.
    theory : DataFrame, optional
        x, y, series.
    here : float, optional
        The x of the present setting, to be marked.
    level : (float, str), optional
        The y to be marked, and what it is.
    ended : DataFrame, optional
        Those of the rows at which a run diverged.
    """
    found = {"rows": pd.concat(rows, ignore_index=True)}
    if theory is not None and len(theory):
        found["theory"] = theory
    if here is not None:
        found["mark"] = pd.DataFrame({"x": [float(here)], "text": ["this setting"]})
    if level is not None:
        found["level"] = pd.DataFrame({"y": [level[0]], "text": [level[1]]})
    if ended is not None and len(ended):
        found["ended"] = ended
    return found
