"""Mean and variance of log|product of the chain's factors| by quadrature, without any sampling.

With w_l ~ N(0, σ_w²) the chain of `products` is a Markov chain in one number, a = |h_{l−1}|: given
a, the pre-activation z = w·a is N(0, σ_w² a²), the factor is |w f′(z)| = |z f′(z)|/a, and the next
state is |f(z)|. So that w_l stands both in its factor and in z_l, and that z_l depends on the layer
before, are both kept. Let S_k(a) be the sum of k log-factors started from a. Then

    S_k(a) = log|z f′(z)| − log a + S_{k−1}(|f(z)|)

gives, by total expectation and total variance, mean and variance of S_k from those of S_{k−1}.
Where a slope can be exactly 0 (ReLU, hard tanh) both are conditional on a product that is not 0,
whose probability N_k(a) obeys the same kind of recursion.

Numerically: log a lies on a uniform grid (interpolated by local polynomials of degree 5), log|z| on
Gauss–Legendre panels, one set for each sign of z, split at the activation's kinks. At 100 layers,
against a grid twice as fine, the mean is right to 10⁻⁶ and the variance to 2·10⁻⁵ (relative); hard
tanh, whose products are almost never non-zero for σ_w ≥ 10, to 4·10⁻³ there.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.chain.many import (
    MAX_DRAWN_DEPTH,
    MAX_SIGMA,
    check_input,
    check_sigma,
)
from vanishing.engine.nets.activations import Activation
from vanishing.engine.progress import Progress

NORMAL_90 = 1.2815515655446004
"""The standard normal distribution's 90 % point."""
MEAN_LOG_NORMAL = -0.5 * (np.euler_gamma + math.log(2.0))
"""E log|ε| of a standard normal ε, −0.635."""
HEAVY_TAILED = frozenset({"elu", "selu", "softplus"})
HEAVY_TAILED_SIGMA = 1.2
SCALE_FREE = frozenset({"identity", "relu", "leaky_relu"})
SIGN_CHANGING = frozenset({"gelu", "silu"})

_STEP = 0.15
_PANEL, _NODES = 1.0, 8
_TAIL_FROM = 300.0
_POWER_STEPS = 100


@dataclass(frozen=True, eq=False)
class Theory:
    """Moments of log₁₀|∏_{l≤n} w_l f′(z_l)| at each depth n = 1 … L; every array is (L,).

    Attributes
    ----------
    nonzero
        Probability that the product is not exactly 0: 1, except for ReLU (2⁻ⁿ) and hard tanh.
    mean, variance
        Of log₁₀|product|, given that it is not 0.
    low, median, high
        10, 50 and 90 % of a normal distribution with that mean and variance: an approximation by
        the central limit theorem, not the distribution itself.
    """

    nonzero: Array
    mean: Array
    variance: Array
    low: Array
    median: Array
    high: Array


def theory_gap(activation: Activation, sigma_w: float) -> str:
    """Return in one sentence why no theory is offered for a setting; empty if it is."""
    if activation.key in SIGN_CHANGING:
        return (
            f"No theory line for {activation.name}: its slope passes through 0, "
            "where the logarithm has a pole."
        )
    if activation.key in HEAVY_TAILED and sigma_w > HEAVY_TAILED_SIGMA:
        return (
            f"No theory line for {activation.name} above std(w) = {HEAVY_TAILED_SIGMA}: the mean "
            "would be set by pre-activations too far in the flat tail to turn up in any sample."
        )
    return ""


def theory(depth: int, sigma_w: float, activation: Activation, x: float = 1.0) -> Theory:
    """Return the exact moments of log₁₀|∏ w_l f′(z_l)| at each depth, up to quadrature.

    The arguments are those of `many.draws`; ValueError where `theory_gap` says why there is none.
    """
    limits.whole("depth", depth, 1, MAX_DRAWN_DEPTH)
    check_setting(activation, sigma_w)
    check_input(x)
    grid = _Grid(activation, sigma_w)
    at_input = grid.interpolation(np.array([math.log(abs(x))]))
    # Columns: probability of a product that is not 0, and the mean and variance of its logarithm.
    moments = np.tile([1.0, 0.0, 0.0], (len(grid.states), 1))
    rows = np.empty((depth, 3))
    for layer in range(depth):
        moments = grid.add_layer(moments)
        rows[layer] = at_input(moments)[0]
    nonzero, mean, variance = rows.T
    mean, variance = mean / math.log(10), variance / math.log(10) ** 2
    reach = NORMAL_90 * np.sqrt(variance)
    return Theory(nonzero, mean, variance, mean - reach, mean, mean + reach)


def layer_rate(activation: Activation, sigma_w: float) -> float:
    """Return the mean of log₁₀|w f′(z)| per layer deep in the chain, where the input is forgotten.

    It is the slope of `theory(…).mean` at great depth, and of the median too: the number of powers
    of ten by which each further layer changes a typical product. Where products can be exactly 0 it
    is conditional on a product that is not. ValueError as of `theory`.

    It is λ of the Poisson equation v(a) + λ = E[log-factor + v(next state) | a]; error below 10⁻⁵,
    but up to 0.02 in the 5 % above the σ_w from which an activation with f(0) = 0 no longer
    collapses to 0 (tanh: 1.887): there the input is not forgotten for hundreds of layers.
    """
    check_setting(activation, sigma_w)
    collapse = _rate_near_zero(activation, sigma_w)
    if collapse is not None and collapse <= 0:
        # The activities shrink to 0 for good, and there the chain is linear.
        return collapse / math.log(10)
    return _Grid(activation, sigma_w).rate() / math.log(10)


