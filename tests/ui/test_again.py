"""What is put together once and sent again: the same, for as long as it is kept, and to all."""

import gc
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.pages.support import charts, open_page
from vanishing.charts.view import View
from vanishing.concepts.chain import scenes
from vanishing.ui import again, blocks, scene, site

CHART = View("one", {}, {}, alt="said")


@pytest.fixture(autouse=True)
def _nothing_kept():
    st.cache_resource.clear()


def _page():
    import streamlit as st

    from tests.ui import test_again
    from vanishing.ui import again

    with st.container(border=True):
        again.draw(test_again.words, test_again.SAID)
    st.markdown("last")


SAID = ["twice"]
drawn = []


def words(said):
    drawn.append(said)
    with st.container():
        st.markdown(said[0])


def test_it_is_drawn_once_and_stands_where_it_is_wanted_each_time():
    drawn.clear()
    for _ in range(3):
        at = AppTest.from_function(_page).run()
        assert not at.exception
        assert [m.value for m in at.markdown] == ["twice", "last"]
        assert at.main.children[0].children[0].children[0].value == "twice"
    assert drawn == [SAID]


def test_what_is_kept_is_nobody_elses_when_its_maker_has_forgotten_it():
    """It is known by where it lies: nothing else may come to lie there meanwhile."""
    seen = []

    def note(said):
        seen.append(said[0])

    for i in range(50):
        again.draw(note, [i])
        gc.collect()
    assert seen == [*range(50)]


def test_a_page_seen_before_writes_no_chart_anew(monkeypatch):
    page = site.page_at("layers")
    first = charts(open_page(page))
    monkeypatch.setattr(blocks, "chart", lambda *_, **__: pytest.fail("it is drawn anew"))
    second = charts(open_page(page))
    assert first.keys() == second.keys()
    assert all(first[c][rows].equals(second[c][rows]) for c in first for rows in first[c])


def test_a_chart_is_larger_to_a_room_also_where_it_was_seen_small():
    page = site.page_at("layers")
    small, large = (
        [e.proto.spec for e in open_page(page, **at).get("vega_lite_chart")]
        for at in ({}, {"present": "1"})
    )
    assert all(s != b for s, b in zip(small, large, strict=True))


@pytest.mark.parametrize(
    "block",
    [
        scene.Choices(()),
        scene.Growing("all", CHART, lambda _: CHART),
        replace(CHART, moves="moment"),
        scene.Columns(((scene.Text("a"),), (scene.Choices(()),))),
    ],
)
def test_what_a_visitor_answers_is_never_sent_again(monkeypatch, block):
    """It would belong to whoever came first."""
    monkeypatch.setattr(again, "draw", lambda *_: pytest.fail("it is kept"))
    drawing = blocks.Drawing(scenes, scenes.PAGE.values({}), kept=True)
    met = []
    monkeypatch.setattr(drawing, "block", met.append)
    drawing.draw((block,))
    assert met == [block]


def test_what_is_not_kept_is_not_sent_again(monkeypatch):
    """It is made anew at each run, and would only fill the place of others."""
    monkeypatch.setattr(again, "draw", lambda *_: pytest.fail("it is kept"))
    drawing = blocks.Drawing(scenes, scenes.PAGE.values({}))
    monkeypatch.setattr(drawing, "block", lambda _: None)
    drawing.draw((CHART,))
