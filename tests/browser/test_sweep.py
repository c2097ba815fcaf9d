"""A sweep in a real browser: begun, stopped at the first press, gone on with, finished."""

import re

import pytest

from tests.browser.visit import visit
from vanishing.concepts.depth.table import PAGE

pytestmark = pytest.mark.browser

BUDGET = PAGE.query({"steps": 100, "width": 16, "rate": "0.1", "norm": "none", "skips": "none"})
OFFER, STOP = ".st-key-deep_ladder_compute button", ".st-key-deep_ladder_stop button"


def missing(page):
    found = re.search(r"(\d+) of 30 cells are not computed yet", page.inner_text("body"))
    return int(found[1]) if found else 0


def test_a_sweep_is_stopped_and_goes_on(browser, server):
    with visit(browser, f"{server}/{PAGE.path}?{BUDGET}") as seen:
        page = seen.page
        assert missing(page) == 30
        page.locator(OFFER).click()
        # The mouse goes down and up where the button stands: it must not have moved between.
        page.locator(STOP).click()
        page.locator(STOP).wait_for(state="hidden")
        seen.wait()
        left = missing(page)
        assert 0 < left <= 30
        page.locator(OFFER).click()
        page.locator(STOP).wait_for()
        page.locator(STOP).wait_for(state="hidden")
        seen.wait()
        assert missing(page) == 0
        assert page.locator(OFFER).count() == 0
        assert page.locator("[data-testid=stException]").count() == 0
        assert seen.errors == []
