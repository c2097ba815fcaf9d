"""What the page of words shows: one in full, and all of them in short."""

from __future__ import annotations

from vanishing.concepts.glossary import charts
from vanishing.concepts.glossary.table import PAGE
from vanishing.concepts.order import SECTIONS
from vanishing.glossary import glossary
from vanishing.ui.page import Values
from vanishing.ui.room import nothing as needs
from vanishing.ui.scene import Heading, Link, Scene, Table, Text
from vanishing.ui.work import Found

__all__ = ["PAGE", "STANDING", "needs", "scene"]

TITLES = {path: title for pages in SECTIONS.values() for path, title in pages.items()}
"""What the navigation calls each page."""

FORMULA = "$$\n{}\n$$"
"""A formula on lines of its own."""

STANDING = (
    Heading("All words"),
    Table(charts.listing(glossary.TERMS), "All words, each in one sentence"),
)


def scene(v: Values, _found: Found) -> Scene:
    """Return the chosen word: sentence, formula, source, and where it is met."""
    term, pages = glossary.TERMS[v.of], glossary.pages(v.of)
    counts = {TITLES[path]: len(keys) for path, keys in glossary.MET.items()}
    met = frozenset(TITLES[path] for path in pages)
    return Scene(
        beside=(
            (
                Text(f"**{term.word}.** {term.says}"),
                Text(FORMULA.format(term.formula)),
                Text(f"*Source:* {term.source}."),
                charts.by_page(term.word, counts, met),
            ),
        ),
        under=(
            Text("**Met on these pages**" if pages else "No page has it in its texts."),
            *(Link(path, TITLES[path]) for path in pages),
        ),
        notice=(
            f"{term.word} is met on {len(pages)} of {len(counts)} pages.",
            f"There are {len(glossary.TERMS)} words. The question mark beside a setting says the "
            "same sentence, and the foot of each page names the words that are met there.",
        ),
        code=(glossary.find, glossary.pages),
    )
