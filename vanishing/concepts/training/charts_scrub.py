"""The chart that one scrubs through: its specification, built once per kind of data and gradient.

All numbers of a setting stand in one Vega parameter, `at`, which is read from the data, so that
another setting needs no other specification, and a run that goes on no other chart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import altair as alt

from vanishing.charts.parts import (
    BAND,
    LOG10_LABELS,
    POWERS_OF_TEN,
    across,
    at,
    draw,
    legend,
    scale_of,
    told,
    told_large_and_small,
    up,
)
from vanishing.charts.style import DASHES, GUIDE, KEY_STROKE, NEUTRAL, QUIET, RAMP, WARNING
from vanishing.charts.view import looking
from vanishing.concepts.training.charts_answers import CELLS, Kind
from vanishing.concepts.training.charts_moment import AXIS, CONFIG, LASTING, SHOWN, signals, zones
from vanishing.concepts.training.charts_network import BROKEN, FINITE, HALF_ROWS, INPUT, ZERO
from vanishing.concepts.training.table import SIDES

PICTURE: Final = 0.69
"""Share of the width that the network takes; the rest is its answers."""

GAP: Final = 0.03
"""Share of the width between them."""

LOSS, NETWORK, PROFILE = 80, 90, 83
"""Pixels from top to bottom: together with the inputs above they fit a phone and a projector."""

NEAR: Final = 5
"""Pixels between an axis and its labels."""

BEYOND: Final = "beyond the axis"
"""How a gradient is seen that is finite, and too large or too small for the axis."""

NUMBERS: Final = {"name": "at", "expr": "data('at')[0]"}
"""The parameter `at`, read from the data: the specification stays the same while they change."""

SHADES: Final = (
    "reverse(sequence(at.colour_high, at.colour_low - 1,"
    " -max(1, ceil((at.colour_high - at.colour_low) / 3))))"
)
"""The powers of ten in the key of the units' colours: so few that they fit a phone."""

BESIDE: Final[dict[str, Any]] = {"offset": -AXIS, "tickSize": 3, "labelSeparation": -6}
"""An axis within the view, left of where its data begin: Streamlit leaves it no room outside."""


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "anchor": "start", "fontSize": 12, "fontWeight": "normal", "offset": 2}


def _color(legend: alt.Legend | None = None) -> alt.Color:
    return alt.Color("setting:N", scale=alt.Scale(domain=SIDES), legend=legend)


def _now(data: str, side: str, mark: str, *, shown: str = SHOWN, **style: Any) -> alt.Chart:
    """Return marks over the rows of one side at the moment on show."""
    marks = draw(data, mark, **style).transform_filter(f"datum.setting == '{side}'")
    return marks.transform_filter(shown)


def kept(data: str) -> alt.Chart:
    """Return an unseen mark over data that only expressions read: else it would be left out."""
    return draw(data, "point", opacity=0, size=0, tooltip=None, aria=False)


def ticks(data: str) -> Any:
    """Return the values of an axis that are the rows of a data set (value)."""
    return alt.expr(f"pluck(data('{data}'), 'value')")


def _loss_layers() -> list[Any]:
    x = across("step", None, "tight", (0, "steps"), labelPadding=NEAR)
    x["scale"]["rangeMin"] = AXIS
    written = "datum.value >= 0.001 && datum.value < 1e6"
    labels = f"{written} ? format(datum.value, '~g') : ({POWERS_OF_TEN})"
    axis = {**BESIDE, "values": ticks("loss_ticks"), "labelExpr": labels}
    y = up("loss", None, "log", ("loss_low", "loss_high")).axis(**axis)
    key = legend(
        "stroke",
        symbolSize=100,
        title="loss",
        titleOrient="left",
        labelExpr="datum.value === 'A' ? at.name_a : at.name_b",
        columns={"expr": "width < at.names_width ? 1 : 2"},
        padding=0,
        offset=12,
    )
    color = _color(key)
    dash = alt.StrokeDash("setting:N", scale=alt.Scale(domain=SIDES, range=DASHES[:2]))
    band = draw("loss", "area", opacity=0.15, clip=True)
    line = draw("loss", "line", strokeWidth=2.5, clip=True)
    rule = draw("positions", "rule", strokeWidth=2, color=NEUTRAL).encode(x="step:Q")
    return [
        band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=color),
        line.encode(x=x, y=y, color=color, strokeDash=dash),
        rule.transform_filter(SHOWN),
        *map(kept, ("at", "loss_ticks", "gradient_ticks")),
        zones(alt.NamedData("positions")),
    ]


