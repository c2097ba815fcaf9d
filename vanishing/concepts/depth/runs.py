"""Sweeps over cells, shared by all visitors.

All sweeps of the process run on one set of workers, a few cells at a time; a cell is computed once
for everybody. What nobody looks at does not go on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, MutableMapping
from concurrent.futures import BrokenExecutor, CancelledError
from functools import cache
from typing import TypeAlias

from vanishing.engine.depth import table
from vanishing.engine.depth.limits import Cell, Outcome, measure
from vanishing.engine.depth.sweep import Progress as Swept
from vanishing.engine.depth.sweep import Sweep
from vanishing.engine.progress import Progress
from vanishing.text import duration
from vanishing.ui import executors

ENTRIES = 20_000
"""Outcomes kept besides the shipped ones; the oldest goes first."""

BREATH = 0.25
"""Seconds between two signs of life, at which Streamlit can also interrupt."""

LOST = (BrokenExecutor, CancelledError, OSError, RuntimeError)
"""What an executor raises when its workers are gone."""

Cells: TypeAlias = tuple[Cell, ...]


class Known(MutableMapping[Cell, Outcome]):
    """Outcomes by cell: those shipped with the package, and so many computed since."""

    def __init__(self, shipped: dict[Cell, Outcome], entries: int = ENTRIES) -> None:
        self._shipped, self._entries = shipped, entries
        self._fresh: dict[Cell, Outcome] = {}

    def __getitem__(self, cell: Cell) -> Outcome:
        found = self._shipped.get(cell)
        return self._fresh[cell] if found is None else found

    def __setitem__(self, cell: Cell, outcome: Outcome) -> None:
        self._fresh[cell] = outcome
        while len(self._fresh) > self._entries:
            del self._fresh[next(iter(self._fresh))]

    def __delitem__(self, cell: Cell) -> None:
        del self._fresh[cell]

    def __iter__(self) -> Iterator[Cell]:
        yield from (*self._shipped, *self._fresh)

    def __len__(self) -> int:
        return len(self._shipped) + len(self._fresh)


class Station:
    """The workers of this process and what they have found out."""

    def __init__(self, workers: executors.Workers, known: Known) -> None:
        self.workers, self.known = workers, known
        self.sweep = Sweep(workers.executor, measure, known, workers.count)
        self._lock = threading.Lock()

    def fall_back(self, broken: Sweep[Cell, Outcome], error: Exception) -> None:
        """Go on in one thread of this process; several sessions may notice the same loss."""
        with self._lock:
            if self.sweep is not broken:
                return
            lost = self.workers
            reason = str(error) or type(error).__name__
            self.workers = executors.one_thread(
                f"Lost {lost.words} ({reason}). Computing in one thread instead."
            )
            self.sweep = Sweep(self.workers.executor, measure, self.known, self.workers.count)
        lost.executor.shutdown(wait=False, cancel_futures=True)


_opening = threading.Lock()


def station() -> Station:
    """Return the one station of this process, shared by all visitors."""
    with _opening:
        return _station()


@cache
def _station() -> Station:
    return Station(executors.workers(), Known(table.read()))


def sweep(wanted: Cells) -> Iterator[dict[Cell, Outcome] | Progress]:
    """Compute cells, the most telling first, and give those that are known so far."""
    here = station()
    while True:
        progress = here.sweep.progress(wanted)
        yield Progress(progress.done, progress.cells, said(progress))
        yield {cell: here.known[cell] for cell in wanted if cell in here.known}
        if progress.done == progress.cells:
            return
        push(here, wanted)


def push(here: Station, wanted: Cells) -> None:
    """Go on with a sweep for a moment, in one thread if the workers are lost."""
    running = here.sweep
    try:
        running.push(wanted, BREATH)
    except LOST as error:
        here.fall_back(running, error)


def offer(wanted: Cells) -> str:
    """Say what is not computed yet and how long it may take; nothing if all is."""
    here = station()
    progress = here.sweep.progress(wanted)
    missing = progress.cells - progress.done
    if not missing:
        return ""
    return (
        f"{missing:,} of {progress.cells:,} cells {'is' if missing == 1 else 'are'} not "
        f"computed yet: at most about {duration(progress.remaining)} on {here.workers.words}."
    )


def said(progress: Swept) -> str:
    """Say how far a sweep has come."""
    others = ", shared with other visitors" if progress.others else ""
    return (
        f"{progress.done:,} of {progress.cells:,} cells, at most about "
        f"{duration(progress.remaining)} to go{others}"
    )
