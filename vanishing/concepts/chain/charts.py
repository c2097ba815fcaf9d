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

from vanishing.charts.style import BOUND, GUIDE, LOG10_LABELS, NEUTRAL, THEORY, WARNING
from vanishing.charts.view import View, specification
from vanishing.engine.arrays import Array
from vanishing.engine.chain.many import Draws, MedianMap
from vanishing.engine.chain.products import Chain, bound, running_product, underflow
from vanishing.engine.chain.theory import Theory
from vanishing.engine.nets.activations import Activation
from vanishing.text import count, number, of_log10, percent, setting

HEIGHT = 390
THIS = "this chain"
DRAWN = "drawn: median, 10–90 %"
PREDICTED = "theory (predicted)"
BOUNDED = "bound for |w| ≤ 1"
MEASURED = "drawn chains (measured)"
NORMAL = "normal approximation (predicted)"
SUBNORMAL, ZERO, INFINITE, UNDEFINED = (
    "first subnormal",
    "first exactly 0",
    "first infinite",
    "first not a number",
)
SIDES: Final[dict[str, tuple[Literal["left", "right"], int]]] = {
    "left": ("right", -1),
    "right": ("left", 1),
}
"""Side of a mark its label stands on: how the text is aligned, and the sign of its offset."""
EVENTS = (SUBNORMAL, ZERO, INFINITE, UNDEFINED)
REGIMES = ("vanishing", "exploding", "steady", "exactly 0")
GLYPHS = {"vanishing": "−", "steady": "=", "exploding": "+", "exactly 0": "0"}
CURVE_POINTS = 121
NONE_LEFT = "every drawn product is exactly 0"


# --- products of one chain ------------------------------------------------------------------------


def products(chain: Chain) -> Array:
    """Return ∏_{l≤n} w_l φ′(z_l) for n = 1 … L, multiplied up in the chain's number type."""
    return running_product(chain.layer_factors, chain.dtype)


def log10(values: Array) -> Array:
    """Return log₁₀|values| in float64; −inf for 0."""
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(np.abs(values.astype(np.float64)))
    return logs


def events(running: Array) -> dict[str, int]:
    """Return what befalls a running product: event → number of layers passed when it first does."""
    found = underflow(running)
    undefined = np.isnan(running)
    places = {
        SUBNORMAL: found.first_subnormal,
        ZERO: found.first_zero,
        INFINITE: found.first_infinite,
        UNDEFINED: int(undefined.argmax()) if undefined.any() else None,
    }
    return {name: place + 1 for name, place in places.items() if place is not None}


def _line(running: Array) -> pd.DataFrame:
    """Rows of a running product from 1 (no layer passed) on, as long as it has a logarithm."""
    logs = np.concatenate([[0.0], log10(running)])
    frame = pd.DataFrame({"layers": np.arange(len(logs)), "log10": logs})
    frame["product"] = [of_log10(value) for value in logs]
    kept: pd.DataFrame = frame[np.isfinite(logs)]
    return kept


def _marks(running: Array, label: str) -> pd.DataFrame:
    """Rows of a product's events, each where the line stands or last stood."""
    logs = np.concatenate([[0.0], log10(running)])
    rows = []
    for event, layers in events(running).items():
        drawn = logs[: layers + 1]
        last = float(drawn[np.isfinite(drawn)][-1])
        side = "left" if layers > len(running) / 2 else "right"
        # On the side of the line that it leaves free.
        height = "above" if (last < 0) == (side == "right") else "below"
        text = f"{label} {event.removeprefix('first ')} from {layers}".strip()
        rows.append((layers, last, event, text, side, height))
    columns = ["layers", "log10", "event", "text", "side", "height"]
    return pd.DataFrame(rows, columns=columns)


def _gone(running: Array) -> pd.DataFrame:
    """Return the stretch of layers over which the product is exactly 0."""
    first = events(running).get(ZERO)
    # Half a layer before, so that a single one still shows.
    rows = [] if first is None else [(first - 0.5, len(running))]
    return pd.DataFrame(rows, columns=["start", "end"])


