"""Claims about gradients layer by layer in fresh nets (C10, C12, C22, C25)."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import training
from vanishing.engine.wide.layers import Settings, at_start, starts
from vanishing.evidence.expected import Expectation, about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict
from vanishing.evidence.trying import arrives, by_layer, in_turn, seeded

DEPTH = 20
SETTLED = 4
"""Layers before which the size of z has not settled."""
STANDARD = Settings(activation="tanh", initializer="uniform_standard", depth=10)
SIGMOID = Settings(activation="sigmoid", initializer="xavier_uniform", depth=10)
TRAINED = training.Settings(
    data="digits", samples=200, depth=6, width=32, steps=100, seeds=5, records=10
)
BIAS, SCALE = 0.05, 1.76
"""tanh's critical scale: σ_w² at that σ_b²."""
TANH = Settings(
    activation="tanh",
    initializer="scaled",
    bias_variance=BIAS,
    depth=DEPTH,
    width=128,
    data="random",
    samples=20,
    seeds=10,
)
TANH_SCALES = (1 / 3, 0.6, 1.0, 1.4, SCALE, 2.2, 3.0, 8.0, 128.0)
"""σ_w², from that of U(±1/√n) to that of N(0, 1) weights on 128 units."""
RELU = Settings(
    activation="relu", initializer="scaled", depth=DEPTH, width=128, samples=50, data="random"
)
SCALES = {"small": 1.0, "steady": 2.0, "large": 4.0}
"""σ_w², of which ReLU keeps half."""
CENTRED = Settings(
    activation="sigmoid", initializer="xavier_uniform", depth=DEPTH, width=128, seeds=10
)
RAW = training.Settings(
    data="digits",
    scaling="raw",
    samples=100,
    activation="sigmoid",
    initializer="xavier_uniform",
    depth=DEPTH,
    width=128,
    steps=1,
    seeds=10,
    records=2,
)
EXPLODING = Settings(
    activation="relu",
    initializer="he_normal",
    normalization="batch",
    depth=10,
    width=256,
    data="random",
    samples=256,
    seeds=4,
)
TENTH = "a tenth of the last layer's"
DELTA = "∂J/∂z, last hidden layer = 1"


def first_layers(seed: int, depth: int = 10, width: int = 64) -> Iterator[float | Finding]:
    """Compare the first layer's gradients with the last one's, before training and during it."""
    standard, plain = (replace(one, depth=depth, width=width) for one in (STANDARD, SIGMOID))
    nets = yield from in_turn(starts, seed, standard=standard, sigmoid=plain)
    run = training.run(seeded(TRAINED, seed))
    ratios = [r.weight_grad_rms[:, 0] / r.weight_grad_rms[:, -2] for r in run.records]
    delta = nets["standard"].measured.relative("delta")
    weight = nets["standard"].measured.relative("weight")
    sigmoid = nets["sigmoid"].measured.relative("weight")
    layers = range(1, depth + 1)
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


def tanh_nets(seed: int, depth: int = DEPTH, width: int = 128) -> Iterator[float | Finding]:
    """Measure what arrives in the first layer of tanh nets, over the scale of their weights."""
    wanted = {
        f"{scale:g}": replace(TANH, weight_variance=scale, depth=depth, width=width)
        for scale in TANH_SCALES
    }
    nets = yield from in_turn(starts, seed, **wanted)
    left = {name: net.measured.relative("delta")[:, 0] for name, net in nets.items()}
    # From the layer on where the size of z has settled.
    settled = [np.median(net.measured.relative("delta")[:, SETTLED]) for net in nets.values()]
    told = [arrives(settings) for settings in wanted.values()]
    lines = (
        line("20 layers", TANH_SCALES, np.stack(list(left.values()), axis=1)),
        line("mean-field theory", TANH_SCALES, told, "predicted"),
    )
    small, critical, large, largest = (f"{scale:g}" for scale in (1 / 3, SCALE, 3.0, 128.0))
    yield Finding(
        {
            "small": figure(left[small]),
            "critical": figure(left[critical]),
            "large": figure(left[large]),
            "unit": figure(left[largest]),
            "turn": figure(np.exp(np.interp(0, np.log(settled), np.log(TANH_SCALES)))),
        },
        Picture(
            "Weight variance σ_w², for N(0, σ_w²/n)",
            "First layer's ∂J/∂z over the last's",
            lines,
            log_x=True,
            log_y=True,
        ),
    )


