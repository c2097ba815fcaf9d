"""The claim that ReLU's activations explode, in depth and in time (C21)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.depth.limits import SHIPPED, Cell, Technique, measure
from vanishing.engine.recurrent import theory as recurrent_theory
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.wide import layers as layer_statistics
from vanishing.evidence.expected import at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim
from vanishing.evidence.trying import seeded

DEPTH, STEPS, GAIN = 30, 30, 2.0
DEEP = layer_statistics.Settings(
    data="random",
    activation="relu",
    initializer="scaled",
    weight_variance=4.0,
    depth=DEPTH,
    width=64,
    samples=50,
)
TIME = recurrent.Recurrence(activation="relu", gain=GAIN, width=64, steps=STEPS, nets=20)
FRAGILE = Cell(Technique("relu", "normal_unit"), 8)
STEADY = Cell(Technique("relu", "he_normal"), 8)


def unbounded(seed: int) -> Iterator[float | Finding]:
    """Measure how ReLU's activations grow with depth and time, and how well it trains."""
    variance = layer_statistics.at_start(seeded(DEEP, seed)).measured.variance
    growth = np.sqrt(variance / variance[:, :1])
    yield 0.3
    through = {}
    for activation in ("relu", "tanh"):
        run = replace(TIME, activation=activation, seed=seed * TIME.nets)
        rms = recurrent.through_time(run).rms
        through[activation] = rms / rms[:, :1]
        yield 0.4 + 0.2 * len(through)
    budget = seeded(SHIPPED, seed)
    fragile = measure(replace(FRAGILE, budget=budget)).accuracies
    yield 0.9
    steady = measure(replace(STEADY, budget=budget)).accuracies
    layers, steps = np.arange(DEPTH), np.arange(STEPS + 1)
    lines = (
        line("ReLU, layers", layers, growth),
        line("ReLU, time", steps, through["relu"]),
        line("tanh, time", steps, through["tanh"]),
        line("√2 each", steps, 2 ** (steps / 2), "predicted"),
    )
    yield Finding(
        {
            "deep": figure(growth[:, -1]),
            "time": figure(through["relu"][:, -1]),
            "tanh": figure(through["tanh"][:, -1]),
            "fragile": figure(fragile, "%"),
            "steady": figure(steady, "%"),
        },
        Picture(
            "Layers, or steps in time", "Size of the activations, at first 1", lines, log_y=True
        ),
    )


def _predicted_growth() -> float:
    """Return the growth of the states over all steps that theory names."""
    told = recurrent_theory.rms_log10(TIME)
    return float("nan") if told is None else float(10 ** (told[-1] - told[0]))


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C21",
        title="ReLU's activations can explode",
        says="ReLU's output is unbounded: activations can explode in deep and in recurrent nets, "
        "and training becomes fragile.",
        conditions=f"{DEEP.seeds} nets of {DEPTH} layers with weight variance 4/n; {TIME.nets} "
        f"recurrent nets with N(0, 4/n), {STEPS} steps; 64 units each. Training: 5 nets of "
        f"{FRAGILE.depth} layers, 32 units, 400 digits, 300 steps, the best of three step sizes. "
        "Band: 10–90 % of the nets.",
        figures={
            "deep": f"Growth of the activations over {DEPTH} layers",
            "time": f"Growth of the states over {STEPS} steps",
            "tanh": "The same with tanh",
            "fragile": "Right answers after training, N(0, 1) weights",
            "steady": "The same with He's weights",
        },
        page="recurrent",
        settings={"view": "time", "f": ("tanh", "relu"), "gain": 2.0, "steps": 30},
        experiment=unbounded,
        budget=8.0,
        stated=(
            at_least("deep", 100, basis="two powers of ten"),
            at_least("time", 100, basis="two powers of ten"),
            at_most("fragile", 0.5, unit="%", basis="“fragile”: not even half is right"),
        ),
        predicted=(
            factor("deep", 2 ** ((DEPTH - 1) / 2), times=3, basis="√2 per layer; 64 is finite"),
            factor("time", _predicted_growth(), times=3, basis="g/√2 per step; 64 is finite"),
            at_most("tanh", 1.5, basis="|tanh| < 1"),
            at_least("steady", 0.9, unit="%", basis="the shipped table of depths"),
        ),
        why_holds="With weights twice He's variance activations grow ×{deep} over 30 "
        "layers and ×{time} over 30 steps, tanh's ×{tanh}. From N(0, 1) weights training ends "
        "at {fragile} right answers, from He's at {steady}.",
    ),
)
