"""The claims page as data."""

from __future__ import annotations

from typing import Final

from vanishing.concepts.order import CONCEPTS
from vanishing.concepts.shared import seed
from vanishing.evidence import store
from vanishing.evidence.model import Verdict
from vanishing.ui.controls import choice, toggle
from vanishing.ui.page import Layout, Page, Preset, Slot

ALL: Final = "all"
VERDICTS: Final = {ALL: "all", **{verdict.name: verdict.value for verdict in Verdict}}
ORDERS: Final = {"article": "as in the article", "verdict": "by verdict", "page": "by page"}

PAGE = Page(
    key="claim",
    path="claims",
    title="Claims",
    icon=":material/fact_check:",
    question="Which of the article's claims hold?",
    answer=(
        "Everything the article says about vanishing gradients, **measured**; the verdict follows"
        " from the numbers. Choose a claim, or run it again with another seed."
    ),
    source=(
        "Claims C1–C27: Rohan Kapur, *The vanishing gradient problem*, A Year of Artificial "
        "Intelligence, 2016, in our own words. The papers behind the predictions are named on the "
        "pages that each claim leads to. Digits: Alpaydin & Kaynak 1998, UCI, CC BY 4.0."
    ),
    controls=(
        choice(
            "of",
            "Claim",
            "C7",
            store.titles("claim"),
            menu=True,
        ),
        toggle(
            "live",
            "Run it live",
            help="Off: measured beforehand with seed 0 and shipped with the app. On: measured now.",
        ),
        seed(),
        choice("show", "Verdict", ALL, VERDICTS, menu=True),
        choice(
            "page",
            "Page",
            ALL,
            {ALL: "all", **CONCEPTS},
            menu=True,
        ),
        choice("sort", "Order", "article", ORDERS, menu=True),
    ),
    layouts=Layout(
        above=(("of", "live"), Slot("seed", {"live": (True,)})),
        below=(("show", "page", "sort"),),
        heading="All claims",
        wide=True,
    ),
    presets=(
        Preset(
            "Not as stated",
            "The claims that the measurements contradict, taken at their word.",
            {"of": "C17", "show": Verdict.FAILS.name},
        ),
        Preset(
            "Only if",
            "The claims that hold under a condition which the article leaves out.",
            {"of": "C26", "show": Verdict.ONLY_IF.name},
        ),
        Preset(
            "By page",
            "All claims in the order of the pages that show them.",
            {"of": "C1", "sort": "page"},
        ),
    ),
)
