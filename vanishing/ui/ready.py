"""Ready before the bell: what visitors see first is made before they come, while nobody waits.

It begins once, with the first run of the app: a thread goes through the settings of `cases` and
puts their finished scenes where the stage looks for them. They are made piece by piece in a process
of their own at low priority, and no piece begins while a visitor waits for a page or a run. The
process ends with its work, and with it goes the memory of the charts' packages.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain, zip_longest
from queue import Empty, Full, Queue
from typing import Any, Final

from vanishing.engine.lanes import Process
from vanishing.engine.nets.training import Settings
from vanishing.engine.progress import Progress
from vanishing.ui import follow, kept, work
from vanishing.ui.controls import Control, Value
from vanishing.ui.gate import GATE
from vanishing.ui.kept import KEPT, Kept, in_arrow
from vanishing.ui.page import Page, Values, holds, slots
from vanishing.ui.pool import POOL
from vanishing.ui.scene import Scene
from vanishing.ui.work import SHELF, Ask, Job

SWITCH: Final = "VANISHING_READY"
"""The environment variable that, set to "no", leaves all this out."""

SCENES: Final = kept.ENTRIES // 2
BYTES: Final = kept.BYTES // 2
"""How full the cache may be, with what visitors have asked for: the rest is theirs."""

SECONDS: Final = 600.0
"""Seconds that computing may take in all."""

WANTED: Final = 50
"""Scenes that wait to be made, at most."""

QUIET: Final = 10.0
"""Seconds without a wish after which the process that fulfils them ends."""

IDLE: Final = 0.1
"""Seconds between two looks whether nobody waits."""

ELSEWHERE: Final = {
    "derivatives": "it shows times, measured once, where its pages are served; the rest is quick",
}
"""Rooms whose scenes another process must not make, and why."""


# --- what is made ready -------------------------------------------------------------------------


def cases(pages: Mapping[str, Page]) -> Iterator[tuple[str, Values]]:
    """Give rooms with settings, each once: defaults, views and presets, then a step from those.

    Between them stand the pictures that follow the hand. A step sets the control that a reader
    moves first; all pages take theirs in turn, the smallest first.
    """
    here = {room: page for room, page in pages.items() if room not in ELSEWHERE}
    kinds = [
        chain.from_iterable(_first(room, page) for room, page in pages.items()),
        ((room, change) for room, page in here.items() for change in _views(page)),
        ((room, preset.values) for room, page in here.items() for preset in page.presets),
        ((room, all_) for room, page in pages.items() for all_ in _followed(page, _bases(page))),
        _in_turn(here),
    ]
    seen = set()
    for room, changes in chain(*kinds):
        values = pages[room].values(on_screen(pages[room], changes))
        if (room, _plain(values)) not in seen:
            seen.add((room, _plain(values)))
            yield room, values


def _first(room: str, page: Page) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Give what a visitor of a page sees first, and its pictures that follow the hand."""
    if room not in ELSEWHERE:
        yield room, {}
    yield from ((room, all_) for all_ in _followed(page, ({},)))


def _followed(page: Page, bases: Iterable[Mapping[str, Value]]) -> Iterator[Values]:
    for base in bases:
        values = follow.wanted(page, on_screen(page, base))
        if values is not None:
            yield values


def _bases(page: Page) -> Iterator[Mapping[str, Value]]:
    yield from ({}, *_views(page), *(preset.values for preset in page.presets))


def _views(page: Page) -> Iterator[Mapping[str, Value]]:
    if page.selector:
        yield from ({page.selector: option} for option in page.control(page.selector).options)


