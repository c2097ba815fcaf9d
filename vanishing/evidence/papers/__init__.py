"""The published numbers that this engine measures anew, as cards."""

from vanishing.evidence.model import Card
from vanishing.evidence.papers import (
    floats,
    initializers,
    narrow_nets,
    nielsen,
    pascanu,
    wide_nets,
)

CARDS: tuple[Card, ...] = (
    *nielsen.CARDS,
    *initializers.CARDS,
    *wide_nets.CARDS,
    *narrow_nets.CARDS,
    *pascanu.CARDS,
    *floats.CARDS,
)
"""Every card, paper by paper."""


def get(key: str) -> Card:
    """Return the card of that key; KeyError if there is none."""
    return {card.key: card for card in CARDS}[key]
