"""The article's claims, C1 to C27, each with the experiment that judges it.

A room holds those that its page shows, in modules called ``claims…``; here they are found.
"""

import pkgutil
from importlib import import_module

from vanishing import concepts
from vanishing.concepts.order import CONCEPTS
from vanishing.evidence.model import Claim


def _find() -> list[Claim]:
    """Return the claims of every room."""
    found: list[Claim] = []
    for room in CONCEPTS:
        package = f"{concepts.__name__}.{room}"
        for module in pkgutil.iter_modules(import_module(package).__path__):
            if module.name.startswith("claims"):
                found += import_module(f"{package}.{module.name}").CLAIMS
    return found


CLAIMS: tuple[Claim, ...] = tuple(
    sorted(_find(), key=lambda claim: int(claim.key.removeprefix("C")))
)
"""Every claim, in the article's order."""


def get(key: str) -> Claim:
    """Return the claim of that key; KeyError if there is none."""
    return {claim.key: claim for claim in CLAIMS}[key]
