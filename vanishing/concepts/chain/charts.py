"""Products along chains: how they run, how they spread, where they vanish or explode.

Products are drawn by their log₁₀, which has room for 10⁻³⁰⁰; a product of exactly 0 has no place
there and is marked instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.parts import (
    across,
    draw,
    haloed,
    label,
    layered,
    legend,
    legend_below,
    series,
    told,
    up,
)
from vanishing.charts.style import ALARM, BOUND, INK, NEUTRAL, THEORY, WARNING
from vanishing.charts.view import View
from vanishing.concepts.chain.facts import (
    EVENTS,
    ZERO,
    bound_text,
    events,
    log10,
    products,
    told_of,
)
from vanishing.engine.arrays import Array
from vanishing.engine.chain.many import Draws
from vanishing.engine.chain.products import Chain, bound
from vanishing.engine.chain.theory import Theory
from vanishing.engine.nets.activations import Activation
from vanishing.text import count, number, of_log10, percent

HEIGHT = 370
THIS = "this chain"
DRAWN = "drawn: median, 10–90 %"
PREDICTED = "theory (predicted)"
BOUNDED = "bound for |w| ≤ 1"
MEASURED = "drawn chains (measured)"
NORMAL = "normal approximation (predicted)"
SIDES: Final[dict[str, tuple[Literal["left", "right"], int]]] = {
    "left": ("right", -1),
    "right": ("left", 1),
}
"""Side of a mark its label stands on: how the text is aligned, and the sign of its offset."""
CURVE_POINTS = 121
NONE_LEFT = "every drawn product is exactly 0"


# --- products of one chain ------------------------------------------------------------------------


def line(running: Array) -> pd.DataFrame:
    """Return the rows of a running product from 1 (no layer passed), where it has a logarithm."""
    frame = _curve(log10(running))
    kept: pd.DataFrame = frame[np.isfinite(frame["log10"])]
    return kept


def _curve(logs: Array) -> pd.DataFrame:
    """Return the rows of a product from 1 (no layer passed) on."""
    logs = np.concatenate([[0.0], logs])
    product = [of_log10(value) for value in logs]
    return pd.DataFrame({"layers": np.arange(len(logs)), "log10": logs, "product": product})


def marks(running: Array, whose: str, deepest: float | None = None) -> pd.DataFrame:
    """Return the rows of a product's events, each where the line stands or last stood.

    The axis ends at `deepest`, or with the product.
    """
    logs = np.concatenate([[0.0], log10(running)])
    rows = []
    for event, layers in events(running).items():
        drawn = logs[: layers + 1]
        last = float(drawn[np.isfinite(drawn)][-1])
        side = "left" if layers > (deepest or len(running)) / 2 else "right"
        # On the side of the line that it leaves free.
        height = "above" if (last < 0) == (side == "right") else "below"
        text = f"{whose} {told_of(event, layers)}".strip()
        rows.append((layers, last, event, text, side, height))
    columns = ["layers", "log10", "event", "text", "side", "height"]
    return pd.DataFrame(rows, columns=columns)


def gone(running: Array) -> pd.DataFrame:
    """Return the stretch of layers over which the product is exactly 0."""
    first = events(running).get(ZERO)
    # Half a layer before, so that a single one still shows.
    rows = [] if first is None else [(first - 0.5, len(running))]
    return pd.DataFrame(rows, columns=["start", "end"])


def x_axis(domain: Sequence[Any] | None = None) -> alt.X:
    """Return the axis of the layers passed."""
    return across("layers", "layers the gradient passes, n", "whole", domain)


def y_axis(field: str = "log10", domain: Sequence[Any] | None = None) -> alt.Y:
    """Return the axis of a product's log₁₀."""
    return up(field, "|∂hₙ/∂x|, product of n factors", "log10", domain, tickCount=5)


