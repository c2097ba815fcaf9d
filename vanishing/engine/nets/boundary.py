"""What a network answers over the plane or the line of its inputs: its decision boundary."""

from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array, shown_as_is
from vanishing.engine.nets import heads
from vanishing.engine.nets.activations import Activation
from vanishing.engine.nets.datasets import Dataset
from vanishing.engine.nets.heads import Head
from vanishing.engine.nets.network import PLAIN, Architecture, Parameters, forward
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run

MARGIN = 0.1
"""How far a grid reaches beyond the data, as a share of their extent."""

MAX_POINTS = 20_000


@dataclass(frozen=True, eq=False)
class Grid:
    """Points spread evenly over the data's inputs, one or two features wide.

    Attributes
    ----------
    axes : per feature (C,)
        Coordinates along each axis: the centres of C cells of equal width.
    points : (C, 1) or (C², 2)
        All combinations; the last feature runs fastest.
    """

    axes: tuple[Array, ...]
    points: Array

    @property
    def reach(self) -> tuple[tuple[float, float], ...]:
        """Outer edges of the first and last cell, per feature."""
        half = [(axis[1] - axis[0]) / 2 for axis in self.axes]
        return tuple(
            (float(axis[0] - h), float(axis[-1] + h))
            for axis, h in zip(self.axes, half, strict=True)
        )


def grid(data: Dataset, cells: int) -> Grid:
    """Lay a grid over data with one or two features, `MARGIN` beyond them on every side.

    It has `cells` along each axis, from 2, and at most `MAX_POINTS` in all.
    """
    features = data.x.shape[1]
    limits.shape("data.x", data.x, "N", (1, 2))
    limits.whole("cells", cells, 2, int(MAX_POINTS ** (1 / features)))
    axes = []
    for column in data.x.T:
        # A feature that never varies still gets a cell of some width.
        extent = float(np.ptp(column)) or 1.0
        low = float(column.min()) - MARGIN * extent
        width = (1 + 2 * MARGIN) * extent / cells
        axes.append(low + width * (np.arange(cells) + 0.5))
    points = np.stack([m.ravel() for m in np.meshgrid(*axes, indexing="ij")], axis=1)
    return Grid(tuple(axes), points)


def answers_of(run: Run, record: Record, inputs: Array) -> Array:
    """Return what the networks of a run answer to inputs (B, n₀) at one record; see `answers`."""
    settings = run.settings
    return answers(
        record.parameters,
        inputs,
        settings.get_activation(),
        heads.for_classes(run.data.classes),
        settings.architecture,
        run.data.x,
    )


@shown_as_is
def answers(
    parameters: Parameters,
    inputs: Array,
    activation: Activation,
    head: Head,
    architecture: Architecture = PLAIN,
    data: Array | None = None,
) -> Array:
    """Return what S networks answer to B inputs (B, n₀), shape (S, B, K).

    That is the probabilities of the K classes, of two classes for the sigmoid head as 1 − ŷ and ŷ;
    for the linear head the predicted value, K = 1; inf or NaN where the parameters hold them. With
    batch normalisation the inputs are normalised as `data` (N, n₀) are; by default by themselves.
    """
    known = None
    if data is not None and architecture.normalization == "batch":
        known = forward(parameters, data, activation, head, architecture)
    trace = forward(parameters, inputs, activation, head, architecture, known)
    output = trace.activations[-1]
    if head.key == "sigmoid":
        return np.concatenate([1.0 - output, output], axis=2)
    return output


def sum_error(probabilities: Array) -> float:
    """Return the largest |Σ p − 1| over all inputs, for probabilities (S, B, K).

    Inputs whose probabilities are not finite are left out; NaN where none is left.
    """
    sums = probabilities.sum(axis=-1)
    finite = sums[np.isfinite(sums)]
    return float(np.abs(finite - 1.0).max()) if finite.size else float("nan")
