"""Expectations of a function of one Gaussian variable, by Gauss–Legendre quadrature in pieces."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array

REACH = 12.0
"""Standard deviations kept on each side of the mean: what lies beyond has weight below 4e-33."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_FINEST = 2.0**-44


def gaussian_mean(
    g: Callable[[Array], Array], mean: float, std: float, kinks: Sequence[float] = ()
) -> float:
    """Return E g(z) for z ~ N(mean, std²), by the nodes of `gaussian_nodes`.

    For the activations, their derivatives, and the squares of both the error is below
    1e-10·max(1, E|g|), as it is for log |f'(z)| with the zeros of f' among the kinks.

    Parameters
    ----------
    g : callable
        Takes a one-dimensional float64 array and returns one of the same shape.
    mean, std : float
        At most 1e6 in size; std 0 gives g(mean).
    kinks : sequence of float
        Where g or its derivative jumps, or g has a logarithmic pole, besides 0.
    """
    z, weights = gaussian_nodes(mean, std, kinks)
    return float(np.sum(weights * _values(g, z)))


def gaussian_nodes(mean: float, std: float, kinks: Sequence[float] = ()) -> tuple[Array, Array]:
    """Return nodes z (K,) and weights (K,) with E g(z) = Σ w g(z) for z ~ N(mean, std²).

    The line from mean − 12 std to mean + 12 std is cut at every kink, at 0 and at every standard
    deviation, and ever more finely towards 0 and the kinks, halving the distance each time; each
    piece has 20 Gauss–Legendre nodes. The cuts at 0 resolve an activation, which bends within
    |z| ≲ 5, under a Gaussian of any width; the fine ones carry a jump of g or of its derivative,
    and a logarithmic pole such as that of log |f'(z)|, exactly or nearly so.

    Arguments as of `gaussian_mean`.
    """
    return _nodes(float(mean), float(std), tuple(map(float, kinks)))


@lru_cache(maxsize=64)
def _nodes(mean: float, std: float, kinks: tuple[float, ...]) -> tuple[Array, Array]:
    """Return the nodes and weights, made once for f, f′ and f² under the same Gaussian."""
    limits.real("mean", mean, -1e6, 1e6)
    limits.real("std", std, 0.0, 1e6)
    limits.finite("kinks", np.asarray(kinks))
    if std == 0.0:
        return np.array([mean]), np.ones(1)
    ends = _cuts(mean, std, kinks)
    half = 0.5 * np.diff(ends)[:, None]
    z = (ends[:-1, None] + half * (1.0 + _NODES)).ravel()
    density = np.exp(-0.5 * ((z - mean) / std) ** 2) / (std * math.sqrt(2.0 * math.pi))
    weights = (half * _WEIGHTS).ravel() * density
    for each in (z, weights):
        each.setflags(write=False)
    return z, weights


def _values(g: Callable[[Array], Array], z: Array) -> Array:
    values = np.asarray(g(z))
    limits.shape("what g returns", values, *z.shape)
    return values


def _cuts(mean: float, std: float, kinks: Sequence[float]) -> Array:
    """Return the ends of the pieces, ascending: shape (pieces + 1,)."""
    low, high = mean - REACH * std, mean + REACH * std
    # Distances 2^k from each centre, from the whole span down to a 2^-44th of 1 or of the span.
    span = high - low
    halvings = math.ceil(math.log2(max(span, 1.0) / min(span, 1.0) / _FINEST))
    distances = span * 2.0 ** -np.arange(halvings)
    centres = np.array(sorted({0.0, *map(float, kinks)}))[:, None]
    around = np.concatenate([centres - distances, centres, centres + distances], axis=1).ravel()
    steps = np.linspace(low, high, int(2 * REACH) + 1)
    return np.unique(np.concatenate([steps, around[(around > low) & (around < high)]]))