def _rate_near_zero(activation: Activation, sigma_w: float) -> float | None:
    """Return E log|w f′(z)| for z → 0, over the sides that are not flat; None if f(0) ≠ 0."""
    if activation.f(np.zeros(1))[0] != 0:
        return None
    slopes = np.abs(activation.df(np.array([-1e-9, 1e-9])))
    return math.log(sigma_w) + MEAN_LOG_NORMAL + float(np.log(slopes[slopes > 0]).mean())


@dataclass(frozen=True)
class BestRate:
    """The largest `layer_rate` over all σ_w up to `sigma_limit`, and where it is.

    `at_limit` says that the rate still grows there (leaky ReLU and identity, where larger weights
    always give larger products; ELU, SELU and softplus, whose theory ends early).
    """

    sigma_w: float
    rate: float
    sigma_limit: float
    at_limit: bool


@lru_cache(maxsize=32)
def best_rate(activation: Activation) -> BestRate:
    """Return what `best_rates` finds."""
    *_, found = (item for item in best_rates(activation) if isinstance(item, BestRate))
    return found


def best_rates(activation: Activation) -> Iterator[BestRate | Progress]:
    """Find the weight scale whose typical product shrinks least (or grows most) per layer.

    σ_w is found to about 0.1 %, from 0.05 to 30 (to 1.2 for ELU, SELU and softplus). ValueError if
    no theory is offered or the slope can be exactly 0: the typical product is then 0.
    """
    slopes = activation.slope_range
    if slopes.low == 0 and slopes.low_attained:
        limits.refuse("activation", "one without a slope of exactly 0", activation.name)
    limit = HEAVY_TAILED_SIGMA if activation.key in HEAVY_TAILED else MAX_SIGMA
    low, high = math.log(0.05), math.log(limit)
    best = high
    # Each round searches between the neighbours of the best point so far: a quarter of the range.
    rounds = math.ceil(math.log((high - low) / 1e-3, 4))
    made = 0
    while high - low > 1e-3:
        tried, rates = np.linspace(low, high, 9), []
        for point in tried:
            yield Progress(made, rounds)
            rates.append(layer_rate(activation, min(math.exp(point), limit)))
        place = int(np.argmax(rates))
        best = tried[place]
        low, high = tried[max(place - 1, 0)], tried[min(place + 1, 8)]
        made += 1
    yield Progress(rounds, rounds)
    sigma_w = min(math.exp(best), limit)
    yield BestRate(sigma_w, layer_rate(activation, sigma_w), limit, sigma_w > 0.999 * limit)


def check_setting(activation: Activation, sigma_w: float) -> None:
    """Raise ValueError unless σ_w is in its range and a theory is offered."""
    check_sigma(sigma_w)
    gap = theory_gap(activation, sigma_w)
    if gap:
        raise ValueError(gap)


@dataclass(frozen=True, eq=False)
class _Interpolation:
    """Values on the grid of states, read off at other points by polynomials of degree 5."""

    start: NDArray[np.intp]
    weights: Array

    def __call__(self, values: Array) -> Array:
        """Values (states, columns) → (points, columns)."""
        around = values[self.start[:, None] + np.arange(6)]
        read: Array = np.einsum("pk,pkc->pc", self.weights, around)
        return read


@dataclass(frozen=True, eq=False)
class _Side:
    """One sign of z, at the quadrature points.

    `log_scaled_slope` is log|z f′(z)| (without the slope where that is 0), `alive` 1 where the
    slope is not 0 and else 0, `following` reads values off at the next state log|f(z)|.
    """

    log_scaled_slope: Array
    alive: Array
    following: _Interpolation


