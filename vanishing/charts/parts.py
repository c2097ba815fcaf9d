"""What every chart is made of, each thing once: marks, axes, legends, tooltips, labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from vanishing.charts.style import DASHES, NEUTRAL, QUIET
from vanishing.charts.view import specification

SYMBOL_ROOM, LETTER_ROOM = 40, 7
"""Pixels that a legend's symbol, with the gaps around it, and a letter of a name take at most."""

_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _power_of_ten(exponent: str) -> str:
    """Return the Vega expression of 10 to a whole power that is itself an expression."""
    digits = " + ".join(
        f"(abs({exponent}) >= {unit} ? '{_SUPERSCRIPT}'[floor(abs({exponent}) / {unit}) % 10] : '')"
        for unit in (1000, 100, 10, 1)
    )
    return f"({exponent} === 0 ? '1' : '10' + ({exponent} < 0 ? '⁻' : '') + {digits})"


POWERS_OF_TEN = _power_of_ten("round(log(datum.value) / LN10)")
"""A Vega expression that labels the whole powers of ten of a log axis."""

BAND = ("low", "10 %"), ("median", "median"), ("high", "90 %")
"""The fields of a median and its band, and what tooltips call them."""

_DECADE = "floor(log({0}) / LN10 + 1e-9)"


def _in_words(field: str) -> dict[str, str]:
    """Return the fields, and their Vega expressions, that write a positive number, or 0, as pages.

    Each is sent with every chart: what stands in the second several times is a field of its own.
    """
    value, decade = f"datum.{field}", f"datum.{field}_e"
    far = f"format({value} / pow(10, {decade}), '.2f') + '·' + {_power_of_ten(decade)}"
    near = f"{decade} >= -3 && {decade} < 6 ? format({value}, ',.3r')"
    told = f"isFinite({decade}) ? {near} : {far} : {value} === 0 ? '0' : ''"
    return {f"{field}_e": _DECADE.format(value), f"{field}_told": told}


LOG10_LABELS = f"round(datum.value) !== datum.value ? '' : {_power_of_ten('datum.value')}"
"""A Vega expression that labels an axis of log₁₀ values by their powers of ten, up to 10⁹⁹⁹⁹."""


def _log_label(channel: str) -> str:
    """Return the Vega expression that labels a log axis.

    Powers of ten; what lies between them only where the axis is too short for several.
    """
    ratio = f"(domain('{channel}')[1] / domain('{channel}')[0])"
    decade = _DECADE.format("datum.value")
    digit = f"(datum.value / pow(10, {decade}))"
    is_power = f"abs({digit} - 1) < 1e-6"
    is_told = f"{ratio} < 4 || {is_power} || abs({digit} - 2) < 1e-6 || abs({digit} - 5) < 1e-6"
    plain = "format(datum.value, '.3~g')"
    scaled = f"format({digit}, '.3~g') + '·' + {_power_of_ten(decade)}"
    near = f"({is_told}) ? (abs({decade}) <= 3 ? {plain} : {scaled}) : ''"
    return f"{ratio} < 101 ? ({near}) : ({is_power} ? {POWERS_OF_TEN} : '')"


def at(name: str) -> Any:
    """Return the reference to one of the numbers that the Vega parameter `at` holds.

    What changes with a setting stands there, so that another setting needs no other specification.
    """
    return {"expr": f"at.{name}"}


def scale_of(kind: str, domain: Sequence[Any] | None = None) -> alt.Scale:
    """Return a scale.

    Parameters
    ----------
    kind : {"linear", "whole", "counted", "log", "symlog", "log10", "tight"}
        "whole": of whole numbers; "counted": those labelled where `at` says, as "ticks"; "symlog":
        a log axis with room for 0; "log10": linear, of values that are logarithms; "tight": linear,
        without a margin.
    domain : (low, high), optional
        Numbers, or their names in `at`.
    """
    options: dict[str, Any] = {"nice": kind == "linear" or (kind == "log10" and domain is None)}
    if kind not in ("tight", "log10"):
        options["type"] = "linear" if kind in ("whole", "counted") else kind
    if kind in ("linear", "whole", "counted", "tight") or (kind == "log10" and domain is not None):
        options["zero"] = False
    if kind == "symlog":
        options["constant"] = 1
    if domain is not None:
        options["domain"] = [at(end) if isinstance(end, str) else end for end in domain]
    return alt.Scale(**options)


def axis_of(kind: str, channel: str, **options: Any) -> alt.Axis:
    """Return the axis that suits a scale of the channel "x" or "y"; options change its own.

    Values or a format of its own replace all that it would have.
    """
    own: dict[str, dict[str, Any]] = {
        "log": {
            "labelExpr": _log_label(channel),
            "tickCount": 6,
            "labelOverlap": True,
            "gridOpacity": 0.4,
        },
        "symlog": {
            "values": [0, 1, 3, 10, 30, 100, 300, 1000],
            "format": ",d",
            "grid": False,
            "labelOverlap": True,
        },
        "log10": {"labelExpr": LOG10_LABELS, "tickMinStep": 1, "tickCount": 6},
        "whole": {"tickMinStep": 1, "format": "d"},
        "counted": {"values": at("ticks"), "format": "d"},
        "linear": {"tickCount": 6},
    }
    if {"values", "format"} & options.keys():
        return alt.Axis(**options)
    return alt.Axis(**own.get(kind, {}) | options)


