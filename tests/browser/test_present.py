"""To a room, inside another page, and on paper: what is there, how large, and what is not."""

import io
import re

from PIL import Image

from tests.browser.visit import visit
from vanishing.ui import site

SCREEN = {"width": 1024, "height": 768}
PRESENTED = "**present=1**"
SIZES = """() => {
    const seen = s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility());
    const least = (s, of) => Math.min(...seen(s).map(e => parseFloat(getComputedStyle(e)[of])));
    return {
        words: least('.st-key-notice li, .stSlider label p', 'fontSize'),
        labels: least('svg.marks text', 'fontSize'),
        lines: least('svg.marks .mark-line path:not([stroke-width="1.5"])', 'strokeWidth'),
        theory: least('svg.marks .mark-line path', 'strokeWidth'),
        bottom: Math.max(...seen('svg.marks, .st-key-notice li:first-of-type, .stSlider').map(
            e => e.getBoundingClientRect().bottom)),
        page: document.querySelector('.stMain').getBoundingClientRect().bottom,
        bar: document.querySelector('.st-key-presenting').getBoundingClientRect().top,
    };
}"""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
CHROME = ".stAppHeader, .st-key-toolbar, [data-testid=stExpander]"
PRESSED = "[data-testid=stToolbar], .st-key-toolbar, .st-key-present_begin, .st-key-home_reset"


def visible(seen, selector):
    return seen.page.locator(selector).filter(visible=True).count()


def clicked(seen, key):
    """Press a clicker's key, and wait for what it does; return how far down the page then is."""
    before = [key, seen.page.locator("h1").inner_text(), seen.page.evaluate(SCROLLED)]
    seen.page.keyboard.press(key)
    seen.page.wait_for_function(
        f"""([key, question, place]) => document.querySelector('h1')?.innerText !== question
            || ({SCROLLED} - place) * (key === 'PageDown' ? 1 : -1) > 0""",
        arg=before,
    )
    # It scrolls at once, or smoothly.
    seen.page.wait_for_timeout(300)
    return seen.page.evaluate(SCROLLED)


def turned(seen, key, page):
    """Press a key, and see that it leads to a page, still presented.

    A clicker's keys show the rest of the page before.
    """
    heading = seen.page.get_by_role("heading", name=page.question)
    if key.startswith("Page"):
        while not heading.count():
            clicked(seen, key)
    else:
        seen.page.keyboard.press(key)
    heading.wait_for()
    seen.page.wait_for_url(re.compile(rf"/{page.path if page is not site.PAGES[0] else ''}\\?"))
    seen.wait()
    assert "present=1" in seen.page.url


def test_a_clicker_shows_the_rest_of_a_page_before_it_turns_it(browser, server):
    page, after = site.PAGES[1:3]
    with visit(browser, f"{server}/{page.path}?present=1") as seen:
        seen.page.set_viewport_size(SCREEN)
        seen.wait()
        places, heading = [0], seen.page.get_by_role("heading", name=page.question)
        while heading.count():
            places.append(clicked(seen, "PageDown"))
        places.pop()
        assert len(places) > 1
        assert places == sorted(set(places)), "each shows more"
        seen.page.get_by_role("heading", name=after.question).wait_for()
        seen.wait()
        assert seen.page.evaluate(SCROLLED) == 0
        seen.page.keyboard.press("PageUp")
        heading.wait_for()


def test_the_keyboard_scrolls_a_page_that_has_just_come(browser, server):
    with visit(browser, f"{server}/{site.PAGES[1].path}") as seen:
        for key in ("ArrowDown", "Space", "End"):
            before = seen.page.evaluate(SCROLLED)
            seen.page.keyboard.press(key)
            seen.page.wait_for_function(f"{SCROLLED} > {before}")
        assert seen.page.evaluate("document.activeElement.dataset.testid") == "stMain"
        framed = "getComputedStyle(document.activeElement, '::before').boxShadow"
        assert seen.page.evaluate(framed) == "none"


def test_charts_have_their_size_again_after_presenting(browser, server):
    sizes = """() => [...new Set([...document.querySelectorAll('svg.marks text')].map(
        text => text.getAttribute('font-size')))].sort()"""
    with visit(browser, f"{server}/chain") as seen:
        before = seen.page.evaluate(sizes)
        seen.page.get_by_role("button", name="Present").click()
        seen.page.wait_for_url(PRESENTED)
        seen.wait()
        assert seen.page.evaluate(sizes) != before
        seen.page.keyboard.press("Escape")
        seen.page.wait_for_function("!location.search.includes('present')")
        seen.wait()
        assert seen.page.evaluate(sizes) == before


