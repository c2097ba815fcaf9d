"""What theory predicts for a wide random net: the size of z, of a and of the gradient, by layer."""

import math
from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.nets.activations import Activation
from vanishing.engine.nets.network import PLAIN, Architecture
from vanishing.engine.nets.normalization import EPSILON
from vanishing.engine.wide.quadrature import gaussian_mean
from vanishing.engine.wide.way_back import (
    FAR,
    Means,
    Signal,
    deltas,
    log_variance,
    means,
    step,
    through,
)

MAX_LAYERS, MAX_WIDTH = 1_000, 1_000_000
MAX_VARIANCE = 1e6
LARGEST = 1e300
"""Where a variance stops growing."""

_PLAIN_STEPS = 60
_ROOT_STEPS = 80
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(32)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Propagation:
    """The mean-field prediction for each of the L hidden layers of a random net.

    Attributes
    ----------
    variances
        q: the mean square of the pre-activations z (after the normalisation where there is one).
    stds
        Standard deviation of the layers' outputs a, over inputs and units.
    factors
        Going back through layer l multiplies the root mean square of ∂J/∂a by it, in an infinitely
        wide net: √χ_l, with a skip √(1 + s²χ_l).
    deltas
        Root mean square of ∂J/∂z relative to the last hidden layer, in nets of the width asked for.
    through
        Layers through whose weights it goes back to layer 1: L − 1, but with skips only a layer's
        share, χ/(1 + χ), counts.
    log_variance
        n times the variance over nets of ln of the squared gradient there, to the first order
        in 1/n.
    """

    variances: tuple[float, ...]
    stds: tuple[float, ...]
    factors: tuple[float, ...]
    deltas: tuple[float, ...]
    through: float
    log_variance: float


@dataclass(frozen=True)
class _Moments(Signal):
    """Of a = f(z) or of a layer's output; `shared` is what a batch's mean has of its square."""

    shared: float = 0.0

    def plus(self, branch: float, other: "_Moments") -> "_Moments":
        """Return the moments of a + s·f(z), f(z) being unrelated to a but for the means."""
        cross = 2.0 * branch * self.mean * other.mean
        return _Moments(
            self.mean + branch * other.mean,
            self.square + cross + branch**2 * other.square,
            self.shared + cross + branch**2 * other.shared,
        )


def next_variance(
    activation: Activation, variance: float, weight_variance: float, bias_variance: float
) -> float:
    """Return q of the next layer of a plain net: σ_w² E[f(z)²] + σ_b², z ~ N(0, q).

    The length map of Poole et al. 2016 and Schoenholz et al. 2017.
    """
    return weight_variance * mean_square(activation, variance) + bias_variance


def susceptibility(activation: Activation, variance: float, weight_variance: float) -> float:
    """Return χ = σ_w² E[f′(z)²], z ~ N(0, q): what one plain layer does to a squared gradient.

    Below 1 gradients vanish, above 1 they explode (Schoenholz et al. 2017, eq. 5, at q = q*).
    """
    return weight_variance * mean_square_slope(activation, variance)


def fixed_point(
    activation: Activation,
    weight_variance: float,
    bias_variance: float,
    first_variance: float | None = None,
) -> float:
    """Return q*, to which q settles in a deep plain net: q* = σ_w² E[f(√q* z)²] + σ_b².

    It is inf where q grows without end, 0 where it shrinks to nothing. Where every q stays as it is
    (ReLU with σ_w² = 2, σ_b² = 0), it is that of layer 1: `first_variance`, from 0 to 1e12, by
    default that of inputs with E[x²] = 1. Schoenholz et al. 2017, eq. 3.
    """
    check_variances(weight_variance, bias_variance)
    q = weight_variance + bias_variance if first_variance is None else first_variance
    limits.real("first_variance", q, 0.0, FAR)
    for _ in range(_PLAIN_STEPS):
        before, q = q, min(next_variance(activation, q, weight_variance, bias_variance), FAR)
        if abs(q - before) <= 1e-12 * q:
            break
    # What q grows by in each layer is nothing beside a q far away: there it has to have shrunk.
    last = abs(next_variance(activation, q, weight_variance, bias_variance) - q)
    still = last if last <= 1e-12 * q else max(1e-4 * last, 1e-15 * q)
    for _ in range(_ROOT_STEPS):
        # Aitken's extrapolation: near criticality the plain iteration creeps.
        one = next_variance(activation, q, weight_variance, bias_variance)
        if not 1e-20 < one < 0.9 * FAR:
            return 0.0 if one < 1.0 else math.inf
        if abs(one - q) <= min(1e-12 * q, still):
            return one
        two = next_variance(activation, one, weight_variance, bias_variance)
        bend = two - 2.0 * one + q
        guess = q - (one - q) ** 2 / bend if bend else two
        # A guess on the other side of where q is heading would leave this fixed point.
        q = guess if 0.0 < guess < FAR and (guess - q) * (one - q) > 0.0 else min(two, FAR)
    one = next_variance(activation, q, weight_variance, bias_variance)
    return q if abs(one - q) < min(1e-9 * q, still) else math.inf if one > q else 0.0