def whole_ticks(low: float, high: float) -> list[int]:
    """Return the whole numbers to be labelled: the two ends, and round ones well between them."""
    first, last = round(low), round(high)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if last - first <= 8 * s or s == 100)
    inner = range(step * (first // step + 1), last, step)
    return [first, *(n for n in inner if 2 * min(n - first, last - n) >= step), last]


def across(
    field: str,
    title: str | None,
    kind: str = "linear",
    domain: Sequence[Any] | None = None,
    **axis: Any,
) -> alt.X:
    """Return the channel x of a quantity; the rest as in `scale_of` and `axis_of`.

    Whole numbers between ends that are known are labelled at these, too.
    """
    scale = scale_of(kind, domain)
    if kind == "whole" and domain and not any(isinstance(end, str) for end in domain):
        axis = {"values": whole_ticks(*domain)} | axis
    return alt.X(f"{field}:Q", title=title, scale=scale, axis=axis_of(kind, "x", **axis))


def up(
    field: str,
    title: str | None,
    kind: str = "linear",
    domain: Sequence[Any] | None = None,
    **axis: Any,
) -> alt.Y:
    """Return the channel y of a quantity; the rest as in `scale_of` and `axis_of`."""
    scale = scale_of(kind, domain)
    return alt.Y(f"{field}:Q", title=title, scale=scale, axis=axis_of(kind, "y", **axis))


def draw(data: str, mark: str, **style: Any) -> alt.Chart:
    """Return marks of one kind ("line", "point", …) over a named data set."""
    chart: alt.Chart = getattr(alt.Chart(alt.NamedData(data)), f"mark_{mark}")(**style)
    return chart


def label(data: str, **style: Any) -> alt.Chart:
    """Return the column text of a named data set, written in grey beside its place."""
    return draw(data, "text", **{"align": "left", "dx": 4, "color": QUIET, **style}).encode(
        text="text:N"
    )


def haloed(words: alt.Chart) -> list[alt.Chart]:
    """Return writing with the page's colour around it, so that it reads on a line too."""
    around = words.copy()
    around.mark.stroke, around.mark.strokeWidth = {"expr": "background"}, 4
    return [around, words]


def legend(
    symbol: Literal["stroke", "square", ""] = "", *, names: Sequence[str] = (), **options: Any
) -> alt.Legend:
    """Return a legend above the chart, of strokes, of squares or ("") of the marks' own shapes.

    With the `names` that it may hold it has only as many columns as fit the chart's width, at most
    the `columns` among its options, or all.
    """
    stroke = {"symbolStrokeWidth": 3, "symbolSize": 250} if symbol == "stroke" else {}
    kind = {"symbolType": symbol} if symbol else {}
    if names:
        room = SYMBOL_ROOM + LETTER_ROOM * max(map(len, names))
        most = options.get("columns", len(names))
        options["columns"] = {"expr": f"clamp(floor(width / {room}), 1, {most})"}
    own = {"orient": "top", "title": None, "symbolOpacity": 1, "labelLimit": 0}
    return alt.Legend(**{**own, **kind, **stroke, **options})


def legend_below(**options: Any) -> alt.Legend:
    """Return the legend of grey lines, of what was not measured."""
    grey = {"orient": "bottom", "symbolStrokeColor": NEUTRAL, "symbolSize": 200}
    return legend(**{**grey, **options})


def series(
    key: alt.Legend | None,
    *,
    field: str = "series",
    names: Sequence[str] = (),
    mark: Literal["strokeDash", "shape"] = "strokeDash",
) -> dict[str, Any]:
    """Return the channels that tell series apart: colour, and dash or shape.

    With `names` all of these keep their colours; without, they follow the data's order.
    """
    domain: dict[str, Any] = {"domain": list(names)} if names else {}
    order: dict[str, Any] = {} if names else {"sort": None}
    channel = {"strokeDash": alt.StrokeDash, "shape": alt.Shape}[mark]
    dashes: dict[str, Any] = {"range": DASHES} if mark == "strokeDash" else {}
    return {
        "color": alt.Color(f"{field}:N", legend=key, scale=alt.Scale(**domain), **order),
        mark: channel(f"{field}:N", legend=key, scale=alt.Scale(**domain, **dashes), **order),
    }


def told(*fields: str | tuple[str, ...]) -> list[alt.Tooltip]:
    """Return a tooltip's lines: a field with its type, its title and its format, if any."""
    rows = [(field,) if isinstance(field, str) else field for field in fields]
    names = ("title", "format")
    more: list[dict[str, Any]] = [dict(zip(names, row[1:], strict=False)) for row in rows]
    return [alt.Tooltip(row[0], **options) for row, options in zip(rows, more, strict=True)]


def told_large_and_small(*fields: tuple[str, str]) -> tuple[dict[str, str], list[alt.Tooltip]]:
    """Return what writes positive numbers as pages do, by name, and a tooltip's lines of these."""
    words: dict[str, str] = {}
    for field, _ in fields:
        words |= _in_words(field)
    return words, told(*((f"{field}_told:N", title) for field, title in fields))


def layered(height: int, *layers: alt.Chart, **properties: Any) -> dict[str, Any]:
    """Return the specification of marks one above the other."""
    return specification(alt.layer(*layers).properties(height=height, **properties))
