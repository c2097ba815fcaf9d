"""What takes long, named first and computed piece by piece: one machine for every kind.

A scene names what it needs (`Ask`), each by a plain value from which the result can be computed
anywhere. A `Job` is the computing of one, pushed on piece by piece by whoever looks at it and
shared by all visitors; the `Shelf` keeps them, bounded in number and in bytes.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias
from uuid import uuid4

from vanishing.engine.costs import Costly, nbytes
from vanishing.engine.pieces import Piece, advance
from vanishing.engine.progress import Progress

ENTRIES: Final = 400
BYTES: Final = 64_000_000
"""What the shelf holds at most; what was wanted least recently goes first."""

LIGHT: Final = 0.05
"""Seconds that a page may spend itself on what it needs: more is computed in a lane."""

FIRST: Final = 5
"""Steps that take as long as the first result of a run that counts its steps, at most."""

GUESS, PIECE = 5.0, 0.3
"""Seconds that something takes of which nothing is known; the second if it comes in one piece."""

KNOWN: Final = 0.05
"""Share of the steps after which their time tells that of the rest."""

AGAIN: Final = "started again, "
"""Said of a run that had to."""

LOSSES: Final = 3
"""Lanes that one run may lose: it may be what breaks them."""

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
    grows : bool
        Whether it is drawn as it comes, while the rest is computed; all that a scene needs is then.
    heavy : bool
        Whether it takes more than `LIGHT` where its settings are not `Costly`, which tell.
    """

    begin: Callable[[Any], Iterator[Any]]
    settings: Hashable
    told: str = "step {step:,} of {steps:,}"
    partial: bool = True
    waits: bool = False
    grows: bool = False
    heavy: bool = False


Needs: TypeAlias = Mapping[Hashable, Ask]
"""What a scene needs, by the names under which it finds the results."""

Found: TypeAlias = Mapping[Hashable, Any]
"""Results by the same names; None for what was stopped and has nothing to show."""


def once(function: Callable[..., Any], *arguments: Hashable, **named: Hashable) -> Ask:
    """Ask for what a function returns, in one piece."""
    return Ask(_call, (function, arguments, tuple(named.items())))


def heavy(ask: Ask) -> Ask:
    """Say that something takes more than `LIGHT`."""
    return replace(ask, heavy=True)


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


def _seconds(ask: Ask) -> float:
    """Return about how long something takes on one core; 0 where its settings do not tell."""
    costly = ask.settings if isinstance(ask.settings, Costly) else None
    return costly.cost() / costly.max_cost * costly.max_seconds if costly else 0.0


def _heavy(needs: Needs) -> list[Costly]:
    return [ask.settings for ask in needs.values() if isinstance(ask.settings, Costly)]


# --- computing ----------------------------------------------------------------------------------


