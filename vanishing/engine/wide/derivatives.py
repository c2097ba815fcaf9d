"""How large an activation's derivative is on average, when pre-activations are Gaussian."""

import math
from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.nets.activations import Activation
from vanishing.engine.seeds import stream
from vanishing.engine.wide.quadrature import gaussian_mean

MAX_SAMPLES = 1_000_000


@dataclass(frozen=True)
class SlopeStatistics:
    """E|f'(z)| and √E[f'(z)²] for z ~ N(mean, std²), predicted and measured.

    Attributes
    ----------
    mean_abs, rms : float
        By quadrature (error below 1e-10). The second is the factor by which a wide layer scales a
        back-propagated gradient, before its weights.
    sample_mean_abs, sample_rms : float
        The same from `samples` random z.
    mean_abs_error, rms_error : float
        One standard error of each sampled figure.
    share_below : float
        Share of the sample with |f'(z)| below `threshold`.
    """

    mean_abs: float
    rms: float
    sample_mean_abs: float
    sample_rms: float
    mean_abs_error: float
    rms_error: float
    share_below: float
    samples: int
    threshold: float


def slope_statistics(
    activation: Activation,
    mean: float,
    std: float,
    *,
    threshold: float,
    samples: int = 10_000,
    seed: int = 0,
) -> SlopeStatistics:
    """Return the average size of f' under Gaussian pre-activations, two ways.

    Parameters
    ----------
    mean, std : float
        Of the pre-activation z; std ≥ 0.
    threshold : float
        What counts as a small derivative, ≥ 0.
    samples : int
        From 2 to 1,000,000.
    seed : int
        The sample is the same for every activation, mean and std: N(0, 1) draws, scaled.
    """
    limits.whole("samples", samples, 2, MAX_SAMPLES)
    limits.real("threshold", threshold, 0.0)
    predicted_abs = gaussian_mean(
        lambda z: np.abs(activation.df(z)), mean, std, kinks=activation.kinks
    )
    predicted_square = gaussian_mean(
        lambda z: activation.df(z) ** 2, mean, std, kinks=activation.kinks
    )
    z = mean + std * stream(seed, "pre-activations").standard_normal(samples)
    slopes = np.abs(activation.df(z))
    squares = slopes**2
    rms = math.sqrt(squares.mean())
    root = math.sqrt(samples)
    return SlopeStatistics(
        mean_abs=predicted_abs,
        rms=math.sqrt(predicted_square),
        sample_mean_abs=float(slopes.mean()),
        sample_rms=rms,
        mean_abs_error=float(slopes.std(ddof=1)) / root,
        # The delta method: the error of a square root is that of its square over twice the root.
        rms_error=float(squares.std(ddof=1)) / root / (2.0 * rms) if rms > 0.0 else 0.0,
        share_below=float((slopes < threshold).mean()),
        samples=samples,
        threshold=threshold,
    )
