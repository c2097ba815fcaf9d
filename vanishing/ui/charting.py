"""Drawing a chart from its ready specification."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Final

import streamlit as st

from vanishing.charts.sets import order
from vanishing.charts.view import View, enlarged
from vanishing.ui import markup, presenter

HIGH: Final = 1000
"""Pixels from which a chart, once complete, scrolls in a box of its own on the screen."""


def called(view: View) -> str:
    """Return what a browser calls a chart.

    What it shows with these settings is said beside it, for those who do not see: with other words
    of its own a browser would make the whole chart anew, where new rows take a third of the time.
    """
    return f"Chart: {view.name}"


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
    is sent is then the same at each of these values, so that the browser keeps its picture.
    """
    drawn = moving or view
    spec = enlarged(drawn.spec) if presenter.on() else drawn.spec
    # The name in usermeta is how a test, or a browser's console, tells the charts apart.
    # As a picture of its parts, however many: a canvas has its colours for the screen alone.
    meta = {"view": view.name, "embedOptions": {"renderer": "svg"}, **(usermeta or {})}
    kinds = order(drawn.spec, drawn.frames) if drawn.order is None else drawn.order
    if kinds:
        meta["order"] = kinds
    found = {"usermeta": meta, "datasets": {**drawn.frames, **drawn.sent}}
    # What grows is drawn often in one run, and then has no key; nor may its box have one.
    high = key is not None and spec.get("height", 0) > HIGH
    with st.container(key=f"high_{view.name}") if high else nullcontext():
        st.vega_lite_chart(
            spec={**spec, **(changes or {}), **found},
            alt=called(view),
            width="stretch",
            key=key,
            **options,
        )
    markup.under_chart(view.alt, f"{view.note} {moving.note if moving else ''}".strip())
