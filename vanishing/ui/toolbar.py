"""The buttons of every page: presets; undo and reset, share, and what to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import streamlit as st

from vanishing.charts.columns import titles
from vanishing.charts.sets import drawn
from vanishing.charts.view import BEFORE, View
from vanishing.ui import markup, memory, presenter
from vanishing.ui.charting import called
from vanishing.ui.controls import Value, describe
from vanishing.ui.page import Page
from vanishing.ui.widgets import button, buttons, opened


def presets(page: Page) -> None:
    """Draw the presets, which no setting changes, in one line."""
    if not page.presets:
        return
    labels = {preset.name: f":material/auto_awesome: {preset.name}" for preset in page.presets}
    told = "\n\n".join(f"**{preset.name}**: {preset.about}" for preset in page.presets)
    buttons(
        "Presets",
        f"{page.key}_presets",
        labels,
        lambda name: memory.assign(page, page.preset(name).values),
        help=told,
        wrap=False,
    )


def draw(place: Any, page: Page, values: Mapping[str, Value], views: Sequence[View]) -> None:
    """Draw the toolbar into its place, for the settings on screen and the charts drawn."""
    with place, st.container(key="toolbar", horizontal=True, gap="small"):
        _back(page, values)
        _share(page, values)
        _downloads(page, values, views)


def _share(page: Page, values: Mapping[str, Value]) -> None:
    fold = opened(st.expander, "Share", f"{page.key}_share", "link", type="compact")
    if fold.open:
        address = link(page, values)
        with fold:
            markup.copied("This link opens the page with exactly these settings.", address)
            markup.filling(address)
            markup.copied("To show it within another page:", markup.framed(address, page.question))
            markup.saving()


def link(page: Page, values: Mapping[str, Value]) -> str:
    """Return the address of a page with its non-default settings."""
    base = urlsplit(st.context.url or "")
    address = f"{base.scheme}://{base.netloc}{base.path or '/'}" if base.netloc else page.path
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


def _downloads(page: Page, values: Mapping[str, Value], views: Sequence[View]) -> None:
    if not views:
        return
    told = "Pictures of the charts, and the numbers that are drawn."
    key = f"{page.key}_download"
    fold = opened(st.expander, "Download", key, "download", type="compact")
    if not fold.open:
        return
    about = [page.question, f"Settings: {in_words(page, values)}.", link(page, values)]
    with fold:
        st.caption(told)
        for view in views:
            st.markdown(f"**{view.name}**")
            with st.container(horizontal=True, gap="small"):
                _chart(page, view, about)
        markup.saving()


def _chart(page: Page, view: View, about: Sequence[str]) -> None:
    question, settings, address = about
    file = f"{page.path}-{view.name}".replace(" ", "-")
    note = (view.note,) if view.note else ()
    told = (question, f"{view.name}. {settings}", *note, address)
    markup.pictures(called(view), file, told)
    # The picture before is of other settings than the file says, and cut to be drawn.
    seen = drawn(view.spec) - {BEFORE}
    for name in (name for name, rows in view.frames.items() if name in seen and len(rows) > 1):
        st.download_button(
            "CSV" if name == "rows" else f"CSV: {name}",
            data=partial(_csv, view, name),
            file_name=f"{file}-{name}.csv".replace(" ", "-"),
            mime="text/csv",
            key=f"{page.key}_csv_{view.name}_{name}",
            on_click="ignore",
        )


def in_words(page: Page, values: Mapping[str, Value]) -> str:
    """Return the settings that differ from the defaults, as a reader sees them."""
    changed = [c for c in page.controls if values.get(c.name, c.default) != c.default]
    said = [f"{c.label} = {describe(c, values[c.name])}" for c in changed]
    return "; ".join(said) if said else "the page's defaults"


def _csv(view: View, name: str) -> str:
    """Return the rows of one data set as CSV, its columns named as the axes are."""
    frame: Any = view.frames[name]
    rows = frame.to_pandas() if isinstance(frame, pa.Table) else frame
    return str(rows.rename(columns=titles(view.spec, name, [*rows.columns])).to_csv(index=False))
