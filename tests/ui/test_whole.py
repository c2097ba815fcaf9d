"""A long run is one of the whole page; what is computed already is a fragment's."""

from importlib import import_module
from types import SimpleNamespace

import pytest
import streamlit as st

from tests.pages.support import assert_sound, open_page
from tests.patience import PATIENCE
from vanishing.concepts.chain.table import PAGE
from vanishing.ui import blocks, site, stage, watching
from vanishing.ui.kept import KEPT, LATELY
from vanishing.ui.pool import POOL, Place
from vanishing.ui.work import SHELF, Ask, Job

TRAINING = site.page_at("training")


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    for cleared in (SHELF, KEPT, LATELY):
        cleared.clear()


@pytest.fixture
def made(monkeypatch):
    """Return the settings of which training's scenes are made, as it goes on."""
    scenes, found = import_module("vanishing.concepts.training.scenes"), []
    scene = scenes.scene

    def counted(values, results):
        found.append(values)
        return scene(values, results)

    monkeypatch.setattr(scenes, "scene", counted)
    return found


def test_a_long_run_is_of_the_whole_page_until_it_is_over(monkeypatch):
    fragments, fragment = [], st.fragment

    def counted(*arguments, **named):
        fragments.extend(named[key] for key in ("key",) if key in named)
        return fragment(*arguments, **named)

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


def test_what_grows_is_pictured_once_a_moment_for_all_who_watch(made, monkeypatch):
    drawn, drawing = [], blocks.Drawing

    def noted(*arguments, under_way=False, **named):
        drawn.append(under_way)
        return drawing(*arguments, under_way=under_way, **named)

    monkeypatch.setattr(blocks, "Drawing", noted)
    for seconds in ("REDRAWN", "SHARE", "RARER"):
        monkeypatch.setattr(watching, seconds, 1e-9)
    # The time stands still for the pictures alone.
    monkeypatch.setattr(stage, "time", SimpleNamespace(monotonic=lambda: 0.0))
    assert_sound(open_page(TRAINING, train_seed="7", train_a_rate="0.3"))
    assert sum(drawn) > 1, "the run was over too soon"
    assert len(made) == 2, "the first picture, and that of the whole run"


def test_two_nets_have_one_place_in_the_line_also_when_one_is_done(monkeypatch):
    asked, push = set(), POOL.push

    def noted(who, *rest):
        asked.add(who)
        return push(who, *rest)

    monkeypatch.setattr(POOL, "push", noted)
    # B is done long before A.
    assert_sound(open_page(TRAINING, train_b_f="identity", train_seed="11"))
    assert [len(who) for who in asked] == [2]


def test_where_many_watch_a_run_that_ends_soon_is_drawn_once(made, monkeypatch):
    monkeypatch.setattr(watching, "FEW", -1)
    monkeypatch.setattr(watching, "PATIENCE", PATIENCE)
    monkeypatch.setattr(watching, "LONGEST", PATIENCE)
    assert_sound(open_page(TRAINING, train_seed="9"))
    assert len(made) == 1


def test_who_stands_in_line_is_told_the_place_and_drawn_nothing(monkeypatch):
    scenes = import_module("vanishing.concepts.training.scenes")
    places, told, made = [Place(3, 40.0), Place(2, 30.0), Place(1, 20.0)], [], []
    scene, push, show = scenes.scene, POOL.push, watching._show

    def counted(values, found):
        made.append(len(places))
        return scene(values, found)

    def shown(bar, jobs, place, *rest):
        told.append(str(place))
        return show(bar, jobs, place, *rest)

    monkeypatch.setattr(scenes, "scene", counted)
    monkeypatch.setattr(watching, "_show", shown)
    monkeypatch.setattr(watching, "PATIENCE", -1.0)
    monkeypatch.setattr(watching, "BREATH", 0.0)
    monkeypatch.setattr(watching, "saying", lambda _: 0.0)
    monkeypatch.setattr(POOL, "push", lambda *how: places.pop(0) if places else push(*how))
    at = open_page(TRAINING, train_seed="8")
    assert_sound(at)
    assert at.get("vega_lite_chart")
    assert told[0] == "in line: 2 before this, about 30 s of computing"
    assert set(made) == {0}, "a picture before its turn"


def recording(draw, wholes):
    """Return what draws the bar, and notes whether the run is of the whole page."""

    def noted(*arguments):
        wholes.append(watching.whole.wanted())
        return draw(*arguments)

    return noted


def test_what_others_end_while_it_is_read_is_not_taken_for_whole(monkeypatch):
    """A picture that lacks its end would be kept for everybody."""
    ask = Ask(two_steps, "x", grows=True)
    job = SHELF.get(ask)
    while job.result is None:
        job.push()

    def read(job):
        result = job._result
        while not job.finished:
            job.push()
        return result

    monkeypatch.setattr(Job, "result", property(read))
    monkeypatch.setattr(st, "session_state", {"_x_stopped": {ask}})
    monkeypatch.setattr(watching, "_say_stopped", lambda *_: None)
    assert watching.compute({"run": ask}, "x", None) == ({"run": "half"}, [], False)


def two_steps(_):
    yield "half"
    yield "whole"


def test_where_many_watch_too_what_was_said_of_a_stop_goes_when_the_run_goes_on(monkeypatch):
    class Head:
        emptied = False

        def empty(self):
            self.emptied = True

    head, seen = Head(), []
    monkeypatch.setattr(watching, "_watchers", set(range(watching.FEW + 1)))
    monkeypatch.setattr(watching, "push_to_the_end", lambda *_: seen.append(head.emptied))
    monkeypatch.setattr(watching, "push", lambda jobs, *_: [job.push() for job in jobs])
    for state in ({}, {"_x_stopped": None}):
        SHELF.clear()
        monkeypatch.setattr(st, "session_state", state)
        watching.compute({"run": Ask(two_steps, "x", grows=True)}, "x", head)
    assert seen == [False, True], "where nothing was said, nothing is sent"
