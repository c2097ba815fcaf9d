"""What one reader waits for, in Chromium: a key's new picture, and the first picture of a visit.

Beside two peers: Streamlit's own hello app, whose first page is words without any chart, and a bare
page with a title, a slider and one Altair chart, the least that can show a picture at all.

Talks to servers that it starts itself, on this machine only: python -m tests.benchmarks latency.
"""

import os
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import streamlit.hello
from playwright.sync_api import TimeoutError, sync_playwright

from tests.benchmarks.bench_load import bare_script
from tests.browser.conftest import FLAGS, chromium_path, start_server
from vanishing.ui import site

NEW, KEYS = 4, 12
VISITS = 3
"""First visits of which the median counts; one before them warms the server."""
AIM_MS, AIM_BYTES, AIM_REQUESTS, AIM_HELLO = 80, 4.2e6, 90, 1.3
MOST_MS = 10_000
"""Milliseconds within which a key has its picture, if it has one."""
QUIET_MS = 1_500
"""Milliseconds without a request, after which a visit has fetched all that it needs."""

PICTURE = "[data-testid=stVegaLiteChart] svg.marks"
# From the key that goes down to the frame after the first change inside a chart.
WATCH = """() => {
    const press = () => { window.__down = performance.now(); window.__drawn = 0; };
    addEventListener('keydown', press, true);
    new MutationObserver(changes => {
        if (!window.__down || window.__drawn) return;
        const drawn = node => (node.closest ?? (() => null)).call(node, 'svg.marks')
            || [...(node.querySelectorAll?.('svg.marks') ?? [])].length;
        if (changes.some(c => drawn(c.target) || [...c.addedNodes].some(drawn)))
            requestAnimationFrame(() => { window.__drawn ||= performance.now() - window.__down; });
    }).observe(document, { subtree: true, childList: true, attributes: true });
}"""


@dataclass
class Visit:
    """A first visit: seconds to the first picture, and what was fetched for it."""

    seconds: float = 0.0
    sizes: list[int] = field(default_factory=list)
    requests: int = 0


def first_visit(browser, url, picture=PICTURE):
    """Open a page with an empty cache; returns the visit and the open tab."""
    tab = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    seen = Visit()
    fetched = []
    tab.on("request", lambda request: fetched.append(request))
    began = time.perf_counter()
    tab.goto(url)
    tab.wait_for_selector(picture, timeout=120_000)
    seen.seconds = time.perf_counter() - began
    count = -1
    while count != len(fetched):
        count = len(fetched)
        tab.wait_for_timeout(QUIET_MS)
    seen.requests = count
    seen.sizes = [r.sizes()["responseBodySize"] for r in fetched if r.response()]
    return seen, tab


def key_to_picture(tab):
    """Press keys on the first slider; return the milliseconds to pictures, new and known.

    First to values where nobody has been, which are computed, then to and fro.
    """
    sliders = tab.locator("input[type=range]:not(.vega-bind input)")
    if not sliders.count():
        return [], []
    tab.evaluate(WATCH)
    taken = []
    for i in range(NEW + KEYS):
        sliders.first.focus()
        tab.evaluate("window.__drawn = 0")
        tab.keyboard.press("ArrowLeft" if i >= NEW and i % 2 else "ArrowRight")
        # Not every value of every slider draws another picture.
        with suppress(TimeoutError):
            tab.wait_for_function("window.__drawn > 0", timeout=MOST_MS)
            taken.append((i, tab.evaluate("window.__drawn")))
        tab.wait_for_timeout(300)
    return [ms for i, ms in taken if i < NEW], [ms for i, ms in taken if i > NEW]


def visits(browser, url, picture=PICTURE):
    """Return several first visits to a page, and the tab of the last, still open."""
    first_visit(browser, url, picture)[1].context.close()
    seen = [first_visit(browser, url, picture) for _ in range(VISITS)]
    for _, tab in seen[:-1]:
        tab.context.close()
    last, tab = seen[-1]
    middle = statistics.median(visit.seconds for visit, _ in seen)
    return Visit(middle, last.sizes, last.requests), tab


def peer(browser, script, picture=PICTURE):
    """Return what a visit to another app takes."""
    process, address = start_server(str(script))
    try:
        seen, tab = visits(browser, address, picture)
        tab.context.close()
        return seen
    finally:
        process.terminate()
        process.wait(10)


def row(name, keys, seen, *beside):
    """Print a page's figures, its time also as a multiple of the peers'."""
    key = "".join(f"{statistics.median(ms):>7.0f}" if ms else f"{'–':>7}" for ms in keys)
    times = "".join(f"{seen.seconds / other:>7.2f}×" for other in beside)
    print(
        f"{name:<22}{key}{seen.seconds:>9.2f}{times}"
        f"{sum(seen.sizes) / 1e6:>9.2f}{seen.requests:>10}",
        flush=True,
    )


def main(pages=site.PAGES):
    # A browser and a server have all cores.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        print(f"Aims: key ≤ {AIM_MS} ms, first picture ≤ {AIM_HELLO} × hello,", end=" ")
        print(f"{AIM_BYTES / 1e6} MB, {AIM_REQUESTS} requests")
        head = f"{'':<22}{'new ms':>7}{'key ms':>7}{'first s':>9}{'÷hello':>8}{'÷bare':>8}"
        print(f"{head}{'MB':>9}{'requests':>10}")
        hello = peer(browser, Path(streamlit.hello.__file__).with_name("streamlit_app.py"), "h1")
        with bare_script() as script:
            bare = peer(browser, script)
        beside = hello.seconds, bare.seconds
        row("Streamlit's hello", ([], []), hello, *beside)
        row("a bare chart", ([], []), bare, *beside)
        process, address = start_server()
        try:
            for page in pages:
                url = address if page is site.PAGES[0] else f"{address}/{page.path}"
                seen, tab = visits(browser, url)
                row(page.title, key_to_picture(tab), seen, *beside)
                tab.context.close()
        finally:
            process.terminate()
            process.wait(10)
            browser.close()
