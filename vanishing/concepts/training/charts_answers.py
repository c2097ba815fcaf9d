"""Frames of what a network answers, at every record: over the plane, along a line, or for one row.

Only the first network of a run is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from vanishing.concepts.training.charts_network import of_setting, positions
from vanishing.engine.arrays import Array
from vanishing.engine.nets.boundary import Grid, answers_of, grid
from vanishing.engine.nets.datasets import Dataset
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run

Kind: TypeAlias = Literal["plane", "line", "bars"]
Reach: TypeAlias = tuple[tuple[float, float], tuple[float, float]]

CELLS: dict[Kind, int] = {"plane": 24, "line": 120, "bars": 0}
SHADE = 4
"""Percent that two shades of a cell are apart: finer ones are not told apart, but would be sent."""

MOST_POINTS = 300
EXAMPLE = 0
"""The row of the data whose probabilities are drawn where the inputs have no plane."""


def kind_of(data: Dataset) -> Kind:
    """Return how the answers on these data can be drawn."""
    if data.classes == 0:
        return "line"
    return "plane" if data.x.shape[1] == 2 else "bars"


@dataclass(frozen=True, eq=False)
class Answers:
    """What the panel beside a network draws, of classes by name (none for regression).

    `reach` are the limits across and up; `data` are x, y and class (a plane), or x and y (a line).
    """

    kind: Kind
    reach: Reach
    classes: tuple[str, ...]
    data: pd.DataFrame


def panel(data: Dataset) -> Answers:
    """Prepare the panel for a data set."""
    kind = kind_of(data)
    classes = tuple(str(k) if kind == "bars" else f"class {k}" for k in range(data.classes))
    if kind == "bars":
        return Answers(kind, ((0.0, 1.0), (-0.5, data.classes - 0.5)), classes, pd.DataFrame())
    points = pd.DataFrame({"x": data.x[:MOST_POINTS, 0]})
    reach = _grid(data).reach
    if kind == "line":
        low, high = float(data.y.min()), float(data.y.max())
        margin = 0.25 * ((high - low) or 1.0)
        up = (low - margin, high + margin)
        return Answers(kind, (reach[0], up), classes, points.assign(y=data.y[:MOST_POINTS]))
    names = {"class": np.array(classes)[data.y[:MOST_POINTS]]}
    points = points.assign(y=data.x[:MOST_POINTS, 1], **names)
    return Answers(kind, (reach[0], reach[1]), classes, points)


@lru_cache(maxsize=8)
def _grid(data: Dataset) -> Grid:
    return grid(data, CELLS[kind_of(data)])


def rows(setting: str, run: Run, records: Sequence[Record]) -> pd.DataFrame:
    """Return what the first network answers at each record.

    Columns: setting, position, and for a plane cell (its place in `cells`), class (the most
    probable), percent (its probability, in whole `SHADE`s) and until (the last position where both
    are still the same: only what changes is sent again); for a line x and prediction; for bars
    class, probability and right (whether it is the class of the example).
    """
    data, kind = run.data, kind_of(run.data)
    points = data.x[EXAMPLE : EXAMPLE + 1] if kind == "bars" else _grid(data).points
    found = np.stack([answers_of(run, record, points)[0] for record in records])
    made = {"plane": _plane, "line": _line, "bars": _bars}[kind](data, points, found)
    return of_setting(setting, made.reset_index(drop=True))


def cells(data: Dataset) -> pd.DataFrame:
    """Return the middles of a plane's cells: cell, x, y."""
    points = _grid(data).points.astype(np.float32)
    cell = np.arange(len(points), dtype=np.uint16)
    return pd.DataFrame({"cell": cell, "x": points[:, 0], "y": points[:, 1]})


def _plane(data: Dataset, points: Array, answers: Array) -> pd.DataFrame:
    """Return the rows of answers (R, B, K) at R records to B points."""
    best, sure = answers.argmax(axis=2).T, answers.max(axis=2).T
    known = np.isfinite(sure)
    percent = np.where(known, SHADE * np.rint(100 / SHADE * np.where(known, sure, 0.0)), -1)
    percent = percent.astype(np.int8)
    changes = np.ones(best.shape, dtype=bool)
    changes[:, 1:] = (np.diff(best, axis=1) != 0) | (np.diff(percent, axis=1) != 0)
    cell, position = np.nonzero(changes)
    # What begins in the same cell later ends it; the last lasts to the end.
    until = np.append(position[1:] - 1, -1)
    until[np.append(cell[1:] != cell[:-1], True)] = best.shape[1] - 1
    names = [f"class {k}" for k in range(data.classes)]
    rows = pd.DataFrame(
        {
            "cell": cell.astype(np.uint16),
            "class": pd.Categorical.from_codes(best[changes], pd.Index(names)),
            "percent": percent[changes],
            "position": position.astype(np.uint8),
            "until": until.astype(np.uint8),
        }
    )
    return pd.DataFrame(rows[known[changes]])


def _line(data: Dataset, points: Array, answers: Array) -> pd.DataFrame:
    """Return the rows of answers (R, B, 1) at R records to B points."""
    value = answers[:, :, 0]
    known = np.isfinite(value)
    position, point = np.nonzero(known)
    told = {"x": points[point, 0].astype(np.float32), "prediction": value[known]}
    return pd.DataFrame({**told, "position": position.astype(np.uint8)})


def _bars(data: Dataset, points: Array, answers: Array) -> pd.DataFrame:
    """Return the rows of answers (R, 1, K) at R records to the one example."""
    labels = np.tile(np.arange(data.classes), len(answers))
    told = {"class": labels, "probability": answers.ravel(), "right": labels == data.y[EXAMPLE]}
    return pd.DataFrame({**told, "position": positions(len(answers), data.classes)})