def _in_turn(pages: Mapping[str, Page]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    steps = [[(room, step) for step in _steps(page)] for room, page in pages.items()]
    for those in zip_longest(*steps):
        yield from (step for step in those if step)


def _steps(page: Page) -> Iterator[Mapping[str, Value]]:
    for base in _bases(page):
        drawn = on_screen(page, base)
        if first := moved_first(page, drawn):
            for value in _nearest(page.control(first), drawn[first]):
                yield {**drawn, first: value}


def moved_first(page: Page, drawn: Mapping[str, Value]) -> str | None:
    """Return the control that a reader moves first: the followed one, or the uppermost slider."""
    layout = page.layout(page.values(drawn))
    seen = (s.name for place in layout.seen for s in slots(place))
    sliders_first = sorted(seen, key=lambda name: page.control(name).kind != "scale")
    return next((name for name in (*layout.followed, *sliders_first) if name in drawn), None)


def _nearest(control: Control, value: Value) -> list[Value]:
    """Return what a control can be changed to, the nearest first."""
    options = control.options
    if isinstance(value, tuple):
        changed = [tuple(o for o in options if (o in value) != (o == one)) for one in options]
        return [several for several in changed if several]
    at = options.index(value)
    return sorted(options, key=lambda option: abs(options.index(option) - at))


def on_screen(page: Page, changes: Mapping[str, Value]) -> dict[str, Value]:
    """Return the controls that are drawn with some settings, in order; the stage knows no other."""
    values = page.values(changes)
    drawn = {page.selector: values[page.selector]} if page.selector else {}
    for place in page.layout(values).places:
        drawn |= {s.name: values[s.name] for s in slots(place) if holds(s.when, drawn)}
    return drawn


def _plain(values: Values) -> tuple[tuple[str, Value], ...]:
    return tuple(values.items())


# --- in the process -----------------------------------------------------------------------------


def made(
    settings: tuple[str, tuple[tuple[str, Value], ...]],
) -> Iterator[Progress | Scene | follow.Pictures]:
    """Make a scene by its room and settings, its frames in Arrow.

    None is made of what is refused as too large, or waits for a click.
    """
    room, values = settings
    if follow.ALL in dict(values).values():
        yield from follow.made(room, dict(values))
        return
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    v = Values(dict(values))
    needs = scenes.needs(v)
    if not work.fits(needs) or any(ask.waits for ask in needs.values()):
        return
    found = {}
    for name, ask in needs.items():
        # What several settings need alike is computed for the first of them.
        job = SHELF.get(ask)
        with SHELF.dropping([job]):
            while not job.finished:
                job.push()
                yield Progress(job.step, job.steps)
        found[name] = job.result
    yield in_arrow(scenes.scene(v, found))


# --- in the process that serves pages -----------------------------------------------------------


def _nobody_waits() -> bool:
    return POOL.idle and not GATE.waiting


@dataclass
class Filling:
    """Filling a cache with scenes, until there are enough.

    Parameters
    ----------
    pages : mapping of str to Page
        By their rooms.
    lane : Executor
        Where scenes are made.
    into : Kept
    free : callable
        Tells whether nobody waits.
    """

    pages: Mapping[str, Page]
    lane: Executor
    into: Kept = field(default_factory=lambda: KEPT)
    free: Callable[[], bool] = _nobody_waits
    spent: float = 0.0

    def fill(self, wanted: Iterable[tuple[str, Values]] | None = None) -> None:
        """Go through what is wanted, or all cases.

        What fails is left to whoever asks for it, with a word in the log. Where there is no process
        to be had, or the program ends, that is all.
        """
        for room, values in cases(self.pages) if wanted is None else wanted:
            # A visitor's wish is not made ahead: it may have room as what visitors look at has.
            if wanted is None and self._enough():
                return
            job = Job(Ask(made, (room, _plain(values)), heavy=True))
            try:
                self._push(job, self.pages[room], values)
            except (BrokenExecutor, _EndingError) as error:
                if not isinstance(error, _EndingError):
                    _log(room, values, error)
                return
            except Exception as error:
                _log(room, values, error)
                if follow.ALL in values.values():
                    # Not to be wished for again at every run of the page.
                    self.into.put(self.pages[room], values, Scene(beside=()))
            self.spent += job.spent

    def _enough(self) -> bool:
        full = len(self.into) >= SCENES or self.into.size >= BYTES
        return full or self.spent >= SECONDS

    def _push(self, job: Job, page: Page, values: Values) -> None:
        """Make a scene and keep it, unless a visitor has had it made meanwhile."""
        while not job.finished:
            while not self.free():
                time.sleep(IDLE)
            if self.into.holds(page, values):
                return
            try:
                job.send(self.lane)
            except RuntimeError as error:
                raise _EndingError from error
            if job.under_way:
                wait([job.under_way])
            job.collect()
        # Pages' modules are loaded inside the gate, also those that a scene brings with it.
        with GATE.turn():
            if job.some:
                for those, scene in _settled(values, job.result):
                    if not self.into.holds(page, those):
                        self.into.put(page, those, scene)


def _settled(values: Values, result: Scene | follow.Pictures) -> Iterator[tuple[Values, Scene]]:
    """Give what a job has made, each with its settings."""
    if isinstance(result, Scene):
        yield values, result
        return
    yield values, result.moving
    name = follow.followed(values)
    yield from ((Values({**values, name: value}), one) for value, one in result.each.items())


class _EndingError(Exception):
    """The program ends."""


def _log(room: str, values: Values, error: Exception) -> None:
    logging.getLogger(__name__).warning("not made ready: %s %s: %r", room, dict(values), error)


AT_WORK: Final = threading.Event()
"""Whether what is wanted will be made."""

_begun = threading.Lock()
"""Taken by the first who begins, and never given back."""


def begin(rooms: Sequence[str]) -> None:
    """Begin in the background, the first time that this is called.

    Where heavy work has no process of its own, nothing is made ready: pages would wait for it.
    """
    if _begun.acquire(blocking=False) and os.environ.get(SWITCH) != "no":
        threading.Thread(target=_begin, args=(rooms,), daemon=True).start()


def _begin(rooms: Sequence[str]) -> None:
    if not POOL.workers.apart:
        return
    AT_WORK.set()
    for lane in POOL.workers.lanes:
        # Whatever it makes, its process has started then, and has loaded the engine.
        lane.submit(Settings)
    pages = pages_of(rooms)
    with Process() as own:
        Filling(pages, own).fill()
    while True:
        first = _wanted.get()
        with Process() as own:
            Filling(pages, own).fill(_wanted_now(first))


def pages_of(rooms: Sequence[str]) -> dict[str, Page]:
    """Return the pages of rooms."""
    found: dict[str, Any] = {
        room: import_module(f"vanishing.concepts.{room}.table").PAGE for room in rooms
    }
    return found


# --- what visitors want besides -------------------------------------------------------------------

_wanted: Queue[tuple[str, Values]] = Queue(WANTED)


def want(room: str, values: Values) -> None:
    """Ask for a scene that nobody waits for: it will be there some time, or never."""
    if (room, values) not in list(_wanted.queue):
        with suppress(Full):
            _wanted.put_nowait((room, values))


def _wanted_now(first: tuple[str, Values]) -> Iterator[tuple[str, Values]]:
    """Give what is wanted, until nothing has been for a while."""
    with suppress(Empty):
        while True:
            yield first
            first = _wanted.get(timeout=QUIET)
