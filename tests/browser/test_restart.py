"""The server is killed while a page is open, and starts again: the page goes on by itself."""

import time

import pytest

from tests.browser.visit import visit
from tests.load.servers import Server, free_port
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser


def test_an_open_page_outlives_its_server(browser):
    port = free_port()
    servers = [Server(port=port)]
    try:
        with visit(browser, f"{servers[0].address}/chain?chain_depth=12") as seen:
            shown = seen.chart_data()
            slider = seen.page.locator(".st-key-chain_sigma").get_by_role("slider")
            slider.focus()
            with seen.page.expect_websocket():
                servers[0].kill()
                servers.append(Server(port=port))
            # What the new server would drop, for it has not run this page, cannot be done.
            seen.page.keyboard.press("ArrowRight")
            seen.page.locator("[data-testid=stMain]:not([inert])").wait_for()
            assert "chain_sigma=" not in seen.page.url
            # The settings lie in the page, not in the server that has gone; and it answers.
            slider.focus()
            seen.page.keyboard.press("ArrowRight")
            seen.page.wait_for_url("**chain_sigma=**")
            deadline = time.monotonic() + PATIENCE
            while seen.chart_data() == shown and time.monotonic() < deadline:
                seen.page.wait_for_timeout(100)
            seen.wait()
            assert seen.chart_data() != shown
            assert "chain_depth=12" in seen.page.url
            assert seen.page.get_by_role("dialog").count() == 0
            assert seen.page.locator("[data-testid=stException]").count() == 0
            seen.page.get_by_role("button", name="Reset", exact=True).click()
            seen.page.wait_for_function("!location.search.includes('chain_')")
        assert servers[-1].said() == ""
    finally:
        for server in servers:
            server.stop()
