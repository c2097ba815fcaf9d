"""The server is killed while a page is open, and starts again: the page comes back by itself."""

import time

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.visit import visit
from tests.load.servers import Server, free_port

pytestmark = pytest.mark.browser
PATIENCE = 60.0


def test_an_open_page_outlives_its_server(browser):
    port = free_port()
    first = Server(port=port)
    try:
        with visit(browser, f"{first.address}/chain?chain_depth=12") as seen:
            seen.page.locator(".st-key-chain_sigma").get_by_role("slider").focus()
            seen.page.keyboard.press("ArrowRight")
            seen.page.wait_for_url("**chain_sigma=**")
            seen.wait()
            link, shown = seen.page.url, seen.chart_data()
            ended = ends_of_runs(seen.page)
            first.kill()
            second = Server(port=port)
            try:
                # The settings lie in the page, not in the server that has gone.
                deadline = time.monotonic() + PATIENCE
                while not ended and time.monotonic() < deadline:
                    seen.page.wait_for_timeout(100)
                assert ended, "the page has not come back"
                seen.wait()
                assert seen.page.url == link
                assert seen.chart_data() == shown
                assert seen.page.get_by_role("dialog").count() == 0
                assert seen.page.locator("[data-testid=stException]").count() == 0
                # And it answers.
                seen.page.get_by_role("button", name="Reset").click()
                seen.page.wait_for_function("!location.search.includes('chain_sigma')")
                seen.wait()
                assert seen.chart_data() != shown
                assert second.said() == ""
            finally:
                second.stop()
    finally:
        first.kill()


def ends_of_runs(page):
    """Return a list that grows with every run that ends over a connection made from now on."""
    ended = []

    def note(data):
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "script_finished" and message.script_finished == 0:
            ended.append(message)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return ended
