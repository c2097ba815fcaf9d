"""Dead shares over settings, activations, remedies, layers and random births."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.bands import band, band_view, frames
from vanishing.charts.style import BOUND, NEUTRAL
from vanishing.charts.view import View, specification
from vanishing.concepts.dying.charts import over_seeds
from vanishing.engine.arrays import Array
from vanishing.engine.dead import born
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead.born import BornDead
from vanishing.engine.dead.runs import DeadRun
from vanishing.engine.dead.units import UnitStates
from vanishing.text import count, number, percent, setting

# --- what kills ---------------------------------------------------------------------------------


def sweep(runs: Mapping[float, DeadRun], *, name: str, title: str, log: bool, here: float) -> View:
    """Draw the dead share at the start and at the end against one setting.

    Parameters
    ----------
    runs : mapping
        Value of the setting → its run.
    name : str
        Of the chart.
    title : str
        Of the axis.
    log : bool
        Whether the setting's axis is logarithmic.
    here : float
        The page's present value.
    """
    values = list(runs)
    shares = {value: run.dead_share for value, run in runs.items()}
    start = band(np.stack([s[0] for s in shares.values()]), values, "at the start")
    end = band(np.stack([s[-1] for s in shares.values()]), values, "after training")
    ended = end[[run.diverged is not None for run in runs.values()]]
    first = next(iter(runs.values()))
    worst = end.iloc[int(end["median"].to_numpy().argmax())]
    cross = " ✕: diverged, shares as of the last record before." if len(ended) else ""
    return band_view(
        name,
        frames([start, end], here=here, ended=ended),
        title,
        "dead units, share of all",
        height=300,
        x_kind="log" if log else "linear",
        percent=True,
        points=True,
        words=f"Of the values tried, {title} = {setting(worst['x'])} leaves most units dead: "
        f"{percent(worst['median'])}.",
        note=f"After {count(first.settings.steps, 'step')}; {over_seeds(first)}.{cross}",
    )


# --- the same draw, several activations or remedies ---------------------------------------------


def share_over_time(runs: Mapping[str, DeadRun]) -> View:
    """Draw the share of units that are off for every input over training, one line per run."""
    rows = [band(run.dead_share, run.steps, name) for name, run in runs.items()]
    ends = "; ".join(
        f"{name} {percent(float(np.median(run.dead_share[-1])))}" for name, run in runs.items()
    )
    return band_view(
        "off for all",
        frames(rows),
        "step",
        "units off for every input",
        height=330,
        x_kind="symlog",
        percent=True,
        columns=2,
        words=f"Share of units off for every input at the end: {ends}.",
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
    return band_view(
        "loss",
        frames([positive]),
        "step",
        "loss J",
        height=330,
        x_kind="symlog",
        y_kind="log",
        columns=2,
        words=f"Loss at the end: {ends}.",
        note="Mean cross-entropy over the data, the same networks." + dropped,
    )


def _comparison_note(runs: Mapping[str, DeadRun]) -> str:
    first = next(iter(runs.values()))
    stops = "".join(
        f" {name} diverged at step {run.diverged.step}, its line stops at the record before."
        for name, run in runs.items()
        if run.diverged is not None
    )
    sentence = over_seeds(first)
    return f"{sentence[0].upper()}{sentence[1:]}; the same draws for every line.{stops}"


def leaky_path(alphas: Sequence[float], layers: Sequence[int]) -> pd.DataFrame:
    """Return the table of α^L: what a path that is negative everywhere leaves of a gradient."""
    columns = {f"after {count(n, 'layer')}": [number(a**n) for a in alphas] for n in layers}
    return pd.DataFrame({"slope α, the factor per layer": [setting(a) for a in alphas], **columns})


# --- remedies -----------------------------------------------------------------------------------


def growth(runs: Mapping[str, DeadRun], inputs: Mapping[str, Array]) -> View:
    """Draw the mean activation by layer before training, with theory for positive weights.

    Parameters
    ----------
    runs : mapping
        Name → run.
    inputs : mapping
        Name → (N, d) inputs, for those of the runs that have positive weights and inputs that
        are nowhere negative.
    """
    first = next(iter(runs.values())).settings
    layers = np.arange(1, first.depth + 1)
    rows = pd.concat([band(run.mean_activation[0].T, layers, name) for name, run in runs.items()])
    positive = rows[rows["low"] > 0]
    factor = dead_runs.positive_growth(first.width)
    theory = [
        pd.DataFrame(
            {
                "x": layers,
                "y": x.mean() * dead_runs.positive_growth(x.shape[1]) * factor ** (layers - 1.0),
                "series": f"predicted: {name}",
            }
        )
        for name, x in inputs.items()
    ]
    tops = "; ".join(
        f"{name} {number(float(np.median(run.mean_activation[0, :, -1])))}"
        for name, run in runs.items()
    )
    return band_view(
        "growth",
        frames([positive], theory=pd.concat(theory)),
        "hidden layer",
        "mean activation at the start",
        height=330,
        x_kind="whole",
        y_kind="log",
        points=True,
        columns=2,
        words=f"Mean activation of the last hidden layer before training: {tops}.",
        note="Before training; the same networks. Thin dashed: predicted for positive weights on "
        "inputs in [0, 1].",
    )


# --- born dead ----------------------------------------------------------------------------------


@lru_cache
def _births_spec(x: str, x_title: str, *, per_width: bool) -> dict[str, Any]:
    x_axis = alt.X(f"{x}:Q", title=x_title, axis=alt.Axis(tickMinStep=1))
    y: dict[str, Any] = {
        "title": "networks born dead",
        "scale": alt.Scale(domain=[0, 1]),
        "axis": alt.Axis(format="%"),
    }
    rows = alt.Chart(alt.NamedData("rows"))
    bounds = alt.Chart(alt.NamedData("bounds"))
    tooltip = [
        alt.Tooltip("width:Q", title="units per layer N"),
        alt.Tooltip("depth:Q", title="layers L"),
        alt.Tooltip("share:Q", title="measured", format=".4f"),
        alt.Tooltip("low:Q", title="interval from", format=".4f"),
        alt.Tooltip("high:Q", title="to", format=".4f"),
        alt.Tooltip("bound:Q", title="bound", format=".4f"),
    ]
    bars = rows.mark_rule(strokeWidth=2, color=NEUTRAL).encode(
        x=x_axis, y=alt.Y("low:Q", **y), y2="high:Q"
    )
    dots = rows.mark_point(filled=True, size=45, opacity=1).encode(
        x=x_axis, y=alt.Y("share:Q", **y), tooltip=tooltip
    )
    roof = bounds.mark_line(**BOUND).encode(x=x_axis, y=alt.Y("bound:Q", **y))
    if per_width:
        roof = roof.encode(detail="series:N")
        key = alt.Legend(orient="top", title=None)
        bars = bars.encode(color=alt.Color("series:N", sort=None, legend=key))
        dots = dots.encode(
            color=alt.Color("series:N", sort=None, legend=key),
            shape=alt.Shape("series:N", sort=None, legend=key),
        )
    return specification(alt.layer(roof, bars, dots).properties(height=350))


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
    sentence = over_seeds(run)
    return band_view(
        "active",
        frames(rows),
        "hidden layer",
        "active units for an input",
        height=330,
        x_kind="whole",
        percent=True,
        points=True,
        words=f"For an input {percent(start)} of the units are active at the start, {percent(end)} "
        f"{after}.",
        note=f"{sentence[0].upper()}{sentence[1:]}.",
    )


def off_against_dead(states: Sequence[UnitStates], width: int, seed: int) -> View:
    """Draw by layer how often a unit is off for one input, and how often for all of them.

    Parameters
    ----------
    states : sequence of UnitStates
        Per hidden layer, before training.
    width : int
        Units in each hidden layer.
    seed : int
        Of the first network. The prediction drawn holds for biases of zero.
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
    many = off.shape[1]
    return band_view(
        "off or dead",
        frames(
            [band(off, layers, "off for an input"), band(dead, layers, "off for every input")],
            theory=expected,
        ),
        "hidden layer",
        "share at the start",
        height=330,
        x_kind="whole",
        percent=True,
        points=True,
        words=f"On average a unit is off for {percent(float(off.mean()))} of the inputs; "
        f"{percent(float(dead.mean()))} of the units are off for all.",
        note=f"Before training; median and 10–90 % over {many} networks, seeds {seed} to "
        f"{seed + many - 1}. Thin dashed: predicted probability of being off for an input.",
    )
