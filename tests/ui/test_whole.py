"""A long run is one of the whole page; what is computed already is a fragment's."""

import streamlit as st

from tests.pages.support import assert_sound, open_page
from vanishing.concepts.chain.table import PAGE
from vanishing.ui import watching
from vanishing.ui.kept import KEPT
from vanishing.ui.work import SHELF


def test_a_long_run_is_of_the_whole_page_until_it_is_over(monkeypatch):
    fragments, fragment = [], st.fragment

    def counted(*arguments, **named):
        fragments.extend(named[key] for key in ("key",) if key in named)
        return fragment(*arguments, **named)

    SHELF.clear()
    KEPT.clear()
    monkeypatch.setattr(st, "fragment", counted)
    monkeypatch.setattr(watching, "PATIENCE", -1.0)
    wholes = []
    monkeypatch.setattr(watching, "bar_with_stop", recording(watching.bar_with_stop, wholes))
    at = open_page(PAGE)
    assert_sound(at)
    assert fragments == [PAGE.key]
    assert wholes == [True], "the button to stop is of the fragment"
    assert_sound(at.run())
    assert fragments == [PAGE.key] * 2


def recording(draw, wholes):
    """Return what draws the bar, and notes whether the run is of the whole page."""

    def noted(*arguments):
        wholes.append(watching.whole.wanted())
        return draw(*arguments)

    return noted
