"""What a word of the glossary is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Term:
    """A technical word of the app.

    Parameters
    ----------
    key : str
        How links name it.
    word : str
        As it stands in the glossary.
    says : str
        What it means, in one plain sentence (Markdown without formulas).
    formula : str
        The same in LaTeX, for a line of its own.
    source : str
        The paper or book that it is from, or that explains it.
    written : str
        Regular expression of how pages write it; capitals do not count. By default the word itself,
        or several of it.
    """

    key: str
    word: str
    says: str
    formula: str
    source: str
    written: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """How pages write it: whole words only."""
        plain = self.written or f"{re.escape(self.word)}s?"
        return re.compile(rf"(?<!\w)(?:{plain})(?!\w)", re.IGNORECASE)
