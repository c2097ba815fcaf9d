"""The pages in the order of the story: one line each, the only place that lists them."""

from __future__ import annotations

from typing import Final

CONCEPTS: Final = {
    "descent": "Descent",
    "derivatives": "Derivatives",
    "chain": "Chain rule",
    "layers": "Layers",
    "training": "Training",
    "dying": "Dying ReLU",
    "recurrent": "Recurrent",
    "depth": "How deep",
}
"""Rooms with a concept each, which are also their pages' addresses -> how they are called."""

SECTIONS: Final = {
    "": {"home": "Home", **CONCEPTS},
    "More": {"claims": "Claims", "papers": "Papers", "glossary": "Words"},
}
"""What stands in the navigation: pages by themselves, and sections that unfold."""

ROOMS: Final = tuple(room for rooms in SECTIONS.values() for room in rooms)
"""All of them, in that order."""
