"""What the page of paper cards shows: one card in full, and all of them."""

from __future__ import annotations

from vanishing.concepts.order import CONCEPTS
from vanishing.concepts.papers.table import PAGE
from vanishing.evidence import blocks, model, papers, store
from vanishing.evidence.blocks import needs
from vanishing.ui.page import Values
from vanishing.ui.scene import Badge, Scene, Text
from vanishing.ui.work import Found

__all__ = ["PAGE", "needs", "scene"]


def scene(v: Values, found: Found) -> Scene:
    """Return the chosen card, beside the list of all."""
    shipped = store.shipped()
    card = papers.get(v.of)
    finding, origin = blocks.shown(v, found)
    passed = model.as_expected(card, finding)
    within = [one for one in papers.CARDS if model.as_expected(one, shipped[one.key])]
    numbers = sum(len(one.published) for one in papers.CARDS)
    marked = blocks.listing(
        papers.CARDS, lambda one: blocks.card_mark(papers.get(one.key), shipped[one.key]), v
    )
    return Scene(
        under=(
            Text(f"**{card.paper}**, {card.where}: {card.says}"),
            Badge("within its tolerance" if passed else "out of band", good=passed),
            blocks.chart(card, finding, origin),
            blocks.figures(card, finding),
            blocks.leads_to(card, CONCEPTS[card.page]),
        ),
        beside=((Text("**All cards**"), marked),),
        notice=(
            f"{len(within)} of {len(papers.CARDS)} cards, with {numbers} published numbers between "
            "them, lie within the tolerances that were set beforehand.",
            "Where a card gives a band, a paper's single draw is one of the draws we could have "
            "had: what counts is that it lies among ours.",
        ),
        code=(card.code,),
    )
