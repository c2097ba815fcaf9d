"""The picture before: where charts wait for the hand to let go, they keep what was there, faint.

It is the scene of the settings before, if that is still kept; nothing is computed for it. Where a
class follows its teacher all come from the same settings to the same: put together once for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from vanishing.charts import ghosts
from vanishing.charts.view import View
from vanishing.ui import memory
from vanishing.ui.controls import Value, describe
from vanishing.ui.kept import KEPT, LATELY
from vanishing.ui.page import Page, Values
from vanishing.ui.scene import Scene, changed

NAMED: Final = 2
"""Settings in which the picture before differs that are named, at most."""


def behind(scene: Scene, page: Page, drawn: Mapping[str, Value]) -> Scene:
    """Return a scene with the lines of the one before behind its own."""
    earlier = memory.before(page, drawn)
    if earlier is None:
        return scene
    was, now = (
        # Of the settings that make a scene: what its charts are moved to does not.
        page.values({name: value for name, value in one.items() if name not in page.moments})
        for one in (earlier, drawn)
    )
    kept = KEPT.get(page, was)
    if kept is None:
        return scene
    join = partial(_joined, scene, kept, _words(page, was, now))
    # While it still grows it is another at every moment.
    if KEPT.get(page, now) is not scene:
        return replace(join(), kept=False)
    return LATELY.made(page, {**now, "before": tuple(was.values())}, join)


def _joined(scene: Scene, kept: Scene, words: str) -> Scene:
    views = {view.name: view for view in kept.views()}

    def with_ghosts(view: View) -> View:
        return ghosts.behind(view, views[view.name], words) if view.name in views else view

    found: Scene = changed(scene, with_ghosts)
    return found


def _words(page: Page, was: Values, now: Values) -> str:
    """Say in which settings the picture before differs, and how."""
    differing = [c for c in page.controls if was[c.name] != now[c.name]]
    if len(differing) > NAMED:
        return "other settings"
    return " and ".join(f"{c.label} = {describe(c, was[c.name])}" for c in differing)
