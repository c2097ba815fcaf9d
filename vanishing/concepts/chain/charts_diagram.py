"""The article's chain x → h₁ → … → h_L → J with each factor on its edge."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.parts import across, draw, layered, legend, told, up
from vanishing.charts.style import ALARM, GUIDE, INK, NEUTRAL, WARNING
from vanishing.charts.view import View
from vanishing.concepts.chain.facts import log10, verdict
from vanishing.engine.chain.products import Chain, GradientCheck, running_product
from vanishing.text import number

WHOLE = 5
"""The deepest chain that is drawn whole; of a deeper one, the first and the last two layers are."""
FACTOR_LINES = {True: "shrinks", False: "grows"}
ROWS = ("h", " ", "w", "f′(z)", "w·f′", "← ∂J/∂h")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DARKEST = 8.0
"""Powers of ten of gradient over which a node's colour fades."""
LEFT_OUT: Final = " With three dots: the product of the factors left out."


def _short(value: float) -> str:
    """Return a number in at most about seven characters."""
    small = value != 0 and not 1e-3 <= abs(value) < 1e4
    return number(value, 1 if small else 2)


def _shown(depth: int) -> list[int | None]:
    """Return the layers that get a node (0: the input), None for those left out between."""
    if depth <= WHOLE:
        return list(range(depth + 1))
    return [0, 1, None, depth - 1, depth]


def _h(layer: int) -> str:
    return "x" if layer == 0 else f"h{str(layer).translate(_SUBSCRIPTS)}"


@lru_cache
def _diagram_spec(slots: int) -> dict[str, Any]:
    """Build the diagram; data sets nodes, edges, words."""
    x = alt.X("at:Q", axis=None, scale=alt.Scale(domain=[-0.45, slots - 0.55], nice=False))
    axis = alt.Axis(title=None, domain=False, ticks=False, grid=False, labelFontSize=12)
    y = alt.Y("row:N", sort=list(ROWS), scale=alt.Scale(domain=list(ROWS)), axis=axis)
    end = alt.X("end:Q", axis=None)
    head: dict[str, Any] = {"shape": "triangle-right", "filled": True, "size": 50, "opacity": 1}
    fading = alt.Scale(domain=[0, 1], range=[0.06, 0.5])
    circles = draw("nodes", "point", size=750, filled=True, opacity=1).encode(
        x=x,
        y=y,
        fillOpacity=alt.FillOpacity("strength:Q", scale=fading, legend=None),
        tooltip=told("node:N", "activity:N", ("gradient:N", "∂J/∂h")),
    )
    texts = [
        draw("words", "text", **style)
        .transform_filter(kept)
        .encode(x=x, y=y, text="text:N", tooltip=["what:N", "text:N"])
        for style, kept in (
            ({"color": INK}, "!datum.exact_zero"),
            ({"color": ALARM, "fontWeight": "bold"}, "datum.exact_zero"),
        )
    ]
    return layered(
        250,
        draw("edges", "rule", color=NEUTRAL, strokeWidth=1.5).encode(
            x=alt.X("start:Q", axis=None), x2="end:Q", y=y
        ),
        draw("edges", "point", color=NEUTRAL, **head).encode(x=end, y=y),
        circles,
        *texts,
    )


def diagram(chain: Chain) -> View:
    """Draw the chain: activities going forward, factors on the edges, gradients coming back."""
    shown = _shown(chain.depth)
    nodes, words, edges = [], [], []
    for at, layer in enumerate(shown):
        if layer is None:
            words += _skipped(chain, at)
            continue
        nodes.append(_node(chain, layer, at))
        words += _node_words(chain, layer, at)
        if layer:
            words += _edge_words(chain, layer, at - 0.5)
    last = len(shown)
    nodes.append((last, " ", "J", number(chain.cost), "1", 1.0))
    words += [
        (last, " ", "J", "the cost", False),
        (last, "h", _short(chain.cost), "the cost J = ½(h − target)²", chain.cost == 0),
    ]
    edges = [(at + 0.33, at + 0.64, " ") for at in range(last)]
    columns = ["at", "row", "node", "activity", "gradient", "strength"]
    return View(
        name="chain",
        spec=_diagram_spec(last + 1),
        frames={
            "nodes": pd.DataFrame(nodes, columns=columns),
            "words": pd.DataFrame(words, columns=["at", "row", "text", "what", "exact_zero"]),
            "edges": pd.DataFrame(edges, columns=["start", "end", "row"]),
        },
        alt=(
            f"The chain x to h{chain.depth} to J. Going back, ∂J/∂h goes from "
            f"{number(float(chain.activity_gradients[-1]))} at the output to "
            f"{number(float(chain.activity_gradients[1]))} at the first neuron."
        ),
        note=(
            f"Top to bottom: activity, neuron, weight, derivative, their product (one factor of "
            f"the chain rule), and the gradient that comes back. Computed in {chain.dtype}. "
            "The paler a neuron, the less gradient reaches it." + LEFT_OUT * (None in shown)
        ),
    )


