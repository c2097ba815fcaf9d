"""Visiting a page as a reader does, and reading back what the browser drew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage
from playwright.sync_api import Page as Tab

from vanishing.ui.page import Page

# The script has run, every chart has drawn something, and nothing has changed for a while.
SETTLED = """quiet => {
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    const done = document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
        && charts.length > 0
        && charts.every(c => c.querySelector('svg.marks, canvas.marks'));
    const now = done && charts.map(c => c.innerHTML.length).join() + location.href;
    if (!done || window.__last !== now) { window.__last = now; window.__since = Date.now(); }
    return done && Date.now() - window.__since > quiet;
}"""
# Streamlit looks for these below a deep link's path first, and goes on when they are not there.
EXPECTED = ("/_stcore/health", "/_stcore/host-config")
QUIET_MS = 500
BODY = "[data-testid=stExpanderDetails] [data-testid=stElementContainer]"


@dataclass
class Visit:
    """An open page, what its console said, its messages to the server, and what it fetched."""

    page: Tab
    errors: list[str] = field(default_factory=list)
    sent: list[bytes | str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def wait(self) -> None:
        """Wait until the script has run and every chart has something drawn in it."""
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_function(SETTLED, arg=QUIET_MS, timeout=60_000)

    def note(self, message: ConsoleMessage) -> None:
        where = str(message.location.get("url", ""))
        if message.type == "error" and not where.endswith(EXPECTED):
            self.errors.append(f"{message.text} ({where})")

    def note_sent(self, message: bytes | str) -> None:
        self.sent.append(message)

    def overflow(self) -> list[str]:
        """Return what sticks out of the page to the right, but for what scrolls there."""
        found: list[str] = self.page.evaluate(
            """() => {
                const scrolls = e => e && e.dataset.testid !== 'stMainBlockContainer' && (
                    /auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
                return [...document.querySelectorAll('svg.marks, canvas.marks, h1, p, button')]
                    .filter(e => e.checkVisibility())
                    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                    .filter(e => !scrolls(e.parentElement))
                    .map(e => e.tagName + ' ' + (e.textContent || '').slice(0, 40));
            }"""
        )
        return found

    def chart_data(self) -> list[Any]:
        """Return what the charts draw: the text of each chart's marks, axes and words."""
        data: list[Any] = self.page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(c =>
                [...c.querySelectorAll('svg.marks path, svg.marks text')]
                    .map(e => e.getAttribute('d') + '|' + e.textContent))"""
        )
        return data


@contextmanager
def visit(
    browser: Browser, url: str, width: int = 1280, dark: bool = False, *, touch: bool = False
) -> Iterator[Visit]:
    """Open a page in a browser context of its own, and wait until it stands."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
    )
    page = context.new_page()
    seen = Visit(page)
    page.on("console", seen.note)
    page.on(
        "websocket",
        lambda socket: socket.on("framesent", seen.note_sent),
    )
    page.on("request", lambda request: seen.fetched.append(request.url))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    try:
        page.goto(url)
        seen.wait()
        yield seen
    finally:
        context.close()


def other_views(seen: Visit, page: Page) -> Iterator[Any]:
    """Go through a page's views but its default, one after the other; folds stay open."""
    for control in (control for control in page.controls if control.name == "view"):
        buttons = seen.page.locator(f".st-key-{page.param(control.name)} button")
        for place, option in enumerate(control.options):
            if option != control.default:
                buttons.nth(place).click()
                seen.page.wait_for_url(f"**{page.query({control.name: option})}**")
                seen.wait()
                yield option


def unfold(seen: Visit) -> int:
    """Open every fold, with its body; return how many there are."""
    folds = seen.page.locator("[data-testid=stExpander] details")
    # A click that meets the page while it is drawn anew can be lost.
    while empty := [fold for fold in folds.all() if not fold.locator(BODY).first.is_visible()]:
        for fold in empty:
            if fold.get_attribute("open") is None:
                fold.locator("summary").click()
        seen.page.wait_for_timeout(100)
    return folds.count()
