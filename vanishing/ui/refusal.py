"""What stands in place of charts when a run is too large: how much, and what would fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vanishing.engine.nets.training import MAX_COST, MAX_MEMORY
from vanishing.text import number
from vanishing.ui import memory
from vanishing.ui.frame import Frame

MINUTE = "a minute of computing"
"""What `MAX_COST` stands for."""


def refuse(
    page: Frame,
    values: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    cost: int,
    together: str,
    memory_needed: int,
) -> None:
    """Say how much too large the runs are, and offer the nearest setting that fits.

    Parameters
    ----------
    page : Frame
    values : mapping
        The page's settings.
    changes : mapping
        Those to change until all runs fit.
    cost : int
        Of all runs, in multiply-adds.
    together : str
        The runs: "for both".
    memory_needed : int
        Of the largest, in bytes.
    """
    reasons = []
    if cost > MAX_COST:
        reasons.append(
            f"about {number(cost, 2)} multiply-adds {together}, "
            f"{number(cost / MAX_COST, 2)} times the limit (about {MINUTE})"
        )
    if memory_needed > MAX_MEMORY:
        reasons.append(
            f"about {number(memory_needed / 1e6, 2)} MB of memory, where "
            f"{MAX_MEMORY / 1e6:,.0f} MB are allowed"
        )
    offer_nearest(page, values, changes, f"These runs ask for {' and '.join(reasons)}.")


def offer_nearest(
    page: Frame, values: Mapping[str, Any], changes: Mapping[str, Any], why: str
) -> None:
    """Say why something is too large, and offer the nearest setting that fits; see `refuse`."""
    listed = ", ".join(
        f"{page.page.control(name).label} {values[name]:,} → {value:,}"
        for name, value in changes.items()
    )
    st.warning(
        f"{why} The nearest setting that fits: {listed}.",
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
