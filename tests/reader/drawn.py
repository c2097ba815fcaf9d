"""The settings at which a page is read: its corners, and others drawn at random."""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from vanishing.ui.page import Page

Options = Mapping[str, Sequence[Any]]


def settings(
    page: Page,
    number: int,
    cheap: Options,
    corners: Sequence[Mapping[str, Any]] = (),
    rare: Mapping[str, Options] | None = None,
) -> list[dict[str, Any]]:
    """Return that many settings: first the corners, then draws, always the same ones.

    Corners are the presets, every option of every control (in every view, for the least and the
    largest of a scale), and those named. `cheap` are the options that may be drawn where others
    would take long, `rare` those of a view that takes longest; views take turns, but the rare
    ones only every fifth.
    """
    drawn = random.Random(page.key)
    found = [dict(one) for one in (*(p.values for p in page.presets), *corners)]
    found += _edges(page, cheap)
    rare = rare or {}
    turns = [view for view in _views(page) if view.get("view") not in rare]
    seldom = [view for view in _views(page) if view.get("view") in rare]
    while len(found) < number:
        at = len(found)
        view = seldom[at % len(seldom)] if seldom and at % 5 == 0 else turns[at % len(turns)]
        one = {c.name: _any(drawn, c, cheap.get(c.name, c.options)) for c in page.controls}
        found.append({**one, **view})
    return [_held(page, one, {**cheap, **rare.get(one.get("view"), {})}) for one in found]


def _views(page: Page) -> list[dict[str, Any]]:
    names = [c for c in page.controls if c.name == "view"]
    return [{"view": option} for option in names[0].options] if names else [{}]


def _edges(page: Page, cheap: Options) -> list[dict[str, Any]]:
    """Return each view with one control at an end, the others as cheap as they come."""
    found = []
    for view in _views(page):
        for control in page.controls:
            options = cheap.get(control.name, control.options)
            if control.name != "view" and control.kind == "scale":
                found += [{**view, control.name: end} for end in (options[0], options[-1])]
    return found


def _held(page: Page, one: Mapping[str, Any], cheap: Options) -> dict[str, Any]:
    """Return a setting with every control that costs time at an option that costs little."""
    full = {**page.defaults(), **one}
    for name, options in cheap.items():
        if full[name] not in options:
            full[name] = options[hash_of(full) % len(options)]
    return full


def _any(drawn: random.Random, control: Any, options: Sequence[Any]) -> Any:
    if control.kind != "many":
        return drawn.choice(options)
    several = drawn.sample(control.options, drawn.randint(1, len(control.options)))
    return tuple(o for o in control.options if o in several)


def hash_of(one: Mapping[str, Any]) -> int:
    """Return a number that is always the same for a setting, and spreads."""
    return zlib.crc32(repr(sorted(one.items())).encode())
