"""Dead shares over settings, activations, remedies, layers and random births."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.lines import band, frames, lines, over_seeds
from vanishing.charts.parts import across, draw, layered, legend, series, told, up
from vanishing.charts.style import BOUND, NEUTRAL
from vanishing.charts.view import View
from vanishing.concepts.dying.charts import over_networks
from vanishing.concepts.dying.facts import after, when
from vanishing.engine.arrays import Array
from vanishing.engine.dead import born
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead.born import BornDead
from vanishing.engine.dead.runs import DeadRun
from vanishing.engine.dead.units import UnitStates
from vanishing.text import count, number, percent, sentence, setting

# --- what kills ---------------------------------------------------------------------------------


def sweep(runs: Mapping[float, DeadRun], name: str, title: str, kind: str, here: float) -> View:
    """Draw the dead share at the start and at the end against one setting, `here` marked."""
    values = list(runs)
    shares = {value: run.dead_share for value, run in runs.items()}
    start = band(np.stack([s[0] for s in shares.values()]), values, "at the start")
    end = band(np.stack([s[-1] for s in shares.values()]), values, when(runs.values()))
    ended = end[[run.diverged is not None for run in runs.values()]]
    first = next(iter(runs.values()))
    cross = " ✕: diverged, shares as of the last record before." if len(ended) else ""
    return lines(
        name,
        frames([start, end], here=here, ended=ended),
        (title, kind),
        ("dead units, share of all", "percent"),
        height=300,
        points=True,
        words=_worst(title, end),
        note=f"{sentence(after(runs.values()))}; {over_networks(first)}.{cross}",
    )


def _worst(title: str, end: pd.DataFrame) -> str:
    """Say which value leaves the largest share of units dead, if one does."""
    when = end["series"].iloc[0]
    worst = end.iloc[int(end["median"].to_numpy().argmax())]
    share = percent(float(worst["median"]))
    if (end["median"] == worst["median"]).all():
        return f"With every value of {title} tried, {share} of the units are dead {when}."
    return (
        f"Of the values tried, {title} = {setting(worst['x'])} leaves the largest share of units "
        f"dead: {share}."
    )


# --- the same draw, several activations or remedies ---------------------------------------------


def share_over_time(runs: Mapping[str, DeadRun]) -> View:
    """Draw the share of units that are off for every input over training, one line per run."""
    rows = [band(run.dead_share, run.steps, name) for name, run in runs.items()]
    ends = "; ".join(
        f"{name} {percent(float(np.median(run.dead_share[-1])))}" for name, run in runs.items()
    )
    return lines(
        "off for all",
        frames(rows),
        ("step", "symlog"),
        ("units off for every input", "percent"),
        height=330,
        columns=2,
        words=f"Share of units off for every input {when(runs.values())}: {ends}.",
        note=_comparison_note(runs),
    )


def loss_over_time(runs: Mapping[str, DeadRun]) -> View:
    """Draw the loss over training, one line per run; a loss of exactly 0 is left out."""
    rows = pd.concat([band(run.loss, run.steps, name) for name, run in runs.items()])
    positive = rows[rows["low"] > 0]
    ends = "; ".join(
        f"{name} {number(float(np.median(run.loss[-1])))}" for name, run in runs.items()
    )
    dropped = " Losses of exactly 0 are left out." if len(positive) < len(rows) else ""
    return lines(
        "loss",
        frames([positive]),
        ("step", "symlog"),
        ("loss J", "log"),
        height=330,
        columns=2,
        words=f"Loss {when(runs.values())}: {ends}.",
        note=f"Mean cross-entropy over the data, the same networks.{dropped}{_stops(runs)}",
    )


def _comparison_note(runs: Mapping[str, DeadRun]) -> str:
    first = next(iter(runs.values()))
    return f"{sentence(over_networks(first))}; the same draws for every line.{_stops(runs)}"


def _stops(runs: Mapping[str, DeadRun]) -> str:
    return "".join(
        f" {name} diverged at step {run.diverged.step}, its line stops at the record before."
        for name, run in runs.items()
        if run.diverged is not None
    )


def leaky_path(alphas: Sequence[float], layers: Sequence[int]) -> pd.DataFrame:
    """Return the table of αᴸ: what a path that is negative everywhere leaves of a gradient."""
    columns = {f"after {count(n, 'layer')}": [number(a**n) for a in alphas] for n in layers}
    return pd.DataFrame({"slope α, the factor per layer": [setting(a) for a in alphas], **columns})


# --- remedies -----------------------------------------------------------------------------------


def growth(runs: Mapping[str, DeadRun], inputs: Mapping[str, Array]) -> View:
    """Draw the mean activation by layer before training, with theory for positive weights.

    `inputs`, (N, d), are those of the runs with positive weights and inputs nowhere negative.
    """
    first = next(iter(runs.values())).settings
    layers = np.arange(1, first.depth + 1)
    rows = pd.concat([band(run.mean_activation[0].T, layers, name) for name, run in runs.items()])
    positive = rows[rows["low"] > 0]
    theory = [
        pd.DataFrame(
            {
                "x": layers,
                "y": [dead_runs.positive_mean(x, first.width, int(layer)) for layer in layers],
                "series": f"predicted: {name}",
            }
        )
        for name, x in inputs.items()
    ]
    tops = "; ".join(
        f"{name} {number(float(np.median(run.mean_activation[0, :, -1])))}"
        for name, run in runs.items()
    )
    return lines(
        "growth",
        frames([positive], theory=pd.concat(theory)),
        ("hidden layer", "whole"),
        ("mean activation at the start", "log"),
        height=330,
        points=True,
        columns=2,
        words=f"Mean activation of the last hidden layer before training: {tops}.",
        note="Before training; the same networks. Thin dashed: predicted for positive weights on "
        "inputs in [0, 1], the mean over all draws; narrow nets' median usually lies below it.",
    )


# --- born dead ----------------------------------------------------------------------------------


@lru_cache
def _births_spec(x: str, x_title: str, *, per_width: bool) -> dict[str, Any]:
    # From 0: a single depth, or width, stands within the picture, and its tick is a whole number.
    x_axis = across(x, x_title, "whole").scale(zero=True, nice=True)

    def y(field: str) -> alt.Y:
        return up(field, "networks born dead", "linear", (0, 1), format="%")

    tooltip = told(
        ("width:Q", "units per layer N"),
        ("depth:Q", "layers L"),
        ("share:Q", "measured", ".4f"),
        ("low:Q", "interval from", ".4f"),
        ("high:Q", "to", ".4f"),
        ("bound:Q", "bound", ".4f"),
    )
    bars = draw("rows", "rule", strokeWidth=2, color=NEUTRAL).encode(
        x=x_axis, y=y("low"), y2="high:Q"
    )
    dots = draw("rows", "point", filled=True, size=45, opacity=1).encode(
        x=x_axis, y=y("share"), tooltip=tooltip
    )
    # A bound at one place is no line: there it is a point.
    roof = draw("bounds", "line", **BOUND, point={"size": 12, "color": NEUTRAL}).encode(
        x=x_axis, y=y("bound")
    )
    if per_width:
        channels = series(legend(), mark="shape")
        roof = roof.encode(detail="series:N")
        bars, dots = bars.encode(color=channels["color"]), dots.encode(**channels)
    return layered(350, roof, bars, dots)


def births(curves: Mapping[int, Sequence[BornDead]]) -> pd.DataFrame:
    """Return the tidy rows of born-dead shares: one per width and depth, with the bound."""
    return pd.DataFrame(
        [
            {
                "width": width,
                "depth": b.depth,
                "series": f"N = {width}",
                "share": b.share,
                "low": b.low,
                "high": b.high,
                "bound": born.born_dead_bound(b.depth, width),
            }
            for width, curve in curves.items()
            for b in curve
        ]
    )


def births_by_depth(rows: pd.DataFrame, nets: int, seed: int) -> View:
    """Draw the share born dead against depth, one series per width, below its bound."""
    last = rows[rows["depth"] == rows["depth"].max()]
    words = "; ".join(
        f"N = {r.width}: {percent(r.share)} (bound {percent(r.bound)})" for r in last.itertuples()
    )
    return View(
        name="born dead by depth",
        spec=_births_spec("depth", "layers L", per_width=True),
        frames={"rows": rows, "bounds": rows},
        alt=f"Born dead at L = {rows['depth'].max()}: {words}.",
        note=f"{nets:,} networks per width, seed {seed}; bars: 95 % binomial (Wilson) interval. "
        "Dotted: the bound 1 − ∏(1 − 2⁻ᴺ), which the probability cannot exceed.",
    )


def births_by_width(rows: pd.DataFrame, depth: int) -> View:
    """Draw the share born dead at one depth against width."""
    return View(
        name="born dead by width",
        spec=_births_spec("width", "units per layer N", per_width=False),
        frames={"rows": rows, "bounds": rows},
        alt=f"At L = {depth}, from {percent(rows['share'].iloc[0])} born dead with N = "
        f"{rows['width'].iloc[0]} to {percent(rows['share'].iloc[-1])} with N = "
        f"{rows['width'].iloc[-1]}.",
        note=f"The same at L = {depth}. Dotted: the bound.",
    )


# --- sparsity -----------------------------------------------------------------------------------


def active_by_layer(run: DeadRun) -> View:
    """Draw each layer's share of active units, at the start and at the end."""
    layers = np.arange(1, run.settings.depth + 1)
    after = f"after {count(int(run.steps[-1]), 'step')}"
    rows = [band(1 - run.off[0].T, layers, "at the start"), band(1 - run.off[-1].T, layers, after)]
    start, end = (float(np.median(1 - run.off[i].mean(axis=1))) for i in (0, -1))
    return lines(
        "active",
        frames(rows),
        ("hidden layer", "whole"),
        ("active units for an input", "percent"),
        height=330,
        points=True,
        words=f"For an input {percent(start)} of the units are active at the start, {percent(end)} "
        f"{after}.",
        note=f"{sentence(over_networks(run))}.",
    )


def off_against_dead(states: Sequence[UnitStates], width: int, seed: int) -> View:
    """Draw by layer how often a unit is off for one input, and how often for all of them.

    The prediction drawn holds before training, for layers `width` wide whose biases are 0.
    """
    layers = np.arange(1, len(states) + 1)
    off = np.stack([layer.inactive_share for layer in states])
    dead = np.stack([layer.dead_share for layer in states])
    expected = pd.DataFrame(
        {
            "x": layers,
            "y": [dead_runs.off_probability(int(layer), width) for layer in layers],
            "series": "predicted",
        }
    )
    return lines(
        "off or dead",
        frames(
            [band(off, layers, "off for an input"), band(dead, layers, "off for every input")],
            theory=expected,
        ),
        ("hidden layer", "whole"),
        ("share at the start", "percent"),
        height=330,
        points=True,
        words=f"On average a unit is off for {percent(float(off.mean()))} of the inputs; "
        f"{percent(float(dead.mean()))} of the units are off for all.",
        note=f"Before training; {over_seeds(seed, off.shape[1], 'network')}. "
        "Thin dashed: predicted probability of being off for an input.",
    )
