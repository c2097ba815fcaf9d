"""One neuron on the plane, and a network's units over training."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.lines import band, frames, lines, over_seeds
from vanishing.charts.parts import across, draw, label, layered, legend, series, told, up
from vanishing.charts.style import ALARM, GUIDE, NEUTRAL, WARNING
from vanishing.charts.view import View
from vanishing.concepts.dying.facts import when
from vanishing.engine.arrays import Array
from vanishing.engine.dead import units as dead_units
from vanishing.engine.dead.runs import DeadRun
from vanishing.engine.dead.units import STATES, NeuronOnData
from vanishing.engine.nets.datasets import Dataset
from vanishing.text import count, number, percent, sentence, setting, unlike


def over_networks(run: DeadRun) -> str:
    """Return how a line over seeds is to be read."""
    return over_seeds(run.settings.seed, run.settings.seeds, "network")


# --- one neuron ---------------------------------------------------------------------------------

PLANE = {"standardise": (-2.5, 2.5), "unit": (-0.25, 1.25)}
"""What is drawn of each axis, by the scaling of the inputs."""

ON, OFF = "on (z > 0)", "off (z ≤ 0)"


def _half_plane(w: Array, b: float, low: float, high: float) -> Array:
    """Return the corners of the part of the square [low, high]² where w·x + b > 0, shape (K, 2)."""
    corners = np.array([[low, low], [high, low], [high, high], [low, high]])
    z = corners @ w + b
    kept = []
    for i in range(4):
        j = (i + 1) % 4
        if z[i] > 0:
            kept.append(corners[i])
        if (z[i] > 0) != (z[j] > 0):
            share = z[i] / (z[i] - z[j])
            kept.append(corners[i] + share * (corners[j] - corners[i]))
    return np.array(kept).reshape(-1, 2)


def _border(w: Array, b: float, low: float, high: float) -> pd.DataFrame:
    """Return two far ends of the line w·x + b = 0, or nothing where w = 0."""
    length = float(np.hypot(*w))
    if length == 0:
        return pd.DataFrame({"x1": [], "x2": []}, dtype=float)
    centre = np.full(2, 0.5 * (low + high))
    foot = centre - (centre @ w + b) / length**2 * w
    along = 2 * (high - low) * np.array([-w[1], w[0]]) / length
    ends = np.stack([foot - along, foot + along])
    return pd.DataFrame({"x1": ends[:, 0], "x2": ends[:, 1]})


@lru_cache
def _plane_spec(low: float, high: float) -> dict[str, Any]:
    x = across("x1", "input x₁", "tight", (low, high), tickCount=5)
    y = up("x2", "input x₂", "tight", (low, high), tickCount=5)
    state: dict[str, Any] = {"sort": [ON, OFF], "legend": legend(names=(ON, OFF))}
    shapes = alt.Scale(domain=[ON, OFF], range=["circle", "cross"])
    side = draw("side", "line", filled=True, fill=NEUTRAL, fillOpacity=0.15, strokeOpacity=0)
    points = draw("points", "point", filled=True, size=35, opacity=0.85, clip=True).encode(
        x=x,
        y=y,
        color=alt.Color("state:N", scale=alt.Scale(domain=[ON, OFF]), **state),
        shape=alt.Shape("state:N", scale=shapes, **state),
        tooltip=told("state:N", *((f"{n}:Q", n, ".3g") for n in ("x1", "x2", "w·x"))),
    )
    return layered(
        370,
        side.encode(x=x, y=y, order="corner:Q"),
        draw("border", "line", color=NEUTRAL, strokeWidth=2, clip=True).encode(x=x, y=y),
        points,
    )


def plane(data: Dataset, neuron: NeuronOnData, w: Array, b: float, scaling: str) -> View:
    """Draw the inputs by on and off, the line w·x + b = 0, and the side of it that is on."""
    low, high = PLANE[scaling]
    corners = _half_plane(w, b, low, high)
    on = int(np.count_nonzero(neuron.on))
    points = pd.DataFrame(
        {
            "x1": data.x[:, 0],
            "x2": data.x[:, 1],
            # Not z: another bias draws the same numbers, and their pictures share them.
            "w·x": data.x @ w,
            "state": np.where(neuron.on, ON, OFF),
        }
    )
    return View(
        name="neuron",
        spec=_plane_spec(low, high),
        frames={
            "points": points,
            "border": _border(w, b, low, high),
            "side": pd.DataFrame(corners, columns=["x1", "x2"]).assign(corner=range(len(corners))),
        },
        alt=f"{data.name}: the neuron is on for {on} of {len(neuron.on)} inputs.",
        note=f"{data.name}, {len(neuron.on)} inputs. Shaded: where z = w·x + b > 0.",
    )


@lru_cache
def _decline_spec() -> dict[str, Any]:
    channels = series(legend("stroke", names=(SHARE, SIZE)))
    lines = draw("decline", "line", strokeWidth=2.5).encode(
        x=alt.X("bias:Q", title="bias b", scale=alt.Scale(nice=False)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=5)),
        tooltip=told(("series:N", " "), ("bias:Q", "bias", ".2f"), ("value:Q", "value", ".4g")),
        **channels,
    )
    dots = draw("here", "point", filled=True, size=90, opacity=1)
    word = label("death", dy=4, baseline="top", color=ALARM)
    return layered(
        370,
        draw("death", "rect", opacity=0.15, color=WARNING).encode(x="from:Q", x2="to:Q"),
        word.encode(x="from:Q", y=alt.value(0)),
        draw("here", "rule", **GUIDE).encode(x="bias:Q"),
        lines,
        dots.encode(x="bias:Q", y="value:Q", color=channels["color"]),
    )


SHARE, SIZE = "share of inputs on", "gradient ‖∂ȳ/∂(w, b)‖"
REACH = (-5.0, 5.0)
"""Biases that the decline is drawn for."""


def decline(x: Array, w: Array, b: float, alpha: float) -> View:
    """Draw the share of inputs that are on, and the gradient's size, against the bias."""
    biases = np.linspace(*REACH, 201)

    def rows(values: Array) -> pd.DataFrame:
        neurons = [dead_units.one_neuron(w, float(value), x, alpha) for value in values]
        share = [n.share_on for n in neurons]
        size = [gradient_size(n) for n in neurons]
        return pd.concat(
            [
                pd.DataFrame({"bias": values, "value": v, "series": name})
                for v, name in zip((share, size), (SHARE, SIZE), strict=True)
            ],
            ignore_index=True,
        )

    here = rows(np.array([b]))
    death = dead_units.one_neuron(w, b, x, alpha).death_bias
    within = death >= REACH[0]
    grave = pd.DataFrame(
        {"from": [REACH[0]], "to": [min(death, REACH[1])], "text": ["off for all"]}
    )
    size = number(float(here["value"].iloc[1]))
    return View(
        name="decline",
        spec=_decline_spec(),
        frames={"decline": rows(biases), "here": here, "death": grave if within else grave[:0]},
        alt=f"At b = {setting(b)} the gradient's size is {size}; off for all from b = "
        f"{unlike(float(death), b)} down.",
        note="The same neuron at other biases: share of inputs that are on, and size of the "
        "gradient of its mean output ȳ. Dots: this setting.",
    )


