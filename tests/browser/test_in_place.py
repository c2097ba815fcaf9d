"""A change puts new rows into a chart that stands: faster than a new one, and the same picture."""

import pytest

from tests.browser.visit import visit
from vanishing.ui import site

pytestmark = pytest.mark.browser

# All that is drawn, by where it stands; which line of a grid came first is nobody's concern.
DRAWN = """() => [...document.querySelectorAll('svg.marks')].map(svg => {
    const parts = [...svg.querySelectorAll('path, text, line')];
    return parts.filter(part => !part.closest('defs, clipPath')).map(part => {
        const {e: x, f: y} = part.getCTM();
        const told = ['d', 'fill', 'stroke', 'stroke-dasharray', 'opacity', 'x2', 'y2'];
        return [part.tagName, x.toFixed(), y.toFixed(),
            ...told.map(name => part.getAttribute(name)), part.textContent].join(' ');
    }).sort();
})"""
MARK = "() => document.querySelectorAll('svg.marks > g').forEach(e => { e.stays = true; })"
STAYED = "() => [...document.querySelectorAll('svg.marks > g')].map(e => !!e.stays)"


def there_by(seen, act):
    """Do what changes the link, and return it."""
    before = seen.page.url
    act()
    seen.page.wait_for_function("old => location.href !== old", arg=before)
    seen.wait()
    return seen.page.url


@pytest.mark.parametrize(
    ("path", "link", "name"),
    [
        ("descent", "gd_eta_bowl=2.02", "eta_bowl"),
        ("layers", "", "depth"),
        ("recurrent", "", "gain"),
        ("dying", "dying_view=A+network", "bias"),
        ("training", "train_steps=30&train_width=4", "depth"),
    ],
)
def test_a_chart_takes_new_rows_in_place_and_shows_what_a_visit_shows(
    browser, server, path, link, name
):
    page = site.page_at(path)
    slider = f".st-key-{page.param(name)} input[type=range]"

    def press(seen, arrow):
        """Go to the value beside, and return the link there."""
        return there_by(seen, lambda: seen.page.locator(slider).press(arrow))

    with visit(browser, f"{server}/{path}?{link}") as seen:
        # What nobody has seen may be drawn as it grows; the first change adds the lines before it.
        there = press(seen, "ArrowRight")
        press(seen, "ArrowLeft")
        before = seen.page.evaluate(DRAWN)
        seen.page.evaluate(MARK)
        assert press(seen, "ArrowRight") == there
        assert seen.page.evaluate(STAYED)[0], "the browser has made a chart anew"
        changed = seen.page.evaluate(DRAWN)
        assert changed != before
        assert not seen.errors
    with visit(browser, f"{server}/{path}?{link}") as seen:
        assert press(seen, "ArrowRight") == there
        assert seen.page.evaluate(DRAWN) == changed


def test_who_comes_by_a_preset_sees_the_colours_of_the_link(browser, server):
    """A chart that stands would keep those of the lines that it showed first."""
    lines = """() => [...document.querySelectorAll('svg.marks')].map(svg =>
        [...svg.querySelectorAll('.role-legend-label text, .role-axis-label text')].map(
            text => text.textContent).concat([...svg.querySelectorAll('.role-legend-symbol path')]
            .map(path => path.getAttribute('stroke'))))"""
    with visit(browser, f"{server}/derivatives") as seen:
        for preset in ("Leaky family", "Saturated"):
            link = there_by(seen, seen.page.get_by_role("radio", name=preset).click)
        come = seen.page.evaluate(lines)
    with visit(browser, link) as seen:
        drawn = seen.page.evaluate(lines)
        # The times are those of the machine: their order, and their axis, is another each time.
        assert come[:2] == drawn[:2]
