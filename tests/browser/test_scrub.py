"""Scrubbing through a training run happens in the browser alone; where it ends is in the link."""

import re

import pytest

from tests.browser.visit import visit
from vanishing.concepts.training.charts_moment import REST
from vanishing.concepts.training.table import PAGE

pytestmark = pytest.mark.browser
SLIDER = "[data-testid=stVegaLiteChart] input[type=range]"
BUBBLE = "#vg-tooltip-element.visible"
STRIP = """() => {
    const strip = document.querySelector('svg.marks g.zones_marks');
    strip.scrollIntoView({ block: 'center' });
    const { x, y, width, height } = strip.getBoundingClientRect();
    return [x, y + height / 2, width];
}"""


def told(seen):
    """Return the step that the slider shows, once the pictures show the same."""
    seen.page.wait_for_timeout(200)
    label = int(seen.page.locator(f"{SLIDER} + span").inner_text())
    assert int(seen.page.locator(SLIDER).input_value()) == label
    words = [text.rpartition("|")[2] for text in seen.chart_data()[0]]
    captions = [found[1] for word in words if (found := re.search(r"· step ([\d,]+), seed", word))]
    assert [int(step.replace(",", "")) for step in captions] == [label, label]
    return label


def linked(seen):
    """Return the step in the link, once there is nothing more to come."""
    seen.page.wait_for_timeout(REST)
    seen.wait()
    found = re.search(r"train_step=(\d+)", seen.page.url)
    return int(found[1]) if found else None


def scrolled(seen):
    return seen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")


def test_scrubbing_moves_the_picture_and_asks_the_server_nothing(browser, server):
    with visit(browser, f"{server}/{PAGE.path}", 390) as seen:
        slider = seen.page.locator(SLIDER)
        assert slider.count() == 1
        linked(seen)
        last = int(slider.get_attribute("max"))
        assert last == PAGE.control("steps").default
        pictures, steps = [], []
        seen.sent.clear()
        # 7 is not among the recorded steps: picture and slider go to the nearest.
        for step in (0, 7, last // 2, last):
            slider.fill(str(step))
            steps.append(told(seen))
            pictures.append(seen.chart_data()[0])
            assert linked(seen) == (None if step == last else steps[-1])
            assert len(seen.sent) == 1
            seen.sent.clear()
        assert steps[0] == 0
        assert steps[-1] == last
        assert sorted(set(steps)) == steps
        assert len({str(picture) for picture in pictures}) == len(steps)
        assert seen.errors == []


def test_arrow_keys_step_and_the_mouse_drags_along_the_loss_curve(browser, server):
    with visit(browser, f"{server}/{PAGE.path}") as seen:
        seen.page.locator(SLIDER).fill("0")
        steps = [told(seen)]
        for key in ["ArrowRight"] * 7 + ["ArrowLeft"] * 7:
            seen.page.locator(SLIDER).press(key)
            steps.append(told(seen))
        assert sorted(set(steps)) == steps[:8], "every key goes on"
        assert steps[7:] == steps[7::-1], "and back the same way"
        assert steps[7] > 7, "over the steps that were not recorded"
        linked(seen)
        x, y, width = seen.page.evaluate(STRIP)
        mouse = seen.page.mouse
        mouse.move(x + 0.2 * width, y)
        seen.sent.clear()
        mouse.down()
        steps = [told(seen)]
        for share in (0.5, 0.8):
            mouse.move(x + share * width, y, steps=5)
            steps.append(told(seen))
        assert seen.sent == [], "while it is dragged the browser asks the server nothing"
        mouse.up()
        mouse.move(x + 0.1 * width, y, steps=5)
        assert told(seen) == steps[-1], "let go is let go"
        assert steps == sorted(set(steps))
        assert linked(seen) == steps[-1]
        assert seen.errors == []


def test_dragging_along_the_loss_curve_with_a_finger(browser, server):
    with visit(browser, f"{server}/{PAGE.path}", 390, touch=True) as seen:
        x, y, wide = seen.page.evaluate(STRIP)
        last = PAGE.control("steps").default
        finger = seen.page.context.new_cdp_session(seen.page)

        def drag(*path):
            """Put the finger down, and move it on through these points."""
            for kind, points in [("touchStart", path[:1]), *[("touchMove", [p]) for p in path[1:]]]:
                where = [{"x": px, "y": py} for px, py in points]
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})
                seen.page.wait_for_timeout(30)
            assert seen.sent == [], "while it is dragged the browser asks the server nothing"
            assert seen.page.locator(BUBBLE).count() == 0, "of what the finger first touched"
            finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        def along(begin, end):
            return [(x + wide * (begin + (end - begin) * i / 10), y + i) for i in range(11)]

        seen.sent.clear()
        before, picture, at = told(seen), seen.chart_data()[0], scrolled(seen)
        drag(*along(0.3, 0.9))
        assert told(seen) == pytest.approx(0.9 * last, abs=0.05 * last)
        assert told(seen) != before
        assert seen.chart_data()[0] != picture
        assert linked(seen) == told(seen)
        seen.sent.clear()
        # Out and back again, and beyond the edge, in one go: the page stays where it is.
        drag(*along(0.5, 0.8), *along(0.8, 0.4)[1:], (x - 5, y))
        assert told(seen) == 0
        assert scrolled(seen) == at
        seen.page.touchscreen.tap(x + wide / 2, y)
        middle = told(seen)
        linked(seen)
        seen.sent.clear()
        assert middle == pytest.approx(last / 2, abs=0.05 * last)
        # A finger that moves up or down moves the page, not the moment.
        drag(*[(x + 0.2 * wide, y - 15 * i) for i in range(11)])
        seen.page.wait_for_timeout(500)
        assert scrolled(seen) > at + 50
        assert told(seen) == middle
        assert linked(seen) == middle
        # Where it taps a point it is told of it, until it comes down again.
        seen.page.locator("svg.marks .mark-symbol path[d*=A]").last.tap()
        seen.page.locator(BUBBLE, has_text="layer").wait_for()
        seen.page.locator(".st-key-notice").tap()
        assert seen.page.locator(BUBBLE).count() == 0
        assert seen.errors == []
