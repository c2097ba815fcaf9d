"""The paper cards."""

from __future__ import annotations

from typing import Any

from tests.reader.rooms import evidence
from tests.reader.rooms.evidence import HELD, found_at, marks
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.evidence import papers
from vanishing.ui.scene import Badge

__all__ = ["CHEAP", "CORNERS", "EXCEPTIONS", "HELD", "TEMPLATES", "also", "found_at", "plain"]

CHEAP = {"seed": (0, 1)}
CORNERS = (
    *({"of": card.key} for card in papers.CARDS),
    *({"of": card.key, "live": True, "seed": 1} for card in papers.CARDS),
)
EXCEPTIONS = evidence.EXCEPTIONS


def plain(seen: Seen, text: str) -> str:
    """Return a text without what was written by hand."""
    card = papers.get(seen.v.of)
    return evidence.unwritten(seen, text, card, card.paper, card.where)


def also(seen: Seen) -> list[str]:
    """Return where badge, signs and list do not follow from each other."""
    card = papers.get(seen.v.of)
    (badge,) = (block for block in seen.scene.blocks() if isinstance(block, Badge))
    passed = all(row["mark"] == evidence.GREEN for row in evidence.rows(seen))
    found = evidence.wrong_marks(seen, card)
    if (badge.words == "within its tolerance") != passed:
        found.append(f"the badge says {badge.words!r}")
    if (evidence.GREEN in marks(seen)[card.key]) != passed:
        found.append("the list says otherwise")
    return found


def _tally(seen: Seen, _: Said) -> dict[str, Any]:
    within = sum(sign == evidence.GREEN for sign in marks(seen).values())
    kinds = {
        kind: [card for card in papers.CARDS if getattr(card, kind)]
        for kind in ("published", "derived")
    }
    numbers = {k: sum(len(getattr(c, k)) for c in cards) for k, cards in kinds.items()}
    return {
        "n": within,
        "all": len(papers.CARDS),
        "published": numbers["published"],
        "derived": numbers["derived"],
        "a": len(kinds["published"]),
        "b": len(kinds["derived"]),
    }


def _kind(kind: str) -> Any:
    return lambda s, _: {"n": sum(row["role"] == kind for row in evidence.rows(s))}


TEMPLATES = (
    Template(
        "{n} of {all} cards lie within their tolerances: {published} published numbers, which "
        "stand in a paper, on {a} cards, and {derived} numbers that we derived from what a paper "
        "says on {b} cards",
        _tally,
    ),
    Template("**Its numbers:** {n} published", _kind("published")),
    Template(" and {n} derived", _kind("derived")),
    Template("**Its numbers:** {n} derived", _kind("derived")),
    Template("{seed:beforehand with seed 0}", lambda _s, _m: True),
    Template("Measured here, with seed {seed}.", lambda s, _: {"seed": s.v.seed}),
)
