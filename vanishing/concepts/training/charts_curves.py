"""What two training runs did over time: accuracy, and each layer's gradient."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.lines import band, frames, lines, quantiles
from vanishing.charts.parts import (
    BAND,
    POWERS_OF_TEN,
    across,
    at,
    draw,
    haloed,
    label,
    layered,
    told,
    told_large_and_small,
)
from vanishing.charts.style import ALARM, GUIDE, INK, WARNING, on_page
from vanishing.charts.view import View
from vanishing.concepts.training.charts import (
    GUIDE_RATIO,
    TITLES,
    finite,
    gradient_decades,
    powers,
)
from vanishing.concepts.training.charts_scrub import NUMBERS, kept, ticks
from vanishing.concepts.training.facts import Pair, gradient
from vanishing.engine.nets import heads
from vanishing.engine.nets.training import Run
from vanishing.text import count, number, percent

HEIGHT: Final = 300

COLOURS: Final = (("#41049D", "#B12A90"), ("#B12A90", "#F2844B"), ("#E16462", "#F0F921"))
"""Of the first, a middle and the last layer, on a light and on a dark page: the parts of plasma,
matplotlib's scheme, that keep 3:1 there."""

PLOT, APART = 180, 15
"""Pixels that the axes leave of `HEIGHT`, and between two names one above the other."""

LOWEST_SCORE: Final = -1.0
"""An R² below it is drawn there: it only says that the answers are far off."""


def score(pair: Pair) -> View:
    """Draw accuracy (R² for regression) over the steps.

    Data sets: rows (x = step, low, median, high, series).
    """
    data = pair.runs[0].data
    name = heads.for_classes(data.classes).score_name
    rows, ends = [], []
    for series, run in zip(pair.names, pair.runs, strict=True):
        # Of a network that diverged no answer is right, whatever its numbers still say.
        whole = [record for record in run.records if record.diverged is None]
        kept = [record for record in whole if np.isfinite(record.accuracy).all()]
        if not kept:
            continue
        values = np.stack([record.accuracy for record in kept])
        values = np.maximum(values, LOWEST_SCORE)
        rows.append(band(values, [record.step for record in kept], series))
        end = float(np.median(kept[-1].accuracy))
        words = percent(end) if data.classes else number(end, 2)
        ends.append(f"{series}: {words} at step {kept[-1].step:,}")
    floor = "" if data.classes else f" Values below {number(LOWEST_SCORE)} stand there."
    return lines(
        "accuracy",
        frames(rows),
        ("step", "whole", (0, "steps")),
        (name, "percent" if data.classes > 0 else "linear"),
        height=HEIGHT,
        columns=1,
        at={"steps": pair.budget},
        words=f"{name} over training. " + "; ".join(ends) + ".",
        note=f"On the data trained on. {_networks(pair.runs[0])}{floor}",
    )


def _networks(run: Run) -> str:
    first, number_of = run.settings.seed, run.settings.seeds
    if number_of == 1:
        return f"One network, seed {first}."
    seeds = f"seeds {first}–{first + number_of - 1}"
    return f"Median and 10–90 % band over {number_of} networks, {seeds}."


@lru_cache(maxsize=16)
def _template(title: str, *, guide: bool, ended: bool) -> dict[str, Any]:
    """Build a line per layer; data sets rows, ends and, where asked for, guide and ended.

    The data sets at and ticks hold the numbers of a setting: name, steps, layers, low and high;
    and the values of the axis.
    """
    scale = alt.Scale(type="log", domain=[at("low"), at("high")], nice=False)
    axis = alt.Axis(title=title, values=ticks("ticks"), labelExpr=POWERS_OF_TEN)
    y = alt.Y("gradient:Q", scale=scale, axis=axis)
    x = across("step", "step", "whole", (0, "steps"), tickCount=6)
    ends = [1, at("layers")]
    sizes, ends_told = told_large_and_small(BAND[0], ("gradient", "median"), BAND[2])
    middle = {"expr": "(1 + at.layers) / 2"}
    colours = alt.Scale(domain=[1, middle, at("layers")], range=[on_page(*c) for c in COLOURS])
    widths = alt.Scale(domain=ends, range=[3.5, 1.2])
    bold: dict[str, Any] = {"align": "left", "baseline": "bottom", "fontWeight": "bold"}
    names = draw("ends", "text", dx=3, dy=-3, clip=True, color=INK, **bold)
    chart = [
        *map(kept, ("at", "ticks")),
        draw("rows", "line", clip=True)
        .transform_calculate(**sizes)
        .encode(
            x=x,
            y=y,
            detail="layer:N",
            color=alt.Color("layer:Q", scale=colours, legend=None),
            strokeWidth=alt.StrokeWidth("layer:Q", scale=widths, legend=None),
            tooltip=[*told(("name:N", " "), "step:Q"), *ends_told],
        ),
        *haloed(names.encode(x=x, y=y, text="name:N")),
    ]
    if guide:
        word = label("guide", align="right", baseline="bottom", dx=0, dy=-2)
        chart += [
            draw("guide", "rule", **{**GUIDE, "strokeDash": [6, 3]}).encode(y="ratio:Q"),
            word.encode(x=alt.value("width"), y="ratio:Q", text=alt.value("guide: 10⁻³")),
        ]
    if ended:
        style = {"align": "right", "baseline": "top", "dx": -5, "dy": 4, "color": ALARM}
        chart += [
            draw("ended", "rule", color=WARNING, strokeDash=[3, 3], strokeWidth=1.5).encode(x=x),
            label("ended", **style).encode(x=x, y=alt.value(0)),
        ]
    name = alt.TitleParams(at("name"), anchor="start", fontSize=13)
    return layered(HEIGHT, *chart, title=name)


