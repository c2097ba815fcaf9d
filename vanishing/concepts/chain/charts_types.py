"""One chain's product as each number type holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vanishing.charts.parts import draw, label, layered, legend
from vanishing.charts.style import GUIDE, SOLID
from vanishing.charts.view import View
from vanishing.concepts.chain.charts import (
    HEIGHT,
    event_layers,
    gone,
    line,
    marks,
    x_axis,
    y_axis,
)
from vanishing.concepts.chain.facts import SUBNORMAL, ZERO, events, products
from vanishing.engine.arrays import Array
from vanishing.engine.chain.products import Chain, running_product


@lru_cache
def _types_spec() -> dict[str, Any]:
    """Build the same product in three number types; data sets lines, limits, marks, gone."""
    order = ["float16", "float32", "float64"]
    key = legend("stroke", names=order)
    told = ["type:N", "layers:Q", "product:N"]
    color = alt.Color("type:N", scale=alt.Scale(domain=order), legend=key)
    # Where they agree a broad line lies under a narrower one, and that under a dashed one.
    broken = alt.Scale(domain=order, range=[SOLID, SOLID, [7, 7]])
    dash = alt.StrokeDash("type:N", scale=broken, legend=key)
    lines = [
        draw("lines", "line", strokeWidth=width)
        .encode(x=x_axis(), y=y_axis(), color=color, strokeDash=dash, tooltip=told)
        .transform_filter(alt.datum.type == name)
        for name, width in zip(order, (13, 6, 2.5), strict=True)
    ]
    rules = draw("limits", "rule", **GUIDE).encode(y=y_axis())
    names = [
        label("limits", align=side, dx=dx, dy=dy)
        .encode(x=alt.value(place), y=y_axis())
        .transform_filter(alt.datum.side == side)
        for side, place, dx, dy in (("right", "width", -2, -7), ("left", 0, 2, 9))
    ]
    return layered(HEIGHT, rules, *names, *lines, *event_layers(x_axis(), y_axis(), color=color))


def number_types(chains: Mapping[str, Chain]) -> View:
    """Draw one chain's running product as each number type holds it."""
    running = {name: products(chain) for name, chain in chains.items()}
    lines = [line(values).assign(type=name) for name, values in running.items()]
    marked = [marks(values, name).assign(type=name) for name, values in running.items()]
    limits = [_limit(name, values) for name, values in running.items() if _leaves(values)]
    zeros = [gone(values).assign(type=name) for name, values in running.items()]
    words = "; ".join(
        f"{name}: {event} at {n}"
        for name, values in running.items()
        for event, n in events(values).items()
    )
    return View(
        name="number types",
        spec=_types_spec(),
        frames={
            "lines": pd.concat(lines, ignore_index=True),
            "limits": pd.DataFrame(limits, columns=["log10", "text", "side"]),
            "marks": pd.concat(marked, ignore_index=True),
            "gone": pd.concat(zeros, ignore_index=True),
        },
        alt=f"This chain's running product in three number types. {words or 'All hold it'}.",
        note=(
            "The whole chain is computed in each type, and the product rounded to it at every "
            "step. A bar at the bottom: exactly 0 in the type of its colour."
        ),
    )


def _leaves(running: Array) -> bool:
    return bool({SUBNORMAL, ZERO} & set(events(running)))


def _limit(name: str, running: Array) -> tuple[float, str, str]:
    """Return a row for the type's smallest normal number, labelled away from the crossing."""
    found = events(running)
    early = min(found.get(SUBNORMAL, len(running)), found.get(ZERO, len(running)))
    side = "right" if early <= len(running) / 2 else "left"
    return float(np.log10(float(np.finfo(name).tiny))), f"↑ normal {name}", side


def quarter_table(names: Sequence[str], steps: int = 600) -> pd.DataFrame:
    """Return at which n the bound 0.25ⁿ leaves the numbers of each type, counted in that type."""
    rows = []
    for name in names:
        running = running_product(np.full(steps, 0.25), name)
        found = events(running)
        one = np.ones(1, dtype=name)
        rows.append(
            {
                "type": name,
                "1 − 0.25ⁿ is 1 from n =": int(np.argmax(one - running == one)) + 1,
                "0.25ⁿ subnormal from n =": found[SUBNORMAL],
                "0.25ⁿ exactly 0 from n =": found[ZERO],
            }
        )
    return pd.DataFrame(rows)
