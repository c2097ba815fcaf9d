"""What every page must do, whatever it is about."""

import json
import re
from functools import cache
from itertools import cycle
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.pages.support import alt_texts, assert_sound, charts, open_page, press, said
from vanishing.concepts.chain import table as chain
from vanishing.concepts.home import table as home
from vanishing.ui import site, stage
from vanishing.ui.controls import Control
from vanishing.ui.kept import KEPT
from vanishing.ui.page import Page

PAGES = site.PAGES
by_key = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)


@cache
def first_sight(key: str) -> AppTest:
    """Return a page as it opens, to be looked at and left as it is."""
    return open_page(next(page for page in PAGES if page.key == key))


@by_key
def test_the_default_is_sound_and_says_what_to_notice(page: Page):
    at = first_sight(page.key)
    assert_sound(at)
    assert not at.warning
    assert at.title[0].value == page.question
    assert page.question.endswith("?")
    assert "What to notice" in said(at)
    assert charts(at), "a page without a chart"


@by_key
def test_what_was_shown_once_is_kept_for_all(page: Page):
    KEPT.clear()
    open_page(page)
    assert KEPT.holds(page, page.values({}))


@by_key
def test_what_is_folded_away_is_there_only_when_it_is_open(page: Page):
    closed, opened = first_sight(page.key), open_page(page, unfolded=True)
    for kind in ("code", "download_button"):
        assert not closed.get(kind)
        assert opened.get(kind), kind
    for does in ("copy", "fill", "save"):
        button = f'<button type="button" data-does="{does}"'
        assert not any(button in html.proto.body for html in closed.get("html"))
        assert any(button in html.proto.body for html in opened.get("html")), does
    formula = "a formula at first sight: 0.27 MB to draw it"
    assert ("$" in said(closed)) == (page.key == "word"), formula
    assert ("$" in said(opened)) == (page.key not in ("claim", "paper"))


@by_key
def test_every_chart_says_its_takeaway_in_words(page: Page):
    for name, words in alt_texts(first_sight(page.key)).items():
        assert len(words) > 20, name
        assert re.search(r"\d", words), f"{name}: no number in {words!r}"


@pytest.mark.parametrize(
    ("page", "preset"),
    [(page, preset) for page in PAGES for preset in page.presets],
    ids=lambda one: getattr(one, "path", getattr(one, "name", "")),
)
def test_a_preset_is_in_the_address_with_all_that_it_sets(page, preset, monkeypatch):
    # The controls are what is looked at; some presets train.
    monkeypatch.setattr(stage, "_scene", lambda *_: (None, []))
    at = open_page(page, more=False)
    press(at, page, preset.name)
    assert_sound(at)
    address = urlencode({key: at.query_params[key] for key in at.query_params}, doseq=True)
    assert parse_qs(address) == parse_qs(page.query(page.values(preset.values)))


@by_key
def test_pressing_a_preset_then_undo_then_reset(page: Page):
    if not page.presets:
        pytest.skip("no presets on this page")
    at = open_page(page)
    before = snapshot(at, page)
    preset = page.presets[-1]
    press(at, page, preset.name)
    assert_sound(at)
    changed = snapshot(at, page)
    wanted = {k: v for k, v in preset.values.items() if v != page.control(k).default}
    assert changed == wanted
    if changed == before:
        return
    at.button(key=f"{page.key}_undo").click().run()
    assert snapshot(at, page) == before
    press(at, page, preset.name)
    at.button(key=f"{page.key}_reset").click().run()
    assert snapshot(at, page) == before


def snapshot(at, page: Page) -> dict[str, object]:
    """Return what the page's controls hold, where it is not the default."""
    drawn = [c for c in page.controls if page.param(c.name) in at.session_state]
    held = {c.name: at.session_state[page.param(c.name)] for c in drawn}
    plain = {c: tuple(value) if isinstance(value, list) else value for c, value in held.items()}
    defaults = page.defaults()
    return {name: value for name, value in plain.items() if value != defaults[name]}


HOSTILE = ["<img src=x onerror=alert(1)>", "nan", "1e999", "-1", "", "`](http://x)`", "x" * 5000]


# Every page with one of them, the first with all; the fuzzed links have them too.
ASKED = [*((home.PAGE, text) for text in HOSTILE), *zip(PAGES[1:], cycle(HOSTILE), strict=False)]


