"""Sweeps over cells, shared by all visitors.

A cell is a run like any other, computed once for everybody. What nobody looks at does not go on.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import TypeAlias

from vanishing.engine.depth import table
from vanishing.engine.depth.limits import Cell, Outcome, measures
from vanishing.engine.progress import Progress
from vanishing.text import duration
from vanishing.ui.pool import POOL, Place
from vanishing.ui.work import Ask, Job, Shelf

ENTRIES = 20_000
"""Outcomes kept besides the shipped ones; the oldest goes first."""

BREATH = 0.25
"""Seconds between two signs of life, at which Streamlit can also interrupt."""

SECONDS_PER_COST = 2.5e-11
"""Seconds that one multiply-add of `cost` takes, until a cell has shown how many; measured once."""

Cells: TypeAlias = tuple[Cell, ...]

JOBS = Shelf(entries=100)
"""Cells that are being computed."""


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


class Findings:
    """What this process knows of cells, and how long they took."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._seconds = self._cost = 0.0

    def keep(self, job: Job) -> None:
        """Keep what a cell's job has found."""
        cell: Cell = job.ask.settings  # type: ignore[assignment]
        self.known[cell] = job.result
        JOBS.forget(job.ask)
        self._seconds += job.spent
        self._cost += cell.cost()

    def seconds(self, cells: Sequence[Cell]) -> float:
        """Return about how long cells take at most, with those who share the lanes now."""
        rate = self._seconds / self._cost if self._cost else SECONDS_PER_COST
        cost = sum(cell.cost() for cell in cells)
        return cost * rate * POOL.sharing / len(POOL.workers.lanes)


@cache
def findings() -> Findings:
    """Return what this process knows, shared by all visitors."""
    return Findings(Known(table.read()))


def sweep(wanted: Cells) -> Iterator[dict[Cell, Outcome] | Progress]:
    """Compute cells, the most telling first, and give those that are known so far."""
    here, who, place = findings(), object(), ""
    missing, jobs = list(wanted), dict[Cell, Job]()
    while True:
        missing = [cell for cell in missing if cell not in here.known]
        done = len(wanted) - len(missing)
        words = f"{done:,} of {len(wanted):,} cells, "
        left = place or f"at most about {duration(here.seconds(missing))} to go"
        yield Progress(done, len(wanted), words + left)
        yield {cell: here.known[cell] for cell in wanted if cell in here.known}
        if not missing:
            return
        jobs = _next(here, missing, jobs)
        place = str(_push(here, who, list(jobs.values())) or "")


def _next(here: Findings, missing: Sequence[Cell], jobs: dict[Cell, Job]) -> dict[Cell, Job]:
    """Return the jobs that go on, and so many new ones that every lane has one."""
    going = {cell: job for cell, job in jobs.items() if not job.finished}
    fresh = (cell for cell in missing if cell not in going)
    for cell, _ in zip(fresh, range(len(POOL.workers.lanes) - len(going)), strict=False):
        job = JOBS.get(Ask(measures, cell, heavy=True))
        # Another sweep may have kept it since, and its job is gone: this would be a second one.
        if cell in here.known:
            JOBS.forget(job.ask)
        else:
            going[cell] = job
    return going


def _push(here: Findings, who: object, jobs: Sequence[Job]) -> Place | None:
    with JOBS.dropping(jobs):
        place = POOL.push(who, jobs, BREATH)
    for job in jobs:
        if job.finished:
            here.keep(job)
    return place


def offer(wanted: Cells) -> str:
    """Say what is not computed yet and how long it may take; nothing if all is."""
    here = findings()
    missing = [cell for cell in wanted if cell not in here.known]
    if not missing:
        return ""
    return (
        f"{len(missing):,} of {len(wanted):,} cells {'is' if len(missing) == 1 else 'are'} not "
        f"computed yet: at most about {duration(here.seconds(missing))} on {POOL.workers.words}."
    )
