"""Two training runs beside each other: scrubbed through in the browser, and as curves over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vanishing.charts.lines import band, quantiles
from vanishing.charts.parts import LETTER_ROOM, SYMBOL_ROOM
from vanishing.charts.sets import used
from vanishing.charts.view import View
from vanishing.concepts.training import charts_answers as answers
from vanishing.concepts.training import charts_network as network_picture
from vanishing.concepts.training import charts_scrub as scrub
from vanishing.concepts.training.charts_answers import Kind
from vanishing.concepts.training.charts_moment import nearest
from vanishing.concepts.training.charts_network import GROWTH, decades, log10, stack
from vanishing.concepts.training.facts import FIELDS, Pair, gradient
from vanishing.concepts.training.table import END
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run
from vanishing.text import number, percent

TITLES: Final = {
    "delta": "∂J/∂z, RMS over inputs and units",
    "weights": "∂J/∂W, RMS over the layer's weights",
    "update": "update : weights, ratio of standard deviations",
}
GUIDE_RATIO: Final = 1e-3
LOSS_ROOM: Final = 40
"""Pixels that the word "loss" takes before the names in the legend."""

PANEL_NOTES: Final[dict[Kind, str]] = {
    "plane": "Right: the more probable class, paler the less sure, and the data{few}.",
    "line": "Right: the prediction over the input, and the data{few}.",
    "bars": "Right: the probabilities of the classes for one image, 0 at the bottom to 9 at the "
    "top; its own class in colour.",
}

FLOOR: Final = 1e-99
"""The smallest number that an axis shows."""


def gradient_decades(pair: Pair, which: str) -> tuple[int, int]:
    """Return the powers of ten that both runs' axis of a gradient spans."""
    values = []
    for run in pair.runs:
        # What overflows at the end of a run, or is a difference of such, sets no scale.
        sound = [record.diverged is None for record in run.records]
        values.append(log10(gradient(run, which)[np.array(sound)]))
    every = np.concatenate([one.ravel() for one in values])
    if which == "update":
        every = np.append(every, np.log10(GUIDE_RATIO))
    return decades(every, np.concatenate([one[:1].ravel() for one in values]), most=30)


# --- frames ------------------------------------------------------------------------------------


def _loss_rows(pair: Pair) -> pd.DataFrame:
    frames = []
    for name, run in zip(pair.names, pair.runs, strict=True):
        losses = np.stack([record.loss for record in run.records])
        rows = band(losses, [record.step for record in run.records], name)
        frames.append(rows.rename(columns={"x": "step", "median": "loss"}).assign(setting=name[0]))
    rows = stack(frames)[["setting", "series", "step", "low", "loss", "high"]]
    # A log axis has no place for 0; what overflowed is named in words.
    rows["low"] = rows["low"].clip(lower=FLOOR)
    kept = rows[np.isfinite(rows["high"]) & (rows["loss"] > 0)]
    return pd.DataFrame(kept).reset_index(drop=True)


