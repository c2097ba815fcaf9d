"""Claims about single activations: sigmoid's slope, ReLU's kink and its cost (C4, C13, C14)."""

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.nets import activations, speed
from vanishing.evidence.expected import about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim

REACH = 40.0
NEAR = 2.0**-20
TIMED = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu")


def sigmoid_slope(_seed: int) -> Iterator[float | Finding]:
    """Measure sigmoid's output and slope on a fine grid."""
    sigmoid = activations.get("sigmoid")
    z = np.linspace(-REACH, REACH, 80_001)
    slope = sigmoid.df(z)
    yield 0.5
    inner, step = np.linspace(-10, 10, 2001), 1e-5
    difference = (sigmoid.f(inner + step) - sigmoid.f(inner - step)) / (2 * step)
    shown = np.linspace(-8, 8, 49)
    s = sigmoid.f(shown)
    lines = (
        line("computed", shown, sigmoid.df(shown)),
        line("s (1 − s)", shown, s * (1 - s), "predicted"),
    )
    yield Finding(
        {
            "highest": figure(slope.max()),
            "place": figure(z[np.argmax(slope)]),
            "zeros": figure((slope <= 0).sum(), "points"),
            "lowest": figure(slope.min()),
            "error": figure(np.abs(difference - sigmoid.df(inner)).max()),
        },
        Picture("Pre-activation z", "Slope σ′(z)", lines),
    )


def relu_slope(_seed: int) -> Iterator[float | Finding]:
    """Measure ReLU's slope left of 0, right of 0, and what is used at 0."""
    relu = activations.get("relu")
    around = np.array([-NEAR, 0.0, NEAR])
    below, zero, above = relu.f(around)
    yield 0.5
    shown = np.linspace(-2, 2, 40)
    lines = (line("max(0, z)", shown, relu.f(shown)), line("slope", shown, relu.df(shown)))
    yield Finding(
        {
            "zero": figure(relu.df(around)[1]),
            "left": figure((zero - below) / NEAR),
            "right": figure((above - zero) / NEAR),
            "middle": figure((above - below) / (2 * NEAR)),
        },
        Picture("Pre-activation z", "ReLU and its slope", lines),
    )


def cost(_seed: int) -> Iterator[float | Finding]:
    """Time ReLU and other activations side by side."""
    yield 0.1
    times = speed.per_element([activations.get(key) for key in TIMED])
    by_key = {one.key: one for one in times}
    relu, sigmoid, tanh = by_key["relu"], by_key["sigmoid"], by_key["tanh"]
    names = [one.name for one in times]
    lines = (
        line("value", names, [one.value for one in times]),
        line("value and slope", names, [one.with_slope for one in times]),
    )
    yield Finding(
        {
            "sigmoid": figure(sigmoid.value / relu.value),
            "tanh": figure(tanh.value / relu.value),
            "both": figure(sigmoid.with_slope / relu.with_slope),
        },
        Picture("Activation", "Nanoseconds per element", lines),
    )


_LEFT = about("left", 0, within=1e-12, basis="max(0, z) = 0")
_RIGHT = about("right", 1, within=1e-12, basis="max(0, z) = z")


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C4",
        title="Sigmoid's slope is at most ¼",
        says="Sigmoid maps to (0, 1); its derivative s(1 − s) lies in (0, ¼], with its maximum "
        "at 0.",
        conditions=f"80,001 points from −{REACH:g} to {REACH:g}, float64; central differences on "
        "[−10, 10]. Nothing is drawn.",
        figures={
            "highest": "Largest slope",
            "place": "Where it is, z",
            "zeros": "Points with slope 0",
            "lowest": f"Smallest slope, at z = ±{REACH:g}",
            "error": "Largest error against central differences",
        },
        page="derivatives",
        settings={"f": ("sigmoid",), "reach": 10},
        experiment=sigmoid_slope,
        budget=1.0,
        stated=(
            about("highest", 0.25, within=1e-12, basis="¼ is attained"),
            about("place", 0, within=1e-9, basis="at z = 0"),
            about("zeros", 0, within=0, unit="points", basis="0 is not attained"),
        ),
        predicted=(
            factor("lowest", math.exp(-REACH), times=1.0001, basis="e⁻ᶻ for large z"),
            at_most("error", 1e-9, basis="error of a central difference with step 10⁻⁵"),
        ),
        why_holds="The slope is {highest} at z = {place} and nowhere 0: at z = ±40 it is "
        "still {lowest}.",
    ),
    Claim(
        key="C13",
        title="ReLU's slope is a step",
        says="ReLU is max(0, z) and not differentiable at 0; its derivative is 0 for negative "
        "input and 1 from 0 on.",
        conditions="Difference quotients over 2⁻²⁰ to the left, to the right and across 0, and "
        "the value the app uses at 0. Nothing is drawn.",
        figures={
            "zero": "Slope used at 0",
            "left": "Difference quotient left of 0",
            "right": "Difference quotient right of 0",
            "middle": "Difference quotient across 0",
        },
        page="derivatives",
        settings={"f": ("relu",), "reach": 2},
        experiment=relu_slope,
        budget=1.0,
        stated=(_LEFT, _RIGHT, about("zero", 1, within=0, basis="“from 0 on” includes 0")),
        narrowed=(_LEFT, _RIGHT),
        only_if="0 itself is left out",
        predicted=(about("middle", 0.5, within=1e-12, basis="the mean of both sides"),),
        why_only_if="Left of 0 the slope is {left}, right of it {right}, so at 0 there is "
        "none: a value there is a convention, and this app uses {zero}.",
    ),
    Claim(
        key="C14",
        title="ReLU is fast to compute",
        says="ReLU is very fast to compute.",
        conditions=f"Time per element in NumPy, float64, {speed.ELEMENTS:,} elements, taking "
        f"turns, median of {speed.ROUNDS} rounds. Differs from machine to machine.",
        figures={
            "sigmoid": "Time of sigmoid over that of ReLU",
            "tanh": "Time of tanh over that of ReLU",
            "both": "The same for sigmoid, with the slope",
        },
        page="derivatives",
        settings={"f": ("sigmoid", "tanh", "relu")},
        experiment=cost,
        budget=5.0,
        timed=True,
        stated=(
            at_least("sigmoid", 2, basis="“very fast”: half the time of what it replaces"),
            at_least("tanh", 2, basis="“very fast”: half the time of what it replaces"),
        ),
        predicted=(at_least("sigmoid", 1, basis="a comparison is cheaper than an exponential"),),
        why_holds="Sigmoid takes {sigmoid} times as long as ReLU, tanh {tanh} times. In a "
        "net most of the time goes into matrix products all the same.",
    ),
)
