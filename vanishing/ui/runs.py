"""Training runs that are shown while they compute, can be stopped, and are shared by all visitors.

A run is computed once for everybody. Whoever looks at it pushes it on, piece by piece; when one
visitor stops or leaves, the run waits where it is until someone wants more of it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import replace

import streamlit as st

from vanishing.datasets import Dataset, load
from vanishing.training import Record, Run, Settings, train

ENTRIES = 48
BYTES = 150_000_000
"""What the shelf holds at most; the least recently wanted run goes first."""

PATIENCE = 0.3
"""Seconds before a progress bar appears: most runs are done by then."""

BREATH = 0.04
"""Seconds between two signs of life, at which Streamlit can also interrupt."""


class Job:
    """One training run that several sessions may push on, one piece at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data: Dataset = load(
            settings.data, settings.samples, settings.noise, settings.seed, settings.scaling
        )
        self.step = 0
        self.finished = False
        self._records: list[Record] = []
        self._items = train(settings, self.data)
        self._lock = threading.Lock()

    @property
    def started(self) -> bool:
        """Whether there is a record to show."""
        return bool(self._records)

    @property
    def share(self) -> float:
        """Share of the steps that are made; 1 also for a run that ended early."""
        return 1.0 if self.finished else self.step / self.settings.steps

    @property
    def size(self) -> int:
        """Bytes it holds, about."""
        kept = sum(
            array.nbytes
            for record in self._records
            for array in (*record.parameters.weights, *record.unit_delta)
        )
        return kept if self.finished else kept + self.settings.memory()

    def push(self) -> bool:
        """Compute one piece; return False without waiting where another session is at it."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            item = next(self._items, None)
            if item is None:
                self.finished = True
            else:
                self.step = item.step
            if isinstance(item, Record):
                # One network is drawn; keeping the weights of the others would cost most memory.
                self._records.append(replace(item, parameters=item.parameters.copy(1)))
        finally:
            self._lock.release()
        return True

    def run(self) -> Run:
        """Return what is computed so far."""
        return Run(self.settings, self.data, tuple(self._records))


class Shelf:
    """The process's runs, bounded in number and in bytes."""

    def __init__(self, entries: int = ENTRIES, size: int = BYTES) -> None:
        self._entries, self._size = entries, size
        self._jobs: OrderedDict[Settings, Job] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._jobs)

    def get(self, settings: Settings) -> Job:
        """Return the run of these settings, as far as it has come; a new one where there is none.

        Raises
        ------
        TooCostlyError
            If the run is too large.
        """
        with self._lock:
            job = self._jobs.pop(settings, None) or Job(settings)
            self._jobs[settings] = job
            self._trim()
        return job

    def forget(self, settings: Settings) -> None:
        """Drop a run that failed."""
        with self._lock:
            self._jobs.pop(settings, None)

    def _trim(self) -> None:
        # Two stay in any case: a page compares two.
        while len(self._jobs) > 2 and (
            len(self._jobs) > self._entries
            or sum(job.size for job in self._jobs.values()) > self._size
        ):
            self._jobs.popitem(last=False)


@st.cache_resource
def shelf() -> Shelf:
    """Return the one shelf of this process."""
    return Shelf()


def compute(*settings: Settings, key: str) -> tuple[Run, ...]:
    """Compute runs side by side, with progress and a way to stop, and return what there is.

    Parameters
    ----------
    *settings : Settings
        One per run, each within its cost.
    key : str
        Prefix of the widgets' keys, unique on the page.

    Returns
    -------
    tuple of Run
        Complete, or as far as they were when the visitor stopped them; one record at least.
    """
    jobs = tuple(shelf().get(one) for one in settings)
    stopped = f"_{key}_stopped"
    if st.session_state.get(stopped) == settings:
        _say_stopped(jobs, stopped, key)
    else:
        st.session_state.pop(stopped, None)
        _push_to_the_end(jobs, stopped, settings, key)
    # Whoever stops at once still sees the start.
    for job in jobs:
        while not job.started:
            _push(job)
    return tuple(job.run() for job in jobs)


def _push_to_the_end(
    jobs: tuple[Job, ...], stopped: str, settings: tuple[Settings, ...], key: str
) -> None:
    place = st.empty()
    began = spoken = time.perf_counter()
    bar = None
    while unfinished := [job for job in jobs if not job.finished]:
        _push(min(unfinished, key=lambda job: job.share))
        now = time.perf_counter()
        if bar is None and now - began > PATIENCE:
            with place.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0)
                st.button(
                    "Stop",
                    key=f"{key}_stop",
                    icon=":material/stop_circle:",
                    on_click=_remember,
                    args=(stopped, settings),
                )
        if bar is not None and now - spoken > BREATH:
            bar.progress(min(job.share for job in jobs), text=_steps_made(jobs))
            spoken = now
    place.empty()


def _push(job: Job) -> None:
    try:
        if not job.push():
            time.sleep(BREATH / 2)
    except Exception:
        shelf().forget(job.settings)
        raise


def _say_stopped(jobs: tuple[Job, ...], stopped: str, key: str) -> None:
    if all(job.finished for job in jobs):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            f"Stopped at {_steps_made(jobs)}: everything below is as far as that.",
            icon=":material/stop_circle:",
        )
        st.button(
            "Go on",
            key=f"{key}_go_on",
            icon=":material/play_circle:",
            on_click=_remember,
            args=(stopped, None),
        )


def _steps_made(jobs: tuple[Job, ...]) -> str:
    behind = min(jobs, key=lambda job: job.share)
    return f"step {behind.step:,} of {behind.settings.steps:,}"


def _remember(key: str, value: object) -> None:
    st.session_state[key] = value
