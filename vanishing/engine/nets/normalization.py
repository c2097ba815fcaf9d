"""Batch and layer normalisation of one layer, forward and back."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array

KEYS = ("none", "batch", "layer")

EPSILON = 1e-5
"""ε, added to the variance: the smallest variance that is still brought to about 1."""


@dataclass(frozen=True, eq=False)
class Normalized:
    """One layer's û = (u − mean) / √(var + ε), with what the way back needs.

    Attributes
    ----------
    kind : str
        "batch": mean and variance of each unit over the batch; "layer": of each input over units.
    values : (S, B, n)
        û.
    center, scale : (S, 1, n) for "batch", (S, B, 1) for "layer"
        The mean, and √(var + ε).
    """

    kind: str
    values: Array
    center: Array
    scale: Array


def normalize(u: Array, kind: str, known: Normalized | None = None) -> Normalized:
    """Normalise what arrives at the units of a layer.

    Parameters
    ----------
    u : (S, B, n)
        Weighted sums a W.
    known : Normalized, optional
        A pass whose mean and scale are used instead of those of `u`: how a network with batch
        normalisation answers to single inputs. Layer normalisation needs and uses none.

    Notes
    -----
    Ioffe & Szegedy 2015, Batch Normalization, algorithm 1 (the variance divides by B, not B − 1);
    Ba, Kiros & Hinton 2016, Layer Normalization, eq. 3 (its ε as in batch normalisation).
    """
    limits.one_of("kind", kind, KEYS[1:])
    if known is not None and kind == "batch":
        return Normalized(kind, (u - known.center) / known.scale, known.center, known.scale)
    center = _mean(u, kind)
    values = u - center
    scale: Array = np.sqrt(_mean(np.square(values), kind) + EPSILON)
    values /= scale
    return Normalized(kind, values, center, scale)


def pull_back(done: Normalized, gradient: Array) -> Array:
    """Return ∂J/∂u of one layer from ∂J/∂û, both (S, B, n).

    A change of one u also moves the mean and the variance, which takes out of the gradient its
    mean and its part along û: ∂J/∂u = (g − mean(g) − û · mean(g û)) / √(var + ε).

    Notes
    -----
    Ioffe & Szegedy 2015, section 3, the six derivatives put into one.
    """
    along = gradient * done.values
    np.multiply(done.values, _mean(along, done.kind), out=along)
    back: Array = gradient - _mean(gradient, done.kind)
    back -= along
    back /= done.scale
    return back


def _mean(x: Array, kind: str) -> Array:
    # A product with equal weights takes a fraction of the time of .mean() over a short axis.
    mean: Array
    if kind == "batch":
        mean = np.matmul(_equal_weights(x.shape[1], x.dtype), x)[:, None]
    else:
        mean = np.matmul(x, _equal_weights(x.shape[2], x.dtype))[..., None]
    return mean


@lru_cache(maxsize=64)
def _equal_weights(count: int, dtype: np.dtype[Any]) -> Array:
    weights = np.full(count, 1.0 / count, dtype)
    weights.setflags(write=False)
    return weights
