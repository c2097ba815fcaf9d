"""Which words of the glossary stand on a page, by its table and its record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.record import files
from vanishing.glossary import glossary
from vanishing.ui import site
from vanishing.ui.page import Page

NO_WORDS = ("**In the article and the papers.**", "link: ")
"""How lines begin that name words without using them: titles of papers, links."""

PAGES = [page for page in site.PAGES if page.path != "glossary"]
"""The pages that have words: all but the glossary itself, which has them all."""


def texts(page: Page) -> Iterator[str]:
    """Give everything a reader can meet on a page: its controls, and what is recorded of it."""
    for control in page.controls:
        yield control.label
        yield control.help or ""
        yield from map(control.text, control.options)
    yield from (preset.about for preset in page.presets)
    for case in files.read(page.key).cases.values():
        yield from (line for line in case["sentences"] if not line.startswith(NO_WORDS))


def words_in(every: Iterable[str]) -> set[str]:
    """Return the keys of the words in some texts."""
    return set(glossary.find("\n".join(dict.fromkeys(every))))


def words_of(page: Page) -> list[str]:
    """Return the keys of a page's words, in the order of the alphabet."""
    found = words_in(texts(page))
    return [key for key in glossary.TERMS if key in found]
