"""A fully connected network: draw it, run it forward, take its gradient layer by layer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.nets.activations import Activation
from vanishing.engine.nets.heads import Head
from vanishing.engine.nets.initializers import Bias, Initializer
from vanishing.engine.nets.normalization import KEYS as NORMALIZATIONS
from vanishing.engine.nets.normalization import Normalized, normalize, pull_back
from vanishing.engine.seeds import stream

DTYPES = ("float32", "float64")
SKIPS = ("none", "identity", "scaled")


@dataclass(frozen=True)
class Architecture:
    """What a hidden layer does besides z = a W + b and f(z).

    Attributes
    ----------
    normalization : str
        "none"; "batch" or "layer": z = γ ⊙ (u − mean) / √(var + ε) + b with u = a W, where b takes
        the part of the papers' β; see `normalization.normalize`.
    skips : str
        "none"; "identity": from the second hidden layer on, the output is a + s f(z) with the
        layer's input a and s = 1 (He, Zhang, Ren & Sun 2016); "scaled": s = 1/√(hidden layers)
        (Hayou et al. 2021, Stable ResNet).
    """

    normalization: str = "none"
    skips: str = "none"

    def __post_init__(self) -> None:
        limits.one_of("normalization", self.normalization, NORMALIZATIONS)
        limits.one_of("skips", self.skips, SKIPS)

    @property
    def normalizes(self) -> bool:
        """Whether hidden layers are normalised, and so have gains γ."""
        return self.normalization != "none"

    def branch(self, layer: int, hidden: int) -> float | None:
        """Return s of hidden layer 1 … `hidden`, or None where no skip leads past the layer."""
        if self.skips == "none" or not 2 <= layer <= hidden:
            return None
        return 1.0 if self.skips == "identity" else 1.0 / math.sqrt(hidden)


PLAIN = Architecture()
"""Neither normalisation nor skips."""


@dataclass(frozen=True, eq=False)
class Parameters:
    """Weights and biases of S networks of one shape, first layer first.

    Attributes
    ----------
    weights : per layer (S, n_in, n_out)
    biases : per layer (S, n_out)
    gains : per hidden layer (S, n)
        γ of the normalisation; empty without.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    gains: tuple[Array, ...] = ()

    @property
    def seeds(self) -> int:
        """S, the number of networks in the stack."""
        return int(self.weights[0].shape[0])

    @property
    def widths(self) -> tuple[int, ...]:
        """Units per layer: inputs, hidden layers, outputs."""
        return (self.weights[0].shape[1], *(w.shape[2] for w in self.weights))

    def copy(self, networks: int | None = None) -> "Parameters":
        """Return a copy of the first so many networks; of all by default."""
        kinds = (self.weights, self.biases, self.gains)
        return Parameters(*(tuple(x[:networks].copy() for x in kind) for kind in kinds))


@dataclass(frozen=True, eq=False)
class Trace:
    """All that the backward pass needs to know of a forward pass.

    Attributes
    ----------
    inputs : (1 or S, B, n₀)
        The batch; a leading 1 when all networks see the same.
    zs : per layer (S, B, n)
        Pre-activations: what enters f, after the normalisation where there is one.
    activations : per layer (S, B, n)
        Outputs of the layers, with what a skip adds; the last is the head's output.
    slopes : per hidden layer (S, B, n)
        f′(z).
    architecture : Architecture
    normalized : per hidden layer
        What the normalisation did; empty without.
    """

    inputs: Array
    zs: tuple[Array, ...]
    activations: tuple[Array, ...]
    slopes: tuple[Array, ...]
    architecture: Architecture = PLAIN
    normalized: tuple[Normalized, ...] = ()


