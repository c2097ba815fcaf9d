"""The activations' own functions, each f beside (f, f′), written for arrays of any size.

None branches, and none overflows: of the two forms in which most could be written, the one is taken
that keeps its digits.
"""

import math
from collections.abc import Callable

import numpy as np

from vanishing.engine.arrays import Array

Values = Callable[[Array], Array]
ValueAndSlope = Callable[[Array], tuple[Array, Array]]


def _by_side(z: Array, left: float, right: float) -> Array:
    """Return `left` where z ≤ 0 and `right` where z > 0, both ≥ 0, exactly and without a branch.

    np.where waits for mispredicted branches: several times as long on random signs.
    """
    smaller, larger = sorted((left, right))
    side = np.greater if right >= left else np.less_equal
    out = side(z, 0.0, out=np.empty_like(z))
    np.multiply(out, larger, out=out)
    return np.maximum(out, smaller, out=out)


# --- sigmoid, and those made of it --------------------------------------------------------------


EXP_TOP = {"f": 80.0, "d": 700.0}
"""By type, a z for which exp(z) is near the largest float."""


def _by_sign(z: Array, small: Array) -> Array:
    """Return `small` where z < 0 and 1 − `small` where z ≥ 0, without a branch."""
    out = np.subtract(np.greater_equal(z, 0.0), small, out=np.empty_like(z))
    return np.abs(out, out=out)


def sigmoid(z: Array) -> Array:
    """Return σ(z) = 1/(1 + e^−z)."""
    return sigmoid_pair(z)[0]


def sigmoid_pair(z: Array) -> tuple[Array, Array]:
    """Return σ(z) and σ′(z) = σ(z)(1 − σ(z))."""
    # σ = e/(1 + e) and σ′ = e/(1 + e)² with e = exp(z), which keeps both tails; e is held below
    # overflow, and where that changes anything σ′ is e^−z to the last place.
    top = EXP_TOP[z.dtype.char]
    e = np.minimum(z, top, out=np.empty_like(z))
    np.exp(e, out=e)
    below = np.add(e, 1.0, out=np.empty_like(z))
    value = np.divide(e, below, out=e)
    slope = np.divide(value, below, out=below)
    if z.size and z.max() > top:
        far = z > top
        slope[far] = np.exp(-z[far])
    return value, slope


def _softplus_of(z: Array, small: Array) -> Array:
    # ln(1 + e^z) = max(z, 0) + ln(1 + e^−|z|) = max(z, 0) − ln σ(|z|), the last by log1p so
    # that the far left tail keeps its digits.
    value = np.log1p(small, out=np.empty_like(z))
    return np.add(value, np.maximum(z, 0.0), out=value)


def _exp_minus_abs(z: Array) -> Array:
    out = np.abs(z, out=np.empty_like(z))
    np.negative(out, out=out)
    return np.exp(out, out=out)


def softplus(z: Array) -> Array:
    """Return ln(1 + e^z)."""
    return _softplus_of(z, _exp_minus_abs(z))


def softplus_pair(z: Array) -> tuple[Array, Array]:
    """Return ln(1 + e^z) and σ(z)."""
    small = _exp_minus_abs(z)
    value = _softplus_of(z, small)
    np.divide(small, small + 1.0, out=small)
    return value, _by_sign(z, small)


def silu(z: Array) -> Array:
    """Return z σ(z)."""
    value = sigmoid(z)
    return np.multiply(value, z, out=value)


def silu_pair(z: Array) -> tuple[Array, Array]:
    """Return z σ(z) and σ(z) + z σ′(z)."""
    share, slope = sigmoid_pair(z)
    np.multiply(slope, z, out=slope)
    np.add(slope, share, out=slope)
    return np.multiply(share, z, out=share), slope


# --- tanh ---------------------------------------------------------------------------------------


def tanh(z: Array) -> Array:
    """Return tanh z."""
    return np.tanh(z, out=np.empty_like(z))


def tanh_pair(z: Array) -> tuple[Array, Array]:
    """Return tanh z and 1 − tanh² z."""
    # sech² z with sech z = 2e/(1 + e²), e = exp(−|z|): 1 − tanh² z would lose the tails.
    slope = _exp_minus_abs(z)
    below = np.multiply(slope, slope, out=np.empty_like(z))
    np.add(below, 1.0, out=below)
    np.divide(slope, below, out=slope)
    np.add(slope, slope, out=slope)
    return tanh(z), np.multiply(slope, slope, out=slope)


# --- piecewise linear ---------------------------------------------------------------------------


def relu(z: Array) -> Array:
    """Return max(0, z)."""
    return np.maximum(z, 0.0, out=np.empty_like(z))


def relu_pair(z: Array) -> tuple[Array, Array]:
    """Return max(0, z), and 1 where z > 0, else 0."""
    return relu(z), np.greater(z, 0.0, out=np.empty_like(z))


def hard_tanh(z: Array) -> Array:
    """Return max(−1, min(1, z))."""
    return np.clip(z, -1.0, 1.0, out=np.empty_like(z))


def hard_tanh_pair(z: Array) -> tuple[Array, Array]:
    """Return max(−1, min(1, z)), and 1 where |z| < 1, else 0."""
    return hard_tanh(z), np.less(np.abs(z), 1.0, out=np.empty_like(z))


def identity(z: Array) -> Array:
    """Return z."""
    return np.positive(z, out=np.empty_like(z))


def identity_pair(z: Array) -> tuple[Array, Array]:
    """Return z and 1."""
    return identity(z), np.ones_like(z)


