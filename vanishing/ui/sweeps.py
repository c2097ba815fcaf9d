"""Sweeps that are shown while they compute, can be stopped, and are shared by all visitors.

All sweeps of the process run on one set of workers, a few cells at a time; a cell is computed once
for everybody. What nobody looks at does not go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError

import streamlit as st

from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import Cell, Outcome, measure
from vanishing.engine.depth.sweep import Progress, Sweep
from vanishing.text import number
from vanishing.ui import executors
from vanishing.ui.gate import GATE
from vanishing.ui.progress import bar_with_stop

ENTRIES = 20_000
"""Outcomes kept besides the shipped ones; the oldest goes first."""

BREATH = 0.25
"""Seconds between two signs of life, at which Streamlit can also interrupt."""

LOST = (BrokenExecutor, CancelledError, OSError, RuntimeError)
"""What an executor raises when its workers are gone."""


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


@st.cache_resource(show_spinner=False)
def station() -> Station:
    """Return the one station of this process."""
    return Station(executors.workers(), Known(depth_table.read()))


def compute(wanted: tuple[Cell, ...], key: str, draw: Callable[[], None]) -> None:
    """Compute cells if the visitor asks for it, with progress and a way to stop.

    Nothing begins before a click: a link alone must not start minutes of work.

    Parameters
    ----------
    wanted : tuple of Cell
        The most telling first.
    key : str
        Prefix of the widgets' keys, unique on the page.
    draw : callable
        Draws what is known so far; called whenever there is more.
    """
    here = station()
    progress = here.sweep.progress(wanted)
    if progress.done == progress.cells:
        return
    asked = f"_{key}_asked"
    if here.workers.complaint:
        st.caption(f":material/info: {here.workers.complaint}")
    if st.session_state.get(asked) == wanted:
        with GATE.released():
            _push_to_the_end(here, wanted, key, asked, draw)
    else:
        _offer(here, progress, wanted, key, asked)


def _offer(
    here: Station, progress: Progress, wanted: tuple[Cell, ...], key: str, asked: str
) -> None:
    missing = progress.cells - progress.done
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Go on" if progress.done else "Compute",
            key=f"{key}_compute",
            icon=":material/play_circle:",
            type="primary",
            on_click=_remember,
            args=(asked, wanted),
        )
        st.markdown(
            f"{missing:,} of {progress.cells:,} cells {'is' if missing == 1 else 'are'} not "
            f"computed yet: at most about {duration(progress.remaining)} on {here.workers.words}."
        )


def _push_to_the_end(
    here: Station, wanted: tuple[Cell, ...], key: str, asked: str, draw: Callable[[], None]
) -> None:
    place = st.empty()
    bar = bar_with_stop(place, key, _stop, asked, wanted)
    drawn = 0.0
    while (progress := here.sweep.progress(wanted)).done < progress.cells:
        bar.progress(progress.share, text=_said(progress))
        came = _push(here, wanted)
        if came and time.perf_counter() - drawn > BREATH:
            with GATE.turn():
                draw()
            drawn = time.perf_counter()
    place.empty()


def _push(here: Station, wanted: Sequence[Cell]) -> list[Cell]:
    sweep = here.sweep
    try:
        return sweep.push(wanted, BREATH)
    except LOST as error:
        here.fall_back(sweep, error)
        return []


def _said(progress: Progress) -> str:
    others = ", shared with other visitors" if progress.others else ""
    return (
        f"{progress.done:,} of {progress.cells:,} cells, at most about "
        f"{duration(progress.remaining)} to go{others}"
    )


def duration(seconds: float) -> str:
    """Return a time in words, as rough as an estimate deserves."""
    if seconds < 1.5:
        return "1 s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{number(seconds / 60, 2)} minutes"


def _stop(asked: str, wanted: Sequence[Cell]) -> None:
    _remember(asked, None)
    station().sweep.cancel(wanted)


def _remember(key: str, value: object) -> None:
    st.session_state[key] = value
