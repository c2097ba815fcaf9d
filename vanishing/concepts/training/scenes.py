"""The parts of the training page: its controls, and what stands there when a run is too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vanishing.concepts.training import table
from vanishing.engine.nets.training import Settings
from vanishing.ui import refusal
from vanishing.ui.frame import Frame, Values


def controls(page: Frame) -> Values:
    """Draw all controls: few at first sight, A beside B."""
    page.controls("data", "depth", "which")
    _side_by_side(page, "f", "rate")
    page.controls("steps")
    with st.expander("More settings"):
        _side_by_side(page, "init", "norm", "skip", "opt")
        return page.controls(
            *("width", "seeds", "seed", "batch", "samples", "noise", "scaling"),
            *("bias", "bvalue", "sigma", "momentum", "alpha", "elu"),
        )


def _side_by_side(page: Frame, *names: str) -> None:
    for column, side in zip(st.columns(2), table.SIDES, strict=True):
        with column:
            page.controls(*[f"{side.lower()}_{name}" for name in names])


def refuse(page: Frame, values: Mapping[str, Any], a: Settings, b: Settings) -> None:
    """Say how much too large the two runs are, and offer the nearest setting that fits."""
    refusal.refuse(
        page,
        values,
        table.nearest(values),
        cost=a.cost() + b.cost(),
        together="for both",
        memory_needed=max(a.memory(), b.memory()),
    )
