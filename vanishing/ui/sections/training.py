"""The parts of the training page: its controls, and what stands there when a run is too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vanishing.text import number
from vanishing.training import MAX_COST, MAX_MEMORY, Settings
from vanishing.ui import memory
from vanishing.ui.frame import Frame, Values
from vanishing.ui.tables import training as table

MINUTE = "a minute of computing"
"""What `MAX_COST` stands for."""


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
    changes = table.nearest(values)
    listed = ", ".join(
        f"{page.page.control(name).label} {values[name]:,} → {value:,}"
        for name, value in changes.items()
    )
    memory_needed = max(a.memory(), b.memory())
    reasons = []
    if a.cost() + b.cost() > MAX_COST:
        reasons.append(
            f"about {number(a.cost() + b.cost(), 2)} multiply-adds for both, "
            f"{number((a.cost() + b.cost()) / MAX_COST, 2)} times the limit (about {MINUTE})"
        )
    if memory_needed > MAX_MEMORY:
        reasons.append(
            f"about {number(memory_needed / 1e6, 2)} MB of memory, where "
            f"{MAX_MEMORY / 1e6:,.0f} MB are allowed"
        )
    st.warning(
        f"These runs ask for {' and '.join(reasons)}. The nearest setting that fits: {listed}.",
        title="Too large to compute here",
        icon=":material/hourglass_disabled:",
    )
    st.button(
        "Use the nearest setting that fits",
        key=f"{page.page.key}_nearest",
        icon=":material/compress:",
        type="primary",
        on_click=memory.assign,
        args=(page.page, {**values, **changes}),
    )
