"""Glorot & Bengio 2010 and He et al. 2015: initialisation."""

from vanishing.evidence import Card

CARDS: tuple[Card, ...] = ()