@pytest.mark.parametrize(("page", "text"), ASKED, ids=lambda one: getattr(one, "key", one)[:8])
def test_a_bad_link_works_and_says_what_is_shown(page: Page, text: str):
    control = page.controls[0]
    at = open_page(page, **{page.param(control.name): text, f"{page.key}_nonsense": text})
    assert_sound(at)
    notice = at.warning[0].value
    assert control.label.partition(" ")[0] in notice
    assert "no such setting" in notice
    assert "http://x)" not in re.sub(r"`[^`]*`", "", notice), "foreign text outside inline code"
    assert len(notice) < 600


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["7", "7"], []),
        (["7", "8"], ["the link asks for `7 & 8`; shown: `7`"]),
        ([""], ["the link says nothing; shown: `12`"]),
    ],
)
def test_what_a_link_says_twice_or_not_at_all(asked, told):
    at = open_page(home.PAGE, home_depth=asked)
    assert_sound(at)
    assert [notice.value.split("`: ", 1)[1] for notice in at.warning] == told


@by_key
def test_the_name_of_an_unknown_setting_cannot_come_alive(page: Page):
    at = open_page(page, **{f"{page.key}_[x](http://x)![y](http://y)": "1"})
    assert_sound(at)
    assert "no such setting" in at.warning[0].value
    assert "http" not in re.sub(r"`[^`]*`", "", at.warning[0].value)


@by_key
def test_a_key_that_is_no_setting_of_this_page_is_named(page: Page):
    # Not the home page's: the test comes from there, so the session knows them, as below.
    other = next(one for one in PAGES if one not in (page, home.PAGE))
    foreign = other.param(other.controls[0].name)
    at = open_page(page, **{foreign: "1", "claim": "C99"})
    assert_sound(at)
    assert at.warning[0].value == "- `claim=C99`: no such setting here"
    # Without alarm: the browser's Back leaves such keys.
    assert f"other pages' settings: `{foreign}` ({other.title})." in at.caption[0].value
    assert not {foreign, "claim"} & set(at.query_params)


@by_key
def test_streamlit_s_own_keys_are_no_fault_of_a_link(page: Page):
    at = open_page(page, embed="true", embed_options="light_theme")
    assert_sound(at)
    assert not at.warning


def test_a_key_that_the_session_brings_from_another_page_is_no_fault_of_a_link():
    at = open_page(home.PAGE, home_depth="5")
    at.switch_page(f"pages/{chain.PAGE.path}.py")
    at.query_params["home_depth"] = "5"
    at.run()
    assert_sound(at)
    assert not at.warning


def bad_params(page: Page) -> st.SearchStrategy[dict[str, list[str]]]:
    """Links with some of the page's keys, and any text at all as values."""
    number = st.one_of(st.floats().map(repr), st.integers().map(str))
    text = st.one_of(st.text(max_size=30), number, st.sampled_from(HOSTILE))
    keys = st.sampled_from([page.param(c.name) for c in page.controls])
    return st.dictionaries(keys, st.lists(text, min_size=1, max_size=3), min_size=1, max_size=4)


# Not the training page: any text that is a number may ask it for a long run.
FUZZED = [page for page in PAGES if page.key != "train"]


@pytest.mark.parametrize("page", FUZZED, ids=lambda page: page.key)
def test_fuzzed_links(page: Page):
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(bad_params(page))
    def check(params):
        at = open_page(page, **params)
        assert_sound(at)
        drawn = [c for c in page.controls if page.param(c.name) in at.session_state]
        assert drawn
        for control in drawn:
            assert_valid(control, at.session_state[page.param(control.name)])

    check()


def assert_valid(control: Control, held: object) -> None:
    """Whatever the link said, the control holds one of its own values."""
    for value in held if isinstance(held, list) else [held]:
        assert value in control.options or held is None


def test_the_notice_stays_until_a_setting_changes():
    at = open_page(home.PAGE, home_depth="500")
    assert "shown: `40`" in at.warning[0].value
    at.run()
    assert at.warning, "gone before anything was changed"
    at.select_slider(key="home_depth").set_value(5).run()
    assert not at.warning


def test_keys_are_unique_in_the_app():
    params = [page.param(control.name) for page in PAGES for control in page.controls]
    assert len(set(params)) == len(params)
    assert len({page.path for page in PAGES}) == len(PAGES)


@by_key
def test_specifications_hold_no_data(page: Page):
    for element in first_sight(page.key).get("vega_lite_chart"):
        spec = json.loads(element.proto.spec)
        assert "datasets" not in spec
        assert '"values"' not in json.dumps(spec.get("data", {}))
