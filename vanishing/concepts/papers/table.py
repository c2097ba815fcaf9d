"""The page of paper cards as data."""

from __future__ import annotations

from typing import Final

from vanishing.concepts.shared import seed
from vanishing.evidence import store
from vanishing.ui.controls import choice, toggle
from vanishing.ui.page import Layout, Page, Slot

CARDS: Final = store.titles("card")
"""Every card: key → what the menu calls it."""

PAGE: Final = Page(
    key="paper",
    path="papers",
    title="Papers",
    icon=":material/menu_book:",
    question="Does this engine give the numbers that papers published?",
    answer=(
        "Figures that stand in papers, and figures that we **derived** from what papers say, "
        "**measured** at small scale. Choose a card, or run it again."
    ),
    source=(
        "Nielsen 2015; Schoenholz et al. 2017; Glorot & Bengio 2010; He et al. 2015; Lu et al. "
        "2020; Hanin 2018; Pascanu et al. 2013; Yang et al. 2019; IEEE 754. Claims C3 (underflow), "
        "C10 (which gradient), C15 (born dead), C22 (weights), C25 (batch norm). Digits: Alpaydin "
        "& Kaynak 1998, UCI, CC BY 4.0."
    ),
    controls=(
        choice(
            "of",
            "Card",
            next(iter(CARDS)),
            CARDS,
            menu=True,
        ),
        toggle(
            "live",
            "Run it live",
            help="Off: measured beforehand with seed 0 and shipped with the app. On: measured now.",
        ),
        seed(),
    ),
    layouts=Layout(
        above=(("of", "live"), Slot("seed", {"live": (True,)})),
        heading="All cards",
        wide=True,
    ),
)
