"""The buttons of every page: presets above it; share, undo, reset and the numbers as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import streamlit as st

from vanishing.charts.view import View
from vanishing.ui import memory, presenter
from vanishing.ui.controls import Value
from vanishing.ui.page import Page
from vanishing.ui.widgets import button, opened


def presets(page: Page) -> None:
    """Draw the presets, which no setting changes, in one line."""
    if not page.presets:
        return
    with st.container(horizontal=True, wrap=False, gap="small"):
        for preset in page.presets:
            key, wanted = f"{page.key}_preset_{preset.name}", (page, preset.values)
            button(preset.name, key, "auto_awesome", memory.assign, *wanted, help=preset.about)


def draw(place: Any, page: Page, values: Mapping[str, Value], views: Sequence[View]) -> None:
    """Draw the toolbar into its place, for the settings on screen and the charts drawn."""
    with place, st.container(key="toolbar", horizontal=True, gap="small"):
        _share(page, values)
        _back(page, values)
        _downloads(page, views)


def _share(page: Page, values: Mapping[str, Value]) -> None:
    fold = opened(st.popover, "Share", f"{page.key}_share", "link")
    if fold.open:
        told = "This link opens the page with exactly these settings."
        fold.markdown(told)
        # In a field one tap, or the Tab key, selects it all; the label is for those who cannot see.
        fold.text_input(told, link(page, values), label_visibility="collapsed")


def link(page: Page, values: Mapping[str, Value]) -> str:
    """Return the address of a page with its non-default settings."""
    base = urlsplit(st.context.url or "")
    address = f"{base.scheme}://{base.netloc}{base.path}" if base.netloc else page.path
    query = page.query(values, presenter.LINK if presenter.on() else {})
    return f"{address}?{query}" if query else address


def _back(page: Page, values: Mapping[str, Value]) -> None:
    told = "Back to the settings before the last change."
    still = not memory.can_undo(page)
    button("Undo", f"{page.key}_undo", "undo", memory.undo, page, help=told, disabled=still)
    told = "All settings of this page back to their defaults."
    still = not page.params(values)
    key, icon = f"{page.key}_reset", "restart_alt"
    button("Reset", key, icon, memory.assign, page, {}, help=told, disabled=still)


def _downloads(page: Page, views: Sequence[View]) -> None:
    if not views:
        return
    told = "The numbers that are drawn."
    fold = opened(st.popover, "CSV", f"{page.key}_csv", "download", help=told)
    if not fold.open:
        return
    with fold:
        for view in views:
            for name, frame in view.frames.items():
                st.download_button(
                    f"{view.name} · {name}",
                    data=partial(_csv, frame),
                    file_name=f"{page.path}-{view.name}-{name}.csv".replace(" ", "-"),
                    mime="text/csv",
                    key=f"{page.key}_csv_{view.name}_{name}",
                    on_click="ignore",
                )


def _csv(frame: Any) -> str:
    """Return the rows of a frame, or of an Arrow table, as CSV."""
    rows = frame.to_pandas() if isinstance(frame, pa.Table) else frame
    return str(rows.to_csv(index=False))
