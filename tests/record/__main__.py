"""Record what every page shows: ``python -m tests.record``, or only pages with these keys."""

from __future__ import annotations

import argparse
import logging
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from tests.pages.support import open_page
from tests.record import bits, cases, files, seen
from vanishing.ui import site
from vanishing.ui.page import Page
from vanishing.ui.ready import SWITCH

PAGES = {page.key: page for page in site.PAGES}

# Nothing is made ready: what is recorded is what a page shows by itself.
os.environ[SWITCH] = "no"


def record(page: Page, before: files.Cases) -> files.Cases:
    """Return what each case of a page shows, opened by a link with what is drawn there only."""
    return {name: _shown(page, link) for name, link in cases.links(page, before).items()}


def _shown(page: Page, link: str) -> dict[str, Any]:
    shown = _opened(page, link)
    return shown if shown["link"] == link else _opened(page, shown["link"])


def _opened(page: Page, link: str) -> dict[str, Any]:
    return seen.shown(open_page(page, unfolded=True, **seen.params(link)), page)


def renew(key: str, folder: Path) -> None:
    """Write the file of a page, and say what that took."""
    began = time.process_time()
    before = _before(key)
    now = record(PAGES[key], before.cases)
    files.write(key, files.Record(now, bits.here(), before.known_fragile(now)), folder)
    took, size = time.process_time() - began, files.path(key, folder).stat().st_size / 1e3
    print(f"{key:6} {len(now):3} cases {took:6.1f} s {size:6.0f} kB", flush=True)


def _before(key: str) -> files.Record:
    """Return what was recorded before; nothing where a merge, say, has left an unreadable file."""
    try:
        return files.read(key)
    except (ValueError, KeyError) as error:
        print(f"{key}: the file cannot be read ({error!r}); --bits finds the fragile cases again")
        return files.Record({}, "")


def main() -> None:
    """Write the files of the pages with these keys; of all without a key."""
    parser = argparse.ArgumentParser("python -m tests.record", description=__doc__)
    parser.add_argument("keys", nargs="*", metavar="key", help=f"a page: {', '.join(PAGES)}")
    parser.add_argument("--to", type=Path, default=files.DATA, help="folder of the files")
    parser.add_argument(
        "--bits",
        action="store_true",
        help="also find, on x86, which cases hang on the last bits; takes three times as long",
    )
    asked = parser.parse_args()
    if unknown := set(asked.keys) - PAGES.keys():
        parser.error(f"no page {', '.join(sorted(unknown))}; there are {', '.join(PAGES)}")
    keys = asked.keys or list(PAGES)
    logging.disable(logging.WARNING)  # Streamlit's, at every page opened without a browser.
    with threadpool_limits(limits=1, user_api="blas"):
        for key in keys:
            renew(key, asked.to)
    if asked.bits:
        for key, names in bits.fragile(keys, asked.to).items():
            print(f"{key:6} {len(names)} fragile: {', '.join(sorted(names))}")
            files.write(key, replace(files.read(key, asked.to), fragile=frozenset(names)), asked.to)


if __name__ == "__main__":
    main()