def relu_weights(seed: int, depth: int = DEPTH, width: int = 128) -> Iterator[float | Finding]:
    """Measure what arrives in the first layer of ReLU nets, over the scale of their weights."""
    wanted = {
        name: replace(RELU, weight_variance=value, depth=depth, width=width)
        for name, value in SCALES.items()
    }
    nets = yield from in_turn(starts, seed, **wanted)
    delta = {name: net.measured.relative("delta") for name, net in nets.items()}
    layers = np.arange(1, depth + 1)
    lines = (
        *(line(f"variance {SCALES[name]:g}/n", layers, delta[name]) for name in SCALES),
        line("√½ per layer", layers, 0.5 ** ((depth - layers) / 2), "predicted"),
    )
    yield Finding(
        {name: figure(relative[:, 0]) for name, relative in delta.items()},
        Picture("Layer", DELTA, lines, log_y=True),
    )


def normalised(seed: int, depth: int = DEPTH, width: int = 128) -> Iterator[float | Finding]:
    """Compare raw inputs, centred ones, and nets in which every layer is normalised."""
    centred = replace(CENTRED, depth=depth, width=width)
    raw = replace(RAW, depth=depth, width=width)
    wanted = {"raw": raw, "layers": replace(raw, normalization="batch")}
    left: dict[str, Array] = {}
    for name, settings in wanted.items():
        delta = training.run(seeded(settings, seed)).records[0].delta_rms[:, :-1]
        left[name] = delta / delta[:, -1:]
        yield 0.2 * len(left)
    for name, start in (("inputs", centred), ("relu", EXPLODING)):
        found = at_start(seeded(start, seed))
        left[name] = found.measured.relative("delta")
        yield 0.2 * len(left)
    both = at_start(seeded(replace(centred, normalization="batch"), seed))
    left["both"] = both.measured.relative("delta")
    layers = range(1, depth + 1)
    lines = (
        line("raw inputs", layers, left["raw"]),
        line("inputs centred", layers, left["inputs"]),
        line("every layer", layers, left["layers"]),
        line("both", layers, left["both"]),
        line("every layer, ReLU", range(1, EXPLODING.depth + 1), left["relu"]),
    )
    yield Finding(
        {
            "gain": figure(np.median(left["inputs"][:, 0]) / np.median(left["raw"][:, 0])),
            "inputs": figure(left["inputs"][:, 0]),
            "layers": figure(left["layers"][:, 0]),
            "both": figure(left["both"][:, 0]),
            "growth": figure(left["relu"][:, 0] ** (2 / (EXPLODING.depth - 1))),
        },
        Picture("Layer", DELTA, lines, log_y=True),
    )


def _vanish(*figures: str) -> tuple[Expectation, ...]:
    """Expect so little of the gradient in the first layer that it has vanished."""
    return tuple(at_most(name, 0.1, basis=TENTH) for name in figures)


