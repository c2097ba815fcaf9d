"""The published numbers that this engine measures anew, as cards."""

from __future__ import annotations

from vanishing.evidence.model import Card
from vanishing.evidence.papers import floats as paper_floats
from vanishing.evidence.papers import initializers as paper_initializers
from vanishing.evidence.papers import narrow_nets as paper_narrow_nets
from vanishing.evidence.papers import nielsen as paper_nielsen
from vanishing.evidence.papers import pascanu as paper_pascanu
from vanishing.evidence.papers import wide_nets as paper_wide_nets

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