@dataclass(frozen=True, eq=False)
class Gradients:
    """∂J/∂z, ∂J/∂W and ∂J/∂b of every layer, first layer first; J is the mean over the batch.

    Attributes
    ----------
    deltas : per layer (S, B, n)
        ∂J/∂z; since J is a mean, each carries the factor 1/B.
    weights : per layer (S, n_in, n_out)
    biases : per layer (S, n_out)
    gains : per hidden layer (S, n)
        ∂J/∂γ; empty without normalisation.
    """

    deltas: tuple[Array, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    gains: tuple[Array, ...] = ()


def initialize(
    widths: Sequence[int],
    initializer: Initializer,
    bias: Bias,
    seeds: Sequence[int],
    dtype: Any = np.float64,
    architecture: Architecture = PLAIN,
) -> Parameters:
    """Draw one network per seed, each layer from streams of its own.

    Network s is the same to the bit whatever the other seeds are, and a change of width, of depth
    or of initialiser in one layer leaves the draws of the other layers as they are.

    Parameters
    ----------
    widths : sequence of int, at least 2
        As `Parameters.widths`; with skips those of all hidden layers are the same.
    initializer, bias
        Used in every layer, the last one too.
    dtype : float32 or float64
        Type of the parameters; the draw itself is made in float64.
    architecture
        Normalisation adds gains γ = 1 and changes no draw.
    """
    if len(widths) < 2 or min(widths) < 1:
        limits.refuse("widths", "two or more whole numbers from 1 up", tuple(widths))
    if not seeds:
        limits.refuse("seeds", "at least one seed", seeds)
    limits.one_of("dtype", np.dtype(dtype).name, DTYPES)
    if architecture.skips != "none" and len(set(widths[1:-1])) > 1:
        limits.refuse("widths", "the same for all hidden layers, with skips", tuple(widths))
    weights, biases = [], []
    for layer, (n_in, n_out) in enumerate(pairwise(widths), start=1):
        w = [initializer.sample(stream(s, "weights", layer), n_in, n_out) for s in seeds]
        b = [bias.sample(stream(s, "biases", layer), n_out) for s in seeds]
        weights.append(np.stack(w).astype(dtype))
        biases.append(np.stack(b).astype(dtype))
    hidden = widths[1:-1] if architecture.normalizes else ()
    gains = tuple(np.ones((len(seeds), n), dtype) for n in hidden)
    return Parameters(tuple(weights), tuple(biases), gains)


def forward(
    parameters: Parameters,
    inputs: Array,
    activation: Activation,
    head: Head,
    architecture: Architecture = PLAIN,
    known: Trace | None = None,
) -> Trace:
    """Run the batch through the S networks: z = a W + b, a = f(z), layer by layer.

    Parameters
    ----------
    inputs : (B, n₀) or (1, B, n₀), the same batch for all; or (S, B, n₀), one batch each
    activation : Activation
        Of every hidden layer.
    head : Head
        Of the last layer.
    architecture : Architecture
        As the parameters were drawn for.
    known : Trace, optional
        A pass of the same networks whose means and spreads batch normalisation uses, instead of
        those of `inputs`.

    Notes
    -----
    Nielsen (2015), Neural Networks and Deep Learning, ch. 2, eq. 25, with inputs as rows.
    """
    inputs = _as_stack(inputs, parameters)
    hidden = len(parameters.weights) - 1
    if len(parameters.gains) != (hidden if architecture.normalizes else 0):
        limits.refuse("parameters", f"drawn for {architecture}", f"{len(parameters.gains)} gains")
    zs, activations, slopes, normalized = [], [], [], []
    z: Array
    signal = inputs
    for layer in range(hidden):
        if architecture.normalizes:
            before = known.normalized[layer] if known is not None else None
            sums = np.matmul(signal, parameters.weights[layer])
            done = normalize(sums, architecture.normalization, before)
            z = done.values * parameters.gains[layer][:, None]
            z += parameters.biases[layer][:, None]
            normalized.append(done)
        else:
            z = pre_activation(parameters.weights[layer], parameters.biases[layer], signal)
        value, slope = activation.value_and_slope(z)
        branch = architecture.branch(layer + 1, hidden)
        signal = value if branch is None else signal + branch * value
        zs.append(z)
        activations.append(signal)
        slopes.append(slope)
    z = pre_activation(parameters.weights[-1], parameters.biases[-1], signal)
    return Trace(
        inputs,
        (*zs, z),
        (*activations, head.output(z)),
        tuple(slopes),
        architecture,
        tuple(normalized),
    )


def loss(trace: Trace, targets: Array, head: Head) -> Array:
    """Return J (S,), the mean loss over the batch; targets (B, n) or (1 or S, B, n)."""
    return head.loss(trace.zs[-1], _as_targets(targets, trace))


def backward(parameters: Parameters, trace: Trace, targets: Array, head: Head) -> Gradients:
    """Take the gradient of J layer by layer, from the last to the first.

    δ of the last layer is (ŷ − y)/B; below it δ = (δ Wᵀ of the layer above) ⊙ f′(z). Then
    ∂J/∂W = aᵀ δ, with a the layer's input, and ∂J/∂b is the sum of δ over the batch. A normalised
    layer pulls δ back to ∂J/∂u first (`normalization.pull_back`); a skip adds ∂J/∂a of the layer
    above to that of the layer below.

    Parameters
    ----------
    parameters : Parameters
        Those that made the trace.
    targets : (B, n) or (1 or S, B, n)
        As `Head.encode` writes them.

    Notes
    -----
    Nielsen (2015), Neural Networks and Deep Learning, ch. 2, eqs. BP1–BP4.
    """
    targets = _as_targets(targets, trace)
    signals = (trace.inputs, *trace.activations[:-1])
    hidden = len(trace.slopes)
    # A product with ones takes a quarter of the time of .sum(axis=1) on narrow layers.
    ones = np.ones((1, 1, targets.shape[1]), targets.dtype)
    deltas, weights, biases, gains = [], [], [], []
    delta = passed = head.delta(trace.activations[-1], targets)
    for layer in reversed(range(hidden + 1)):
        deltas.append(delta)
        biases.append(np.matmul(ones, delta)[:, 0])
        into_sums = delta
        if trace.normalized and layer < hidden:
            done = trace.normalized[layer]
            gains.append(np.matmul(ones, delta * done.values)[:, 0])
            into_sums = pull_back(done, delta * parameters.gains[layer][:, None])
        weights.append(np.matmul(signals[layer].swapaxes(1, 2), into_sums))
        if layer > 0:
            back = np.matmul(into_sums, parameters.weights[layer].swapaxes(1, 2))
            if trace.architecture.branch(layer + 1, hidden) is not None:
                back += passed
            branch = trace.architecture.branch(layer, hidden)
            if branch is None:
                delta = back
                delta *= trace.slopes[layer - 1]
            else:
                # ∂J/∂a goes round this layer too, so it must survive.
                passed = back
                delta = back * trace.slopes[layer - 1]
                delta *= branch
    return Gradients(
        tuple(deltas[::-1]), tuple(weights[::-1]), tuple(biases[::-1]), tuple(gains[::-1])
    )


def pre_activation(weights: Array, biases: Array, signal: Array) -> Array:
    """Return z = a W + b of one layer, (S, B, n_out), for its input a (1 or S, B, n_in)."""
    z: Array = np.matmul(signal, weights)
    z += biases[:, None, :]
    return z


def flatten(parts: Parameters | Gradients) -> Array:
    """Copy all parameters (or their gradients) into one row per network, shape (S, P)."""
    seeds = parts.weights[0].shape[0]
    pieces = []
    for weights, biases in zip(parts.weights, parts.biases, strict=True):
        pieces += [weights.reshape(seeds, -1), biases]
    return np.concatenate([*pieces, *parts.gains], axis=1)


def unflatten(flat: Array, widths: Sequence[int], architecture: Architecture = PLAIN) -> Parameters:
    """Return the parameters that `flatten` laid out in (S, P), as views of it."""
    weights, biases, start = [], [], 0
    for n_in, n_out in pairwise(widths):
        end = start + n_in * n_out
        weights.append(flat[:, start:end].reshape(-1, n_in, n_out))
        start = end + n_out
        biases.append(flat[:, end:start])
    gains = []
    for n in widths[1:-1] if architecture.normalizes else ():
        gains.append(flat[:, start : start + n])
        start += n
    limits.shape("flat", flat, "S", start)
    return Parameters(tuple(weights), tuple(biases), tuple(gains))


def _as_stack(inputs: Array, parameters: Parameters) -> Array:
    stack = inputs[None] if inputs.ndim == 2 else inputs
    limits.shape("inputs", stack, (1, parameters.seeds), "B", parameters.widths[0])
    return stack.astype(parameters.weights[0].dtype, copy=False)


def _as_targets(targets: Array, trace: Trace) -> Array:
    stack = targets[None] if targets.ndim == 2 else targets
    seeds, batch, width = trace.zs[-1].shape
    limits.shape("targets", stack, (1, seeds), batch, width)
    return stack.astype(trace.zs[-1].dtype, copy=False)