def event_layers(x: alt.X, y: alt.Y, color: alt.Color | None = None) -> list[alt.Chart]:
    """Build marks for underflow and overflow, their labels, and the stretch of exact zeros.

    They have the colour of a warning, or one of their own.
    """
    shape = alt.Scale(domain=list(EVENTS), range=["diamond", "cross", "triangle-up", "square"])
    points = draw("marks", "point", size=90, filled=True, color=WARNING, opacity=1).encode(
        x=x,
        y=y,
        shape=alt.Shape("event:N", scale=shape, legend=None),
        tooltip="text:N",
    )
    labels = [
        written
        for side, (align, sign) in SIDES.items()
        for height, dy in (("above", -9), ("below", 11))
        for written in haloed(
            label("marks", align=align, dx=9 * sign, dy=dy, color=ALARM if color is None else INK)
            .encode(x=x, y=y)
            .transform_filter((alt.datum.side == side) & (alt.datum.height == height))
        )
    ]
    gone = draw("gone", "rule", strokeWidth=7, color=WARNING, opacity=0.8, clip=True)
    place = gone.encode(x=alt.X("start:Q"), x2="end:Q", y=alt.value("height"))
    if color is not None:
        place, points = place.encode(color=color), points.encode(color=color)
    return [place, points, *labels]


# --- the running product --------------------------------------------------------------------------


def reach(deepest: Chain, drawn: Draws, theory: Theory | None) -> dict[str, float]:
    """Return the ends of the axes that hold every depth, so that another is a line on the same.

    From the deepest chain, the chains drawn as deep and, where it may outlive those, theory:
    `deepest`, and the whole log₁₀ `low` and `high` around all of them and 1, where lines start.
    """
    bounds = bound(deepest.activation, 1.0, deepest.depth)
    logs = [log10(products(deepest)), drawn.nonzero_quantiles.ravel(), bounds]
    logs += [] if theory is None else [theory.mean]
    every = np.concatenate([[0.0], *logs])
    every = every[np.isfinite(every)]
    low, high = float(np.floor(every.min())), float(np.ceil(every.max()))
    return {"deepest": float(deepest.depth), "low": low, "high": high}


@lru_cache
def _product_spec() -> dict[str, Any]:
    """Build the running product; data sets band, theory, bound, chain, marks, gone."""
    x, ends = x_axis((0, "deepest")), ("low", "high")
    y = y_axis(domain=ends)
    drawn = series(legend("stroke", names=(THIS, DRAWN)), names=(THIS, DRAWN))["color"]
    tooltip = ["layers:Q", *(f"{name}:N" for name in ("10 %", "median", "90 %", "exactly 0"))]
    area = draw("band", "area", opacity=0.22).encode(
        x=x, y=y_axis("low", ends), y2="high:Q", color=drawn
    )
    median = draw("band", "line", strokeWidth=1.5, opacity=0.9)
    dashes = alt.Scale(
        domain=[PREDICTED, BOUNDED], range=[THEORY["strokeDash"], BOUND["strokeDash"]]
    )
    dash = alt.StrokeDash("reference:N", scale=dashes, legend=legend_below())
    references = [
        draw(name, "line", color=NEUTRAL, strokeWidth=style["strokeWidth"], clip=True).encode(
            x=x, y=y, strokeDash=dash, tooltip=told("layers:Q", ("product:N", title))
        )
        for name, style, title in (("theory", THEORY, "predicted"), ("bound", BOUND, "bound"))
    ]
    own = draw("chain", "line", strokeWidth=2.5, point={"size": 22})
    return layered(
        HEIGHT,
        area,
        median.encode(x=x, y=y_axis("mid", ends), color=drawn, tooltip=tooltip),
        *references,
        label("bound", dy=-6).encode(x=x, y=y),
        own.encode(x=x, y=y, color=drawn, tooltip=["layers:Q", "product:N"]),
        *event_layers(x, y),
        *_zeros_named(),
    )


def _zeros_named() -> list[alt.Chart]:
    """Write above the stretch of exact zeros from where it is, on the side that has room."""
    return [
        written
        for side, end, align in (("right", "start", "left"), ("left", "end", "right"))
        for written in haloed(
            label("gone", align=align, dx=0, dy=-11, color=ALARM)
            .encode(x=f"{end}:Q", y=alt.value("height"))
            .transform_filter(alt.datum.side == side)
        )
    ]


