"""Fresh nets, layer by layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.quantities import value_of
from tests.reader.rooms import layers_theory
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing import verdicts
from vanishing.concepts.layers import table
from vanishing.engine.wide.layers import GRADIENTS

CHART, SPREAD, FLAT, SIZE = (
    "gradient by layer",
    "spread of the outputs",
    "saturated share",
    "signal size",
)
CHEAP = {"depth": (1, 2, 3, 8, 20, 60), "width": (4, 8), "batch": (10,), "seeds": (20,)}
RARE = {
    "weights": {
        "f": ("tanh", "sigmoid", "relu", "softplus", "leaky_relu"),
        "sb2": (0.0, 0.05),
        "alpha": (0.0, 0.01),
    }
}
CORNERS = (
    {"view": "size", "f": "relu", "init": "he_normal"},
    {"view": "size", "f": "identity", "init": "orthogonal", "depth": 40, "width": 8},
    {"view": "layers", "f": "identity", "init": "orthogonal", "depth": 40, "width": 8},
    {"f": "relu", "init": "he_normal", "width": 4, "depth": 30},
    {"f": "relu", "init": "he_normal", "width": 4, "depth": 60, "seeds": 20},
    *(
        {"f": "identity", "norm": "batch", "skip": skip, "grads": ("delta", "weight", "bias")}
        for skip in ("none", "identity", "scaled")
    ),
    {"f": "softplus", "view": "weights"},
    {"f": "leaky_relu", "alpha": 0.0},
    {"f": "relu", "init": "positive", "depth": 60},
    {"f": "identity", "init": "normal_unit", "width": 16, "depth": 60},
    {"f": "sigmoid", "depth": 60},
)
EXCEPTIONS = (
    "0, or not a finite number,",
    "in every net it is 0, or not a finite number",
    "in the others it is 0, or not finite",
)


def first(s: Seen, series: str, data: str = "rows", column: str = "median") -> float:
    page = s.beside(view="layers", grads=tuple(GRADIENTS))
    return page.at(CHART, column, data, series=series, x=1)


def _gradient(s: Seen, _: Said) -> dict[str, Any]:
    left, steps = first(s, GRADIENTS["delta"]), s.v.depth - 1
    if math.isnan(left):
        # Beyond what an axis can show.
        return {"fate": True, "left": True, "factor": True, "steps": steps}
    return {
        "fate": verdicts.fate(left),
        "steps": steps,
        "left": left,
        "factor": left ** (1 / steps),
    }


def _predicted(s: Seen, _: Said) -> dict[str, Any]:
    there = first(s, "predicted", "theory", "y")
    if math.isnan(there):
        return {"left": True, "factor": True}
    return {"left": there, "factor": there ** (1 / (s.v.depth - 1))}


def _weights(s: Seen, _: Said) -> dict[str, Any]:
    return {"left": first(s, GRADIENTS["weight"])}


def _fold(s: Seen, m: Said) -> bool | dict[str, Any]:
    delta, weight = first(s, GRADIENTS["delta"]), first(s, GRADIENTS["weight"])
    even = math.isnan(weight) or 0.5 < weight < 2.0
    return even and {"fold": True if math.isnan(delta) else max(delta, 1 / delta), "two": 2}


def _only_rounding(s: Seen) -> bool:
    """Tell whether the bias gradients measured before the last hidden layer are rounding's size."""
    *before, last = np.nanmedian(s.found["start"].measured.bias, axis=0)
    return bool(max(before) < 1e-9 * last)


def _nets(s: Seen, m: Said) -> dict[str, Any]:
    return {"nets": s.v.seeds}


def _some(s: Seen, m: Said) -> bool:
    return (m["kept"] == "one" or 1 < int(m["kept"]) < s.v.seeds) and int(m["nets"]) == s.v.seeds


def _spread(s: Seen, _: Said) -> dict[str, Any]:
    page = s.beside(view="layers")
    ends = [page.at(SPREAD, "median", x=at) for at in (1, s.v.depth)]
    ends = [True if math.isnan(value) else value for value in ends]
    return {"first": ends[0], "last": ends[1], "layer": s.v.depth}


def _saturated(s: Seen, _: Said) -> dict[str, Any]:
    page = s.beside(view="layers")
    return {"first": page.at(FLAT, "median", x=1), "last": page.at(FLAT, "median", x=s.v.depth)}


