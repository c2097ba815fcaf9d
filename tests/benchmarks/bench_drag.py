"""Dragging a slider, in Chromium: pictures a second, and messages to the server meanwhile.

Talks to a server that it starts itself, on this machine only: python -m tests.benchmarks drag.
"""

import os
import time

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, chromium_path, start_server
from vanishing.ui import site

READY = 240.0
"""Seconds until the pictures of every page are there."""

MOVES = 90
AIM_BYTES = 150_000

# Frames of the screen in which a chart has changed, from now on.
COUNT = """() => {
    window.__pictures = 0;
    let pending = false;
    new MutationObserver(changes => {
        if (pending || !changes.some(c => c.target.closest?.('svg.marks'))) return;
        pending = true;
        requestAnimationFrame(() => { window.__pictures += 1; pending = false; });
    }).observe(document, { subtree: true, childList: true, attributes: true });
}"""


def note(socket, sent):
    """Note what is sent."""
    socket.on("framesent", lambda frame: sent.append(frame))


def drag(tab, sent, key):
    """Drag to and fro over a third of the slider; return pictures a second and messages."""
    slider = tab.locator(f".st-key-{key}").bounding_box()
    thumb = tab.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").bounding_box()
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] + 8
    side = 1 if x < slider["x"] + slider["width"] / 2 else -1
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.evaluate(COUNT)
    before, began = len(sent), time.perf_counter()
    for i in range(MOVES):
        part = 1 - abs(1 - 2 * i / MOVES)
        tab.mouse.move(x + side * part * slider["width"] / 3, y)
    seconds, messages = time.perf_counter() - began, len(sent) - before
    pictures = tab.evaluate("window.__pictures")
    tab.mouse.move(x, y)
    tab.mouse.up()
    return pictures / seconds, messages


def main(pages=site.PAGES):
    # A browser and a server have all cores.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count()))
    print(f"Aims: no message while the slider is held; ≤ {AIM_BYTES / 1e3:g} kB for all pictures")
    print(f"{'':<14}{'pictures/s':>12}{'messages':>10}{'values':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        process, address = start_server(ready=True)
        deadline = time.monotonic() + READY
        try:
            for page in pages:
                names = page.layout(page.defaults()).followed
                if not names:
                    continue
                rate, messages = 0.0, 1
                while not rate or messages:
                    sent = []
                    tab = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
                    tab.on(
                        "websocket", lambda s, to=sent: s.on("framesent", lambda f: to.append(f))
                    )
                    tab.goto(address if page is site.PAGES[0] else f"{address}/{page.path}")
                    tab.wait_for_selector("[data-testid=stVegaLiteChart] svg.marks")
                    tab.wait_for_timeout(1000)
                    rate, messages = drag(tab, sent, page.param(names[0]))
                    tab.context.close()
                    if time.monotonic() > deadline:
                        break
                values = len(page.control(names[0]).options)
                print(f"{page.title:<14}{rate:>12.0f}{messages:>10}{values:>8}", flush=True)
        finally:
            process.kill()
            process.wait(10)
            browser.close()
