"""Measuring a claim or a paper card while visitors wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vanishing.engine.nets.training import Progress
from vanishing.evidence import claims, papers
from vanishing.evidence.model import Entry, Finding

BYTES = 100_000
"""What a finding holds, about; while it is measured, what an experiment holds is small too."""


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
    steps = 100

    def memory(self) -> int:
        """Return the bytes that it takes while it runs, about."""
        return BYTES


class Found(NamedTuple):
    """The end of a trial."""

    step: int
    finding: Finding


def entry(key: str) -> Entry:
    """Return the claim or the card of that key (KeyError where there is none)."""
    return {each.key: each for each in (*claims.CLAIMS, *papers.CARDS)}[key]


def begin(trial: Trial) -> Iterator[Progress | Found]:
    """Run the experiment piece by piece: signs of life in per cent, then what was found."""
    for item in entry(trial.key).experiment(trial.seed):
        if isinstance(item, Finding):
            yield Found(trial.steps, item)
            return
        yield Progress(min(trial.steps - 1, round(trial.steps * item)), trial.steps)