def gradient_size(neuron: NeuronOnData) -> float:
    """Return ‖∂ȳ/∂(w, b)‖ of the mean output ȳ."""
    return float(np.hypot(np.linalg.norm(neuron.gradient_w), neuron.gradient_b))


# --- units over training ------------------------------------------------------------------------

THICKNESS = dict(zip(STATES, (0.3, 0.3, 1.0, 0.65), strict=True))
"""How much of its row a unit's state fills: a dead unit all, what lives a thin line."""

FAINT, FAINTNESS = ("active", "inactive for most"), 0.5
"""What is not the point, and its opacity."""

SHOWN = ("active", "dead", "revived", "inactive for most")
"""The states in the order of the colours: dead takes the warm one."""


@lru_cache
def _map_spec(depth: int, width: int) -> dict[str, Any]:
    units = depth * width
    middles = [width * (layer + 0.5) for layer in range(depth)]
    x = alt.X(
        "step:O",
        title="step of training (as recorded)",
        axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False),
        scale=alt.Scale(paddingInner=0, paddingOuter=0),
    )
    axis: dict[str, Any] = {
        "values": middles,
        "labelExpr": f"'layer ' + (floor(datum.value / {width}) + 1)",
        "grid": False,
        "ticks": False,
        "domain": False,
    }
    state = alt.Scale(domain=list(SHOWN))
    faint = alt.condition(
        alt.FieldOneOfPredicate("state", list(FAINT)), alt.value(FAINTNESS), alt.value(1)
    )
    cells = draw("units", "rect").encode(
        x=x,
        y=up("low", None, "tight", (0, units)).axis(**axis),
        y2="high:Q",
        color=alt.Color("state:N", sort=None, scale=state, legend=legend(names=SHOWN)),
        opacity=faint,
        tooltip=told("layer:Q", "unit:Q", "step:O", "state:N", ("share:Q", "on for", ".1%")),
    )
    border = up("border", None, "tight", (0, units)).axis(**axis)
    return layered(380, cells, draw("borders", "rule", **GUIDE).encode(y=border))


