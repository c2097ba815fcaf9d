"""Nielsen 2015: how fast the layers of a sigmoid net learn."""

from vanishing.evidence import Card

CARDS: tuple[Card, ...] = ()
