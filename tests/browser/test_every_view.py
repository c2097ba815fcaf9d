"""Every page in every view, its folds opened: it stands, fits its screens, and can be read by all.

One visit a page shows all of it: what is opened once is looked at in every way.
"""

from itertools import chain

import pytest

from tests.browser import axe
from tests.browser.visit import Visit, other_views, unfold, visit
from vanishing.charts.parts import LOG10_LABELS
from vanishing.ui import ready, site
from vanishing.ui.page import slots

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("axe_core")]

PHONE, SMALL, WIDE = (390, 664), (1024, 768), (1280, 800)
SIZES = {size: {"width": size[0], "height": size[1]} for size in (PHONE, SMALL, WIDE)}
LINE = 24
"""Pixels of a first line."""
WORDS_ONLY = {"claims", "papers"}
"""The pages without formulas."""
FORMULAS = "glossary"
"""The page that has a formula at first sight."""
BRIEF = {"dying": {"steps": 50}, "recurrent": {"updates": 100}, "training": {"steps": 100}}
"""Settings with short runs, for what stands where does not depend on them."""
HEAVY = ("SyntaxHighlighter", "katex")
"""What a browser fetches for code and for formulas, 1.8 MB."""

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
CUT = """() => [...document.querySelectorAll('.katex-display, [data-testid=stMetricLabel] *')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"""
PLACES = """([control, moved]) => {
    const scrolled = document.querySelector('[data-testid=stMain]').scrollTop;
    const at = e => { const r = e.getBoundingClientRect(); return [r.top, r.bottom].map(
        y => Math.round(y + scrolled)); };
    const chart = document.querySelector('[data-testid=stVegaLiteChart]');
    return {
        control: at(control ? document.querySelector(control) : chart),
        moved: at(document.querySelector(moved)),
        chart: at(chart.querySelector('svg.marks')),
        notice: at(document.querySelector('.st-key-notice li')),
    };
}"""


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.path)
def test_every_view_stands_fits_and_can_be_read(browser, server, page):
    brief = page.query(BRIEF.get(page.path, {}))
    address = f"{server}/{page.path if page is not site.PAGES[0] else ''}?{brief}"
    with visit(browser, address, PHONE[0], dark=True) as seen:
        stands(seen, page)
        seen.page.set_viewport_size(SIZES[PHONE])
        seen.wait()
        wrong = {view: faults(seen, page, view) for view in chain([None], other_views(seen, page))}
        assert any(HEAVY[0] in url for url in seen.fetched), "these tests would not see it"
        assert {view: found for view, found in wrong.items() if found} == {}
        assert seen.errors == []


def stands(seen, page):
    """See that a page, as it opens on a phone, is whole, and fetches nothing for what is folded."""
    assert seen.page.locator("h1").inner_text() == page.question
    assert seen.page.locator("[data-testid=stException]").count() == 0
    assert seen.page.locator("[data-testid=stAlert]").count() == 0
    assert seen.overflow() == []
    heavy = HEAVY if page.path != FORMULAS else HEAVY[:1]
    assert [url for url in seen.fetched if any(one in url for one in heavy)] == []


def faults(seen, page, view):
    """Return what is wrong with a view, from the window as it stands to the other end of them."""
    assert unfold(seen) > 0
    seen.wait()
    looks = [one for one in LOOKS if view is None or one[0] != SMALL]
    wide = seen.page.viewport_size == SIZES[WIDE]
    found = []
    for size, scheme, check in looks if wide else looks[::-1]:
        look(seen, size, scheme)
        found += check(seen, page, view) + apart(seen, page, view, size)
    return found


def in_light(seen, page, view):
    """Return what is wrong in a wide window: all but what only colours and less room change.

    Contrasts are those of the first view, and of what is drawn; in dark they are looked at in all.
    """
    found = [f"not set: {text}" for text in seen.page.evaluate(RAW)]
    if (seen.page.locator(".katex").count() == 0) != (page.path in WORDS_ONLY):
        found.append("formulas")
    # A bar of colours is filled by the page's whole address, and is white at the next.
    found += ["filled by address"] * seen.page.locator("svg.marks [fill^=url]").count()
    return found + cut_off(seen) + unread(seen, None if view is None else False)


