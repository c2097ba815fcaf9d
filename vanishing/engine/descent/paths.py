"""Gradient descent and its relatives on a surface: their paths, their speed, where they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.descent.surfaces import Surface, bowl
from vanishing.engine.nets import optimizers

MAX_STEPS = 100_000
MAX_RUNS = 10_000
MAX_WORK = 10_000_000
"""Most runs × steps of `outcomes`."""
REACH = 1_000.0
"""A path ends where a parameter is larger than this, or is no number any more."""
NEAR = 1e-2
"""A descent has settled in a minimum from this close to it on."""
STEADY = 1e-4
"""… with its last step no longer than this."""
CLOSE = 1e-9
"""A budget is not spent any further from this close to the minimum on."""
LEAST_WANTED = 1e-15
"""The smallest share of the first cost that a budget is measured to."""
DIVERGED, UNSETTLED = -2, -1


@dataclass(frozen=True, eq=False)
class Path:
    """Where the optimiser called `key` went, after K steps.

    Attributes
    ----------
    places : (K + 1, 2)
        From the start on; ends before it leaves the reach |w| ≤ 1,000.
    losses, gradients : (K + 1,)
        J and ‖∂J/∂w‖ at these places.
    left : int or None
        The step that would have left the reach, or given no finite number; None if none did.
    """

    key: str
    places: Array
    losses: Array
    gradients: Array
    left: int | None

    @property
    def steps(self) -> int:
        """K, the steps drawn."""
        return len(self.places) - 1


def descend(
    surface: Surface,
    key: str,
    rate: float,
    steps: int,
    momentum: float = 0.9,
    start: tuple[float, float] | None = None,
    until: float = 0.0,
) -> Path:
    """Follow an optimiser down a surface: w ← w + Δw, Δw from `optimizers`.

    It begins where the surface says if `start` does not, and makes up to 100,000 steps of size
    η = `rate` > 0; only momentum uses 0 ≤ μ < 1. It stops at the first place no farther than
    `until`, if above 0, from the lowest minimum.
    """
    limits.real("rate", rate, 0.0, above=True, below=True)
    limits.whole("steps", steps, 1, MAX_STEPS)
    limits.real("momentum", momentum, 0.0, 1.0, below=True)
    optimizer = optimizers.get(key)
    w = np.array(surface.start if start is None else start, dtype=np.float64)
    state = optimizer.start(w)
    places, left, target = [w], None, surface.minima[0].place
    # Overflow on the way out is the lesson.
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(1, steps + 1):
            w = w + optimizer.step(surface.gradient(w), state, rate, momentum)
            # A NaN is not within reach either.
            if not (abs(w[0]) <= REACH and abs(w[1]) <= REACH):
                left = step
                break
            places.append(w)
            if until and math.hypot(w[0] - target[0], w[1] - target[1]) <= until:
                break
    path = np.array(places)
    norms = np.linalg.norm(surface.gradient(path), axis=1)
    return Path(key, path, surface.value(path), norms, left)


# --- speed on the quadratic bowl ------------------------------------------------------------------


@dataclass(frozen=True)
class Best:
    """The best parameters on a bowl with λmax = 1, λmin = 1/κ, and the rate they promise.

    `rate` is the step size η, `momentum` μ, 0 for gradient descent, and `factor` that by which the
    distance to the minimum shrinks per step, in the long run.
    """

    rate: float
    momentum: float
    factor: float


def best(key: str, kappa: float) -> Best:
    """Return the best step size (and momentum) on the bowl, and its predicted factor per step.

    Gradient descent: η = 2/(λmax + λmin), factor (κ−1)/(κ+1). Momentum ("heavy ball"):
    η = 4/(√λmax + √λmin)², μ = ((√κ−1)/(√κ+1))², factor √μ (Polyak 1964). κ is 1 or more.
    """
    limits.one_of("key", key, ("gradient_descent", "momentum"))
    limits.real("kappa", kappa, 1.0, below=True)
    if key == "gradient_descent":
        return Best(2.0 / (1.0 + 1.0 / kappa), 0.0, (kappa - 1.0) / (kappa + 1.0))
    root = math.sqrt(kappa)
    factor = (root - 1.0) / (root + 1.0)
    return Best(4.0 / (1.0 + 1.0 / root) ** 2, factor**2, factor)


def predicted_steps(factor: float, tolerance: float) -> float:
    """Return n = ln(tolerance)/ln(factor), at least 1: what the rate alone promises."""
    return max(1.0, math.log(tolerance) / math.log(factor)) if factor > 0 else 1.0


@dataclass(frozen=True)
class Measured:
    """How many steps one optimiser took on a bowl.

    `steps` is the first at which the distance to the minimum is at most the tolerance times its
    start, None if the most that may be tried were not enough; `predicted` see `predicted_steps`.
    """

    kappa: float
    steps: int | None
    predicted: float


def steps_to(
    key: str, kappas: Sequence[float], tolerance: float, limit: int = MAX_STEPS
) -> tuple[Measured, ...]:
    """Count the steps to a tolerance on bowls, at the best parameters of each (see `best`).

    The start is as far out in the flattest direction as in the steepest.
    """
    limits.real("tolerance", tolerance, 0.0, 1.0, above=True, below=True)
    found = []
    goal = tolerance * math.sqrt(2.0)
    for kappa in kappas:
        chosen = best(key, kappa)
        path = descend(
            bowl(kappa), key, chosen.rate, limit, chosen.momentum, start=(1.0, 1.0), until=goal
        )
        reached = float(np.hypot(*path.places[-1])) <= goal
        predicted = predicted_steps(chosen.factor, tolerance)
        found.append(Measured(kappa, path.steps if reached else None, predicted))
    return tuple(found)


@dataclass(frozen=True)
class Budget:
    """The cost reached on one bowl, as a share of the cost at the start, for each budget.

    Attributes
    ----------
    steps : (B,) int64
    reached : (B,)
        J/J₀ after so many steps.
    predicted : (B,)
        factor²ⁿ: what the rate alone promises of a cost that is quadratic in the distance.
    needed : int or None
        The first step with J/J₀ at most what is wanted; None if the largest budget is too small.
    """

    kappa: float
    steps: NDArray[np.int64]
    reached: Array
    predicted: Array
    needed: int | None

    def after(self, steps: int) -> float:
        """Return J/J₀ after so many steps (ValueError where they are not among `steps`)."""
        return float(self.reached[self.steps.tolist().index(steps)])


def spend(
    key: str, kappas: Sequence[float], budgets: Sequence[int], wanted: float
) -> tuple[Budget, ...]:
    """Return the cost that each budget of steps reaches on bowls, at the best parameters of each.

    The start is that of `steps_to`; the budgets ascend, and `wanted` is the J/J₀ to be reached,
    from 10⁻¹⁵.
    """
    if list(budgets) != sorted(budgets) or not budgets or budgets[0] < 0:
        limits.refuse("budgets", "ascending, from 0", list(budgets))
    limits.real("wanted", wanted, LEAST_WANTED, 1.0, below=True)
    at = np.asarray(budgets, dtype=np.int64)
    found = []
    for kappa in kappas:
        chosen = best(key, kappa)
        path = descend(
            bowl(kappa),
            key,
            chosen.rate,
            max(1, budgets[-1]),
            chosen.momentum,
            start=(1.0, 1.0),
            until=CLOSE,
        )
        # Nearer than that, what is left is as good as nothing: the rest is its last value.
        left = path.losses / path.losses[0]
        enough = np.flatnonzero(left <= wanted)
        needed = int(enough[0]) if len(enough) else None
        reached = left[np.minimum(at, path.steps)]
        found.append(Budget(kappa, at, reached, chosen.factor ** (2.0 * at), needed))
    return tuple(found)


# --- which minimum --------------------------------------------------------------------------------


def outcomes(surface: Surface, starts: Array, rates: Array, steps: int) -> NDArray[np.int8]:
    """Return where gradient descent ends, for each step size η (R,) and start (M, 2): (R, M) int8.

    It is the index of the minimum it has settled in (within 0.01 of it, the last step no longer
    than 10⁻⁴), `UNSETTLED`, or `DIVERGED` where it left the reach |w| ≤ 1,000.
    M × R × steps is at most 10⁷.
    """
    runs = len(starts) * len(rates)
    limits.whole("starts × rates", runs, 0, MAX_RUNS)
    limits.whole("steps", steps, 1, MAX_WORK // max(runs, 1))
    limits.real("rates", rates, 0.0, above=True)
    optimizer = optimizers.get("gradient_descent")
    w = np.repeat(np.asarray(starts, dtype=np.float64)[None], len(rates), axis=0)
    state = optimizer.start(w)
    eta = np.asarray(rates, dtype=np.float64)[:, None, None]
    gone = np.zeros(w.shape[:2], dtype=bool)
    for _ in range(steps):
        # The rule is linear in the gradient, so each run can bring its own step size.
        update = optimizer.step(eta * surface.gradient(w), state, 1.0)
        # What has left stays where it was: it would only overflow.
        update[gone] = 0.0
        w = w + update
        gone |= np.abs(w).max(axis=-1) > REACH
    still = np.linalg.norm(update, axis=-1) <= STEADY
    ends = np.where(gone, DIVERGED, UNSETTLED).astype(np.int8)
    for index, minimum in enumerate(surface.minima):
        near = np.linalg.norm(w - np.array(minimum.place), axis=-1) <= NEAR
        ends[near & still & ~gone] = index
    return ends
