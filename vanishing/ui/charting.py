"""Drawing a chart from its ready specification."""

from __future__ import annotations

from html import escape

import streamlit as st

from vanishing.charts.view import View


def chart(view: View, key: str | None = None, moving: View | None = None) -> None:
    """Draw a chart from its ready specification and its frames, with its note beneath.

    With `moving`, which holds the picture of this and of other values, it follows the hand. What
    is sent is then the same at each of these values, so that the browser keeps its picture; the
    takeaway, which is not the same, stands beside it for those who do not see.
    """
    drawn = moving or view
    st.vega_lite_chart(
        # The name in usermeta is how a test, or a browser's console, tells the charts apart.
        spec={**drawn.spec, "usermeta": {"view": view.name}, "datasets": dict(drawn.frames)},
        alt=view.alt if moving is None else f"Chart: {view.name}",
        width="stretch",
        key=key,
    )
    if moving is not None:
        st.html(f'<p class="unseen">{escape(view.alt)}</p>')
    if view.note:
        st.caption(view.note)
