"""Many drawn chains: how their products of factors are distributed, and where they vanish."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.nets.activations import Activation
from vanishing.engine.seeds import stream

MAX_DRAWN_DEPTH = 100
MAX_DRAWN_FACTORS = 10_000_000
MAX_SIGMA = 30.0
MAX_INPUT = 10.0
QUANTILES = (0.1, 0.5, 0.9)
HISTOGRAM_BINS = 60
VANISHING_BELOW = -3.0
EXPLODING_ABOVE = 3.0


@dataclass(frozen=True, eq=False)
class Draws:
    """log₁₀|∏_{l≤n} w_l f′(z_l)| = log₁₀|∂h_n/∂x| of many chains, at each depth n = 1 … L.

    Attributes
    ----------
    n : int
        Chains drawn.
    quantiles : (3, L)
        10, 50 and 90 % over all chains; −inf where that quantile is a product of exactly 0.
    nonzero_quantiles : (3, L)
        The same over the chains whose product is not 0; NaN where none is left.
    zeros : (L,) int64
        Chains whose product is exactly 0 (ReLU switched off; or float64's own underflow).
    mean, std : (L,)
        Of the logarithm over the chains whose product is not 0; NaN where none (std: one) is left.
    whole : (n,)
        log₁₀|product| of the full depth, ascending; −inf for 0.
    counts, edges : (bins,) int64, (bins + 1,)
        Histogram of the finite part of `whole`; empty if there is none.
    """

    n: int
    quantiles: Array
    nonzero_quantiles: Array
    zeros: NDArray[np.int64]
    mean: Array
    std: Array
    whole: Array
    counts: NDArray[np.int64]
    edges: Array


def draws(
    depth: int,
    sigma_w: float,
    activation: Activation,
    n: int = 10_000,
    seed: int = 0,
    x: float = 1.0,
) -> Draws:
    """Draw n chains with w_l ~ N(0, σ_w²) and describe the product of factors at each depth.

    The same seed gives the same standard-normal draws for every σ_w and activation, and the first
    layers of a deeper chain are those of a shallower one. Memory grows with n, not with the depth
    L ≤ 100; n × L is at most 10⁷. σ_w is above 0, up to 30; every chain has the input x,
    0 < |x| ≤ 10.
    """
    limits.whole("depth", depth, 1, MAX_DRAWN_DEPTH)
    check_sigma(sigma_w)
    check_input(x)
    _check_draws(n, depth)
    rng = stream(seed, "chain", "weights")
    quantiles, nonzero = np.empty((2, len(QUANTILES), depth))
    mean, std = np.empty((2, depth))
    zeros = np.empty(depth, dtype=np.int64)
    h, logs = np.full(n, float(x)), np.zeros(n)
    w = np.empty(n)
    for layer in range(depth):
        rng.standard_normal(out=w)
        np.multiply(w, sigma_w, out=w)
        h = _advance(w, h, logs, activation)
        off = zeros[layer] = int(np.count_nonzero(logs == -np.inf))
        alive = logs[logs > -np.inf] if off else logs
        quantiles[:, layer], nonzero[:, layer] = _quantiles(alive, off)
        mean[layer], std[layer] = _mean_and_std(alive)
    ordered = np.sort(logs)
    alive = ordered[zeros[-1] :]
    counts, edges = np.histogram(alive, bins=HISTOGRAM_BINS if len(alive) else [0.0])
    for array in (quantiles, nonzero, zeros, mean, std, ordered, counts, edges):
        array.setflags(write=False)
    return Draws(n, quantiles, nonzero, zeros, mean, std, ordered, counts, edges)


def _advance(w: Array, h: Array, logs: Array, activation: Activation) -> Array:
    """Add log₁₀|w f′(w·h)| to `logs` in place and return f(w·h)."""
    with np.errstate(under="ignore"):
        h, slope = activation.value_and_slope(w * h)
        np.multiply(slope, w, out=slope)
    np.abs(slope, out=slope)
    # log 0 = −inf is what a product of exactly 0 is counted by.
    with np.errstate(divide="ignore"):
        np.log10(slope, out=slope)
    np.add(logs, slope, out=logs)
    return h


def _quantiles(alive: Array, off: int) -> tuple[Array, Array]:
    """Return the quantiles of `alive` with `off` times −inf, and those of `alive` (NaN if empty).

    They are the entries at place q·(n − 1) of n in order, rounded down.
    """
    n = len(alive)
    of_all = [int(q * (off + n - 1)) - off for q in QUANTILES]
    above = [int(q * (n - 1)) for q in QUANTILES] if n else []
    # Only these few places need to be in order. NumPy finds one with vector instructions, several
    # at once without: one after the other takes a sixth of the time.
    ordered, end = alive.copy(), n
    for place in sorted({*of_all, *above}, reverse=True):
        if place >= 0:
            ordered[:end].partition(place)
            end = place
    quantiles = np.array([ordered[place] if place >= 0 else -np.inf for place in of_all])
    return quantiles, ordered[above] if above else np.full(len(QUANTILES), np.nan)


def _mean_and_std(values: Array) -> tuple[float, float]:
    n = len(values)
    if n == 0:
        return np.nan, np.nan
    mean = float(values.mean())
    deviation = values - mean
    return mean, float(np.sqrt(deviation @ deviation / (n - 1))) if n > 1 else np.nan


@dataclass(frozen=True, eq=False)
class MedianMap:
    """Median log₁₀|product| over depth × σ_w, and what becomes of the gradient there.

    Attributes
    ----------
    depths : (D,) int64
    sigmas : (S,)
    median : (D, S)
        −inf where at least half of the products are exactly 0.
    regime : (D, S) of str
        "vanishing" (median product below 10⁻³), "exploding" (above 10³) or "steady".
    """

    depths: NDArray[np.int64]
    sigmas: Array
    median: Array
    regime: NDArray[np.str_]


def median_map(
    depths: Sequence[int],
    sigmas: Sequence[float],
    activation: Activation,
    n: int = 2_000,
    seed: int = 0,
    x: float = 1.0,
) -> MedianMap:
    """Return the median log₁₀|∏ w_l f′(z_l)| for each depth and σ_w, on shared draws.

    One set of standard-normal draws serves all σ_w, so neighbouring cells differ by σ_w alone. The
    depths ascend; n chains per cell, and n × deepest × number of σ_w is at most 10⁷.
    """
    if len(depths) == 0 or list(depths) != sorted(set(depths)):
        limits.refuse("depths", "ascending, and at least one", list(depths))
    limits.whole("the first of depths", depths[0], 1)
    limits.whole("the last of depths", depths[-1], 1, MAX_DRAWN_DEPTH)
    scale = np.asarray(sigmas, dtype=np.float64)
    limits.shape("sigmas", scale, "S")
    check_sigma(scale, "sigmas")
    check_input(x)
    _check_draws(n, depths[-1] * len(scale))
    rng = stream(seed, "chain", "weights")
    median = np.empty((len(depths), len(scale)))
    h, logs = np.full((len(scale), n), float(x)), np.zeros((len(scale), n))
    row, middle = 0, (n - 1) // 2
    for layer in range(1, depths[-1] + 1):
        h = _advance(scale[:, None] * rng.standard_normal(n), h, logs, activation)
        if layer == depths[row]:
            median[row] = np.partition(logs, middle, axis=1)[:, middle]
            row += 1
    regime = np.where(median < VANISHING_BELOW, "vanishing", "steady")
    regime[median > EXPLODING_ABOVE] = "exploding"
    return MedianMap(np.asarray(depths, dtype=np.int64), scale, median, regime)


def check_sigma(sigma_w: float | Array, name: str = "sigma_w") -> None:
    """Refuse σ_w outside 0 < σ_w ≤ 30."""
    limits.real(name, sigma_w, 0.0, MAX_SIGMA, above=True)


def check_input(x: float) -> None:
    """Refuse x outside 0 < |x| ≤ 10: with x = 0 ∂J/∂w₁ is 0 at any depth."""
    limits.real("|x|", abs(x), 0.0, MAX_INPUT, above=True)


def _check_draws(n: int, depth: int) -> None:
    limits.whole("n", n, 2, MAX_DRAWN_FACTORS // depth)
