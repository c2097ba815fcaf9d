"""What axe-core and the contrast in charts would find, and what a screen reader is told."""

import pytest

from tests.browser import axe
from tests.browser.visit import visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("axe_core")]
NOTICE = ".st-key-notice [aria-live=polite]"


def test_what_cannot_be_read_would_be_seen(browser):
    tab = browser.new_page()
    mark = "<path d='M{x},0h40v40h-40Z' fill='{fill}' opacity='{opacity}'/>"
    text = "<text x='{x}' y='20' font-size='{size}' fill='{fill}'>{words}</text>"
    tab.set_content(
        "<html lang=en><title>t</title><main class=stApp style='background:rgb(255,255,255)'>"
        "<h1>t</h1><svg role=img aria-label=t class=marks width=400 height=40>"
        + mark.format(x=0, fill="black", opacity=1)
        + mark.format(x=100, fill="black", opacity=0.1)
        + text.format(x=2, size=12, fill="white", words="on a")
        + text.format(x=102, size=12, fill="white", words="on b")
        + text.format(x=200, size=12, fill="#888888", words="grey")
        + text.format(x=300, size=11, fill="black", words="tiny")
        + "</svg><p style='color:#888'>pale</p><img src=''></main>"
    )
    assert [told.partition(":")[0] for told in axe.pale(tab)] == ["on b", "grey", "tiny"]
    assert [told.partition(":")[0] for told in axe.complaints(tab)] == [
        "color-contrast",
        "image-alt",
    ]
    tab.close()


def test_what_there_is_to_notice_is_a_heading_and_is_told_when_it_changes(browser, server):
    with visit(browser, server) as seen:
        assert seen.page.get_by_role("heading", name="What to notice", level=2).count() == 1
        kept = seen.page.locator(NOTICE).element_handle()
        before = kept.inner_text()
        seen.page.get_by_role("slider").press("ArrowRight")
        seen.page.wait_for_url("**home_depth=13**")
        seen.wait()
        # The same box holds other words: one that is new would not be told.
        assert kept.evaluate("e => e.isConnected")
        assert kept.inner_text() != before


def test_a_chart_is_named_once_by_its_takeaway(browser, server):
    with visit(browser, server) as seen:
        named = seen.page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(chart =>
                [chart.ariaLabel, chart.querySelectorAll('[aria-label]').length])"""
        )
        assert named
        for name, within in named:
            assert name
            assert within == 0
