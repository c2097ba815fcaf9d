"""Further settings: folded away they are not drawn, until one is set or the fold is opened."""

import pytest

from tests.pages.support import assert_sound, open_page, plain
from vanishing.concepts.chain import table as chain
from vanishing.concepts.layers.table import PAGE
from vanishing.ui import site
from vanishing.ui.page import slots

DEPTH, WIDTH, OTHER = (PAGE.param(name) for name in ("depth", "width", "sb2"))


def folded(page):
    """Return the keys of the controls that are nowhere but in the fold of the page's first view."""
    layout = page.layout(page.values({}))
    inside, outside = (
        {slot.name for place in of for slot in slots(place)}
        for of in (layout.more, (*layout.above, *layout.first, *layout.below))
    )
    return [page.param(name) for name in inside - outside]


FOLDED = [page for page in site.PAGES if folded(page)]


def keys(at):
    kinds = ("select_slider", "selectbox", "segmented_control", "pills", "toggle")
    return {widget.key for kind in kinds for widget in at.get(kind)}


def seen(at):
    """Return the words on a page, without what comes with controls."""
    return [e.value for kind in ("markdown", "caption", "header") for e in at.get(kind)]


def told(at):
    """Return what a closed fold says of what is set within it."""
    return [plain(c.value) for c in at.caption if c.value.startswith("Set there")]


def opened(at, there=True):
    at.session_state[f"{PAGE.key}_more"] = there
    return at.run()


@pytest.mark.parametrize("page", FOLDED, ids=lambda page: page.path)
def test_none_is_drawn_before_it_is_wanted_and_the_page_is_the_same(page):
    # A short run: what stands where does not depend on it.
    short = {"train_steps": "30"} if page.key == "train" else {}
    brief, whole = open_page(page, more=False, **short), open_page(page, **short)
    assert_sound(brief)
    assert keys(brief).isdisjoint(folded(page))
    assert keys(whole) > keys(brief)
    assert seen(brief) == seen(whole)


def test_all_are_drawn_where_a_link_names_one():
    at = open_page(PAGE, more=False, **{WIDTH: "32"})
    assert keys(at) >= {WIDTH, OTHER}
    assert at.select_slider(key=WIDTH).value == 32


def test_they_stay_when_the_fold_is_closed_and_it_says_what_is_set_there():
    at = opened(open_page(PAGE, more=False))
    assert told(at) == []
    at.select_slider(key=WIDTH).set_value(32).run()
    assert told(at) == [], "it stands there to be seen"
    at = opened(at, there=False)
    at.select_slider(key=DEPTH).set_value(30).run()
    assert at.select_slider(key=WIDTH).value == 32
    assert told(at) == ["Set there: Width n: units in each layer = 32."]
    at.button(key="lay_reset").click().run()
    assert told(at) == []


def test_opening_the_fold_is_no_change_to_undo():
    at = opened(open_page(PAGE, more=False))
    assert at.button(key="lay_undo").disabled
    at.select_slider(key=WIDTH).set_value(32).run()
    at.button(key="lay_undo").click().run()
    assert at.select_slider(key=WIDTH).value == PAGE.control("width").default


def test_what_was_set_is_there_again_when_the_reader_comes_back():
    at = opened(open_page(PAGE, more=False))
    at.select_slider(key=WIDTH).set_value(32).run()
    at.switch_page("pages/home.py").run()
    at = opened(at, there=False)
    at.switch_page("pages/layers.py").run()
    assert at.select_slider(key=WIDTH).value == 32


def test_what_was_set_back_is_not_what_the_first_link_said():
    at = open_page(PAGE, more=False, **{WIDTH: "32"})
    at.select_slider(key=WIDTH).set_value(PAGE.control("width").default).run()
    at.switch_page("pages/home.py").run()
    # As a browser does, which goes to a page by its name alone.
    at.query_params.clear()
    at = opened(at, there=False)
    at.switch_page("pages/layers.py").run()
    assert WIDTH not in keys(at)
    at = opened(at)
    assert at.select_slider(key=WIDTH).value == PAGE.control("width").default


def test_what_is_said_of_a_link_is_not_said_again_on_another_visit():
    at = opened(open_page(PAGE, more=False, **{WIDTH: "-inf"}))
    assert len(at.warning) == 1
    at.query_params.clear()
    at.switch_page("pages/home.py").run()
    at.switch_page("pages/layers.py").run()
    assert len(at.warning) == 0


def test_opening_the_fold_does_not_take_away_what_is_said_of_a_link():
    at = open_page(PAGE, more=False, **{DEPTH: "1000000"})
    assert len(at.warning) == 1
    assert len(opened(at).warning) == 1
    at.select_slider(key=WIDTH).set_value(32).run()
    assert len(at.warning) == 0


def test_a_control_that_stands_elsewhere_now_is_not_in_the_fold():
    # The chain's std(w) is one of the first where weights are drawn with it, else a further one.
    at = open_page(chain.PAGE, more=False)
    at.select_slider(key="chain_sigma").set_value(2).run()
    at.select_slider(key="chain_depth").set_value(31).run()
    assert keys(at).isdisjoint(folded(chain.PAGE))
    assert told(at) == []
    at.segmented_control(key="chain_weights").set_value("equal").run()
    assert told(at) == ["Set there: std(w), spread of drawn weights = 2."]
    assert keys(at) >= {"chain_sigma", "chain_seed"}
