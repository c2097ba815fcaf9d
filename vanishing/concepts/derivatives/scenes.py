"""What the page on derivative ranges shows, as a pure function of the settings."""

from __future__ import annotations

from functools import cache

from vanishing.concepts.derivatives import charts, charts_speed, equations, words
from vanishing.concepts.derivatives.table import PAGE
from vanishing.engine.nets import activations, speed
from vanishing.engine.nets.speed import Speed
from vanishing.engine.wide import derivatives
from vanishing.ui.page import Values
from vanishing.ui.scene import Caption, Scene, Table, Text
from vanishing.ui.work import Found, Needs, once

__all__ = ["PAGE", "needs", "scene"]


def needs(_: Values) -> Needs:
    """Return the times, which are measured once."""
    return {"times": once(times)}


@cache
def times() -> tuple[Speed, ...]:
    """Return the time of every activation on this machine, measured once."""
    return speed.per_element([activations.get(key) for key in activations.KEYS])


def scene(v: Values, found: Found) -> Scene:
    """Return activations above their derivatives, and how fast they are."""
    parameters = {"leaky_relu": v.alpha, "elu": v.elu}
    chosen = [activations.get(key, parameters.get(key)) for key in v.f]
    statistics = [
        derivatives.slope_statistics(a, v.mu, v.sigma, threshold=v.small, seed=v.seed)
        for a in chosen
    ]
    return Scene(
        beside=(
            (
                charts.values(chosen, v.reach),
                charts.slopes(chosen, statistics, reach=v.reach, mean=v.mu, std=v.sigma),
            ),
        ),
        notice=words.slopes(chosen, statistics),
        below=(
            Text("**Exact ranges and average sizes**, the latter by quadrature and from a sample"),
            Table(charts.ranges(chosen, statistics), "Ranges of the derivatives"),
            Caption(
                f"{statistics[0].samples:,} draws of z, seed {v.seed}, the same for every "
                "activation; ± one standard error."
            ),
            Text("**How long does each take to compute?**"),
            charts_speed.times(found["times"]),
            Text(charts_speed.sentence(found["times"])),
        ),
        equations=equations.DERIVATIVES,
        code=(*(a.value_and_slope for a in chosen), derivatives.slope_statistics),
    )