def propagate(
    activation: Activation,
    layers: int,
    *,
    weight_variance: float,
    bias_variance: float = 0.0,
    first_variance: float | None = None,
    architecture: Architecture = PLAIN,
    width: int | None = None,
) -> Propagation:
    """Follow the signal forwards and its gradient backwards through the layers of a wide net.

    Weights have mean 0. Batch normalisation is that of a large batch of unrelated inputs.

    Parameters
    ----------
    layers : int
        L, from 1 to 1,000.
    weight_variance, bias_variance : float
        σ_w² (fan-in times the variance of one weight) and σ_b², each from 0 to 1e6.
    first_variance : float, optional
        Mean square of layer 1's weighted sums and biases, from 0; by default that of inputs with
        E[x²] = 1.
    architecture : Architecture
        Normalisation and skips.
    width : int, optional
        n, units per layer, from 1: the gradient to the first order in 1/n. None for n = ∞.

    Returns
    -------
    Propagation
        q stops growing at 1e300: beyond, only its being enormous is meaningful.

    Notes
    -----
    With u = a W and M, V the mean square of a and its variance over the batch: without
    normalisation q = σ_w²M + σ_b², χ = σ_w² E[f′²] (Schoenholz et al. 2017); with it q = 1 + σ_b²
    and χ is divided by the variance taken out, σ_w²M ("layer") or σ_w²V ("batch", which gives
    ReLU π/(π − 1): Yang et al. 2019). A skip a + s·f(z) makes it 1 + s²χ (Yang & Schoenholz 2017).
    What n units add to that, which with skips is most of it in a deep net, says `way_back`.
    """
    limits.whole("layers", layers, 1, MAX_LAYERS)
    if width is not None:
        limits.whole("width", width, 1, MAX_WIDTH)
    check_variances(weight_variance, bias_variance)
    if first_variance is None:
        first_variance = weight_variance + bias_variance
    limits.real("first_variance", first_variance, 0.0)
    kind = architecture.normalization
    sums = min(max(first_variance - bias_variance, 0.0), LARGEST)
    units = math.inf if width is None or architecture.normalizes else float(width)
    variances, stds, factors, steps = [], [], [], []
    shares, spreads = [], []
    signal = _Moments()
    for layer in range(1, layers + 1):
        within, outside = _normalized(sums, kind)
        q = within + bias_variance
        given = means(activation, q)
        value = _moments(activation, given, q, bias_variance if kind == "batch" else None)
        branch = architecture.branch(layer, layers)
        before, signal = signal, value if branch is None else signal.plus(branch, value)
        passed = weight_variance * outside
        variances.append(q)
        stds.append(math.sqrt(max(signal.square - signal.mean**2, 0.0)))
        factors.append(math.sqrt(_factor(passed * given.dd, branch)))
        steps.append(step(given, q, before, signal, passed, branch, units))
        shares.append(through(given, passed, branch))
        spreads.append(log_variance(given, shares[-1]))
        kept = signal.square - signal.shared if kind == "batch" else signal.square
        sums = min(weight_variance * max(kept, 0.0), LARGEST)
    return Propagation(
        variances=tuple(variances),
        stds=tuple(stds),
        factors=tuple(factors),
        deltas=deltas(steps),
        through=sum(shares[1:]),
        log_variance=sum(spreads[1:]),
    )


def check_variances(weight_variance: float, bias_variance: float) -> None:
    """Refuse σ_w² or σ_b² outside 0 … 1e6."""
    limits.real("weight_variance", weight_variance, 0.0, MAX_VARIANCE)
    limits.real("bias_variance", bias_variance, 0.0, MAX_VARIANCE)


def _normalized(sums: float, kind: str) -> tuple[float, float]:
    """Return the variance of u after the normalisation, and what that does to its gradient²."""
    if kind == "none":
        return sums, 1.0
    return sums / (sums + EPSILON), 1.0 / (sums + EPSILON)


def _factor(chi: float, branch: float | None) -> float:
    return chi if branch is None else 1.0 + branch**2 * chi


def mean_square(activation: Activation, variance: float) -> float:
    """Return E[f(z)²], z ~ N(0, q)."""
    return gaussian_mean(lambda z: activation.f(z) ** 2, 0.0, math.sqrt(variance), activation.kinks)


def mean_square_slope(activation: Activation, variance: float) -> float:
    """Return E[f′(z)²], z ~ N(0, q)."""
    std = math.sqrt(variance)
    return gaussian_mean(lambda z: activation.df(z) ** 2, 0.0, std, activation.kinks)


def _moments(
    activation: Activation, given: Means, variance: float, shared_variance: float | None
) -> _Moments:
    """Return the moments of f(z), z ~ N(0, q), of which a part is shared by the whole batch.

    That part is the bias; None where no one asks for it.
    """
    if not shared_variance:
        return _Moments(given.f, given.ff, given.f**2)
    # E over the bias of the squared mean over the batch; smooth in the bias, so few nodes do.
    own = math.sqrt(max(min(variance, FAR) - shared_variance, 0.0))
    biases = math.sqrt(shared_variance) * _NODES
    shared = [gaussian_mean(activation.f, b, own, kinks=activation.kinks) for b in biases.tolist()]
    return _Moments(given.f, given.ff, float(_WEIGHTS @ np.square(shared)))
