"""The claim that ReLU's activations explode, in depth and in time (C21)."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.depth.limits import SHIPPED, Cell, Technique, measure
from vanishing.engine.recurrent import theory as recurrent_theory
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.wide import layers as layer_statistics
from vanishing.evidence.expected import at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict
from vanishing.evidence.trying import seeded

DEPTH, STEPS, GAIN, WIDTH = 30, 30, 2.0, 64
DEEP = layer_statistics.Settings(
    data="random",
    activation="relu",
    initializer="scaled",
    weight_variance=4.0,
    depth=DEPTH,
    width=WIDTH,
    samples=10,
    seeds=50,
)
TIME = recurrent.Recurrence(activation="relu", gain=GAIN, width=WIDTH, steps=STEPS, nets=100)
FRAGILE = Cell(Technique("relu", "normal_unit"), 8)
STEADY = Cell(Technique("relu", "he_normal"), 8)


def unbounded(
    seed: int,
    depth: int = DEPTH,
    steps: int = STEPS,
    width: int = WIDTH,
    variance: float = GAIN**2,
) -> Iterator[float | Finding]:
    """Measure how ReLU's activations grow with depth and time, and how well it trains."""
    deep = seeded(replace(DEEP, depth=depth, width=width), seed)
    growths = {}
    for name, scale in (("deep", variance), ("unit", float(width)), ("he", 2.0)):
        start = layer_statistics.at_start(replace(deep, weight_variance=scale))
        growths[name] = np.sqrt(start.measured.variance / start.measured.variance[:, :1])
        yield 0.15 * len(growths)
    through = {}
    for activation, nets in (("relu", TIME.nets), ("tanh", 20)):
        run = replace(TIME, activation=activation, steps=steps, width=width, nets=nets)
        run = replace(run, seed=seed * nets, gain=math.sqrt(variance))
        rms = recurrent.through_time(run).rms
        through[activation] = rms / rms[:, :1]
        yield 0.45 + 0.15 * len(through)
    budget = seeded(SHIPPED, seed)
    fragile = measure(replace(FRAGILE, budget=budget)).accuracies
    yield 0.9
    steady = measure(replace(STEADY, budget=budget)).accuracies
    layers, times = np.arange(depth), np.arange(steps + 1)
    lines = (
        line("ReLU, layers", layers, growths["deep"]),
        line("ReLU, layers, He's weights", layers, growths["he"]),
        line("ReLU, time", times, through["relu"]),
        line("tanh, time", times, through["tanh"]),
        line("√2 each", times, 2 ** (times / 2), "predicted"),
    )
    yield Finding(
        {
            **{name: figure(growth[:, -1]) for name, growth in growths.items()},
            "time": figure(through["relu"][:, -1]),
            "tanh": figure(through["tanh"][:, -1]),
            "fragile": figure(fragile, "%"),
            "steady": figure(steady, "%"),
        },
        Picture(
            "Layers, or steps in time", "Size of the activations, at first 1", lines, log_y=True
        ),
    )


def _typical_growth() -> float:
    """Return the median growth over the layers: √2 each, less what chance takes.

    log-normal with mean square 2 per layer and second moment (1 + 5/n)ᴸ (Hanin 2018).
    """
    passed = DEPTH - 1
    return float(2 ** (passed / 2) * (1 + 5 / WIDTH) ** (-passed / 4))


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
        conditions=f"{DEEP.seeds} nets of {DEPTH} layers with weight variance 4/n, 1 (the "
        f"article's N(0, 1)) and 2/n (He's); {TIME.nets} "
        f"recurrent nets (20 with tanh) with N(0, 4/n), {STEPS} steps; 64 units each. Training: 5 "
        f"nets of {FRAGILE.depth} layers, 32 units, 400 digits, 300 steps, the best of three step "
        "sizes, 0 % right where a net diverges. Medians; band: 10–90 % of the nets.",
        figures={
            "deep": f"Growth of activations, layer 1 to {DEPTH}, variance 4/n",
            "unit": f"Growth of activations, layer 1 to {DEPTH}, N(0, 1) weights",
            "he": f"Growth of activations, layer 1 to {DEPTH}, He's weights",
            "time": f"Growth of the states over {STEPS} steps, ReLU",
            "tanh": f"Growth of the states over {STEPS} steps, tanh",
            "fragile": "Right answers after training, N(0, 1) weights",
            "steady": "Right answers after training, He's weights",
        },
        page="recurrent",
        settings={"view": "time", "f": ("tanh", "relu"), "gain": 2.0, "steps": 30},
        experiment=unbounded,
        budget=8.0,
        planted=Planted("tanh for ReLU", Verdict.FAILS),
        without="tanh",
        near={"depth": (20, 40), "steps": (20, 40), "width": (48, 72), "variance": (3.5, 6.0)},
        beyond={"variance": (2.0, 2.5)},
        changed="Growth was that of 20 nets, and theory's that of wide nets, within a factor 3; "
        "now it is a median of 50 and 100, and the prediction for layers is that of the median. "
        "N(0, 1) weights, and that tanh does not explode, are now needed as well, as for every "
        "claim that something can happen.",
        stated=(
            at_least("deep", 100, basis="two powers of ten"),
            at_least("time", 100, basis="two powers of ten"),
            at_least("unit", 100, basis="in the article's own nets"),
            at_most("tanh", 1.5, basis="without its cause, an unbounded output, they do not"),
            at_most("fragile", 0.5, unit="%", basis="“fragile”: not even half is right"),
        ),
        predicted=(
            factor(
                "deep", _typical_growth(), times=1.5, basis="√2 per layer, (1 + 5/n)^(−¼) by chance"
            ),
            factor("time", _predicted_growth(), times=3, basis="g/√2 per step; 64 is finite"),
            at_most("tanh", 1.5, basis="|tanh| < 1"),
            at_least("steady", 0.9, unit="%", basis="the shipped table of depths"),
        ),
        why_holds="With weights of twice He's variance activations grow ×{deep} from layer 1 to 30 "
        "and ×{time} over 30 steps, tanh's ×{tanh}; with N(0, 1) weights ×{unit}, with He's they "
        "do not: ×{he}. Training ends at {fragile} right answers from N(0, 1), {steady} from He's; "
        "a net that diverges counts as 0 %.",
    ),
)
