"""Where wide random nets are critical: between a gradient that vanishes and one that explodes."""

import math
from collections.abc import Sequence

import numpy as np

from vanishing.engine import limits
from vanishing.engine.nets.activations import Activation
from vanishing.engine.nets.network import Architecture
from vanishing.engine.wide.mean_field import (
    MAX_VARIANCE,
    check_variances,
    fixed_point,
    mean_square,
    mean_square_slope,
    propagate,
    susceptibility,
)
from vanishing.engine.wide.way_back import FAR, means

CRITICAL = 1e-5
"""|ln χ| below this is read as χ = 1: the depth scale is over 100,000 layers."""

SCALES = tuple(10.0 ** (k / 12.0) for k in range(-12, 37))
"""Weight variances from 0.1 to 1,000."""

_LINE = tuple(10.0 ** (k / 8.0) for k in range(-32, 49))
"""q* from 10⁻⁴ to 10⁶."""
_NEAR = 1e-12
_HALVINGS = 50
_SETTLED = 200


def limit_susceptibility(
    activation: Activation,
    weight_variance: float,
    bias_variance: float,
    normalization: str = "none",
    skips: str = "none",
) -> float:
    """Return what a layer deep inside does to a squared gradient if infinitely wide: χ.

    Below 1 the gradient vanishes with depth, above 1 it explodes, both exponentially; 1 where it
    changes by less than an exponential of the depth, as with "scaled" skips, whose whole change
    stays within e^χ (with n units it grows with e^√depth where E f is not 0), and with normalised
    skips, where what a layer adds becomes ever less of the sum. σ_w² and
    σ_b² are as in `check_variances`, `normalization` and `skips` as in `network.Architecture`.
    """
    check_variances(weight_variance, bias_variance)
    architecture = Architecture(normalization, skips)
    if skips == "scaled" or (skips == "identity" and architecture.normalizes):
        return 1.0
    if skips == "identity":
        # The sum of ever more layers grows without end, and where f saturates its slope is lost.
        far, near = (mean_square_slope(activation, q) for q in (FAR, 1e-4 * FAR))
        return 1.0 if far < 0.5 * near else 1.0 + weight_variance * far
    if architecture.normalizes:
        settled = propagate(
            activation,
            3,
            weight_variance=weight_variance,
            bias_variance=bias_variance,
            architecture=architecture,
        )
        return settled.factors[-1] ** 2
    q = fixed_point(activation, weight_variance, bias_variance)
    # Not 0 itself, which may be a kink.
    return susceptibility(activation, min(max(q, 1e-24), FAR), weight_variance)


def limit_growth(
    activation: Activation,
    weight_variance: float,
    bias_variance: float,
    normalization: str = "none",
    skips: str = "none",
) -> float:
    """Return what a layer deep inside does to a squared gradient, however wide, but not infinitely.

    Arguments as of `limit_susceptibility`, which it is save for "identity" skips without
    normalisation. There, below some ln n layers of n units, the gradient follows the squared
    signal: M ← M + 2 m E f + E f², m ← m + E f, with M and m mean square and mean of a layer's
    output. It grows by more than 1 + σ_w² E f′² where E f is not 0: ×2.90 and not ×2 for ReLU with
    He's weights (see `way_back`).
    """
    chi = limit_susceptibility(activation, weight_variance, bias_variance, normalization, skips)
    if skips != "identity" or chi == 1.0:
        return chi
    # Far out f is straight on each side: all there is changes by the same factors with √q.
    far = means(activation, FAR)
    mean = math.sqrt(weight_variance / FAR) * far.f
    square = weight_variance / FAR * far.ff
    share = growth = 0.0
    for _ in range(_SETTLED):
        growth = 1.0 + 2.0 * share * mean + square
        share = (share + mean) / math.sqrt(growth)
    return growth


def depth_scale(
    activation: Activation,
    weight_variance: float,
    bias_variance: float,
    normalization: str = "none",
    skips: str = "none",
) -> float:
    """Return ξ = −1/ln χ: over so many layers a squared gradient changes by a factor e.

    χ is that of `limit_growth`.

    Parameters
    ----------
    activation, weight_variance, bias_variance, normalization, skips
        As in `limit_susceptibility`.

    Returns
    -------
    float
        Above 0: it vanishes, shrinking e-fold every ξ layers. Below 0: it explodes, growing
        e-fold every |ξ| layers. inf: neither, the change is no more than a power of the depth.
        0 where not even one layer lets it through (χ = 0).

    Notes
    -----
    Schoenholz et al. 2017, eq. 9 (there ξ_∇).
    """
    chi = limit_growth(activation, weight_variance, bias_variance, normalization, skips)
    if chi == 0.0:
        return 0.0
    rate = math.log(chi)
    return math.inf if abs(rate) < CRITICAL else -1.0 / rate


