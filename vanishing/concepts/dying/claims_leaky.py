"""Claims about leaky ReLU: learning goes on, and its small slope vanishes too (C19, C20)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.chain import products as chain
from vanishing.engine.nets import activations, training
from vanishing.engine.nets.training import Settings
from vanishing.engine.wide import layers as layer_statistics
from vanishing.evidence.expected import about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim
from vanishing.evidence.trying import in_turn, seeded

SLOPES = (0.0, 0.01, 0.2, 0.3)
LEARNING = Settings(
    data="moons",
    samples=100,
    depth=4,
    width=16,
    activation="leaky_relu",
    initializer="he_normal",
    bias="constant",
    bias_value=-1.0,
    learning_rate=0.3,
    steps=150,
    seeds=10,
    records=4,
)
PATH = 10
WIDE_SLOPE = 0.2
WIDE = layer_statistics.Settings(
    data="random",
    activation="leaky_relu",
    alpha=WIDE_SLOPE,
    initializer="he_normal",
    depth=20,
    width=128,
    samples=50,
)


def slopes(seed: int) -> Iterator[float | Finding]:
    """Train the same nets with four slopes for negative input."""
    final = {}
    for slope in SLOPES:
        final[slope] = training.run(replace(seeded(LEARNING, seed), alpha=slope)).final
        yield len(final) / len(SLOPES)
    names = [f"α = {slope:g}" for slope in SLOPES]
    losses = np.stack([final[slope].loss for slope in SLOPES], axis=1)
    lines = (line(f"{LEARNING.seeds} nets", names, losses),)
    yield Finding(
        {
            "leaky": figure(final[0.2].loss),
            "relu": figure(final[0.0].loss),
            "small": figure(final[0.01].loss),
            "dead": figure(final[0.0].dead_share[:, : LEARNING.depth].mean(), "%"),
        },
        Picture("Slope for negative input", "Loss after training", lines),
    )


def negative_path(seed: int) -> Iterator[float | Finding]:
    """Multiply the slopes of a path that is negative everywhere, and of a wide net's layers."""
    nets = yield from in_turn(layer_statistics.starts, seed, wide=WIDE)
    products = {}
    for slope in SLOPES[1:]:
        leaky = activations.get("leaky_relu", slope)
        products[slope] = np.abs(chain.run(-1.0, np.ones(PATH), leaky).layer_factors).cumprod()
    left, layers = products[WIDE_SLOPE], range(1, PATH + 1)
    lines = tuple(line(f"α = {slope:g}", layers, values) for slope, values in products.items())
    yield Finding(
        {
            "path": figure(left[-1]),
            "layer": figure(left[-1] / left[-2]),
            "wide": figure(nets["wide"].measured.relative("delta")[:, 0]),
        },
        Picture("Layers passed", "Gradient left on the path", lines, log_y=True),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C19",
        title="A leaky slope keeps learning alive",
        says="Leaky ReLU's small slope for negative input (0.01; 0.2 to 0.3 in practice) lets "
        "learning go on.",
        conditions=f"{LEARNING.seeds} nets of {LEARNING.depth} layers, 16 units, He's weights, "
        f"biases −1, 100 points of two moons, {LEARNING.steps} steps at step size 0.3; the same "
        "draws for each α. Band: 10–90 % of the nets.",
        figures={
            "leaky": "Loss after training, α = 0.2",
            "relu": "Loss after training, ReLU (α = 0)",
            "small": "Loss after training, α = 0.01",
            "dead": "Dead units of the ReLU nets",
        },
        page="dying",
        settings={"view": "leaky", "bias": -1.0, "rate": 0.3, "depth": 4, "width": 16},
        experiment=slopes,
        budget=12.0,
        stated=(
            at_most("leaky", 0.35, basis="half of ln 2, the loss of a guess"),
            at_least("relu", 0.5, basis="with so many units off, ReLU hardly learns"),
        ),
        predicted=(
            at_least("dead", 0.3, unit="%", basis="biases of −1 leave most units off"),
            at_most("leaky", 0.693, basis="below ln 2, the loss of a guess"),
        ),
        why_holds="From the same draws the loss falls to {leaky} with α = 0.2, while "
        "ReLU, with {dead} of its units dead, stays at {relu}. α = 0.01 gives {small}.",
    ),
    Claim(
        key="C20",
        title="The leaky slope can vanish too",
        says="That small constant can itself make gradients vanish again.",
        conditions=f"A chain of {PATH} neurons with w = 1 and x = −1, negative everywhere; and "
        f"{WIDE.seeds} nets of {WIDE.depth} layers, 128 units, He's weights, α = 0.2, random "
        "data. Band: 10–90 % of the nets.",
        figures={
            "path": f"Gradient left after {PATH} layers, α = 0.2",
            "layer": "Factor per layer on that path",
            "wide": f"First layer's ∂J/∂z over the last's, wide nets of {WIDE.depth} layers",
        },
        page="chain",
        settings={"view": "product", "f": "leaky_relu", "alpha": 0.2, "weights": "equal", "x": -1},
        experiment=negative_path,
        budget=5.0,
        stated=(at_most("path", 1e-3, basis="too little for a step to use"),),
        predicted=(
            about("layer", WIDE_SLOPE, within=1e-12, basis="α · w with w = 1"),
            factor(
                "wide",
                (1 + WIDE_SLOPE**2) ** ((WIDE.depth - 1) / 2),
                times=1.6,
                basis="√(1 + α²) per layer; 128 is finite",
            ),
        ),
        why_holds="On a path that is negative everywhere α is the factor, and {path} is "
        "left after 10 layers. A wide net averages over both sides: there {wide} is left.",
    ),
)