def test_a_teacher_presents_from_page_to_page(browser, server):
    with visit(browser, server) as seen:
        seen.page.set_viewport_size(SCREEN)
        assert visible(seen, CHROME) > 2
        seen.page.get_by_role("button", name="Present").click()
        seen.page.wait_for_url(PRESENTED)
        seen.wait()
        sizes = seen.page.evaluate(SIZES)
        assert sizes["words"] >= 20, sizes
        assert sizes["labels"] >= 16, sizes
        assert sizes["lines"] >= 4, sizes
        assert sizes["lines"] > sizes["theory"] > 2, sizes
        # Nothing is under the bar, however long a page is: it begins where the page ends.
        assert sizes["bottom"] <= sizes["page"] == sizes["bar"], sizes
        assert visible(seen, CHROME) == 0
        turned(seen, "ArrowRight", site.PAGES[1])
        turned(seen, "PageDown", site.PAGES[2])
        turned(seen, "ArrowLeft", site.PAGES[1])
        turned(seen, "PageUp", site.PAGES[0])
        # The arrows are the slider's while it has the focus; what a clicker sends is not.
        seen.page.get_by_role("slider").press("ArrowRight")
        seen.page.wait_for_url("**home_depth=13**")
        seen.wait()
        turned(seen, "PageDown", site.PAGES[1])
        seen.page.reload()
        seen.wait()
        assert visible(seen, CHROME) == 0
        seen.page.keyboard.press("Escape")
        seen.page.wait_for_function("!location.search.includes('present')")
        seen.wait()
        assert visible(seen, CHROME) > 2
        seen.page.keyboard.press("ArrowRight")
        seen.wait()
        assert seen.page.locator("h1").inner_text() == site.PAGES[1].question
        assert seen.errors == []


def test_embedded_a_page_is_chart_control_and_words(browser, server):
    with visit(browser, f"{server}/?embed=true&home_depth=5") as seen:
        assert visible(seen, ".stAppHeader, .st-key-present_begin") == 0
        assert seen.page.get_by_role("slider").get_attribute("aria-valuetext") == "5"
        for part in ("svg.marks", ".st-key-notice", ".stSlider"):
            assert visible(seen, part), part


def test_on_paper_all_of_a_page_is_dark_on_white(browser, server):
    with visit(browser, f"{server}/chain", dark=True) as seen:
        assert darkness(seen) > 0.9
        seen.page.emulate_media(media="print", color_scheme="dark")
        # As wide as A4 within its margins.
        seen.page.set_viewport_size({"width": 703, "height": 900})
        seen.wait()
        assert visible(seen, PRESSED) == 0
        assert visible(seen, "[data-testid=stExpander] summary") >= 2
        shown = seen.page.evaluate("""() => ({
            inside: [...document.querySelectorAll('.stApp, .stMain')].map(
                e => e.scrollHeight - e.clientHeight),
            whole: document.documentElement.scrollHeight,
            wide: [...document.querySelectorAll('svg.marks')].map(
                e => e.getBoundingClientRect().right),
        })""")
        # No box scrolls within itself: a printer does not.
        assert max(shown["inside"]) <= 1, shown
        assert shown["whole"] > 1000, shown
        assert max(shown["wide"]) <= 703, shown
        assert darkness(seen) < 0.1


def test_on_paper_colours_that_are_numbers_stay_what_they_are(browser, server):
    with visit(browser, f"{server}/depth", dark=True) as seen:
        seen.page.emulate_media(media="print", color_scheme="dark")
        turned = seen.page.evaluate("""() => Object.fromEntries(
            ['ramp_squares_marks', 'ramp_numbers_marks', 'role-legend-symbol', 'role-axis-label']
            .map(name => {
                let e = document.querySelector('svg.marks .' + name), turned = 0;
                for (; e; e = e.parentElement) turned += getComputedStyle(e).filter !== 'none';
                return [name, turned];
            }))""")
        assert list(turned.values()) == [0, 0, 0, 1]


def test_a_high_chart_scrolls_in_its_box_and_is_printed_whole(browser, server):
    with visit(browser, f"{server}/depth?deep_rows=all+108") as seen:
        box = seen.page.locator("[class*=st-key-high_]")
        assert box.bounding_box()["height"] < 800
        box.locator("[data-testid=stElementToolbar] button").last.focus()
        seen.page.keyboard.press("PageDown")
        seen.page.wait_for_function(
            "document.querySelector('[class*=st-key-high_]').scrollTop > 99"
        )
        marks = seen.page.locator("[data-testid=stTooltipIcon] button[aria-label]:has(> svg)")
        sizes = [mark.bounding_box() for mark in marks.filter(visible=True).all()]
        assert min(min(size["width"], size["height"]) for size in sizes) >= 24
        seen.page.emulate_media(media="print")
        assert box.evaluate("e => e.scrollHeight === e.clientHeight && e.clientHeight > 2000")


def darkness(seen):
    """Return the share of dark pixels in a picture of the whole page."""
    grey = Image.open(io.BytesIO(seen.page.screenshot(full_page=True))).convert("L")
    return sum(grey.histogram()[:100]) / (grey.width * grey.height)
