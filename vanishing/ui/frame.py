"""The frame around every page: question, answer, link notice, share, undo, reset, downloads.

A page script opens a frame, draws its controls and charts through it, and closes it.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from vanishing.charts.view import View
from vanishing.ui import links, memory, site
from vanishing.ui.controls import Value, draw
from vanishing.ui.page import Page


class Values(Mapping[str, Value]):
    """The page's settings by name, also as attributes: ``values.depth``."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"this page has drawn no control {name!r}") from None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Frame:
    """One run of one page; made by `open_page`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._values: dict[str, Value] = {}
        self._views: list[View] = []
        memory.arrive(page)
        links.resume(page)
        complaints = links.repair(page)
        st.title(page.question, anchor=False)
        st.markdown(page.answer)
        self._toolbar = st.container(horizontal=True, vertical_alignment="center", gap="small")
        links.show(complaints)

    # --- what a page calls ---------------------------------------------------------------------

    @property
    def values(self) -> Values:
        """The values of the controls drawn so far."""
        return Values(self._values)

    def controls(self, *names: str, disabled: bool = False) -> Values:
        """Draw the named controls here, and return all values so far."""
        for name in names:
            control = self.page.control(name)
            before = memory.recall(self.page, control)
            value = draw(control, self.page.param(name), disabled=disabled)
            links.insist(self.page, control, value, before)
            self._values[name] = value
        return self.values

    def more(self, *names: str, label: str = "More settings") -> Values:
        """Draw the named controls behind a fold."""
        with st.expander(label):
            return self.controls(*names)

    def chart(self, view: View) -> None:
        """Draw a chart from its ready specification and its frames, with its note beneath."""
        self._views.append(view)
        st.vega_lite_chart(
            # The name in usermeta is how a test, or a browser's console, tells the charts apart.
            spec={**view.spec, "usermeta": {"view": view.name}, "datasets": dict(view.frames)},
            alt=view.alt,
            width="stretch",
            key=f"{self.page.key}_chart_{view.name}",
        )
        if view.note:
            st.caption(view.note)

    def notice(self, *sentences: str) -> None:
        """Say what to notice, in sentences made from the present numbers."""
        with st.container(border=True):
            st.markdown("**What to notice**")
            st.markdown("\n".join(f"- {sentence}" for sentence in sentences))

    def close(self, *, equations: str = "", code: Sequence[Callable[..., Any] | type] = ()) -> None:
        """End the page: equations, the code that ran, the source, and the toolbar's contents.

        Parameters
        ----------
        equations : str
            Markdown with LaTeX.
        code : sequence of functions or classes
            What computed the page; shown from its real source.
        """
        if equations:
            with st.expander("The equations", icon=":material/function:"):
                st.markdown(equations)
        if code:
            with st.expander("The code that ran", icon=":material/code:"):
                for item in code:
                    st.caption(f"`{item.__module__}.{item.__qualname__}`")
                    st.code(source_of(item), language="python")
        if self.page.source:
            st.caption(f"**In the article and the papers.** {self.page.source}")
        memory.remember(self.page, self._values)
        with self._toolbar:
            self._presets()
            self._share()
            self._back()
            self._downloads()

    # --- the toolbar ---------------------------------------------------------------------------

    def _presets(self) -> None:
        for preset in self.page.presets:
            st.button(
                preset.name,
                key=f"{self.page.key}_preset_{preset.name}",
                help=preset.about,
                icon=":material/auto_awesome:",
                on_click=memory.assign,
                args=(self.page, preset.values),
            )

    def _share(self) -> None:
        with st.popover("Share", icon=":material/link:"):
            st.markdown("This link opens the page with exactly these settings.")
            st.code(self.link(), language=None, wrap_lines=True)

    def link(self) -> str:
        """Return the address of this page with its non-default settings."""
        base = urlsplit(st.context.url or "")
        address = f"{base.scheme}://{base.netloc}{base.path}" if base.netloc else self.page.path
        query = self.page.query(self._values)
        return f"{address}?{query}" if query else address

    def _back(self) -> None:
        st.button(
            "Undo",
            key=f"{self.page.key}_undo",
            icon=":material/undo:",
            help="Back to the settings before the last change.",
            disabled=not memory.can_undo(self.page),
            on_click=memory.undo,
            args=(self.page,),
        )
        st.button(
            "Reset",
            key=f"{self.page.key}_reset",
            icon=":material/restart_alt:",
            help="All settings of this page back to their defaults.",
            disabled=not self.page.params(self._values),
            on_click=memory.assign,
            args=(self.page, {}),
        )

    def _downloads(self) -> None:
        if not self._views:
            return
        with st.popover("CSV", icon=":material/download:", help="The numbers that are drawn."):
            for view in self._views:
                for name, frame in view.frames.items():
                    st.download_button(
                        f"{view.name} · {name}",
                        data=partial(_csv, frame),
                        file_name=f"{self.page.path}-{view.name}-{name}.csv".replace(" ", "-"),
                        mime="text/csv",
                        key=f"{self.page.key}_csv_{view.name}_{name}",
                        on_click="ignore",
                    )


def open_page(page: Page) -> Frame:
    """Begin a page: through the router, with the link checked, under its question."""
    site.ensure_routed()
    return Frame(page)


_READING = threading.Lock()


def source_of(item: Callable[..., Any] | type) -> str:
    """Return the source of a function or a class, read once and by one thread at a time.

    A class is found by parsing its module, and CPython 3.11 cannot parse in two threads at once: it
    raises "AST constructor recursion depth mismatch".
    """
    with _READING:
        return _read(item)


@cache
def _read(item: Callable[..., Any] | type) -> str:
    return inspect.getsource(item)


def _csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False)
