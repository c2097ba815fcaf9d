"""Engine calls behind Streamlit's cache: one function per call, each bounded.

Arguments are plain settings, so that the same link finds the same result; what is asked for by
many at once is computed once.
"""

from __future__ import annotations

import streamlit as st

from vanishing import activations, datasets, initializers, layer_gradients
from vanishing.layer_gradients import LayerGradients

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
