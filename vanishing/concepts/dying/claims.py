"""Claims about dead ReLU units: how they die, how often, what for (C15–C18)."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead import units as dead_units
from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict
from vanishing.evidence.trying import seeded

KILLING = Settings(
    data="moons",
    samples=100,
    depth=4,
    width=16,
    activation="relu",
    initializer="he_normal",
    learning_rate=1.0,
    steps=200,
    seeds=20,
    records=40,
)
INPUTS = 2
DIGITS = Settings(
    data="digits",
    samples=400,
    depth=3,
    width=32,
    activation="relu",
    initializer="he_normal",
    learning_rate=0.1,
    batch=50,
    steps=100,
    seeds=10,
    records=5,
)
ZERO_MEAN = replace(KILLING, depth=8, scaling="unit", steps=60, learning_rate=0.1)
POSITIVE = replace(ZERO_MEAN, initializer="positive")
SHALLOW = replace(POSITIVE, depth=3, learning_rate=0.01)


def _dead_neuron(seed: int) -> float:
    """Return the largest gradient of a neuron whose bias lies below where it dies."""
    rng = stream(seed, "claim", "neuron")
    x, w = rng.normal(0, 1, (200, INPUTS)), rng.normal(0, 1, INPUTS)
    bias = dead_units.one_neuron(w, 0.0, x).death_bias - 0.1
    dead = dead_units.one_neuron(w, bias, x)
    return float(max(np.abs(dead.gradient_w).max(), abs(dead.gradient_b)))


def _revived(run: dead_runs.DeadRun) -> Array:
    """Return which units were seen dead and then on again, (S, units)."""
    nets = [dead_units.history(run.active[:, net]) for net in range(KILLING.seeds)]
    return np.stack([(net == dead_units.REVIVED).any(axis=0) for net in nets])


def death(
    seed: int,
    width: int = 16,
    depth: int = 4,
    rate: float = 1.0,
    optimizer: str = "gradient_descent",
) -> Iterator[float | Finding]:
    """Count off, dead and revived units of nets in training."""
    yield 0.05
    settings = replace(KILLING, width=width, depth=depth, learning_rate=rate)
    settings = seeded(replace(settings, optimizer=optimizer), seed)
    run = dead_runs.watch(settings)
    yield 0.5
    heavy = dead_runs.watch(replace(settings, optimizer="momentum"))
    yield 0.9
    first = run.active[0]
    off, dead = first < 1, first == 0
    revived = _revived(run)
    steps = run.steps[1:]
    lines = (
        line("off for a given input", steps, run.off.mean(axis=2)[1:].T),
        line("dead: off for all", steps, run.dead_share[1:].T),
    )
    yield Finding(
        {
            "dead": figure(dead.sum() / off.sum(), "%"),
            "off": figure(run.off[0, :, 0].mean(), "%"),
            "revived": figure(revived[:, width:].sum(), "units"),
            "first": figure(revived[:, :width].sum(), "units"),
            "momentum": figure(_revived(heavy)[:, :width].sum(), "units"),
            "gradient": figure(_dead_neuron(seed)),
        },
        Picture("Training step", "Share of the hidden units", lines, log_x=True),
    )


def _fresh(settings: Settings) -> tuple[Array, Array]:
    """Return the shares of units off for an input and for all, by net and layer, (S, L) each."""
    states = dead_runs.at_start(settings)
    off = np.stack([state.inactive_share for state in states], axis=1)
    return off, np.stack([state.dead_share for state in states], axis=1)


def remedies(
    seed: int, depth: int = 8, width: int = 16, rate: float = 0.1
) -> Iterator[float | Finding]:
    """Count the dead units of nets with positive weights, with scaled inputs, and with both."""
    positive = seeded(replace(POSITIVE, depth=depth, width=width, learning_rate=rate), seed)
    _, both = _fresh(positive)
    _, inputs = _fresh(replace(positive, initializer=ZERO_MEAN.initializer))
    _, weights = _fresh(replace(positive, scaling="standardise"))
    yield 0.2
    run = dead_runs.watch(positive)
    yield 0.7
    shallow = dead_runs.watch(seeded(replace(SHALLOW, width=width), seed))
    layers = np.arange(1, depth + 1)
    mean = run.mean_activation[0]
    growth = (mean[:, -1] / mean[:, 0]) ** (1 / (depth - 1))
    lines = (
        line("inputs in [0, 1]", layers, inputs.mean(axis=0)),
        line("positive weights", layers, weights.mean(axis=0)),
        line("both", layers, both.mean(axis=0)),
    )
    yield Finding(
        {
            "both": figure(both.mean(), "%"),
            "inputs": figure(inputs.mean(), "%"),
            "weights": figure(weights.mean(), "%"),
            "trained": figure(run.dead_share[-1].mean(), "%"),
            "shallow": figure(shallow.dead_share[-1].mean(), "%"),
            "growth": figure(growth),
        },
        Picture("Layer", "Share of dead units, before training", lines),
    )


def negative_sums(seed: int, depth: int = 3, width: int = 32) -> Iterator[float | Finding]:
    """Count how often a unit's weighted sum is negative, and how often for every input."""
    off, dead = _fresh(seeded(replace(DIGITS, depth=depth, width=width), seed))
    yield 0.8
    layers = range(1, depth + 1)
    told = [dead_runs.off_probability(layer, width) for layer in layers]
    lines = (
        line("z ≤ 0, one input", layers, off),
        line("z ≤ 0, all inputs", layers, dead),
        line("symmetry: one half", layers, told, "predicted"),
    )
    yield Finding(
        {"off": figure(off.mean(axis=1), "%"), "dead": figure(dead.mean(axis=1), "%")},
        Picture("Layer", "Share of the units", lines),
    )


