"""Frames of the network's picture: units as dots, the strongest edges, gradients at every record.

Only the first network of a run is drawn. A wide layer is thinned out to a few of its units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from vanishing.concepts.training.table import SIDES
from vanishing.engine.arrays import Array
from vanishing.engine.nets.records import Record

ROWS = 12_000
"""Most rows of units, and of edges, that a picture sends to the browser."""

MOST_UNITS, FEWEST_UNITS = 16, 4
MOST_EDGES, FEWEST_EDGES = 14, 4

HALF_ROWS = 2 * MOST_UNITS
"""The heights of a picture are counted in so many parts of it, from the middle."""

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


def _heights(count: int) -> Array:
    """Return the heights of a layer's dots in `HALF_ROWS`, which take a byte each on their way."""
    return np.arange(1 - count, count, 2, dtype=np.int8)


def state(values: Array) -> pd.Categorical[str]:
    """Name what a logarithm cannot show: zeros, and what is not finite."""
    return category(_state_codes(values).ravel(), STATES)


def category(codes: Array, names: Sequence[str]) -> pd.Categorical[str]:
    """Return names by their places among all: a category, which takes a byte a row on its way."""
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(names))


def _state_codes(values: Array) -> Array:
    """Return each value's place in `STATES`."""
    finite, zero, broken = map(STATES.index, (FINITE, ZERO, BROKEN))
    return np.where(np.isfinite(values), np.where(values == 0, zero, finite), broken)


def log10(values: Array) -> Array:
    """Return log₁₀ where it is finite, else NaN, which no chart draws."""
    shown = np.isfinite(values) & (values > 0)
    return np.where(shown, np.log10(np.where(shown, values, 1.0)), np.nan)


def units(setting: str, records: Sequence[Record], pictures: int) -> pd.DataFrame:
    """Return one row per drawn unit and record, of side A or B.

    So many `pictures`, networks × positions, share the limit `ROWS`. Columns: setting, position,
    layer (0: inputs), unit, height (in `HALF_ROWS`), log10 (of the RMS of ∂J/∂z over the inputs;
    NaN where there is none), state.
    """
    widths = records[0].parameters.widths
    columns = []
    for layer, width in enumerate(widths):
        chosen = shown_units(width, len(widths), pictures)
        shape = (len(records), len(chosen))
        gradient = np.full(shape, np.nan)
        states = np.full(shape, STATES.index(INPUT))
        if layer:
            gradient = np.stack([record.unit_delta[layer - 1][0][chosen] for record in records])
            states = _state_codes(gradient)
        columns.append(
            {
                "position": positions(len(records), len(chosen)),
                "layer": np.uint8(layer),
                "unit": np.tile((chosen + 1).astype(np.uint8), len(records)),
                "height": np.tile(_heights(len(chosen)), len(records)),
                "log10": log10(gradient).astype(np.float32).ravel(),
                "state": states.ravel(),
            }
        )
    frame = _joined(columns)
    frame["state"] = category(frame["state"].to_numpy(), STATES)
    return of_setting(setting, frame)


def edges(setting: str, records: Sequence[Record], pictures: int) -> pd.DataFrame:
    """Return the strongest edges between the drawn units, per pair of layers and record.

    Columns: setting, position, layer (the one it leads to), percent (|weight| relative to the
    largest of its layer among the drawn), and the heights of its ends, from and to.
    """
    widths = records[0].parameters.widths
    count = shown_edges(len(widths) - 1, pictures)
    drawn = [shown_units(width, len(widths), pictures) for width in widths]
    columns = []
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
        columns.append(
            {
                "position": positions(*strongest.shape),
                "layer": np.uint8(layer),
                "percent": np.rint(100 * strength).astype(np.uint8).ravel(),
                "from": _heights(len(sources))[i],
                "to": _heights(len(targets))[j],
            }
        )
    return of_setting(setting, _joined(columns))


def _joined(layers: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the layers' rows one below the other; a single number holds for all of a layer's."""
    # Joined before there is a frame: one frame for each of 50 layers takes ten times as long.
    whole = [np.broadcast_arrays(*columns.values()) for columns in layers]
    joined = map(np.concatenate, zip(*whole, strict=True))
    return pd.DataFrame(dict(zip(layers[0], joined, strict=True)))


def positions(records: int, rows: int) -> Array:
    """Return each record's position, once for every row that it fills."""
    return np.repeat(np.arange(records, dtype=np.uint8), rows)


def stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one below the other."""
    # A fresh index: the old one would travel as a column of eight bytes a row.
    return pd.concat(frames, ignore_index=True)


def of_setting(setting: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Say in the first column of a new frame whose rows these are."""
    whose = category(np.full(len(frame), SIDES.index(setting)), SIDES)
    # In its place: putting frames together takes five times as long.
    frame.insert(0, "setting", pd.Series(whose, frame.index))
    return frame


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
