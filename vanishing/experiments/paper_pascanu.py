"""Pascanu et al. 2013: gradients in recurrent nets."""

from vanishing.evidence import Card

CARDS: tuple[Card, ...] = ()