def _x() -> alt.X:
    return alt.X(
        "layers:Q",
        title="layers the gradient passes, n",
        scale=alt.Scale(nice=False, zero=True),
        axis=alt.Axis(format="d", tickMinStep=1),
    )


def _y(field: str = "log10") -> alt.Y:
    axis = alt.Axis(labelExpr=LOG10_LABELS, tickMinStep=1, tickCount=7)
    return alt.Y(f"{field}:Q", title="|∂hₙ/∂x|, product of n factors", axis=axis)


def _event_layers() -> list[alt.Chart]:
    """Build marks for underflow and overflow, their labels, and the stretch of exact zeros."""
    marks = alt.Chart(alt.NamedData("marks"))
    shape = alt.Scale(domain=list(EVENTS), range=["diamond", "cross", "triangle-up", "square"])
    points = marks.mark_point(size=90, filled=True, color=WARNING, opacity=1).encode(
        x=_x(), y=_y(), shape=alt.Shape("event:N", scale=shape, legend=None), tooltip="text:N"
    )
    labels = [
        marks.mark_text(align=align, dx=9 * sign, dy=dy, color=WARNING, fontSize=12)
        .encode(x=_x(), y=_y(), text="text:N")
        .transform_filter((alt.datum.side == side) & (alt.datum.height == height))
        for side, (align, sign) in SIDES.items()
        for height, dy in (("above", -9), ("below", 11))
    ]
    gone = (
        alt.Chart(alt.NamedData("gone"))
        .mark_rule(strokeWidth=7, color=WARNING, opacity=0.8, clip=True)
        .encode(x=alt.X("start:Q"), x2="end:Q", y=alt.value("height"))
    )
    return [gone, points, *labels]


# --- the running product --------------------------------------------------------------------------


