"""What Pascanu et al. published about recurrent nets, as cards."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.nets import activations
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.unrolled import Recurrence
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import about, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Card, Planted

ORBIT = {5: 45.2, 10: 1446.0, 20: 1.478e6}
STEPS = 50
TANH = Recurrence(activation="tanh", gain=0.45, width=64, steps=STEPS, nets=20, inputs=0.1)
SIGMOID = replace(TANH, activation="sigmoid", gain=1.8)
THRESHOLD, GRADIENTS, SIZE = 1.0, 1000, 50
PAPER = "Pascanu et al. 2013: On the difficulty of training recurrent neural networks"


def counter_example(_seed: int) -> Iterator[float | Finding]:
    """Measure how the gradient grows in a net whose eigenvalues are all 0."""
    start = recurrent.counter_example(max(ORBIT))
    yield 0.3
    jacobians = recurrent.measure(start, activations.get("tanh")).jacobians
    norms = 10.0 ** jacobians.spectral[0]
    at = dict(zip(jacobians.lags.tolist(), norms, strict=True))
    radius = recurrent.spectrum(np.array(recurrent.COUNTER_EXAMPLE)).radius
    lines = (
        line("measured", jacobians.lags, norms),
        line("by hand", list(ORBIT), list(ORBIT.values()), "derived"),
    )
    yield Finding(
        {**{f"after{steps}": figure(at[steps]) for steps in ORBIT}, "radius": figure(radius)},
        Picture("Steps back in time", "‖∂h(T)/∂h(T−k)‖", lines, log_y=True),
    )


def vanish(seed: int) -> Iterator[float | Finding]:
    """Compare gradients with the bound that a largest singular value below 1/γ gives."""
    left, ratios, limits = {}, [], []
    lines = []
    for name, settings in (("tanh", TANH), ("sigmoid", SIGMOID)):
        found = recurrent.through_time(replace(settings, seed=seed * settings.nets))
        activation, lags = activations.get(name), found.jacobians.lags
        spectral = found.jacobians.spectral
        norms = recurrent.norms(found.weights)
        bound = recurrent.bound_log10(norms, activation, lags)
        limits.append(recurrent.growth_limit(norms, activation).max())
        ratios.append(10.0 ** (spectral - bound)[:, 1:].max())
        left[name] = figure(10.0 ** spectral[:, -1])
        lines += [
            line(name, lags, 10.0**spectral),
            line(f"bound, {name}", lags, 10.0 ** bound.max(axis=0), "bound"),
        ]
        yield 0.45 * len(left)
    yield Finding(
        {**left, "limit": figure(max(limits)), "ratio": figure(max(ratios))},
        Picture("Steps back in time", "‖∂h(T)/∂h(T−k)‖", tuple(lines), log_y=True),
    )


def clip(seed: int) -> Iterator[float | Finding]:
    """Clip random gradients by their norm, and compare length and direction."""
    rng = stream(seed, "card", "gradients")
    sizes = 10.0 ** rng.uniform(-2, 2, (GRADIENTS, 1))
    gradients = rng.normal(0, 1, (GRADIENTS, SIZE))
    gradients *= sizes / np.linalg.norm(gradients, axis=1, keepdims=True)
    yield 0.3
    clipped = gradients.copy()
    recurrent_training.clip(clipped, THRESHOLD)
    before, after = (np.linalg.norm(each, axis=1) for each in (gradients, clipped))
    long = before > THRESHOLD
    cosines = (gradients * clipped).sum(axis=1) / (before * after)
    shown = before.argsort()[:: GRADIENTS // 50]
    lines = (
        line("clipped", before[shown], after[shown]),
        line("min(‖g‖, c)", before[shown], np.minimum(before[shown], THRESHOLD), "derived"),
    )
    yield Finding(
        {
            "longest": figure(after.max()),
            "angle": figure(np.abs(1 - cosines).max()),
            "changed": figure(np.abs(after - before)[~long].max()),
        },
        Picture("‖g‖ before", "‖g‖ after", lines, log_x=True, log_y=True),
    )


CARDS: tuple[Card, ...] = (
    Card(
        key="pascanu-counterexample",
        title="Eigenvalues 0, gradient exploding",
        says="Often read so: gradients explode only if an eigenvalue exceeds 1. Our own counter-"
        "example, not the paper's: both are 0, and they grow by 45, 1.4·10³ and 1.5·10⁶ in 5, 10 "
        "and 20 steps.",
        conditions="h ↦ tanh(W h + b), W = [[2, −2], [2, −2]], b = (2 tanh 5, 5 + 2 tanh 5), from "
        "its fixed point (0, tanh 5). Nothing is drawn.",
        figures={
            **{f"after{steps}": f"‖∂h(T)/∂h(T−{steps})‖" for steps in ORBIT},
            "radius": "Largest eigenvalue of W, in size",
        },
        page="recurrent",
        settings={"view": "time", "init": "counter", "size": "spectral", "steps": 20},
        experiment=counter_example,
        budget=1.0,
        planted=Planted(
            "every derivative 10 % too small", misses=tuple(f"after{steps}" for steps in ORBIT)
        ),
        drawn=False,
        paper=PAPER,
        where="section 2.1, a common reading of the condition on the largest eigenvalue",
        derived=(
            *(
                factor(f"after{steps}", value, times=1.01, basis="derived by hand, four digits")
                for steps, value in ORBIT.items()
            ),
            about("radius", 0, within=1e-6, basis="trace and determinant are 0"),
        ),
    ),
    Card(
        key="pascanu-vanish",
        title="When a recurrent gradient must vanish",
        says="If the largest singular value of W is below 1/γ (γ = 1 for tanh, ¼ for sigmoid), the "
        "gradient vanishes with time.",
        conditions=f"{TANH.nets} nets each, {TANH.width} units, {STEPS} steps: tanh with N(0, "
        f"{TANH.gain:g}²/n), sigmoid with N(0, {SIGMOID.gain:g}²/n). Band: 10–90 % of the nets.",
        figures={
            "tanh": "Gradient left after 50 steps, tanh",
            "sigmoid": "Gradient left after 50 steps, sigmoid",
            "limit": "Largest γ ‖W‖₂ of all nets",
            "ratio": "Gradient over its bound (γ ‖W‖₂)ᵏ, largest",
        },
        page="recurrent",
        settings={"view": "time", "f": ("tanh", "sigmoid"), "gain": 0.5, "steps": 50},
        experiment=vanish,
        budget=6.0,
        planted=Planted("a bound half as large", misses=("ratio",)),
        paper=PAPER,
        where="section 2.1: condition on the largest singular value; the limits are ours",
        derived=(
            at_most("limit", 1, basis="the condition"),
            at_most("ratio", 1 + 1e-9, basis="a norm of a product; rounding"),
            at_most("tanh", 1e-2, basis="below a hundredth after 50 steps"),
            at_most("sigmoid", 1e-2, basis="below a hundredth after 50 steps"),
        ),
    ),
    Card(
        key="pascanu-clip",
        title="Clipping by norm",
        says="A gradient longer than the threshold is shortened to it and keeps its direction; a "
        "shorter one is left as it is.",
        conditions=f"{GRADIENTS:,} random gradients of {SIZE} numbers, norms from 0.01 to 100, "
        f"threshold {THRESHOLD:g}.",
        figures={
            "longest": "Largest norm after clipping",
            "angle": "Largest 1 − cosine between before and after",
            "changed": "Largest change of a short gradient's norm",
        },
        page="recurrent",
        settings={"view": "learn", "c": 1.0},
        experiment=clip,
        budget=1.0,
        planted=Planted("every entry clipped alone", misses=("longest", "angle", "changed")),
        paper=PAPER,
        where="section 3.2, algorithm 1, whose identities these are",
        derived=(
            about("longest", THRESHOLD, within=1e-9, basis="the threshold; rounding"),
            about("angle", 0, within=1e-9, basis="same direction; rounding"),
            about("changed", 0, within=1e-12, basis="left as it is"),
        ),
    ),
)
