"""Pictures that follow the hand: a chart with the pictures of all values of one control.

They are one more scene, kept with the others: that of the page's settings with `ALL` for the value
of the control. It is made where nobody waits for it (see `ready`); until it is there, a chart
follows on release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

from vanishing.charts import moving
from vanishing.charts.view import View
from vanishing.engine.progress import Progress
from vanishing.ui import work
from vanishing.ui.controls import Value
from vanishing.ui.kept import in_arrow, size_of
from vanishing.ui.page import Page, Values
from vanishing.ui.scene import Scene
from vanishing.ui.work import Ask, Job

ALL: Final = "all of its values"
"""Stands for the value of the control that is followed."""

BYTES: Final = 150_000
"""What the charts of a page may hold together."""

SECONDS: Final = 20.0
"""Seconds of computing that all pictures together may take, about."""


def wanted(page: Page, drawn: Mapping[str, Value]) -> Values | None:
    """Return the settings of the pictures that belong to those on screen, if there are any."""
    names = [name for name in page.layout(page.values(drawn)).followed if name in drawn]
    return page.values({**drawn, names[0]: ALL}) if names else None


def made(room: str, values: Mapping[str, Value]) -> Iterator[Progress | Scene]:
    """Make all pictures of one view, piece by piece; without charts, if they are too many."""
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    page: Page = scenes.PAGE
    name = next(name for name, value in values.items() if value == ALL)
    options = page.control(name).options
    results: dict[Ask, Any] = {}
    every: list[dict[str, View]] = []
    for option in options:
        v = Values({**values, name: option})
        needs = scenes.needs(v)
        if not _quick(needs, len(options)):
            yield Scene(beside=())
            return
        for ask in needs.values():
            if ask not in results:
                results[ask] = Job(ask).finish()
                yield Progress(len(every), len(options))
        found = {key: results[ask] for key, ask in needs.items()}
        every.append({view.name: view for view in scenes.scene(v, found).views()})
        yield Progress(len(every), len(options))
    slider = f".st-key-{page.param(name)} input[type=range]"
    joined = (
        moving.joined([views[chart] for views in every], slider)
        for chart in every[0]
        if all(chart in views for views in every)
    )
    scene = in_arrow(Scene(beside=(tuple(view for view in joined if view),)))
    yield scene if size_of(scene) <= BYTES else Scene(beside=())


def _quick(needs: work.Needs, times: int) -> bool:
    """Tell whether what one value needs may be computed for all of them."""
    each, _ = work.seconds(needs)
    waits = any(ask.waits for ask in needs.values())
    return not waits and work.fits(needs) and each * times <= SECONDS
