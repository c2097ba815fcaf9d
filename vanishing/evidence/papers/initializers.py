"""What Glorot & Bengio and He et al. published about initial weights, as cards."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import heads, initializers
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.network import forward, initialize
from vanishing.engine.seeds import stream
from vanishing.engine.wide.layers import Settings, starts
from vanishing.evidence.expected import about, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Card, Planted
from vanishing.evidence.trying import in_turn

STANDARD = Settings(activation="tanh", initializer="uniform_standard", depth=5, width=256)
XAVIER = replace(STANDARD, initializer="xavier_uniform")
SIDE, DRAWS = 200, 10
NETS, INPUTS = 3, 2
MEAN = 8 / (3 * math.pi)
"""Mean singular value of wide square layers with N(0, 1/n) weights: the quarter-circle law."""
SINGULAR = {"standard": "uniform_standard", "xavier": "xavier_uniform"}
RELU_DEPTH = 30
HE = Settings(
    data="random",
    activation="relu",
    initializer="he_normal",
    depth=RELU_DEPTH + 1,
    width=256,
    samples=10,
)
HALF = replace(HE, initializer="lecun_normal")
GLOROT = (
    "Glorot & Bengio 2010: Understanding the difficulty of training deep feedforward neural "
    "networks"
)


def by_layer(seed: int) -> Iterator[float | Finding]:
    """Measure activations and gradients of two initialisations, layer by layer."""
    nets = yield from in_turn(starts, seed, standard=STANDARD, xavier=XAVIER)
    standard, xavier = nets["standard"].measured, nets["xavier"].measured
    back, weight = standard.relative("delta"), standard.relative("weight")
    normalised, spread = xavier.relative("delta"), standard.activation_std
    layers = np.arange(1, STANDARD.depth + 1)
    lines = (
        line("standard, ∂J/∂z", layers, back),
        line("standard, ∂J/∂W", layers, weight),
        line("Xavier, ∂J/∂z", layers, normalised),
        line("√⅓ per layer", layers, 3.0 ** ((layers - STANDARD.depth) / 2), "derived"),
    )
    yield Finding(
        {
            "back": figure(back[:, 0]),
            "weight": figure(weight[:, 0]),
            "xavier": figure(normalised[:, 0]),
            "activation": figure(spread[:, -1] / spread[:, 0]),
        },
        Picture("Hidden layer", "Gradient, last hidden layer = 1", lines, log_y=True),
    )


def mean_singular(settings: Settings, seed: int) -> Array:
    """Return the mean singular value of layers' Jacobians f′(z) Wᵀ in fresh nets, (nets,).

    Of the layers after the first, each for a few inputs.
    """
    drawn = replace(settings, seed=seed, seeds=NETS, width=SIDE)
    head, activation = heads.get("softmax"), drawn.get_activation()
    x = drawn.load().x[:INPUTS]
    parameters = initialize(drawn.widths(), drawn.initial(), Bias(), drawn.network_seeds)
    zs = forward(parameters, x, activation, head).zs[1:-1]
    means = []
    for z, weights in zip(zs, parameters.weights[1:-1], strict=True):
        _, slopes = activation.value_and_slope(z)
        jacobians = weights[:, None] * slopes[:, :, None]
        means.append(np.linalg.svd(jacobians, compute_uv=False).mean(axis=(1, 2)))
    found: Array = np.mean(means, axis=0)
    return found


def singular_values(seed: int) -> Iterator[float | Finding]:
    """Measure the mean singular value of fresh square layers, and of their Jacobians with tanh."""
    values: dict[str, Array] = {}
    for name, key in SINGULAR.items():
        rng = stream(seed, "card", "layer", name)
        drawn = [initializers.get(key).sample(rng, SIDE, SIDE) for _ in range(DRAWS)]
        values[name] = np.linalg.svd(np.stack(drawn), compute_uv=False)
        yield 0.25 * len(values)
    slopes = {}
    for name, settings in (("standard", STANDARD), ("xavier", XAVIER)):
        slopes[name] = mean_singular(settings, seed)
        yield 0.5 + 0.2 * len(slopes)
    shown = np.arange(0, SIDE, SIDE // 40)
    lines = (
        line("uniform ±1/√n", shown + 1, values["standard"][:, shown]),
        line("Xavier", shown + 1, values["xavier"][:, shown]),
    )
    yield Finding(
        {
            **{f"{name}_slopes": figure(each) for name, each in slopes.items()},
            **{name: figure(each.mean(axis=1)) for name, each in values.items()},
        },
        Picture("Singular value, from the largest", "Size", lines),
    )


def relu_scale(seed: int) -> Iterator[float | Finding]:
    """Follow the signal through deep ReLU nets with He's variance and with half of it."""
    nets = yield from in_turn(starts, seed, he=HE, xavier=HALF)
    variances = {name: net.measured.variance for name, net in nets.items()}
    left = {name: np.sqrt(each / each[:, :1]) for name, each in variances.items()}
    steps = np.arange(RELU_DEPTH + 1)
    lines = (
        line("variance 2/n", steps, left["he"]),
        line("variance 1/n", steps, left["xavier"]),
        line("√½ per layer", steps, 0.5 ** (steps / 2), "derived"),
    )
    yield Finding(
        {name: figure(ratio[:, -1]) for name, ratio in left.items()},
        Picture("Layers passed", "Size of the signal, at first 1", lines, log_y=True),
    )