def _network_layers(side: str) -> list[Any]:
    domain = [-0.025, 1.02 / PICTURE]
    x = alt.X("across:Q", axis=None, scale=alt.Scale(domain=domain, nice=False))
    reach = 0.52 * HALF_ROWS
    heights = alt.Scale(domain=[-reach, reach], nice=False)
    key = alt.Legend(
        orient="top",
        # Dots as in the picture, not a bar: Vega fills a bar by the page's whole address, and so
        # loses its colours once the address says another step.
        type="symbol",
        symbolType="circle",
        symbolOpacity=1,
        symbolSize=60,
        symbolStrokeWidth=KEY_STROKE,
        title="|∂J/∂z| of a unit",
        titleOrient="left",
        direction="horizontal",
        # Without room of its own, but for the caption between it and the network.
        padding=0,
        offset=22,
        values=alt.expr(SHADES),
        labelExpr=LOG10_LABELS,
    )
    sizes = alt.Scale(scheme="inferno", domain=[at("colour_low"), at("colour_high")], clamp=True)
    size = alt.Color("log10:Q", scale=sizes, legend=key if side == "A" else None)
    fading = alt.Scale(domain=[0, 100], range=[0, 0.7])

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=heights)

    def dots(state: str, mark: str, **style: Any) -> alt.Chart:
        marks = _now("units", side, mark, **style).transform_filter(f"datum.state == '{state}'")
        placed = marks.transform_calculate(across="datum.layer / at.layers")
        return placed.encode(x=x, y=y("height"))

    gone = ["layer:Q", "unit:Q", "state:N"]
    broken: dict[str, Any] = {"shape": "cross", "size": 36, "filled": True, "opacity": 1}
    return [
        _now("edges", side, "rule", color=NEUTRAL)
        .transform_calculate(
            across="(datum.layer - 1) / at.layers", across2="datum.layer / at.layers"
        )
        .encode(
            x=x,
            y=y("from"),
            x2="across2:Q",
            y2="to:Q",
            opacity=alt.Opacity("percent:Q", scale=fading, legend=None),
        ),
        dots(INPUT, "square", size=20, color=NEUTRAL, opacity=1),
        dots(FINITE, "circle", size=28, opacity=1, stroke=NEUTRAL, strokeWidth=0.5)
        .encode(color=size, tooltip=told("layer:Q", "unit:Q", ("log10:Q", "log₁₀ |∂J/∂z|", ".2f")))
        .properties(name=f"{RAMP}_{side}"),
        dots(ZERO, "point", size=22, color=NEUTRAL, filled=False).encode(tooltip=gone),
        dots(BROKEN, "point", color=WARNING, **broken).encode(tooltip=gone),
    ]


