"""Presenting: what the link says, what stays on, and the way through the story."""

import re

import pytest

from tests.pages.support import assert_sound, open_page, press, said
from vanishing.charts.view import enlarged
from vanishing.concepts.home import charts, gradients
from vanishing.ui import presenter, site, toolbar
from vanishing.ui.site import PAGES

by_key = pytest.mark.parametrize("page", PAGES[::4], ids=lambda page: page.key)


def keys(at) -> set[str]:
    return {button.key for button in at.button}


def presented(at) -> bool:
    return [*at.query_params["present"]] == ["1"]


def links(at) -> set[str]:
    return {link.proto.label for link in at.get("page_link")}


def shared(at) -> str:
    """Return the link that Share shows, in the first of its fields."""
    boxes = "".join(html.proto.body for html in at.get("html"))
    return re.search(r"<textarea[^>]*>([^<]*)<", boxes)[1]


@by_key
def test_a_link_opens_in_the_mode_and_says_so(page):
    # Said twice, as when it is added to a link that has it.
    at = open_page(page, present=["1", "1"], unfolded=True)
    assert_sound(at)
    assert not at.warning
    assert presented(at)
    assert "present_leave" in keys(at)
    assert shared(at).endswith("?present=1")


@by_key
def test_without_it_nothing_says_so(page):
    at = open_page(page, unfolded=True)
    assert "present_begin" in keys(at)
    assert "present" not in shared(at)


@pytest.mark.parametrize("text", ["0", "true", "", "11"])
def test_another_value_is_named_and_leaves_the_mode_off(text):
    at = open_page(PAGES[0], present=text)
    assert_sound(at)
    assert "present" in at.warning[0].value
    assert "shown: `off`" in at.warning[0].value
    assert "present" not in at.query_params
    assert "present_begin" in keys(at)


def test_it_stays_on_until_it_is_left():
    page = site.page_at("derivatives")
    at = open_page(page)
    at.button(key="present_begin").click().run()
    for key in ("der_undo", "der_reset"):
        press(at, page, "Saturated")
        assert presented(at)
        at.button(key=key).click().run()
        assert_sound(at)
        assert presented(at), key
    at.switch_page("pages/chain.py").run()
    assert presented(at)
    at.button(key="present_leave").click().run()
    assert "present" not in at.query_params
    at.switch_page("pages/layers.py").run()
    assert "present_begin" in keys(at)


def test_a_bad_setting_beside_it_does_not_turn_it_off():
    at = open_page(PAGES[0], present="1", home_depth="500")
    assert "shown: `40`" in at.warning[0].value
    assert presented(at)


def test_the_ways_follow_the_story_from_end_to_end():
    pairs = [presenter.neighbours(page) for page in PAGES]
    assert [after for _, after in pairs] == [*PAGES[1:], None]
    assert [before for before, _ in pairs] == [None, *PAGES[:-1]]
    between = open_page(site.page_at("chain"), present="1")
    assert {"previous: Derivatives", "next: Layers"} <= links(between)
    end = "That was the last page."
    assert end not in said(between)
    assert end in said(open_page(PAGES[-1], present="1"))


def test_the_shared_link_is_the_page_s_and_no_more():
    assert "present" not in toolbar.link(PAGES[0], {"depth": 3})


def test_writing_in_charts_is_larger_and_the_rest_as_it_was():
    nets = gradients.at(3)
    spec = charts.by_layer(nets, charts.reach(nets.values()), note="").spec
    large = enlarged(spec)
    assert large["config"]["axis"]["labelFontSize"] >= 16
    assert large["config"]["axis"]["labelColor"] == spec["config"]["axis"]["labelColor"]
    assert {key for key in spec if spec[key] != large[key]} == {"config"}
