"""What lies folded away is opened, on every page and in every view, and its formulas are set."""

import pytest

from tests.browser.visit import other_views, unfold, visit
from vanishing.ui import site

pytestmark = pytest.mark.browser
WORDS_ONLY = {"claims", "papers"}
"""The pages without formulas."""

FORMULAS = "glossary"
"""The page that has a formula at first sight."""

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


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.path)
def test_what_is_unfolded_can_be_read(browser, server, page):
    with visit(browser, f"{server}/{page.path if page is not site.PAGES[0] else ''}") as seen:
        heavy = HEAVY if page.path != FORMULAS else HEAVY[:1]
        light = [url for url in seen.fetched if any(one in url for one in heavy)]
        assert light == [], "fetched for a fold that is closed"
        check_folds(seen, page)
        assert any(HEAVY[0] in url for url in seen.fetched), "these tests would not see it"
        seen.page.set_viewport_size(PHONE)
        seen.wait()
        assert seen.page.evaluate(WIDE) == [], "cut off on a phone"
        for _ in other_views(seen, page):
            check_folds(seen, page)
            assert seen.page.evaluate(WIDE) == [], "cut off on a phone"
        assert seen.errors == []


def check_folds(seen, page):
    """Open them, and look for formulas that are not set."""
    assert unfold(seen) > 0
    seen.wait()
    assert seen.page.evaluate(RAW) == []
    assert (seen.page.locator(".katex").count() == 0) == (page.path in WORDS_ONLY)


def test_raw_formulas_would_be_seen(browser):
    tab = browser.new_page()
    tab.set_content(
        "<p>So, $$x</p><p>\\frac12</p><p>5 of 6</p><code>$a</code>"
        "<p hidden>$hidden</p><span class=katex>\\frac</span><span class=katex-error>x^</span>"
    )
    assert tab.evaluate(RAW) == ["x^", "So, $$x", "\\frac12"]
    tab.close()
