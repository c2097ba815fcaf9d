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
    kinds = {kind: [one for one in papers.CARDS if getattr(one, kind)] for kind in blocks.KINDS}
    published, derived = (
        f"{sum(len(getattr(one, kind)) for one in cards)} {words} on {len(cards)} cards"
        for (kind, cards), words in zip(kinds.items(), blocks.KINDS.values(), strict=True)
    )
    marked = blocks.listing(
        papers.CARDS, lambda one: blocks.card_mark(papers.get(one.key), shipped[one.key]), v
    )
    return Scene(
        beside=(
            (
                Text(f"**{card.paper}**, {card.where}: {card.says}"),
                Badge("within its tolerance" if passed else "out of band", good=passed),
                Text(blocks.kinds(card)),
                blocks.chart(card, finding, origin),
                blocks.figures(card, finding),
                blocks.tests(card),
                blocks.leads_to(card, CONCEPTS[card.page]),
            ),
        ),
        below=(marked,),
        notice=(
            f"{len(within)} of {len(papers.CARDS)} cards lie within their tolerances: {published}, "
            f"and {derived}; some have both.",
            "Tolerances came into the project together with the first figures: its history does "
            "not show that they were set beforehand. A card that was changed since then says so.",
            "Where a card gives a band, a paper's single draw is one of the draws we could have "
            "had: what counts is that it lies among ours.",
        ),
        code=(card.code,),
    )
