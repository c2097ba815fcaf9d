"""Activation functions and their derivatives with respect to the pre-activation z."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array

Values = Callable[[Array], Array]
ValueAndSlope = Callable[[Array], tuple[Array, Array]]

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
MAX_ALPHA = 10.0
DEFAULT_ALPHA = {"leaky_relu": 0.01, "elu": 1.0}
TAKES_ALPHA = frozenset(DEFAULT_ALPHA)


@dataclass(frozen=True)
class Range:
    """The exact range of a derivative over all real z: its two ends and where they are met.

    Attributes
    ----------
    low, high : float
        Infimum and supremum.
    low_attained, high_attained : bool
        Whether some z takes that value (a closed end) or it is only approached (an open end).
    low_at, high_at : str
        Where the end is attained or approached.
    exact_set : str
        The set written out where it is not an interval, as {0, 1} for ReLU; otherwise empty.
    """

    low: float
    low_attained: bool
    low_at: str
    high: float
    high_attained: bool
    high_at: str
    exact_set: str = ""

    def interval(self) -> str:
        """Return the range as text: "(0, 0.25]", or "{0, 1}" where it is not an interval."""
        if self.exact_set:
            return self.exact_set
        left, right = "(["[self.low_attained], ")]"[self.high_attained]
        return f"{left}{_number(self.low)}, {_number(self.high)}{right}"


@dataclass(frozen=True)
class Activation:
    """An activation f(z) with its derivative, both functions of the pre-activation z.

    All three functions take a float32 or float64 array of any shape, return new arrays of the same
    shape and precision, and raise no overflow, divide or invalid warning for any finite z up to
    1e308 (float32: 3e38) in size. Where f or f' is smaller than the smallest float it underflows.

    Attributes
    ----------
    key, name : str
        Name in code and name to show.
    alpha : float or None
        The parameter α, or None where there is none.
    f, df : callable
        z -> f(z) and z -> f'(z).
    value_and_slope : callable
        z -> (f(z), f'(z)), equal to the two above but sharing their work.
    slope_range : Range
        The exact range of f'.
    kinks : tuple of float
        Where f' does not exist (f' jumps there).
    kink_convention : str
        The value that `df` returns at the kinks; empty if there are none.
    formula, slope_formula : str
        LaTeX.
    source : str
        Where the function was introduced.
    """

    key: str
    name: str
    alpha: float | None
    f: Values
    df: Values
    value_and_slope: ValueAndSlope
    slope_range: Range
    kinks: tuple[float, ...]
    kink_convention: str
    formula: str
    slope_formula: str
    source: str


def get(key: str, alpha: float | None = None) -> Activation:
    """Return an activation by its key.

    Parameters
    ----------
    key : str
        One of `KEYS`.
    alpha : float, optional
        α of leaky ReLU (0 to 1, by default 0.01) or of ELU (0 to 10, by default 1); None for all
        others.

    Returns
    -------
    Activation
        The same object for the same arguments.

    Raises
    ------
    ValueError
        If the key is unknown, or `alpha` is out of range or given where none is taken.
    """
    limits.one_of("key", key, KEYS)
    if key not in TAKES_ALPHA:
        if alpha is not None:
            limits.refuse("alpha", f"None for {key}", alpha)
        return _build(key, 0.0)
    value = DEFAULT_ALPHA[key] if alpha is None else float(alpha)
    limits.real(f"alpha of {key}", value, 0.0, 1.0 if key == "leaky_relu" else MAX_ALPHA)
    return _build(key, value)


@lru_cache(maxsize=256)
def _build(key: str, alpha: float) -> Activation:
    # Adding 0.0 turns −0.0, which compares (and so caches) equal to 0.0, into 0.0.
    return _BUILDERS[key](alpha + 0.0)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _slope_of(pair: ValueAndSlope) -> Values:
    return lambda z: pair(z)[1]


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


def _sigmoid(z: Array) -> Array:
    return _sigmoid_pair(z)[0]


def _sigmoid_pair(z: Array) -> tuple[Array, Array]:
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


def _softplus(z: Array) -> Array:
    return _softplus_of(z, _exp_minus_abs(z))


def _softplus_pair(z: Array) -> tuple[Array, Array]:
    small = _exp_minus_abs(z)
    value = _softplus_of(z, small)
    np.divide(small, small + 1.0, out=small)
    return value, _by_sign(z, small)


def _silu(z: Array) -> Array:
    value = _sigmoid(z)
    return np.multiply(value, z, out=value)


def _silu_pair(z: Array) -> tuple[Array, Array]:
    sigmoid, slope = _sigmoid_pair(z)
    np.multiply(slope, z, out=slope)
    np.add(slope, sigmoid, out=slope)
    return np.multiply(sigmoid, z, out=sigmoid), slope


# --- tanh ---------------------------------------------------------------------------------------


def _tanh(z: Array) -> Array:
    return np.tanh(z, out=np.empty_like(z))


def _tanh_slope(z: Array) -> Array:
    # sech² z with sech z = 2e/(1 + e²), e = exp(−|z|): 1 − tanh² z would lose the tails.
    slope = _exp_minus_abs(z)
    below = np.multiply(slope, slope, out=np.empty_like(z))
    np.add(below, 1.0, out=below)
    np.divide(slope, below, out=slope)
    np.add(slope, slope, out=slope)
    return np.multiply(slope, slope, out=slope)


def _tanh_pair(z: Array) -> tuple[Array, Array]:
    return _tanh(z), _tanh_slope(z)


# --- piecewise linear ---------------------------------------------------------------------------


def _relu(z: Array) -> Array:
    return np.maximum(z, 0.0, out=np.empty_like(z))


def _relu_pair(z: Array) -> tuple[Array, Array]:
    return _relu(z), np.greater(z, 0.0, out=np.empty_like(z))


def _hard_tanh(z: Array) -> Array:
    return np.clip(z, -1.0, 1.0, out=np.empty_like(z))


def _hard_tanh_pair(z: Array) -> tuple[Array, Array]:
    return _hard_tanh(z), np.less(np.abs(z), 1.0, out=np.empty_like(z))


def _identity(z: Array) -> Array:
    return np.positive(z, out=np.empty_like(z))


def _identity_pair(z: Array) -> tuple[Array, Array]:
    return _identity(z), np.ones_like(z)


def _leaky_functions(alpha: float) -> tuple[Values, ValueAndSlope]:
    def value(z: Array) -> Array:
        # α ≤ 1, so the larger of z and αz is z on the right and αz on the left.
        out = np.multiply(z, alpha, out=np.empty_like(z))
        return np.maximum(out, z, out=out)

    def pair(z: Array) -> tuple[Array, Array]:
        return value(z), _by_side(z, alpha, 1.0)

    return value, pair


# --- ELU and SELU -------------------------------------------------------------------------------


def _elu_functions(alpha: float, scale: float) -> tuple[Values, ValueAndSlope]:
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


def _softsign(z: Array) -> Array:
    out = np.abs(z, out=np.empty_like(z))
    np.add(out, 1.0, out=out)
    return np.divide(z, out, out=out)


def _softsign_pair(z: Array) -> tuple[Array, Array]:
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

    Parameters
    ----------
    z : Array
        Any shape, float32 or float64.

    Returns
    -------
    tuple of Array
        Φ(z) and φ(z), shaped and typed like `z`.
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


def _gelu(z: Array) -> Array:
    cdf = normal_cdf_and_density(z)[0]
    return np.multiply(cdf, z, out=cdf)


def _gelu_pair(z: Array) -> tuple[Array, Array]:
    cdf, slope = normal_cdf_and_density(z)
    np.multiply(slope, z, out=slope)
    np.add(slope, cdf, out=slope)
    return np.multiply(cdf, z, out=cdf), slope


# --- the table ----------------------------------------------------------------------------------

# GELU' = Φ + zφ has derivative φ(2 − z²): extrema at ±√2, and the two add up to 1.
GELU_SLOPE_MAX = 1.1289041451851547863
# SiLU' = σ + zσσ(−z) has its extrema where z·tanh(z/2) = 2, z = ±2.39936: again they add up to 1.
SILU_SLOPE_MAX = 1.0998393201288669170

_LEFT_OF_ZERO = "the derivative from the left is used at z = 0"


def _smooth(
    key: str,
    name: str,
    f: Values,
    pair: ValueAndSlope,
    slope_range: Range,
    formula: str,
    slope_formula: str,
    source: str,
    df: Values | None = None,
) -> Activation:
    slope = _slope_of(pair) if df is None else df
    return Activation(
        key, name, None, f, slope, pair, slope_range, (), "", formula, slope_formula, source
    )


def _make_sigmoid(_: float) -> Activation:
    return _smooth(
        "sigmoid",
        "sigmoid",
        _sigmoid,
        _sigmoid_pair,
        Range(0.0, False, "z → ±∞", 0.25, True, "z = 0"),
        r"\sigma(z) = \frac{1}{1 + e^{-z}}",
        r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))",
        "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors",
    )


def _make_tanh(_: float) -> Activation:
    return _smooth(
        "tanh",
        "tanh",
        _tanh,
        _tanh_pair,
        Range(0.0, False, "z → ±∞", 1.0, True, "z = 0"),
        r"\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}",
        r"\tanh'(z) = 1 - \tanh^2(z)",
        "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
        df=_tanh_slope,
    )


def _make_relu(_: float) -> Activation:
    return Activation(
        key="relu",
        name="ReLU",
        alpha=None,
        f=_relu,
        df=_slope_of(_relu_pair),
        value_and_slope=_relu_pair,
        slope_range=Range(0.0, True, "z ≤ 0", 1.0, True, "z > 0", "{0, 1}"),
        kinks=(0.0,),
        kink_convention="f'(0) = 0 here, a convention; the article takes 1",
        formula=r"f(z) = \max(0, z)",
        slope_formula=r"f'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        source="Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines",
    )


def _make_leaky_relu(alpha: float) -> Activation:
    f, pair = _leaky_functions(alpha)
    values = "{1}" if alpha == 1.0 else f"{{{_number(alpha)}, 1}}"
    return Activation(
        key="leaky_relu",
        name=f"leaky ReLU (α = {_number(alpha)})",
        alpha=alpha,
        f=f,
        df=_slope_of(pair),
        value_and_slope=pair,
        slope_range=Range(alpha, True, "z ≤ 0", 1.0, True, "z > 0", values),
        kinks=() if alpha == 1.0 else (0.0,),
        kink_convention="" if alpha == 1.0 else f"f'(0) = α: {_LEFT_OF_ZERO}",
        formula=r"f(z) = \begin{cases} z & z > 0 \\ \alpha z & z \le 0 \end{cases}",
        slope_formula=r"f'(z) = \begin{cases} 1 & z > 0 \\ \alpha & z \le 0 \end{cases}",
        source="Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic "
        "models",
    )


def _elu_range(alpha: float) -> Range:
    if alpha == 0.0:
        return Range(0.0, True, "z ≤ 0", 1.0, True, "z > 0", "{0, 1}")
    if alpha < 1.0:
        values = f"(0, {_number(alpha)}] ∪ {{1}}"
        return Range(0.0, False, "z → −∞", 1.0, True, "z > 0", values)
    return Range(0.0, False, "z → −∞", alpha, True, "z ≥ 0" if alpha == 1.0 else "z = 0")


def _make_elu(alpha: float) -> Activation:
    f, pair = _elu_functions(alpha, 1.0)
    return Activation(
        key="elu",
        name=f"ELU (α = {_number(alpha)})",
        alpha=alpha,
        f=f,
        df=_slope_of(pair),
        value_and_slope=pair,
        slope_range=_elu_range(alpha),
        kinks=() if alpha == 1.0 else (0.0,),
        kink_convention="" if alpha == 1.0 else f"f'(0) = α: {_LEFT_OF_ZERO}",
        formula=r"f(z) = \begin{cases} z & z > 0 \\ \alpha (e^z - 1) & z \le 0 \end{cases}",
        slope_formula=r"f'(z) = \begin{cases} 1 & z > 0 \\ \alpha e^z & z \le 0 \end{cases}",
        source="Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by "
        "exponential linear units",
    )


def _make_selu(_: float) -> Activation:
    f, pair = _elu_functions(SELU_ALPHA, SELU_SCALE)
    return Activation(
        key="selu",
        name="SELU",
        alpha=None,
        f=f,
        df=_slope_of(pair),
        value_and_slope=pair,
        slope_range=Range(0.0, False, "z → −∞", SELU_SCALE * SELU_ALPHA, True, "z = 0"),
        kinks=(0.0,),
        kink_convention=f"f'(0) = λα: {_LEFT_OF_ZERO}",
        formula=r"f(z) = \lambda \begin{cases} z & z > 0 \\ \alpha (e^z - 1) & z \le 0 \end{cases},"
        r"\quad \lambda \approx 1.0507,\ \alpha \approx 1.6733",
        slope_formula=r"f'(z) = \lambda "
        r"\begin{cases} 1 & z > 0 \\ \alpha e^z & z \le 0 \end{cases}",
        source="Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks",
    )


def _make_softplus(_: float) -> Activation:
    return _smooth(
        "softplus",
        "softplus",
        _softplus,
        _softplus_pair,
        Range(0.0, False, "z → −∞", 1.0, False, "z → ∞"),
        r"f(z) = \ln(1 + e^z)",
        r"f'(z) = \frac{1}{1 + e^{-z}}",
        "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional "
        "knowledge for better option pricing",
    )


def _make_softsign(_: float) -> Activation:
    return _smooth(
        "softsign",
        "softsign",
        _softsign,
        _softsign_pair,
        Range(0.0, False, "z → ±∞", 1.0, True, "z = 0"),
        r"f(z) = \frac{z}{1 + |z|}",
        r"f'(z) = \frac{1}{(1 + |z|)^2}",
        "Bergstra, Desjardins, Lamblin & Bengio 2009, Quadratic polynomials learn better image "
        "features",
    )


def _make_gelu(_: float) -> Activation:
    return _smooth(
        "gelu",
        "GELU",
        _gelu,
        _gelu_pair,
        Range(1.0 - GELU_SLOPE_MAX, True, "z = −√2", GELU_SLOPE_MAX, True, "z = √2"),
        r"f(z) = z\,\Phi(z), \quad \Phi(z) = \tfrac12\left(1 + \mathrm{erf}(z/\sqrt2)\right)",
        r"f'(z) = \Phi(z) + z\,\varphi(z), \quad \varphi(z) = e^{-z^2/2}/\sqrt{2\pi}",
        "Hendrycks & Gimpel 2016, Gaussian error linear units",
    )


def _make_silu(_: float) -> Activation:
    return _smooth(
        "silu",
        "SiLU",
        _silu,
        _silu_pair,
        Range(1.0 - SILU_SLOPE_MAX, True, "z ≈ −2.399", SILU_SLOPE_MAX, True, "z ≈ 2.399"),
        r"f(z) = z\,\sigma(z)",
        r"f'(z) = \sigma(z) + z\,\sigma(z)\,(1 - \sigma(z))",
        "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units for neural network function "
        "approximation in reinforcement learning",
    )


def _make_hard_tanh(_: float) -> Activation:
    return Activation(
        key="hard_tanh",
        name="hard tanh",
        alpha=None,
        f=_hard_tanh,
        df=_slope_of(_hard_tanh_pair),
        value_and_slope=_hard_tanh_pair,
        slope_range=Range(0.0, True, "|z| ≥ 1", 1.0, True, "|z| < 1", "{0, 1}"),
        kinks=(-1.0, 1.0),
        kink_convention="f'(±1) = 0: the derivative from the outer side is used",
        formula=r"f(z) = \max(-1, \min(1, z))",
        slope_formula=r"f'(z) = \begin{cases} 1 & |z| < 1 \\ 0 & |z| \ge 1 \end{cases}",
        source="Collobert 2004, Large scale machine learning",
    )


def _make_identity(_: float) -> Activation:
    return _smooth(
        "identity",
        "identity",
        _identity,
        _identity_pair,
        Range(1.0, True, "every z", 1.0, True, "every z", "{1}"),
        r"f(z) = z",
        r"f'(z) = 1",
        "a linear network: the comparison without any activation",
    )


_BUILDERS: dict[str, Callable[[float], Activation]] = {
    "sigmoid": _make_sigmoid,
    "tanh": _make_tanh,
    "relu": _make_relu,
    "leaky_relu": _make_leaky_relu,
    "elu": _make_elu,
    "selu": _make_selu,
    "softplus": _make_softplus,
    "softsign": _make_softsign,
    "gelu": _make_gelu,
    "silu": _make_silu,
    "hard_tanh": _make_hard_tanh,
    "identity": _make_identity,
}
KEYS: tuple[str, ...] = tuple(_BUILDERS)
