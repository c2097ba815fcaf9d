"""The picture before: of the settings before, in the same view, and only where pages wait."""

from importlib import import_module

import pytest

from tests.pages.support import alt_texts, charts, notes, open_page, plain, press
from vanishing.charts import ghosts
from vanishing.concepts.recurrent.table import PAGE
from vanishing.ui import before, follow, ready, site, stage, work
from vanishing.ui.kept import KEPT, LATELY
from vanishing.ui.page import Layout, slots

WORDS_ONLY = {"claims", "papers"}
"""Pages whose slider chooses draws, and moves no chart."""

SMALL = {"rnn_units": "4", "rnn_steps": "5"}


def turn(at, gain):
    return at.select_slider(key="rnn_gain").set_value(gain).run()


def ghost(at, chart="gradient"):
    frame = charts(at)[chart].get("before")
    return None if frame is None else frame[["x", "median", "series"]].to_numpy().tolist()


def rows(at, chart="gradient"):
    return charts(at)[chart]["rows"][["x", "median", "series"]].to_numpy().tolist()


def told(at):
    return [
        words.rpartition("Faint: ")[2] for words in alt_texts(at).values() if "Faint: " in words
    ]


def test_after_a_change_the_line_before_stays_faint_and_says_of_which_setting():
    at = open_page(PAGE, **SMALL)
    assert ghost(at) is None
    assert told(at) == []
    first = rows(at)
    turn(at, 4.0)
    assert ghost(at) == first
    assert set(told(at)) == {"before, with Gain g = 2."}
    second = rows(at)
    turn(at, 0.25)
    assert ghost(at) == second
    assert set(told(at)) == {"before, with Gain g = 4."}


def test_a_run_without_a_change_keeps_it_and_undo_leaves_what_was_undone():
    at = open_page(PAGE, **SMALL)
    turn(at, 4.0)
    before, second = ghost(at), rows(at)
    at.run()
    assert ghost(at) == before
    at.button(key="rnn_undo").click().run()
    assert ghost(at) == second
    assert set(told(at)) == {"before, with Gain g = 4."}


def test_of_another_quantity_or_another_view_nothing_stays():
    at = open_page(PAGE, **SMALL)
    at.segmented_control(key="rnn_size").set_value("spectral").run()
    assert ghost(at) is None
    assert ghost(at, "state") is None, "it is the same there"
    at.segmented_control(key="rnn_view").set_value("learn").run()
    at.segmented_control(key="rnn_view").set_value("time").run()
    assert told(at) == []


def test_many_changes_at_once_are_not_listed():
    at = open_page(PAGE)
    press(at, PAGE, "Orthogonal")
    assert set(told(at)) == {"before, with other settings."}


def test_who_comes_back_by_the_navigation_finds_no_picture_before():
    at = open_page(PAGE)
    turn(at, 4.0)
    at.switch_page("pages/glossary.py").run()
    at.switch_page("pages/recurrent.py").run()
    assert at.select_slider(key="rnn_gain").value == 4.0
    assert ghost(at) is None


def test_the_picture_before_is_there_however_its_chart_was_moved():
    page = site.page_at("training")
    at = open_page(page, train_steps="30", train_width="3", train_samples="20", train_depth="1")
    at.session_state["train_step"] = 10
    at.run()
    at.select_slider(key="train_depth").set_value(2).run()
    assert "before, with Depth: hidden layers = 1." in told(at)


def test_the_picture_before_is_put_together_once_for_a_class_that_follows_its_teacher(monkeypatch):
    made, behind = [], ghosts.behind

    def counted(*arguments):
        made.append(arguments[0].name)
        return behind(*arguments)

    monkeypatch.setattr(before.ghosts, "behind", counted)
    LATELY.clear()
    pictures = []
    for _ in range(2):
        at = open_page(PAGE, **SMALL)
        turn(at, 4.0)
        pictures.append((ghost(at), told(at)))
    assert pictures[0] == pictures[1]
    assert sorted(made) == sorted(set(made))
    turn(open_page(PAGE, **SMALL, rnn_gain="1.0"), 4.0)
    assert len(made) == 2 * len(set(made)), "it comes from elsewhere"


def test_why_the_picture_waits_is_said_on_the_page():
    at = open_page(PAGE, **SMALL)
    assert PAGE.layouts["time"].released in map(plain, notes(at))
    at.segmented_control(key="rnn_view").set_value("learn").run()
    told = [plain(words) for words in notes(at)]
    assert PAGE.layouts["learn"].released in told
    assert PAGE.layouts["time"].released not in told


def test_why_it_waits_goes_by_whether_its_pictures_are_being_made(monkeypatch):
    page = site.page_at("layers")
    small = {"lay_width": "4", "lay_batch": "10"}
    layout = page.layouts["layers"]
    monkeypatch.setattr(ready, "want", lambda *_: None)

    def told(**params):
        found = [plain(words) for words in notes(open_page(page, **small, **params))]
        return [one for one in (layout.released, stage.PENDING) if one in found]

    assert told() == [layout.released], "nobody makes any"
    ready.AT_WORK.set()
    try:
        assert told() == [stage.PENDING]
        wanted = page.values({"width": 4, "batch": 10, "depth": follow.ALL})
        KEPT.put(page, wanted, follow.NONE.moving)
        assert told() == [layout.released], "they would be too much"
        scene = import_module("vanishing.concepts.layers.scenes")
        v = page.values({"width": 4, "batch": 10})
        KEPT.put(page, wanted, scene.scene(v, work.finish(scene.needs(v))))
        assert told() == []
        assert told(lay_view="Weight scale") == [], "no slider is on screen"
    finally:
        ready.AT_WORK.clear()
        KEPT.clear()


def layouts(page):
    own = page.layouts
    return {"": own} if isinstance(own, Layout) else own


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.path)
def test_a_view_follows_the_hand_or_says_why_not(page):
    if page.path in WORDS_ONLY:
        return
    for view, layout in layouts(page).items():
        kinds = [page.control(slot.name).kind for place in layout.above for slot in slots(place)]
        if "scale" in kinds or page.path in {"training", "depth"}:
            assert layout.followed or layout.released, view
