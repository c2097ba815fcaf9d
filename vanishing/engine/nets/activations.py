"""Activation functions and their derivatives with respect to the pre-activation z."""

from dataclasses import dataclass
from functools import lru_cache

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.nets import elementwise as of
from vanishing.engine.nets.elementwise import ValueAndSlope, Values

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
# GELU' = Φ + zφ has derivative φ(2 − z²): extrema at ±√2, and the two add up to 1.
GELU_SLOPE_MAX = 1.1289041451851547863
# SiLU' = σ + zσσ(−z) has its extrema where z·tanh(z/2) = 2, z = ±2.39936: again they add up to 1.
SILU_SLOPE_MAX = 1.0998393201288669170
MAX_ALPHA = 10.0
DEFAULT_ALPHA = {"leaky_relu": 0.01, "elu": 1.0}
TAKES_ALPHA = frozenset(DEFAULT_ALPHA)


@dataclass(frozen=True)
class Range:
    """The exact range of a derivative over all real z: its two ends and where they are met.

    Attributes
    ----------
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

    @property
    def steepest(self) -> float:
        """The largest |f′|, or what it comes close to."""
        return max(abs(self.low), abs(self.high))

    def interval(self) -> str:
        """Return the range as text: "(0, 0.25]", or "{0, 1}" where it is not an interval."""
        if self.exact_set:
            return self.exact_set
        left, right = "(["[self.low_attained], ")]"[self.high_attained]
        return f"{left}{_number(self.low)}, {_number(self.high)}{right}"


@dataclass(frozen=True)
class Activation:
    """An activation f(z) with its derivative, both functions of the pre-activation z.

    The functions take a float32 or float64 array of any shape, return new arrays of the same
    shape and precision, and raise no overflow, divide or invalid warning for any finite z up to
    1e308 (float32: 3e38) in size. Where f or f' is smaller than the smallest float it underflows.

    Attributes
    ----------
    f, value_and_slope : callable
        z -> f(z), and z -> (f(z), f'(z)), sharing their work.
    slope_range : Range
        Of f'.
    cost : int
        Time of f and f' of one number, in multiply-adds of a matrix product: measured in float32
        and float64 inside training, rounded.
    kinks : tuple of float
        Where f' does not exist (f' jumps there).
    kink_convention : str
        The value that `df` returns at the kinks; empty if there are none.
    """

    key: str
    name: str
    f: Values
    value_and_slope: ValueAndSlope
    slope_range: Range
    cost: int
    kinks: tuple[float, ...] = ()
    kink_convention: str = ""
    alpha: float | None = None

    def df(self, z: Array) -> Array:
        """Return f'(z)."""
        return self.value_and_slope(z)[1]


def get(key: str, alpha: float | None = None) -> Activation:
    """Return an activation by its key.

    `alpha` is that of leaky ReLU (0 to 1, by default 0.01) or of ELU (0 to 10, by default 1); None
    for all others. The same arguments give the same object.
    """
    limits.one_of("key", key, KEYS)
    if key not in TAKES_ALPHA:
        if alpha is not None:
            limits.refuse("alpha", f"None for {key}", alpha)
        return _FIXED[key]
    value = DEFAULT_ALPHA[key] if alpha is None else float(alpha)
    limits.real(f"alpha of {key}", value, 0.0, 1.0 if key == "leaky_relu" else MAX_ALPHA)
    # Adding 0.0 turns −0.0, which compares (and so caches) equal to 0.0, into 0.0.
    return _with_alpha(key, value + 0.0)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


_LEFT_OF_ZERO = "the derivative from the left is used at z = 0"


def _peak(high: float, at: str = "z = 0", towards: str = "z → ±∞") -> Range:
    """Return the range (0, high]."""
    return Range(0.0, False, towards, high, True, at)


def _two(low: float, left: str = "z ≤ 0", right: str = "z > 0") -> Range:
    """Return the range {low, 1}."""
    values = "{1}" if low == 1.0 else f"{{{_number(low)}, 1}}"
    return Range(low, True, left, 1.0, True, right, values)


