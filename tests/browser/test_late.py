"""Answers that come late, over a slow line: who is quicker than they are loses nothing."""

import pytest

from tests.browser.visit import Visit
from tests.patience import PATIENCE
from vanishing.concepts.descent.table import PAGE

pytestmark = pytest.mark.browser

LATE_MS = 1_500
THERE_AND_BACK = ["ArrowRight"] * 5 + ["ArrowLeft"] * 5

# What the server says is heard so many milliseconds later, in its order.
LATE = """
window.late = 0;
window.WebSocket = class extends WebSocket {
    addEventListener(kind, hear, ...more) {
        let before = Promise.resolve();
        super.addEventListener(kind, kind !== 'message' ? hear : event => {
            const due = performance.now() + window.late;
            const wait = () => new Promise(go => setTimeout(go, due - performance.now()));
            before = before.then(() => due > performance.now() && wait()).then(() => hear(event));
        }, ...more);
    }
};"""


def test_a_slider_is_moved_there_and_back_before_the_first_answer_comes(browser, server):
    # Not `visit`: what it leaves to the next must hear in time.
    page = browser.new_context().new_page()
    page.set_default_timeout(1e3 * PATIENCE)
    page.add_init_script(LATE)
    page.goto(f"{server}/{PAGE.path}")
    seen = Visit(page)
    seen.wait()
    slider, words = page.locator(".st-key-gd_eta_bowl input[type=range]"), ".st-key-notice"

    def move(pause):
        for key in THERE_AND_BACK:
            slider.press(key)
            page.wait_for_timeout(pause)

    # What is shown on the way the browser keeps, and after that the server only names it.
    move(400)
    seen.wait()
    before = page.locator(words).inner_text()
    page.evaluate(f"window.late = {LATE_MS}")
    move(200)
    page.wait_for_timeout(2 * LATE_MS)
    page.evaluate("window.late = 0")
    assert page.get_by_role("dialog").count() == 0, "what is named is not there any more"
    seen.wait()
    assert page.locator(words).inner_text() == before
    page.context.close()
