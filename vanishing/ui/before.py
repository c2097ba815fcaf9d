"""The picture before: where charts wait for the hand to let go, they keep what was there, faint.

It is the scene of the settings before, if that is still kept; nothing is computed for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vanishing.charts import ghosts
from vanishing.charts.view import View
from vanishing.ui import memory
from vanishing.ui.controls import Value, describe
from vanishing.ui.kept import KEPT
from vanishing.ui.page import Page, Values
from vanishing.ui.scene import Scene, changed

NAMED: Final = 2
"""Settings in which the picture before differs that are named, at most."""


def behind(scene: Scene, page: Page, drawn: Mapping[str, Value]) -> Scene:
    """Return a scene with the lines of the one before behind its own."""
    earlier = memory.before(page, drawn)
    if earlier is None:
        return scene
    kept = KEPT.get(page, page.values(earlier))
    views = {view.name: view for view in kept.views()} if kept else {}
    words = _words(page, page.values(earlier), page.values(drawn))

    def with_ghosts(view: View) -> View:
        return ghosts.behind(view, views[view.name], words) if view.name in views else view

    found: Scene = changed(scene, with_ghosts)
    return found


def _words(page: Page, was: Values, now: Values) -> str:
    """Say in which settings the picture before differs, and how."""
    differing = [c for c in page.controls if was[c.name] != now[c.name] and c.kind != "moment"]
    if len(differing) > NAMED:
        return "other settings"
    return " and ".join(f"{c.label} = {describe(c, was[c.name])}" for c in differing)