CARDS: tuple[Card, ...] = (
    Card(
        key="glorot-layers",
        title="Gradients under two initialisations",
        says="With weights from U(±1/√n) back-propagated gradients shrink by √⅓ per tanh layer, "
        "while those of the weights stay level; normalised weights keep both.",
        conditions=f"{STANDARD.seeds} nets of 5 hidden tanh layers, {STANDARD.width} units, 100 "
        "standardised digits (instead of 32×32 shapes), before training. Band: 10–90 % of the "
        "nets.",
        figures={
            "back": "∂J/∂z of layer 1 over layer 5, U(±1/√n)",
            "weight": "∂J/∂W of layer 1 over layer 5, U(±1/√n)",
            "xavier": "∂J/∂z of layer 1 over layer 5, normalised",
            "activation": "Spread of activations of layer 5 over layer 1, U(±1/√n)",
        },
        page="layers",
        settings={
            "f": "tanh",
            "init": "uniform_standard",
            "depth": 5,
            "width": 256,
            "grads": ("delta", "weight"),
        },
        experiment=by_layer,
        budget=8.0,
        planted=Planted("every derivative halved", misses=("back", "weight", "xavier")),
        paper=GLOROT,
        where="section 4.2, n Var[W] = 1/3; figures 7 and 8, which print no numbers",
        derived=(
            factor("back", 1 / 9, times=1.5, basis="√⅓ per layer over 4 layers; slopes below 1"),
            factor("weight", 1, times=1.5, basis="level; slopes below 1"),
            factor("xavier", 1, times=2, basis="level; slopes below 1"),
            factor("activation", 1 / 9, times=1.5, basis="√⅓ per layer; slopes below 1"),
        ),
    ),
    Card(
        key="glorot-singular",
        title="Mean singular value of a layer",
        says="The mean singular value of a layer's Jacobian is about 0.5 with U(±1/√n), and about "
        "0.8 with normalised weights.",
        conditions=f"{NETS} nets of 5 hidden tanh layers, {SIDE} units, {INPUTS} standardised "
        f"digits, layers 2 to 5; and {DRAWS} square layers of {SIDE} units, weights alone. Band: "
        "10–90 % of the nets, or layers.",
        figures={
            "standard_slopes": "Mean singular value with tanh's slopes, U(±1/√n)",
            "xavier_slopes": "Mean singular value with tanh's slopes, normalised",
            "standard": "Mean singular value of the weights, U(±1/√n)",
            "xavier": "Mean singular value of the weights, normalised",
        },
        page="layers",
        settings={"f": "tanh", "init": "xavier_uniform", "depth": 5},
        experiment=singular_values,
        budget=4.0,
        planted=Planted("weights 10 % too large", misses=("standard", "xavier")),
        changed="At first only the weights were measured, whose 0.849 is not the 0.8 of the paper: "
        "that is of layers with tanh.",
        paper=GLOROT,
        where="section 4.2, “around 0.5” and “around 0.8”; derived: (8/3π) σ, the quarter circle",
        published=(
            about("standard_slopes", 0.5, within=0.1, basis="one digit; other inputs"),
            about("xavier_slopes", 0.8, within=0.1, basis="“around”, one digit; other inputs"),
        ),
        derived=(
            about("standard", MEAN / 3**0.5, within=0.01, basis="(8/3π) √⅓; 200 units are finite"),
            about("xavier", MEAN, within=0.01, basis="8/3π; 200 units are finite"),
        ),
    ),
    Card(
        key="he-scale",
        title="Variance 2/n for ReLU",
        says="Weights of variance 2/fan-in keep ReLU's scale; with 1/fan-in each layer loses √½, "
        "and 3·10⁻⁵ is left after 30.",
        conditions=f"{HE.seeds} nets of {HE.depth} ReLU layers, {HE.width} units, random inputs, "
        "before training; root mean square of z in the last layer over the first. Band: 10–90 % "
        "of the nets.",
        figures={
            "xavier": "Signal left after 30 layers, variance 1/n",
            "he": "Signal left after 30 layers, variance 2/n",
        },
        page="layers",
        settings={"f": "relu", "init": "he_normal", "depth": 31, "view": "size"},
        experiment=relu_scale,
        budget=8.0,
        planted=Planted("weights 10 % too large", misses=("xavier", "he")),
        paper="He et al. 2015: Delving deep into rectifiers",
        where="section 2.2, comparison with “Xavier” initialisation, evaluated at 30 layers",
        derived=(
            factor("xavier", 2**-15, times=1.5, basis="2^(−L/2); 256 units are finite"),
            factor("he", 1, times=1.5, basis="kept; 256 units are finite"),
        ),
    ),
)