def cut_off(seen):
    """Return what has not the room to be read to its end."""
    return [f"cut off: {text}" for text in seen.page.evaluate(CUT)]


def on_a_phone(seen, page, view):
    """Return what does not fit on a phone, and what cannot be read in dark: only colours differ."""
    found = cut_off(seen) + [f"sticks out: {text}" for text in seen.overflow()]
    return found + unread(seen, contrast=True)


LOOKS = (
    (WIDE, "light", in_light),
    # Between the others, as the page opens: see `apart`, too.
    (SMALL, "dark", lambda seen, *_: cut_off(seen)),
    (PHONE, "dark", on_a_phone),
)
"""How every view is looked at: one way, and the next view the other way."""


def look(seen, size, scheme):
    """Make the window so large, and its colours light or dark, unless it is so already."""
    if seen.page.viewport_size != SIZES[size]:
        seen.page.emulate_media(color_scheme=scheme)
        seen.page.set_viewport_size(SIZES[size])
        seen.wait()


def unread(seen, contrast):
    """Return what not everyone can read, by axe-core's rules and in charts."""
    return [*axe.complaints(seen.page, contrast), *axe.pale(seen.page)]


def apart(seen, page, view, size):
    """Tell whether a control and its chart, and on a screen what to notice, do not fit on it.

    In a wide window the control that is moved first is beside its chart, wherever it stands.
    """
    changes = {"view": view} if view else {}
    above = [
        slot.name for place in page.layout(page.values(changes)).above for slot in slots(place)
    ]
    first = ready.moved_first(page, ready.on_screen(page, changes))
    keys = [f".st-key-{page.param(name)}" for name in above if name != "view"]
    key = next((key for key in keys if seen.page.locator(key).count()), None)
    stood = seen.page.evaluate(PLACES, [key, f".st-key-{page.param(first)}"])
    top = stood["control"][0] if size == PHONE else 0
    low = stood["chart"][1] if size == PHONE else max(stood["chart"][1], stood["notice"][0] + LINE)
    if size == WIDE:
        low = max(low, stood["moved"][1])
    return [f"{size}: {stood}"] if low - top > size[1] else []


def test_raw_formulas_would_be_seen(browser):
    tab = browser.new_page()
    tab.set_content(
        "<p>So, $$x</p><p>\\frac12</p><p>5 of 6</p><code>$a</code>"
        "<p hidden>$hidden</p><span class=katex>\\frac</span><span class=katex-error>x^</span>"
    )
    assert tab.evaluate(RAW) == ["x^", "So, $$x", "\\frac12"]
    tab.close()


def test_an_axis_of_exponents_tells_each_of_them(browser):
    tab = browser.new_page()
    told = tab.evaluate(
        """([label, powers]) => {
            const told = Function('datum', `with (Math) return ${label}`);
            return powers.map(value => told({ value }));
        }""",
        [LOG10_LABELS, [-2000, -1000, -999, -10, 0, 7, 100, 0.5]],
    )
    tab.close()
    assert told == ["10⁻²⁰⁰⁰", "10⁻¹⁰⁰⁰", "10⁻⁹⁹⁹", "10⁻¹⁰", "1", "10⁷", "10¹⁰⁰", ""]


def test_what_still_changes_is_waited_for(browser):
    tab = browser.new_page()
    tab.set_content(
        "<h1>t</h1><div class=stApp data-test-script-state=notRunning>"
        "<div data-testid=stVegaLiteChart><svg class=marks><path d='M0,0'></svg></div></div>"
    )
    # Its length stays the same.
    tab.evaluate("""() => {
        let n = 99;
        const mark = document.querySelector('path');
        const moving = setInterval(() => {
            mark.setAttribute('d', `M0,${--n}`);
            if (n === 0) { clearInterval(moving); window.rests = true; }
        }, 20);
    }""")
    Visit(tab).wait()
    assert tab.evaluate("window.rests")
    tab.close()
