"""A training run is played, stepped through and linked to, in the browser."""

import re

import pytest

from tests.browser.test_scrub import SLIDER, linked, told
from tests.browser.test_stage import CODE, READ
from tests.browser.visit import visit
from vanishing.concepts.training.charts_moment import PAUSE, PLAY
from vanishing.concepts.training.table import PAGE

pytestmark = pytest.mark.browser
LAST = PAGE.control("steps").default


def steps_of(seen, until, most=60):
    """Return the steps on show, one after the other, until one is `until`, or for a while."""
    found = []
    for _ in range(most):
        step = int(seen.page.locator(SLIDER).input_value())
        if not found or found[-1] != step:
            found.append(step)
        if step == until:
            break
        seen.page.wait_for_timeout(100)
    return found


def test_playing_stepping_and_the_step_in_the_link(browser, server):
    with visit(browser, f"{server}/{PAGE.path}") as seen:
        page = seen.page
        play = page.locator(".vega-bindings [name=play]")
        on = page.get_by_role("button", name="One moment on")
        back = page.get_by_role("button", name="One moment back")
        assert told(seen) == LAST, "it begins at the end, as a run that is watched does"
        assert linked(seen) is None
        page.get_by_role("button", name="Present").focus()
        page.keyboard.press("Tab")
        assert back.evaluate("e => e === document.activeElement"), "before the chart's tools"
        seen.sent.clear()
        # At the end Play starts over; Pause keeps what is shown.
        page.get_by_label("Speed").select_option("2×")
        play.press("Enter")
        assert play.input_value() == PAUSE
        page.wait_for_timeout(1500)
        assert seen.sent == [], "playing asks the server nothing"
        play.click()
        assert play.input_value() == PLAY
        paused = told(seen)
        assert 0 < paused < LAST
        assert linked(seen) == paused, "told once it rests"
        # One moment on, and back the same way.
        on.click()
        further = told(seen)
        back.click()
        assert further > told(seen) == paused
        # Faster, to its end: there it stops by itself.
        page.get_by_label("Speed").select_option("4×")
        play.click()
        steps = steps_of(seen, LAST)
        assert steps == sorted(steps)
        assert steps[-1] == LAST
        page.wait_for_timeout(300)
        assert play.input_value() == PLAY
        assert linked(seen) is None, "the end is what a link without a step shows"
        # What is in the link survives another gradient, and a reload.
        page.locator(SLIDER).fill(str(LAST // 2))
        middle = told(seen)
        assert linked(seen) == middle
        page.get_by_role("radio", name="∂J/∂W").click()
        page.wait_for_url("**train_which=**")
        assert linked(seen) == told(seen) == middle
        page.reload()
        seen.wait()
        assert linked(seen) == told(seen) == middle
        # Undo goes back to where one began to move, and Reset to the end.
        back.click()
        back.click()
        assert linked(seen) == told(seen) < middle
        page.get_by_role("button", name="Undo").click()
        page.wait_for_url(f"**train_step={middle}**")
        assert linked(seen) == told(seen) == middle
        page.get_by_role("button", name="Reset", exact=True).click()
        page.wait_for_function("!location.search.includes('train_step')")
        assert linked(seen) is None
        assert told(seen) == LAST
        assert seen.errors == []


def test_a_finger_reaches_every_control_and_the_chart_takes_the_room_kept_for_it(browser, server):
    with visit(browser, f"{server}/{PAGE.path}", 390, touch=True) as seen:
        boxes = seen.page.evaluate(
            """() => [...document.querySelectorAll('.vega-bindings :is(input, select)')].map(
                e => [e.name, e.getBoundingClientRect().width, e.getBoundingClientRect().height])"""
        )
        assert [name for name, *_ in boxes] == ["back", "play", "forward", "speed", "step"]
        assert all(min(size) >= 44 for _, *size in boxes), boxes
        assert seen.overflow() == []
        further_settings_open_where_they_are(seen)
        for width in (390, 800, 1024, 1280):
            seen.page.set_viewport_size({"width": width, "height": 800})
            seen.wait()
            kept, taken = seen.page.evaluate(ROOM)
            assert kept == pytest.approx(taken, abs=4), width


def further_settings_open_where_they_are(seen):
    """See that a fold grows downwards, and its head stays under the finger."""
    fold = seen.page.locator(".st-key-train_more")
    head = fold.locator("summary")
    head.scroll_into_view_if_needed()
    before = head.bounding_box()["y"]
    head.tap()
    fold.locator(".st-key-train_elu").wait_for()
    seen.wait()
    assert head.bounding_box()["y"] == pytest.approx(before, abs=30)
    head.tap()


ROOM = """() => {
    const chart = document.querySelector('.st-key-train_chart_scrubbed > *');
    const drawn = chart.querySelector('svg.marks').getBoundingClientRect().bottom
        - chart.getBoundingClientRect().top;
    return [parseFloat(getComputedStyle(chart).minHeight), drawn];
}"""


SHIFTS = """() => {
    window.__shifts = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput) window.__shifts.push(entry.value);
    }).observe({ type: 'layout-shift' });
}"""


def step(seen):
    """Return the step at which the run that is watched is."""
    told = seen.page.locator("[data-testid=stProgress]:has-text('step')").inner_text()
    return int(re.search(r"step ([\d,]+) of", told)[1].replace(",", ""))


def test_a_run_is_drawn_as_it_grows_and_nothing_jumps(browser, server):
    # Settings that no other test asks for.
    with visit(browser, f"{server}/{PAGE.path}?train_steps=30&train_seed=7") as seen:
        page, slider = seen.page, seen.page.locator(SLIDER)
        page.evaluate(SHIFTS)
        page.locator(".st-key-train_steps input[type=range]").press("End")
        stop = page.locator(".st-key-train_stop button")
        stop.wait_for()
        page.wait_for_function("document.querySelector('.vega-bind [name=step]')?.max === '10000'")
        shown = set()
        for _ in range(100):
            shown.add(int(slider.input_value()))
            page.wait_for_timeout(100)
            if len(shown) > 2:
                break
        assert len(shown) > 2, "the newest moment is shown as it comes"
        # Nor does the chart begin anew where the reader has gone back while it grows.
        slider.fill("1")
        page.wait_for_url(re.compile(r"train_step=1(&|$)"))
        stop.wait_for()
        page.wait_for_timeout(1500)
        assert slider.input_value() == "1"
        assert sum(page.evaluate("window.__shifts")) < 0.02
        # Streamlit's own Stop would end the script, and the page would stand as if the run went on.
        page.locator("[data-testid=stStatusWidget]").wait_for()
        assert page.get_by_role("button", name="Stop").count() == 1
        # Where a fold is opened the run goes on where it was.
        before = step(seen)
        page.locator(CODE).locator("summary").click()
        page.wait_for_timeout(500)
        stop.wait_for()
        assert step(seen) >= before > 0
        # A preset works in mid-run.
        page.get_by_role("radio", name="Exploding").press("Enter")
        page.wait_for_url("**train_depth=12**")
        seen.wait()
        assert page.locator(SLIDER).get_attribute("max") == "300"
        page.locator(READ).first.wait_for()
        assert seen.errors == []


# Where a slider stands on the page, in each picture that a browser draws.
SEEN_AT = """() => {
    window.__at = [];
    const [slider, main] = ['.st-key-lay_depth', '[data-testid=stMain]'].map(
        at => document.querySelector(at));
    const look = () => {
        if (slider.isConnected)
            window.__at.push(Math.round(slider.getBoundingClientRect().top + main.scrollTop));
        requestAnimationFrame(look);
    };
    look();
}"""


def test_a_run_that_is_waited_for_moves_nothing(browser, server):
    # Of one layer at first: without a bar.
    link = "layers?lay_depth=1&lay_seeds=100"
    with visit(browser, f"{server}/{link}", 390) as seen:
        seen.page.evaluate(SEEN_AT)
        seen.page.locator(".st-key-lay_depth input[type=range]").press("End")
        seen.page.locator(".stProgress").wait_for()
        seen.wait()
        stood = seen.page.evaluate("window.__at")
        # A browser may draw what is to float before it knows how: for one picture.
        rare = [place for place in set(stood) if stood.count(place) <= 2]
        assert len(set(stood) - set(rare)) == 1
