"""Claims about single activations: sigmoid's slope, ReLU's kink and its cost (C4, C13, C14)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.nets import activations, speed
from vanishing.evidence.model import (
    Claim,
    Figure,
    Finding,
    Line,
    Picture,
    Verdict,
    about,
    at_least,
    at_most,
    factor,
)
from vanishing.evidence.spread import floats

REACH = 40.0
NEAR = 2.0**-20
TIMED = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu")


def sigmoid_slope(_seed: int) -> Iterator[float | Finding]:
    """Measure sigmoid's output and slope on a fine grid."""
    sigmoid = activations.get("sigmoid")
    z = np.linspace(-REACH, REACH, 80_001)
    slope = sigmoid.df(z)
    yield 0.5
    inner = np.linspace(-10, 10, 2001)
    step = 1e-5
    difference = (sigmoid.f(inner + step) - sigmoid.f(inner - step)) / (2 * step)
    shown = np.linspace(-8, 8, 49)
    s = sigmoid.f(shown)
    yield Finding(
        figures={
            "highest": Figure(float(slope.max())),
            "place": Figure(float(z[int(np.argmax(slope))])),
            "zeros": Figure(float((slope <= 0).sum()), unit="points"),
            "lowest": Figure(float(slope.min())),
            "error": Figure(float(np.abs(difference - sigmoid.df(inner)).max())),
        },
        picture=Picture(
            x="Pre-activation z",
            y="Slope σ′(z)",
            lines=(
                Line("computed", floats(shown), floats(sigmoid.df(shown))),
                Line("s (1 − s)", floats(shown), floats(s * (1 - s)), kind="predicted"),
            ),
        ),
    )


def relu_slope(_seed: int) -> Iterator[float | Finding]:
    """Measure ReLU's slope left of 0, right of 0, and what is used at 0."""
    relu = activations.get("relu")
    below, zero, above = (np.array([value]) for value in (-NEAR, 0.0, NEAR))
    left = float(((relu.f(zero) - relu.f(below)) / NEAR)[0])
    right = float(((relu.f(above) - relu.f(zero)) / NEAR)[0])
    yield 0.5
    shown = np.linspace(-2, 2, 40)
    yield Finding(
        figures={
            "zero": Figure(float(relu.df(zero)[0])),
            "left": Figure(left),
            "right": Figure(right),
            "middle": Figure(float(((relu.f(above) - relu.f(below)) / (2 * NEAR))[0])),
        },
        picture=Picture(
            x="Pre-activation z",
            y="ReLU and its slope",
            lines=(
                Line("max(0, z)", floats(shown), floats(relu.f(shown))),
                Line("slope", floats(shown), floats(relu.df(shown))),
            ),
        ),
    )


def cost(_seed: int) -> Iterator[float | Finding]:
    """Time ReLU and other activations side by side."""
    yield 0.1
    times = speed.per_element([activations.get(key) for key in TIMED])
    by_key = {one.key: one for one in times}
    relu = by_key["relu"]
    yield Finding(
        figures={
            "sigmoid": Figure(by_key["sigmoid"].value / relu.value),
            "tanh": Figure(by_key["tanh"].value / relu.value),
            "both": Figure(by_key["sigmoid"].with_slope / relu.with_slope),
        },
        picture=Picture(
            x="Activation",
            y="Nanoseconds per element",
            lines=(
                Line("value", tuple(one.name for one in times), tuple(one.value for one in times)),
                Line(
                    "value and slope",
                    tuple(one.name for one in times),
                    tuple(one.with_slope for one in times),
                ),
            ),
        ),
    )


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
        why={
            Verdict.HOLDS: "The slope is {highest} at z = {place} and nowhere 0: at z = ±40 it is "
            "still {lowest}.",
        },
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
        stated=(
            about("left", 0, within=1e-12, basis="max(0, z) = 0"),
            about("right", 1, within=1e-12, basis="max(0, z) = z"),
            about("zero", 1, within=0, basis="“from 0 on” includes 0"),
        ),
        narrowed=(
            about("left", 0, within=1e-12, basis="max(0, z) = 0"),
            about("right", 1, within=1e-12, basis="max(0, z) = z"),
        ),
        only_if="0 itself is left out",
        predicted=(about("middle", 0.5, within=1e-12, basis="the mean of both sides"),),
        why={
            Verdict.ONLY_IF: "Left of 0 the slope is {left}, right of it {right}, so at 0 there is "
            "none: a value there is a convention, and this app uses {zero}.",
        },
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
        why={
            Verdict.HOLDS: "Sigmoid takes {sigmoid} times as long as ReLU, tanh {tanh} times. In a "
            "net most of the time goes into matrix products all the same.",
        },
    ),
)
