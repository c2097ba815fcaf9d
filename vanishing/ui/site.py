"""The table of pages, and the way a visitor is routed to one."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from importlib import import_module
from typing import Any

import streamlit as st

from vanishing.concepts import order
from vanishing.ui import markup, runtime, waiting
from vanishing.ui.page import Page


def _page(room: str) -> Page:
    page: Page = import_module(f"vanishing.concepts.{room}.table").PAGE
    return page


SECTIONS: Mapping[str, tuple[Page, ...]] = {
    name: tuple(map(_page, rooms)) for name, rooms in order.SECTIONS.items()
}
"""What stands in the navigation: pages by themselves, and sections that unfold."""

PAGES: tuple[Page, ...] = tuple(page for section in SECTIONS.values() for page in section)

APP = "Vanishing"
"""How the browser's tab names the app."""

_ROUTED = "_routed"


def navigation() -> Any:
    """Declare the pages to Streamlit and return the one asked for."""
    # Copies: a session marks the one that it may run.
    pages = {section: [copy(file_of(page.path)) for page in of] for section, of in SECTIONS.items()}
    # The first page is at the root: who writes its name is sent there.
    named = st.Page(_go_home, title=PAGES[0].title, url_path=PAGES[0].path, visibility="hidden")
    next(iter(pages.values())).append(named)
    # On top: a sidebar would take a quarter of a projector's width from the charts.
    return st.navigation(pages, position="top")


@cache
def file_of(path: str) -> Any:
    """Return a page's file, as Streamlit knows it and goes to it; within a run of the app.

    Once for all: Streamlit looks for the file whenever it is told of it anew, and a dozen times a
    run that is a tenth of what an opening costs.
    """
    page = page_at(path)
    return st.Page(
        f"pages/{path}.py",
        title=page.title,
        url_path=path if page is not PAGES[0] else "root",
        default=page is PAGES[0],
    )


def _go_home() -> None:
    st.switch_page(file_of(PAGES[0].path), query_params=st.query_params.to_dict())


def route() -> None:
    """Run the page that the address names; the whole of app.py's work."""
    st.session_state[_ROUTED] = True
    page = navigation()
    # Pages have no icon of their own: the browser would fetch it from a font server as a favicon.
    name = APP if page.title == PAGES[0].title else f"{page.title} · {APP}"
    st.set_page_config(page_title=name, page_icon="📉", layout="wide")
    markup.style()
    with waiting.turn():
        page.run()
        # Not before: the first visitor's page comes first, and charts' packages are loaded by then.
        runtime.settled(order.ROOMS)
        import_module("vanishing.ui.ready").begin(order.ROOMS)


def show(room: str) -> None:
    """Show a room's page, through the router; the whole of a page's file.

    A room and the stage are loaded here, by one thread at a time: modules that import one another
    are met half loaded by threads that enter them from two sides. For the same reason the pages'
    files import nothing but this module.
    """
    _ensure_routed()
    with waiting.turn():
        stage = import_module("vanishing.ui.stage")
        stage.show(import_module(f"vanishing.concepts.{room}.scenes"))


def _ensure_routed() -> None:
    """Send a page that was run on its own back through the router.

    While a ``pages/`` folder exists, a fresh server takes the first deep link for an old-style
    page and runs its file without app.py. Declaring the navigation once, and running again,
    brings the visitor to the same address the proper way, query and all.
    """
    if not st.session_state.get(_ROUTED):
        navigation()
        st.rerun()


def page_of(param: str) -> Page | None:
    """Return the page that has a key of links, if any has."""
    having = (page for page in PAGES if param in map(page.param, page.defaults()))
    return next(having, None)


def page_at(path: str) -> Page:
    """Return the page with that address (KeyError where there is none)."""
    return {page.path: page for page in PAGES}[path]
