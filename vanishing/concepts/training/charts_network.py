"""Frames of the network's picture: units as dots, the strongest edges, gradients at every record.

Only the first network of a run is drawn. A wide layer is thinned out to a few of its units.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vanishing.engine.arrays import Array
from vanishing.engine.nets.records import Record

ROWS = 12_000
"""Most rows of units, and of edges, that a picture sends to the browser."""

MOST_UNITS, FEWEST_UNITS = 16, 4
MOST_EDGES, FEWEST_EDGES = 14, 4

DECADES = 14
"""Powers of ten that the colours tell apart below the largest gradient."""

GROWTH = 3
"""Powers of ten above the start that a scale still shows."""

HIGHEST = 99
"""Axes are labelled from 10⁻⁹⁹ to 10⁹⁹."""

FINITE, ZERO, BROKEN, INPUT = STATES = ("finite", "exactly 0", "inf or NaN", "input")
"""What a gradient is, for drawing; an input has none."""


def shown_units(width: int, layers: int, pictures: int) -> Array:
    """Return which of a layer's units are drawn, evenly spread over the layer."""
    most = int(np.clip(ROWS // (layers * pictures), FEWEST_UNITS, MOST_UNITS))
    return np.unique(np.linspace(0, width - 1, min(width, most)).round().astype(int))


def shown_edges(layers: int, pictures: int) -> int:
    """Return how many edges are drawn between two layers."""
    return int(np.clip(ROWS // (layers * pictures), FEWEST_EDGES, MOST_EDGES))


def _up(count: int) -> Array:
    """Return the heights of a layer's dots, centred on ½."""
    return 0.5 + (np.arange(count) - (count - 1) / 2) / MOST_UNITS


def state(values: Array) -> Array:
    """Name what a logarithm cannot show: zeros, and what is not finite."""
    return np.where(np.isfinite(values), np.where(values == 0, ZERO, FINITE), BROKEN)


def log10(values: Array) -> Array:
    """Return log₁₀ where it is finite, else NaN, which no chart draws."""
    shown = np.isfinite(values) & (values > 0)
    return np.where(shown, np.log10(np.where(shown, values, 1.0)), np.nan)


def units(setting: str, records: Sequence[Record], pictures: int) -> pd.DataFrame:
    """Return one row per drawn unit and record, of side A or B.

    So many `pictures`, networks × positions, share the limit `ROWS`. Columns: setting, position,
    layer (0: inputs), unit, across (0 to 1, by layer), up, log10 (of the RMS of ∂J/∂z over the
    inputs; NaN where there is none), state.
    """
    widths = records[0].parameters.widths
    frames = []
    for layer, width in enumerate(widths):
        chosen = shown_units(width, len(widths), pictures)
        shape = (len(records), len(chosen))
        gradient = np.full(shape, np.nan)
        states = np.full(shape, INPUT)
        if layer:
            gradient = np.stack([record.unit_delta[layer - 1][0][chosen] for record in records])
            states = state(gradient)
        frames.append(
            pd.DataFrame(
                {
                    "position": positions(len(records), len(chosen)),
                    "layer": np.uint8(layer),
                    "unit": np.tile((chosen + 1).astype(np.uint8), len(records)),
                    "across": np.float32(layer / (len(widths) - 1)),
                    "up": np.tile(_up(len(chosen)).astype(np.float32), len(records)),
                    "log10": log10(gradient).astype(np.float32).ravel(),
                    "state": pd.Categorical(states.ravel(), categories=STATES),
                }
            )
        )
    return of_setting(setting, frames)


def edges(setting: str, records: Sequence[Record], pictures: int) -> pd.DataFrame:
    """Return the strongest edges between the drawn units, per pair of layers and record.

    Columns: setting, position, layer (the one it leads to), weight, strength (|weight| relative to
    the largest of its layer among the drawn), and its ends across, up, across2, up2.
    """
    widths = records[0].parameters.widths
    count = shown_edges(len(widths) - 1, pictures)
    drawn = [shown_units(width, len(widths), pictures) for width in widths]
    frames = []
    for layer in range(1, len(widths)):
        sources, targets = drawn[layer - 1], drawn[layer]
        all_weights = [record.parameters.weights[layer - 1][0] for record in records]
        weights = np.stack([w[np.ix_(sources, targets)] for w in all_weights])
        weights = weights.reshape(len(records), -1)
        strength = np.where(np.isfinite(weights), np.abs(weights), 0.0)
        strongest = np.argsort(-strength, axis=1, kind="stable")[:, :count]
        largest = np.maximum(strength.max(axis=1, keepdims=True), np.finfo(float).tiny)
        strength = np.take_along_axis(strength / largest, strongest, axis=1)
        i, j = np.divmod(strongest.ravel(), len(targets))
        frames.append(
            pd.DataFrame(
                {
                    "position": positions(*strongest.shape),
                    "layer": np.uint8(layer),
                    "weight": np.take_along_axis(weights, strongest, axis=1).ravel(),
                    "strength": strength.astype(np.float32).ravel(),
                    "across": np.float32((layer - 1) / (len(widths) - 1)),
                    "up": _up(len(sources))[i].astype(np.float32),
                    "across2": np.float32(layer / (len(widths) - 1)),
                    "up2": _up(len(targets))[j].astype(np.float32),
                }
            )
        )
    return of_setting(setting, frames)


def positions(records: int, rows: int) -> Array:
    """Return each record's position, once for every row that it fills."""
    return np.repeat(np.arange(records, dtype=np.uint8), rows)


def stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one below the other."""
    # A fresh index: the old one would travel as a column of eight bytes a row.
    return pd.concat(frames, ignore_index=True)


def of_setting(setting: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Say whose rows these are; as a category, which costs a byte a row on its way."""
    frame = stack(frames)
    whose = pd.Categorical([setting] * len(frame), categories=["A", "B"])
    return pd.concat([pd.Series(whose, name="setting"), frame], axis=1)


def decades(logs: Array, at_start: Array, most: int = DECADES) -> tuple[int, int]:
    """Return the whole powers of ten that a scale of finite log₁₀ spans, at most so many.

    Values that grow by more than `GROWTH` powers of ten beyond those before the first step lie
    above the scale: the last steps of a run that diverges would leave no room for anything else.
    """
    finite = logs[np.isfinite(logs)]
    if not finite.size:
        return -1, 0
    top = finite.max()
    starts = at_start[np.isfinite(at_start)]
    if starts.size:
        top = min(top, starts.max() + GROWTH)
    high = int(np.clip(np.ceil(top), most - HIGHEST, HIGHEST))
    low = int(np.floor(finite.min()))
    return max(min(low, high - 1), high - most), high