def _squared(s: Seen, _: Said) -> dict[str, Any]:
    left = first(s, GRADIENTS["delta"])
    steps = s.v.depth - 1
    return {"factor": True if math.isnan(left) else left ** (2 / steps)}


def _in_cells(s: Seen, chart: str, layer: int, text: str, log: bool) -> bool:
    """Tell whether half of a layer's values lie on each side of what is said."""
    cells = s.frame(chart, "cells", layer=layer)
    if text in ("0", "not a number") or not len(cells):
        return True
    value = value_of(text)
    value = math.log10(value) if log else value
    width = float((cells["high"] - cells["low"]).max())
    total = float(cells["share"].sum())
    if total < 0.98 * float(s.frame(chart, "cells").groupby("layer")["share"].sum().max()):
        return True  # part of them lies beyond the axis, or is exactly 0
    below = float(cells["share"][cells["high"] < value - width].sum())
    above = float(cells["share"][cells["low"] > value + width].sum())
    return below <= 0.5 * total + 0.02 and above <= 0.5 * total + 0.02


def _typical(s: Seen, m: Said) -> bool:
    chart = "histograms of the gradient"
    return _in_cells(s, chart, s.v.depth, m["last"], True) and _in_cells(
        s, chart, 1, m["first"], True
    )


def _middles(s: Seen, m: Said) -> bool:
    chart = f"histograms of the {'gradient' if '∂' in m['what'] else 'outputs'}"
    log = "size of" in m["what"]
    ends = ((1, m["first"]), (s.v.depth, m["last"]))
    return int(m["layers"]) == s.v.depth and all(
        _in_cells(s, chart, layer, text, log) for layer, text in ends
    )


def _note(s: Seen, _: Said) -> dict[str, Any]:
    one = table.settings(s.v)
    return {
        "nets": s.v.seeds,
        "first": one.network_seeds[0],
        "last": one.network_seeds[0] + s.v.seeds - 1,
        "units": s.v.width,
        "sw2": one.hidden_weight_variance,
        "sb2": float(s.v.sb2),
        "batch": s.v.batch,
        "inputs": "real 8×8 digits" if s.v.data == "digits" else "random inputs",
    }


def _alt(s: Seen, m: Said) -> dict[str, Any]:
    chart = {"Standard": SPREAD, "q": SIZE}[m["what"].split(" ")[0]]
    ends = [s.at(chart, "median", x=at) for at in (1, s.v.depth)]
    ends = [True if math.isnan(value) else value for value in ends]
    return {"what": True, "first": ends[0], "last": ends[1]}


def _first(s: Seen, m: Said) -> dict[str, Any]:
    left = first(s, m["what"])
    drawn = not math.isnan(left)
    return {"what": True, "left": left if drawn else True}


def _gone(s: Seen, m: Said) -> bool:
    a, _, b = m["span"].partition("–")
    places = range(int(a), int(b or a) + 1)
    chart = next(c for c in (CHART, SIZE, SPREAD) if c in s.frames)
    return len(places) >= int(m["layers"]) and chart in s.frames


def _range(s: Seen, _: Said) -> dict[str, Any]:
    return {"layers": s.v.depth, "units": s.v.width}


