"""The glossary in Chromium: every formula is set; a page's foot and a setting lead to its words."""

import re

import pytest

from tests.browser.conftest import start_server
from tests.browser.visit import visit
from vanishing.glossary import glossary

pytestmark = pytest.mark.browser
LINK = "a[href*='glossary?word_of={}']"


@pytest.fixture
def formulas(browser):
    process, address = start_server("tests/browser/every_formula.py")
    yield address
    process.terminate()
    process.wait(10)


def test_every_formula_can_be_read(browser, formulas):
    tab = browser.new_page()
    tab.goto(formulas)
    tab.locator(".katex-error").wait_for()
    assert tab.locator(".katex-error").count() == 1, "the broken one, which shows that it is seen"
    assert tab.locator(".katex-display").count() == len(glossary.TERMS)
    tab.set_viewport_size({"width": 390, "height": 800})
    wide = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    assert tab.locator(".katex-display").evaluate_all(wide) == [], "cut off on a phone"
    tab.close()


def test_the_foot_of_a_page_leads_to_a_word(browser, server):
    with visit(browser, f"{server}/layers?lay_depth=20") as seen:
        link = seen.page.locator(LINK.format("chi"))
        assert not link.is_visible(), "folded"
        sent = len(seen.sent)
        seen.page.get_by_text("Words on this page").click()
        assert len(seen.sent) == sent, "the browser unfolds it alone"
        with seen.page.context.expect_page() as opened:
            link.click()
        tab = opened.value
        tab.locator(".katex-display").wait_for()
        assert tab.get_by_text(glossary.TERMS["chi"].says).first.is_visible()
        assert tab.locator(".katex-error").count() == 0
        tab.get_by_test_id("stMain").get_by_role("link", name="Layers").click()
        tab.wait_for_url(re.compile("/layers"))
        assert seen.errors == []


def test_a_setting_says_the_glossary_s_sentence(browser, server):
    with visit(browser, f"{server}/layers") as seen:
        box = seen.page.locator(".st-key-lay_init")
        box.get_by_test_id("stTooltipIcon").first.hover()
        tip = seen.page.get_by_test_id("stTooltipContent")
        tip.wait_for()
        for key in ("initialisation", "xavier", "he"):
            assert glossary.TERMS[key].says in tip.inner_text()