def _band(drawn: Draws) -> pd.DataFrame:
    """Return quantiles over the chains whose product is not 0, with the share of exact zeros."""
    start = np.zeros((3, 1))
    low, mid, high = np.concatenate([start, drawn.nonzero_quantiles], axis=1)
    zeros = np.concatenate([[0.0], drawn.zeros / drawn.n])
    frame = pd.DataFrame({"layers": np.arange(len(mid)), "low": low, "mid": mid, "high": high})
    for column, logs in (("10 %", low), ("median", mid), ("90 %", high)):
        frame[column] = [of_log10(value) for value in logs]
    frame["exactly 0"] = [percent(share) for share in zeros]
    kept: pd.DataFrame = frame[np.isfinite(mid)]
    return kept


def _bound(activation: Activation, depth: int) -> pd.DataFrame:
    frame = _curve(bound(activation, 1.0, depth))
    frame.insert(2, "text", "")
    # One label, above the middle of the line.
    frame.loc[depth // 2, "text"] = f"bound {bound_text(activation)}"
    return frame


def product(
    chain: Chain, drawn: Draws, theory: Theory | None, axes: Mapping[str, float], note: str
) -> View:
    """Draw |∂hₙ/∂x| of one chain beside drawn chains, theory and bound, as the chain grows.

    The axes are those of `reach`.
    """
    running = products(chain)
    happened = "".join(f"; {event} at {count(n, 'layer')}" for event, n in events(running).items())
    predicted = _curve(np.empty(0))[:0] if theory is None else _curve(theory.mean)
    return View(
        name="running product",
        spec={**_product_spec(), "params": [{"name": "at", "value": dict(axes)}]},
        frames={
            "chain": line(running).assign(series=THIS),
            "band": _band(drawn).assign(series=DRAWN),
            "theory": predicted.assign(reference=PREDICTED),
            "bound": _bound(chain.activation, chain.depth).assign(reference=BOUNDED),
            **_product_marks(running, axes["deepest"]),
        },
        alt=(
            f"Product of {count(chain.depth, 'factor')}: {number(abs(float(running[-1])))} in this "
            f"chain{happened}; of the drawn chains {_middle(drawn)}."
        ),
        note=" ".join(filter(None, (note, _left(drawn), NO_PLACE * (ZERO in events(running))))),
    )


NO_PLACE = "Cross and bar: exactly 0 from there on, which has no place on the axis."


def _product_marks(running: Array, deepest: float) -> dict[str, pd.DataFrame]:
    """Return the rows of marks and gone; that it is 0 is written at the bar, not at the mark."""
    marked, zeros = marks(running, "", deepest), gone(running)
    at_zero = marked["event"] == ZERO
    text = marked.loc[at_zero, "text"].to_numpy()
    side = np.where(zeros["start"] > deepest / 2, "left", "right")
    marked.loc[at_zero, "side"] = "bar"
    return {"marks": marked, "gone": zeros.assign(text=text, side=side)}


def _middle(drawn: Draws) -> str:
    """Return the median of the whole products, and which share is 0 and not counted in it."""
    zeros = int(drawn.zeros[-1])
    if zeros == drawn.n:
        return "every product is exactly 0"
    median = of_log10(float(drawn.nonzero_quantiles[1, -1]))
    if not zeros:
        return f"the median {median}"
    others = "the other" if drawn.n - zeros == 1 else "median of the others"
    return f"{percent(zeros / drawn.n)} exactly 0, {others} {median}"


def _left(drawn: Draws) -> str:
    """Say over how many chains the band is taken, where some products are exactly 0."""
    if not drawn.zeros[-1]:
        return ""
    alive = drawn.n - int(drawn.zeros[-1])
    return (
        f"Band and theory: only chains whose product is not 0; of {drawn.n:,}, "
        f"{drawn.n - int(drawn.zeros[0]):,} are left after the first layer, {alive:,} at the end."
    )


# --- many draws -----------------------------------------------------------------------------------


@lru_cache
def _draws_spec() -> dict[str, Any]:
    """Build the histogram; data sets bars, normal, here (log10, text) and says (text)."""
    start = across(
        "start", "|∂hₙ/∂x| at n = L, whole product", "log10", tickCount=7, labelSeparation=8
    )
    bars = draw("bars", "bar", opacity=0.75).encode(
        x=start.scale(zero=False, nice=False),
        x2="end:Q",
        y=alt.Y("chains:Q", title="chains drawn"),
        y2="none:Q",
        color=alt.Color("series:N", legend=legend("square", offset=20)),
        tooltip=["from:N", "to:N", "chains:Q"],
    )
    dashes = alt.Scale(domain=[NORMAL], range=[THEORY["strokeDash"]])
    normal = draw("normal", "line", color=NEUTRAL, strokeWidth=2).encode(
        x="log10:Q",
        y="chains:Q",
        strokeDash=alt.StrokeDash("reference:N", scale=dashes, legend=legend_below()),
    )
    rule = draw("here", "rule", strokeWidth=2, color=WARNING)
    labels = [
        label("here", align=align, dx=5 * sign, dy=-8, color=ALARM)
        .encode(x="log10:Q", y=alt.value(0))
        .transform_filter(alt.datum.side == side)
        for side, (align, sign) in SIDES.items()
    ]
    says = label("says", align="right", color=ALARM, fontSize=13, dx=-4)
    return layered(
        HEIGHT,
        bars,
        normal,
        rule.encode(x="log10:Q", tooltip="text:N"),
        *labels,
        says.encode(x=alt.value("width"), y=alt.value(30)),
    )


def histogram(chain: Chain, drawn: Draws, theory: Theory | None, note: str) -> View:
    """Draw how the whole product spreads over drawn chains; exact zeros are counted in words."""
    edges, counts = drawn.edges, drawn.counts
    alive = int(counts.sum())
    bars = pd.DataFrame({"start": edges[:-1], "end": edges[1:], "chains": counts, "none": 0})
    bars["from"] = [of_log10(value) for value in bars["start"]]
    bars["to"] = [of_log10(value) for value in bars["end"]]
    zeros = int(drawn.zeros[-1])
    if alive == 0:
        text = NONE_LEFT
    else:
        text = f"exactly 0, not drawn: {percent(zeros / drawn.n)}" if zeros else ""
    own = float(log10(products(chain))[-1])
    middle = (edges[0] + edges[-1]) / 2
    here = [(own, THIS, "left" if own > middle else "right")] if np.isfinite(own) else []
    return View(
        name="draws",
        spec=_draws_spec(),
        frames={
            "bars": bars.assign(series=MEASURED),
            "normal": _normal(drawn, theory if alive else None).assign(reference=NORMAL),
            "here": pd.DataFrame(here, columns=["log10", "text", "side"]),
            "says": pd.DataFrame({"text": [text]}),
        },
        alt=(
            f"Histogram of the product of {count(chain.depth, 'factor')} over {drawn.n:,} drawn "
            f"chains: {_middle(drawn)}."
        ),
        note=note,
    )


def _normal(drawn: Draws, theory: Theory | None) -> pd.DataFrame:
    """Return the number of chains per bin that a normal distribution of log₁₀ predicts."""
    if theory is None or theory.variance[-1] <= 0:
        return pd.DataFrame({"log10": pd.Series(dtype=float), "chains": pd.Series(dtype=float)})
    at = np.linspace(drawn.edges[0], drawn.edges[-1], CURVE_POINTS)
    std = float(np.sqrt(theory.variance[-1]))
    density = np.exp(-0.5 * ((at - theory.mean[-1]) / std) ** 2) / (std * np.sqrt(2 * np.pi))
    width = drawn.edges[1] - drawn.edges[0]
    return pd.DataFrame({"log10": at, "chains": drawn.n * theory.nonzero[-1] * width * density})