def sparsity(
    seed: int, depth: int = 3, width: int = 32, rate: float = 0.1
) -> Iterator[float | Finding]:
    """Measure which share of the units is on for an input, before and after training."""
    settings = seeded(replace(DIGITS, depth=depth, width=width, learning_rate=rate), seed)
    yield 0.05
    on = 1 - dead_runs.watch(settings).off
    yield 0.6
    sigmoid = training.run(replace(settings, activation="sigmoid", steps=1, records=2)).records[0]
    layers = range(1, depth + 1)
    lines = (
        line("before training", layers, on[0]),
        line("after training", layers, on[-1]),
        line("symmetry: one half", layers, [0.5] * depth, "predicted"),
    )
    yield Finding(
        {
            "before": figure(on[0].mean(axis=1), "%"),
            "after": figure(on[-1].mean(axis=1), "%"),
            "sigmoid": figure((sigmoid.activation_mean[:, :-1] > 0).mean(), "%"),
        },
        Picture("Layer", "Units that are on for an input", lines),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C15",
        title="A ReLU with negative input is dead",
        says="A ReLU dies on negative input: output and gradient are 0, and it cannot recover.",
        conditions=f"{KILLING.seeds} nets of {KILLING.depth} layers, {KILLING.width} ReLU units, "
        f"100 points of two moons, He's weights, step size {KILLING.learning_rate:g}, "
        f"{KILLING.steps} steps of plain gradient descent, or with momentum 0.9, 40 records; one "
        "neuron pushed below its death bias.",
        figures={
            "dead": "Units off for some input that are dead, off for all",
            "off": "Units of layer 1 off for a given input",
            "revived": "Units of layers 2–4 seen dead, then on again",
            "first": "Units of layer 1 seen dead, then on again",
            "momentum": "Units of layer 1 seen dead, then on again, with momentum",
            "gradient": "Largest gradient of a neuron that is off for all inputs",
        },
        page="dying",
        settings={"view": "network", "bias": 0.0, "rate": 1.0, "depth": 4, "width": 16},
        experiment=death,
        budget=8.0,
        planted=Planted("a neuron that leaks a tenth", Verdict.FAILS),
        near={"width": (12, 24), "depth": (3, 6), "rate": (0.7, 1.4)},
        beyond={"optimizer": ("momentum",)},
        changed="That most are not dead, and that some come back, became part of the condition, as "
        "its other side; then that with momentum some do in layer 1 too.",
        stated=(
            at_least("dead", 0.99, unit="%", basis="negative input for one is death for all"),
            about("revived", 0, within=0, unit="units", basis="no recovery"),
        ),
        narrowed=(
            about("gradient", 0, within=0, basis="no update reaches it"),
            about("first", 0, within=0, unit="units", basis="no recovery where inputs stay"),
            at_most("dead", 0.5, unit="%", basis="most are on for another input"),
            at_least("revived", 1, unit="units", basis="some come back as layers before them move"),
            at_least(
                "momentum", 1, unit="units", basis="earlier gradients still move their weights"
            ),
        ),
        only_if="it is off for every input, no layer before it moves, and steps are plain gradient "
        "descent",
        predicted=(
            about("off", 0.5, within=0.05, unit="%", basis="symmetry of the weights"),
            about("gradient", 0, within=0, basis="a sum of zeros"),
        ),
        why_only_if="Only {dead} of the units with a negative input are off for all of "
        "them. Of those behind other layers, {revived} came back; of those in layer 1, {first}, "
        "but {momentum} with momentum.",
    ),
    Claim(
        key="C16",
        title="Positive weights or inputs avoid it",
        says="Starting with positive weights only, or inputs scaled to [0, 1], avoids dying.",
        conditions=f"{POSITIVE.seeds} nets of {POSITIVE.depth} layers, 16 ReLU units, 100 points "
        f"of two moons, before training; and after up to {POSITIVE.steps} steps at step size 0.1 "
        "(until inf or NaN). Weights |N(0, 1/n)| or He's. Also nets of 3 layers, step size 0.01.",
        figures={
            "trained": "Dead units with both, after training",
            "both": "Dead units with both, before training",
            "inputs": "Dead units with inputs in [0, 1] only",
            "weights": "Dead units with positive weights only",
            "shallow": "Dead units with both, after training, 3 layers, step size 0.01",
            "growth": "Growth of the mean activation per layer, with both",
        },
        page="dying",
        settings={"view": "remedies", "depth": 8, "rate": 0.1},
        experiment=remedies,
        budget=8.0,
        planted=Planted("He's weights for positive ones", misses=("both", "growth")),
        near={"depth": (6, 12), "width": (12, 24), "rate": (0.03, 0.3)},
        changed="It was said to hold until training begins; but the article speaks of learning, "
        "and after training the units are dead.",
        stated=(
            at_most("inputs", 0, unit="%", basis="avoided"),
            at_most("weights", 0, unit="%", basis="avoided"),
            at_most("trained", 0, unit="%", basis="avoided for good"),
        ),
        predicted=(
            at_most("both", 0, unit="%", basis="no z can be negative"),
            factor(
                "growth",
                math.sqrt(2 * POSITIVE.width / math.pi),
                times=1.1,
                basis="n E|w| = √(2n/π) per layer",
            ),
        ),
        why_fails="Scaled inputs alone leave {inputs} of the units dead. With positive weights "
        "{weights} are dead at first, but activations grow ×{growth} per layer, and after training "
        "{trained} are dead. In 3 layers, with small steps, it is {shallow}.",
    ),
    Claim(
        key="C17",
        title="Negative sums are rare",
        says="A negative weighted sum does not happen all that often.",
        conditions=f"{DIGITS.seeds} nets of {DIGITS.depth} layers, {DIGITS.width} ReLU units, He's "
        f"weights, {DIGITS.samples} digits, before training. Band: 10–90 % of the nets.",
        figures={
            "off": "Units with z ≤ 0, for a given input",
            "dead": "Units with z ≤ 0 for every input",
        },
        page="dying",
        settings={"view": "sparsity", "data": "digits"},
        experiment=negative_sums,
        budget=3.0,
        planted=Planted("units off only from z = −3 down", Verdict.HOLDS),
        near={"depth": (2, 6), "width": (16, 64)},
        stated=(at_most("off", 0.1, unit="%", basis="“not often”: one in ten"),),
        predicted=(
            about("off", 0.5, within=0.05, unit="%", basis="symmetry of the weights"),
            at_most("dead", 0.1, unit="%", basis="the inputs differ in sign for most units"),
        ),
        why_fails="It happens for {off} of all units and inputs. What is rare is a "
        "negative sum for every input: {dead} of the units.",
    ),
    Claim(
        key="C18",
        title="Blocked gradients mean sparsity",
        says="Blocked gradients have a good side: for each input only part of the units is on.",
        conditions=f"{DIGITS.seeds} nets of {DIGITS.depth} layers, {DIGITS.width} units, He's "
        f"weights, {DIGITS.samples} digits, before training and after {DIGITS.steps} steps. "
        "Band: 10–90 % of the nets.",
        figures={
            "before": "ReLU units on for an input, before training",
            "after": "ReLU units on for an input, after training",
            "sigmoid": "Sigmoid layers whose output is above 0",
        },
        page="dying",
        settings={"view": "sparsity", "data": "digits"},
        experiment=sparsity,
        budget=6.0,
        planted=Planted("positive weights only", Verdict.FAILS),
        near={"depth": (2, 5), "width": (16, 64), "rate": (0.05, 0.2)},
        stated=(
            at_most("before", 0.6, unit="%", basis="clearly fewer than all"),
            at_most("after", 0.6, unit="%", basis="clearly fewer than all"),
        ),
        predicted=(
            about("before", 0.5, within=0.05, unit="%", basis="symmetry of the weights"),
            about("sigmoid", 1, within=0, unit="%", basis="sigmoid is never 0"),
        ),
        why_holds="{before} of the ReLU units are on for an input before training, "
        "{after} after it; sigmoid units never are off.",
    ),
)
