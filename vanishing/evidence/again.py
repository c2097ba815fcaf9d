"""Whether a verdict stands: the experiment judged again with other seeds, and with others nearby.

Nearby is what a claim says in `near`: its experiment with one setting changed at a time.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vanishing import text
from vanishing.evidence import model
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import Claim, Repeated, Repeats, Verdict

SEEDS, NEARBY = 20, 3
"""Seeds with the settings as they are, and with each setting nearby."""
ENOUGH = 0.95
"""Share of the repeats, and of those nearby, in which a verdict must stand."""


def settings(claim: Claim) -> dict[str, Mapping[str, Any]]:
    """Return the settings to repeat an experiment with: what they are called -> what changes."""
    return {"": {}} | {
        f"{name} = {value if isinstance(value, str) else text.setting(value)}": {name: value}
        for name, values in claim.near.items()
        for value in values
    }


def repeat(claim: Claim, first: Finding) -> Iterator[Repeats]:
    """Judge a claim again: with `SEEDS` seeds, and with `NEARBY` for each setting nearby."""
    verdict = model.judge(claim, first)
    for name, changed in settings(claim).items():
        seeds = (NEARBY if name else SEEDS) if claim.drawn or claim.timed else 1
        found = ((seed, model.measure(claim, seed, **changed)) for seed in range(seeds))
        turned = tuple(seed for seed, one in found if model.judge(claim, one) is not verdict)
        yield Repeats(name, seeds, turned)


def counted(repeated: Repeated, nearby: bool) -> tuple[int, int]:
    """Return in how many repeats the verdict stands, and of how many, here or nearby."""
    chosen = [one for one in repeated if bool(one.setting) is nearby]
    tried = sum(one.seeds for one in chosen)
    return tried - sum(len(one.turned) for one in chosen), tried


def verdict(claim: Claim, finding: Finding, repeated: Repeated) -> Verdict:
    """Return the verdict of a finding, less of it if it does not stand in the repeats."""
    for nearby in (False, True):
        stood, tried = counted(repeated, nearby)
        if stood < ENOUGH * tried:
            return Verdict.UNSETTLED
    return model.judge(claim, finding)


def in_words(claim: Claim, repeated: Repeated) -> tuple[str, str]:
    """Return in how many repeats it stands, here and nearby: "20 of 20", or "–" for none."""
    here, nearby = (counted(repeated, place) for place in (False, True))
    return (
        f"{here[0]} of {here[1]}" if claim.drawn or claim.timed else "nothing drawn",
        f"{nearby[0]} of {nearby[1]}" if nearby[1] else "–",
    )


def told(claim: Claim, repeated: Repeated) -> str:
    """Return one sentence for a reader: how often it stands, and where it does not."""
    here, nearby = in_words(claim, repeated)
    first = f"with {here} seeds" if claim.drawn else "as it is, with nothing drawn"
    words = f"the verdict stands {f'in {here} repeats' if claim.timed else first}"
    if claim.near:
        places = ", ".join(one.setting for one in repeated if one.setting)
        words += f", and in {nearby} runs nearby ({places})"
    lost = [
        f"{one.setting or 'the settings as they are'} ({len(one.turned)} of {one.seeds})"
        for one in repeated
        if one.turned
    ]
    return f"{words}." + (f" It turns at {', '.join(lost)}." if lost else "")
