"""What takes long, named first and computed piece by piece: one machine for every kind.

A scene names what it needs (`Ask`), each by a plain value from which the result can be computed
anywhere. A `Job` is the computing of one, pushed on piece by piece by whoever looks at it and
shared by all visitors; the `Shelf` keeps them, bounded in number and in bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from vanishing.engine.costs import Costly
from vanishing.engine.progress import Progress

ENTRIES: Final = 400
BYTES: Final = 150_000_000
"""What the shelf holds at most; what was wanted least recently goes first."""

KEPT: Final = 24
"""Jobs that stay on the shelf in any case: a page compares as many."""


@dataclass(frozen=True)
class Ask:
    """Something that a scene needs, as a plain value.

    Parameters
    ----------
    begin : callable
        settings -> its pieces: `Progress` as a sign of life, or the result so far. A function at
        the top level of a module.
    settings : hashable
        If they are `Costly`, the work is refused where it does not fit.
    told : str
        How far it has come, for a reader, with ``{step}`` and ``{steps}``.
    partial : bool
        Whether an unfinished result is worth showing.
    waits : bool
        Whether it begins only when a visitor asks for it.
    """

    begin: Callable[[Any], Iterator[Any]]
    settings: Hashable
    told: str = "step {step:,} of {steps:,}"
    partial: bool = True
    waits: bool = False


Needs: TypeAlias = Mapping[Hashable, Ask]
"""What a scene needs, by the names under which it finds the results."""

Found: TypeAlias = Mapping[Hashable, Any]
"""Results by the same names; None for what was stopped and has nothing to show."""


def once(function: Callable[..., Any], *arguments: Hashable, **named: Hashable) -> Ask:
    """Ask for what a function returns, in one piece."""
    return Ask(_call, (function, arguments, tuple(named.items())))


def _call(settings: tuple[Callable[..., Any], Any, Any]) -> Iterator[Any]:
    function, arguments, named = settings
    yield function(*arguments, **dict(named))


# --- what is too much ---------------------------------------------------------------------------


def load(needs: Needs) -> float:
    """Return the work of all together, as a share of what is allowed at once."""
    return sum(each.cost() / each.max_cost for each in _heavy(needs))


def seconds(needs: Needs) -> tuple[float, float]:
    """Return about how long all together take on one core, and how long they may."""
    allowed = max((each.max_seconds for each in _heavy(needs)), default=0.0)
    return load(needs) * allowed, allowed


def largest(needs: Needs) -> tuple[int, int]:
    """Return the bytes that the largest takes, and those allowed to it."""
    sizes = [(each.memory(), each.max_memory) for each in _heavy(needs)]
    return max(sizes, default=(0, 1), key=lambda size: size[0] / size[1])


def fits(needs: Needs) -> bool:
    """Tell whether all together stay within what is allowed."""
    needed, allowed = largest(needs)
    return load(needs) <= 1.0 and needed <= allowed


def _heavy(needs: Needs) -> list[Costly]:
    return [ask.settings for ask in needs.values() if isinstance(ask.settings, Costly)]


# --- computing ----------------------------------------------------------------------------------


class Job:
    """One computation that several sessions may push on, one piece at a time.

    `told` says how far it has come; nothing before the first `Progress`.
    """

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.step, self.steps, self.told = 0, 1, ""
        self.finished = False
        self.result: Any = None
        self._bytes = 0
        self._items = ask.begin(ask.settings)
        self._lock = threading.Lock()

    @property
    def share(self) -> float:
        """Share of the steps that are made; 1 also for a run that ended early."""
        return 1.0 if self.finished else self.step / self.steps

    @property
    def made(self) -> float:
        """Share of the steps that are really made: for a run that ended early, not all."""
        return 1.0 if self.finished and self.steps == 1 else self.step / self.steps

    @property
    def complete(self) -> bool:
        """Whether the result is all there."""
        return self.result is not None and self.share >= 1.0

    @property
    def size(self) -> int:
        """Bytes it holds, about; while it runs, what it may need at its largest."""
        settings = self.ask.settings
        if self.finished or not isinstance(settings, Costly):
            return self._bytes
        return settings.memory()

    def push(self) -> bool:
        """Compute one piece; return False without waiting where another session is at it."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._advance()
        finally:
            self._lock.release()
        return True

    def _advance(self) -> None:
        item = next(self._items, self)
        if item is self:
            self.finished = True
            self._bytes = nbytes(self.result)
        elif isinstance(item, Progress):
            self.step, self.steps = item.step, item.steps
            self.told = item.words or self.ask.told.format(step=item.step, steps=item.steps)
        else:
            self.result = item

    def finish(self) -> Any:
        """Compute it to its end and return the result."""
        while not self.finished:
            if not self.push():
                with self._lock:
                    pass
        return self.result


def finish(needs: Needs) -> dict[Hashable, Any]:
    """Compute everything here and now, for tests, exports and scripts."""
    return {name: Job(ask).finish() for name, ask in needs.items()}


class Shelf:
    """The process's jobs, bounded in number and in bytes."""

    def __init__(self, entries: int = ENTRIES, size: int = BYTES) -> None:
        self._entries, self._size = entries, size
        self._jobs: OrderedDict[Ask, Job] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._jobs)

    def get(self, ask: Ask) -> Job:
        """Return the job of what is asked, as far as it has come; a new one where there is none."""
        with self._lock:
            job = self._jobs.pop(ask, None) or Job(ask)
            self._jobs[ask] = job
            self._trim()
        return job

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._jobs.clear()

    def forget(self, ask: Ask) -> None:
        """Drop a job that failed."""
        with self._lock:
            self._jobs.pop(ask, None)

    def _trim(self) -> None:
        sizes = {ask: job.size for ask, job in self._jobs.items()}
        total = sum(sizes.values())
        while len(self._jobs) > KEPT and (len(self._jobs) > self._entries or total > self._size):
            gone, _ = self._jobs.popitem(last=False)
            total -= sizes[gone]


SHELF: Final = Shelf()
"""The one shelf of this process."""


def nbytes(thing: Any) -> int:
    """Return about how many bytes the arrays in a result take, through its fields and items."""
    if isinstance(thing, np.ndarray):
        return thing.nbytes
    if is_dataclass(thing) and not isinstance(thing, type):
        return sum(nbytes(getattr(thing, each.name)) for each in fields(thing))
    if isinstance(thing, Mapping):
        return sum(nbytes(each) for each in thing.values())
    if isinstance(thing, Sequence) and not isinstance(thing, str | bytes | range):
        return sum(nbytes(each) for each in thing)
    return 64
