"""A control, the whole of its chart and what to notice: how far apart they stand on a screen."""

import pytest
from playwright.sync_api import Browser

from tests.browser.visit import Visit, visit
from vanishing.ui import site
from vanishing.ui.page import Page, slots

PHONE = (390, 664)
SCREENS = ((1024, 768), (1280, 800))
LINE = 24
"""Pixels of a first line."""

PLACES = """control => {
    const scrolled = document.querySelector('[data-testid=stMain]').scrollTop;
    const at = e => { const r = e.getBoundingClientRect(); return [r.top, r.bottom].map(
        y => Math.round(y + scrolled)); };
    const chart = document.querySelector('[data-testid=stVegaLiteChart]');
    return {
        control: at(control ? document.querySelector(control) : chart),
        chart: at(chart.querySelector('svg.marks, canvas.marks')),
        notice: at(document.querySelector('.st-key-notice li')),
    };
}"""


def views(page: Page):
    """Give every view of a page as a link, with the controls that may stand above its chart."""
    options = page.control(page.selector).options if page.selector else [None]
    for view in options:
        values = page.values({page.selector: view} if view else {})
        above = [slot.name for place in page.layout(values).above for slot in slots(place)]
        yield page.query(values), [page.param(name) for name in above if name != "view"]


def places(seen: Visit, size, names):
    """Return the top and the bottom of the control, its chart, and the first thing to notice."""
    seen.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    seen.wait()
    keys = [f".st-key-{name}" for name in names if seen.page.locator(f".st-key-{name}").count()]
    return seen.page.evaluate(PLACES, keys[0] if keys else None)


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.path)
def test_control_and_chart_fit_on_a_phone_and_all_three_on_a_screen(
    browser: Browser, server: str, page: Page
) -> None:
    path = "" if page is site.PAGES[0] else page.path
    wrong = []
    with visit(browser, f"{server}/{path}") as seen:
        for query, names in views(page):
            seen.page.goto(f"{server}/{path}?{query}")
            seen.wait()
            stood = places(seen, PHONE, names)
            if stood["chart"][1] - stood["control"][0] > PHONE[1]:
                wrong.append(("phone", query, stood))
            for size in SCREENS:
                stood = places(seen, size, names)
                if max(stood["chart"][1], stood["notice"][0] + LINE) > size[1]:
                    wrong.append((size, query, stood))
    assert wrong == []