class _Grid:
    """The states log a, the quadrature points in log|z|, and what leads from one to the other."""

    def __init__(self, activation: Activation, sigma_w: float) -> None:
        log_sigma = math.log(sigma_w)
        first, last = _state_range(activation, log_sigma)
        self.states = np.arange(math.ceil((last - first) / _STEP) + 1) * _STEP + first
        # Outside −25 < log|ε| < 2.3 a standard normal ε has a probability below 10⁻¹⁰.
        low, high = first + log_sigma - 25.0, self.states[-1] + log_sigma + 2.3
        breaks = [math.log(abs(kink)) for kink in activation.kinks if kink]
        points, weights = _panels(low, high, breaks)
        # log|ε| has the density √(2/π) e^y exp(−e^{2y}/2).
        y = points - self.states[:, None] - log_sigma
        density = math.sqrt(2 / math.pi) * np.exp(y - 0.5 * np.exp(2 * np.minimum(y, 4.0)))
        self.kernel = weights * density
        # Both signs together have the probability 1 exactly, not up to quadrature.
        self.kernel *= 0.5 / self.kernel.sum(axis=1, keepdims=True)
        self.sides = [self._side(activation, points, sign) for sign in (1.0, -1.0)]

    def _side(self, activation: Activation, points: Array, sign: float) -> _Side:
        z = sign * np.exp(points)
        log_slope, alive = _log_slope(activation, z)
        # A next state of 0 (log −∞) is held at the lowest state, like all that small.
        with np.errstate(divide="ignore", under="ignore"):
            following = np.log(np.abs(activation.f(z)))
        return _Side(points + log_slope, alive, self.interpolation(following))

    def add_layer(self, moments: Array) -> Array:
        """Put one more layer in front: moments (states, 3) of S_{k−1} → those of S_k."""
        total = np.zeros((self.kernel.shape[1], 3))
        # The mean is about linear in k; taking one state's value off keeps the squares small.
        shift = moments[0, 1]
        for side in self.sides:
            chance, mean, variance = side.following(moments).T
            mean = mean - shift + side.log_scaled_slope
            weight = side.alive * chance
            total += weight[:, None] * np.stack([np.ones_like(mean), mean, variance + mean**2], 1)
        chance, first, second = (self.kernel @ total).T
        first, second = first / chance, second / chance
        return np.stack([chance, first + shift - self.states, second - first**2], axis=1)

    def rate(self) -> float:
        """Return the mean log-factor per layer in the stationary regime, in natural logarithms."""
        identity = np.eye(len(self.states))
        nexts = [side.alive[:, None] * side.following(identity) for side in self.sides]
        step = self.kernel @ (nexts[0] + nexts[1])
        # Given that the product stays non-zero for ever, states are weighted by the chance of that
        # from each: the leading eigenvector of `step` (all ones where nothing is ever 0).
        chance = np.ones(len(self.states))
        for _ in range(_POWER_STEPS):
            chance = step @ chance
            chance /= chance.max()
        step *= chance
        scale = step.sum(axis=1)
        weighted = np.zeros(self.kernel.shape[1])
        for side, following in zip(self.sides, nexts, strict=True):
            weighted += side.log_scaled_slope * (following @ chance)
        reward = self.kernel @ weighted / scale - self.states
        # Unknowns: v at every state but the first, where v = 0, and λ in its place.
        system = identity - step / scale[:, None]
        system[:, 0] = 1.0
        return float(np.linalg.solve(system, reward)[0])

    def interpolation(self, at: Array) -> _Interpolation:
        """Prepare to read values on the states off at `at` (points,), held flat outside."""
        place = np.clip((at - self.states[0]) / _STEP, 0.0, len(self.states) - 1.0)
        start = np.clip(np.floor(place).astype(np.intp) - 2, 0, len(self.states) - 6)
        offset = place - start
        weights = np.empty((len(at), 6))
        for k in range(6):
            others = [j for j in range(6) if j != k]
            weights[:, k] = np.prod([(offset - j) / (k - j) for j in others], axis=0)
        return _Interpolation(start, weights)


def _state_range(activation: Activation, log_sigma: float) -> tuple[float, float]:
    """Choose the log-activities to follow; beyond them the moments no longer change with the state.

    Where f(0) ≠ 0 or the scale of a does not matter, that is soon reached. Elsewhere a chain that
    starts at a tiny a needs many layers to come back from it, which the range must hold.
    """
    forgets = activation.key in SCALE_FREE or activation.f(np.zeros(1))[0] != 0
    low = (15.0 if forgets else 60.0) + max(log_sigma, 0.0)
    return -low, 30.0 if activation.key in HEAVY_TAILED else 3.0


def _panels(low: float, high: float, breaks: list[float]) -> tuple[Array, Array]:
    """Return Gauss–Legendre points and weights on [low, high], split at `breaks`."""
    inner = [b for b in breaks if low < b < high]
    count = math.ceil((high - low) / _PANEL)
    edges = np.unique(np.concatenate([np.linspace(low, high, count + 1), inner]))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + nodes)).ravel(), (half * weights).ravel()


def _log_slope(activation: Activation, z: Array) -> tuple[Array, Array]:
    """Return log|f′(z)| (0 where f′ is 0) and a mask of 1 where f′ is not 0.

    Where f′ only underflows, its logarithm is continued along the straight line that it has become
    there: −|z| for sigmoid, −2|z| for tanh, z for softplus and ELU.
    """
    slope = np.abs(activation.df(z))
    seen = slope > np.finfo(np.float64).tiny
    log_slope = np.log(slope, out=np.zeros_like(z), where=seen)
    near = np.sign(z) * _TAIL_FROM
    start = np.abs(activation.df(near))
    tail = ~seen & (start > 0)
    before = np.abs(activation.df(near - np.sign(z)))
    log_start = np.log(start, out=np.zeros_like(z), where=tail)
    fall = np.log(before, out=np.zeros_like(z), where=tail) - log_start
    log_slope += np.where(tail, log_start - (np.abs(z) - _TAIL_FROM) * fall, 0.0)
    return log_slope, (seen | tail).astype(float)