def gradients(pair: Pair, side: int, which: str) -> View:
    """Draw one kind of gradient of every layer over the steps, for one of the two runs.

    Both runs share one axis. Data sets: rows (step, layer, name, low, gradient, high), ends (where
    layers are named), at (name, steps, layers, low, high), ticks (value), for
    update : weights guide (ratio), and for a run that diverged ended (step, text).
    """
    run, series = pair.runs[side], pair.names[side]
    low, high = gradient_decades(pair, which)
    bottom, median, top = quantiles(gradient(run, which).swapaxes(1, 2))
    records, layers = median.shape
    numbers = np.tile(np.arange(1, layers + 1), records)
    rows = pd.DataFrame(
        {
            "step": np.repeat([record.step for record in run.records], layers),
            "layer": numbers,
            "name": [_name(n, layers) for n in numbers],
            "low": bottom.ravel(),
            "gradient": median.ravel(),
            "high": top.ravel(),
        }
    )
    drawn = rows[np.isfinite(rows["gradient"]) & (rows["gradient"] > 0)].reset_index(drop=True)
    numbers_at = {
        "name": series,
        "steps": pair.budget,
        "layers": layers,
        "low": 10.0**low,
        "high": 10.0**high,
    }
    zeros = sorted({int(n) for n in rows["layer"][rows["gradient"] == 0]})
    return View(
        name=f"gradients {series[0]}",
        spec={
            **_template(which_short(which), **_asked(run, which)),
            "params": [NUMBERS],
        },
        frames={
            "rows": drawn,
            "at": pd.DataFrame([numbers_at]),
            "ticks": pd.DataFrame({"value": powers(low, high, 6)}),
            "ends": _named(drawn.drop_duplicates("layer"), PLOT / (high - low)),
            **_marks(run, which),
        },
        alt=(
            f"{series}: {TITLES[which]}, by layer over training. Layer 1: {finite(median[0, 0])} "
            f"at the start, {finite(median[-1, 0])} at the end; output layer: "
            f"{finite(median[0, -1])} and {finite(median[-1, -1])}."
        ),
        note=_note(zeros, layers, run),
    )


def _named(starts: pd.DataFrame, decade: float) -> pd.DataFrame:
    """Return the rows (layer, gradient) that have room for a name, a decade being so many pixels.

    The first layer comes first, then the last one.
    """
    height = decade * np.log10(starts["gradient"].to_numpy())
    kept: list[int] = []
    for row in dict.fromkeys([0, len(starts) - 1, *range(len(starts))]) if len(starts) else ():
        if all(abs(height[row] - height[other]) >= APART for other in kept):
            kept.append(row)
    return starts.iloc[sorted(kept)]


def _asked(run: Run, which: str) -> dict[str, bool]:
    return {"guide": which == "update", "ended": run.final.diverged is not None}


def _marks(run: Run, which: str) -> dict[str, pd.DataFrame]:
    marks = {}
    if which == "update":
        marks["guide"] = pd.DataFrame({"ratio": [GUIDE_RATIO]})
    if run.final.diverged is not None:
        step = run.final.diverged.step
        marks["ended"] = pd.DataFrame({"step": [step], "text": ["diverged"]})
    return marks


def which_short(which: str) -> str:
    """Return the name of a gradient, for an axis."""
    return {"delta": "∂J/∂z", "weights": "∂J/∂W", "update": "update : weights"}[
        which
    ] + ", by layer"


def _name(layer: int, layers: int) -> str:
    return "output" if layer == layers else f"layer {layer}"


def _note(zeros: list[int], layers: int, run: Run) -> str:
    note = _networks(run).replace(" and 10–90 % band", "")
    if not zeros:
        return note
    names = ", ".join(_name(n, layers) for n in zeros[:4]) + (" …" if len(zeros) > 4 else "")
    times = count(len(zeros), "layer")
    return f"{note} Exactly 0 at some moment, so not drawn there, in {times}: {names}."
