"""What is known of a technique's depth limit, for charts and words alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vanishing.engine.depth.limits import Limit, Outcome

TRAINABLE = 6
"""Schoenholz et al. 2017 found nets trainable down to about so many depth scales."""


@dataclass(frozen=True, eq=False)
class Row:
    """One technique as the chart shows it: what is known by depth, and theory's scale ξ.

    By that a wide net's gradient grows on its way back where it `grows`, else it shrinks. The label
    is short, unique in its chart; the name is the technique in full.
    """

    label: str
    name: str
    outcomes: Mapping[int, Outcome]
    limit: Limit
    scale: float
    grows: bool = False


def limit_text(limit: Limit) -> str:
    """Return a limit in a word or two: "12", "≥ 100", "none"."""
    if not limit.known:
        return f"≥ {limit.depth}" if limit.depth else "?"
    return str(limit.depth) if limit.depth else "none"