_GELU = Range(1.0 - GELU_SLOPE_MAX, True, "z = −√2", GELU_SLOPE_MAX, True, "z = √2")
_SILU = Range(1.0 - SILU_SLOPE_MAX, True, "z ≈ −2.399", SILU_SLOPE_MAX, True, "z ≈ 2.399")
_SOFTPLUS = Range(0.0, False, "z → −∞", 1.0, False, "z → ∞")
_ONE = Range(1.0, True, "every z", 1.0, True, "every z", "{1}")
_RELU_KINK = (0.0,), "f'(0) = 0 here, a convention; the article takes 1"
_HARD_KINKS = (-1.0, 1.0), "f'(±1) = 0: the derivative from the outer side is used"
_HARD = _two(0.0, "|z| ≥ 1", "|z| < 1")
_SELU = _peak(SELU_SCALE * SELU_ALPHA, towards="z → −∞")
_SELU_KINK = (0.0,), f"f'(0) = λα: {_LEFT_OF_ZERO}"

_FIXED: dict[str, Activation] = {
    activation.key: activation
    for activation in (
        # Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors
        Activation("sigmoid", "sigmoid", of.sigmoid, of.sigmoid_pair, _peak(0.25), 55),
        # LeCun, Bottou, Orr & Müller 1998, Efficient BackProp
        Activation("tanh", "tanh", of.tanh, of.tanh_pair, _peak(1.0), 80),
        # Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines
        Activation("relu", "ReLU", of.relu, of.relu_pair, _two(0.0), 20, *_RELU_KINK),
        # Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks
        Activation("selu", "SELU", *of.elu(SELU_ALPHA, SELU_SCALE), _SELU, 120, *_SELU_KINK),
        # Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional
        # knowledge for better option pricing
        Activation("softplus", "softplus", of.softplus, of.softplus_pair, _SOFTPLUS, 100),
        # Bergstra, Desjardins, Lamblin & Bengio 2009, Quadratic polynomials learn better image
        # features
        Activation("softsign", "softsign", of.softsign, of.softsign_pair, _peak(1.0), 30),
        # Hendrycks & Gimpel 2016, Gaussian error linear units
        Activation("gelu", "GELU", of.gelu, of.gelu_pair, _GELU, 240),
        # Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units for neural network function
        # approximation in reinforcement learning
        Activation("silu", "SiLU", of.silu, of.silu_pair, _SILU, 75),
        # Collobert 2004, Large scale machine learning
        Activation(
            "hard_tanh", "hard tanh", of.hard_tanh, of.hard_tanh_pair, _HARD, 30, *_HARD_KINKS
        ),
        # A linear network: the comparison without any activation.
        Activation("identity", "identity", of.identity, of.identity_pair, _ONE, 10),
    )
}


@lru_cache(maxsize=256)
def _with_alpha(key: str, alpha: float) -> Activation:
    if key == "leaky_relu":
        # Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models
        name, functions, slopes, cost = "leaky ReLU", of.leaky_relu(alpha), _two(alpha), 35
    else:
        # Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by
        # exponential linear units
        name, functions, slopes, cost = "ELU", of.elu(alpha, 1.0), _elu_range(alpha), 120
    kinks, convention = ((), "") if alpha == 1.0 else ((0.0,), f"f'(0) = α: {_LEFT_OF_ZERO}")
    name = f"{name} (α = {_number(alpha)})"
    return Activation(key, name, *functions, slopes, cost, kinks, convention, alpha)


def _elu_range(alpha: float) -> Range:
    if alpha == 0.0:
        return _two(0.0)
    if alpha < 1.0:
        values = f"(0, {_number(alpha)}] ∪ {{1}}"
        return Range(0.0, False, "z → −∞", 1.0, True, "z > 0", values)
    return _peak(alpha, "z ≥ 0" if alpha == 1.0 else "z = 0", "z → −∞")


KEYS: tuple[str, ...] = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", *list(_FIXED)[3:])
