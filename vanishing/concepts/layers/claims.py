"""Claims about gradients layer by layer in fresh nets (C10, C12, C22, C25)."""

import math
from collections.abc import Iterator, Sequence
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
BIASED = replace(STANDARD, initializer="scaled")
TRAINED = training.Settings(
    data="digits", samples=200, depth=6, width=32, steps=100, seeds=5, records=10
)
HELD = 0.1
"""Var(b) that keeps activations up where weights are small."""
BIAS, SCALE = 0.05, 1.76
"""tanh's critical scale: n·Var(w) at that Var(b)."""
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
TANH_SCALES = (1 / 3, 0.6, 1.0, 1.1, 1.2, 1.4, SCALE, 2.2, 3.0, 8.0, 128.0)
"""n·Var(w), from that of U(±1/√n) to that of N(0, 1) weights on 128 units."""
FADES, FADED = 1.15, 0.1
"""n·Var(w) below which less of the gradient arrives after 20 layers than that, Var(b) = 0.05."""
RELU = Settings(
    activation="relu", initializer="scaled", depth=DEPTH, width=128, samples=50, data="random"
)
SCALES = {"small": 1.0, "steady": 2.0, "large": 4.0}
"""n·Var(w), of which ReLU keeps half."""
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


def first_layers(
    seed: int, depth: int = 10, width: int = 64, scale: float = 1 / 3, bias: float = HELD
) -> Iterator[float | Finding]:
    """Compare the first layer's gradients with the last one's, before training and during it."""
    wanted = {
        "standard": STANDARD,
        "sigmoid": SIGMOID,
        "biased": replace(BIASED, weight_variance=scale, bias_variance=bias),
        "steady": replace(BIASED, weight_variance=SCALE, bias_variance=BIAS),
    }
    wanted = {name: replace(one, depth=depth, width=width) for name, one in wanted.items()}
    nets = yield from in_turn(starts, seed, **wanted)
    run = training.run(seeded(TRAINED, seed))
    ratios = [r.weight_grad_rms[:, 0] / r.weight_grad_rms[:, -2] for r in run.records]
    delta = nets["standard"].measured.relative("delta")
    weight = {name: net.measured.relative("weight") for name, net in nets.items()}
    layers = range(1, depth + 1)
    lines = (
        *by_layer("tanh ∂J/∂z", nets["standard"]),
        line("tanh ∂J/∂W", layers, weight["standard"]),
        line("tanh with biases ∂J/∂W", layers, weight["biased"]),
        line("critical tanh ∂J/∂W", layers, weight["steady"]),
        line("sigmoid ∂J/∂W", layers, weight["sigmoid"]),
    )
    yield Finding(
        {
            "delta": figure(delta[:, 0]),
            "weight": figure(weight["standard"][:, 0]),
            "biased": figure(weight["biased"][:, 0]),
            "steady": figure(weight["steady"][:, 0]),
            "sigmoid": figure(weight["sigmoid"][:, 0]),
            "training": figure(np.median(ratios, axis=0)),
        },
        Picture("Layer", "Gradient, last hidden layer = 1", lines, log_y=True),
    )


def tanh_nets(
    seed: int, depth: int = DEPTH, width: int = 128, scale: float = 1 / 3, bias: float = BIAS
) -> Iterator[float | Finding]:
    """Measure what arrives in the first layer of tanh nets, over the scale of their weights."""
    tanh = replace(TANH, depth=depth, width=width, bias_variance=bias)
    scales = sorted({*TANH_SCALES, scale})
    wanted = {f"{one:g}": replace(tanh, weight_variance=one) for one in scales}
    nets = yield from in_turn(starts, seed, **wanted)
    left = {name: net.measured.relative("delta")[:, 0] for name, net in nets.items()}
    medians = [float(np.median(shares)) for shares in left.values()]
    # From the layer on where the size of z has settled.
    settled = [
        float(np.median(net.measured.relative("delta")[:, SETTLED])) for net in nets.values()
    ]
    told = [arrives(settings) for settings in wanted.values()]
    lines = (
        line(f"{depth} layers", scales, np.stack(list(left.values()), axis=1)),
        line("mean-field theory", scales, told, "predicted"),
    )
    small, critical, large, largest = (f"{one:g}" for one in (scale, SCALE, 3.0, 128.0))
    yield Finding(
        {
            "small": figure(left[small]),
            "critical": figure(left[critical]),
            "large": figure(left[large]),
            "unit": figure(left[largest]),
            "edge": figure(_where(FADED, medians, scales)),
            "turn": figure(_where(1.0, settled, scales)),
        },
        Picture(
            "Weight variance × n: n·Var(w), normal weights",
            "First layer's ∂J/∂z over the last's",
            lines,
            log_x=True,
            log_y=True,
        ),
    )


