"""Three rules that turn a gradient into an update of the parameters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
"""Adam's decay rates and ε, as its paper recommends."""
MAX_LEARNING_RATE = 1e6
MAX_MOMENTUM = 0.999


@dataclass(frozen=True)
class Optimizer:
    """A rule for the update: gradient, state, η, μ -> None; it puts the update into the state."""

    key: str
    name: str
    rule: Callable[[Array, "State", float, float], None]

    def start(self, like: Array) -> "State":
        """Return the state before the first step, for parameters of the shape of `like`."""
        return State(np.zeros_like(like), np.zeros_like(like), np.zeros_like(like))

    def step(self, gradient: Array, state: "State", rate: float, momentum: float = 0.9) -> Array:
        """Return the update Δw of one step, to be added to the parameters, for g = ∂J/∂w.

        `rate` is the step size η; only "momentum" uses μ. `state` moves on in place, and what is
        returned is `state.update`, which holds until the next step.
        """
        state.steps += 1
        self.rule(gradient, state, rate, momentum)
        return state.update


@dataclass(eq=False)
class State:
    """What an optimiser carries from step to step; arrays have the shape of the parameters.

    `update` is the last one, and momentum's velocity; Adam has running means of g and of g².
    """

    update: Array
    mean: Array
    square: Array
    steps: int = 0


def _gradient_descent(gradient: Array, state: State, rate: float, momentum: float) -> None:
    np.multiply(gradient, -rate, out=state.update)


def _momentum(gradient: Array, state: State, rate: float, momentum: float) -> None:
    state.update *= momentum
    state.update -= rate * gradient


def _adam(gradient: Array, state: State, rate: float, momentum: float) -> None:
    work = gradient - state.mean
    work *= 1.0 - BETA_1
    state.mean += work
    np.square(gradient, out=work)
    if state.square.dtype == np.float32 and not work.max() < np.inf:
        # g fits in float32 and g² does not: from here on v is held in float64.
        state.square = state.square.astype(np.float64)
    if state.square.dtype != work.dtype:
        work = np.square(gradient, dtype=state.square.dtype)
    work -= state.square
    work *= 1.0 - BETA_2
    state.square += work
    np.divide(state.square, 1.0 - BETA_2**state.steps, out=work)
    np.sqrt(work, out=work)
    work += EPSILON
    np.divide(state.mean, work, out=state.update)
    state.update *= -rate / (1.0 - BETA_1**state.steps)


_OPTIMIZERS = {
    optimizer.key: optimizer
    for optimizer in (
        # Cauchy (1847); on mini-batches Robbins & Monro (1951)
        Optimizer("gradient_descent", "Gradient descent", _gradient_descent),
        # Polyak (1964), Some methods of speeding up the convergence of iteration methods
        Optimizer("momentum", "Momentum", _momentum),
        # Kingma & Ba (2015), Adam: a method for stochastic optimization, Algorithm 1
        Optimizer("adam", "Adam (β₁ = 0.9, β₂ = 0.999)", _adam),
    )
}
KEYS: tuple[str, ...] = tuple(_OPTIMIZERS)


def check(key: str, rate: float, momentum: float) -> None:
    """Refuse an optimiser that is none, and a step size η or a momentum μ out of its range."""
    limits.one_of("optimizer", key, KEYS)
    limits.real("learning_rate", rate, 0.0, MAX_LEARNING_RATE, above=True)
    limits.real("momentum", momentum, 0.0, MAX_MOMENTUM)


def get(key: str) -> Optimizer:
    """Return the optimiser called `key`."""
    limits.one_of("key", key, KEYS)
    return _OPTIMIZERS[key]
