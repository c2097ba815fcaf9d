"""Drawing a chart from its ready specification."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Final

import streamlit as st

from vanishing.charts.view import View, enlarged
from vanishing.text import unbroken
from vanishing.ui import markup, presenter

HIGH: Final = 1000
"""Pixels from which a chart, once complete, scrolls in a box of its own on the screen."""


def called(view: View) -> tuple[str, str, str]:
    """Return what a browser calls a chart: its takeaway, or as it moves, or as it is computed."""
    return view.alt, f"Chart: {view.name}", under_way(view)


def under_way(view: View) -> str:
    """Return what a chart is called while it grows: with other words a browser draws it anew."""
    return (
        f"Chart, drawn as it is computed: {view.name}. What it shows is said here once that is "
        "complete."
    )


def chart(
    view: View,
    key: str | None = None,
    changes: Mapping[str, Any] | None = None,
    usermeta: Mapping[str, Any] | None = None,
    moving: View | None = None,
    **options: Any,
) -> None:
    """Draw a chart from its ready specification and its frames, with its note beneath.

    Changes are made to the specification; usermeta is added to what a browser finds there.

    With `moving`, which holds the picture of this and of other values, it follows the hand. What
    is sent is then the same at each of these values, so that the browser keeps its picture; the
    takeaway, which is not the same, stands beside it for those who do not see.
    """
    drawn = moving or view
    spec = enlarged(drawn.spec) if presenter.on() else drawn.spec
    # The name in usermeta is how a test, or a browser's console, tells the charts apart.
    # As a picture of its parts, however many: a canvas has its colours for the screen alone.
    meta = {"view": view.name, "embedOptions": {"renderer": "svg"}, **(usermeta or {})}
    found = {"usermeta": meta, "datasets": {**drawn.frames, **drawn.sent}}
    # What grows is drawn often in one run, and then has no key; nor may its box have one.
    high = key is not None and spec.get("height", 0) > HIGH
    with st.container(key=f"high_{view.name}") if high else nullcontext():
        st.vega_lite_chart(
            spec={**spec, **(changes or {}), **found},
            alt=called(view)[moving is not None],
            width="stretch",
            key=key,
            **options,
        )
    if moving is not None:
        markup.unseen(view.alt)
    if note := f"{view.note} {moving.note if moving else ''}".strip():
        st.caption(unbroken(note))
