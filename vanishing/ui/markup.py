"""The app's only HTML: a style sheet that never changes, and boxes for keyboard and screen reader.

What stands in them is Markdown, between blank lines; what would open a tag in it is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

_STYLE = """<style>
/* Where the keyboard is: the theme's own ring is too faint to be seen from afar. */
:is(a, button, summary, input, [role=radio], [tabindex="0"]):focus-visible,
label:has(> input:focus-visible),
[data-baseweb=select]:has(input:focus-visible) {
    outline: 3px solid #D55E00 !important; outline-offset: 2px; border-radius: 4px;
}
/* What is large scrolls in its own box: on a phone sideways, and long tables up and down. */
.scrolls { overflow: auto; max-height: 26rem; }
.scrolls table { margin: 0; }
/* Code: the theme has one set of colours for light and dark, on white from 2.5:1. */
.stCode .token { color: light-dark(#4f565f, #c4cad1) !important; }
.stCode .token:is(.keyword, .function, .class-name) {
    color: light-dark(#0b5394, #7db8f0) !important;
}
.stCode .token.string { color: light-dark(#146c35, #7fd39a) !important; }
.stCode .token:is(.number, .boolean) { color: light-dark(#0f6674, #6fd0dc) !important; }
.stCode .token:is(.operator, .decorator) { color: light-dark(#9a4500, #f5a66b) !important; }
</style>"""


def style() -> None:
    """Add the style sheet to the page."""
    st.html(_STYLE)


def status(sentences: Sequence[str]) -> None:
    """Draw a list of Markdown sentences; when its first one changes, a screen reader says it.

    The browser keeps the box and changes its words, as it must for them to be noticed.
    """
    first, *others = (f"- {_plain(sentence)}" for sentence in sentences)
    _draw(f'<div role="status">\n\n{first}\n\n</div>', "\n".join(others))


def scrolling(words: str, name: str) -> None:
    """Draw Markdown in a box that scrolls, by the keyboard too, and is called `name`."""
    opening = f'<div class="scrolls" role="region" tabindex="0" aria-label="{escape(name)}">'
    _draw(opening, _plain(words), "</div>")


def _plain(words: str) -> str:
    return words.replace("<", "&lt;")


def _draw(*parts: str) -> None:
    st.markdown("\n\n".join(parts), unsafe_allow_html=True)
