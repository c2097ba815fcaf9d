"""Signal and gradient by layer of fresh nets: medians, bands over seeds, and theory dashed.

Axes hold what theory predicts of the `deepest` nets that are drawn on the same, so that another
depth is another line there. Where measured nets, or such without theory, leave that, they grow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts import reach
from vanishing.charts.lines import Axis, band, frames, lines
from vanishing.charts.parts import whole_ticks
from vanishing.charts.view import View
from vanishing.concepts.layers.facts import is_rounding, medians_of, nets_of, shares, stage_of
from vanishing.engine.arrays import Array, BoolArray
from vanishing.engine.wide.layers import GRADIENTS, SATURATED, Start
from vanishing.engine.wide.mean_field import Propagation
from vanishing.text import count, number, percent

LAYER = "hidden layer (1 = first)"
LAYERS: Final[Axis] = (LAYER, "counted", (1, "last"))
NARROW = 30.0
"""A quantity that varies by less than this factor is drawn on a linear axis."""
SPREAD = 1.5
"""By about this factor single draws lie above what theory predicts, or below; q by its square."""
TINY, HUGE = 1e-300, 1e300
"""What lies beyond cannot be drawn on a log axis."""


def gradients(
    start: Start, which: Sequence[str], note: str, deepest: Propagation | None = None
) -> View:
    """Draw the chosen gradients over that of the last hidden layer.

    Data sets: rows (x = hidden layer, low, median, high, series), theory (x, y, series).
    """
    parts, rows, words = [], [], []
    for name in which:
        found, nets, label = shares(start, name), nets_of(start, name), GRADIENTS[name]
        rows.append(_drawable(found, label))
        gone = unseen(found, rounding=is_rounding(start.settings, name))
        parts += [f"Not drawn: {label}: {gone}."] if gone else []
        dead = nets != count(start.seeds, "net")
        parts += [f"{label}: only {nets}; in the others it is 0, or not finite."] if dead else []
        first = medians_of(found)[0]
        told = f"{number(first, 2)} (median of {nets})" if np.isfinite(first) else "no share of it"
        words.append(f"{label} {told}")
    theory = None
    if start.predicted is not None and "delta" in which:
        theory = predicted_line(start.predicted.deltas)
    seen = pd.concat(rows)[["low", "median", "high"]].to_numpy().ravel()
    known = _logs([*_known(deepest, "deltas"), *([] if theory is None else theory["y"])])
    return lines(
        "gradient by layer",
        frames(rows, theory=theory),
        LAYERS,
        ("RMS, last hidden layer = 1", "log", ("low", "high")),
        at=reach.powers(reach.decades(_logs(seen), least=_around(known, 1.0)))
        | layers_ends(start.measured.delta),
        height=300,
        words="In the first hidden layer, with the last one as 1: " + ", ".join(words) + ".",
        note=" ".join([note, *parts]),
        points=True,
    )


def deviation(start: Start, deepest: Propagation | None = None) -> View:
    """Draw the standard deviation of each layer's outputs; data sets as `gradients`."""
    theory = None if start.predicted is None else predicted_line(start.predicted.stds)
    return _sized(
        "spread of the outputs",
        start.measured.activation_std,
        theory,
        _known(deepest, "stds"),
        "standard deviation of a",
        "Standard deviation of the layers' outputs",
    )


def size(start: Start, note: str, deepest: Propagation | None = None) -> View:
    """Draw q, the mean square of z, by layer; data sets as `gradients`."""
    theory = None if start.predicted is None else predicted_line(start.predicted.variances)
    return _sized(
        "signal size",
        start.measured.variance,
        theory,
        _known(deepest, "variances"),
        "q: mean square of z",
        "q",
        note,
        height=300,
    )


def saturated(start: Start) -> View:
    """Draw the share of saturated pairs of input and unit; data sets: rows."""
    found = start.measured.saturated
    first, last = (percent(float(medians_of(found)[layer])) for layer in (0, -1))
    return lines(
        "saturated share",
        frames([band(found.T, layers_of(found), "saturated")]),
        LAYERS,
        ("saturated share", "percent"),
        at=layers_ends(found),
        height=230,
        words=f"Saturated: {first} in the first hidden layer, {last} in the last.",
        note=f"Saturated: |f′| below {SATURATED:.0%} of its largest.".replace("%", " %"),
        points=True,
        keyed=False,
    )


def layers_ends(values: Array) -> dict[str, Any]:
    """Return where the axis of the layers 1 … L of (S, L) ends, with the stage of that depth."""
    last = stage_of(values.shape[1])
    return {"last": last, "ticks": whole_ticks(1, last)}


def layers_of(values: Array) -> Array:
    """Return the numbers 1 … L of the columns of (S, L)."""
    numbers: Array = np.arange(1, values.shape[1] + 1)
    return numbers


