"""What takes long on the chain's page, apart from its charts: it is computed in another process."""

from __future__ import annotations

from collections.abc import Iterator

from vanishing.concepts.chain.table import SIGMAS
from vanishing.engine.chain import many, theory
from vanishing.engine.chain.many import Draws, MedianMap
from vanishing.engine.chain.theory import BestRate, Theory
from vanishing.engine.nets import activations
from vanishing.engine.progress import Progress

N = 10_000
"""Chains drawn."""
MAP_DEPTHS = (1, *range(5, 101, 5))


def draws(
    activation: str, alpha: float | None, depth: int, sigma: float, seed: int, x: float
) -> Draws:
    """Return the products of `N` drawn chains."""
    return many.draws(depth, sigma, activations.get(activation, alpha), N, seed, x)


def prediction(
    activation: str, alpha: float | None, depth: int, sigma: float, x: float
) -> Theory | None:
    """Return what theory predicts of them; None where it has a gap."""
    f = activations.get(activation, alpha)
    return None if theory.theory_gap(f, sigma) else theory.theory(depth, sigma, f, x)


def best_rate(of: tuple[str, float | None]) -> Iterator[BestRate | Progress | None]:
    """Find the best weight scale; None where theory names none."""
    f = activations.get(*of)
    slopes = f.slope_range
    can_be_zero = slopes.low == 0 and slopes.low_attained
    if can_be_zero or theory.theory_gap(f, 1.0):
        yield None
    else:
        yield from theory.best_rates(f)


def median_map(activation: str, alpha: float | None, seed: int, x: float) -> MedianMap:
    """Return the median product over depth and weight scale."""
    f = activations.get(activation, alpha)
    return many.median_map(MAP_DEPTHS, SIGMAS, f, seed=seed, x=x)
