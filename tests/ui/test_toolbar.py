"""What is shared and kept: links without HTML, QR codes, settings in words."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import segno

from tests.pages.support import charts, open_page, press
from tests.reader.seen import look
from vanishing.charts.view import View
from vanishing.ui import markup, site, toolbar
from vanishing.ui.charting import called
from vanishing.ui.page import Page

LINK = "https://example.org/layers?lay_f=tanh&lay_w=1.5"
HOSTILE = (
    '"><script>alert(1)</script>',
    "</textarea><img src=x onerror=alert(1)>",
    "' onclick='alert(1)",
    "&quot;<!--",
)


class Seen(HTMLParser):
    """What a browser finds in HTML: its tags, the names of their attributes, and the rest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.held, self.words = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *(name for name, _ in attrs)))
        self.held += [value for _, value in attrs]

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def drawn(monkeypatch):
    """Give what is drawn as HTML."""
    bodies: list[str] = []
    monkeypatch.setattr(markup.st, "html", lambda body, **_: bodies.append(body))
    return bodies


@pytest.mark.parametrize("bad", HOSTILE)
def test_no_link_note_or_name_becomes_html(drawn, bad):
    for words in ("harmless", bad):
        markup.copied(words, words)
        markup.copied("frame", markup.framed(words, words))
        markup.pictures(words, words, [words])
        markup.filling(words)
    harmless, seen = (list(map(Seen, part)) for part in (drawn[:4], drawn[4:]))
    assert [one.tags for one in seen] == [one.tags for one in harmless]
    assert bad in seen[0].words
    assert seen[2].held.count(bad) == 3
    inner = Seen(seen[1].words.removeprefix("frame").removesuffix("Copy"))
    assert [tag for tag, *_ in inner.tags] == ["iframe"]
    assert inner.held[:2] == [f"{bad}{'?' if '?' not in bad else '&'}embed=true", bad]


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.path)
def test_links_hold_only_letters_that_mean_nothing_in_html(page: Page):
    last = {control.name: control.options[-1] for control in page.controls}
    several = {c.name: tuple(c.options) for c in page.controls if c.kind == "many"}
    address = toolbar.link(page, {**last, **several})
    assert re.fullmatch(r"[\w?=&.%+-]+", address, re.ASCII), address
    assert len(address) < 1_500, "a QR code holds twice that at most"


def modules(svg: bytes) -> np.ndarray:
    """Return which squares of an SVG of segno's are dark: it draws rows as lines, 1 high."""
    root = ElementTree.fromstring(svg)
    _, path = root.iter("{http://www.w3.org/2000/svg}path")
    size = int(root.get("height"))
    dark, (x, y) = np.zeros((size, size), bool), (0.0, 0.0)
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", path.get("d")):
        given = [float(number) for number in numbers.split()]
        if kind == "h":
            dark[int(y), int(x) : int(x + given[0])] = True
            x += given[0]
        else:
            x, y = given if kind == "M" else (x + given[0], y + given[1])
    return dark


def test_the_qr_code_is_segno_s_dark_on_white_with_its_quiet_zone(drawn):
    markup.filling(LINK)
    source = next(held for held in Seen(drawn[0]).held if held.startswith("data:"))
    svg = unquote(source.partition(",")[2]).encode()
    assert b"fill='#fff'" in svg
    assert b"stroke='#000'" in svg
    matrix = np.array([list(row) for row in segno.make(LINK, micro=False).matrix], bool)
    assert np.array_equal(modules(svg), np.pad(matrix, 4))


def test_the_settings_that_differ_are_told_as_the_page_tells_them():
    page = next(page for page in site.PAGES if page.path == "layers")
    assert toolbar.in_words(page, page.defaults()) == "the page's defaults"
    for control in page.controls:
        for option in (o for o in control.options if o != control.default):
            value = (option,) if control.kind == "many" else option
            said = toolbar.in_words(page, {**page.defaults(), control.name: value})
            assert (said == "the page's defaults") == (value == control.default)
            if value != control.default and control.kind != "toggle":
                assert said == f"{control.label} = {control.text(option)}"


def test_the_picture_before_is_no_data_of_the_page():
    page = site.page_at("recurrent")
    link = {"rnn_units": "4", "rnn_steps": "5"}
    at = open_page(page, unfolded=True, **link)
    at.select_slider(key="rnn_gain").set_value(4.0).run()
    assert "before" in charts(at)["gradient"]
    offered = {button.proto.label for button in at.get("download_button")}
    assert "CSV" in offered
    assert "CSV: before" not in offered


def test_offered_is_what_a_reader_sees_drawn():
    at = open_page(site.page_at("training"), unfolded=True)
    offered = {button.proto.label for button in at.get("download_button")}
    assert offered >= {"CSV", "CSV: loss", "CSV: units", "CSV: edges", "CSV: answers", "CSV: data"}
    assert not offered & {"CSV: at", "CSV: ticks", "CSV: captions", "CSV: loss_ticks", "CSV: guide"}


def test_a_csv_has_the_titles_of_the_axes_and_every_row():
    rows = pd.DataFrame({"x": [1, 2], "y": [0.5, 0.25]})
    encoding = {"x": {"field": "x", "title": "step, of 2"}, "y": {"field": "y"}}
    view = View("v", {"data": {"name": "rows"}, "encoding": encoding}, {"rows": rows}, "")
    text = toolbar._csv(view, "rows")
    assert text.splitlines()[0] == '"step, of 2",y'
    read = pd.read_csv(BytesIO(text.encode()))
    assert np.array_equal(read.to_numpy(), rows.to_numpy())


def test_an_address_is_that_of_the_browser(monkeypatch):
    at = "https://example.org/class/layers?lay_f=tanh#x"
    monkeypatch.setattr(toolbar.st, "context", SimpleNamespace(url=at))
    assert toolbar.link(site.PAGES[0], {}) == "https://example.org/class/layers"


def test_scripts_hold_nothing_for_which_streamlit_would_leave_them_out():
    for script in (markup.SCRIPT, markup.SAVING):
        inner = script.removeprefix("<script>").removesuffix("</script>")
        assert not re.search(r"<[/\w!]", inner)


def test_a_chart_is_called_the_same_whatever_it_shows():
    """A browser keeps its picture then, and its picture can be saved in mid-run."""
    (view,) = look("home", {}).scene.views()
    other = replace(view, alt="other", frames={}, note="another")
    assert called(view) == called(other) != called(replace(view, name="another"))


def test_a_preset_can_be_pressed_again_and_none_looks_pressed():
    page = site.page_at("chain")
    at = open_page(page)
    for _ in range(2):
        press(at, page, "tanh")
        assert at.session_state["chain_f"] == "tanh"
        assert at.pills(key="chain_presets").value is None
        at.selectbox(key="chain_f").set_value("relu").run()
    assert at.session_state["chain_f"] == "relu"


def test_one_question_mark_tells_of_all_presets():
    for page in (page for page in site.PAGES if page.presets):
        told = open_page(page).pills(key=f"{page.key}_presets").help
        assert all(f"**{one.name}**: {one.about}" in told for one in page.presets), page.path


def test_the_claim_on_show_looks_pressed_also_when_it_is_pressed_again():
    page = site.page_at("claims")
    at = press(open_page(page), page, "C9", "choices")
    again = press(at, page, None, "choices")
    assert again.session_state[page.param("of")] == "C9"
    assert again.pills(key="claim_choices").value == "C9"
