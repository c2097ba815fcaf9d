"""The weights of one drawn chain, and how many of such weights lie between −1 and 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.chain.many import check_sigma
from vanishing.engine.chain.products import MAX_DEPTH
from vanishing.engine.seeds import stream

MAX_WEIGHTS = 1_000_000


def drawn(depth: int, sigma_w: float, seed: int = 0) -> Array:
    """Draw the weights w₁ … w_L ~ N(0, σ_w²) of one chain, (L,), L ≤ 1000.

    The same seed gives the same standard-normal draws for every σ_w, and a shallower chain has the
    first weights of a deeper one.
    """
    limits.whole("depth", depth, 1, MAX_DEPTH)
    check_sigma(sigma_w)
    weights: Array = sigma_w * stream(seed, "chain", "one draw").standard_normal(depth)
    return weights


@dataclass(frozen=True)
class Share:
    """Share of weights with |w| ≤ 1: measured among `n` draws, and predicted."""

    measured: float
    predicted: float
    n: int


def share_within_one(sigma_w: float, n: int = 100_000, seed: int = 0) -> Share:
    """Return which share of n weights from N(0, σ_w²) lies in [−1, 1], counted and by the formula.

    P(|w| ≤ 1) = erf(1 / (σ_w √2)): 68.3 % for σ_w = 1.
    """
    check_sigma(sigma_w)
    limits.whole("n", n, 1, MAX_WEIGHTS)
    draws = stream(seed, "chain", "share").standard_normal(n)
    measured = float((abs(sigma_w * draws) <= 1).mean())
    return Share(measured, math.erf(1 / (sigma_w * math.sqrt(2))), n)
