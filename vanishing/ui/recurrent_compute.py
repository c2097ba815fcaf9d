"""The recurrent page's engine calls behind Streamlit's cache, each bounded."""

from __future__ import annotations

import numpy as np

from vanishing.concepts.recurrent.table import ACTIVATIONS, PAGE, SIZES
from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations
from vanishing.engine.recurrent import theory as recurrent_theory
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.unrolled import Recurrence, ThroughTime
from vanishing.ui.compute import SMALL
from vanishing.ui.stored import stored

NETS = len(ACTIVATIONS) * PAGE.longest("gain", "inputs", "steps", "units")
"""Kinds of nets that a drag asks for, all activations drawn."""


@stored(entries=NETS, size=48_000_000, spinner="Unrolling the nets…")
def through_time(recurrence: Recurrence) -> ThroughTime:
    """Return the states and Jacobians of drawn nets; see `recurrent.through_time`."""
    return recurrent.through_time(recurrence)


@stored(entries=len(SIZES) * NETS, size=SMALL)
def theory(recurrence: Recurrence, size: str) -> tuple[Array | None, Array | None]:
    """Return log₁₀ of what is predicted of state and gradient; see `recurrent_theory`.

    `size` is that of the gradient: "mean" or "spectral".
    """
    lags = through_time(recurrence).jacobians.lags
    of_size = {"mean": recurrent_theory.mean_log10, "spectral": recurrent_theory.spectral_log10}
    return recurrent_theory.rms_log10(recurrence), of_size[size](recurrence, lags)


@stored(entries=PAGE.longest("steps"), size=SMALL)
def counter_example(steps: int) -> ThroughTime:
    """Return those of the counter-example's two orbits; see `recurrent.counter_example`."""
    return recurrent.measure(recurrent.counter_example(steps), activations.get("tanh"))


@stored(entries=PAGE.longest("steps"), size=SMALL)
def distance(steps: int) -> Array:
    """Return how far the counter-example's second orbit is from its first, (T + 1,)."""
    states = recurrent.unroll(recurrent.counter_example(steps), activations.get("tanh"))
    apart: Array = np.linalg.norm(states.h[1] - states.h[0], axis=1)
    return apart