def predicted_line(values: Sequence[float]) -> pd.DataFrame:
    """Return the rows of a prediction, as far as a log axis can show it."""
    layers = np.arange(1, len(values) + 1)
    frame = pd.DataFrame({"x": layers, "y": np.asarray(values), "series": "predicted"})
    kept: pd.DataFrame = frame[_shown(frame["y"].to_numpy())]
    return kept


def unseen(values: Array, *, rounding: bool = False) -> str:
    """Say in which layers the median is 0 or beyond the floats, and so not on a log axis.

    With `rounding`, the zeros are those of exact arithmetic.
    """
    medians = medians_of(values)
    if np.isnan(medians).all():
        return "in every net it is 0, or not a finite number, in the last hidden layer"
    told = []
    for words, mask in (
        ("exactly 0 but for rounding" if rounding else "exactly 0", medians == 0),
        ("too small or too large for the axis", (medians != 0) & ~_shown(medians)),
    ):
        if mask.any():
            places = np.flatnonzero(mask) + 1
            told.append(f"{words} in {count(len(places), 'layer')} ({_span(places)})")
    return ", ".join(told)


def is_narrow(values: Array) -> bool:
    """Tell whether positive sizes vary so little that a linear axis shows them."""
    seen = values[_shown(values)]
    return bool(len(seen) and seen.max() < NARROW * seen.min())


def _sized(
    name: str,
    values: Array,
    theory: pd.DataFrame | None,
    known: Sequence[float],
    title: str,
    subject: str,
    note: str = "",
    height: int = 230,
) -> View:
    """Return a chart of one positive size by layer, on the axis that suits it.

    `known` are those that theory predicts of the deepest nets on the same axis.
    """
    medians = medians_of(values)
    gone = unseen(values)
    rows = _drawable(values, "measured")
    seen = rows[["low", "median", "high"]].to_numpy().ravel()
    every = np.concatenate([known, [] if theory is None else theory["y"]])
    every = every[_shown(every)]
    narrow = is_narrow(np.concatenate([medians, every]))
    if narrow:
        sizes = [*(SPREAD * every), *seen[np.isfinite(seen)]]
        ends = {"low": 0.0, "high": reach.roof(max(sizes))}
    else:
        ends = reach.powers(reach.decades(_logs(seen), least=_around(_logs(every), 0.0)))
    return lines(
        name,
        frames([rows], theory=theory),
        LAYERS,
        (title, "linear" if narrow else "log", ("low", "high")),
        at=ends | layers_ends(values),
        height=height,
        words=f"{subject}: {number(medians[0], 2)} in the first hidden layer, "
        f"{number(medians[-1], 2)} in the last.",
        note=" ".join([note, *([f"Not drawn: {gone}."] if gone else [])]).strip(),
        points=True,
        keyed=False,
    )


def _known(deepest: Propagation | None, name: str) -> tuple[float, ...]:
    found: tuple[float, ...] = () if deepest is None else getattr(deepest, name)
    return found


def _logs(sizes: Sequence[float] | Array) -> Array:
    values = np.asarray(sizes, dtype=float)
    logs: Array = np.log10(values[_shown(values)])
    return logs


def _around(logs: Array, least: float) -> tuple[float, float]:
    """Return the whole decades, down and up from 0, around what theory predicts and single draws.

    At least so many.
    """
    if not len(logs):
        return least, least
    spread = 2.0 * math.log10(SPREAD)
    return max(least, math.ceil(spread - logs.min())), max(least, math.ceil(logs.max() + spread))


def _drawable(values: Array, series: str) -> pd.DataFrame:
    """Return the rows of a line whose median fits a log axis; the band as far as it does."""
    kept = values[~np.isnan(values).any(axis=1)]
    if not len(kept):
        # One row without a place keeps the chart, and its axes, standing.
        return pd.DataFrame({"x": [1], "low": [1.0], "median": [1.0], "high": [1.0]}).assign(
            series=series, median=np.nan, low=np.nan, high=np.nan
        )
    rows = band(kept.T, layers_of(kept), series)
    for end in ("low", "high"):
        # In NumPy: a frame of both takes many times as long.
        rows[end] = np.clip(rows[end].to_numpy(), TINY, HUGE)
    # A band that reaches down to 0 is drawn down to the smallest size that is not 0.
    for at in np.flatnonzero(rows["low"] == TINY):
        seen = kept[:, at][_shown(kept[:, at])]
        rows.loc[at, "low"] = seen.min() if len(seen) else np.nan
    shown: pd.DataFrame = rows[_shown(rows["median"].to_numpy())]
    return shown


def _shown(values: Array) -> BoolArray:
    mask: BoolArray = (values > TINY) & (values < HUGE)
    return mask


def _span(places: NDArray[np.intp]) -> str:
    first, last = int(places[0]), int(places[-1])
    return f"{first}" if first == last else f"{first}–{last}"
