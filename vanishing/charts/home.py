"""The phenomenon in one picture: the gradient of each layer, sigmoid against ReLU."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from vanishing.charts.bands import band, band_view, frames
from vanishing.charts.view import View
from vanishing.layer_statistics import Start
from vanishing.text import number


def by_layer(nets: Mapping[str, Start], *, note: str) -> View:
    """Draw each net's gradient by hidden layer: median, 10–90 % band, and theory dashed.

    Data sets: rows (x = hidden layer, low, median, high, series), theory (x, y, series), mark.
    """
    rows, theory = [], []
    ends = []
    for name, net in nets.items():
        measured = net.measured.relative("delta")
        layers = np.arange(1, measured.shape[1] + 1)
        rows.append(band(measured.T, layers, name))
        ends.append(f"{name}: {number(float(np.median(measured[:, 0])), 2)}")
        if net.predicted is not None:
            predicted = {"x": layers, "y": net.predicted.deltas, "series": name}
            theory.append(pd.DataFrame(predicted))
    return band_view(
        "gradient by layer",
        frames(rows, theory=pd.concat(theory)),
        "hidden layer (1 = first)",
        "gradient, last hidden layer = 1",
        height=400,
        x_kind="whole",
        y_kind="log",
        points=True,
        words="Gradient of each hidden layer relative to the last. In the first layer: "
        f"{'; '.join(ends)}.",
        note=note,
    )