def _panel_layers(kind: Kind, classes: tuple[str, ...], side: str) -> list[Any]:
    across = alt.Scale(domain=[at("start"), at("right")], nice=False, zero=False)
    up = alt.Scale(domain=[at("bottom"), at("top")], nice=False, zero=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=across)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=up)

    if kind == "line":
        return [
            draw("data", "circle", size=12, color=NEUTRAL, opacity=0.7).encode(x=x("x"), y=y("y")),
            _now("answers", side, "line", strokeWidth=2.5, clip=True).encode(
                x=x("x"), y=y("prediction"), color=_color()
            ),
        ]
    if kind == "bars":
        # All ten would be too small to read: the others are told by their places, and by tooltips.
        name = _now("answers", side, "text", align="right", dx=-4, color=QUIET)
        own = name.transform_filter("datum.right")
        return [
            # Rules, not bars: with two quantities a bar would stand upright.
            _now("answers", side, "rule", strokeWidth=7).encode(
                x=x("probability"),
                x2=alt.X2Datum(0.0),
                y=y("class"),
                color=alt.condition("datum.right", _color(), alt.value(NEUTRAL)),
                tooltip=["class:N", alt.Tooltip("probability:Q", format=".4f")],
            ),
            own.encode(x=alt.XDatum(0.0, scale=across), y=y("class"), text="class:N"),
        ]
    # The first two colours are A's and B's.
    color = alt.Color("class:N", scale=alt.Scale(domain=[*SIDES, *classes]), legend=None)
    sure = alt.Scale(domain=[100 / len(classes), 100], range=[0, 0.55])
    of_cells = alt.LookupData(alt.NamedData("cells"), key="cell", fields=["x", "y"])
    looked_up = _now("answers", side, "rect", shown=LASTING).transform_lookup("cell", of_cells)
    cells = looked_up.transform_calculate(
        left="datum.x - at.half_width",
        right="datum.x + at.half_width",
        bottom="datum.y - at.half_height",
        top="datum.y + at.half_height",
    )
    dots: dict[str, Any] = {"size": 14, "filled": True, "opacity": 1}
    return [
        cells.encode(
            x=x("left"),
            x2="right:Q",
            y=y("bottom"),
            y2="top:Q",
            color=color,
            opacity=alt.Opacity("percent:Q", scale=sure, legend=None),
        ),
        draw("data", "point", stroke="white", strokeWidth=0.4, **dots).encode(
            x=x("x"), y=y("y"), color=color, shape=alt.Shape("class:N", legend=None)
        ),
    ]


def _inside(field: str) -> dict[str, str]:
    """Return the field, and its Vega expression, that moves to its edge what an axis cannot show.

    The rows keep what is true: it is told, and exported.
    """
    value, low, high = f"datum.{field}", "at.gradient_low", "at.gradient_high"
    return {f"shown_{field}": f"isValid({value}) ? clamp({value}, {low}, {high}) : {high}"}


def _profile_layers(which: str) -> list[Any]:
    scale = alt.Scale(domain=[0.7, at("layers + 0.3")], rangeMin=AXIS, nice=False)
    labels = "datum.value == at.layers ? 'output' : datum.value"
    axis = alt.Axis(tickMinStep=1, grid=False, labelPadding=NEAR, labelExpr=labels)
    x = alt.X("layer:Q", title=None, scale=scale, axis=axis)
    beside = {**BESIDE, "values": ticks("gradient_ticks"), "labelExpr": POWERS_OF_TEN}
    sizes = ("gradient_low", "gradient_high")
    y = up("shown_median", None, "log", sizes).axis(**beside)
    color, dashes = _color(), alt.Scale(domain=SIDES, range=DASHES[:2])
    shapes = {FINITE: "circle", ZERO: "triangle-down", BROKEN: "cross", BEYOND: "diamond"}
    states = alt.Scale(domain=[*shapes], range=[*shapes.values()])
    words, ends = told_large_and_small(*BAND)
    tooltip = [*told(("series:N", " "), "layer:Q"), *ends, *told(("seen:N", "state"))]
    band = draw("profile", "area", opacity=0.15).encode(
        y=alt.Y("shown_low:Q", scale=scale_of("log", sizes)), y2="shown_high:Q"
    )
    line = draw("profile", "line", strokeWidth=2.5).encode(
        y=y, strokeDash=alt.StrokeDash("setting:N", scale=dashes, legend=None)
    )
    points = draw("profile", "point", filled=True, size=45, opacity=1).encode(
        y=y, shape=alt.Shape("seen:N", scale=states, legend=None), tooltip=tooltip
    )
    layers = [
        band.transform_filter(SHOWN).transform_calculate(**_inside("low"), **_inside("high")),
        line.transform_filter(SHOWN).transform_calculate(**_inside("median")),
        points.transform_filter(SHOWN).transform_calculate(
            **_inside("median"),
            **words,
            seen=f"datum.state === '{FINITE}' && datum.median !== datum.shown_median"
            f" ? '{BEYOND}' : datum.state",
        ),
    ]
    layers = [layer.encode(x=x, color=color) for layer in layers]
    if which == "update":
        style: dict[str, Any] = {**GUIDE, "strokeDash": [2, 2], "strokeWidth": 1.5}
        layers.insert(0, draw("guide", "rule", **style).encode(y="ratio:Q"))
    return layers


