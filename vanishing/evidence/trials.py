"""Measuring a claim or a paper card while visitors wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vanishing.engine.progress import Progress
from vanishing.evidence.claims import CLAIMS
from vanishing.evidence.model import Entry, Finding
from vanishing.evidence.papers import CARDS


@dataclass(frozen=True)
class Trial:
    """One experiment with one seed.

    Parameters
    ----------
    key : str
        Of the claim or the card.
    seed : int
    """

    key: str
    seed: int


def entry(key: str) -> Entry:
    """Return the claim or the card of that key (KeyError where there is none)."""
    return {each.key: each for each in (*CLAIMS, *CARDS)}[key]


def run(trial: Trial) -> Iterator[Progress | Finding]:
    """Run the experiment piece by piece: signs of life in per cent, then what was found."""
    for item in entry(trial.key).experiment(trial.seed):
        if isinstance(item, Finding):
            yield item
            return
        yield Progress(min(99, round(100 * item)), 100)