def _told(scale: float) -> float:
    return arrives(replace(TANH, weight_variance=scale))


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
        planted=Planted("every derivative halved", misses=("delta", "weight")),
        near={"depth": (8, 15), "width": (32, 128)},
        changed="That tanh's weight gradient stays level became part of the condition, as its "
        "other side.",
        stated=_vanish("delta", "weight", "sigmoid", "training"),
        narrowed=(
            *_vanish("delta", "sigmoid", "training"),
            at_least("weight", 0.5, basis="not where activations shrink as fast: level"),
        ),
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
        conditions=f"{TANH.seeds} nets of {DEPTH} tanh layers, 128 units, N(0, σ_w²/n) weights "
        f"with σ_w² from ⅓, that of U(±1/√n), to 128, that of N(0, 1); biases N(0, {BIAS:g}), "
        "random data, before training. Band: 10–90 % of the nets.",
        figures={
            "small": "∂J/∂z in the first layer, σ_w² = ⅓",
            "critical": f"The same at the critical σ_w² = {SCALE:g}",
            "large": "The same at σ_w² = 3",
            "unit": "The same with N(0, 1) weights",
            "turn": "σ_w² at which as much arrives in layer 5 as starts",
        },
        page="layers",
        settings={"f": "tanh", "init": "scaled", "sw2": SCALE, "sb2": BIAS, "depth": DEPTH},
        experiment=tanh_nets,
        budget=6.0,
        planted=Planted("every derivative halved", Verdict.FAILS),
        near={"depth": (15, 30), "width": (64, 96)},
        changed="The condition was at first not to start at the critical scale; but above it "
        "gradients explode.",
        stated=_vanish("small", "critical", "large", "unit"),
        narrowed=(
            *_vanish("small"),
            at_least("critical", 0.1, basis="it does not vanish at the critical scale"),
            at_least("large", 1, basis="nor above it"),
            at_least("unit", 1, basis="nor far above it"),
            factor("turn", SCALE, times=1.1, basis="the critical scale; 128 is finite"),
        ),
        only_if=f"the weights stay below the critical scale, σ_w² = {SCALE:g}",
        predicted=(
            factor("small", _told(1 / 3), times=1.5, basis="mean-field theory; 128 is finite"),
            factor("critical", _told(SCALE), times=1.5, basis="mean-field theory, χ = 1"),
        ),
        why_only_if="With weights of the usual small scale {small} of the gradient arrives after "
        "20 layers, at the critical one {critical}. Above σ_w² = {turn} it grows: ×{large} at 3, "
        "×{unit} with N(0, 1) weights.",
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
        planted=Planted("every derivative halved", misses=("small", "steady", "large")),
        near={"depth": (15, 30), "width": (64, 96)},
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
        title="Centring the inputs eases it",
        says="Besides initialisation and activation, batch normalisation, taken as centring the "
        "input features, eased the problem.",
        conditions=f"{CENTRED.seeds} sigmoid nets of {DEPTH} layers, 128 units, Xavier's weights, "
        "100 digits: raw or standardised, with and without batch norm in each layer; 4 ReLU nets "
        "of 10 layers, 256 units, batch 256. Before training; band: 10–90 % of the nets.",
        figures={
            "gain": "∂J/∂z in the first layer, inputs centred over raw",
            "inputs": "∂J/∂z in the first layer, only inputs centred",
            "layers": "The same, every layer batch-normalised, inputs raw",
            "both": "The same, every layer batch-normalised, inputs centred",
            "growth": "Growth of ∂J/∂z's variance per ReLU layer, with batch norm",
        },
        page="layers",
        settings={"f": "sigmoid", "init": "xavier_uniform", "norm": "batch", "depth": DEPTH},
        experiment=normalised,
        budget=12.0,
        planted=Planted("every derivative halved", misses=("inputs", "growth")),
        near={"depth": (15, 22), "width": (64, 96)},
        changed="At first it was judged whether centring the inputs cures the problem, where the "
        "article says that it was eased.",
        stated=(at_least("gain", 10, basis="“eased”: ten times as much arrives, or more"),),
        narrowed=(
            at_most("gain", 10, basis="centring the inputs alone does not ease it"),
            at_least("layers", 0.1, basis=TENTH),
            at_least("both", 0.1, basis=TENTH),
        ),
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
        why_only_if="With centred inputs {inputs} of the gradient arrives, {gain} times as much as "
        "with raw ones; with every layer normalised {layers}. On ReLU it then explodes, ×{growth} "
        "per layer.",
    ),
)
