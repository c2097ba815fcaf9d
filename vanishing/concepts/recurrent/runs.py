"""What takes long on the page on recurrent nets, apart from its charts."""

from __future__ import annotations

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations
from vanishing.engine.recurrent import theory, unrolled
from vanishing.engine.recurrent.unrolled import Recurrence, ThroughTime


def predicted(one: Recurrence, size: str) -> tuple[Array | None, Array | None, int]:
    """Return log₁₀ of what is predicted of state and gradient, and for how many steps it applies.

    The gradient is of "mean" or "spectral" size.
    """
    of_size = {"mean": theory.mean_log10, "spectral": theory.spectral_log10}
    lags = unrolled.lags_of(one.steps)
    return theory.rms_log10(one), of_size[size](one, lags), theory.reach(one)


def counter_example(steps: int) -> tuple[ThroughTime, Array]:
    """Return the counter-example's two orbits, and how far they are apart, (T + 1,)."""
    orbits, tanh = unrolled.counter_example(steps), activations.get("tanh")
    states = unrolled.unroll(orbits, tanh)
    apart: Array = np.linalg.norm(states.h[1] - states.h[0], axis=1)
    return unrolled.measure(orbits, tanh), apart
