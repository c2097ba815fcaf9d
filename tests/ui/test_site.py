"""What the pages show between them: every claim of the article, and every page in the README."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.support import TIMEOUT, assert_sound, open_page
from vanishing.ui import gate, site, waiting
from vanishing.ui.gate import GATE
from vanishing.ui.site import PAGES

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
CLAIMS = set(range(1, 28))


def claims(text: str) -> set[int]:
    """Every claim a text names, as C8 or within C5–C9."""
    found = re.findall(r"\bC(\d\d?)\b(?:–C(\d\d?)\b)?", text)
    return {claim for low, high in found for claim in range(int(low), int(high or low) + 1)}


def test_every_claim_of_the_article_is_shown_on_a_page():
    assert set().union(*(claims(page.source) for page in PAGES)) >= CLAIMS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_the_readme_lists_each_page_with_its_question_and_its_claims(page):
    (row,) = [line for line in README.splitlines() if line.startswith(f"| {page.title} |")]
    _, _, question, listed, _ = (cell.strip() for cell in row.split("|"))
    assert question == page.question
    assert claims(listed) <= claims(page.source) & CLAIMS
    assert f"](.pictures/{page.path}.png)" in README


def test_pages_are_declared_to_streamlit_once_but_their_marks_are_each_sessions(monkeypatch):
    assert_sound(open_page(PAGES[0]))
    first = site.file_of("chain")
    declared = []
    own = site.st.Page
    monkeypatch.setattr(
        site.st, "Page", lambda page, **named: declared.append(page) or own(page, **named)
    )
    assert_sound(open_page(PAGES[1]))
    assert not any(isinstance(page, str) for page in declared)
    assert site.file_of("chain") is first
    files = [site.file_of(page.path) for page in PAGES]
    assert not any(file._can_be_called for file in files), "a session may run its copy alone"


def fragment_alone():
    """Run what changes on a page without the router, as Streamlit does when a setting changes."""
    from vanishing.concepts.home import scenes
    from vanishing.ui import stage

    stage._play(scenes)


def alone():
    return AppTest.from_function(fragment_alone, default_timeout=TIMEOUT).run()


@pytest.mark.parametrize("run", [lambda: open_page(PAGES[0]), alone], ids=["page", "fragment"])
def test_a_page_waits_for_its_turn(run):
    with ThreadPoolExecutor(1) as pool:
        with GATE.turn():
            opened = pool.submit(run)
            while not GATE.waiting and not opened.done():
                threading.Event().wait(0.001)
            assert not opened.done()
        assert_sound(opened.result(TIMEOUT))


def test_who_waits_long_reads_how_many_are_before(monkeypatch):
    monkeypatch.setattr(gate, "LONG", 0)
    told = []
    monkeypatch.setattr(waiting.st, "toast", lambda words, **_: told.append(words))
    with ThreadPoolExecutor(1) as pool:
        with GATE.turn():
            opened = pool.submit(open_page, PAGES[0])
            while not told and not opened.done():
                threading.Event().wait(0.001)
        assert_sound(opened.result(TIMEOUT))
    assert told
    assert "Before you: 1." in told[0]
