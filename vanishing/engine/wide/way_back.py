"""The gradient's way back through wide layers of n units, to the first order in 1/n.

Infinitely wide, a layer multiplies the mean square of ∂J/∂a by χ, with a skip by 1 + s²χ: what
comes back has no direction in common with the signal. With n units a share of 1/n of it lies along
the signal a, and a share along the mean over the units. Where E f(z) ≠ 0 and skips add the layers
up, these two shares grow faster than the rest and take over after some ln n layers: they follow the
signal itself, whose mean adds up from layer to layer (ReLU with He's weights and skips: the squared
signal grows ×2.90 a layer in the end, the rest of the gradient ×2).

How it is found. Disturb layer l by an ε of random direction, and follow the disturbance t of the
layers above: t′ = t + s f′(z) ⊙ W t. Given z = W a + b, where only W a = z − b tells of W, W t is
k z plus noise, with k = σ_w² (a·t)/(n q). So of t three numbers are needed: its mean square T, its
mean τ over the units, and u = a·t/(n √M), its share along the signal (M: the mean square of a).
With E over z ~ N(0, q), m the mean of a, and primes for the layer's output a′ = a + s f(z):

    τ′ = τ + s k E[z f′]
    u′ √M′ = u √M + s τ E f + s k (m E[z f′] + s E[z f f′])
    T′ = T + 2 s τ k E[z f′] + s² k² E[z² f′²] + s² E[f′²] N,  N = σ_w² (T − u² σ_w² M/q)

where k = u σ_w² √M/q (without a skip the terms of t, τ and a alone are 0). The noise adds N s²/n
times E[f′²] to τ², E[f′² (a + s f)]/√M′ to τu and E[f′² (a + s f)²]/M′ to u², which also gains
T s² Var f/(n M′). These are linear in (T, τ², τu, u²): matrices, whose product gives the
mean square of ∂J/∂z of every layer in one pass from the last to the first, for a gradient of random
direction at the top.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets.activations import Activation
from vanishing.engine.wide.quadrature import gaussian_nodes

FAR = 1e12
"""A variance that stands for its limit at infinity."""


@dataclass(frozen=True)
class Means:
    """Means over z ~ N(0, q) of products of f and its slope d = f′: `zfd` is E[z f(z) f′(z)]."""

    f: float
    ff: float
    dd: float
    zd: float
    zfd: float
    zzdd: float
    fdd: float
    ffdd: float
    dddd: float


_POWERS = {"f": 1, "ff": 2, "zd": 1, "zfd": 2, "zzdd": 2, "fdd": 1, "ffdd": 2}
"""With which power of √q they grow where f is straight on each side."""


def means(activation: Activation, variance: float) -> Means:
    """Return the means for q = `variance`, from 0."""
    if variance > FAR:
        far = means(activation, FAR)
        if far.ff < 2.0 * means(activation, FAR / 4.0).ff:
            return far
        # Far out f either saturates or is straight on each side.
        scale = math.sqrt(variance / FAR)
        return replace(far, **{name: getattr(far, name) * scale**p for name, p in _POWERS.items()})
    z, weights = gaussian_nodes(0.0, math.sqrt(variance), activation.kinks)
    f, d = activation.f(z), activation.df(z)
    products = (f, f**2, d**2, z * d, z * f * d, (z * d) ** 2, f * d**2, (f * d) ** 2, d**4)
    return Means(*(float(np.sum(weights * product)) for product in products))


@dataclass(frozen=True)
class Signal:
    """A layer's output a: its mean m and its mean square M, over inputs and units."""

    mean: float = 0.0
    square: float = 0.0


@dataclass(frozen=True, eq=False)
class Step:
    """What a layer does to (T, τ², τu, u²).

    Attributes
    ----------
    born : (4,)
        Of a disturbance of z with mean square 1 and random direction, seen in the layer's output.
    onwards : (4, 4)
        From the layer below to this one.
    """

    born: Array
    onwards: Array


def step(
    given: Means,
    variance: float,
    before: Signal,
    after: Signal,
    weight_variance: float,
    branch: float | None,
    width: float,
) -> Step:
    """Return a layer's step.

    Parameters
    ----------
    given, variance
        The means over its z, and q.
    before, after
        Of what it is given, and of what it gives.
    weight_variance
        σ_w²; of a normalised layer over the variance that is taken out.
    branch
        s of its skip; None without.
    width
        n; inf leaves T alone. So it must be for a normalised layer: what lies along the signal or
        the mean, the normalisation takes out.
    """
    skip, s = (0.0, 1.0) if branch is None else (1.0, branch)
    share = 1.0 / width
    root, top = math.sqrt(before.square), math.sqrt(after.square) or 1.0
    mean, pull = skip * before.mean, weight_variance * root / variance if variance else 0.0
    along = mean * given.dd + s * given.fdd
    both = skip * before.square * given.dd + 2.0 * mean * s * given.fdd + s**2 * given.ffdd
    born = s**2 * np.array([given.dd, share * given.dd, share * along / top, share * both / top**2])
    # (τ, u) → (τ′, u′)
    a, b = skip, s * pull * given.zd
    c, d = (
        skip * s * given.f / top,
        (skip * root + s * pull * (mean * given.zd + s * given.zfd)) / top,
    )
    onwards = np.array(
        [
            [skip, 0.0, 2.0 * skip * b, (s * pull) ** 2 * given.zzdd],
            [0.0, a * a, 2.0 * a * b, b * b],
            [0.0, a * c, a * d + b * c, b * d],
            [skip * share * s**2 * (given.ff - given.f**2) / top**2, c * c, 2.0 * c * d, d * d],
        ]
    )
    noise = weight_variance * np.array([1.0, 0.0, 0.0, -pull * root])
    return Step(born, onwards + np.outer(born, noise))


def through(given: Means, weight_variance: float, branch: float | None) -> float:
    """Return the share of the squared gradient that a layer's weights bring, from 0 to 1."""
    if branch is None:
        return 1.0
    chi = weight_variance * branch**2 * given.dd
    return chi / (1.0 + chi)


def log_variance(given: Means, share: float) -> float:
    """Return n times what a layer adds to the variance of ln of the squared gradient over nets.

    It is that of the square |t + f′(z) ⊙ W t|²: (4 χ + (3 E f′⁴/(E f′²)² − 1) χ²)/(1 + χ)², here
    by the `share` χ/(1 + χ) that comes `through`; 5 for a plain layer of ReLU (Hanin & Nica 2020).
    The median lies below the mean by e to half of it, were the logarithm normal.
    """
    peaked = given.dddd / given.dd**2 if given.dd else math.inf
    return 4.0 * share * (1.0 - share) + (3.0 * peaked - 1.0) * share**2


def deltas(steps: Sequence[Step]) -> tuple[float, ...]:
    """Return √E[(∂J/∂z)²] by layer over that of the last one; NaN where that is 0."""
    last = float(steps[-1].born[0])
    if last == 0.0:
        return (math.nan,) * len(steps)
    found, arrived, row = [], 1.0, np.array([1.0, 0.0, 0.0, 0.0])
    for each in reversed(steps):
        found.append(arrived * math.sqrt(max(float(row @ each.born), 0.0) / last))
        row = row @ each.onwards
        # Kept near 1, so that its square does not overflow before the gradient itself does.
        size = float(np.abs(row).max()) or 1.0
        arrived, row = arrived * math.sqrt(size), row / size
    return tuple(reversed(found))
