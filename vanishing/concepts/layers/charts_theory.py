"""Wide-net theory in three pictures: the map of q, the factor over the weight scale, the plane.

Everything here is predicted, save the one point that says it is measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.parts import across, draw, layered, legend, series, told, up
from vanishing.charts.style import GUIDE, INK, QUIET, WARNING
from vanishing.charts.view import View
from vanishing.concepts.layers.charts import NARROW
from vanishing.concepts.layers.facts import Curve, factor_at, rests_anywhere
from vanishing.text import number

HEIGHT: Final = 330
POINTS: Final = 81
STAIRS: Final = 8
"""Steps of the staircase that are drawn: of more none could be told from the next."""
SCALE_DOMAIN: Final = (0.1, 1000.0)
"""Weight variances that are drawn."""
MEASURED, HERE = "measured", "this setting"


def _text(x: alt.X, y: alt.Y, **marks: Any) -> alt.Chart:
    return draw("words", "text", **{"clip": True, **marks}).encode(x=x, y=y, text="text:N")


def _here(x: alt.X, y: alt.Y) -> alt.Chart:
    mark = draw("here", "point", filled=True, size=110, color=WARNING, opacity=1)
    return mark.encode(x=x, y=y, shape=alt.Shape("mark:N", legend=None), tooltip=["text:N"])


# --- the map of q ---------------------------------------------------------------------------------


@lru_cache
def _map_spec(kind: str) -> dict[str, Any]:
    """Build the map; data sets curve, diagonal (x, y), stairs (x, y, step)."""
    x, y = across("x", "q of this layer", kind), up("y", "q of the next", kind)
    stairs = draw("stairs", "line", clip=True, color=WARNING, strokeWidth=1.5)
    return layered(
        HEIGHT,
        draw("diagonal", "line", clip=True, **GUIDE).encode(x=x, y=y),
        draw("curve", "line", clip=True, **PREDICTION).encode(x=x, y=y),
        stairs.encode(x=x, y=y, order="step:Q"),
    )


def q_map(step: Callable[[float], float], first: float, fixed: float) -> View:
    """Draw q of the next layer over q, the diagonal, and the staircase from layer 1 on.

    It leads from the `first` q, above 0, by `step` to the `fixed` one: that may be 0 or inf.
    """
    walk = [first]
    while len(walk) < STAIRS and 1e-30 < walk[-1] < 1e30:
        walk.append(step(walk[-1]))
    seen = [q for q in walk if q > 0.0]
    low, high = 0.5 * min(seen), 1.5 * max(seen)
    narrow = high < NARROW * low
    grid = np.linspace(low, high, POINTS) if narrow else np.geomspace(low, high, POINTS)
    corners = [(a, b) for q, after in pairwise(seen) for a, b in _step(q, after)]
    stairs = pd.DataFrame(corners or [(first, first)], columns=["x", "y"])
    settles = {0.0: "shrinks to nothing", math.inf: "grows without end"}.get(
        fixed, f"settles at q* = {number(fixed)}"
    )
    if rests_anywhere(step, first):
        settles = "stays there, as it would at any other q: each is a fixed point"
    return View(
        name="map of q",
        spec=_map_spec("linear" if narrow else "log"),
        frames={
            "curve": pd.DataFrame({"x": grid, "y": [step(float(q)) for q in grid]}),
            "diagonal": pd.DataFrame({"x": [low, high], "y": [low, high]}),
            "stairs": stairs.assign(step=np.arange(len(stairs))),
        },
        alt=f"From q = {number(first)} in layer 1 the map's staircase {settles}.",
        note=f"Predicted. Staircase: q from layer to layer, up to {STAIRS}; it {settles}. Thin "
        "line: where q stays as it is.",
    )


def _step(q: float, after: float) -> list[tuple[float, float]]:
    return [(q, q), (q, after), (after, after)]


# --- the factor over the weight scale -------------------------------------------------------------


@lru_cache
def _factor_spec() -> dict[str, Any]:
    """Build the curves; data sets curves (x, y, activation), one, here, words."""
    x, y = _scale(), up("y", "factor √χ per layer", "log", (0.05, 20.0), **PLAIN)
    curves = draw("curves", "line", clip=True, strokeWidth=2.5).encode(
        x=x,
        y=y,
        **series(legend("stroke", columns=4), field="activation"),
        tooltip=told("activation:N", ("x:Q", "n·Var(w)", ".3g"), ("y:Q", "√χ, predicted", ".3g")),
    )
    one = draw("one", "rule", **GUIDE).encode(y=y)
    words = _text(x, y, align="left", color=INK, clip=False)
    return layered(HEIGHT, one, words, curves, _here(x, y))


PREDICTION: Final[dict[str, Any]] = {"strokeWidth": 2.5, "strokeDash": [6, 3]}
"""A prediction that nothing is measured beside."""

PLAIN: Final[dict[str, Any]] = {
    "values": [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
    "format": "~g",
    "gridOpacity": 0.4,
}


def _scale() -> alt.X:
    return across("x", "n·Var(w): weight variance × n", "log", SCALE_DOMAIN, **PLAIN)


def factors(
    curves: Mapping[str, Curve], bias_variance: float, here: tuple[float, float] | None
) -> View:
    """Draw √χ of plain nets over n·Var(w), by activation, and this setting's measured factor.

    `here` is (n·Var(w), factor); None where these nets are not plain or have no factor.
    """
    rows = pd.concat(
        [pd.DataFrame(c, columns=["x", "y"]).assign(activation=name) for name, c in curves.items()]
    )
    words = pd.DataFrame({"x": [0.11, 0.11], "y": [15.0, 0.065], "text": ["explodes", "vanishes"]})
    at_one = ", ".join(f"{name} {number(factor_at(c, 1.0))}" for name, c in curves.items())
    return View(
        name="factor over the weight scale",
        spec=_factor_spec(),
        frames={
            "curves": rows,
            "one": pd.DataFrame({"y": [1.0]}),
            "words": words,
            "here": _marks([here], MEASURED, SCALE_DOMAIN),
        },
        alt=f"Predicted factor per layer at n·Var(w) = 1: {at_one}.",
        note=f"Lines: predicted for deep plain nets, Var(b) = {bias_variance:g}."
        + (" Mark: this setting, measured." if here else ""),
    )


# --- the plane ------------------------------------------------------------------------------------


@lru_cache
def _plane_spec(top: float) -> dict[str, Any]:
    """Build the plane; data sets line (x, y, q), here (x, y, mark, text), words."""
    x = _scale()
    y = up("y", "Var(b): variance of the biases", "linear", (0.0, top), tickCount=9)
    line = draw("line", "line", clip=True, **PREDICTION).encode(x=x, y=y, order="order:Q")
    # From the edge inwards: a picture may be small, and its letters large.
    side = {"expr": "datum.x < 1 ? 'left' : datum.x > 100 ? 'right' : 'center'"}
    return layered(HEIGHT, line, _text(x, y, color=QUIET, align=side, clip=False), _here(x, y))


def plane(name: str, line: Curve, here: tuple[float, float] | None) -> View:
    """Draw an activation's critical line (n·Var(w), Var(b)), maybe none, and this setting `here`.

    `here` is None where these nets are not plain.
    """
    top = max(0.5, 1.25 * here[1] if here else 0.0)
    # A browser gives up the dashes of a line that leaves the picture by millions of pixels.
    drawn = [(w, min(b, 2.0 * top)) for w, b in line if w <= SCALE_DOMAIN[1]]
    frame = pd.DataFrame(drawn, columns=["x", "y"])
    beside = {"vanishes": 0.11, "explodes": 900.0} if line else {"no critical line": 10.0}
    words = pd.DataFrame({"x": list(beside.values()), "y": 0.94 * top, "text": list(beside)})
    if line:
        lowest = 0.0 if line[0][1] < 1e-6 else line[0][1]
        start = f"It starts at n·Var(w) = {number(line[0][0])}, Var(b) = {number(lowest, 2)}."
        about = f"Critical line of {name} (predicted): on it χ = 1. {start}"
        sides = " Left of it gradients vanish, right of it they explode."
        if len(line) == 2:
            # Of a straight activation, see `critical_line`.
            sides += " Only at its start does q stay: with Var(b) > 0 it grows without end there."
        if lowest:
            sides = (
                f"{sides[:-1]}; but below its start no net has χ = 1 at a q that stays, and they "
                "vanish also right of there, up to where q tips."
            )
    else:
        about = f"{name} has no critical line: none of its nets has χ = 1 at a q that stays."
        sides = ""
    return View(
        name="plane",
        spec=_plane_spec(top),
        frames={
            "line": frame.assign(order=np.arange(len(frame))),
            "words": words,
            "here": _marks([here], HERE, SCALE_DOMAIN),
        },
        alt=about,
        note=f"{about}{sides}"
        + (" Mark: this setting." if here else " These nets are not on this plane: no mark."),
    )


def _marks(
    places: Sequence[tuple[float, float] | None], text: str, domain: tuple[float, float]
) -> pd.DataFrame:
    """Return the rows of the marks inside the drawn weight scales."""
    inside = [p for p in places if p is not None and domain[0] <= p[0] <= domain[1]]
    frame = pd.DataFrame(inside, columns=["x", "y"])
    return frame.assign(mark=text, text=text)