FATE = "vanishes|explodes|shrinks|grows|holds its size|is exactly 0"
TEMPLATES = (
    Template(
        "∂J/∂z **{fate:" + FATE + "}**: {steps#step} back {many:multiplies|multiply} it by {left}, "
        "×{factor} a layer (measured, median of ",
        lambda s, m: {"many": "multiplies" if s.v.depth == 2 else "multiply"} | _gradient(s, m),
    ),
    Template("edian of {nets#net})", _nets),
    Template("edians of {nets#net})", _nets),
    Template("only the {kept:one|\\d+} of {nets:\\d+} nets with a gradient in the last", _some),
    Template("of the {kept:one|\\d+} of {nets:\\d+} nets with a gradient in the last", _some),
    Template("(measured, median of {nets#net})", _nets),
    Template(
        "**Nothing** of ∂J/∂z reaches the first hidden layer: it is exactly 0 there",
        lambda s, _: math.isnan(first(s, GRADIENTS["delta"])),
    ),
    Template("∂J/∂z in the last hidden layer is 0, or not a finite number", lambda s, _: True),
    Template("∂J/∂b is **exactly 0 but for rounding**", lambda s, _: _only_rounding(s)),
    Template("; theory predicts {left}, ×{factor} a layer, with nothing fitted.", _predicted),
    Template("∂J/∂W is {left} times as large in the first hidden layer as in the last", _weights),
    Template(
        ", **nearly even** (within a factor of {two}) **while ∂J/∂z changes {fold}-fold**", _fold
    ),
    Template("standard deviation {first} in layer 1 and {last} in layer {layer};", _spread),
    Template("standard deviation {first} in layer 1;", lambda s, m: _spread(s, m)),
    Template(
        "; {first%} and {last%} of the slopes there are saturated (below 5 % of the largest; "
        "medians of {nets#net}).",
        lambda s, m: _saturated(s, m) | _nets(s, m),
    ),
    Template(
        "; {first%} of the slopes there are saturated (medians of {nets#net}).",
        lambda s, m: _saturated(s, m) | _nets(s, m),
    ),
    Template("the squared gradient changes ×{factor} a layer here", _squared),
    Template(", where theory has π/(π − 1) = 1.467 for wide layers", lambda s, _: s.v.f == "relu"),
    Template("Saturated: |f′| below 5 % of its largest.", lambda _s, _m: True),
    Template("Saturated: {first%} in the first hidden layer, {last%} in the last.", _saturated),
    Template("ξ = −1/ln χ", lambda _s, _m: True),
    Template("actor per layer at n·Var(w) = 1: ", lambda _s, _m: True),
    Template("actor per layer of plain nets at n·Var(w) = 1: ", lambda s, _: s.v.view == "weights"),
    Template(
        "{name:With|of} {f:[\\w ]+} (α = {alpha})",
        lambda s, _: {
            "name": True,
            "f": True,
            "alpha": 1.0 if s.v.f == "elu" else float(s.v.alpha),
        },
    ),
    Template(
        "{f:leaky ReLU|ELU} (α = {alpha}) has no",
        lambda s, _: {"f": True, "alpha": 1.0 if s.v.f == "elu" else float(s.v.alpha)},
    ),
    Template(
        "Exactly 0, and so not drawn: {a%} of the first layer's values, {b%} of the last's.",
        lambda _s, _m: {"a": True, "b": True},
    ),
    Template("skips add 1 to what they let through", lambda s, _: s.v.skip != "none"),
    Template(
        "typically {last} in the last hidden layer and {first} in the first (medians of those "
        "that are not 0).",
        _typical,
    ),
    Template("every value is exactly 0 or not finite", lambda _s, _m: True),
    Template("Weights whose mean is not 0 have no", lambda s, _: s.v.init == "positive"),
    Template(
        "istograms of the {what:[^:0-9]+?} in {layers} hidden layer{s:s?}: median {first} in the "
        "first, {last} in the last.",
        _middles,
    ),
    Template(
        "{values} values per layer and net, {nets#net}.",
        lambda s, _: {"values": True, "nets": s.v.seeds},
    ),
    Template(
        "Median and 10–90 % band over {nets#net}, seeds {first}–{last}: {units#unit} a layer, "
        "n·Var(w) = {sw2}, Var(b) = {sb2}, one batch of {batch} {inputs:real 8×8 digits|random "
        "inputs}.",
        _note,
    ),
    Template(
        f"{verdicts.FATES}",
        lambda _s, _m: True,
    ),
    Template(
        "{what:Standard deviation of the layers' outputs|q}: {first} in the first hidden layer, "
        "{last} in the last.",
        _alt,
    ),
    Template(
        "{what:∂J/∂z|∂J/∂W|∂J/∂b} {left} (median of ",
        _first,
    ),
    Template("with the last one as 1", lambda _s, _m: True),
    Template("in the others it is 0, or not finite", lambda _s, _m: True),
    Template("in every net it is 0, or not a finite number", lambda _s, _m: True),
    Template(
        "exactly 0{rounding:( but for rounding)?} in {layers#layer} ({span:\\d+(–\\d+)?})",
        lambda s, m: _gone(s, m),
    ),
    Template("for the axis in {layers#layer} ({span:\\d+(–\\d+)?})", _gone),
    Template("does not apply to {layers#layer} of {units#unit}", _range),
    Template(" and batches of {batch}.", lambda s, _: {"batch": s.v.batch}),
    Template("none of its nets has χ = 1", lambda s, _: not len(s.frame("plane", "line"))),
    Template(
        "predicted for deep plain nets, Var(b) = {sb2}.", lambda s, _: {"sb2": float(s.v.sb2)}
    ),
    Template("q from layer to layer, up to 8;", lambda _s, _m: True),
    *layers_theory.TEMPLATES,
)
