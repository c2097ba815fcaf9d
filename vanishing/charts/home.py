"""The phenomenon in one picture: the gradient of each layer, sigmoid against ReLU."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from vanishing.charts.bands import band, band_view, frames
from vanishing.charts.view import View
from vanishing.layer_gradients import LayerGradients
from vanishing.text import number


def by_layer(nets: Mapping[str, LayerGradients], *, note: str) -> View:
    """Draw each net's gradient by hidden layer: median, 10–90 % band, and theory dashed.

    Data sets: rows (x = hidden layer, low, median, high, series), theory (x, y, series), mark.
    """
    rows, theory = [], []
    for name, net in nets.items():
        layers = np.arange(1, net.measured.shape[1] + 1)
        rows.append(band(net.measured.T, layers, name))
        theory.append(pd.DataFrame({"x": layers, "y": net.predicted, "series": name}))
    ends = "; ".join(
        f"{name}: {number(float(np.median(net.measured[:, 0])), 2)}" for name, net in nets.items()
    )
    return band_view(
        "gradient by layer",
        frames(rows, theory=pd.concat(theory)),
        "hidden layer (1 = first)",
        "gradient, last hidden layer = 1",
        height=400,
        x_kind="whole",
        y_kind="log",
        points=True,
        words=f"Gradient of each hidden layer relative to the last. In the first layer: {ends}.",
        note=note,
    )
