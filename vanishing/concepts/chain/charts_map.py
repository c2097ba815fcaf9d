"""Where products vanish and explode over depth and weight scale."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.parts import across, draw, layered, legend, told
from vanishing.charts.style import INK
from vanishing.charts.view import View
from vanishing.concepts.chain.charts import HEIGHT
from vanishing.engine.chain.many import MedianMap
from vanishing.engine.nets.activations import Activation
from vanishing.text import of_log10, percent

REGIMES = ("vanishing", "exploding", "steady", "exactly 0")
GLYPHS = {"vanishing": "−", "steady": "=", "exploding": "+", "exactly 0": "0"}


@lru_cache
def _map_spec(sigmas: tuple[str, ...]) -> dict[str, Any]:
    """Build the map; data sets cells and here (depth, sigma, text)."""
    axis = alt.Axis(labelOverlap=True)
    y = alt.Y(
        "sigma:O", sort=list(reversed(sigmas)), title="std(w), spread of the weights", axis=axis
    )
    ticks = {"values": [1, *range(10, 101, 10)], "grid": False}
    rectangles = draw("cells", "rect").encode(
        x=across("left", "depth L", "tight", (0.5, 100.5), **ticks),
        x2="right:Q",
        y=y,
        color=alt.Color(
            "regime:N",
            scale=alt.Scale(domain=list(REGIMES)),
            legend=legend("square", names=REGIMES),
        ),
        opacity=alt.Opacity(
            "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.2, 0.55]), legend=None
        ),
        tooltip=told("depth:Q", ("sigma:O", "std(w)"), ("median:N", "median product"), "regime:N"),
    )
    glyphs = draw("cells", "text", color=INK)
    ring: dict[str, Any] = {"size": 220, "shape": "circle", "filled": False, "opacity": 1}
    rings = [
        draw("here", "point", stroke=stroke, strokeWidth=width, **ring)
        for stroke, width in (("black", 5), ("white", 2))
    ]
    return layered(
        HEIGHT,
        rectangles,
        glyphs.encode(x="middle:Q", y=y, text="glyph:N"),
        *(each.encode(x="depth:Q", y=y, tooltip="text:N") for each in rings),
    )


def regime_map(grid: MedianMap, activation: Activation, depth: int, sigma_w: float) -> View:
    """Draw where the median of the drawn products vanishes, stays or explodes."""
    edges = np.concatenate([[0.5], (grid.depths[1:] + grid.depths[:-1]) / 2, [100.5]])
    row, column = np.indices(grid.median.shape)
    median = grid.median.ravel()
    regime = np.where(np.isneginf(median), "exactly 0", grid.regime.ravel())
    cells = pd.DataFrame(
        {
            "depth": grid.depths[row.ravel()],
            "left": edges[:-1][row.ravel()],
            "right": edges[1:][row.ravel()],
            "sigma": [f"{grid.sigmas[i]:g}" for i in column.ravel()],
            "log10": median,
            "median": [of_log10(float(value)) for value in median],
            "regime": regime,
            "glyph": [GLYPHS[name] for name in regime],
            # The further from 1, the stronger the colour; full at ten powers of ten.
            "strength": np.minimum(np.abs(median) / 10, 1.0),
        }
    )
    cells["middle"] = (cells["left"] + cells["right"]) / 2
    here = pd.DataFrame({"depth": [depth], "sigma": [f"{sigma_w:g}"], "text": ["this setting"]})
    shares = ", ".join(f"{name}: {percent(float(np.mean(regime == name)))}" for name in REGIMES)
    return View(
        name="map",
        spec=_map_spec(tuple(f"{value:g}" for value in grid.sigmas)),
        frames={"cells": cells, "here": here},
        alt=f"Median product by depth and std(w) for {activation.name}. Share of cells: {shares}.",
        note=(
            "Measured median of |∂hₙ/∂x| at n = L over 2,000 drawn chains per cell. − vanishing: "
            "below 10⁻³; + exploding: above 10³; = steady: between; 0: at least half of the "
            "products are exactly 0. The ring marks this depth and std(w)."
        ),
    )
