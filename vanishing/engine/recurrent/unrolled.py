"""A plain recurrent net unrolled in time: how its state, and its gradient over time, grow.

The state is h_t = f(z_t) with z_t = h_{t−1} W + d_t; d_t = x_t U + b is what drives it from
outside. Vectors are rows, as everywhere in the engine. Hence

    ∂h_T/∂h_t = W F_{t+1} W F_{t+2} … W F_T,     F_s = diag f′(z_s),

one factor per time step, all with the same W: a deep net of T − t layers that share their weights.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array, shown_as_is
from vanishing.engine.nets import activations, initializers, measures
from vanishing.engine.nets.activations import Activation
from vanishing.engine.seeds import MAX_SEED, stream

ACTIVATIONS: tuple[str, ...] = ("tanh", "relu", "identity", "sigmoid")
INITIALIZERS: tuple[str, ...] = ("gaussian", "orthogonal", "identity")

LIMITS: dict[str, tuple[int, int]] = {
    "width": (1, 128),
    "steps": (1, 200),
    "nets": (1, 100),
}
MAX_GAIN = 5.0
"""With it and 200 steps no state of a linear or ReLU net leaves the range of float64."""
MAX_INPUT = 100.0

MAX_LAGS = 64
"""Lags at which norms are taken: a norm takes as long as several steps of the product."""

MAX_COST = 20_000_000_000
"""Largest `Recurrence.cost`, in multiply-adds: a few seconds on one core."""

SVD_COST = 10
"""Time of the singular values of an n × n matrix, in units of n³ multiply-adds."""

OFFSET = 1e-6
"""How far beside its fixed point the second orbit of the counter-example starts."""


@dataclass(frozen=True)
class Recurrence:
    """S random recurrent nets of n units, driven by white noise for T steps.

    Net s draws its weights, first state and inputs from seed + s; nets that differ in one field
    share every draw that the field does not determine. ValueError also if the whole costs more
    than `MAX_COST`.

    Attributes
    ----------
    initializer : str
        One of `INITIALIZERS`, see `recurrent_weights`.
    gain : float, 0 to 5
        g.
    width, steps, nets : int
        n, T and S, within `LIMITS`.
    inputs : float, 0 to 100
        σ_x: standard deviation of what drives one unit at one step; 0 lets the net run freely.
    """

    activation: str = "tanh"
    initializer: str = "gaussian"
    gain: float = 1.0
    width: int = 32
    steps: int = 100
    inputs: float = 0.0
    seed: int = 0
    nets: int = 20

    def __post_init__(self) -> None:
        limits.one_of("activation", self.activation, ACTIVATIONS)
        limits.one_of("initializer", self.initializer, INITIALIZERS)
        limits.whole("seed", self.seed, 0, MAX_SEED - LIMITS["nets"][1])
        for field, ends in LIMITS.items():
            limits.whole(field, getattr(self, field), *ends)
        limits.real("gain", self.gain, 0.0, MAX_GAIN)
        limits.real("inputs", self.inputs, 0.0, MAX_INPUT)
        limits.whole("multiply-adds of width, steps and nets", self.cost(), 1, MAX_COST)

    def cost(self) -> int:
        """Return about how many multiply-adds the products and their singular values take."""
        return self.nets * self.width**3 * (self.steps + SVD_COST * min(self.steps, MAX_LAGS))

    def get_activation(self) -> Activation:
        """Return f."""
        return activations.get(self.activation)


class Start(NamedTuple):
    """What determines a run: the weights, where it starts, and what drives it.

    Attributes
    ----------
    weights : (S, n, n)
        W; entry [i, j] leads from unit i to unit j of the next step.
    state : (S, n)
        h_0.
    drive : (S, T, n)
        d_t = x_t U + b.
    """

    weights: Array
    state: Array
    drive: Array


class States(NamedTuple):
    """States h_0 … h_T of a run, (S, T + 1, n), and slopes f′(z_1) … f′(z_T), (S, T, n)."""

    h: Array
    slopes: Array


class Jacobians(NamedTuple):
    """Sizes of ∂h_T/∂h_{T−k}, as log₁₀, which has room for 10⁻⁴⁰⁰; −inf where it is exactly 0.

    Attributes
    ----------
    lags : (K,)
        k: 0, T, and up to 62 between them.
    spectral : (S, K)
        log₁₀ of ‖·‖₂, the largest singular value: the most a gradient can grow.
    mean : (S, K)
        log₁₀ of ‖·‖_F/√n: what the size of a gradient of random direction is multiplied by.
    """

    lags: NDArray[np.int64]
    spectral: Array
    mean: Array


class ThroughTime(NamedTuple):
    """What was measured on the nets of a `Recurrence`, or on the counter-example.

    `rms` (S, T + 1) is the root mean square of the state over its units.
    """

    weights: Array
    rms: Array
    jacobians: Jacobians


class Spectrum(NamedTuple):
    """Eigenvalues and singular values of one W, (n,) each, the latter from the largest down."""

    eigenvalues: NDArray[np.complex128]
    singular_values: Array

    @property
    def radius(self) -> float:
        """The spectral radius max |λ|."""
        return float(np.abs(self.eigenvalues).max())

    @property
    def norm(self) -> float:
        """The spectral norm ‖W‖₂ = σ_max."""
        return float(self.singular_values[0])


COUNTER_EXAMPLE = ((2.0, 2.0), (-2.0, -2.0))
"""W of the counter-example for rows; for columns it reads [[2, −2], [2, −2]]."""


COUNTER_SPECTRUM = Spectrum(np.zeros(2, dtype=np.complex128), np.array([4.0, 0.0]))
"""Its eigenvalues and singular values, exactly: computed ones differ by what rounding leaves."""


def recurrent_weights(initializer: str, gain: float, width: int, seed: int) -> Array:
    """Return the recurrent weights W of one net, shape (n, n), with the gain g.

    "gaussian": N(0, g²/n), each entry for itself; "orthogonal": g times an orthogonal matrix,
    evenly drawn from all of them (Saxe, McClelland & Ganguli 2014); "identity": g times the
    identity (Le, Jaitly & Hinton 2015).
    """
    limits.one_of("initializer", initializer, INITIALIZERS)
    if initializer == "identity":
        return gain * np.eye(width)
    rng = stream(seed, "recurrent weights")
    if initializer == "gaussian":
        return rng.standard_normal((width, width)) * (gain / math.sqrt(width))
    return gain * initializers.orthogonal(rng, width, width)


def draw(recurrence: Recurrence) -> Start:
    """Return the weights, first states (N(0, 1) per unit) and inputs that the settings name.

    The drive is x_t U with x_t ~ N(0, 1) of n components and U ~ N(0, σ_x²/n).
    """
    n, steps = recurrence.width, recurrence.steps
    seeds = range(recurrence.seed, recurrence.seed + recurrence.nets)
    weights = [
        recurrent_weights(recurrence.initializer, recurrence.gain, n, seed) for seed in seeds
    ]
    states = [stream(seed, "first state").standard_normal(n) for seed in seeds]
    drives = []
    for seed in seeds:
        into = stream(seed, "input weights").standard_normal((n, n)) / math.sqrt(n)
        noise = stream(seed, "inputs").standard_normal((steps, n))
        drives.append(recurrence.inputs * (noise @ into))
    return Start(np.stack(weights), np.stack(states), np.stack(drives))


def counter_example(steps: int) -> Start:
    """Return the net whose W has both eigenvalues 0, and whose gradient explodes all the same.

    Twice, to be run with tanh: started at the fixed point (0, tanh 5), and 10⁻⁶ beside it.

    Notes
    -----
    h ↦ tanh(W h + b) with columns h, W = [[2, −2], [2, −2]] and b = (2 tanh 5, 5 + 2 tanh 5). At
    (0, tanh 5) the Jacobian diag(1, ε) W, ε = 1 − tanh² 5, has rank 1 and the trace 2 − 2ε, so the
    product of k of them has the norm √8 √(1 + ε²) (2 − 2ε)^{k−1}. It is W's own eigenvalues that
    are 0, not the Jacobian's. Rounded, the orbit stays at the fixed point for ever; it is unstable,
    though: a distance δ grows to about δ 2^t, after which the net settles where its gradient
    vanishes.
    """
    limits.whole("steps", steps, *LIMITS["steps"])
    t = math.tanh(5.0)
    weights = np.array([COUNTER_EXAMPLE, COUNTER_EXAMPLE])
    state = np.array([[0.0, t], [OFFSET, t]])
    drive = np.broadcast_to(np.array([2.0 * t, 5.0 + 2.0 * t]), (2, steps, 2))
    return Start(weights, state, drive)


@shown_as_is
def unroll(start: Start, activation: Activation) -> States:
    """Run the nets: h_t = f(h_{t−1} W + d_t)."""
    nets, steps, n = start.drive.shape
    h = np.empty((nets, steps + 1, n))
    slopes = np.empty((nets, steps, n))
    h[:, 0] = start.state
    for t in range(steps):
        z = np.matmul(h[:, t : t + 1], start.weights)[:, 0] + start.drive[:, t]
        h[:, t + 1], slopes[:, t] = activation.value_and_slope(z)
    return States(h, slopes)


def lags_of(steps: int) -> NDArray[np.int64]:
    """Return the lags k, from 0 to T = `steps`, at which ∂h_T/∂h_{T−k} is measured, (K,)."""
    lags: NDArray[np.int64] = np.unique(
        np.rint(np.linspace(0, steps, min(steps + 1, MAX_LAGS))).astype(np.int64)
    )
    return lags


def jacobians(weights: Array, slopes: Array) -> Jacobians:
    """Measure ∂h_T/∂h_{T−k} for lags k from 0 to T, given W (S, n, n) and the slopes of `States`.

    The product W F_{t+1} … W F_T is kept near 1 by exact powers of 2, whose exponent is carried
    beside it, so that a size of 10⁻⁴⁰⁰ is as accurate as any.
    """
    nets, steps, n = slopes.shape
    lags = lags_of(steps)
    wanted = set(lags.tolist())
    product: Array = np.broadcast_to(np.eye(n), weights.shape)
    exponents = np.zeros(nets)
    spectral, mean = [], []
    for lag in range(steps + 1):
        if lag:
            product = np.matmul(weights * slopes[:, steps - lag, None, :], product)
            product, shift = _near_one(product)
            exponents += shift
        if lag in wanted:
            sizes = np.linalg.svd(product, compute_uv=False)
            spectral.append(_log10(sizes[:, 0], exponents))
            mean.append(_log10(np.sqrt(np.square(sizes).mean(axis=1)), exponents))
    return Jacobians(lags, np.stack(spectral, axis=1), np.stack(mean, axis=1))


def _near_one(product: Array) -> tuple[Array, Array]:
    """Return each matrix times a power of 2 that brings its largest entry to [½, 1), and its log₂.

    A matrix of zeros is left as it is.
    """
    _, exponents = np.frexp(np.abs(product).max(axis=(1, 2)))
    return np.ldexp(product, -exponents[:, None, None]), exponents


def _log10(sizes: Array, exponents: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(sizes) + exponents * math.log10(2.0)
    return logs


def through_time(recurrence: Recurrence) -> ThroughTime:
    """Draw the nets, run them, and measure their states and Jacobians."""
    return measure(draw(recurrence), recurrence.get_activation())


def measure(start: Start, activation: Activation) -> ThroughTime:
    """Run nets from a given start, and measure their states and Jacobians."""
    states = unroll(start, activation)
    rms = measures.root_mean_squares(list(states.h.swapaxes(0, 1)))
    return ThroughTime(start.weights, rms, jacobians(start.weights, states.slopes))


def spectrum(weights: Array) -> Spectrum:
    """Return the eigenvalues and singular values of one W, (n, n)."""
    values = np.linalg.eigvals(weights).astype(np.complex128)
    return Spectrum(values, np.linalg.svd(weights, compute_uv=False))


def norms(weights: Array) -> Array:
    """Return σ_max = ‖W‖₂ of each W (S, n, n), shape (S,)."""
    largest: Array = np.linalg.norm(weights, ord=2, axis=(1, 2))
    return largest


def growth_limit(norms: Array, activation: Activation) -> Array:
    """Return γ σ_max for each σ_max (S,), shape (S,): the most that one step can multiply by."""
    limit: Array = activation.slope_range.steepest * norms
    return limit


def bound_log10(norms: Array, activation: Activation, lags: NDArray[np.int64]) -> Array:
    """Return log₁₀ of the bound ‖∂h_T/∂h_{T−k}‖₂ ≤ (γ σ_max)^k for lags k (K,), shape (S, K).

    γ is the largest |f′|, σ_max = ‖W‖₂ (S,) that of `norms`: with σ_max < 1/γ gradients must vanish
    (Pascanu, Mikolov & Bengio 2013). The bound holds for ‖·‖_F/√n as well, never above ‖·‖₂.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        bound: Array = np.log10(growth_limit(norms, activation))[:, None] * lags
    # After 0 steps it is 1 also for W = 0, where log₁₀ is −inf.
    bound[:, lags == 0] = 0.0
    return bound
