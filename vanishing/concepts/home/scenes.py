"""What the first page shows: the phenomenon at first sight, then the story step by step."""

from __future__ import annotations

from vanishing.concepts.home import charts, equations, gradients, words
from vanishing.concepts.home.table import IMAGES, PAGE, SEEDS, STORY, WIDTH
from vanishing.engine.wide import layers, mean_field
from vanishing.text import number
from vanishing.ui.page import Values
from vanishing.ui.scene import Cards, Figures, Heading, Link, Scene
from vanishing.ui.work import Found, Needs

__all__ = ["PAGE", "STANDING", "needs", "scene"]

STANDING = (
    Heading("The story, step by step"),
    Cards(tuple(Link(step.path, step.label, step.preset, told=step.says) for step in STORY)),
)


def needs(_v: Values) -> Needs:
    """Return nothing: the gradients of every depth are shipped."""
    return {}


def scene(v: Values, _found: Found) -> Scene:
    """Return the gradient by layer, and what is left of it in the first."""
    nets = gradients.at(v.depth)
    note = (
        f"Measured: RMS of ∂J/∂z, median and 10–90 % band over seeds 0–{SEEDS - 1}, before "
        f"training, {WIDTH} units a layer, {IMAGES} real 8×8 digits. Dashed, without dots: "
        "predicted by mean-field theory, not fitted."
    ) + "".join(
        f" {name}, outside its range: {gap[0].lower()}{gap[1:]}"
        for name, net in nets.items()
        if (gap := net.gap)
    )
    axes = charts.reach(gradients.at(gradients.DEPTHS[-1]).values())
    left = {
        f"Gradient left in layer 1 · {name}": number(float(net.median[0]), 2)
        for name, net in nets.items()
    }
    return Scene(
        beside=((charts.by_layer(nets, axes, note=note),),),
        under=(Figures(left, stacked=True, border=False),),
        notice=words.by_layer(nets, v.depth),
        equations=equations.BY_LAYER,
        code=(layers.measure_seeds, mean_field.propagate, mean_field.susceptibility),
    )
