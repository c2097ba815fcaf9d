"""Dying ReLU, counted: off for an input, dead on the data, revived, and dead from birth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array, BoolArray

STATES: tuple[str, ...] = ("active", "inactive for most", "dead", "revived")
"""Names of the states that `history` returns as 0, 1, 2 and 3."""

ACTIVE, INACTIVE_FOR_MOST, DEAD, REVIVED = range(4)

# --- units of a network on a data set -----------------------------------------------------------


@dataclass(frozen=True)
class UnitStates:
    """One layer's units on a whole data set, for S networks of n units and B inputs.

    Attributes
    ----------
    active_share : (S, n)
        Share of the inputs for which each unit is on (z > 0).
    dead : (S, n)
        Off (z ≤ 0) for every input.
    dead_share : (S,)
        Share of the units that are dead.
    inactive_share : (S,)
        Share of all unit–input pairs that are off.
    """

    active_share: Array
    dead: BoolArray
    dead_share: Array
    inactive_share: Array


def unit_states(zs: Array) -> UnitStates:
    """Count which units of a layer are on, off and dead, from its pre-activations `zs` (S, B, n).

    "Dead" means off for all B inputs, so give the whole data set and not one mini-batch.
    """
    limits.shape("zs", zs, "S", "B", "n")
    _, inputs, units = zs.shape
    # A NaN is neither on nor off.
    on, is_off = zs > 0.0, zs <= 0.0
    dead = np.all(is_off, axis=1)
    return UnitStates(
        active_share=np.count_nonzero(on, axis=1) / inputs,
        dead=dead,
        dead_share=np.mean(dead, axis=1),
        inactive_share=np.count_nonzero(is_off, axis=(1, 2)) / (inputs * units),
    )


def history(active_share: Array) -> NDArray[np.int8]:
    """Name the state of n units at R records of a training run, (R, n) indices into `STATES`.

    "active": on for at least half of the inputs. "inactive for most": on for fewer than half but
    not for none. "dead": on for none. "revived": on for some now, after having been dead at an
    earlier record. `active_share` (R, n) is that of `UnitStates`, record by record.
    """
    limits.shape("active_share", active_share, "R", "n")
    limits.real("active_share", active_share, 0.0, 1.0)
    dead = active_share == 0.0
    been_dead = np.logical_or.accumulate(dead, axis=0)
    states = np.where(active_share >= 0.5, ACTIVE, INACTIVE_FOR_MOST)
    states[been_dead] = REVIVED
    states[dead] = DEAD
    return states.astype(np.int8)


# --- one neuron on data -------------------------------------------------------------------------


@dataclass(frozen=True)
class NeuronOnData:
    """One (leaky) ReLU neuron on N inputs, with the gradient of its mean output.

    Attributes
    ----------
    z, output, on : (N,)
        Pre-activation w·x + b and activation of each input, and whether z > 0.
    dead : bool
        Off for every input: max z ≤ 0.
    gradient_w : (d,)
        ∂/∂w of the mean output, mean of f'(z)·x.
    gradient_b : float
        ∂/∂b of the mean output, mean of f'(z). Of any loss, the gradient is a sum of the same
        f'(z)·x and f'(z) with other factors, so for a dead ReLU each term of it is 0.
    margin : float
        max z over the inputs: how far the bias can fall before the neuron is dead (≤ 0: it is).
    death_bias : float
        −max w·x: the neuron is dead on these inputs if and only if b ≤ this.
    """

    z: Array
    output: Array
    on: BoolArray
    share_on: float
    dead: bool
    gradient_w: Array
    gradient_b: float
    margin: float
    death_bias: float


def one_neuron(w: Array, b: float, x: Array, alpha: float = 0.0) -> NeuronOnData:
    """Measure one neuron, w (d,) and b, on a data set x (N, d).

    `alpha` is its slope for z ≤ 0, from 0 (ReLU) to 1.
    """
    w, x = np.asarray(w, dtype=np.float64), np.asarray(x, dtype=np.float64)
    limits.shape("w", w, "d")
    limits.shape("x", x, "N", w.size)
    for name, value in (("w", w), ("b", b), ("x", x)):
        limits.finite(name, value)
    limits.real("alpha", alpha, 0.0, 1.0)
    projected = x @ w
    z = projected + b
    on = z > 0.0
    slope = np.where(on, 1.0, alpha)
    return NeuronOnData(
        z=z,
        output=slope * z,
        on=on,
        share_on=float(np.mean(on)),
        dead=not on.any(),
        gradient_w=slope @ x / len(x),
        gradient_b=float(np.mean(slope)),
        margin=float(z.max()),
        death_bias=-float(projected.max()),
    )
