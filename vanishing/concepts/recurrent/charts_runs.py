"""Recurrent nets that learn a memory task: error, gradient by step, and gradient along time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vanishing import verdicts
from vanishing.charts import reach
from vanishing.charts.lines import band, frames, lines, over_seeds
from vanishing.charts.view import View
from vanishing.concepts.recurrent.facts import Runs, end_of
from vanishing.engine.arrays import Array
from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.recurrent.training import TEST_SEQUENCES, Record, Run
from vanishing.text import count, number

HEIGHT: Final = 360
LOW_HEIGHT: Final = 320


def over_nets(run: Run) -> str:
    """Return how a line over seeds is to be read."""
    return f"{over_seeds(run.settings.seed, run.settings.seeds, 'net')}, {run.settings.dtype}"


def error(runs: Runs) -> View:
    """Draw the mean squared error on unseen sequences over the steps, and the baseline.

    Data sets: rows (x = step, low, median, high, series), level (y, text) and, where a run
    diverged, ended (a row).
    """
    drawn = {name: _finite(run.records) for name, run in runs.items()}
    rows = [
        band(np.stack([r.loss for r in records]), [r.step for r in records], name)
        for name, records in drawn.items()
        if records
    ]
    one = next(iter(runs.values()))
    task = memory_tasks.get(one.settings.task)
    ends = [end_of(name, run) for name, run in runs.items()]
    return lines(
        "error",
        frames(rows, level=(task.baseline, "always answering the mean"), ended=_ended(rows, runs)),
        ("step", "whole", (0, one.settings.steps)),
        ("mean squared error", "log", ("low", "high")),
        at=_ends(rows, least=(4.0, 1.0)),
        height=HEIGHT,
        columns=1,
        words=f"{task.name}, T = {one.settings.length}. " + "; ".join(ends) + ".",
        note=f"On {TEST_SEQUENCES} sequences per net that it does not train on: {over_nets(one)}. "
        f"Level line: the baseline, {number(task.baseline)}. {verdicts.LEARNED}",
    )


def _finite(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if np.isfinite(record.loss).all()]


def _ended(rows: Sequence[pd.DataFrame], runs: Runs) -> pd.DataFrame | None:
    """Return the last row of each run that diverged."""
    diverged = {name for name, run in runs.items() if run.final.diverged}
    ends = [frame.tail(1) for frame in rows if frame["series"].iloc[0] in diverged]
    return pd.concat(ends, ignore_index=True) if ends else None


def gradient(runs: Runs, threshold: float) -> View:
    """Draw the norm of the gradient over the steps, before clipping, and the threshold.

    Data sets: as in `error`; level only where there is a threshold.
    """
    rows, peaks = [], []
    for name, run in runs.items():
        kept = [r for r in run.records if _positive(r.gradient)]
        if kept:
            values = np.stack([record.gradient for record in kept])
            rows.append(band(values, [record.step for record in kept], name))
        norms = np.concatenate([record.gradient for record in run.records])
        if (finite := norms[np.isfinite(norms)]).any():
            peaks.append(f"{name}: at most {number(float(finite.max()), 2)}")
        if any(not np.isfinite(record.gradient).all() for record in run.records):
            peaks.append(f"{name}: overflows at step {run.final.step:,}")
    one = next(iter(runs.values()))
    level = (threshold, "clipped above c") if threshold else None
    return lines(
        "gradient norm",
        frames(rows, level=level, ended=_ended(rows, runs)),
        ("step", "whole", (0, one.settings.steps)),
        ("‖gradient‖, before clipping", "log", ("low", "high")),
        at=_ends(rows, least=(1.0, 2.0), level=threshold),
        height=HEIGHT,
        columns=1,
        words="Norm of the gradient of all parameters. " + "; ".join(peaks) + ".",
        note="At each record the largest since the one before, as a spike lasts a step: "
        f"{over_nets(one)}.",
    )


def _ends(
    rows: Sequence[pd.DataFrame],
    unit: float = 1.0,
    *,
    least: tuple[float, float],
    level: float = 0.0,
) -> reach.Ends:
    """Return the ends of a log axis around medians, bands and a level, as in `reach.decades`."""
    every = np.append(reach.drawn(rows), level)
    return reach.powers(reach.decades(np.log10(every[every > 0]), unit, least))


def _positive(values: Array) -> bool:
    return bool((np.isfinite(values) & (values > 0)).all())


def along_time(runs: Runs, when: str) -> View:
    """Draw the gradient of the state along the sequence, at the start or at the end of a run.

    Data sets: rows (x = t, low, median, high, series).
    """
    rows, words, gone = [], [], []
    for name, run in runs.items():
        records = [r for r in run.records if np.isfinite(r.by_time).all()]
        if not records:
            gone.append(f"{name}: never finite.")
            continue
        shown_at = records[0] if when == "start" else records[-1]
        if when != "start" and shown_at.step < run.final.step:
            gone.append(f"{name}: as of step {shown_at.step:,}, before it diverged.")
        sizes = shown_at.by_time
        shown = (sizes > 0).all(axis=0)
        t = np.arange(sizes.shape[1])
        rows.append(band(sizes[:, shown].T, t[shown], name))
        words.append(f"{name}: {number(float(np.median(sizes[:, 0])), 2)} at t = 0")
        if not shown.all():
            steps = count(int((~shown).sum()), "step")
            where = f"{run.settings.dtype} in some net at {steps}"
            gone.append(f"{name}: exactly 0 in {where}, not drawn there.")
    one = next(iter(runs.values()))
    moment = "before training" if when == "start" else "at the last record"
    besides = "".join(f" {each}" for each in gone)
    return lines(
        "along time",
        frames(rows),
        ("time step t of the sequence", "whole"),
        ("gradient of the state at t", "log", ("low", "high")),
        at=_ends(rows, 5.0, least=(5.0, 0.0)),
        height=LOW_HEIGHT,
        columns=2,
        words=f"Gradient of the state, {moment}. {'; '.join(words)}.{besides}",
        note=f"RMS of ∂J/∂h(t) over units and sequences, times their number B; for the LSTM "
        f"∂J/∂c(t) of its cells. {moment.capitalize()}: {over_nets(one)}.{besides}",
    )
