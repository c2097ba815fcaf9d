"""What lies folded away is opened, on every page and in every view, and its formulas are set."""

import pytest

from tests.browser.visit import visit
from vanishing.ui import site

pytestmark = pytest.mark.browser
WORDS_ONLY = {"claims", "papers"}
"""The pages without formulas."""

BODY = "[data-testid=stExpanderDetails] [data-testid=stElementContainer]"
# Words outside formulas and code that Markdown or KaTeX has left as they were written.
RAW = r"""() => {
    const set = '.katex, code, pre, script, style, noscript';
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [...document.querySelectorAll('.katex-error')].map(e => e.textContent);
    while (words.nextNode()) {
        const { parentElement: at, data } = words.currentNode;
        if (!at.closest(set) && at.checkVisibility() && /\$|\\[A-Za-z]/.test(data))
            found.push(data);
    }
    return found;
}"""

WIDE = """() => [...document.querySelectorAll('.katex-display')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"""
PHONE = {"width": 390, "height": 800}

HEAVY = ("SyntaxHighlighter", "katex")
"""What a browser fetches for code and for formulas, 1.8 MB."""


def views(page):
    """Return the addresses of a page's views, its default first."""
    names = next((c.options for c in page.controls if c.name == "view"), ())
    queries = {page.query({"view": name}) for name in names} | {""}
    return [f"{page.path if page is not site.PAGES[0] else ''}?{q}" for q in sorted(queries)]


def unfold(seen):
    """Open every fold, one after the other, each with its body; return how many there are."""
    folds = seen.page.locator("[data-testid=stExpander] details")
    for i in range(folds.count()):
        # A click that meets the page while it is drawn anew can be lost.
        while not folds.nth(i).locator(BODY).first.is_visible():
            if folds.nth(i).get_attribute("open") is None:
                folds.nth(i).locator("summary").click()
            seen.page.wait_for_timeout(200)
    return folds.count()


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.path)
def test_what_is_unfolded_can_be_read(browser, server, page):
    first, *others = views(page)
    with visit(browser, f"{server}/{first}") as seen:
        light = [url for url in seen.fetched if any(heavy in url for heavy in HEAVY)]
        assert light == [], "fetched for a fold that is closed"
        check_folds(seen, page)
        assert any(HEAVY[0] in url for url in seen.fetched), "these tests would not see it"
        check_popovers(seen)
        for other in others:
            seen.page.set_viewport_size({"width": 1280, "height": 800})
            seen.page.goto(f"{server}/{other}")
            seen.wait()
            check_folds(seen, page)
        assert seen.errors == []


def check_folds(seen, page):
    """Open them on a screen, and look on a phone too."""
    assert unfold(seen) > 0
    seen.wait()
    assert seen.page.evaluate(RAW) == []
    assert (seen.page.locator(".katex").count() == 0) == (page.path in WORDS_ONLY)
    seen.page.set_viewport_size(PHONE)
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate(WIDE) == [], "cut off on a phone"


def check_popovers(seen):
    """Open one after the other: none is empty."""
    buttons = seen.page.locator("[data-testid=stPopoverButton]:visible")
    assert buttons.count() >= 2
    for i in range(buttons.count()):
        buttons.nth(i).click()
        body = seen.page.locator("[data-testid=stPopoverBody]")
        body.locator("input, button").first.wait_for()
        assert seen.page.evaluate(RAW) == []
        seen.page.keyboard.press("Escape")
        body.wait_for(state="detached")


def test_raw_formulas_would_be_seen(browser):
    tab = browser.new_page()
    tab.set_content(
        "<p>So, $$x</p><p>\\frac12</p><p>5 of 6</p><code>$a</code>"
        "<p hidden>$hidden</p><span class=katex>\\frac</span><span class=katex-error>x^</span>"
    )
    assert tab.evaluate(RAW) == ["x^", "So, $$x", "\\frac12"]
    tab.close()
