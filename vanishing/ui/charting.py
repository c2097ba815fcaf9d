"""Drawing a chart from its ready specification."""

from __future__ import annotations

import streamlit as st

from vanishing.charts.view import View


def chart(view: View, key: str | None = None) -> None:
    """Draw a chart from its ready specification and its frames, with its note beneath."""
    st.vega_lite_chart(
        # The name in usermeta is how a test, or a browser's console, tells the charts apart.
        spec={**view.spec, "usermeta": {"view": view.name}, "datasets": dict(view.frames)},
        alt=view.alt,
        width="stretch",
        key=key,
    )
    if view.note:
        st.caption(view.note)
