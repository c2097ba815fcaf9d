"""Signal and gradient in every layer of fresh nets: measured over seeds, and predicted."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array, shown_as_is
from vanishing.engine.costs import Costly
from vanishing.engine.nets import activations, datasets, heads, initializers, measures
from vanishing.engine.nets.activations import Activation
from vanishing.engine.nets.datasets import Dataset
from vanishing.engine.nets.initializers import Bias, Initializer
from vanishing.engine.nets.network import (
    Architecture,
    Gradients,
    Trace,
    backward,
    forward,
    initialize,
)
from vanishing.engine.nets.training import NORMALIZATION_COST, PRODUCTS, UNIT_ARRAYS, UNIT_COST
from vanishing.engine.progress import Progress
from vanishing.engine.seeds import stream
from vanishing.engine.wide.mean_field import MAX_VARIANCE, Propagation, propagate

DATA = ("digits", "random")
FEATURES, CLASSES = 64, 10
"""Of both data sets."""

LIMITS = {"depth": (1, 100), "width": (1, 1000), "samples": (10, 500), "seeds": (1, 100)}
"""Smallest and largest value of the whole-number settings."""

CHUNK_MEMORY = 40_000_000
"""As many networks go through together as fit into it, in bytes."""

DRAW_COST = 120
"""Time to draw one weight, in multiply-adds."""

SAMPLED = 200
"""Pairs of an input and a unit that are kept for the histograms: per layer and network."""

SATURATED = 0.05
"""A unit is saturated for an input if |f′(z)| is below this share of the largest |f′|."""

GRADIENTS = {"delta": "∂J/∂z", "weight": "∂J/∂W", "bias": "∂J/∂b"}


@dataclass(frozen=True)
class Settings(Costly):
    """Everything that determines the measurement: the same settings give the same numbers.

    To the last bit on one machine with one BLAS thread; elsewhere sums round otherwise.

    Attributes
    ----------
    data
        "digits": the real 8×8 images, standardised; "random": unrelated inputs of the same shape,
        Σx² = 64 for each, with random labels, as the theory supposes them.
    samples
        B, inputs in the one batch.
    activation, alpha
        As in `activations.get`.
    initializer
        As in `initializers.get`, or "scaled" for N(0, σ_w²/n_in).
    weight_variance : float, 0 to 1e6
        σ_w² of "scaled"; the others do not use it.
    bias_variance : float, 0 to 1e6
        σ_b²: biases are drawn from N(0, σ_b²).
    normalization, skips
        As in `network.Architecture`.
    depth, width, seeds
        L hidden layers of so many units; S networks.
    seed : int, 0 up
        Of the data; network s starts from 1000·seed + s.
    """

    data: str = "digits"
    samples: int = 100
    activation: str = "tanh"
    alpha: float | None = None
    initializer: str = "xavier_uniform"
    weight_variance: float = 1.0
    bias_variance: float = 0.0
    normalization: str = "none"
    skips: str = "none"
    depth: int = 20
    width: int = 64
    seed: int = 0
    seeds: int = 20

    max_cost: ClassVar[int] = 150_000_000_000
    max_seconds: ClassVar[float] = 15.0
    max_memory: ClassVar[int] = 400_000_000
    floors: ClassVar[Mapping[str, int]] = {"seeds": 1, "width": 1, "samples": 10, "depth": 1}

    def __post_init__(self) -> None:
        limits.one_of("data", self.data, DATA)
        limits.whole("seed", self.seed, 0, 10**9)
        for field, ends in LIMITS.items():
            limits.whole(field, getattr(self, field), *ends)
        limits.real("bias_variance", self.bias_variance, 0.0, MAX_VARIANCE)
        # These refuse what is out of their own range.
        self.initial()
        self.get_activation()
        _ = self.architecture

    @property
    def architecture(self) -> Architecture:
        """Normalisation and skips."""
        return Architecture(self.normalization, self.skips)

    @property
    def network_seeds(self) -> range:
        """Seeds of the networks."""
        return range(1000 * self.seed, 1000 * self.seed + self.seeds)

    @property
    def hidden_weight_variance(self) -> float:
        """σ_w² between hidden layers, whatever the initialiser."""
        return self.width * self.initial().variance(self.width, self.width)

    def get_activation(self) -> Activation:
        """Return the activation."""
        return activations.get(self.activation, self.alpha)

    def initial(self) -> Initializer:
        """Return the initialiser of the weights."""
        scaled = initializers.scaled(self.weight_variance)
        return scaled if self.initializer == "scaled" else initializers.get(self.initializer)

    def load(self) -> Dataset:
        """Return the batch."""
        if self.data == "digits":
            return datasets.load("digits", samples=self.samples, seed=self.seed)
        return random_inputs(self.samples, self.seed)

    def widths(self) -> tuple[int, ...]:
        """Return the units per layer: inputs, hidden layers, outputs."""
        return (FEATURES, *[self.width] * self.depth, CLASSES)

    def cost(self) -> int:
        """Return the work in multiply-adds, known before anything is computed."""
        widths = self.widths()
        weights = sum(n_in * n_out for n_in, n_out in pairwise(widths))
        draws = DRAW_COST * weights
        if self.initializer == "orthogonal":
            # A QR factorisation of an n × n layer takes about 4 n³ with the making of Q.
            draws += 4 * sum(min(pair) ** 2 * max(pair) for pair in pairwise(widths))
        per_unit = UNIT_COST + self.get_activation().cost
        per_unit += NORMALIZATION_COST * self.architecture.normalizes
        per_input = PRODUCTS * weights + 2 * per_unit * self.depth * self.width
        return self.seeds * (self.samples * per_input + draws)

    def memory(self) -> int:
        """Return about how many bytes are needed at once."""
        return self.chunk() * self._memory_per_seed()

    def chunk(self) -> int:
        """Return how many networks go through together."""
        return max(1, min(self.seeds, CHUNK_MEMORY // self._memory_per_seed()))

    def _memory_per_seed(self) -> int:
        widths = self.widths()
        weights = sum(n_in * n_out for n_in, n_out in pairwise(widths))
        return 8 * (2 * weights + UNIT_ARRAYS * self.samples * sum(widths[1:]))


@dataclass(frozen=True, eq=False)
class Statistics:
    """What is measured in the L hidden layers of S networks; arrays (S, L) unless said otherwise.

    Attributes
    ----------
    activation_mean, activation_std
        Of the layer's outputs a, over inputs and units.
    variance
        q, the mean square of the pre-activations z.
    saturated
        Share of inputs and units with |f′(z)| below `SATURATED` of the largest |f′|.
    delta, weight, bias
        Root mean square of ∂J/∂z, ∂J/∂W and ∂J/∂b.
    values : (S, L, K) float32
        a of K pairs of an input and a unit, for histograms.
    delta_log10 : (S, L, K) float32
        log₁₀|∂J/∂z| of the same pairs; −inf where it is 0.
    """

    activation_mean: Array
    activation_std: Array
    variance: Array
    saturated: Array
    delta: Array
    weight: Array
    bias: Array
    values: Array
    delta_log10: Array

    def relative(self, gradient: str) -> Array:
        """Return a gradient ("delta", "weight", "bias") over that of the last hidden layer, (S, L).

        NaN where the last one is 0, or is not finite.
        """
        size: Array = getattr(self, gradient)
        with np.errstate(divide="ignore", invalid="ignore"):
            share: Array = size / size[:, -1:]
        return np.where(np.isfinite(share), share, np.nan)


@dataclass(frozen=True, eq=False)
class Start:
    """Fresh nets: their settings, what is measured in as many as were drawn, and the prediction.

    `predicted` is None where the theory has nothing to say: weights whose mean is not 0.
    """

    settings: Settings
    measured: Statistics
    predicted: Propagation | None

    @property
    def seeds(self) -> int:
        """Networks measured; fewer than asked for where the measurement was stopped."""
        return len(self.measured.delta)


def at_start(settings: Settings) -> Start:
    """Measure all networks, and predict; arguments and errors as in `measure`."""
    return Start(settings, join(list(measure(settings))), predict(settings))


def starts(settings: Settings) -> Iterator[Start | Progress]:
    """Measure chunk by chunk, and give what the networks so far say, with the prediction."""
    predicted, pieces = predict(settings), list[Statistics]()
    for piece in measure(settings):
        pieces.append(piece)
        so_far = Start(settings, join(pieces), predicted)
        yield so_far
        yield Progress(so_far.seeds, settings.seeds)


def measure(settings: Settings) -> Iterator[Statistics]:
    """Measure the networks chunk by chunk, if `check_cost` allows it; `join` joins the pieces."""
    settings.check_cost()
    for start in range(0, settings.seeds, settings.chunk()):
        yield measure_seeds(settings, start)


@shown_as_is
def measure_seeds(settings: Settings, start: int) -> Statistics:
    """Measure one chunk of the networks, from the one numbered `start` on."""
    data, activation = settings.load(), settings.get_activation()
    head = heads.for_classes(data.classes)
    parameters = initialize(
        settings.widths(),
        settings.initial(),
        Bias("normal", math.sqrt(settings.bias_variance)),
        seeds=settings.network_seeds[start : start + settings.chunk()],
        architecture=settings.architecture,
    )
    trace = forward(parameters, data.x, activation, head, settings.architecture)
    gradients = backward(parameters, trace, head.encode(data.y, data.classes), head)
    return _summarize(trace, gradients, activation)


def join(pieces: Sequence[Statistics]) -> Statistics:
    """Put the pieces of `measure` together: one row per network in each array."""
    return Statistics(
        **{
            name: np.concatenate([getattr(piece, name) for piece in pieces])
            for name in Statistics.__dataclass_fields__
        }
    )


def predict(settings: Settings, size: float = 1.0, biases: float = 1.0) -> Propagation | None:
    """Return what mean-field theory says of these nets; None where the weights' mean is not 0.

    Layer 1 starts from the mean of Σx² over the batch, times `size`; σ_b² is taken times `biases`.
    """
    initial, width = settings.initial(), settings.width
    if initial.mean(width, width) != 0.0:
        return None
    mean_square = size * float((settings.load().x ** 2).sum(axis=1).mean())
    bias_variance = biases * settings.bias_variance
    return propagate(
        settings.get_activation(),
        settings.depth,
        weight_variance=settings.hidden_weight_variance,
        bias_variance=bias_variance,
        first_variance=initial.variance(FEATURES, width) * mean_square + bias_variance,
        architecture=settings.architecture,
        width=width,
    )


def plain(settings: Settings) -> Settings:
    """Return the same nets without normalisation and skips."""
    return replace(settings, normalization="none", skips="none")


def random_inputs(samples: int, seed: int) -> Dataset:
    """Return unrelated inputs, Σx² = 64 each, with labels in equal numbers."""
    rng = stream(seed, "data", "random")
    x = rng.standard_normal((samples, FEATURES))
    x *= math.sqrt(FEATURES) / np.linalg.norm(x, axis=1, keepdims=True)
    y = rng.permutation(np.arange(samples, dtype=np.int64) % CLASSES)
    return Dataset("random", "Random inputs", x, y, CLASSES)


def _summarize(trace: Trace, gradients: Gradients, activation: Activation) -> Statistics:
    flat = SATURATED * activation.slope_range.steepest
    outputs, zs, deltas = trace.activations[:-1], trace.zs[:-1], gradients.deltas[:-1]
    saturated = [
        measures.share_of_inputs(np.abs(slope) < flat).mean(axis=1) for slope in trace.slopes
    ]
    pairs = outputs[0][0].size
    # The same pairs in every layer of every network.
    chosen = stream(0, "histogram pairs").choice(pairs, min(SAMPLED, pairs), replace=False)
    return Statistics(
        activation_mean=measures.means(outputs),
        activation_std=measures.spreads(outputs),
        variance=measures.root_mean_squares(zs) ** 2,
        saturated=np.stack(saturated, axis=1),
        delta=measures.root_mean_squares(deltas),
        weight=measures.root_mean_squares(gradients.weights[:-1]),
        bias=measures.root_mean_squares(gradients.biases[:-1]),
        values=_in_short(_pick(outputs, chosen)),
        delta_log10=np.log10(np.abs(_pick(deltas, chosen))).astype(np.float32),
    )


def _in_short(values: Array) -> Array:
    """Return values in single precision, unless one would become 0, or infinite, in that."""
    sizes = np.abs(values)
    ends = np.finfo(np.float32)
    lost = np.isfinite(sizes) & ((sizes > ends.max) | ((sizes > 0) & (sizes < ends.tiny)))
    short: Array = values if lost.any() else values.astype(np.float32)
    return short


def _pick(arrays: Sequence[Array], chosen: Array) -> Array:
    """Return the chosen entries of each of L arrays (S, B, n), shape (S, L, K)."""
    return np.stack([array.reshape(len(array), -1)[:, chosen] for array in arrays], axis=1)
