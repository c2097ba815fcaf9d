"""Visiting a page as a reader does, and reading back what the browser drew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage
from playwright.sync_api import Page as Tab

from tests.patience import PATIENCE
from vanishing.ui.page import Page

# The script has run, every chart has drawn something, and nothing has changed for a while.
SETTLED = """quiet => {
    const chart = '[data-testid=stVegaLiteChart]';
    if (!window.__seen) {
        const within = at => (at.closest ? at : at.parentElement)?.closest(chart);
        window.__seen = new MutationObserver(changes => {
            if (changes.some(change => within(change.target))) window.__since = Date.now();
        });
        window.__seen.observe(document.body,
            { subtree: true, childList: true, attributes: true, characterData: true });
    }
    const charts = [...document.querySelectorAll(chart)];
    const done = document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
        && charts.length > 0
        && charts.every(c => c.querySelector('svg.marks'));
    const now = done && charts.length + location.href;
    if (!done || window.__last !== now) { window.__last = now; window.__since = Date.now(); }
    return done && Date.now() - window.__since > quiet;
}"""
# Streamlit looks for these below a deep link's path first, and goes on when they are not there.
EXPECTED = ("/_stcore/health", "/_stcore/host-config")
QUIET_MS, POLL_MS = 500, 50
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
        self.page.wait_for_selector("h1")
        self.page.evaluate("() => { delete window.__last; }")
        self.page.wait_for_function(SETTLED, arg=QUIET_MS, polling=POLL_MS)

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
                return [...document.querySelectorAll('svg.marks, h1, p, button')]
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


_LEFT: dict[tuple[Browser, bool], Tab] = {}
"""Tabs that visits have left, for a mouse and for a finger: their scripts are compiled already."""


@contextmanager
def visit(
    browser: Browser, url: str, width: int = 1280, dark: bool = False, *, touch: bool = False
) -> Iterator[Visit]:
    """Open a page, alone in its browser context, and wait until it stands."""
    kind = (browser, touch)
    # Within another visit: none is left, and the context is another.
    page = _LEFT.pop(kind, None) or browser.new_context(has_touch=touch).new_page()
    page.set_default_timeout(1e3 * PATIENCE)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if dark else "light", media="screen")
    seen = Visit(page)
    hear: dict[Any, Callable[[Any], None]] = {
        "console": seen.note,
        "websocket": lambda socket: socket.on("framesent", seen.note_sent),
        "request": lambda request: seen.fetched.append(request.url),
        "pageerror": lambda error: seen.errors.append(str(error)),
    }
    for event, heard in hear.items():
        page.on(event, heard)
    try:
        page.goto(url)
        seen.wait()
        yield seen
        for event, heard in hear.items():
            page.remove_listener(event, heard)
        if kind not in _LEFT:
            _clear(page)
            _LEFT[kind] = page
    finally:
        if page not in _LEFT.values():
            page.context.close()


def _clear(page: Tab) -> None:
    """Leave a page, and nothing of it to the next visit but what was fetched."""
    for other in page.context.pages:
        if other is not page:
            other.close()
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.clear_permissions()
    network = page.context.new_cdp_session(page)
    network.send("Page.resetNavigationHistory")
    network.detach()


def other_views(seen: Visit, page: Page) -> Iterator[Any]:
    """Go through a page's views but its default, one after the other; folds stay open."""
    for control in (control for control in page.controls if control.name == "view"):
        buttons = seen.page.locator(f".st-key-{page.param(control.name)} button")
        for place, option in enumerate(control.options):
            if option != control.default:
                buttons.nth(place).click()
                seen.page.wait_for_url(f"**{page.query({control.name: option})}**")
                # Where views differ in height, what then lies under the mouse would tell its tip.
                seen.page.mouse.move(0, 0)
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
