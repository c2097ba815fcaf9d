"""Signal and gradient by layer of fresh nets: medians, bands over seeds, and theory dashed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts.lines import band, frames, lines
from vanishing.charts.view import View
from vanishing.concepts.layers.facts import is_rounding, medians_of, nets_of, shares
from vanishing.engine.arrays import Array, BoolArray
from vanishing.engine.wide.layers import GRADIENTS, SATURATED, Start
from vanishing.text import count, number, percent

LAYER = "hidden layer (1 = first)"
NARROW = 30.0
"""A quantity that varies by less than this factor is drawn on a linear axis."""
TINY, HUGE = 1e-300, 1e300
"""What lies beyond cannot be drawn on a log axis."""


def gradients(start: Start, which: Sequence[str], note: str) -> View:
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
    return lines(
        "gradient by layer",
        frames(rows, theory=theory),
        (LAYER, "whole"),
        ("RMS, last hidden layer = 1", "log"),
        height=300,
        words="In the first hidden layer, with the last one as 1: " + ", ".join(words) + ".",
        note=" ".join([note, *parts]),
        points=True,
    )


def deviation(start: Start) -> View:
    """Draw the standard deviation of each layer's outputs; data sets as `gradients`."""
    values = start.measured.activation_std
    theory = None if start.predicted is None else predicted_line(start.predicted.stds)
    return _sized(
        "spread of the outputs",
        values,
        theory,
        "standard deviation of a",
        "Standard deviation of the layers' outputs",
    )


def size(start: Start, note: str) -> View:
    """Draw q, the mean square of z, by layer; data sets as `gradients`."""
    values = start.measured.variance
    theory = None if start.predicted is None else predicted_line(start.predicted.variances)
    return _sized("signal size", values, theory, "q: mean square of z", "q", note, height=300)


def saturated(start: Start) -> View:
    """Draw the share of saturated pairs of input and unit; data sets: rows."""
    found = start.measured.saturated
    first, last = (percent(float(medians_of(found)[layer])) for layer in (0, -1))
    return lines(
        "saturated share",
        frames([band(found.T, layers_of(found), "saturated")]),
        (LAYER, "whole"),
        ("saturated share", "percent"),
        height=230,
        words=f"Saturated: {first} in the first hidden layer, {last} in the last.",
        note=f"Saturated: |f′| below {SATURATED:.0%} of its largest.".replace("%", " %"),
        points=True,
        keyed=False,
    )


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
    title: str,
    subject: str,
    note: str = "",
    height: int = 230,
) -> View:
    """Return a chart of one positive size by layer, on the axis that suits it."""
    medians = medians_of(values)
    gone = unseen(values)
    return lines(
        name,
        frames([_drawable(values, "measured")], theory=theory),
        (LAYER, "whole"),
        (title, "linear" if is_narrow(medians) else "log"),
        height=height,
        words=f"{subject}: {number(medians[0], 2)} in the first hidden layer, "
        f"{number(medians[-1], 2)} in the last.",
        note=" ".join([note, *([f"Not drawn: {gone}."] if gone else [])]).strip(),
        points=True,
        keyed=False,
    )


def _drawable(values: Array, series: str) -> pd.DataFrame:
    """Return the rows of a line whose median fits a log axis; the band as far as it does."""
    kept = values[~np.isnan(values).any(axis=1)]
    if not len(kept):
        # One row without a place keeps the chart, and its axes, standing.
        return pd.DataFrame({"x": [1], "low": [1.0], "median": [1.0], "high": [1.0]}).assign(
            series=series, median=np.nan, low=np.nan, high=np.nan
        )
    rows = band(kept.T, layers_of(kept), series)
    rows[["low", "high"]] = rows[["low", "high"]].clip(TINY, HUGE)
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
