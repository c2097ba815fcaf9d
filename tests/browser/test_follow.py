"""The picture follows the hand, with a mouse and with the keyboard, and without a message."""

import time

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import start_server
from tests.browser.visit import visit
from vanishing.charts.ghosts import GHOST

READY = 60.0
"""Seconds until the pictures of the first page are there; they take about one."""

SLIDER = ".st-key-home_depth"

FAINT = f"svg.marks path:is([opacity='{GHOST}'], [stroke-opacity='{GHOST}'])"
"""A line as it was."""


@pytest.fixture(scope="module")
def ready_server(browser: Browser):
    process, address = start_server(ready=True)
    yield address
    process.terminate()
    process.wait(10)


def follows(seen) -> bool:
    """Take hold of the slider, and tell whether the picture goes with the hand; still held."""
    thumb = seen.page.locator(f"{SLIDER} [data-testid=stSliderThumbValue]").bounding_box()
    at = (thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] + 8)
    seen.page.mouse.move(*at)
    seen.page.mouse.down()
    before = seen.chart_data()
    seen.page.mouse.move(at[0] + 60, at[1])
    seen.page.wait_for_timeout(200)
    return bool(seen.chart_data() != before)


def test_the_picture_goes_with_the_hand_and_the_page_follows_on_release(
    browser: Browser, ready_server: str
) -> None:
    deadline = time.monotonic() + READY
    with visit(browser, ready_server) as seen:
        while not follows(seen):
            assert time.monotonic() < deadline, "the pictures are not made ready"
            seen.page.mouse.up()
            seen.page.goto(ready_server)
            seen.wait()
        # Held: other pictures come, the link and the words wait, and nothing is sent.
        sent, link = len(seen.sent), seen.page.url
        thumb = seen.page.locator(f"{SLIDER} [data-testid=stSliderThumbValue]").bounding_box()
        pictures = set()
        for step in range(5):
            seen.page.mouse.move(thumb["x"] + 20 * step, thumb["y"] + thumb["height"] + 8)
            seen.page.wait_for_timeout(50)
            pictures.add(str(seen.chart_data()))
        assert len(pictures) >= 4
        assert len(seen.sent) == sent
        assert seen.page.url == link
        # The ghost: a line as it was.
        assert seen.page.locator(FAINT).count() >= 1
        # Released: one message, link and words follow, and the picture under the hand stays.
        words = seen.page.locator(".st-key-notice").inner_text()
        seen.page.evaluate("() => { document.querySelector('svg.marks').dataset.same = 'yes'; }")
        seen.page.mouse.up()
        seen.page.wait_for_function("url => location.href !== url", arg=link)
        seen.wait()
        assert len(seen.sent) == sent + 1
        assert seen.page.locator(".st-key-notice").inner_text() != words
        assert seen.page.locator("svg.marks").get_attribute("data-same") == "yes"
        drawn = seen.chart_data()
        # A new visit by that link shows the same picture; its keyboard moves it too.
        seen.page.reload()
        seen.wait()
        assert without_ghosts(seen.chart_data()) == without_ghosts(drawn)
        seen.page.locator(f"{SLIDER} input[type=range]").focus()
        seen.page.keyboard.press("ArrowLeft")
        seen.page.wait_for_timeout(100)
        assert without_ghosts(seen.chart_data()) != without_ghosts(drawn)
        assert seen.errors == []


def without_ghosts(charts):
    """Return what is drawn but for lines, which may have ghosts: points, areas and texts."""
    return [sorted(mark for mark in marks if mark.count("L") < 2) for marks in charts]


def test_where_the_picture_waits_the_one_before_stays_faint(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}/layers") as seen:
        assert seen.page.locator(FAINT).count() == 0
        seen.page.locator(".st-key-lay_depth input[type=range]").focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_url("**lay_depth=11")
        seen.wait()
        assert seen.page.locator(FAINT).count() >= 1
        words = seen.page.locator("svg.marks text").all_text_contents()
        # Twice in each chart: once as the page's colour around it.
        assert words.count("before") % 2 == 0 < words.count("before")
        assert seen.page.locator("text=Faint: before").count() >= 1
        assert seen.errors == []
