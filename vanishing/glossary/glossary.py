"""The glossary: its words, where they stand, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vanishing.glossary.functions import FUNCTIONS
from vanishing.glossary.learning import LEARNING
from vanishing.glossary.nets import NETS
from vanishing.glossary.numbers import NUMBERS
from vanishing.glossary.term import Term
from vanishing.glossary.weights import WEIGHTS

TERMS: Final[dict[str, Term]] = {
    term.key: term
    for term in sorted(
        (*NETS, *FUNCTIONS, *WEIGHTS, *LEARNING, *NUMBERS), key=lambda term: term.word.casefold()
    )
}
"""Every word by its key, in the order of the alphabet."""

MET_FILE: Final = Path(__file__).parent / "data" / "met.txt"
"""The words of each page; `python -m tests.glossary` finds them in what is recorded of it."""

MET: Final[dict[str, tuple[str, ...]]] = {
    path: tuple(keys.split())
    for path, _, keys in (page.partition(":") for page in MET_FILE.read_text("utf-8").split("\n\n"))
}
"""The keys of each page's words, by the page's path."""

MOST: Final = 2
"""Words of a label that its question mark explains, at most."""

BASIC: Final = {"unit", "layer", "weight"}
"""Words that it explains only where a label begins with them."""


def find(text: str) -> list[str]:
    """Return the keys of the words in a text, in the order in which they first stand there.

    A word within a longer one does not count: "layer norm" is no layer.
    """
    spans = [(*m.span(), key) for key, term in TERMS.items() for m in term.pattern.finditer(text)]
    whole = [
        (start, key)
        for start, end, key in spans
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in spans)
    ]
    return list(dict.fromkeys(key for _, key in sorted(whole)))


def told(label: str) -> str:
    """Return the sentences of the first words in a label; "" where there is none."""
    return " ".join(TERMS[key].says for key in _of_label(label))


def _of_label(label: str) -> list[str]:
    first, *others = find(label) or [""]
    return [key for key in (first, *others) if key and (key == first or key not in BASIC)][:MOST]


def listed(options: Sequence[str], label: str = "") -> str:
    """Return the words among options, each with its sentence; "" unless half of them are words.

    What the label's own sentence says is not said again.
    """
    named = [key for option in options for key, term in TERMS.items() if _names(term, option)]
    if 2 * len(named) < len(options):
        return ""
    terms = [TERMS[key] for key in dict.fromkeys(named) if key not in _of_label(label)]
    return "\n".join(f"- **{term.word}:** {term.says}" for term in terms)


def _names(term: Term, option: str) -> bool:
    """Tell whether an option is a word, but for what is added to it."""
    found = term.pattern.match(option)
    return found is not None and bool(re.match(r"$|,? [(·|]|, σ", option[found.end() :]))


def links(page: str) -> str:
    """Return the words of a page as links to the glossary, Markdown; "" where none is known."""
    keys = sorted(MET.get(page, ()), key=list(TERMS).index)
    return " · ".join(f"[{TERMS[key].word}](glossary?word_of={key})" for key in keys)


def pages(key: str) -> tuple[str, ...]:
    """Return the paths of the pages on which a word is met."""
    return tuple(path for path, keys in MET.items() if key in keys)
