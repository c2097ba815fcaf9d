"""The published numbers that this engine measures anew, as cards."""

from __future__ import annotations

from vanishing.evidence import Card
from vanishing.experiments import (
    paper_floats,
    paper_initializers,
    paper_narrow_nets,
    paper_nielsen,
    paper_pascanu,
    paper_wide_nets,
)

CARDS: tuple[Card, ...] = (
    *paper_nielsen.CARDS,
    *paper_initializers.CARDS,
    *paper_wide_nets.CARDS,
    *paper_narrow_nets.CARDS,
    *paper_pascanu.CARDS,
    *paper_floats.CARDS,
)
"""Every card, paper by paper."""


def get(key: str) -> Card:
    """Return the card of that key.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {card.key: card for card in CARDS}[key]
