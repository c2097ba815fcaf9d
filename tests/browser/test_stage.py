"""What changes reruns, in a real browser: the rest of the page stands still."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.visit import visit

pytestmark = pytest.mark.browser
CODE = "[data-testid=stExpander]:has-text('The code that ran')"
READ = f"{CODE} [data-testid=stCode]"


def reruns(seen):
    """Return which fragment each rerun asked for was of; '' for the whole page."""
    messages = [BackMsg.FromString(message) for message in seen.sent]
    return [m.rerun_script.fragment_id for m in messages if m.HasField("rerun_script")]


def test_a_change_reruns_the_stage_alone_and_its_link_stands_when_reloaded(browser, server):
    with visit(browser, server) as seen:
        slider = seen.page.get_by_role("slider")
        default = "!location.search.includes('home_depth')"
        # What takes long is a run of the whole page: first it is computed.
        for _ in range(2):
            slider.press("ArrowRight")
            seen.page.wait_for_url("**home_depth=13**")
            seen.wait()
            slider.press("ArrowLeft")
            seen.page.wait_for_function(default)
            seen.wait()
        seen.sent.clear()
        slider.press("ArrowRight")
        seen.page.wait_for_url("**home_depth=13**")
        seen.page.get_by_role("button", name="Undo").click()
        seen.page.wait_for_function(default)
        slider.press("ArrowRight")
        seen.page.wait_for_url("**home_depth=13**")
        seen.wait()
        asked = reruns(seen)
        assert len(asked) == 3
        assert all(asked)
        shown = seen.chart_data()
        seen.page.reload()
        seen.wait()
        assert seen.page.get_by_role("slider").get_attribute("aria-valuetext") == "13"
        assert seen.chart_data() == shown


def test_a_fold_stays_open_with_fresh_content_when_a_setting_changes(browser, server):
    with visit(browser, f"{server}/descent") as seen:
        seen.page.locator(CODE).locator("summary").click()
        seen.page.locator(READ).first.wait_for()
        before = seen.page.locator(READ).all_inner_texts()
        seen.page.get_by_role("radio", name="Number types").click()
        seen.page.wait_for_url("**gd_view=**")
        seen.wait()
        assert seen.page.locator(f"{CODE} details").get_attribute("open") is not None
        after = seen.page.locator(READ).all_inner_texts()
        assert after
        assert after != before


TOOLS = "[data-testid=stElementToolbar]"
SHOWN = f"getComputedStyle(document.querySelector('{TOOLS}')).opacity == 1"


def test_what_enlarges_a_chart_covers_no_control_and_is_seen_by_who_has_come_to_it(browser, server):
    with visit(browser, f"{server}/recurrent", 390, touch=True) as seen:
        seen.page.locator("svg.marks").first.tap()
        tools = seen.page.locator(TOOLS).first
        chart = seen.page.locator("svg.marks").first.bounding_box()
        seen.page.wait_for_function(SHOWN)
        assert tools.bounding_box()["y"] > chart["y"] + 0.8 * chart["height"]
    with visit(browser, server) as seen:
        seen.page.locator(f"{TOOLS} button").first.focus()
        seen.page.wait_for_function(SHOWN)


def tip(seen, mark):
    """Return what is told of a mark under the mouse."""
    seen.page.locator(mark).first.hover(force=True)
    seen.page.wait_for_timeout(300)
    told = seen.page.locator("#vg-tooltip-element.visible")
    return told.inner_text() if told.count() else ""


def test_under_the_mouse_a_chart_says_what_it_means_to_and_nothing_else(browser, server):
    with visit(browser, f"{server}/depth") as seen:
        assert "accuracy" in tip(seen, ".mark-text[class*=_numbers] text")
    with visit(browser, f"{server}/descent") as seen:
        # The hills of the loss: their cells are drawn by fields of their own.
        assert tip(seen, "svg.marks .mark-rect path, svg.marks .mark-trail path") == ""
        assert tip(seen, "svg.marks .mark-text text") == ""
    with visit(browser, server) as seen:
        assert "·10⁻" in tip(seen, "svg.marks .mark-symbol path")


def test_a_row_is_pressed_as_buttons_are(browser, server):
    with visit(browser, f"{server}/claims") as seen:
        # Of who clicks twice the second press does not take back the first.
        seen.page.locator(".st-key-claim_choices").get_by_role("radio", name="C12").dblclick()
        seen.page.wait_for_url("**claim_of=C12**")
        seen.wait()
        assert 0 < seen.page.locator(".st-key-claim_of").bounding_box()["y"] < 200, "in sight"
    with visit(browser, f"{server}/layers?present=1") as seen:
        held = "e => e === document.activeElement"
        for name in ("Sigmoid", "Histograms", "He on ReLU"):
            pressed = seen.page.get_by_role("radio", name=name)
            pressed.click()
            seen.wait()
        assert pressed.evaluate(held), "Enter presses what the mouse has pressed"
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_url("**/training?present=1**")
