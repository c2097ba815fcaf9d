"""The page of words as data."""

from __future__ import annotations

from typing import Final

from vanishing.glossary import glossary
from vanishing.ui.controls import choice
from vanishing.ui.page import Layout, Page

PAGE: Final = Page(
    key="word",
    path="glossary",
    title="Words",
    icon=":material/dictionary:",
    question="What does this word mean?",
    answer=(
        "Every technical word of this app in **one sentence**, with its formula, its source and "
        "the pages on which it is met. Choose a word."
    ),
    source=(
        "Each word names its own. Kapur 2016 is the article, *The vanishing gradient problem*, A "
        "Year of Artificial Intelligence. Nielsen 2015: *Neural Networks and Deep Learning*."
    ),
    controls=(
        choice(
            "of",
            "Word",
            "xavier",
            {key: term.word for key, term in glossary.TERMS.items()},
            menu=True,
            help="",
        ),
    ),
    layouts=Layout(above=("of",)),
)
