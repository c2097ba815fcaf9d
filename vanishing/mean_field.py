"""What theory predicts for a wide random net: the size of z, and of its gradient, by layer."""

import math
from dataclasses import dataclass

from vanishing.activations import Activation
from vanishing.quadrature import gaussian_mean

MAX_LAYERS = 1_000
MAX_VARIANCE = 1e6


@dataclass(frozen=True)
class Propagation:
    """The mean-field prediction for each layer of a random net.

    Attributes
    ----------
    variances : tuple of float
        q of layers 1 … L: the variance of the pre-activations z.
    factors : tuple of float
        √χ of layers 1 … L: going back through layer l multiplies the size of ∂J/∂z by it.
    """

    variances: tuple[float, ...]
    factors: tuple[float, ...]


def next_variance(
    activation: Activation, variance: float, weight_variance: float, bias_variance: float
) -> float:
    """Return q of the next layer: σ_w² E[φ(z)²] + σ_b², z ~ N(0, q).

    Parameters
    ----------
    activation : Activation
    variance : float
        q of this layer, ≥ 0.
    weight_variance : float
        σ_w²: fan-in times the variance of one weight.
    bias_variance : float
        σ_b².

    Returns
    -------
    float

    Notes
    -----
    The length map of Poole et al. 2016 and Schoenholz et al. 2017.
    """
    second_moment = gaussian_mean(
        lambda z: activation.f(z) ** 2, 0.0, math.sqrt(variance), kinks=activation.kinks
    )
    return weight_variance * second_moment + bias_variance


def susceptibility(activation: Activation, variance: float, weight_variance: float) -> float:
    """Return χ = σ_w² E[φ′(z)²], z ~ N(0, q): what one layer does to a squared gradient.

    Below 1 gradients vanish, above 1 they explode (Schoenholz et al. 2017, eq. 5, at q = q*).
    """
    return weight_variance * gaussian_mean(
        lambda z: activation.df(z) ** 2, 0.0, math.sqrt(variance), kinks=activation.kinks
    )


def propagate(
    activation: Activation,
    layers: int,
    *,
    weight_variance: float,
    bias_variance: float = 0.0,
    first_variance: float | None = None,
) -> Propagation:
    """Follow q and √χ through the layers of a wide random net.

    Parameters
    ----------
    activation : Activation
    layers : int
        L, from 1 to 1,000.
    weight_variance, bias_variance : float
        σ_w² (fan-in times the variance of one weight) and σ_b², each from 0 to 1e6.
    first_variance : float, optional
        q of layer 1; by default that of inputs with E[x²] = 1.

    Returns
    -------
    Propagation
        q stops growing at 1e6: beyond, only its being enormous is meaningful.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 1 <= layers <= MAX_LAYERS:
        raise ValueError(f"layers must be from 1 to {MAX_LAYERS}, got {layers!r}")
    for name, value in (("weight_variance", weight_variance), ("bias_variance", bias_variance)):
        if not 0.0 <= value <= MAX_VARIANCE:
            raise ValueError(f"{name} must be from 0 to {MAX_VARIANCE:g}, got {value!r}")
    q = weight_variance + bias_variance if first_variance is None else first_variance
    variances = [min(q, MAX_VARIANCE)]
    for _ in range(layers - 1):
        q = next_variance(activation, variances[-1], weight_variance, bias_variance)
        variances.append(min(q, MAX_VARIANCE))
    factors = [math.sqrt(susceptibility(activation, q, weight_variance)) for q in variances]
    return Propagation(tuple(variances), tuple(factors))
