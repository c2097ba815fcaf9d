"""Measuring a claim or a paper card while visitors wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from vanishing.engine.progress import Progress
from vanishing.evidence import store
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import Entry


@dataclass(frozen=True)
class Trial:
    """One experiment, by the key of its claim or card, with one seed."""

    key: str
    seed: int


def entry(key: str) -> Entry:
    """Return the claim or the card of that key (KeyError where there is none)."""
    # Found on the way: who shows paper cards need not load every claim's experiment.
    kind = "claims" if store.is_claim(key) else "papers"
    found: Entry = import_module(f"vanishing.evidence.{kind}").get(key)
    return found


def run(trial: Trial) -> Iterator[Progress | Finding]:
    """Run the experiment piece by piece: signs of life in per cent, then what was found."""
    for item in entry(trial.key).experiment(trial.seed):
        if isinstance(item, Finding):
            yield item
            return
        yield Progress(min(99, round(100 * item)), 100)
