"""Lu et al. 2020 and Hanin 2018: what chance does to narrow nets."""

from vanishing.evidence import Card

CARDS: tuple[Card, ...] = ()
