"""Long computations: shown while they run, stopped at will, and shared by all visitors.

A run is computed once for everybody. Whoever looks at it pushes it on, piece by piece; when one
visitor stops or leaves, the run waits where it is until someone wants more of it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, overload

import streamlit as st

from vanishing.engine.nets import training
from vanishing.engine.nets.datasets import Dataset, load
from vanishing.engine.nets.training import Progress
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.evidence.model import Finding
from vanishing.ui import trials
from vanishing.ui.gate import GATE
from vanishing.ui.progress import bar_with_stop
from vanishing.ui.trials import Trial

Settings: TypeAlias = training.Settings | recurrent_training.Settings | Trial
"""What determines a run, of any kind."""

ENTRIES = 48
BYTES = 150_000_000
"""What the shelf holds at most; the least recently wanted run goes first."""

PATIENCE = 0.3
"""Seconds before a progress bar appears: most runs are done by then."""

BREATH = 0.04
"""Seconds between two signs of life, at which Streamlit can also interrupt."""


KEPT = 3
"""Runs that stay on the shelf in any case: a page compares as many."""


@dataclass(frozen=True)
class Kind:
    """How runs of one kind are begun, kept and handed out.

    Parameters
    ----------
    begin : callable
        settings -> the data that all records share (or None), and the records and signs of life.
    keep : callable
        record -> what of it is kept.
    size : callable
        Such a record -> its bytes, about.
    gather : callable
        (settings, data, records) -> the run as the engine gives it.
    told : str
        How far it has come, for a reader, with ``{step}`` and ``{steps}``.
    starts : bool
        Whether the first record comes at once, so that even who stops there has one to see.
    """

    begin: Callable[[Any], tuple[Any, Iterator[Any]]]
    keep: Callable[[Any], Any]
    size: Callable[[Any], int]
    gather: Callable[[Any, Any, tuple[Any, ...]], Any]
    told: str = "step {step:,} of {steps:,}"
    starts: bool = True


def _begin_training(settings: training.Settings) -> tuple[Dataset, Iterator[Any]]:
    data = load(settings.data, settings.samples, settings.noise, settings.seed, settings.scaling)
    return data, training.train(settings, data)


def _size_of_training(record: training.Record) -> int:
    return sum(array.nbytes for array in (*record.parameters.weights, *record.unit_delta))


KINDS: Final[dict[type, Kind]] = {
    training.Settings: Kind(
        _begin_training,
        # One network is drawn; keeping the weights of the others would cost most memory.
        lambda record: replace(record, parameters=record.parameters.copy(1)),
        _size_of_training,
        training.Run,
    ),
    recurrent_training.Settings: Kind(
        lambda settings: (None, recurrent_training.train(settings)),
        lambda record: record,
        lambda record: record.by_time.nbytes,
        lambda settings, _, records: recurrent_training.Run(settings, records),
    ),
    Trial: Kind(
        lambda trial: (None, trials.begin(trial)),
        lambda record: record,
        lambda _: trials.BYTES,
        lambda _, __, records: records[-1].finding if records else None,
        told="{step} %",
        starts=False,
    ),
}
"""Every kind of run, by its settings."""


class Job:
    """One training run that several sessions may push on, one piece at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.step = 0
        self.finished = False
        self.kind = KINDS[type(settings)]
        self._data, self._items = self.kind.begin(settings)
        self._records: list[Any] = []
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
    def told(self) -> str:
        """How far it has come, for a reader."""
        return self.kind.told.format(step=self.step, steps=self.settings.steps)

    @property
    def size(self) -> int:
        """Bytes it holds, about."""
        kept = sum(self.kind.size(record) for record in self._records)
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
                if not isinstance(item, Progress):
                    self._records.append(self.kind.keep(item))
        finally:
            self._lock.release()
        return True

    def run(self) -> Any:
        """Return what is computed so far, of the kind of the settings; None before a trial ends."""
        return self.kind.gather(self.settings, self._data, tuple(self._records))


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
        while len(self._jobs) > KEPT and (
            len(self._jobs) > self._entries
            or sum(job.size for job in self._jobs.values()) > self._size
        ):
            self._jobs.popitem(last=False)


@st.cache_resource
def shelf() -> Shelf:
    """Return the one shelf of this process."""
    return Shelf()


@overload
def compute(*settings: training.Settings, key: str) -> tuple[training.Run, ...]: ...


@overload
def compute(
    *settings: recurrent_training.Settings, key: str
) -> tuple[recurrent_training.Run, ...]: ...


@overload
def compute(*settings: Trial, key: str) -> tuple[Finding | None, ...]: ...


def compute(*settings: Settings, key: str) -> tuple[Any, ...]:
    """Compute runs side by side, with progress and a way to stop, and return what there is.

    Parameters
    ----------
    *settings : Settings
        One per run, each within its cost.
    key : str
        Prefix of the widgets' keys, unique on the page.

    Returns
    -------
    tuple of Run, or of Finding or None
        Complete, or as far as they were when the visitor stopped them: a run with one record at
        least, of a stopped trial nothing.
    """
    jobs = tuple(shelf().get(one) for one in settings)
    stopped = f"_{key}_stopped"
    if st.session_state.get(stopped) == settings:
        _say_stopped(jobs, stopped, key)
    else:
        st.session_state.pop(stopped, None)
        place = st.empty()
        if not all(job.finished for job in jobs):
            with GATE.released():
                _push_to_the_end(place, jobs, stopped, settings, key)
    # Whoever stops at once still sees the start.
    for job in jobs:
        while job.kind.starts and not job.started:
            with GATE.released():
                _push(job)
    return tuple(job.run() for job in jobs)


def _push_to_the_end(
    place: Any, jobs: tuple[Job, ...], stopped: str, settings: tuple[Settings, ...], key: str
) -> None:
    began = spoken = time.perf_counter()
    bar = None
    while unfinished := [job for job in jobs if not job.finished]:
        _push(min(unfinished, key=lambda job: job.share))
        now = time.perf_counter()
        if bar is None and now - began > PATIENCE:
            bar = bar_with_stop(place, key, _remember, stopped, settings)
        if bar is not None and now - spoken > BREATH:
            bar.progress(min(job.share for job in jobs), text=_told(jobs))
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
            f"Stopped at {_told(jobs)}: everything below is as far as that."
            if jobs[0].kind.starts
            else f"Stopped at {_told(jobs)}.",
            icon=":material/stop_circle:",
        )
        st.button(
            "Go on",
            key=f"{key}_go_on",
            icon=":material/play_circle:",
            on_click=_remember,
            args=(stopped, None),
        )


def _told(jobs: tuple[Job, ...]) -> str:
    return min(jobs, key=lambda job: job.share).told


def _remember(key: str, value: object) -> None:
    st.session_state[key] = value