def unit_map(run: DeadRun, network: int = 0) -> View:
    """Draw the state of every hidden unit of one network at every record."""
    depth, width = run.settings.depth, run.settings.width
    shares = run.active[:, network]
    states = dead_units.history(shares)
    records, units = shares.shape
    unit = np.tile(np.arange(units), records)
    names = np.array(STATES)[states].ravel()
    margin = 0.5 * (1 - np.array([THICKNESS[name] for name in STATES])[states].ravel())
    frame = pd.DataFrame(
        {
            "step": np.repeat(run.steps, units),
            "layer": unit // width + 1,
            "unit": unit % width + 1,
            "state": names,
            "share": shares.ravel(),
            "low": unit + margin,
            "high": unit + 1 - margin,
        }
    )
    dead, revived = (int(np.count_nonzero(states[-1] == s)) for s in (2, 3))
    return View(
        name="units",
        spec=_map_spec(depth, width),
        frames={
            "units": frame,
            "borders": pd.DataFrame({"border": [width * i for i in range(depth + 1)]}),
        },
        alt=f"After {count(int(run.steps[-1]), 'step')} dead: {dead} of "
        f"{count(units, 'hidden unit')}; revived: {revived}.",
        note=f"One network, seed {run.settings.seed + network}: {depth} × {width} hidden units, "
        f"one row each, on all {run.settings.samples} inputs. Active: on for at least half of "
        "them; dead: for none, a full bar; revived: on again after that.",
    )


def dead_over_time(run: DeadRun) -> View:
    """Draw each layer's dead share over training, median and band over seeds."""
    depth = run.settings.depth
    shown = sorted({0, depth // 2, depth - 1})
    rows = [band(run.dead[:, :, layer], run.steps, f"layer {layer + 1}") for layer in shown]
    where = "by layer" if depth == len(shown) else "of the first, a middle and the last layer"
    final = float(np.median(run.dead_share[-1]))
    return lines(
        "dead over training",
        frames(rows),
        ("step", "symlog"),
        ("dead units", "percent"),
        height=250,
        words=f"{sentence(when([run]))} {percent(final)} of all hidden units are dead, in the "
        "median.",
        note=f"Dead units {where}: {over_networks(run)}.",
    )
