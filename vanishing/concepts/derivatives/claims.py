"""Claims about single activations: sigmoid's slope, ReLU's kink and its cost (C4, C13, C14)."""

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations, speed
from vanishing.evidence.expected import about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict

REACH = 40.0
QUOTIENT = 2.0**-20
QUOTIENTS = 2.0 ** -np.arange(0, 41, 4)
TIMED = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu")


def sigmoid_slope(_seed: int, reach: float = REACH) -> Iterator[float | Finding]:
    """Measure sigmoid's output and slope on a fine grid."""
    sigmoid = activations.get("sigmoid")
    z = np.linspace(-reach, reach, 80_001)
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


def relu_slope(_seed: int, step: float = QUOTIENT, place: float = 0.0) -> Iterator[float | Finding]:
    """Measure ReLU's slope left of 0, at a place from both sides, and right of 0."""
    relu = activations.get("relu")

    def quotient(z: float, h: Array) -> Array:
        found: Array = (relu.f(z + h) - relu.f(np.array(z))) / h + 0.0  # never −0
        return found

    places = {"left": (-1.0, -1), "below": (place, -1), "above": (place, 1), "right": (1.0, 1)}
    measured = {name: quotient(z, side * np.array(step)) for name, (z, side) in places.items()}
    yield 0.5
    told = {"left": "at −1", "below": "at 0, from the left", "above": "at 0, from the right"}
    lines = tuple(
        line(words, QUOTIENTS, quotient(places[name][0], places[name][1] * QUOTIENTS))
        for name, words in told.items()
    )
    yield Finding(
        {
            "gap": figure(measured["above"] - measured["below"]),
            **{name: figure(value) for name, value in measured.items()},
            "used": figure(relu.df(np.zeros(1))[0]),
        },
        Picture("Step h of the difference", "Difference quotient of ReLU", lines, log_x=True),
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


_SIDES = (
    about("left", 0, within=1e-12, basis="max(0, z) = 0"),
    about("right", 1, within=1e-12, basis="max(0, z) = z"),
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
        planted=Planted("every derivative 10 % too small", Verdict.FAILS),
        drawn=False,
        near={"reach": (20.0, 60.0)},
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
        conditions="Difference quotients of max(0, z) with a step of 2⁻²⁰ (drawn: from 1 to 2⁻⁴⁰) "
        "at −1, at 0 from either side, and at 1. Nothing is drawn by lot.",
        figures={
            "gap": "Slope at 0 from the right, less that from the left",
            "left": "Slope at −1",
            "below": "Slope at 0, from the left",
            "above": "Slope at 0, from the right",
            "right": "Slope at 1",
            "used": "Value that this app uses at 0, a convention",
        },
        page="derivatives",
        settings={"f": ("relu",), "reach": 2},
        experiment=relu_slope,
        budget=1.0,
        planted=Planted("leaky ReLU of slope 0.1 for ReLU", Verdict.FAILS),
        drawn=False,
        near={"step": (2.0**-40, 2.0**-30, 2.0**-10, 0.5)},
        beyond={"place": (-1.0, -(2.0**-10), 2.0**-10, 1.0)},
        changed="At first it was judged by the value that this app uses at 0, which is our own "
        "convention; now by the slopes from both sides, which are nobody's.",
        stated=(*_SIDES, about("gap", 0, within=1e-9, basis="“1 from 0 on”: one slope at 0")),
        narrowed=(*_SIDES, about("gap", 1, within=1e-9, basis="at 0 there is none")),
        only_if="0 itself is left out",
        predicted=(
            about("below", 0, within=1e-12, basis="max(0, z) = 0 left of 0"),
            about("above", 1, within=1e-12, basis="max(0, z) = z right of 0"),
        ),
        why_only_if="The slope is {left} left of 0 and {right} right of it; at 0 the two sides "
        "differ by {gap} at every step, so there is no slope: a value there is a convention "
        "(here {used}).",
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
            "both": "Time of sigmoid and its slope over that of ReLU and its",
        },
        page="derivatives",
        settings={"f": ("sigmoid", "tanh", "relu")},
        experiment=cost,
        budget=5.0,
        planted=Planted("ReLU fifty times as slow", Verdict.FAILS),
        drawn=False,
        timed=True,
        changed="At first half the time of either was asked; but on some processors NumPy takes "
        "little more than one and a half times as long for tanh.",
        stated=(
            at_least("sigmoid", 1.25, basis="clearly less time than what it replaces"),
            at_least("tanh", 1.25, basis="clearly less time than what it replaces"),
        ),
        predicted=(at_least("sigmoid", 1, basis="a comparison is cheaper than an exponential"),),
        why_holds="Sigmoid takes {sigmoid} times as long as ReLU, tanh {tanh} times. "
        "Matrix products take time besides: the wider the net, the less this counts.",
    ),
)
