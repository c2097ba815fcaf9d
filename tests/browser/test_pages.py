"""Links to pages, and ways between them, in Chromium."""

import re

import pytest

from tests.browser.visit import visit
from vanishing.ui import site

pytestmark = pytest.mark.browser


# All pages have one file's lines: two stand for them.
@pytest.mark.parametrize("page", site.PAGES[1::8], ids=lambda page: page.key)
def test_a_deep_link_is_the_first_request_of_a_fresh_server(browser, fresh_server, page):
    control = page.controls[0]
    values = dict(page.presets[-1].values) if page.presets else {control.name: control.options[-1]}
    query = page.query(values)
    with visit(browser, f"{fresh_server()}/{page.path}?{query}") as seen:
        assert seen.page.locator("h1").inner_text() == page.question
        # The router's navigation is there, with our titles: the page did not run on its own.
        # (Pages of a section are behind its name; the second page always stands by itself.)
        assert seen.page.get_by_role("link", name=site.PAGES[1].title).count() > 0
        assert sorted(seen.page.url.partition("?")[2].split("&")) == sorted(query.split("&"))
        assert seen.errors == []


def test_a_shared_link_shows_the_same_in_another_browser(browser, server):
    with visit(browser, f"{server}/derivatives") as teacher:
        teacher.page.get_by_role("radio", name="Saturated").click()
        teacher.page.wait_for_url("**der_sigma=10**")
        teacher.wait()
        teacher.page.locator("summary", has_text="Share").click()
        link = teacher.page.locator(".copied textarea").first.input_value()
        assert sorted(re.split("[?&]", link)) == sorted(re.split("[?&]", teacher.page.url))
        shown = teacher.chart_data()
        assert any(shown)
        with visit(browser, link) as student:
            # Which line of a grid was drawn first is nobody's concern.
            assert [*map(sorted, student.chart_data())] == [*map(sorted, shown)]
        with visit(browser, f"{server}/derivatives") as other:
            assert other.chart_data() != shown


def test_a_slider_answers_to_the_keyboard_and_writes_the_link(browser, server):
    with visit(browser, server) as seen:
        before = seen.chart_data()
        seen.page.get_by_role("slider").focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_url("**home_depth=13**")
        seen.wait()
        assert seen.chart_data() != before
        seen.page.get_by_role("button", name="Reset", exact=True).click()
        seen.page.wait_for_function("!location.search.includes('home_depth')")
        seen.wait()
        assert seen.chart_data() == before


def test_a_page_begins_at_its_top(browser, server):
    with visit(browser, f"{server}/{site.PAGES[1].path}") as seen:
        # As where the next page is there before this one is gone.
        seen.page.evaluate("""() => {
            document.querySelector('[data-testid=stMainBlockContainer]').style.minHeight = '5000px';
            document.querySelector('[data-testid=stMain]').scrollTop = 2000;
        }""")
        seen.page.get_by_role("link", name=site.PAGES[2].title).first.click()
        seen.page.get_by_role("heading", name=site.PAGES[2].question).wait_for()
        seen.wait()
        assert seen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0


def test_a_bad_link_is_named_and_the_address_put_right(browser, server):
    # The first page is at the root, also for those who write its name.
    with visit(browser, f"{server}/home?home_depth=1e999&home_typo=1") as seen:
        notice = seen.page.locator("[data-testid=stAlert]")
        assert "1e999" in notice.inner_text()
        assert "40" in notice.inner_text()
        seen.page.wait_for_url(f"{server}/?home_depth=40")
        assert "typo" not in seen.page.url


def test_a_key_of_another_page_is_named(browser, server):
    link = f"{server}/claims?claim_of=C12&chain_depth=20&foo=1&embed=true&embed_options=light_theme"
    with visit(browser, link) as seen:
        notice = seen.page.locator("[data-testid=stAlert]")
        assert "foo" in notice.inner_text()
        assert "embed" not in notice.inner_text()
        # Without alarm: the browser's Back leaves such keys.
        assert "chain_depth" not in notice.inner_text()
        assert seen.page.get_by_text("other pages' settings: chain_depth").is_visible()
        seen.page.wait_for_function("!location.search.includes('chain_depth')")
        for kept in ("claim_of=C12", "embed=true", "embed_options=light_theme"):
            assert kept in seen.page.url
        assert "foo" not in seen.page.url


def test_going_from_page_to_page_leaves_no_key_behind(browser, server):
    with visit(browser, f"{server}/claims?claim_of=C12&claim_sort=verdict") as seen:

        def arrived(at: str) -> None:
            seen.page.wait_for_url(at)
            seen.wait()
            assert not seen.page.locator("[data-testid=stAlert]").count(), seen.page.url

        arrived("**/claims?**")
        seen.page.get_by_role("link", name="See it on the page").click()
        arrived("**/layers?**lay_**")
        for title, path in (("Chain rule", "chain"), ("Layers", "layers")):
            seen.page.get_by_role("link", name=title).first.click()
            arrived(f"**/{path}*")
        # On the way back the browser can hold one page's address with another's keys.
        for _ in range(3):
            seen.page.go_back()
            seen.page.wait_for_timeout(2_000)
            arrived("**/*")