def critical_point(activation: Activation, variance: float) -> tuple[float, float]:
    """Return (σ_w², σ_b²) of the plain net that is critical, χ = 1, with q* = q.

    σ_w² = 1/E[f′(z)²] and σ_b² = q − σ_w² E[f(z)²], z ~ N(0, q) (Schoenholz et al. 2017, with
    q, above 0 and up to 1e12, as the line's parameter). σ_b² < 0 means that no net has both.
    """
    limits.real("variance", variance, 0.0, FAR, above=True)
    slope = mean_square_slope(activation, variance)
    weight_variance = 1.0 / slope if slope else math.inf
    return weight_variance, variance - weight_variance * mean_square(activation, variance)


def critical_line(activation: Activation) -> tuple[tuple[float, float], ...]:
    """Return the critical plain nets as points (σ_w², σ_b²), by rising q* from 10⁻⁴ to 10⁶.

    Where f(0) = 0 it begins at its end, q* → 0: there σ_b² = 0, and σ_w² is 1 over the mean of f′²
    on both sides of 0.

    Left out is where the fixed point is not stable, so that no net settles there (GELU and SiLU
    with small biases: their χ jumps past 1). For a straight activation (ReLU, leaky ReLU,
    identity) `critical_point` gives one point only: with any larger σ_b² χ is 1 too, while q
    grows without end. There the line is upright.
    """
    points = [critical_point(activation, q) for q in _LINE]
    weight = points[0][0]
    if all(abs(w - weight) < 1e-9 * weight for w, _ in points):
        return ((weight, 0.0), (weight, MAX_VARIANCE))
    variances = list(_LINE)
    for i in reversed(range(1, len(_LINE))):
        # σ_b² is a difference of like numbers: an error of 1e-9 of q is not a negative one.
        if points[i - 1][1] < -1e-9 * _LINE[i - 1] and points[i][1] > 0.0:
            variances.insert(i, _unbiased(activation, _LINE[i - 1], _LINE[i]))
            points.insert(i, critical_point(activation, variances[i]))
    line = {
        q: (w, max(b, 0.0))
        for (w, b), q in zip(points, variances, strict=True)
        if b > -1e-9 * q and _stretch(activation, q, w) < 1.0 + 1e-6
    }
    begins = _LINE[0] in line and activation.f(np.zeros(1))[0] == 0.0
    return (*([_at_rest(activation)] if begins else []), *line.values())


def _at_rest(activation: Activation) -> tuple[float, float]:
    """Return the critical net whose q* is 0: near 0 only the slopes on both sides count."""
    slopes = activation.df(np.array([-_NEAR, _NEAR]))
    return float(1.0 / np.mean(slopes**2)), 0.0


def _unbiased(activation: Activation, low: float, high: float) -> float:
    """Return q between two of the line at which σ_b² comes up to 0."""
    for _ in range(_HALVINGS):
        between = 0.5 * (low + high)
        below = critical_point(activation, between)[1] < 0.0
        low, high = (between, high) if below else (low, between)
    return high


def factor_curve(
    activation: Activation, bias_variance: float, weight_variances: Sequence[float] = SCALES
) -> tuple[tuple[float, float], ...]:
    """Return (σ_w², √χ) deep inside plain nets, over the weight scale, which ascends.

    Where √χ first passes 1 between two of it, the two sides of that place are put in.
    """

    def point(scale: float) -> tuple[float, float]:
        return scale, math.sqrt(limit_susceptibility(activation, scale, bias_variance))

    points = [point(scale) for scale in weight_variances]
    first = next((i for i, (_, factor) in enumerate(points) if factor >= 1.0 - CRITICAL), 0)
    if first > 0:
        low, high = points[first - 1], points[first]
        while high[0] > (1.0 + 1e-4) * low[0]:
            between = point(math.sqrt(low[0] * high[0]))
            low, high = (between, high) if between[1] < 1.0 - CRITICAL else (low, between)
        points[first:first] = [low, high]
    return tuple(points)


def _stretch(activation: Activation, variance: float, weight_variance: float) -> float:
    """Return the slope of the map q → q of the next layer: below 1 where q* is stable."""
    step = 1e-3 * variance
    above, below = (mean_square(activation, variance + s) for s in (step, -step))
    return weight_variance * (above - below) / (2.0 * step)
