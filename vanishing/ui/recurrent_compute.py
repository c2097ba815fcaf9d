"""The recurrent page's engine calls behind Streamlit's cache, each bounded."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vanishing import activations, recurrent, recurrent_theory
from vanishing.arrays import Array
from vanishing.recurrent import Recurrence, ThroughTime
from vanishing.ui.compute import BYTES, ENTRIES


@st.cache_data(max_entries=ENTRIES, max_size=BYTES, show_spinner="Unrolling the nets…")
def through_time(recurrence: Recurrence) -> ThroughTime:
    """Return the states and Jacobians of drawn nets; see `recurrent.through_time`."""
    return recurrent.through_time(recurrence)


@st.cache_data(max_entries=ENTRIES, max_size=BYTES, show_spinner=False)
def theory(recurrence: Recurrence, size: str) -> tuple[Array | None, Array | None]:
    """Return log₁₀ of what is predicted of state and gradient; see `recurrent_theory`.

    `size` is that of the gradient: "mean" or "spectral".
    """
    lags = through_time(recurrence).jacobians.lags
    of_size = {"mean": recurrent_theory.mean_log10, "spectral": recurrent_theory.spectral_log10}
    return recurrent_theory.rms_log10(recurrence), of_size[size](recurrence, lags)


@st.cache_data(max_entries=ENTRIES, max_size=BYTES, show_spinner=False)
def counter_example(steps: int) -> ThroughTime:
    """Return those of the counter-example's two orbits; see `recurrent.counter_example`."""
    return recurrent.measure(recurrent.counter_example(steps), activations.get("tanh"))


@st.cache_data(max_entries=ENTRIES, max_size=BYTES, show_spinner=False)
def distance(steps: int) -> Array:
    """Return how far the counter-example's second orbit is from its first, (T + 1,)."""
    states = recurrent.unroll(recurrent.counter_example(steps), activations.get("tanh"))
    apart: Array = np.linalg.norm(states.h[1] - states.h[0], axis=1)
    return apart