def _where(share: float, shares: Sequence[float], scales: Sequence[float]) -> float:
    """Return the scale at which a share arrives, read off between the scales tried."""
    return float(np.exp(np.interp(math.log(share), np.log(shares), np.log(scales))))


def relu_weights(
    seed: int, depth: int = DEPTH, width: int = 128, variance: float = SCALES["small"]
) -> Iterator[float | Finding]:
    """Measure what arrives in the first layer of ReLU nets, over the scale of their weights."""
    scales = {**SCALES, "small": variance}
    wanted = {
        name: replace(RELU, weight_variance=value, depth=depth, width=width)
        for name, value in scales.items()
    }
    nets = yield from in_turn(starts, seed, **wanted)
    delta = {name: net.measured.relative("delta") for name, net in nets.items()}
    layers = np.arange(1, depth + 1)
    lines = (
        *(line(f"variance {scale:g}/n", layers, delta[name]) for name, scale in scales.items()),
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
        "tanh with uniform ±1/√n weights and no biases; with N(0, 1/(3n)) weights, of the same "
        f"variance, and N(0, {HELD:g}) biases; with N(0, {SCALE:g}/n) and N(0, {BIAS:g}); sigmoid "
        "with Xavier's weights; and 5 sigmoid nets of 6 layers over 100 training steps. Band: "
        "10–90 % of the nets.",
        figures={
            "delta": "First layer's ∂J/∂z over the last's, tanh",
            "weight": "First layer's ∂J/∂W over the last's, tanh without biases",
            "biased": "First layer's ∂J/∂W over the last's, tanh with biases",
            "steady": f"First layer's ∂J/∂W over the last's, tanh, n·Var(w) = {SCALE:g}",
            "sigmoid": "First layer's ∂J/∂W over the last's, sigmoid",
            "training": "First layer's ∂J/∂W over the last's, sigmoid in training, median",
        },
        page="layers",
        settings={"f": "tanh", "init": "uniform_standard", "grads": ("delta", "weight")},
        experiment=first_layers,
        budget=8.0,
        planted=Planted("every derivative halved", misses=("delta", "weight")),
        near={"depth": (8, 15), "width": (32, 128), "bias": (0.05, 0.2), "scale": (0.25,)},
        beyond={"bias": (0.0, 0.005), "scale": (1.0, SCALE)},
        changed="That tanh's weight gradient stays level became part of the condition, as its "
        "other side; then that it vanishes as soon as biases keep the activations up, and is level "
        "too where ∂J/∂z does not vanish.",
        stated=_vanish("delta", "weight", "biased", "steady", "sigmoid", "training"),
        narrowed=(
            *_vanish("delta", "biased", "sigmoid", "training"),
            at_least("weight", 0.5, basis="not where activations shrink as fast: level"),
            at_least("steady", 0.5, basis="nor where ∂J/∂z does not vanish"),
        ),
        only_if="∂J/∂z vanishes, and activations shrink much more slowly than it does",
        predicted=(
            factor("delta", arrives(STANDARD), times=1.4, basis="mean-field theory; 64 is finite"),
            factor("weight", 1, times=1.5, basis="Glorot & Bengio 2010: level over the layers"),
        ),
        why_only_if="Sigmoid's first layer gets {sigmoid} of the last one's weight gradient. With "
        "small weights on tanh ∂J/∂z falls to {delta}: without biases activations shrink as fast, "
        "and ∂J/∂W is level, {weight}; biases keep them up, and it is {biased}. At the critical "
        "scale, where ∂J/∂z stays, it is {steady}.",
    ),
    Claim(
        key="C12",
        title="tanh has the same problem",
        says="tanh has the same problem as sigmoid: its gradients vanish too.",
        conditions=f"{TANH.seeds} nets of {DEPTH} tanh layers, 128 units, normal weights "
        f"with n·Var(w) from ⅓, that of U(±1/√n), to 128, that of N(0, 1); biases N(0, {BIAS:g}), "
        "random data, before training. Band: 10–90 % of the nets.",
        figures={
            "small": "∂J/∂z in the first layer, n·Var(w) = ⅓",
            "critical": f"∂J/∂z in the first layer, critical n·Var(w) = {SCALE:g}",
            "large": "∂J/∂z in the first layer, n·Var(w) = 3",
            "unit": "∂J/∂z in the first layer, N(0, 1) weights",
            "edge": f"n·Var(w) at which {FADED:g} arrives",
            "turn": "n·Var(w) at which as much arrives in layer 5 as starts",
        },
        page="layers",
        settings={"f": "tanh", "init": "scaled", "sw2": SCALE, "sb2": BIAS, "depth": DEPTH},
        experiment=tanh_nets,
        budget=6.0,
        planted=Planted("every derivative halved", Verdict.FAILS),
        near={
            "depth": (18, 22),
            "width": (64, 96),
            "bias": (0.04, 0.06),
            "scale": (0.7, 1.0),
        },
        beyond={"scale": (1.3, 1.5, SCALE)},
        changed="The condition was at first not to start at the critical scale, but above it "
        "gradients explode; then to stay below it, but just below it they hardly vanish.",
        stated=_vanish("small", "critical", "large", "unit"),
        narrowed=(
            *_vanish("small"),
            about("edge", FADES, within=0.1, basis="1.16 by mean-field theory"),
            about("critical", 1, within=0.9, basis="at the critical scale it does not vanish"),
            at_least("large", 1, basis="nor above it"),
            at_least("unit", 1, basis="nor far above it"),
            factor("turn", SCALE, times=1.1, basis="the critical scale; 128 is finite"),
        ),
        only_if=f"n·Var(w) is below about {FADES:g} ({DEPTH} layers, biases of variance {BIAS:g})",
        predicted=(
            factor("small", _told(1 / 3), times=1.5, basis="mean-field theory; 128 is finite"),
            factor("critical", _told(SCALE), times=1.5, basis="mean-field theory, χ = 1"),
        ),
        why_only_if="With weights of the usual small scale {small} of the gradient arrives after "
        "20 layers. From n·Var(w) = {edge} on it is more than a tenth, at the critical 1.76 "
        "it is {critical}; above {turn} it grows: ×{large} at 3, ×{unit} with N(0, 1) weights.",
    ),
    Claim(
        key="C22",
        title="ReLU's weights still count",
        says="ReLU's derivative is 0 or 1, but the weights stay in the product: small ones can "
        "make the gradient vanish still.",
        conditions=f"{RELU.seeds} nets of {DEPTH} ReLU layers, 128 units, weight variance 1/n, 2/n "
        "and 4/n, random data, before training. Band: 10–90 % of the nets.",
        figures={
            "small": "∂J/∂z in the first layer, variance 1/n",
            "steady": "∂J/∂z in the first layer, variance 2/n",
            "large": "∂J/∂z in the first layer, variance 4/n",
        },
        page="layers",
        settings={"f": "relu", "init": "scaled", "sw2": 1.0, "depth": DEPTH},
        experiment=relu_weights,
        budget=8.0,
        planted=Planted("every derivative halved", misses=("small", "steady", "large")),
        without="steady",
        near={"depth": (15, 30), "width": (64, 96), "variance": (0.5, 1.4)},
        beyond={"variance": (1.8, 2.0)},
        changed="That it does not vanish with larger weights is now needed as well, as for every "
        "claim that something can happen.",
        stated=(
            *_vanish("small"),
            at_least("steady", 0.1, basis="without its cause, small weights, it does not"),
        ),
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
            "layers": "∂J/∂z in the first layer, batch norm in each, inputs raw",
            "both": "∂J/∂z in the first layer, batch norm in each, inputs centred",
            "growth": "Growth of ∂J/∂z's variance per ReLU layer, with batch norm",
        },
        page="layers",
        settings={"f": "sigmoid", "init": "xavier_uniform", "norm": "batch", "depth": DEPTH},
        experiment=normalised,
        budget=12.0,
        planted=Planted("every derivative halved", misses=("inputs", "growth", "layers", "both")),
        near={"depth": (15, 22), "width": (64, 96)},
        changed="At first it was judged whether centring the inputs cures the problem, where the "
        "article says that it was eased. Then it was said to hold only if every layer is "
        "normalised; but that is not centring the inputs, which it starts from.",
        stated=(at_least("gain", 10, basis="“eased”: ten times as much arrives, or more"),),
        predicted=(
            factor("inputs", arrives(CENTRED), times=2, basis="mean-field theory; 128 is finite"),
            about(
                "growth",
                math.pi / (math.pi - 1),
                within=0.03,
                basis="π/(π − 1), Yang et al. 2019; finite width and batch",
            ),
            at_least("layers", 0.1, basis="batch norm in each layer does ease it"),
            at_least("both", 0.1, basis="with centred inputs as well"),
        ),
        why_fails="With centred inputs {inputs} of the gradient arrives, {gain} times as much as "
        "with raw ones; with every layer normalised {layers}. On ReLU it then grows: its square "
        "×{growth} per layer.",
    ),
)