@lru_cache
def _product_spec() -> dict[str, Any]:
    """Build the running product; data sets band, theory, bound, chain, marks, gone."""
    names = alt.Scale(domain=[THIS, DRAWN])
    color_key = alt.Legend(
        orient="top",
        title=None,
        symbolType="stroke",
        symbolStrokeWidth=4,
        symbolOpacity=1,
        labelLimit=0,
    )
    dash_key = alt.Legend(
        orient="bottom", title=None, symbolStrokeColor=NEUTRAL, symbolSize=200, labelLimit=0
    )
    dashes = alt.Scale(
        domain=[PREDICTED, BOUNDED], range=[THEORY["strokeDash"], BOUND["strokeDash"]]
    )
    band = alt.Chart(alt.NamedData("band"))
    drawn = alt.Color("series:N", scale=names, legend=color_key)
    tooltip = [
        alt.Tooltip("layers:Q", title="layers"),
        *(alt.Tooltip(f"{name}:N") for name in ("10 %", "median", "90 %", "exactly 0")),
    ]
    area = band.mark_area(opacity=0.22).encode(x=_x(), y=_y("low"), y2="high:Q", color=drawn)
    median = band.mark_line(strokeWidth=1.5, opacity=0.9).encode(
        x=_x(), y=_y("mid"), color=drawn, tooltip=tooltip
    )
    theory = (
        alt.Chart(alt.NamedData("theory"))
        .mark_line(color=NEUTRAL, strokeWidth=THEORY["strokeWidth"])
        .encode(
            x=_x(),
            y=_y(),
            strokeDash=alt.StrokeDash("reference:N", scale=dashes, legend=dash_key),
            tooltip=[alt.Tooltip("layers:Q"), alt.Tooltip("product:N", title="predicted")],
        )
    )
    limit = (
        alt.Chart(alt.NamedData("bound"))
        .mark_line(color=NEUTRAL, strokeWidth=BOUND["strokeWidth"])
        .encode(
            x=_x(),
            y=_y(),
            strokeDash=alt.StrokeDash("reference:N", scale=dashes, legend=dash_key),
            tooltip=[alt.Tooltip("layers:Q"), alt.Tooltip("product:N", title="bound")],
        )
    )
    name = (
        alt.Chart(alt.NamedData("bound"))
        .mark_text(align="left", dx=4, dy=-6, color=NEUTRAL, fontSize=12)
        .encode(x=_x(), y=_y(), text="text:N")
    )
    own = (
        alt.Chart(alt.NamedData("chain"))
        .mark_line(strokeWidth=2.5, point={"size": 22})
        .encode(
            x=_x(),
            y=_y(),
            color=alt.Color("series:N", scale=names, legend=color_key),
            tooltip=[alt.Tooltip("layers:Q"), alt.Tooltip("product:N")],
        )
    )
    chart = alt.layer(area, median, theory, limit, name, own, *_event_layers())
    return specification(chart.properties(height=HEIGHT))


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
    logs = np.concatenate([[0.0], bound(activation, 1.0, depth)])
    frame = pd.DataFrame({"layers": np.arange(depth + 1), "log10": logs, "text": ""})
    frame["product"] = [of_log10(value) for value in logs]
    # One label, above the middle of the line.
    frame.loc[depth // 2, "text"] = f"bound {bound_text(activation)}"
    return frame


def bound_text(activation: Activation) -> str:
    """Return the bound on n factors with |w| ≤ 1 as a formula: "0.25ⁿ"."""
    slopes = activation.slope_range
    return f"{setting(max(abs(slopes.low), abs(slopes.high)))}ⁿ"


def _theory(theory: Theory | None) -> pd.DataFrame:
    logs = np.empty(0) if theory is None else np.concatenate([[0.0], theory.mean])
    frame = pd.DataFrame({"layers": np.arange(len(logs)), "log10": logs})
    frame["product"] = [of_log10(value) for value in logs]
    return frame


def product(chain: Chain, drawn: Draws, theory: Theory | None, note: str) -> View:
    """Draw |∂hₙ/∂x| of one chain beside drawn chains, theory and bound, as the chain grows."""
    running = products(chain)
    happened = "; ".join(f"{event} at {count(n, 'layer')}" for event, n in events(running).items())
    size = float(drawn.quantiles[1, -1])
    return View(
        name="running product",
        spec=_product_spec(),
        frames={
            "chain": _line(running).assign(series=THIS),
            "band": _band(drawn).assign(series=DRAWN),
            "theory": _theory(theory).assign(reference=PREDICTED),
            "bound": _bound(chain.activation, chain.depth).assign(reference=BOUNDED),
            "marks": _marks(running, ""),
            "gone": _gone(running),
        },
        alt=(
            f"Product of {count(chain.depth, 'factor')}: {number(abs(float(running[-1])))} in this "
            f"chain, median of the drawn chains {of_log10(size)}. {happened}"
        ),
        note=f"{note} {_left(drawn)}".strip(),
    )


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
    axis = alt.Axis(labelExpr=LOG10_LABELS, tickMinStep=1, tickCount=7)
    title = "|∂h_L/∂x|, whole product"
    bars = (
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(opacity=0.75)
        .encode(
            x=alt.X("start:Q", title=title, axis=axis, scale=alt.Scale(zero=False, nice=False)),
            x2="end:Q",
            y=alt.Y("chains:Q", title="chains drawn"),
            y2="none:Q",
            color=alt.Color(
                "series:N",
                legend=alt.Legend(orient="top", title=None, symbolType="square", labelLimit=0),
            ),
            tooltip=["from:N", "to:N", "chains:Q"],
        )
    )
    dash_key = alt.Legend(
        orient="bottom", title=None, symbolStrokeColor=NEUTRAL, symbolSize=200, labelLimit=0
    )
    dashes = alt.Scale(domain=[NORMAL], range=[THEORY["strokeDash"]])
    normal = (
        alt.Chart(alt.NamedData("normal"))
        .mark_line(color=NEUTRAL, strokeWidth=2)
        .encode(
            x="log10:Q",
            y="chains:Q",
            strokeDash=alt.StrokeDash("reference:N", scale=dashes, legend=dash_key),
        )
    )
    here = alt.Chart(alt.NamedData("here"))
    rule = here.mark_rule(strokeWidth=2, color=WARNING).encode(x="log10:Q", tooltip="text:N")
    labels = [
        here.mark_text(align=align, dx=5 * sign, dy=-8, color=WARNING, fontSize=12)
        .encode(x="log10:Q", y=alt.value(0), text="text:N")
        .transform_filter(alt.datum.side == side)
        for side, (align, sign) in SIDES.items()
    ]
    says = (
        alt.Chart(alt.NamedData("says"))
        .mark_text(color=WARNING, fontSize=14)
        .encode(x=alt.value("width"), y=alt.value(30), text="text:N")
        .mark_text(align="right", color=WARNING, fontSize=13, dx=-4)
    )
    chart = alt.layer(bars, normal, rule, *labels, says)
    return specification(chart.properties(height=HEIGHT))


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
            f"chains: median {of_log10(float(drawn.quantiles[1, -1]))}, "
            f"{percent(zeros / drawn.n)} exactly 0."
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


# --- depth × weight scale -------------------------------------------------------------------------


@lru_cache
def _map_spec(sigmas: tuple[str, ...]) -> dict[str, Any]:
    """Build the map; data sets cells and here (depth, sigma, text)."""
    y = alt.Y(
        "σ_w:O",
        sort=list(reversed(sigmas)),
        title="σ_w, spread of the weights",
        axis=alt.Axis(labelOverlap=False, labelFontSize=11),
    )
    cells = alt.Chart(alt.NamedData("cells"))
    rectangles = cells.mark_rect().encode(
        x=alt.X(
            "left:Q",
            title="depth L",
            scale=alt.Scale(domain=[0.5, 100.5], nice=False),
            axis=alt.Axis(values=[1, *range(10, 101, 10)], grid=False),
        ),
        x2="right:Q",
        y=y,
        color=alt.Color(
            "regime:N",
            scale=alt.Scale(domain=list(REGIMES)),
            legend=alt.Legend(orient="top", title=None, symbolType="square", columns=2),
        ),
        opacity=alt.Opacity(
            "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.35, 0.95]), legend=None
        ),
        tooltip=["depth:Q", "σ_w:O", alt.Tooltip("median:N", title="median product"), "regime:N"],
    )
    glyphs = cells.mark_text(fontSize=10, color="white").encode(x="middle:Q", y=y, text="glyph:N")
    here = alt.Chart(alt.NamedData("here"))
    marker = here.mark_point(
        size=220, shape="circle", filled=False, stroke="black", strokeWidth=5, opacity=1
    ).encode(x="depth:Q", y=y)
    inner = here.mark_point(
        size=220, shape="circle", filled=False, stroke="white", strokeWidth=2, opacity=1
    ).encode(x="depth:Q", y=y, tooltip="text:N")
    chart = alt.layer(rectangles, glyphs, marker, inner)
    return specification(chart.properties(height=HEIGHT))


def regime_map(grid: MedianMap, activation: Activation, depth: int, sigma_w: float) -> View:
    """Draw where the median of the drawn products vanishes, stays or explodes."""
    edges = np.concatenate([[0.5], (grid.depths[1:] + grid.depths[:-1]) / 2, [100.5]])
    row, column = np.indices(grid.median.shape)
    median = grid.median.ravel()
    regime = np.where(np.isneginf(median), "exactly 0", grid.regime.ravel())
    cells = pd.DataFrame(
        {
            "depth": grid.depths[row.ravel()],
            "left": edges[:-1][row.ravel()],
            "right": edges[1:][row.ravel()],
            "σ_w": [f"{grid.sigmas[i]:g}" for i in column.ravel()],
            "log10": median,
            "median": [of_log10(float(value)) for value in median],
            "regime": regime,
            "glyph": [GLYPHS[name] for name in regime],
            # The further from 1, the stronger the colour; full at ten powers of ten.
            "strength": np.minimum(np.abs(median) / 10, 1.0),
        }
    )
    cells["middle"] = (cells["left"] + cells["right"]) / 2
    here = pd.DataFrame({"depth": [depth], "σ_w": [f"{sigma_w:g}"], "text": ["this setting"]})
    shares = ", ".join(f"{name} {percent(float(np.mean(regime == name)))}" for name in REGIMES)
    return View(
        name="map",
        spec=_map_spec(tuple(f"{value:g}" for value in grid.sigmas)),
        frames={"cells": cells, "here": here},
        alt=f"Median product by depth and σ_w for {activation.name}. Share of cells: {shares}.",
        note=(
            "Measured median of |∂h_L/∂x| over 2,000 drawn chains per cell. − vanishing: below "
            "10⁻³; + exploding: above 10³; = steady: between; 0: at least half of the products "
            "are exactly 0. The ring marks this depth and σ_w."
        ),
    )


# --- number types ---------------------------------------------------------------------------------


@lru_cache
def _types_spec() -> dict[str, Any]:
    """Build the same product in three number types; data sets lines, limits, marks, gone."""
    order = ["float16", "float32", "float64"]
    key = alt.Legend(orient="top", title=None, symbolStrokeWidth=3, symbolType="stroke")
    # The widest type last and thinnest, so that all show where they agree.
    lines = [
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=width)
        .encode(
            x=_x(),
            y=_y(),
            color=alt.Color("type:N", scale=alt.Scale(domain=order), legend=key),
            tooltip=["type:N", alt.Tooltip("layers:Q"), alt.Tooltip("product:N")],
        )
        .transform_filter(alt.datum.type == name)
        for name, width in zip(order, (9, 5, 1.5), strict=True)
    ]
    limits = alt.Chart(alt.NamedData("limits"))
    rules = limits.mark_rule(**GUIDE).encode(y=_y())
    right = limits.mark_text(align="right", dx=-2, dy=-7, color=NEUTRAL, fontSize=11).encode(
        x=alt.value("width"), y=_y(), text="text:N"
    )
    left = limits.mark_text(align="left", dx=2, dy=9, color=NEUTRAL, fontSize=11).encode(
        x=alt.value(0), y=_y(), text="text:N"
    )
    names = [
        right.transform_filter(alt.datum.side == "right"),
        left.transform_filter(alt.datum.side == "left"),
    ]
    chart = alt.layer(rules, *names, *lines, *_event_layers())
    return specification(chart.properties(height=HEIGHT))