def _caption_layers(side: str) -> list[Any]:
    style: dict[str, Any] = {"baseline": "bottom", "fontSize": 12, "fontWeight": "bold"}
    caption = _now("captions", side, "text", align="left", color=QUIET, **style)
    return [caption.encode(x=alt.value(0), y=alt.value(-3), text="text:N")]


@cache
def _drawn(layers: Callable[..., list[Any]], *given: Any) -> dict[str, Any]:
    """Return marks one above the other: most are those of other data and gradients, too.

    Their parts stay in order: browsers, and all processes, know the chart by how it is written.
    """
    chart = alt.layer(*layers(*given)).to_dict()
    return {part: each for part, each in chart.items() if part not in ("$schema", "config")}


def _row(kind: Kind, classes: tuple[str, ...], side: str) -> dict[str, Any]:
    parts = (_network_layers, side), (_panel_layers, kind, classes, side), (_caption_layers, side)
    apart = dict.fromkeys(("x", "y", "color", "opacity"), "independent")
    return {"layer": [_drawn(*part) for part in parts], "resolve": {"scale": apart}}


def _stacked(views: Sequence[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """Return views with their heights, one above the other, as a chart.

    It is put together here: Altair would copy each as often as it is deep, for a second.
    """
    apart = dict.fromkeys(("color", "shape", "opacity"), "independent")
    stack = [{**view, "height": height, "width": "container"} for height, view in views]
    return looking({"vconcat": stack, "spacing": 6, "resolve": {"scale": apart}})


def filled(
    kind: Kind,
    classes: tuple[str, ...],
    which: str,
    title: str,
    *,
    start: int,
    budget: int,
) -> dict[str, Any]:
    """Return the specification, which does not change while a run goes on.

    It begins at the moment nearest to the step `start`, of a budget of steps.
    """
    profile = {**_drawn(_profile_layers, which), "title": _title(f"by layer: {title}")}
    chart = _stacked(
        [
            (LOSS, _drawn(_loss_layers)),
            *((NETWORK, _row(kind, classes, side)) for side in SIDES),
            (PROFILE, profile),
        ]
    )
    params = [NUMBERS, *signals(start, budget)]
    return {**chart, "params": params, "config": chart["config"] | CONFIG}


def numbers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers that the specification refers to, as one row of the data set `at`.

    Given are: name_a, name_b and names_width of the legend; steps (the budget), nearest, end (see
    `charts_moment`) and layers; loss_low, loss_high; colour_low, colour_high (powers of ten);
    gradient_low, gradient_high; and the panel's left, right, bottom, top.
    """
    width, height = given["right"] - given["left"], given["top"] - given["bottom"]
    cells = CELLS["plane"]
    return {
        **given,
        # The panel is the right part of the view: its scale begins far to the left.
        "start": given["right"] - width / (1 - PICTURE - GAP),
        "half_width": width / cells / 2,
        "half_height": height / cells / 2,
    }
