"""Presenting to a room: a mode with large type and little else, which is in the link.

It is the session's, whatever page is shown. The style sheet goes by the key of the bar that is
drawn here; the keys of the keyboard press what stands in it (see `markup`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import streamlit as st

from vanishing.ui import site
from vanishing.ui.page import Page
from vanishing.ui.widgets import button

LINK: Final = {"present": "1"}
"""What a link says that opens in this mode; one that opens without it says nothing."""

WIDTHS: Final = (1.7, 1.0)
"""Of a page's charts and of the words beside them, which are large here."""

_ON = "_present"


def asked(param: str) -> bool:
    """Tell whether a key of the link asks for the mode: in its only writing, however often."""
    return param in LINK and set(st.query_params.get_all(param)) == {LINK[param]}


def on() -> bool:
    """Tell whether the mode is on."""
    return bool(st.session_state.get(_ON))


def arrive() -> None:
    """Begin a run: a link can turn the mode on, and going to another page does not turn it off.

    The link then says it, and once.
    """
    if any(map(asked, LINK)):
        st.session_state[_ON] = True
    if on() and any(st.query_params.get_all(param) != [said] for param, said in LINK.items()):
        st.query_params.update(LINK)


def turn(wanted: bool) -> None:
    """Turn the mode on or off; a callback."""
    st.session_state[_ON] = wanted
    for param in LINK:
        st.query_params.pop(param, None)


def draw(page: Page) -> None:
    """Draw the switch; in the mode, also the way to the pages before and after this."""
    if not on():
        told = (
            "Large, for a room: → and ← go through the pages, PageDown and PageUp (a clicker's "
            "keys) show the rest of a page first, Escape comes back."
        )
        button("Present", "present_begin", "present_to_all", turn, True, help=told)
        return
    with st.container(key="presenting", horizontal=True, gap="small"):
        before, after = neighbours(page)
        if before:
            _way("previous", before, "arrow_back")
        if after:
            _way("next", after, "arrow_forward")
        else:
            st.markdown("That was the last page.", width="content")
        button("Leave", "present_leave", "close", turn, False, type="tertiary")


def neighbours(page: Page) -> tuple[Page | None, Page | None]:
    """Return the pages before and after one, in the order of the story."""
    pairs = list(pairwise(site.PAGES))
    before = (one for one, other in pairs if other is page)
    return next(before, None), next((other for one, other in pairs if one is page), None)


def _way(name: str, to: Page, icon: str) -> None:
    with st.container(key=f"present_{name}", width="content"):
        st.page_link(
            site.file_of(to.path),
            label=f"{name}: {to.title}",
            icon=f":material/{icon}:",
            query_params=LINK,
        )
