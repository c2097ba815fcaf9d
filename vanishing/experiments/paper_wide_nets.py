"""Schoenholz et al. 2017 and Yang et al. 2019: mean field."""

from vanishing.evidence import Card

CARDS: tuple[Card, ...] = ()
