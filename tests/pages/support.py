"""Opening a page the way a link does, and reading what its charts draw."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE
from vanishing.ui import site
from vanishing.ui.page import Page

APP = Path(__file__).parents[2] / "app.py"
TIMEOUT = PATIENCE
FOLDS = ("equations", "code", "share", "download")
"""Folds whose bodies are only there when they are open."""


def open_page(
    page: Page, *, unfolded: bool = False, more: bool = True, **params: str | list[str]
) -> AppTest:
    """Open a page through the router; ``params`` are link parameters, by full key.

    What is folded away is not there, unless `unfolded`; the further settings are, if `more`.
    """
    at = AppTest.from_file(APP, default_timeout=TIMEOUT)
    # A name of Streamlit's own: where it is no longer read, opening is slower and nothing else.
    at._bidi_component_manager = _no_components()
    if page is not site.PAGES[0]:
        # Before any run, as by a deep link into a fresh server: the page sends it to the router.
        at.switch_page(f"pages/{page.path}.py")
    for key, value in params.items():
        at.query_params[key] = value
    for fold in (*(["more"] if more else []), *(FOLDS if unfolded else ())):
        at.session_state[f"{page.key}_{fold}"] = True
    return at.run()


@cache
def _no_components() -> BidiComponentManager:
    """Return a registry that did not search every installed package: that takes 0.1 s a session."""
    return BidiComponentManager()


def with_values(page: Page, /, **values: Any) -> AppTest:
    """Open a page by the link that sets these controls."""
    return open_page(page, **page.params(values))


def press(at: AppTest, page: Page, name: str, row: str = "presets") -> AppTest:
    """Press a button of a row: of the presets, or of what else the page offers so."""
    return at.pills(key=f"{page.key}_{row}").set_value(name).run()


def charts(at: AppTest) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the drawn charts' data: chart name → data set name → frame."""
    return {name: _frames(proto) for name, proto in _charts(at)}


def tables(at: AppTest) -> list[pd.DataFrame]:
    """Return the tables written in Markdown, as frames of words."""
    found = []
    for element in at.markdown:
        for table in re.findall(r"^(?:\| .*\n?)+", plain(element.value), re.MULTILINE):
            rows = [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in table.splitlines()]
            head, _, *body = [[cell.replace("\\|", "|") for cell in row] for row in rows]
            found.append(pd.DataFrame(body, columns=head))
    return found


def alt_texts(at: AppTest) -> dict[str, str]:
    """Return what stands beside each chart for those who do not see: chart name → words."""
    told = [words for html in at.get("html") if (words := unseen(html.proto.body))]
    return dict(zip((name for name, _ in _charts(at)), told, strict=True))


def unseen(html: str) -> str:
    """Return what a piece of HTML says to screen readers alone; nothing for any other."""
    found = re.match(r'<p class="unseen">(.*?)</p>', html, re.DOTALL)
    return unescape(found[1]) if found else ""


def note(html: str) -> str:
    """Return the note in a piece of HTML; nothing where there is none."""
    found = re.search(r'<p class="note( waits)?">(.*)</p>$', html, re.DOTALL)
    return unescape(found[2]) if found else ""


def notes(at: AppTest) -> list[str]:
    """Return what stands below the charts in small letters."""
    return [words for html in at.get("html") if (words := note(html.proto.body))]


def _charts(at: AppTest) -> list[tuple[str, Any]]:
    found = [element.proto for element in at.get("vega_lite_chart")]
    return [(json.loads(proto.spec)["usermeta"]["view"], proto) for proto in found]


def _frames(proto: Any) -> dict[str, pd.DataFrame]:
    return {d.name: pa.ipc.open_stream(d.data.data).read_pandas() for d in proto.datasets}


def said(at: AppTest) -> str:
    """Return all running text of the page."""
    every = [*at.header, *at.markdown, *at.caption, *at.warning]
    return plain("\n".join([*(element.value for element in every), *notes(at)]))


def plain(words: str) -> str:
    """Return words without the signs that only keep them on one line."""
    return words.replace("\u00a0", " ").replace("\u2060", "")


def assert_sound(at: AppTest) -> None:
    """No exception, and no chart drawn from nothing."""
    assert not at.exception, [e.message for e in at.exception]
    for name, frames in charts(at).items():
        assert any(len(frame) for frame in frames.values()), f"chart {name} is empty"
