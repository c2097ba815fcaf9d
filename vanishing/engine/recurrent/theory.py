"""What theory predicts of random recurrent nets of very many units, unrolled in time.

With n → ∞ and the number of steps held fixed, the pre-activations of any T steps are jointly
normal although the steps share their weights, and the size of z, and of the gradient, follows the
same equations as through the layers of a deep net (Chen, Pennington & Schoenholz 2018). With n
units that is good for a few times √n steps, fewer where f saturates: `reach`. Beyond, a power of
one and the same matrix grows like its largest eigenvalue.
"""

import math

import numpy as np
from numpy.typing import NDArray

from vanishing.engine.arrays import Array
from vanishing.engine.recurrent.unrolled import Recurrence
from vanishing.engine.wide.mean_field import mean_square, susceptibility
from vanishing.engine.wide.validity import LIMIT
from vanishing.engine.wide.way_back import FAR, means

LINEAR_SHARE = {"relu": 0.5, "identity": 1.0}
"""E f(z)² / E z² = E f′(z)² for z ~ N(0, q) with any q."""


TIED = 0.15
"""What n/k² steps with the same W add to the expected error, found by measurement."""


def _has_theory(recurrence: Recurrence) -> bool:
    """Whether W mixes the units at random, or the net is linear anyway."""
    return recurrence.initializer != "identity" or recurrence.activation == "identity"


def _square(recurrence: Recurrence, q: float) -> float:
    """Return E f(z)², z ~ N(0, q)."""
    share = LINEAR_SHARE.get(recurrence.activation)
    return mean_square(recurrence.get_activation(), q) if share is None else share * q


def _factor(recurrence: Recurrence, q: float) -> float:
    """Return χ = g² E f′(z)²."""
    share, squared_gain = LINEAR_SHARE.get(recurrence.activation), recurrence.gain**2
    if share is None:
        return susceptibility(recurrence.get_activation(), q, squared_gain)
    return squared_gain * share


def _variances(recurrence: Recurrence) -> list[float]:
    """Return q of z_1 … z_T: q ← g² E f(z)² + σ_x², from E h_0² = 1."""
    squared_gain, noise = recurrence.gain**2, recurrence.inputs**2
    found = [squared_gain + noise]
    for _ in range(recurrence.steps - 1):
        found.append(squared_gain * _square(recurrence, found[-1]) + noise)
    return found


def rms_log10(recurrence: Recurrence) -> Array | None:
    """Return log₁₀ of the predicted root mean square of h_0 … h_T; None where theory names none.

    E h_t² = E f(z_t)² with z_t ~ N(0, q_t) and q_{t+1} = g² E f(z_t)² + σ_x².
    """
    if not _has_theory(recurrence):
        return None
    return _half_log10([1.0, *(_square(recurrence, q) for q in _variances(recurrence))])


def mean_log10(recurrence: Recurrence, lags: NDArray[np.int64]) -> Array | None:
    """Return log₁₀ of the predicted ‖∂h_T/∂h_{T−k}‖_F/√n for lags k (K,) from 0 to T.

    It is √(χ_T χ_{T−1} … χ_{T−k+1}) with χ_t = g² E f′(z_t)²; None where theory names none.
    """
    if not _has_theory(recurrence):
        return None
    factors = [_factor(recurrence, q) for q in reversed(_variances(recurrence))]
    sums = np.concatenate([[0.0], np.cumsum(_half_log10(factors))])
    chosen: Array = sums[lags]
    return chosen


def reach(recurrence: Recurrence) -> int:
    """Return the largest lag, up to T, for which `mean_log10` applies to n units; 0 for none.

    As in `wide.validity` the expected error is ¼ Σ (3 E f′⁴/(E f′²)² − 1)/n over the steps, and
    `TIED` k²/n for the weights that k steps share; its limit is the same. For linear nets whose W
    is orthogonal or the identity the prediction is exact.

    Notes
    -----
    Measured in 191 settings at random, 20 nets each (every activation, Gaussian and orthogonal W,
    g from 0.5 to 5, σ_x from 0 to 3, 2 to 64 units, 20 to 200 steps): up to this lag the median
    gradient was within a factor of 2 in all, the median state after as many steps in all but 3.
    """
    if recurrence.activation == "identity" and recurrence.initializer != "gaussian":
        return recurrence.steps
    activation, n = recurrence.get_activation(), recurrence.width
    error = 0.0
    for lag, q in enumerate(reversed(_variances(recurrence)), start=1):
        given = means(activation, min(q, FAR))
        error += (3.0 * given.dddd / given.dd**2 - 1.0) / (4.0 * n) if given.dd else math.inf
        if error + TIED * lag**2 / n > LIMIT:
            return lag - 1
    return recurrence.steps


def spectral_log10(recurrence: Recurrence, lags: NDArray[np.int64]) -> Array | None:
    """Return log₁₀ of the predicted ‖∂h_T/∂h_{T−k}‖₂ of a linear net for lags k (K,), else None.

    It is g^k for orthogonal weights and for the identity, exactly; for Gaussian ones
    g^k √((k+1)^{k+1}/k^k), the limit for n → ∞ (Haagerup & Larsen 2000: the norm of a power of a
    circular operator).
    """
    if recurrence.activation != "identity":
        return None
    k = np.asarray(lags, dtype=np.float64)
    with np.errstate(divide="ignore"):
        powers = np.where(k == 0, 0.0, k * np.log10(np.float64(recurrence.gain)))
    if recurrence.initializer == "gaussian":
        powers += 0.5 * ((k + 1) * np.log10(k + 1) - k * np.log10(np.maximum(k, 1)))
    logs: Array = powers
    return logs


def singular_values(gain: float, width: int) -> Array:
    """Return the predicted singular values of Gaussian weights, from the largest down, (n,).

    For n → ∞ they fill the quarter circle with the density √(4g² − σ²)/(π g²) from 0 to 2g
    (Marchenko & Pastur 1967); the k-th of n stands where (k − ½)/n of them are larger. The
    eigenvalues fill the disc of radius g (Ginibre 1965).
    """
    grid = np.linspace(0.0, 2.0, 2001)
    below = (0.5 * grid * np.sqrt(4.0 - grid**2) + 2.0 * np.arcsin(0.5 * grid)) / np.pi
    shares = 1.0 - (np.arange(width) + 0.5) / width
    values: Array = gain * np.interp(shares, below, grid)
    return values


def _half_log10(squares: list[float]) -> Array:
    return np.array([0.5 * math.log10(x) if x > 0 else -math.inf for x in squares])
