"""What the first page shows: the phenomenon at first sight, then the story step by step."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from vanishing.concepts.home import charts, equations, words
from vanishing.concepts.home.table import IMAGES, NETS, PAGE, SEEDS, STORY, WIDTH, settings
from vanishing.engine.wide import layers, mean_field, validity
from vanishing.text import number
from vanishing.ui.page import Values
from vanishing.ui.scene import Cards, Figures, Heading, Link, Scene, Text
from vanishing.ui.work import Ask, Found, Needs, once

__all__ = ["PAGE", "needs", "scene"]

DEEPEST = PAGE.control("depth").options[-1]


def needs(v: Values) -> Needs:
    """Return both nets at the chosen depth, and what theory says of the deepest, for the axes."""
    nets: dict[Hashable, Ask] = {
        name: Ask(layers.starts, net, told="{step} of {steps} nets")
        for name, net in settings(v.depth).items()
    }
    deepest = settings(DEEPEST)
    return nets | {("deepest", name): once(layers.predict, deepest[name]) for name in NETS}


def scene(v: Values, found: Found) -> Scene:
    """Return the gradient by layer, what is left of it in the first, and the story."""
    nets = {name: found[name] for name in NETS}
    first = {
        name: float(np.median(net.measured.relative("delta")[:, 0])) for name, net in nets.items()
    }
    note = (
        f"Measured: RMS of ∂J/∂z, median and 10–90 % band over seeds 0–{SEEDS - 1}, before "
        f"training, {WIDTH} units a layer, {IMAGES} real 8×8 digits. Dashed: predicted by "
        "mean-field theory, not fitted."
    ) + "".join(
        f" {name}, outside its range: {gap[0].lower()}{gap[1:]}"
        for name, net in nets.items()
        if net.predicted and (gap := validity.gap(net.settings, net.predicted))
    )
    axes = charts.reach([found["deepest", name] for name in NETS])
    left = {f"Gradient left in layer 1 · {name}": number(x, 2) for name, x in first.items()}
    return Scene(
        beside=((charts.by_layer(nets, axes, note=note),),),
        under=(Figures(left, stacked=True, border=False),),
        notice=words.by_layer(nets, first, v.depth),
        below=(
            Heading("The story, step by step"),
            Cards(
                tuple(
                    (Text(step.says), Link(step.path, step.label, step.preset)) for step in STORY
                ),
                columns=5,
            ),
        ),
        equations=equations.BY_LAYER,
        code=(layers.measure_seeds, mean_field.propagate, mean_field.susceptibility),
    )
