"""Activations above their derivatives, on one axis of pre-activations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.parts import across, draw, layered, legend, series, told
from vanishing.charts.style import GUIDE, NEUTRAL, WARNING
from vanishing.charts.view import View
from vanishing.engine.nets.activations import Activation
from vanishing.engine.wide.derivatives import SlopeStatistics
from vanishing.text import number, percent, setting

POINTS = 401


@lru_cache
def _spec(field: str, title: str, height: int, *, keyed: bool, under: bool) -> dict[str, Any]:
    """Build lines of one column over z; data sets curves, and under them spread and small."""
    # Plain wheel movement stays the page's own scrolling.
    zoom = alt.selection_interval(
        name="zoom", bind="scales", encodings=["x"], zoom="wheel![event.shiftKey]"
    )
    key = legend("stroke", columns=4) if keyed else None
    x = across("z", "pre-activation z" if under else None, "tight")
    lines = (
        draw("curves", "line", strokeWidth=2.5, clip=True)
        .encode(
            x=x,
            # The same room for labels in both charts keeps their z axes in line.
            y=alt.Y(f"{field}:Q", title=title, axis=alt.Axis(minExtent=32, maxExtent=32)),
            **series(key, field="activation"),
            tooltip=told(
                "activation:N",
                ("z:Q", "z", ".3f"),
                ("f:Q", "f(z)", ".4g"),
                ("slope:Q", "f′(z)", ".4g"),
            ),
        )
        .add_params(zoom)
    )
    if not under:
        return layered(height, lines)
    spread = draw("spread", "area", opacity=0.2, color=NEUTRAL, clip=True)
    band = draw("small", "rect", opacity=0.18, color=WARNING)
    edge = draw("small", "rule", **GUIDE)
    behind = [
        spread.encode(x=x, y="height:Q"),
        band.encode(y="low:Q", y2="high:Q"),
        edge.encode(y="high:Q"),
    ]
    return layered(height, *behind, lines)


def _curves(activations: Sequence[Activation], reach: float) -> pd.DataFrame:
    return pd.concat([_curve(a, reach) for a in activations], ignore_index=True)


def _curve(activation: Activation, reach: float) -> pd.DataFrame:
    """Return the rows of one line, with a gap in f′ where it jumps."""
    inside = [kink for kink in activation.kinks if abs(kink) < reach]
    beside = [z for kink in inside for z in (np.nextafter(kink, -1e9), np.nextafter(kink, 1e9))]
    z = np.unique(np.concatenate([np.linspace(-reach, reach, POINTS), inside, beside]))
    slope = np.where(np.isin(z, inside), np.nan, activation.df(z))
    return pd.DataFrame(
        {"activation": activation.name, "z": z, "f": activation.f(z), "slope": slope}
    )


def values(activations: Sequence[Activation], reach: float) -> View:
    """Draw f over [−reach, reach]."""
    names = ", ".join(a.name for a in activations)
    return View(
        name="activations",
        spec=_spec("f", "f(z)", 165, keyed=True, under=False),
        frames={"curves": _curves(activations, reach)},
        alt=f"f(z) of {names} for z from −{setting(reach)} to {setting(reach)}.",
    )


def slopes(
    activations: Sequence[Activation],
    statistics: Sequence[SlopeStatistics],
    *,
    reach: float,
    mean: float,
    std: float,
) -> View:
    """Draw f′ over [−reach, reach].

    The band |f′| < threshold is shaded, and N(mean, std²) lies behind, its height not to scale.
    """
    z = np.linspace(-reach, reach, POINTS)
    spread = pd.DataFrame({"z": z, "height": np.exp(-0.5 * ((z - mean) / std) ** 2)})
    threshold = statistics[0].threshold
    small = pd.DataFrame({"low": [-threshold], "high": [threshold]})
    sizes = "; ".join(
        f"{a.name}: f′ in {a.slope_range.interval()}, |f′| {number(s.mean_abs)} on average"
        for a, s in zip(activations, statistics, strict=True)
    )
    return View(
        name="derivatives",
        spec=_spec("slope", "derivative f′(z)", 275, keyed=False, under=True),
        frames={"curves": _curves(activations, reach), "spread": spread, "small": small},
        alt=f"Derivatives f′(z). {sizes}.",
        note=(
            f"Shaded band: |f′| < {setting(threshold)}. Grey hill: z ~ N({setting(mean)}, "
            f"{setting(std)}²), height not to scale. With a mouse: drag to pan, shift + "
            "wheel to zoom, double-click to go back."
        ),
    )


def ranges(
    activations: Sequence[Activation], statistics: Sequence[SlopeStatistics]
) -> pd.DataFrame:
    """Return the table of exact ranges, with the average sizes predicted and sampled."""
    rows = []
    for a, s in zip(activations, statistics, strict=True):
        r = a.slope_range
        rows.append(
            {
                "activation": a.name,
                "range of f′": r.interval(),
                "lowest": f"{number(r.low)} {'at' if r.low_attained else 'towards'} {r.low_at}",
                "highest": f"{number(r.high)} {'at' if r.high_attained else 'towards'} {r.high_at}",
                "E|f′|": number(s.mean_abs, 4),
                "E|f′| sampled": f"{number(s.sample_mean_abs, 4)} ± {number(s.mean_abs_error, 2)}",
                "√E[f′²]": number(s.rms, 4),
                "√E[f′²] sampled": f"{number(s.sample_rms, 4)} ± {number(s.rms_error, 2)}",
                f"|f′| < {setting(s.threshold)}, sampled": percent(s.share_below),
                "at the kink": a.kink_convention or "—",
            }
        )
    return pd.DataFrame(rows)
