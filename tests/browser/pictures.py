"""Retake the README's pictures: ``python -m tests.browser.pictures``."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, chromium_path, start_server
from tests.browser.visit import visit
from vanishing.ui import site

FOLDER = Path(__file__).parents[2] / ".pictures"
# Tall enough for control, chart and most of what there is to notice.
HEIGHT = 900


def main() -> None:
    """Take one picture of each page as it opens."""
    FOLDER.mkdir(exist_ok=True)
    process, address = start_server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            for page in site.PAGES:
                url = address if page is site.PAGES[0] else f"{address}/{page.path}"
                with visit(browser, url) as seen:
                    seen.page.set_viewport_size({"width": 1280, "height": HEIGHT})
                    seen.wait()
                    seen.page.screenshot(path=FOLDER / f"{page.path}.png")
            browser.close()
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
