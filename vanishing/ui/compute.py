"""Engine calls behind Streamlit's cache: one function per call, each bounded.

Arguments are plain settings, so that the same link finds the same result; what is asked for by
many at once is computed once.
"""

from __future__ import annotations

import streamlit as st

from vanishing import (
    activations,
    datasets,
    dead_runs,
    dead_units,
    initializers,
    layer_gradients,
)
from vanishing.dead_runs import DeadRun
from vanishing.dead_units import BornDead, UnitStates
from vanishing.layer_gradients import LayerGradients
from vanishing.training import Settings

ENTRIES = 64
BYTES = "64 MB"


@st.cache_data(max_entries=ENTRIES, max_size=BYTES, show_spinner=False)
def start_gradients(
    activation: str, initializer: str, depth: int, width: int, samples: int, seeds: int
) -> LayerGradients:
    """Return each layer's gradient at the start on the digits; see `layer_gradients.at_start`."""
    return layer_gradients.at_start(
        activations.get(activation),
        initializers.get(initializer),
        datasets.load("digits", samples=samples),
        depth=depth,
        width=width,
        seeds=seeds,
    )


@st.cache_data(max_entries=256, max_size=BYTES, show_spinner="Training the networks…")
def watched(settings: Settings) -> DeadRun:
    """Return a training run as far as dead units go; see `dead_runs.watch`."""
    return dead_runs.watch(settings)


@st.cache_data(max_entries=ENTRIES, max_size=BYTES, show_spinner=False)
def units_at_start(settings: Settings) -> tuple[UnitStates, ...]:
    """Return the states of the untrained networks' units; see `dead_runs.at_start`."""
    return dead_runs.at_start(settings)


@st.cache_data(max_entries=256, max_size=BYTES, show_spinner=False)
def born_dead(depth: int, width: int, nets: int, spread: float, seed: int) -> tuple[BornDead, ...]:
    """Return the shares born dead on the points ±1; see `dead_units.born_dead_curve`."""
    return dead_units.born_dead_curve(depth, width, nets, seed, bias_std=spread)
