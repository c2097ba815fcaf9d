"""Drawing a chart from its ready specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vanishing.charts.view import View


def chart(
    view: View,
    key: str | None = None,
    changes: Mapping[str, Any] | None = None,
    usermeta: Mapping[str, Any] | None = None,
    **options: Any,
) -> None:
    """Draw a chart from its ready specification and its frames, with its note beneath.

    Changes are made to the specification; usermeta is added to what a browser finds there.
    """
    # The name in usermeta is how a test, or a browser's console, tells the charts apart.
    found = {"usermeta": {"view": view.name, **(usermeta or {})}, "datasets": dict(view.frames)}
    st.vega_lite_chart(
        spec={**view.spec, **(changes or {}), **found},
        alt=view.alt,
        width="stretch",
        key=key,
        **options,
    )
    if view.note:
        st.caption(view.note)
