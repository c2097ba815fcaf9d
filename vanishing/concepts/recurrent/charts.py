"""A recurrent net through time: its state, its Jacobian against the lag, and what W is like.

Sizes are drawn by their log₁₀, which has room for 10⁻⁴⁰⁰; one of exactly 0 has no place there and
is named in the note instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanishing.charts import beside, reach
from vanishing.charts.lines import LEVELS, frames, lines, quantiles
from vanishing.charts.parts import across, draw, label, layered, told, up
from vanishing.charts.style import GUIDE, THEORY
from vanishing.charts.view import View
from vanishing.concepts.recurrent.facts import NEVER, Curve, Limit, median_of
from vanishing.engine.arrays import Array
from vanishing.engine.recurrent.unrolled import Spectrum
from vanishing.text import count, number, of_log10

HEIGHT: Final = 360
SPECTRUM_HEIGHT: Final = 450
CIRCLE_POINTS: Final = 121

RADIUS: Final = 1.5
"""How far the complex plane reaches, or 2, 4 … times as far; singular values twice as far."""


# --- sizes over time ----------------------------------------------------------------------------


def ends_of(curves: Sequence[Curve], least: tuple[float, float]) -> reach.Ends:
    """Return the ends of an axis on which all curves and what is predicted of them are drawn.

    Each lies so many decades from 1 as `least` says; the lower, where that is too near, twice, four
    times … as many, and the upper as many as that.
    """
    sizes = [*map(_rows, curves), *_theories(curves)]
    found = reach.drawn(sizes)
    return reach.decades(found[found > NEVER / 3], least[0], least)


def over_time(
    name: str,
    curves: Sequence[Curve],
    limits: Sequence[Limit],
    titles: tuple[str, str],
    what: str,
    note: str,
    ends: reach.Ends,
) -> View:
    """Draw sizes over time or lag, with what is predicted of them and their bounds.

    Data sets: rows, theory and bound, as in `lines`. `what` is drawn, for the alt text.
    """
    theory = pd.concat(theories, ignore_index=True) if (theories := _theories(curves)) else None
    bounds = _labelled(limits, ends, curves)
    bound = pd.concat(bounds, ignore_index=True) if bounds else None
    last = "; ".join(f"{c.name}: {of_log10(median_of(c.values[:, -1]))}" for c in curves)
    of_many = ", median" * (len(curves[0].values) > 1)
    return lines(
        name,
        frames([*map(_rows, curves)], theory=theory, bound=bound),
        (titles[0], "whole", (0, int(curves[0].x[-1]))),
        (titles[1], "log10", ("low", "high")),
        height=HEIGHT,
        columns=4,
        at=ends,
        words=f"{what}{of_many} at {int(curves[0].x[-1])}: {last}.",
        note=" ".join(filter(None, [note, *map(_zeros, curves)])),
    )


def _theories(curves: Sequence[Curve]) -> list[pd.DataFrame]:
    return [_line(c.name, c.x, c.theory) for c in curves if c.theory is not None]


def _rows(curve: Curve) -> pd.DataFrame:
    values = np.maximum(curve.values, NEVER)
    levels = np.stack(quantiles(values.T))
    # Between a size of 0 and another there is no logarithm: it is 0 there.
    below = np.quantile(values, LEVELS, axis=0, method="lower")
    levels = np.where(below > NEVER / 3, levels, NEVER)
    seen = levels[1] > NEVER / 3
    low, median, high = levels[:, seen]
    logs = np.where(levels[:, seen] > NEVER / 3, levels[:, seen], -np.inf)
    words = [[of_log10(value) for value in row] for row in logs.tolist()]
    columns = {"x": curve.x[seen], "low": low, "median": median, "high": high}
    told = {"size": words[1], "from": words[0], "to": words[2]}
    return pd.DataFrame({**columns, "series": curve.name, **told})


def _line(series: str, x: NDArray[np.int64], y: Array) -> pd.DataFrame:
    seen = np.isfinite(y)
    return pd.DataFrame({"x": x[seen], "y": y[seen], "series": series})


def _labelled(
    limits: Sequence[Limit], ends: reach.Ends, curves: Sequence[Curve]
) -> list[pd.DataFrame]:
    """Return the rows of bounds, each as far as it is in the picture, with its name beside it."""
    low, high = ends["low"], ends["high"]

    def placed(line: Curve | Limit) -> Array:
        return np.stack([line.x / line.x[-1], (_middle(line) - low) / (high - low)], axis=1)

    drawn: list[Curve | Limit] = [*curves, *limits]
    there = {line: placed(line) for line in drawn}
    words: list[Array] = []
    found = []
    for limit in limits:
        frame = _line(limit.name, limit.x, limit.values).assign(text="", place="")
        # At lag 0 it is 1, as the gradient is: at least one point lies within the picture.
        last = int(np.flatnonzero((frame["y"] >= low) & (frame["y"] <= high))[-1])
        others = [at for line, at in there.items() if line is not limit]
        if spot := beside.spot(limit.name, there[limit][: last + 1], others + words):
            frame.loc[spot.point, ["text", "place"]] = limit.name, spot.place
            words.append(beside.corners(limit.name, there[limit][spot.point], spot.place))
        # One point beyond, so that the line reaches the edge.
        found.append(frame[: last + 2])
    return found


def _middle(line: Curve | Limit) -> Array:
    """Return a bound, or the median of a curve; a size of 0 is far below."""
    if isinstance(line, Limit):
        return line.values
    medians: Array = np.median(np.maximum(line.values, NEVER), axis=0)
    return medians


UNDERFLOW: Final = -300.0
"""A size of which the log₁₀ is below is as good as too small for float64."""


def _zeros(curve: Curve) -> str:
    """Say from where on a size is 0, and in how many nets; or that it is so for a while."""
    gone = np.isneginf(curve.values)
    # What has become so small before cannot be held any longer.
    small = np.where(gone, 0.0, curve.values).min(axis=1, initial=0.0) < UNDERFLOW
    zero = "0 in float64 (too small for it)" if (small & gone.any(axis=1)).any() else "exactly 0"
    lasting = np.logical_and.accumulate(gone[:, ::-1], axis=1)[:, ::-1]
    if lasting.any():
        nets = count(int(lasting[:, -1].sum()), "net")
        first = int(curve.x[lasting.any(axis=0).argmax()])
        return f"{curve.name}: {zero} from {first} on at the earliest, at the end in {nets}."
    if gone.any():
        nets = count(int(gone.any(axis=1).sum()), "net")
        return f"{curve.name}: {zero} now and then in {nets}, at the end in none."
    return ""


# --- what W is like -----------------------------------------------------------------------------


@lru_cache
def _plane_spec(theory: bool) -> dict[str, Any]:
    """Build the complex plane; the parameter `at` holds how far it reaches.

    Data sets: points (re, im), circle and, where asked for, disc (re, im, place).
    """
    # A unit is as long up as across: what is a circle there looks like one.
    x = across("re", "real part of λ", "tight", _ends("width / height"), tickCount=5)
    y = up("im", "imaginary part of λ", "tight", _ends("height / width"), tickCount=5)
    rings = {"circle": GUIDE, "disc": THEORY} if theory else {"circle": GUIDE}
    points = draw("points", "point", filled=True, size=50, opacity=0.85).encode(
        x=x,
        y=y,
        tooltip=told(
            ("size:Q", "|λ|", ".3g"), ("re:Q", "real", ".3g"), ("im:Q", "imaginary", ".3g")
        ),
    )
    layers = [
        draw(name, "line", clip=True, **style).encode(x=x, y=y, order="place:Q")
        for name, style in rings.items()
    ]
    title = alt.TitleParams("Eigenvalues and unit circle", anchor="start", fontSize=13)
    return layered(SPECTRUM_HEIGHT, *layers, points, title=title)


def _ends(longer: str) -> list[dict[str, str]]:
    return [{"expr": f"at.{end} * max(1, {longer})"} for end in ("low", "high")]


def eigenvalues(spectrum: Spectrum, disc: float | None, note: str) -> View:
    """Draw the eigenvalues in the complex plane, the unit circle, and a predicted disc's edge.

    Data sets as in `_plane_spec`.
    """
    values = spectrum.eigenvalues
    points = pd.DataFrame({"re": values.real, "im": values.imag, "size": np.abs(values)})
    frames = {"points": points, "circle": _ring(1.0)}
    if disc is not None:
        frames["disc"] = _ring(disc)
    far = reach.doubled(1.05 * max(1.0, disc or 0.0, spectrum.radius), RADIUS, RADIUS)
    return View(
        name="eigenvalues",
        spec={
            **_plane_spec(disc is not None),
            "params": [{"name": "at", "value": {"low": -far, "high": far}}],
        },
        frames=frames,
        alt=f"{count(len(values), 'eigenvalue')} of W; the largest |λ| is "
        f"{number(spectrum.radius)}.",
        note=note,
    )


def _ring(radius: float) -> pd.DataFrame:
    angle = np.linspace(0.0, 2.0 * np.pi, CIRCLE_POINTS)
    return pd.DataFrame(
        {"re": radius * np.cos(angle), "im": radius * np.sin(angle), "place": range(len(angle))}
    )


@lru_cache
def _values_spec(theory: bool) -> dict[str, Any]:
    """Build the singular values; data sets values (k, value), level (y, text) and theory (x, y)."""
    x = across("k", "singular values, from the largest", "tight", tickMinStep=1)
    x = x.scale(nice=False, zero=False, padding=8)
    y = up("value", "σ", "tight", (0.0, "high"), tickCount=6)
    word = label("level", align="right", baseline="bottom", dx=0, dy=-3)
    layers = [
        draw("level", "rule", **GUIDE).encode(y="value:Q"),
        word.encode(x=alt.value("width"), y="value:Q"),
    ]
    if theory:
        layers.append(draw("theory", "line", **THEORY).encode(x=x, y=y))
    points = draw("values", "point", filled=True, size=50, opacity=0.85).encode(
        x=x, y=y, tooltip=told("k:Q", ("value:Q", "σ", ".3g"))
    )
    title = alt.TitleParams("Singular values and 1/γ", anchor="start", fontSize=13)
    return layered(SPECTRUM_HEIGHT, *layers, points, title=title)


def singular_values(
    spectrum: Spectrum, levels: Mapping[str, float], predicted: Array | None, note: str
) -> View:
    """Draw the singular values, what is predicted of them, (n,), and the levels 1/γ by name.

    Below its level a gradient must vanish. Data sets as in `_values_spec`.
    """
    values = spectrum.singular_values
    k = np.arange(1, len(values) + 1)
    frames = {
        "values": pd.DataFrame({"k": k, "value": values}),
        "level": pd.DataFrame({"value": list(levels.values()), "text": list(levels)}),
    }
    if predicted is not None:
        frames["theory"] = pd.DataFrame({"k": k, "value": predicted})
    high = reach.doubled(1.05 * max(*levels.values(), spectrum.norm), 2 * RADIUS, 2 * RADIUS)
    return View(
        name="singular values",
        spec={
            **_values_spec(predicted is not None),
            "params": [{"name": "at", "value": {"high": high}}],
        },
        frames=frames,
        alt=f"{count(len(values), 'singular value')} of W; the largest is {number(spectrum.norm)}.",
        note=note,
    )
