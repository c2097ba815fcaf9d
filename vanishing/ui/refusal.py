"""What stands in place of charts when the work is too large: how much, and what would fit."""

from __future__ import annotations

import streamlit as st

from vanishing.text import duration, number
from vanishing.ui import memory, work
from vanishing.ui.page import Values
from vanishing.ui.room import Room
from vanishing.ui.widgets import button
from vanishing.ui.work import Needs


def refuse(room: Room, values: Values, needs: Needs) -> None:
    """Say how much too large the work is, and offer the nearest setting that fits."""
    page = room.PAGE
    changes = page.nearest(values, lambda v: work.fits(room.needs(v)))
    listed = ", ".join(
        f"{page.control(name).label} {values[name]:,} → {value:,}"
        for name, value in changes.items()
    )
    st.warning(
        f"This asks for {', and '.join(_reasons(needs))}. The nearest setting that fits: {listed}.",
        title="Too large to compute here",
        icon=":material/hourglass_disabled:",
    )
    wanted = (page, {**values, **changes})
    label, key = "Use the nearest setting that fits", f"{page.key}_nearest"
    button(label, key, "compress", memory.assign, *wanted, type="primary")


def _reasons(needs: Needs) -> list[str]:
    """Return in what the work exceeds what is allowed."""
    reasons = []
    seconds, allowed = work.seconds(needs)
    if seconds > allowed:
        reasons.append(
            f"about {duration(seconds)} of computing, where {duration(allowed)} are allowed"
        )
    needed, most = work.largest(needs)
    if needed > most:
        reasons.append(
            f"about {number(needed / 1e6, 2)} MB of memory, where {most / 1e6:,.0f} MB are allowed"
        )
    return reasons
