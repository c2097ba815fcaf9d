"""A cost surface from above with the optimisers' paths on it, and the cost along them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.lines import frames, lines
from vanishing.charts.parts import across, draw, haloed, layered, legend, series, told, up
from vanishing.charts.style import INK
from vanishing.charts.view import View
from vanishing.concepts.descent.charts_lines import (
    line,
    strips,
    thinned,
)
from vanishing.concepts.descent.facts import NAMES
from vanishing.engine.arrays import Array
from vanishing.engine.descent.paths import Path
from vanishing.engine.descent.surfaces import Surface
from vanishing.text import count, number

ACROSS, UP = 120, 80
"""Cells of the surface's picture."""
BANDS, DECADES = 16, 4
"""Shades, and the powers of ten below the highest cost that they cover."""
SHADES: list[Any] = [
    {"expr": f"luminance(background) > 0.5 ? '{light}' : '{dark}'"}
    for light, dark in (("#FFFFFF", "#12161B"), ("#A8ADB3", "#5A636D"))
]
"""Of the lowest and of the highest band: the page's background, and a grey."""
FINE = 400
"""Two places of a path closer than this part of the window are one place of the picture."""


def bands(surface: Surface) -> pd.DataFrame:
    """Return the surface as strips of one shade: left, right, bottom, top, band.

    Bands are even in log₁₀(J − J at the lowest minimum) over the top four powers of ten; neighbours
    of one band in a row are one strip, which keeps the picture small.
    """
    (x_low, x_high), (y_low, y_high) = surface.window
    x_edges, y_edges = np.linspace(x_low, x_high, ACROSS + 1), np.linspace(y_low, y_high, UP + 1)
    middles = (0.5 * (edges[1:] + edges[:-1]) for edges in (x_edges, y_edges))
    across, up = np.meshgrid(*middles)
    height = surface.value(np.stack([across, up], axis=-1)) - surface.minima[0].value
    share = 1 + np.log10(height / height.max()) / DECADES
    band = np.clip(np.floor(share * BANDS), 0, BANDS - 1).astype(np.int8)
    rows = [strips(row) for row in band]
    place = np.repeat(np.arange(UP), [len(first) for first, _, _ in rows])
    first, last, shade = (np.concatenate(part) for part in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "left": x_edges[first].astype(np.float32),
            "right": x_edges[last].astype(np.float32),
            "bottom": y_edges[place].astype(np.float32),
            "top": y_edges[place + 1].astype(np.float32),
            "band": shade,
        }
    )


@lru_cache(maxsize=64)
def _picture_spec(
    axes: tuple[str, str], window: tuple[tuple[float, float], ...], shown: tuple[str, ...]
) -> dict[str, Any]:
    x = across("x", axes[0], "tight", window[0], grid=False, tickCount=6)
    y = up("y", axes[1], "tight", window[1], grid=False, tickCount=6)
    shade: dict[str, Any] = {
        "legend": None,
        "scale": alt.Scale(domain=[0, BANDS - 1], range=SHADES),
    }
    # The stroke closes the hairlines between neighbours.
    surface = draw("surface", "rect", strokeWidth=1).encode(
        x=across("left", axes[0], "tight", window[0], grid=False, tickCount=6),
        x2="right:Q",
        y=up("bottom", axes[1], "tight", window[1], grid=False, tickCount=6),
        y2="top:Q",
        fill=alt.Fill("band:Q", **shade),
        stroke=alt.Stroke("band:Q", **shade),
    )
    dots = alt.OverlayMarkDef(size=14, clip=True)
    paths = draw("paths", "line", strokeWidth=2, clip=True, point=dots).encode(
        x=x,
        y=y,
        order="step:Q",
        tooltip=told(
            ("series:N", " "),
            "step:Q",
            ("x:Q", axes[0], ".3g"),
            ("y:Q", axes[1], ".3g"),
            ("J:Q", "J", ".3g"),
        ),
        **series(legend("stroke", names=shown, values=list(shown)), names=tuple(NAMES.values())),
    )
    marks = draw("places", "point", size=110, strokeWidth=2, color=INK, opacity=1, filled=False)
    shapes = alt.Scale(domain=["start", "minimum"], range=["circle", "cross"])
    height = {"expr": "datum.kind === 'start' ? -14 : 17"}
    words = draw("places", "text", dy=height, color=INK, fontWeight="bold")
    return layered(
        410,
        surface,
        paths,
        marks.encode(x=x, y=y, shape=alt.Shape("kind:N", legend=None, scale=shapes)),
        *haloed(words.encode(x=x, y=y, text="text:N")),
    )


