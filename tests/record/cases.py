"""What is recorded of each page: its defaults, views, presets, and settings once drawn at random.

Those drawn at random, with a fixed seed, among settings that cost little, and some that are too
large, are kept as the links in the files: a case stays the same when controls or costs change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vanishing.ui.page import Page

VIEWS: Final[Mapping[str, Sequence[str]]] = {
    "gd": ("view", "surface"),
    "train": ("which",),
    "deep": ("rows",),
    "claim": ("of", "sort"),
    "paper": ("of",),
    "word": (),
}
"""Controls whose every option is a case, by page; ``view`` where nothing is said."""

DRAWN: Final = 12
"""Settings drawn at random, for each page."""


def links(page: Page, recorded: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the links to record, by the names of their cases.

    Parameters
    ----------
    page : Page
    recorded : mapping
        What is recorded of the page already.
    """
    views = [page.control(name) for name in _views(page)]
    found = {"default": ""}
    for control in views:
        found |= {f"{control.name} {o}": page.query({control.name: o}) for o in control.options}
    found |= {f"preset {preset.name}": page.query(preset.values) for preset in page.presets}
    return found | {name: case["link"] for name, case in recorded.items() if is_drawn(name)}


def is_drawn(name: str) -> bool:
    """Tell whether a case was drawn at random."""
    return name.startswith(("drawn ", "too large "))


def _views(page: Page) -> Sequence[str]:
    default = [control.name for control in page.controls if control.name == "view"]
    return VIEWS.get(page.key, default)
