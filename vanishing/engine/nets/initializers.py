"""Random initial weights and biases, each with its exact mean, variance and source."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array

MAX_ENTRIES = 10_000_000
MAX_SIGMA = 1e6

Moment = Callable[[int, int], float]
Sampler = Callable[[np.random.Generator, int, int], Array]


def _zero(fan_in: int, fan_out: int) -> float:
    return 0.0


@dataclass(frozen=True)
class Initializer:
    """A distribution of the weights of one layer."""

    key: str
    name: str
    _variance: Moment
    _sample: Sampler
    _mean: Moment = _zero

    def variance(self, fan_in: int, fan_out: int) -> float:
        """Return the variance of one weight about its mean; at most `MAX_ENTRIES` in a layer."""
        _check_fans(fan_in, fan_out)
        return self._variance(fan_in, fan_out)

    def mean(self, fan_in: int, fan_out: int) -> float:
        """Return the mean of one weight: 0 except for positive-only weights."""
        _check_fans(fan_in, fan_out)
        return self._mean(fan_in, fan_out)

    def sample(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
        """Draw the weights of one layer, (fan_in, fan_out) float64.

        Normal-type initialisers scale one standard normal draw and uniform ones one U(−1, 1)
        draw, so from the same `rng` state two of a type differ by a factor only.
        """
        _check_fans(fan_in, fan_out)
        return self._sample(rng, fan_in, fan_out)


def _check_fans(fan_in: int, fan_out: int) -> None:
    limits.whole("fan_in", fan_in, 1)
    limits.whole("fan_out", fan_out, 1)
    limits.whole("fan_in × fan_out", int(fan_in) * int(fan_out), 1, MAX_ENTRIES)


def _normal(key: str, name: str, variance: Moment) -> Initializer:
    def sample(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
        draw = rng.standard_normal((fan_in, fan_out))
        draw *= math.sqrt(variance(fan_in, fan_out))
        return draw

    return Initializer(key, name, variance, sample)


def _uniform(key: str, name: str, variance: Moment) -> Initializer:
    def sample(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
        draw = rng.uniform(-1.0, 1.0, (fan_in, fan_out))
        # U(−a, a) has variance a²/3.
        draw *= math.sqrt(3.0 * variance(fan_in, fan_out))
        return draw

    return Initializer(key, name, variance, sample)


def orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw a matrix (fan_in, fan_out) with orthonormal rows or columns, evenly from all of them."""
    draw = rng.standard_normal((fan_in, fan_out))
    wide = fan_in < fan_out
    q, r = np.linalg.qr(draw.T if wide else draw)
    # Fixing the signs of R's diagonal makes Q uniform (Haar) on the orthogonal matrices: without
    # it Q follows the sign convention of the QR routine (Mezzadri 2007).
    q *= np.where(np.diagonal(r) < 0.0, -1.0, 1.0)
    return np.ascontiguousarray(q.T) if wide else q


def _sample_positive(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    draw = rng.standard_normal((fan_in, fan_out))
    np.abs(draw, out=draw)
    draw /= math.sqrt(fan_in)
    return draw


# By n, the fan-in, and m, the fan-out.
_FIXED = (
    # Kapur 2016 (the article): weights are usually drawn from N(0, 1)
    _normal("normal_unit", "N(0, 1)", lambda n, m: 1.0),
    # The common heuristic examined by Glorot & Bengio 2010, Understanding the difficulty of
    # training deep feedforward neural networks, whose own is Xavier: there drawn from a uniform
    _uniform("uniform_standard", "uniform ±1/√n (standard)", lambda n, m: 1.0 / (3.0 * n)),
    _normal("xavier_normal", "Xavier normal", lambda n, m: 2.0 / (n + m)),
    _uniform("xavier_uniform", "Xavier uniform", lambda n, m: 2.0 / (n + m)),
    # He, Zhang, Ren & Sun 2015, Delving deep into rectifiers: there drawn from a normal
    _normal("he_normal", "He normal", lambda n, m: 2.0 / n),
    _uniform("he_uniform", "He uniform", lambda n, m: 2.0 / n),
    # LeCun, Bottou, Orr & Müller 1998, Efficient BackProp
    _normal("lecun_normal", "LeCun normal", lambda n, m: 1.0 / n),
    # Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep
    # linear neural networks
    Initializer("orthogonal", "orthogonal (gain 1)", lambda n, m: 1.0 / max(n, m), orthogonal),
    # Kapur 2016 (the article): positive weights only, against dying ReLUs; the half-normal and its
    # scale 1/√n are our choice
    Initializer(
        "positive",
        "positive only, |N(0, 1/n)|",
        lambda n, m: (1.0 - 2.0 / math.pi) / n,
        _sample_positive,
        lambda n, m: math.sqrt(2.0 / (math.pi * n)),
    ),
)
_BY_KEY = {initializer.key: initializer for initializer in _FIXED}
KEYS: tuple[str, ...] = ("normal_unit", "normal", *(i.key for i in _FIXED[1:]))


def get(key: str, sigma: float = 1.0) -> Initializer:
    """Return an initialiser by its key; only "normal" uses σ, its standard deviation, 0 to 1e6."""
    limits.one_of("key", key, KEYS)
    limits.real("sigma", sigma, 0.0, MAX_SIGMA)
    if key != "normal":
        return _BY_KEY[key]
    return _normal("normal", f"N(0, σ²), σ = {sigma:g}", lambda n, m: float(sigma) * float(sigma))


def scaled(weight_variance: float) -> Initializer:
    """Return N(0, σ_w²/n_in), the normal initialiser of mean-field theory, σ_w² from 0 to 1e6.

    Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli 2016, Exponential expressivity in deep neural
    networks through transient chaos.
    """
    limits.real("weight_variance", weight_variance, 0.0, MAX_SIGMA)
    name = f"normal, n·Var(w) = {weight_variance:g}"
    return _normal("scaled", name, lambda n, m: weight_variance / n)


BIAS_KEYS: tuple[str, ...] = ("zero", "constant", "normal")
MAX_BIAS = 1e6


@dataclass(frozen=True)
class Bias:
    """How the initial biases of a layer are chosen.

    "zero"; "constant": all equal to `value` (−1e6 to 1e6); "normal": drawn from N(0, value²), with
    `value` from 0 to 1e6.
    """

    kind: str = "zero"
    value: float = 0.0

    def __post_init__(self) -> None:
        limits.one_of("kind", self.kind, BIAS_KEYS)
        low = 0.0 if self.kind == "normal" else -MAX_BIAS
        limits.real(f"value of a {self.kind} bias", self.value, low, MAX_BIAS)

    def sample(self, rng: np.random.Generator, n: int) -> Array:
        """Return the biases of a layer of `n` units: shape (n,), float64."""
        _check_fans(1, n)
        if self.kind == "normal":
            return self.value * rng.standard_normal(n)
        return np.full(n, self.value if self.kind == "constant" else 0.0)
