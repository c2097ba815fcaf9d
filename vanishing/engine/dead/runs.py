"""Training runs watched for dead units, and what theory says of units that are off at the start."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vanishing.engine import limits, progress
from vanishing.engine.arrays import Array
from vanishing.engine.dead.units import UnitStates, unit_states
from vanishing.engine.nets import heads, network
from vanishing.engine.nets.records import Diverged, Record
from vanishing.engine.nets.training import Settings, train
from vanishing.engine.progress import Progress


@dataclass(frozen=True, eq=False)
class DeadRun:
    """What a run says of dead units: S networks, L hidden layers, R records before any divergence.

    Attributes
    ----------
    steps : (R,)
        Updates made.
    loss : (R, S)
    dead, off : (R, S, L)
        As `dead_share` and `inactive_share` of `UnitStates`, for each hidden layer.
    active : (R, S, U)
        Share of the inputs for which each hidden unit is on, the first layer's units first.
    mean_activation : (R, S, L)
        Mean of f(z) over inputs and units.
    diverged : Diverged or None
        Where the run met inf or NaN, which ended it for all S networks.
    """

    settings: Settings
    steps: Array
    loss: Array
    dead: Array
    off: Array
    active: Array
    mean_activation: Array
    diverged: Diverged | None

    @property
    def dead_share(self) -> Array:
        """(R, S): share of all hidden units that are off for every input."""
        share: Array = self.dead.mean(axis=2)
        return share


def watch(settings: Settings) -> DeadRun:
    """Train the networks of `settings` and keep what concerns dead units.

    The record in which a run diverged is left out: a unit whose z is NaN is neither on nor off.
    ValueError if the run is too large, or diverged before its first step.
    """
    return _of(settings, progress.records(train(settings)))


def watches(settings: Settings) -> Iterator[DeadRun | Progress]:
    """Train as `watch`, and give what is known so far, with progress in between."""
    yield from progress.growing(train(settings), settings.steps, lambda found: _of(settings, found))


def _of(settings: Settings, records: Sequence[Record]) -> DeadRun:
    whole = [record for record in records if record.diverged is None]
    if not whole:
        limits.refuse("settings", "of a network that is finite at the start", settings)
    hidden = slice(None), slice(0, settings.depth)
    return DeadRun(
        settings,
        np.array([r.step for r in whole]),
        np.stack([r.loss for r in whole]),
        np.stack([r.dead_share[hidden] for r in whole]),
        np.stack([r.inactive_share[hidden] for r in whole]),
        np.stack([np.concatenate(r.active_share, axis=1) for r in whole]),
        np.stack([r.activation_mean[hidden] for r in whole]),
        records[-1].diverged,
    )


def at_start(settings: Settings) -> tuple[UnitStates, ...]:
    """Count on, off and dead units of the untrained networks, one entry per hidden layer."""
    replace(settings, steps=1).check_cost()
    data = settings.load()
    head = heads.for_classes(data.classes)
    trace = network.forward(settings.draw(data), data.x, settings.get_activation(), head)
    return tuple(unit_states(z) for z in trace.zs[:-1])


def off_probability(layer: int, width: int) -> float:
    """Return P(z ≤ 0) for one unit of hidden layer l = 1, 2, … and one input, before training.

    1 − ½·(1 − 2^(−N))^(l−1), for ReLU layers of N units, zero biases and weights symmetric about
    0: half, unless a layer below is off altogether for that input, after which every z is 0. (The
    same argument as for the bound of Lu, Shin, Su & Karniadakis 2020.)
    """
    limits.whole("layer", layer, 1)
    limits.whole("width", width, 1)
    return 1.0 - 0.5 * (1.0 - 2.0**-width) ** (layer - 1)


def positive_growth(fan_in: int) -> float:
    """Return the factor by which positive-only weights multiply the mean activation per layer.

    n·E w = √(2n/π) for w = |u|, u ~ N(0, 1/n), fan-in n, zero biases and inputs that are nowhere
    negative: all z are then ≥ 0 and a ReLU layer is linear. n is 1 or more.
    """
    limits.whole("fan_in", fan_in, 1)
    return math.sqrt(2.0 * fan_in / math.pi)


def positive_mean(x: Array, width: int, layer: int) -> float:
    """Return the mean activation of hidden layer l = 1, 2, … of such nets of N units on x, (M, d).

    E x · √(2d/π) · √(2N/π)^(l−1), the mean over units, inputs and all draws of the weights: that of
    a single narrow net is mostly less, and seldom much more.
    """
    limits.whole("layer", layer, 1)
    first = float(x.mean()) * positive_growth(x.shape[1])
    return first * positive_growth(width) ** (layer - 1)
