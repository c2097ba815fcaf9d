"""Scrubbing through a training run happens in the browser alone."""

import pytest

from tests.browser.visit import visit
from vanishing.concepts.training.table import PAGE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_scrubbing_moves_the_picture_and_asks_the_server_nothing(browser, server, width):
    with visit(browser, f"{server}/{PAGE.path}", width) as seen:
        slider = seen.page.locator("[data-testid=stVegaLiteChart] input[type=range]")
        assert slider.count() == 1
        steps = int(slider.get_attribute("max"))
        assert steps >= 10
        pictures = []
        seen.sent.clear()
        for position in (0, steps // 2, steps):
            slider.fill(str(position))
            slider.dispatch_event("input")
            seen.page.wait_for_timeout(300)
            pictures.append(seen.chart_data()[0])
        assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
        assert seen.sent == [], "the browser spoke to the server"
        assert seen.errors == []


def test_the_server_is_heard_where_it_is_spoken_to(browser, server):
    # The test above could not fail if messages went unseen.
    with visit(browser, f"{server}/{PAGE.path}") as seen:
        seen.sent.clear()
        seen.page.get_by_role("radio", name="∂J/∂W").click()
        seen.wait()
        assert seen.sent
