"""IEEE 754: numbers too small to be held."""

from vanishing.evidence import Card

CARDS: tuple[Card, ...] = ()
