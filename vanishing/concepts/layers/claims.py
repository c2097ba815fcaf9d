"""Claims about gradients layer by layer in fresh nets (C10, C12, C22, C25)."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.nets import training
from vanishing.engine.wide.layers import Settings, starts
from vanishing.evidence.expected import Expectation, about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim
from vanishing.evidence.trying import arrives, by_layer, in_turn, seeded

DEPTH = 20
STANDARD = Settings(activation="tanh", initializer="uniform_standard", depth=10)
SIGMOID = Settings(activation="sigmoid", initializer="xavier_uniform", depth=10)
TRAINED = training.Settings(
    data="digits", samples=200, depth=6, width=32, steps=100, seeds=5, records=10
)
CRITICAL = Settings(
    activation="tanh",
    initializer="scaled",
    weight_variance=1.76,
    bias_variance=0.05,
    depth=DEPTH,
    width=128,
    data="random",
)
USUAL = replace(CRITICAL, initializer="uniform_standard", bias_variance=0.0)
RELU = Settings(
    activation="relu", initializer="scaled", depth=DEPTH, width=128, samples=50, data="random"
)
SCALES = {"small": 1.0, "steady": 2.0, "large": 4.0}
"""σ_w², of which ReLU keeps half."""
CENTRED = Settings(activation="sigmoid", initializer="xavier_uniform", depth=DEPTH, width=128)
NORMALIZED = replace(CENTRED, normalization="batch")
EXPLODING = Settings(
    activation="relu",
    initializer="he_normal",
    normalization="batch",
    depth=10,
    width=256,
    data="random",
    samples=256,
    seeds=10,
)
TENTH = "a tenth of the last layer's"
DELTA = "∂J/∂z, last hidden layer = 1"


def first_layers(seed: int) -> Iterator[float | Finding]:
    """Compare the first layer's gradients with the last one's, before training and during it."""
    nets = yield from in_turn(starts, seed, standard=STANDARD, sigmoid=SIGMOID)
    run = training.run(seeded(TRAINED, seed))
    ratios = [r.weight_grad_rms[:, 0] / r.weight_grad_rms[:, -2] for r in run.records]
    delta = nets["standard"].measured.relative("delta")
    weight = nets["standard"].measured.relative("weight")
    sigmoid = nets["sigmoid"].measured.relative("weight")
    layers = range(1, STANDARD.depth + 1)
    lines = (
        *by_layer("tanh ∂J/∂z", nets["standard"]),
        line("tanh ∂J/∂W", layers, weight),
        line("sigmoid ∂J/∂W", layers, sigmoid),
    )
    yield Finding(
        {
            "delta": figure(delta[:, 0]),
            "weight": figure(weight[:, 0]),
            "sigmoid": figure(sigmoid[:, 0]),
            "training": figure(np.median(ratios, axis=0)),
        },
        Picture("Layer", "Gradient, last hidden layer = 1", lines, log_y=True),
    )


def tanh_nets(seed: int) -> Iterator[float | Finding]:
    """Measure what arrives in the first layer of tanh nets, usual and critical."""
    nets = yield from in_turn(starts, seed, usual=USUAL, critical=CRITICAL)
    delta = {name: net.measured.relative("delta") for name, net in nets.items()}
    lines = (
        *by_layer("uniform ±1/√n", nets["usual"]),
        *by_layer("critical", nets["critical"]),
    )
    yield Finding(
        {name: figure(relative[:, 0]) for name, relative in delta.items()},
        Picture("Layer", DELTA, lines, log_y=True),
    )


def relu_weights(seed: int) -> Iterator[float | Finding]:
    """Measure what arrives in the first layer of ReLU nets, over the scale of their weights."""
    wanted = {name: replace(RELU, weight_variance=value) for name, value in SCALES.items()}
    nets = yield from in_turn(starts, seed, **wanted)
    delta = {name: net.measured.relative("delta") for name, net in nets.items()}
    layers = np.arange(1, DEPTH + 1)
    lines = (
        *(line(f"variance {SCALES[name]:g}/n", layers, delta[name]) for name in SCALES),
        line("√½ per layer", layers, 0.5 ** ((DEPTH - layers) / 2), "predicted"),
    )
    yield Finding(
        {name: figure(relative[:, 0]) for name, relative in delta.items()},
        Picture("Layer", DELTA, lines, log_y=True),
    )


def normalised(seed: int) -> Iterator[float | Finding]:
    """Compare nets whose inputs are centred with nets in which every layer is normalised."""
    nets = yield from in_turn(starts, seed, inputs=CENTRED, layers=NORMALIZED, relu=EXPLODING)
    delta = {name: net.measured.relative("delta") for name, net in nets.items()}
    layers = range(1, DEPTH + 1)
    lines = (
        line("inputs only", layers, delta["inputs"]),
        line("every layer", layers, delta["layers"]),
        *by_layer("every layer, ReLU", nets["relu"]),
    )
    yield Finding(
        {
            "inputs": figure(delta["inputs"][:, 0]),
            "layers": figure(delta["layers"][:, 0]),
            "growth": figure(delta["relu"][:, 0] ** (2 / (EXPLODING.depth - 1))),
        },
        Picture("Layer", DELTA, lines, log_y=True),
    )


def _vanish(*figures: str) -> tuple[Expectation, ...]:
    """Expect so little of the gradient in the first layer that it has vanished."""
    return tuple(at_most(name, 0.1, basis=TENTH) for name in figures)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C10",
        title="The first layers learn slowest",
        says="The first layers get the smallest gradients and learn slowest; the later ones build "
        "on them.",
        conditions=f"{STANDARD.seeds} nets of 10 layers, 64 units, 100 digits, before training: "
        "tanh with uniform ±1/√n weights, sigmoid with Xavier's; and 5 sigmoid nets of 6 layers "
        "over 100 training steps. Band: 10–90 % of the nets.",
        figures={
            "delta": "First layer's ∂J/∂z over the last's, tanh",
            "weight": "First layer's ∂J/∂W over the last's, tanh",
            "sigmoid": "The same for sigmoid",
            "training": "The same for sigmoid during training, median of the records",
        },
        page="layers",
        settings={"f": "tanh", "init": "uniform_standard", "grads": ("delta", "weight")},
        experiment=first_layers,
        budget=8.0,
        stated=_vanish("delta", "weight", "sigmoid", "training"),
        narrowed=_vanish("delta", "sigmoid", "training"),
        only_if="activations do not shrink as fast as ∂J/∂z does",
        predicted=(
            factor("delta", arrives(STANDARD), times=1.4, basis="mean-field theory; 64 is finite"),
            factor("weight", 1, times=1.5, basis="Glorot & Bengio 2010: level over the layers"),
        ),
        why_only_if="Sigmoid's first layer gets {sigmoid} of the last one's weight "
        "gradient. With small uniform weights on tanh ∂J/∂z falls to {delta}, but the weights' "
        "own gradient stays level, {weight}.",
    ),
    Claim(
        key="C12",
        title="tanh has the same problem",
        says="tanh has the same problem as sigmoid: its gradients vanish too.",
        conditions=f"{USUAL.seeds} nets of {DEPTH} tanh layers, 128 units, random data, before "
        "training: uniform ±1/√n, and N(0, 1.76/n) with biases N(0, 0.05). Band: 10–90 % of the "
        "nets.",
        figures={
            "usual": "∂J/∂z in the first layer, uniform ±1/√n",
            "critical": "∂J/∂z in the first layer, critical weights",
        },
        page="layers",
        settings={"f": "tanh", "init": "scaled", "sw2": 1.76, "sb2": 0.05, "depth": DEPTH},
        experiment=tanh_nets,
        budget=6.0,
        stated=_vanish("usual", "critical"),
        narrowed=_vanish("usual"),
        only_if="the weights do not start at the critical scale",
        predicted=(
            factor("usual", arrives(USUAL), times=1.5, basis="mean-field theory; 128 is finite"),
            factor("critical", arrives(CRITICAL), times=1.5, basis="mean-field theory, χ = 1"),
        ),
        why_only_if="With the usual small weights {usual} of the gradient arrives after "
        "20 layers; at the critical scale {critical}.",
    ),
    Claim(
        key="C22",
        title="ReLU's weights still count",
        says="ReLU's derivative is 0 or 1, but the weights stay in the product: small ones make "
        "the gradient vanish still.",
        conditions=f"{RELU.seeds} nets of {DEPTH} ReLU layers, 128 units, weight variance 1/n, 2/n "
        "and 4/n, random data, before training. Band: 10–90 % of the nets.",
        figures={
            "small": "∂J/∂z in the first layer, variance 1/n",
            "steady": "The same, variance 2/n",
            "large": "The same, variance 4/n",
        },
        page="layers",
        settings={"f": "relu", "init": "scaled", "sw2": 1.0, "depth": DEPTH},
        experiment=relu_weights,
        budget=8.0,
        stated=_vanish("small"),
        predicted=(
            factor("small", 2 ** (-(DEPTH - 1) / 2), times=2, basis="√½ per layer; 128 is finite"),
            factor("steady", 1, times=2, basis="variance 2/n keeps the scale"),
            factor("large", 2 ** ((DEPTH - 1) / 2), times=2, basis="√2 per layer; 128 is finite"),
        ),
        why_holds="Weights of variance 1/n leave {small} of the gradient; 2/n leaves "
        "{steady}, and 4/n makes it grow ×{large}.",
    ),
    Claim(
        key="C25",
        title="Centring the inputs cures it",
        says="Besides initialisation and activation, batch normalisation, taken as centring the "
        "input features, eased the problem.",
        conditions=f"{CENTRED.seeds} sigmoid nets of {DEPTH} layers, 128 units, standardised "
        "digits, with and without batch norm in each layer; 10 ReLU nets of 10 layers, 256 units, "
        "batch 256. Before training; band: 10–90 % of the nets.",
        figures={
            "inputs": "∂J/∂z in the first layer, only inputs centred",
            "layers": "The same, every layer batch-normalised",
            "growth": "Growth of ∂J/∂z's variance per ReLU layer, with batch norm",
        },
        page="layers",
        settings={"f": "sigmoid", "init": "xavier_uniform", "norm": "batch", "depth": DEPTH},
        experiment=normalised,
        budget=12.0,
        stated=(at_least("inputs", 0.1, basis=TENTH),),
        narrowed=(at_least("layers", 0.1, basis=TENTH),),
        only_if="every layer is normalised, not just the inputs",
        predicted=(
            factor("inputs", arrives(CENTRED), times=2, basis="mean-field theory; 128 is finite"),
            about(
                "growth",
                math.pi / (math.pi - 1),
                within=0.03,
                basis="π/(π − 1), Yang et al. 2019; finite width and batch",
            ),
        ),
        why_only_if="With centred inputs alone {inputs} of the gradient arrives; with "
        "every layer normalised {layers}. On ReLU it then explodes, ×{growth} per layer.",
    ),
)
