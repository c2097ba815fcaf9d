"""Pictures that follow the hand: a chart with the pictures of all values of one control.

They are one more scene, kept with the others: that of the page's settings with `ALL` for the value
of the control. It is made where nobody waits for it (see `ready`); until it is there, a chart
follows on release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple

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


class Pictures(NamedTuple):
    """The charts that follow the hand, none if they would be too many, and the scene of each value.

    The scenes are those that were made on the way: all of them, or none.
    """

    moving: Scene
    each: Mapping[Value, Scene]


NONE: Final = Pictures(Scene(beside=()), {})


def wanted(page: Page, drawn: Mapping[str, Value]) -> Values | None:
    """Return the settings of the pictures that belong to those on screen, if there are any."""
    names = [name for name in page.layout(page.values(drawn)).followed if name in drawn]
    return page.values({**drawn, names[0]: ALL}) if names else None


def made(room: str, values: Mapping[str, Value]) -> Iterator[Progress | Pictures]:
    """Make all pictures of one view, piece by piece."""
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    page: Page = scenes.PAGE
    name = next(name for name, value in values.items() if value == ALL)
    options = page.control(name).options
    slider = f".st-key-{page.param(name)} input[type=range]"
    settings = [Values({**values, name: option}) for option in options]
    if not _quick([*map(scenes.needs, settings)]):
        yield NONE
        return
    results: dict[Ask, Any] = {}
    each: dict[int, Scene] = {}
    every: dict[int, dict[str, View]] = {}
    # The two ends first: they tell at once where pictures are of two shapes.
    first, *between, last = range(len(options))
    for place in (first, last, *between):
        needs = scenes.needs(settings[place])
        for ask in needs.values():
            if ask not in results:
                results[ask] = Job(ask).finish()
                yield Progress(len(every), len(options))
        found = {key: results[ask] for key, ask in needs.items()}
        each[place] = scenes.scene(settings[place], found)
        every[place] = {view.name: view for view in each[place].views()}
        if place == last and not _joined([every[first], every[last]], slider):
            yield NONE
            return
        yield Progress(len(every), len(options))
    views = _joined([every[place] for place in sorted(every)], slider)
    scene = in_arrow(Scene(beside=(tuple(views),)))
    small = size_of(scene) <= BYTES
    ready = {options[place]: in_arrow(one) for place, one in each.items()}
    yield Pictures(scene if small else NONE.moving, ready)


def _joined(every: Sequence[Mapping[str, View]], slider: str) -> list[View]:
    """Return the charts that follow, each with all its pictures."""
    charts = [chart for chart in every[0] if all(chart in views for views in every)]
    joined = (moving.joined([views[chart] for views in every], slider) for chart in charts)
    return [view for view in joined if view]


def _quick(every: Sequence[work.Needs]) -> bool:
    """Tell whether what all values need may be computed."""
    waits = any(ask.waits for needs in every for ask in needs.values())
    seconds = sum(work.seconds(needs)[0] for needs in every)
    return not waits and all(map(work.fits, every)) and seconds <= SECONDS