def _places(surface: Surface, start: Array) -> pd.DataFrame:
    rows = [("start", "start", float(start[0]), float(start[1]))]
    rows += [
        ("minimum", "minimum" if len(surface.minima) == 1 else m.name, *m.place)
        for m in surface.minima
    ]
    return pd.DataFrame(rows, columns=["kind", "text", "x", "y"])


def _walk(surface: Surface, path: Path) -> pd.DataFrame:
    """Return a path's rows, without the steps too short to be seen."""
    low, high = np.array(surface.window).T
    cells = np.floor((path.places - low) / (high - low) * FINE)
    moved = np.any(np.diff(cells, axis=0) != 0, axis=1)
    kept = np.concatenate([[True], moved])
    kept[-1] = True
    return pd.DataFrame(
        {
            "series": NAMES[path.key],
            "step": np.flatnonzero(kept).astype(np.int32),
            "x": path.places[kept, 0].astype(np.float32),
            "y": path.places[kept, 1].astype(np.float32),
            "J": path.losses[kept].astype(np.float32),
        }
    )


def _end(path: Path) -> str:
    if path.left is not None:
        return f"{NAMES[path.key]} leaves |w| ≤ 1,000 at step {path.left:,}"
    return f"{NAMES[path.key]} reaches J = {number(float(path.losses[-1]))}"


def picture(surface: Surface, paths: Sequence[Path]) -> View:
    """Draw the surface from above, and every optimiser's path from the same start."""
    shown = tuple(NAMES[path.key] for path in paths)
    ends = "; ".join(map(_end, paths))
    return View(
        name="path",
        spec=_picture_spec(surface.axes, surface.window, shown),
        frames={
            "surface": bands(surface),
            "paths": pd.concat([_walk(surface, path) for path in paths], ignore_index=True),
            "places": _places(surface, paths[0].places[0]),
        },
        alt=f"The {surface.name}: {ends}.",
        note=f"The {surface.name} from above: the greyer, the higher, each shade a quarter of a "
        "power of ten. Circle: the start. Crosses: minima. A dot per step.",
    )


NARROW = 30.0
"""Values whose extremes differ less than this many times are drawn on a linear axis."""


def along(paths: Sequence[Path], what: str = "cost") -> View:
    """Draw the "cost", or the size of the "gradient", against the step."""
    titles = {"cost": "cost J", "gradient": "size of the gradient ‖∂J/∂w‖"}
    values = {path.key: path.losses if what == "cost" else path.gradients for path in paths}
    rows = []
    for path in paths:
        kept = thinned(path.steps + 1)
        rows.append(line(kept, values[path.key][kept], NAMES[path.key]))
    ended = [
        line([path.steps], values[path.key][-1:], NAMES[path.key])
        for path in paths
        if path.left is not None
    ]
    drawn = frames(rows, ended=pd.concat(ended) if ended else None)
    shown = tuple(NAMES[path.key] for path in paths)
    ends = "; ".join(
        f"{NAMES[key]} from {number(float(v[0]))} to {number(float(v[-1]))}"
        for key, v in values.items()
    )
    seen = drawn["rows"]["y"]
    wide = seen.max() > NARROW * seen.min()
    zeros = [NAMES[key] for key, v in values.items() if (v == 0).any()]
    return lines(
        f"{what} by step",
        drawn,
        ("step", "linear"),
        (titles[what], "log" if wide else "linear"),
        height=410,
        banded=False,
        names=tuple(NAMES.values()),
        shown=shown,
        columns=2,
        words=f"The {titles[what]} over {count(max(p.steps for p in paths), 'step')}: {ends}.",
        note=f"The {titles[what]} at every step, measured."
        + (" A cross: the path leaves |w| ≤ 1,000." if ended else "")
        + (f" Exactly 0 at some step, and not drawn there: {', '.join(zeros)}." if zeros else ""),
    )