def number_types(chains: Mapping[str, Chain]) -> View:
    """Draw one chain's running product as each number type holds it."""
    running = {name: products(chain) for name, chain in chains.items()}
    lines = [_line(values).assign(type=name) for name, values in running.items()]
    marks = [_marks(values, name) for name, values in running.items()]
    limits = [_limit(name, values) for name, values in running.items() if _leaves(values)]
    gone = [_gone(values) for values in running.values()]
    words = "; ".join(
        f"{name}: {event} at {n}"
        for name, values in running.items()
        for event, n in events(values).items()
    )
    return View(
        name="number types",
        spec=_types_spec(),
        frames={
            "lines": pd.concat(lines, ignore_index=True),
            "limits": pd.DataFrame(limits, columns=["log10", "text", "side"]),
            "marks": pd.concat(marks, ignore_index=True),
            "gone": pd.concat(gone, ignore_index=True),
        },
        alt=f"This chain's running product in three number types. {words or 'All hold it.'}",
        note=(
            "The whole chain is computed in each type, and the product rounded to it at every "
            "step. A bar at the bottom: exactly 0 in the type named above it."
        ),
    )


def _leaves(running: Array) -> bool:
    return bool({SUBNORMAL, ZERO} & set(events(running)))


def _limit(name: str, running: Array) -> tuple[float, str, str]:
    """Return a row for the type's smallest normal number, labelled away from the crossing."""
    found = events(running)
    early = min(found.get(SUBNORMAL, len(running)), found.get(ZERO, len(running)))
    side = "right" if early <= len(running) / 2 else "left"
    return float(np.log10(float(np.finfo(name).tiny))), f"↑ normal {name}", side


def quarter_table(names: Sequence[str], steps: int = 600) -> pd.DataFrame:
    """Return at which n the bound 0.25ⁿ leaves the numbers of each type, counted in that type."""
    rows = []
    for name in names:
        running = running_product(np.full(steps, 0.25), name)
        found = events(running)
        one = np.ones(1, dtype=name)
        rows.append(
            {
                "type": name,
                "1 − 0.25ⁿ is 1 from n =": int(np.argmax(one - running == one)) + 1,
                "0.25ⁿ subnormal from n =": found[SUBNORMAL],
                "0.25ⁿ exactly 0 from n =": found[ZERO],
            }
        )
    return pd.DataFrame(rows)