class Job:
    """One computation that several sessions may take on, one piece at a time.

    What is light is computed by whoever pushes it. What is heavy is sent, piece by piece, to a lane
    and collected from there, see `pool`.

    Attributes
    ----------
    key : str
        Tells it from all others, in lanes too.
    need : int
        Bytes that it may need at its largest, while it runs.
    told : str
        How far it has come; nothing before the first `Progress`.
    some : bool
        Whether there is a result so far, which may be None.
    results : int
        How many there have been, each further than the one before.
    error : Exception or None
        What ended it; raised to everybody who takes it on.
    lane : Executor or None
        Where it rests between its pieces.
    under_way : Future or None
        The piece that is being computed.
    spent : float
        Seconds that its pieces took in lanes.
    """

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        # Asked for by everybody in the line, of everybody: found once.
        self._guess = _seconds(ask)
        self.need = ask.settings.memory() if isinstance(ask.settings, Costly) else 0
        self.heavy = ask.heavy or self._guess > LIGHT
        self.step, self.steps, self.told = 0, 1, ""
        self.finished = self.some = False
        self.results = 0
        self.error: Exception | None = None
        self.lane: Executor | None = None
        self.under_way: Future[Piece] | None = None
        self.key = uuid4().hex
        self._items: Iterator[Any] | None = None
        self._result: Any = None
        self._packed: bytes | None = None
        self._held: int | None = None
        self._begun = self._again = False
        self._lost = 0
        self.spent = 0.0
        self._lock = threading.RLock()

    @property
    def result(self) -> Any:
        """The result so far; None before there is one."""
        with self._lock:
            if self._packed is not None:
                # Only now: most of what comes from a lane is overtaken before anyone looks at it.
                self._result, self._packed = pickle.loads(self._packed), None
                self._held = None
            return self._result

    @property
    def share(self) -> float:
        """Share of the steps that are made; 1 also for a run that ended early."""
        return 1.0 if self.finished else self.step / self.steps

    @property
    def made(self) -> float:
        """Share of the steps that are really made: for a run that ended early, not all."""
        return 1.0 if self.finished and self.steps == 1 else self.step / self.steps

    @property
    def left(self) -> float:
        """About how many seconds of computing are missing."""
        guess = self._guess or (PIECE if self.ask.begin is _call else GUESS)
        whole = self.spent / self.made if self.made > KNOWN else guess
        return whole * (1.0 - self.share)

    @property
    def complete(self) -> bool:
        """Whether the result is all there."""
        return self.some and self.finished

    @property
    def size(self) -> int:
        """Bytes it holds here, about; while it is computed here, what it may need at most."""
        if not self.finished and not self.heavy:
            return self.need
        if self._held is None:
            self._held = nbytes(self._result)
        return self._held

    def push(self) -> bool:
        """Compute one piece here; return False without waiting where another session is at it."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._raise()
            self._advance()
        except Exception as error:
            self.error = error
            raise
        finally:
            self._lock.release()
        return True

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error

    def _advance(self) -> None:
        self._items = self._items or self.ask.begin(self.ask.settings)
        item = next(self._items, self)
        if item is self:
            self.finished = True
        elif isinstance(item, Progress):
            self._tell(item)
        else:
            self._keep(item)

    def _keep(self, item: Any) -> None:
        self._result, self.some, self._held = item, True, None
        self.results += 1

    def peek(self) -> None:
        """Compute the first result here where a heavy run has none yet, if that takes a moment."""
        first = self._guess * FIRST / getattr(self.ask.settings, "steps", 1)
        if self.some or not self.heavy or first > LIGHT:
            return
        results = (i for i in self.ask.begin(self.ask.settings) if not isinstance(i, Progress))
        item = next(results)
        with self._lock:
            if not self.some:
                self._keep(item)

    def _tell(self, item: Progress, again: str = "") -> None:
        self.step, self.steps = item.step, item.steps
        told = item.words or self.ask.told.format(step=item.step, steps=item.steps)
        self.told = f"{again}{told}"

    def send(self, lane: Executor, wanted: Collection[str] = ()) -> None:
        """Send the next piece to a lane, unless one is under way; see `advance` for `wanted`."""
        with self._lock:
            if self.under_way is None and not self.finished:
                self.lane = lane
                self.under_way = lane.submit(
                    advance,
                    self.key,
                    self.ask.begin,
                    self.ask.settings,
                    self.need,
                    wanted=wanted,
                )

    def collect(self) -> Exception | None:
        """Take in the piece that has come; return why it is lost, if it is.

        A run whose lane is lost begins anew; one that loses it again and again ends in that error.
        """
        with self._lock:
            self._raise()
            if self.under_way is None or not self.under_way.done():
                return None
            done, self.under_way = self.under_way, None
            try:
                piece = done.result()
            except (BrokenExecutor, CancelledError) as lost:
                self.lane = None
                self._lost += 1
                if self._lost > LOSSES:
                    self.error = lost
                    raise
                return lost
            self._take(piece)
            self._raise()
            return None

    def _take(self, piece: Piece) -> None:
        if piece.anew and self._begun:
            self.spent, self._again = 0.0, True
        again = AGAIN if self._lost or self._again else ""
        self._begun = True
        self.spent += piece.seconds
        self.error = piece.error
        if piece.result is not None:
            self._packed, self.some, self._held = piece.result, True, len(piece.result)
            self.results += 1
        if piece.progress is not None:
            self._tell(piece.progress, again)
        self.finished = piece.finished and piece.error is None

    def finish(self) -> Any:
        """Compute it here to its end and return the result."""
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
        """Drop a job."""
        with self._lock:
            self._jobs.pop(ask, None)

    @contextmanager
    def dropping(self, jobs: Iterable[Job]) -> Iterator[None]:
        """Drop those of the jobs that have failed, where pushing them raises."""
        try:
            yield
        except Exception:
            for job in jobs:
                if job.error is not None:
                    self.forget(job.ask)
            raise

    def _trim(self) -> None:
        sizes = {ask: job.size for ask, job in self._jobs.items()}
        total = sum(sizes.values())
        while len(self._jobs) > KEPT and (len(self._jobs) > self._entries or total > self._size):
            gone, _ = self._jobs.popitem(last=False)
            total -= sizes[gone]


SHELF: Final = Shelf()
"""The one shelf of this process."""
