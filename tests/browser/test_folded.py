"""What lies folded away is opened, on every page and in every view, and its formulas are set."""

import pytest

from tests.browser.visit import visit
from vanishing.ui import site

pytestmark = pytest.mark.browser
WORDS_ONLY = {"claims", "papers"}
"""The pages without formulas."""

FOLDS = "[data-testid=stExpander] details:not([open]) > summary"
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

VIEWS = [
    (page, {"view": view} if view else {})
    for page in site.PAGES
    for view in next((c.options for c in page.controls if c.name == "view"), [None])
]


def name(value):
    return getattr(value, "path", None) or value.get("view", "page")


def unfold(seen):
    """Open every fold, those within folds too; return how many there were."""
    folds = seen.page.locator(FOLDS)
    opened = 0
    while folds.count():
        folds.first.click()
        opened += 1
    # A click on an animated fold may come before its body.
    seen.page.wait_for_timeout(300)
    return opened


@pytest.mark.parametrize(("page", "values"), VIEWS, ids=name)
def test_what_is_unfolded_can_be_read(browser, server, page, values):
    address = server if page is site.PAGES[0] else f"{server}/{page.path}"
    with visit(browser, f"{address}?{page.query(values)}") as seen:
        assert unfold(seen) > 0
        assert seen.page.evaluate(RAW) == []
        assert (seen.page.locator(".katex").count() == 0) == (page.path in WORDS_ONLY)
        buttons = seen.page.locator("[data-testid=stPopoverButton]:visible")
        assert buttons.count() >= 2
        for i in range(buttons.count()):
            buttons.nth(i).click()
            seen.page.locator("[data-testid=stPopoverBody]").wait_for()
            assert seen.page.evaluate(RAW) == []
            seen.page.keyboard.press("Escape")
            seen.page.locator("[data-testid=stPopoverBody]").wait_for(state="detached")
        seen.page.set_viewport_size(PHONE)
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate(WIDE) == [], "cut off on a phone"
        assert seen.errors == []


def test_raw_formulas_would_be_seen(browser):
    tab = browser.new_page()
    tab.set_content(
        "<p>So, $$x</p><p>\\frac12</p><p>5 of 6</p><code>$a</code>"
        "<p hidden>$hidden</p><span class=katex>\\frac</span><span class=katex-error>x^</span>"
    )
    assert tab.evaluate(RAW) == ["x^", "So, $$x", "\\frac12"]
    tab.close()