def leaky_relu(alpha: float) -> tuple[Values, ValueAndSlope]:
    """Return f and (f, f') of max(z, αz), α ≤ 1."""

    def value(z: Array) -> Array:
        # α ≤ 1, so the larger of z and αz is z on the right and αz on the left.
        out = np.multiply(z, alpha, out=np.empty_like(z))
        return np.maximum(out, z, out=out)

    def pair(z: Array) -> tuple[Array, Array]:
        return value(z), _by_side(z, alpha, 1.0)

    return value, pair


# --- ELU and SELU -------------------------------------------------------------------------------


def elu(alpha: float, scale: float) -> tuple[Values, ValueAndSlope]:
    """Return f and (f, f') of scale·(z for z > 0, α(e^z − 1) for z ≤ 0)."""

    def value_of(z: Array, left: Array) -> Array:
        value = np.expm1(left, out=np.empty_like(z))
        np.multiply(value, scale * alpha, out=value)
        right = np.maximum(z, 0.0, out=np.empty_like(z))
        np.multiply(right, scale, out=right)
        return np.add(value, right, out=value)

    def value(z: Array) -> Array:
        return value_of(z, np.minimum(z, 0.0, out=np.empty_like(z)))

    def pair(z: Array) -> tuple[Array, Array]:
        left = np.minimum(z, 0.0, out=np.empty_like(z))
        result = value_of(z, left)
        slope = np.exp(left, out=left)
        factor = _by_side(z, scale * alpha, scale)
        return result, np.multiply(slope, factor, out=slope)

    return value, pair


# --- softsign -----------------------------------------------------------------------------------


def softsign(z: Array) -> Array:
    """Return z/(1 + |z|)."""
    out = np.abs(z, out=np.empty_like(z))
    np.add(out, 1.0, out=out)
    return np.divide(z, out, out=out)


def softsign_pair(z: Array) -> tuple[Array, Array]:
    """Return z/(1 + |z|) and 1/(1 + |z|)²."""
    below = np.abs(z, out=np.empty_like(z))
    np.add(below, 1.0, out=below)
    value = np.divide(z, below, out=np.empty_like(z))
    slope = np.reciprocal(below, out=below)
    return value, np.multiply(slope, slope, out=slope)


# --- GELU ---------------------------------------------------------------------------------------

# Mills' ratio of the standard normal, m(z) = e^(z²/2) Φ(−z) = ½ e^(z²/2) erfc(z/√2), on [0, 40] as
# a quotient P(z)/Q(z), ascending powers. The coefficients solve P − m·Q = 0 at the 20 Chebyshev
# points of t = (z − 3)/(z + 3), computed to 80 digits; relative error of the quotient ≤ 4e-16. All
# are positive, so neither polynomial cancels: one formula serves the whole line, with no branches.
_MILLS_ABOVE = (
    0.49999999999999999935,
    0.76108296951087592663,
    0.57400911720634436275,
    0.27498664124911857698,
    0.091245573948543015449,
    0.021646135875145972289,
    0.0036685486265248332924,
    0.00042941530366389747557,
    0.00003169866297369199179,
    1.1375610026220133542e-6,
)
_MILLS_BELOW = (
    1.0,
    2.3200504998246168445,
    2.499150708505737574,
    1.6499433182895481631,
    0.74142425154065002717,
    0.23775548929012381568,
    0.0553294986715760406,
    0.0092751444567497010479,
    0.0010792359847167953441,
    0.000079456764873101579367,
    2.8514425733140165688e-6,
)
_DENSITY_IS_ZERO_FROM = 40.0
"""e^(−z²/2) is exactly 0 from |z| = 38.7 in float64; stopping here keeps z² from overflowing."""


def _polynomial(z: Array, coefficients: tuple[float, ...]) -> Array:
    out = np.multiply(z, coefficients[-1], out=np.empty_like(z))
    for coefficient in coefficients[-2:0:-1]:
        np.add(out, coefficient, out=out)
        np.multiply(out, z, out=out)
    return np.add(out, coefficients[0], out=out)


def normal_cdf_and_density(z: Array) -> tuple[Array, Array]:
    """Return Φ(z) and φ(z) of the standard normal distribution.

    Φ(−|z|) = e^(−z²/2)·m(|z|) with m a rational approximation of Mills' ratio (see the comment at
    the coefficients). In float64 the absolute error of Φ is at most 3e-16; the relative error of
    Φ and of φ is at most (4 + z²/2) units of 2.2e-16, the part with z² being that of e^(−z²/2)
    for a rounded argument. erf(x) = 2Φ(√2·x) − 1.
    """
    size = np.abs(z, out=np.empty_like(z))
    np.minimum(size, _DENSITY_IS_ZERO_FROM, out=size)
    tail = _polynomial(size, _MILLS_ABOVE)
    np.divide(tail, _polynomial(size, _MILLS_BELOW), out=tail)
    density = np.multiply(size, size, out=size)
    np.multiply(density, -0.5, out=density)
    np.exp(density, out=density)
    np.multiply(tail, density, out=tail)
    np.multiply(density, 1.0 / math.sqrt(2.0 * math.pi), out=density)
    return _by_sign(z, tail), density


def gelu(z: Array) -> Array:
    """Return z Φ(z)."""
    cdf = normal_cdf_and_density(z)[0]
    return np.multiply(cdf, z, out=cdf)


def gelu_pair(z: Array) -> tuple[Array, Array]:
    """Return z Φ(z) and Φ(z) + z φ(z)."""
    cdf, slope = normal_cdf_and_density(z)
    np.multiply(slope, z, out=slope)
    np.add(slope, cdf, out=slope)
    return np.multiply(cdf, z, out=cdf), slope
