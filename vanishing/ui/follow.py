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

    The scenes were made on the way. They are here where all else is as the page opens, for there
    they are made ready anyhow; of other settings they would only be sent for nothing.
    """

    moving: Scene
    each: Mapping[Value, Scene]


NONE: Final = Pictures(Scene(beside=()), {})


def followed(values: Mapping[str, Value]) -> str:
    """Return the control whose values all have their pictures with these settings."""
    return next(name for name, value in values.items() if value == ALL)


def wanted(page: Page, drawn: Mapping[str, Value]) -> Values | None:
    """Return the settings of the pictures that belong to those on screen, if there are any."""
    names = [name for name in page.layout(page.values(drawn)).followed if name in drawn]
    return page.values({**drawn, names[0]: ALL}) if names else None


def made(room: str, values: Mapping[str, Value]) -> Iterator[Progress | Pictures]:
    """Make all pictures of one view, piece by piece."""
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    page: Page = scenes.PAGE
    name = followed(values)
    control = page.control(name)
    settings = [Values({**values, name: option}) for option in control.options]
    needs = [*map(scenes.needs, settings)]
    if not _quick(needs):
        yield NONE
        return
    slider = f".st-key-{page.param(name)} input[type=range]"
    results: dict[Ask, Any] = {}
    every: dict[int, Scene] = {}
    # The two ends first: they tell at once where pictures are of two shapes.
    first, *between, last = range(len(settings))
    for place in (first, last, *between):
        for ask in needs[place].values():
            if ask not in results:
                results[ask] = Job(ask).finish()
                yield Progress(len(every), len(settings))
        found = {key: results[ask] for key, ask in needs[place].items()}
        every[place] = scenes.scene(settings[place], found)
        if place == last and not _joined([every[first], every[last]], slider):
            yield NONE
            return
        yield Progress(len(every), len(settings))
    views = _joined([every[place] for place in sorted(every)], slider)
    moved = in_arrow(Scene(beside=(tuple(views),)))
    opens = {**values, name: control.default} == page.defaults()
    each = {control.options[place]: in_arrow(one) for place, one in every.items() if opens}
    yield Pictures(moved if size_of(moved) <= BYTES else NONE.moving, each)


def _joined(scenes: Sequence[Scene], slider: str) -> list[View]:
    """Return the charts that follow, each with all its pictures."""
    every = [{view.name: view for view in scene.views()} for scene in scenes]
    charts = [chart for chart in every[0] if all(chart in views for views in every)]
    joined = (moving.joined([views[chart] for views in every], slider) for chart in charts)
    return [view for view in joined if view]


def _quick(every: Sequence[work.Needs]) -> bool:
    """Tell whether what all values need may be computed."""
    waits = any(ask.waits for needs in every for ask in needs.values())
    seconds = sum(work.seconds(needs)[0] for needs in every)
    return not waits and all(map(work.fits, every)) and seconds <= SECONDS
