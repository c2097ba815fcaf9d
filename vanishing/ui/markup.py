"""The app's only HTML: a style sheet and a script that never change, and boxes.

What stands in them is Markdown, between blank lines; what would open a tag in it is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

STYLE: Final = Path(__file__).with_name("style.css")

SCRIPT: Final = """<script>
if (!window.followed) {
  window.followed = true;
  const slider = e => e.target.closest?.('.stSlider')?.querySelector('input[type=range]');
  const raise = (input, name) => input && input.dispatchEvent(new Event(name));
  new MutationObserver(all => all.forEach(one => raise(one.target, 'moved'))).observe(
    document.body, {subtree: true, attributeFilter: ['aria-valuetext']});
  for (const name of ['pointerdown', 'keydown'])
    addEventListener(name, e => raise(slider(e), 'taken'), true);
  // Until they follow, on release, words and figures are those of another picture.
  const held = on => document.body.classList.toggle('held', on);
  addEventListener('pointerdown', e => held(!!slider(e)), true);
  for (const name of ['pointerup', 'pointercancel'])
    addEventListener(name, () => setTimeout(held, 200, false), true);
  const bar = {ArrowRight: 'next', PageDown: 'next', ArrowLeft: 'previous', PageUp: 'previous',
    Escape: 'leave'};
  const own = {A: 'input, select, textarea, [role=radiogroup], [role=slider], .scrolls',
    P: 'select, textarea, input:not([type=range], [type=radio], [type=checkbox])',
    E: '[aria-expanded=true]'};
  addEventListener('keydown', e => {
    const to = document.querySelector(
      `.st-key-presenting .st-key-present_${bar[e.key]} :is(a, button)`);
    if (!to || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (e.target.closest?.(own[e.key[0]])) return;
    e.preventDefault();
    e.stopPropagation();
    if (!e.repeat) to.click();
  }, true);
}
</script>"""
"""Streamlit moves a slider's range input without the events that Vega listens to: raise them.

To a presenter the keys are those of slides, but for what a control under the keyboard needs: arrows
move sliders, and all but Escape write in fields. PageDown, which is what a clicker sends, does not
move the slider that was just dragged."""


def style() -> None:
    """Add the style sheet to the app; it takes no room."""
    st.html(STYLE)


def script() -> None:
    """Add the script to a page; it takes the room between two elements."""
    st.html(SCRIPT, unsafe_allow_javascript=True)


def unseen(words: str) -> None:
    """Say something to screen readers alone."""
    st.html(f'<p class="unseen">{escape(words)}</p>')


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


def folded(name: str, words: str) -> None:
    """Draw Markdown in small type behind a line that opens it, by the browser alone."""
    opening = f'<details class="folded"><summary>{escape(name)}</summary>'
    _draw(opening, f":small[{_plain(words)}]", "</details>")


def _plain(words: str) -> str:
    return words.replace("<", "&lt;")


def _draw(*parts: str) -> None:
    st.markdown("\n\n".join(parts), unsafe_allow_html=True)