def _node(chain: Chain, layer: int, at: int) -> tuple[Any, ...]:
    gradient = float(chain.activity_gradients[layer])
    with np.errstate(invalid="ignore"):
        top = float(np.max(log10(chain.activity_gradients)))
        here = float(log10(chain.activity_gradients)[layer])
    strength = 1 + (here - top) / DARKEST if np.isfinite(here) and np.isfinite(top) else 0.0
    activity = number(float(chain.hs[layer]))
    return at, " ", _h(layer), activity, number(gradient), max(0.0, strength)


def _node_words(chain: Chain, layer: int, at: int) -> list[tuple[Any, ...]]:
    activity, gradient = float(chain.hs[layer]), float(chain.activity_gradients[layer])
    name = _h(layer)
    return [
        (at, " ", name, "input" if layer == 0 else f"neuron {layer}", False),
        (at, "h", _short(activity), f"activity {name}", activity == 0),
        (at, "← ∂J/∂h", _short(gradient), f"∂J/∂{name}", gradient == 0),
    ]


def _edge_words(chain: Chain, layer: int, at: float) -> list[tuple[Any, ...]]:
    values = {
        "w": (float(chain.weights[layer - 1]), f"weight w of layer {layer}"),
        "f′(z)": (float(chain.slopes[layer - 1]), f"derivative f′(z) of layer {layer}"),
        "w·f′": (float(chain.layer_factors[layer - 1]), f"factor of layer {layer}"),
    }
    return [(at, row, _short(value), what, value == 0) for row, (value, what) in values.items()]


def _skipped(chain: Chain, at: int) -> list[tuple[Any, ...]]:
    """Words for the layers 2 … L − 2 that get no node."""
    factors = chain.layer_factors[1:-2]
    together = float(running_product(factors, chain.dtype)[-1])
    what = f"product of the {len(factors)} factors left out"
    return [
        (at, " ", "…", f"{len(factors)} neurons left out", False),
        (at - 0.3, "w·f′", f"…{_short(together)}", what, together == 0),
    ]


# --- factors, layer by layer ----------------------------------------------------------------------


@lru_cache
def _factors_spec() -> dict[str, Any]:
    """Build bars of log₁₀|w f′(z)|; data sets bars and zeros."""
    domain = alt.Scale(domain=list(FACTOR_LINES.values()))
    bars = draw("bars", "bar").encode(
        x=across("start", "layer", "whole"),
        x2="end:Q",
        y=up("log10", "factor |w·f′(z)|", "log10", tickCount=5),
        y2="base:Q",
        color=alt.Color(
            "factor:N", scale=domain, legend=legend("square", names=tuple(FACTOR_LINES.values()))
        ),
        tooltip=["layer:Q", "w:N", "slope:N", "value:N"],
    )
    zeros = draw("zeros", "point", shape="cross", filled=True, size=70, color=WARNING, opacity=1)
    return layered(
        210,
        draw("bars", "rule", **GUIDE).encode(y="base:Q"),
        bars,
        zeros.encode(x="layer:Q", y=alt.value(0), tooltip="text:N"),
    )


def factors(chain: Chain) -> View:
    """Draw every layer's factor by how many powers of ten it takes or adds."""
    logs = log10(chain.layer_factors)
    layers = np.arange(1, chain.depth + 1)
    frame = pd.DataFrame(
        {
            "layer": layers,
            "start": layers - 0.42,
            "end": layers + 0.42,
            "base": 0.0,
            "log10": logs,
            "factor": np.where(logs < 0, FACTOR_LINES[True], FACTOR_LINES[False]),
            "w": [number(float(w)) for w in chain.weights],
            "slope": [number(float(s)) for s in chain.slopes],
            "value": [number(float(f)) for f in chain.layer_factors],
        }
    )
    drawn = np.isfinite(logs)
    gone = frame[~drawn].assign(text=lambda f: "factor " + f["value"])[["layer", "text"]]
    small = int(np.sum(logs < 0))
    return View(
        name="factors",
        spec=_factors_spec(),
        frames={"bars": frame[drawn], "zeros": gone},
        alt=f"Factors by layer: {small} of {chain.depth} below 1, {len(gone)} not drawable.",
        note=(
            "One bar per layer, from 1 down or up. A cross on top: the factor is exactly 0 (or "
            "overflowed) and has no place on this axis."
        ),
    )


# --- the finite-difference check ------------------------------------------------------------------


def check_table(check: GradientCheck) -> pd.DataFrame:
    """Return the table of gradients by the chain rule and by central differences."""
    layers = range(1, len(check.steps) + 1)
    return pd.DataFrame(
        {
            "gradient": [f"∂J/∂w{str(layer).translate(_SUBSCRIPTS)}" for layer in layers],
            "chain rule": [number(float(v), 6) for v in check.chain_rule],
            "finite difference": [number(float(v), 6) for v in check.difference],
            "relative difference": [verdict(check, layer) for layer in layers],
        }
    )
