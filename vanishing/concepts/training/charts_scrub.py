"""The chart that one scrubs through: its specification, built once per kind of data and gradient.

All numbers of a setting stand in one Vega parameter, `at`, so that another setting needs no other
specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt

from vanishing.charts.parts import LOG10_LABELS, POWERS_OF_TEN, at
from vanishing.charts.style import GUIDE, NEUTRAL, WARNING
from vanishing.charts.view import specification
from vanishing.concepts.training.charts_answers import CELLS, Kind
from vanishing.concepts.training.charts_moment import CONFIG, SHOWN, signals, zones
from vanishing.concepts.training.charts_network import BROKEN, FINITE, INPUT, ZERO

PICTURE: Final = 0.69
"""Share of the width that the network takes; the rest is its answers."""

GAP: Final = 0.03
"""Share of the width between them."""

SIDES: Final = ["A", "B"]

INSIDE: Final[dict[str, Any]] = {
    "labelAlign": "left",
    "labelPadding": -4,
    "labelBaseline": "bottom",
    "ticks": False,
    "domain": False,
    "title": None,
}
"""An axis with its labels in the plot: in a concatenation Streamlit leaves it no room outside."""


def _title(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", fontSize=12, fontWeight="normal", offset=2)


def _loss_view() -> Any:
    x = alt.X("step:Q", title=None, scale=alt.Scale(domain=[0, at("steps")], nice=False))
    written = "datum.value >= 0.001 && datum.value < 1e6"
    labels = f"{written} ? format(datum.value, '~g') : ({POWERS_OF_TEN})"
    y = alt.Y(
        "loss:Q",
        scale=alt.Scale(type="log", nice=False, domain=[at("loss_low"), at("loss_high")]),
        axis=alt.Axis(**INSIDE, values=at("loss_values"), labelExpr=labels),
    )
    color = alt.Color(
        "setting:N",
        scale=alt.Scale(domain=SIDES),
        legend=alt.Legend(
            orient="top",
            title=None,
            symbolType="stroke",
            symbolStrokeWidth=3,
            symbolOpacity=1,
            labelLimit=0,
            labelExpr="at.names[datum.value]",
            columns=at("columns"),
        ),
    )
    curves = alt.Chart(alt.NamedData("loss"))
    band = curves.mark_area(opacity=0.15, clip=True).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", color=color
    )
    line = curves.mark_line(strokeWidth=2.5, clip=True).encode(
        x=x,
        y=y,
        color=color,
        strokeDash=alt.StrokeDash("setting:N", scale=alt.Scale(domain=SIDES)),
    )
    moments = alt.NamedData("positions")
    rule = alt.Chart(moments).mark_rule(strokeWidth=2, color=NEUTRAL).encode(x="step:Q")
    return alt.layer(band, line, rule.transform_filter(SHOWN), zones(moments)).properties(
        height=100, title=_title("loss, over the steps of the budget"), width="container"
    )


def _network_layers(side: str, *, legend: bool) -> list[Any]:
    domain = [-0.025, 1.02 / PICTURE]
    x = alt.X("across:Q", axis=None, scale=alt.Scale(domain=domain, nice=False))
    y = alt.Y("up:Q", axis=None, scale=alt.Scale(domain=[-0.02, 1.02], nice=False))

    def rows(name: str) -> alt.Chart:
        here = alt.Chart(alt.NamedData(name)).transform_filter(f"datum.setting == '{side}'")
        return here.transform_filter(SHOWN)

    key = alt.Legend(
        orient="top",
        title="|∂J/∂z| of a unit",
        titleOrient="left",
        direction="horizontal",
        gradientLength=160,
        gradientThickness=8,
        values=at("colour_values"),
        labelExpr=LOG10_LABELS,
    )
    lines = (
        rows("edges")
        .mark_rule(color=NEUTRAL)
        .encode(
            x=x,
            y=y,
            x2="across2:Q",
            y2="up2:Q",
            opacity=alt.Opacity(
                "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.7]), legend=None
            ),
        )
    )
    dots = rows("units")
    finite = dots.transform_filter(f"datum.state == '{FINITE}'")
    return [
        lines,
        dots.transform_filter(f"datum.state == '{INPUT}'")
        .mark_square(size=30, color=NEUTRAL, opacity=1)
        .encode(x=x, y=y),
        finite.mark_circle(size=58, opacity=1, stroke=NEUTRAL, strokeWidth=0.7).encode(
            x=x,
            y=y,
            color=alt.Color(
                "log10:Q",
                scale=alt.Scale(
                    scheme="inferno", domain=[at("colour_low"), at("colour_high")], clamp=True
                ),
                legend=key if legend else None,
            ),
            tooltip=[
                alt.Tooltip("layer:Q"),
                alt.Tooltip("unit:Q"),
                alt.Tooltip("log10:Q", title="log₁₀ |∂J/∂z|", format=".2f"),
            ],
        ),
        dots.transform_filter(f"datum.state == '{ZERO}'")
        .mark_point(size=40, color=NEUTRAL, filled=False)
        .encode(x=x, y=y, tooltip=["layer:Q", "unit:Q", "state:N"]),
        dots.transform_filter(f"datum.state == '{BROKEN}'")
        .mark_point(shape="cross", size=60, color=WARNING, filled=True, opacity=1)
        .encode(x=x, y=y, tooltip=["layer:Q", "unit:Q", "state:N"]),
    ]


def _panel_layers(kind: Kind, classes: tuple[str, ...], side: str) -> list[Any]:
    across = alt.Scale(domain=[at("start"), at("right")], nice=False, zero=False)
    y_scale = alt.Scale(domain=[at("bottom"), at("top")], nice=False, zero=False)
    x = alt.X("x:Q", axis=None, scale=across)
    answer = (
        alt.Chart(alt.NamedData("answers"))
        .transform_filter(f"datum.setting == '{side}'")
        .transform_filter(SHOWN)
    )
    data = alt.Chart(alt.NamedData("data"))
    y = alt.Y("y:Q", axis=None, scale=y_scale)
    if kind == "line":
        return [
            data.mark_circle(size=12, color=NEUTRAL, opacity=0.7).encode(x=x, y=y),
            answer.mark_line(strokeWidth=2.5, clip=True).encode(
                x=x, y=alt.Y("prediction:Q", axis=None, scale=y_scale), color=_side_color(side)
            ),
        ]
    if kind == "bars":
        up = alt.Y("class:Q", axis=None, scale=y_scale)
        return [
            # Rules, not bars: with two quantities a bar would stand upright.
            answer.mark_rule(strokeWidth=9).encode(
                x=alt.X("probability:Q", axis=None, scale=across),
                x2=alt.X2Datum(0.0),
                y=up,
                color=alt.condition("datum.right", _side_color(side), alt.value(NEUTRAL)),
                tooltip=["class:N", alt.Tooltip("probability:Q", format=".4f")],
            ),
            answer.mark_text(align="right", dx=-4, fontSize=9, color=NEUTRAL).encode(
                x=alt.XDatum(0.0, scale=across), y=up, text="class:N"
            ),
        ]
    color = alt.Color(
        "class:N",
        # The first two colours are A's and B's.
        scale=alt.Scale(domain=[*SIDES, *classes]),
        legend=None,
    )
    return [
        answer.transform_calculate(
            left="datum.x - at.half_width",
            right="datum.x + at.half_width",
            bottom="datum.y - at.half_height",
            top="datum.y + at.half_height",
        )
        .mark_rect()
        .encode(
            x=alt.X("left:Q", axis=None, scale=across),
            x2="right:Q",
            y=alt.Y("bottom:Q", axis=None, scale=y_scale),
            y2="top:Q",
            color=color,
            opacity=alt.Opacity(
                "percent:Q",
                scale=alt.Scale(domain=[100 / len(classes), 100], range=[0, 0.55]),
                legend=None,
            ),
        ),
        data.mark_point(size=14, filled=True, opacity=1, stroke="white", strokeWidth=0.4).encode(
            x=x, y=y, color=color, shape=alt.Shape("class:N", legend=None)
        ),
    ]


def _side_color(side: str) -> alt.Color:
    return alt.Color("setting:N", scale=alt.Scale(domain=SIDES), legend=None)


def _row_view(kind: Kind, classes: tuple[str, ...], side: str) -> Any:
    network = alt.layer(*_network_layers(side, legend=side == "A"))
    panel = alt.layer(*_panel_layers(kind, classes, side))
    caption = (
        alt.Chart(alt.NamedData("captions"))
        .transform_filter(f"datum.setting == '{side}'")
        .transform_filter(SHOWN)
        .mark_text(align="left", baseline="bottom", fontSize=12, fontWeight="bold", color=NEUTRAL)
        .encode(x=alt.value(0), y=alt.value(-3), text="text:N")
    )
    return (
        alt.layer(network, panel, caption)
        .resolve_scale(x="independent", y="independent", color="independent", opacity="independent")
        .properties(height=140, width="container")
    )


def _profile_view(which: str, title: str) -> Any:
    x = alt.X(
        "layer:Q",
        title=None,
        scale=alt.Scale(domain=[0.7, at("layers + 0.3")], nice=False),
        axis=alt.Axis(
            tickMinStep=1,
            grid=False,
            labelExpr="datum.value == at.layers ? 'output' : datum.value",
        ),
    )
    scale = alt.Scale(type="log", domain=[at("gradient_low"), at("gradient_high")], nice=False)
    y = alt.Y(
        "shown:Q",
        scale=scale,
        axis=alt.Axis(**INSIDE, values=at("gradient_values"), labelExpr=POWERS_OF_TEN),
    )
    rows = alt.Chart(alt.NamedData("profile")).transform_filter(SHOWN)
    color = alt.Color("setting:N", scale=alt.Scale(domain=SIDES), legend=None)
    layers = [
        rows.mark_area(opacity=0.15).encode(
            x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=color
        ),
        rows.mark_line(strokeWidth=2.5).encode(
            x=x,
            y=y,
            color=color,
            strokeDash=alt.StrokeDash("setting:N", scale=alt.Scale(domain=SIDES), legend=None),
        ),
        rows.mark_point(filled=True, size=45, opacity=1).encode(
            x=x,
            y=y,
            color=color,
            shape=alt.Shape(
                "state:N",
                scale=alt.Scale(
                    domain=[FINITE, ZERO, BROKEN], range=["circle", "triangle-down", "cross"]
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("layer:Q"),
                alt.Tooltip("low:Q", title="10 %", format=".2e"),
                alt.Tooltip("median:Q", format=".2e"),
                alt.Tooltip("high:Q", title="90 %", format=".2e"),
                alt.Tooltip("state:N"),
            ],
        ),
    ]
    if which == "update":
        layers.insert(0, _guide())
    return alt.layer(*layers).properties(
        height=120,
        width="container",
        title=_title(f"by layer: {title}"),
    )


def _guide() -> Any:
    line = alt.Chart(alt.NamedData("guide"))
    return line.mark_rule(**{**GUIDE, "strokeDash": [2, 2], "strokeWidth": 1.5}).encode(y="ratio:Q")


@lru_cache(maxsize=32)
def _template(kind: Kind, classes: tuple[str, ...], which: str, title: str) -> dict[str, Any]:
    chart = alt.vconcat(
        _loss_view(),
        _row_view(kind, classes, "A"),
        _row_view(kind, classes, "B"),
        _profile_view(which, title),
        spacing=14,
    ).resolve_scale(color="independent", shape="independent", opacity="independent")
    return specification(chart)


def filled(
    kind: Kind,
    classes: tuple[str, ...],
    which: str,
    title: str,
    *,
    steps: Sequence[int],
    start: int,
    numbers: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the specification for one setting.

    Parameters
    ----------
    kind, classes, which, title
        What the answers are, the names of the classes, the gradient by layer and its words.
    steps, start
        The steps of the moments to scrub through, and the index of the one to begin at.
    numbers : mapping
        names (of A and B, by letter) and columns of the legend; steps, layers; loss_low,
        loss_high, loss_values; colour_low, colour_high, colour_values (powers of ten);
        gradient_low, gradient_high, gradient_values; and the panel's left, right, bottom, top.
    """
    template = _template(kind, classes, which, title)
    width, height = numbers["right"] - numbers["left"], numbers["top"] - numbers["bottom"]
    cells = CELLS["plane"]
    all_numbers = {
        **numbers,
        # The panel is the right part of the view: its scale begins far to the left.
        "start": numbers["right"] - width / (1 - PICTURE - GAP),
        "half_width": width / cells / 2,
        "half_height": height / cells / 2,
    }
    params = [{"name": "at", "value": all_numbers}, *signals(steps, start)]
    return {**template, "params": params, "config": CONFIG}
