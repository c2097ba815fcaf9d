"""Whether a verdict stands: the experiment judged again with other seeds, and with others nearby.

Nearby is what a claim says in `near`: its experiment with one setting changed at a time. What it
says in `beyond` crosses the boundary of its condition: there the verdict must turn.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vanishing import text
from vanishing.evidence import model
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import PLACES, Claim, Repeated, Repeats, Verdict

SEEDS, NEARBY, MORE = 20, 3, 10
"""Seeds with the settings as they are; with each other setting; with each where that is cheap."""
CHEAP = 5.0
"""Seconds up to which an experiment is."""
ENOUGH = 0.95
"""Share of the repeats, of those nearby, and of those beyond, that must agree with a verdict."""


WRITTEN: Final = {"sigma": "std(w)", "kappa": "κ", "rate": "η", "alpha": "α"}
"""How pages write what experiments name in letters."""


def settings(claim: Claim) -> dict[str, Mapping[str, Any]]:
    """Return the settings to repeat an experiment with: what they are called -> what changes."""
    return {"": {}} | {name: changed for name, (changed, _) in _others(claim).items()}


def _others(claim: Claim) -> dict[str, tuple[Mapping[str, Any], bool]]:
    """Return the settings that differ, each with whether it lies beyond the condition."""
    return {
        f"{name} = {value if isinstance(value, str) else text.setting(value)}": (
            {name: value},
            beyond,
        )
        for beyond, chosen in ((False, claim.near), (True, claim.beyond))
        for name, values in chosen.items()
        for value in values
    }


def repeat(claim: Claim, first: Finding) -> Iterator[Repeats]:
    """Judge a claim again: with `SEEDS` seeds, and with fewer for each other setting."""
    verdict = model.judge(claim, first)
    elsewhere = MORE if claim.budget <= CHEAP else NEARBY
    for name, (changed, beyond) in {"": ({}, False), **_others(claim)}.items():
        seeds = (elsewhere if name else SEEDS) if claim.drawn or claim.timed else 1
        found = ((seed, model.measure(claim, seed, **changed)) for seed in range(seeds))
        turned = tuple(seed for seed, one in found if model.judge(claim, one) is not verdict)
        yield Repeats(name, seeds, turned, beyond)


def counted(repeated: Repeated, place: str) -> tuple[int, int]:
    """Return in how many repeats of one of `PLACES` the verdict does as told, and of how many."""
    chosen = [one for one in repeated if one.place == place]
    return sum(one.as_told for one in chosen), sum(one.seeds for one in chosen)


def verdict(claim: Claim, finding: Finding, repeated: Repeated) -> Verdict:
    """Return the verdict of a finding, less of it if it does not stand in the repeats."""
    for place in PLACES:
        told, tried = counted(repeated, place)
        if told < ENOUGH * tried:
            return Verdict.UNSETTLED
    return model.judge(claim, finding)


def in_words(claim: Claim, repeated: Repeated) -> tuple[str, str, str]:
    """Return in how many repeats it does as told in each of `PLACES`: "20 of 20", "–" for none."""
    here, nearby, beyond = (
        f"{told} of {tried}" if tried else "–"
        for told, tried in (counted(repeated, place) for place in PLACES)
    )
    return here if claim.drawn or claim.timed else "nothing drawn", nearby, beyond


def told(claim: Claim, repeated: Repeated) -> str:
    """Return sentences for a reader: how often it stands, and where it does not."""
    here, nearby, beyond = in_words(claim, repeated)
    first = f"with {here} seeds" if claim.drawn else "as it is, with nothing drawn"
    words = f"the verdict stands {f'in {here} repeats' if claim.timed else first}"
    if claim.near:
        words += f", and in {nearby} runs nearby ({_places(repeated, 'nearby')})"
    lost = [
        f"{_said(one.setting) or 'the settings as they are'} ({len(one.turned)} of {one.seeds})"
        for one in repeated
        if one.turned and not one.beyond
    ]
    words += "." + (f" It turns at {', '.join(lost)}." if lost else "")
    if claim.beyond:
        words += f" Across its boundary it turns, as it should, in {beyond} runs "
        words += f"({_places(repeated, 'beyond')})."
    return words


def _places(repeated: Repeated, place: str) -> str:
    return ", ".join(_said(one.setting) for one in repeated if one.place == place)


def _said(setting: str) -> str:
    """Return a setting as the pages write it: its parameter is a name of the code."""
    name, *value = setting.partition(" = ")
    return " ".join(WRITTEN.get(part, part) for part in name.split("_")) + "".join(value)
