"""Retake the README's pictures: ``python -m tests.browser.pictures``.

With ``--all FOLDER`` take every page in every view, its folds open, on a projector, a small screen
and a phone, in light and dark, and lay them out in FOLDER/index.html; KEYS are of pages.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, chromium_path, start_server
from tests.browser.visit import Visit, other_views, unfold, visit
from vanishing.ui import site

FOLDER = Path(__file__).parents[2] / ".pictures"
# Tall enough for control, chart and most of what there is to notice.
HEIGHT = 900
WIDTHS = (1280, 1024, 390)
# A page scrolls within itself: a picture of the whole needs a window as tall.
WHOLE = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"


@contextmanager
def _started() -> Iterator[tuple[Browser, str]]:
    """Give a browser and the address of a server."""
    process, address = start_server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            yield browser, address
            browser.close()
    finally:
        process.terminate()
        process.wait(10)


def as_it_opens() -> None:
    """Take one picture of each page as it opens."""
    FOLDER.mkdir(exist_ok=True)
    with _started() as (browser, address):
        for page in site.PAGES:
            url = address if page is site.PAGES[0] else f"{address}/{page.path}"
            with visit(browser, url) as seen:
                seen.page.set_viewport_size({"width": 1280, "height": HEIGHT})
                seen.wait()
                seen.page.screenshot(path=FOLDER / f"{page.path}.png")


def everything(folder: Path, keys: list[str]) -> None:
    """Take the pictures of `--all`."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = []
    with _started() as (browser, address):
        for page in site.PAGES:
            if keys and page.key not in keys:
                continue
            with visit(
                browser, f"{address}/{page.path if page is not site.PAGES[0] else ''}"
            ) as seen:
                for i, view in enumerate(chain([""], other_views(seen, page))):
                    names = _all_of(seen, folder, f"{page.path}-{i}")
                    pictures = "".join(f'<img src="{name}" height="700"> ' for name in names)
                    sheet.append(f"<h2>{page.title} {view}</h2>{pictures}")
    (folder / "index.html").write_text("<meta charset=utf-8>" + "".join(sheet), "utf-8")


def _all_of(seen: Visit, folder: Path, stem: str) -> list[str]:
    """Take one view at every width in both schemes; return the names of the files."""
    unfold(seen)
    names = []
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            seen.page.emulate_media(color_scheme=scheme)
            seen.page.set_viewport_size({"width": width, "height": HEIGHT})
            seen.wait()
            tall = max(HEIGHT, int(seen.page.evaluate(WHOLE)) + 80)
            seen.page.set_viewport_size({"width": width, "height": tall})
            seen.wait()
            names.append(f"{stem}-{width}-{scheme}.png")
            seen.page.screenshot(path=folder / names[-1])
    return names


def main() -> None:
    """Take pictures."""
    parser = argparse.ArgumentParser("python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every view of every page")
    parser.add_argument("keys", nargs="*", metavar="KEY", help="with --all: only these pages")
    asked = parser.parse_args()
    everything(asked.all, asked.keys) if asked.all else as_it_opens()


if __name__ == "__main__":
    main()
