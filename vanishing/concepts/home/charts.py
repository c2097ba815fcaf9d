"""The phenomenon in one picture: the gradient of each layer, sigmoid against ReLU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from vanishing.charts.lines import frames, lines
from vanishing.charts.view import View
from vanishing.concepts.home.gradients import Gradients
from vanishing.text import number

Domain: TypeAlias = tuple[float, float]


def reach(deepest: Iterable[Gradients]) -> tuple[Domain, Domain]:
    """Return the axes that hold every depth, so that another depth is another line on them.

    From what theory predicts of the deepest nets: from the first hidden layer to the last; and the
    whole powers of ten around the gradients, with one more above: single draws lie higher.
    """
    nets = [net.theory for net in deepest]
    every = np.log10(np.concatenate(nets))
    low, high = 10.0 ** np.floor(every.min()), 10.0 ** (np.ceil(every.max()) + 1)
    return (1.0, float(max(map(len, nets)))), (float(low), float(high))


def by_layer(nets: Mapping[str, Gradients], axes: tuple[Domain, Domain], *, note: str) -> View:
    """Draw each net's gradient by hidden layer: median, 10–90 % band, and theory dashed.

    The axes are those of `reach`.

    Data sets: rows (x = hidden layer, low, median, high, series), theory (x, y, series), mark.
    """
    rows, theory = [], []
    for name, net in nets.items():
        layers = np.arange(1, len(net.median) + 1)
        measured = {"low": net.low, "median": net.median, "high": net.high}
        rows.append(pd.DataFrame({"x": layers, **measured, "series": name}))
        theory.append(pd.DataFrame({"x": layers, "y": net.theory, "series": name}))
    ends = [f"{name}: {number(float(net.median[0]), 2)}" for name, net in nets.items()]
    return lines(
        "gradient by layer",
        frames(rows, theory=pd.concat(theory)),
        ("hidden layer (1 = first)", "whole", axes[0]),
        ("gradient, last hidden layer = 1", "log", axes[1]),
        height=400,
        points=True,
        words="Gradient of each hidden layer relative to the last. In the first layer: "
        f"{'; '.join(ends)}.",
        note=note,
    )