def _ticks(rows: pd.DataFrame) -> tuple[float, ...]:
    """Return the values to label on the loss axis; the first and the last are its ends."""
    if rows.empty:
        return (0.1, 1.0)
    low = float(np.log10(rows["low"].min()))
    start = float(np.log10(rows.loc[rows["step"] == 0, "high"].max()))
    high = min(float(np.log10(rows["high"].max())), start + GROWTH)
    below, above = int(np.floor(low)), int(np.ceil(high))
    if above - below <= 2:
        fine = [m * 10.0**e for e in range(below, above + 1) for m in (1, 2, 5)]
        inner = [tick for tick in fine if low < np.log10(tick) < high]
        lower = [tick for tick in fine if np.log10(tick) <= low][-1:]
        upper = [tick for tick in fine if np.log10(tick) >= high][:1]
        return tuple(lower + inner + upper)
    step = -(-(above - below) // 4)
    return tuple(10.0**e for e in range(below, above + step, step))


def _positions(pair: Pair) -> pd.DataFrame:
    steps = np.array(pair.steps, dtype=float)
    between = (steps[1:] + steps[:-1]) / 2
    end = min(2 * steps[-1] - between[-1], pair.budget) if len(steps) > 1 else pair.budget
    return pd.DataFrame(
        {
            "position": np.arange(len(steps), dtype=np.uint8),
            "step": pair.steps,
            "from": np.concatenate([steps[:1], between]),
            "to": np.append(between, end),
            "text": [f"step {step:,}" for step in pair.steps],
        }
    )


def _captions(pair: Pair) -> pd.DataFrame:
    rows = [
        (name[0], np.uint8(position), f"{name} · {_state(run, record, step)}")
        for side, (name, run) in enumerate(zip(pair.names, pair.runs, strict=True))
        for position, (step, record) in enumerate(zip(pair.steps, pair.records(side), strict=True))
    ]
    return pd.DataFrame(rows, columns=["setting", "position", "text"])


def _state(run: Run, record: Record, step: int) -> str:
    if record.diverged is not None:
        return f"diverged at step {record.diverged.step:,}"
    score = float(record.accuracy[0])
    words = f"R² {number(score, 2)}" if run.data.classes == 0 else f"accuracy {percent(score)}"
    seed = run.settings.seed
    return f"step {step:,}, seed {seed}: loss {number(float(record.loss[0]))}, {words}"


def _profile_rows(pair: Pair, which: str) -> pd.DataFrame:
    frames = []
    for side, name in enumerate(pair.names):
        values = np.stack([getattr(record, FIELDS[which]) for record in pair.records(side)])
        bottom, median, top = quantiles(values.swapaxes(1, 2))
        moments, layers = median.shape
        rows = pd.DataFrame(
            {
                "series": network_picture.category(np.zeros(median.size), [name]),
                "position": network_picture.positions(moments, layers),
                "layer": np.tile(np.arange(1, layers + 1, dtype=np.uint8), moments),
                "low": bottom.ravel(),
                "median": median.ravel(),
                "high": top.ravel(),
                "state": network_picture.state(median),
            }
        )
        frames.append(network_picture.of_setting(name[0], rows))
    return stack(frames)


def powers(low: int, high: int, about: int) -> list[float]:
    """Return about so many whole powers of ten from 10^low to 10^high, the last among them."""
    step = max(1, round((high - low) / about))
    return [10.0**exponent for exponent in range(high, low - 1, -step)]


def scrubbed(pair: Pair, which: str) -> View:
    """Draw the loss, both networks with their answers, and one gradient by layer, at one moment.

    The reader moves through the moments in the browser. Data sets: loss (setting, series, step,
    low, loss, high), positions (position, step, from, to, text), units and edges (see
    `network_picture`), answers, cells and data (see `answers`), captions (setting, position, text),
    profile (setting, series, position, layer, low, median, high, state), guide (ratio),
    loss_ticks and gradient_ticks (value), and at, one row of numbers (see `scrub.numbers`).
    """
    panel = answers.panel(pair.runs[0].data)
    count = pair.moments
    sides = [(name[0], pair.records(i), pair.runs[i]) for i, name in enumerate(pair.names)]
    units = stack([network_picture.units(s, r, 2 * count) for s, r, _ in sides])
    edges = stack([network_picture.edges(s, r, 2 * count) for s, r, _ in sides])
    low, high = gradient_decades(pair, which)
    frames = {
        "loss": _loss_rows(pair),
        "positions": _positions(pair),
        "units": units,
        "edges": edges,
        "answers": stack([answers.rows(s, run, r) for s, r, run in sides]),
        "data": panel.data,
        "captions": _captions(pair),
        "profile": _profile_rows(pair, which),
        "guide": pd.DataFrame({"ratio": [GUIDE_RATIO]}),
        "gradient_ticks": pd.DataFrame({"value": powers(low, high, 4)}),
    }
    if panel.kind == "plane":
        frames["cells"] = answers.cells(pair.runs[0].data)
    start = units["position"] == 0
    colours = decades(units["log10"].to_numpy(), units.loc[start, "log10"].to_numpy())
    losses = _ticks(frames["loss"])
    frames["loss_ticks"] = pd.DataFrame({"value": losses})
    (left, right), (bottom, top) = panel.reach
    numbers = {
        "name_a": pair.names[0],
        "name_b": pair.names[1],
        "names_width": LOSS_ROOM + sum(SYMBOL_ROOM + LETTER_ROOM * len(one) for one in pair.names),
        "steps": pair.budget,
        "nearest": nearest(pair.steps, pair.budget),
        # Where it begins at the start instead, the last moment is a step like any other.
        "end": pair.steps[-1] if pair.diverged else END,
        "layers": len(pair.runs[0].records[0].unit_delta),
        "loss_low": losses[0],
        "loss_high": losses[-1],
        "colour_low": colours[0],
        "colour_high": colours[1],
        "gradient_low": 10.0**low,
        "gradient_high": 10.0**high,
        "left": left,
        "right": right,
        "bottom": bottom,
        "top": top,
    }
    frames["at"] = pd.DataFrame([scrub.numbers(numbers)])
    spec = scrub.filled(
        panel.kind,
        panel.classes,
        which,
        TITLES[which],
        # At the end as it is by then; but what diverged has nothing but crosses there.
        start=0 if pair.diverged else END,
        budget=pair.budget,
    )
    words = _words(pair, which)
    note = f"{_note(pair, panel)}{_beyond(frames['profile'], low, high, frames['loss'], losses)}"
    needed = used(spec)
    frames = {name: rows for name, rows in frames.items() if name in needed}
    return View("scrubbed", spec, frames, alt=words, note=note, moves="step")


def _beyond(
    profile: pd.DataFrame, low: int, high: int, loss: pd.DataFrame, ticks: Sequence[float]
) -> str:
    """Say what the marks by layer are that stand at the axis's ends, and where losses leave it."""
    told = ""
    if (profile["state"] == network_picture.ZERO).any():
        told += " By layer, a triangle is exactly 0."
    sizes = profile.loc[profile["state"] == network_picture.FINITE, "median"]
    if ((sizes < 10.0**low) | (sizes > 10.0**high)).any():
        told += " By layer, a diamond lies beyond the axis: pointed at, it says its size."
    if not loss.empty and loss["high"].max() > ticks[-1]:
        told += f" Losses above {number(ticks[-1], 1)} leave the picture."
    return told


def _words(pair: Pair, which: str) -> str:
    ends = []
    for name, run in zip(pair.names, pair.runs, strict=True):
        at_start = np.median(gradient(run, which)[0], axis=0)
        first, last = (float(np.median(record.loss)) for record in (run.records[0], run.final))
        end = "diverged" if run.final.diverged is not None else number(last)
        ends.append(
            f"{name}: loss {finite(first, 3)} at the start, {end} at step {run.final.step:,}; at "
            f"the start {TITLES[which]} is {finite(at_start[0])} in layer 1 and "
            f"{finite(at_start[-1])} in the output layer"
        )
    return "Two networks in training. " + ". ".join(ends) + "."


def finite(value: float, digits: int = 2) -> str:
    """Return a size in words, also where there is none: of a single weight's spread, or of inf."""
    return number(float(value), digits) if np.isfinite(value) else "without a finite value"


def _note(pair: Pair, panel: answers.Answers) -> str:
    run, count = pair.runs[0], 2 * pair.moments
    asked = run.settings
    widths = run.records[0].parameters.widths
    shown = len(network_picture.shown_units(asked.width, len(widths), count))
    units = f"{shown} of {asked.width} units a layer, " if shown < asked.width else ""
    last = asked.seed + asked.seeds - 1
    seeds = f"seeds {asked.seed}–{last}: median and 10–90 % band"
    if asked.seeds == 1:
        seeds = f"seed {asked.seed}"
    points = len(run.data.y)
    few = f" ({answers.MOST_POINTS} of {points:,})" if points > answers.MOST_POINTS else ""
    return (
        f"Lines: {seeds}. Picture: the network of seed {asked.seed}; {units}the heaviest edges "
        f"between layers, at most {network_picture.shown_edges(len(widths) - 1, count)}, "
        "squares are inputs, a hollow dot has gradient exactly 0, a cross inf or NaN. "
        f"{PANEL_NOTES[panel.kind].format(few=few)}"
    )
