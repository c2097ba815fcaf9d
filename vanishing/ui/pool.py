"""Who may use the lanes, and when: a few in turn, piece by piece, the others in a line.

Nothing runs by itself. Whoever looks at a run asks for its next piece, and asks again once it has
come; a lane computes pieces in the order in which they were asked for, so the runs alternate. A run
that nobody asks for rests after the piece under way, and soon loses its place.

There are several lines. Who needs a moment does not stand behind those who need a minute, nor two
hundred who all need a second behind one another's pieces: of each line the first few take turns.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from vanishing.engine.lanes import CannotStartError
from vanishing.text import duration
from vanishing.ui import executors
from vanishing.ui.executors import Workers
from vanishing.ui.work import Job

TURNS: Final = 4
"""Visitors that take turns on a lane; more would only make all of them wait longer."""

LINES: Final = (0.4, 2.0)
"""Seconds of computing up to which one stands in the first line, and in the second."""

LONG: Final = len(LINES)
"""The line of all that takes longer, or much memory."""

WAY: Final = 0.6
"""Seconds between two pieces of long runs while somebody stands in another line."""

BYTES: Final = 300_000_000
"""What the runs that take turns on a lane may need together; one may take more, alone."""

LOOKED: Final = 4.0
"""Seconds without a push after which nobody looks at a run any more; while hundreds watch, each
pushes once a second."""

LOSSES: Final = 3
"""Pieces that a lane loses one after the other before something else is tried."""


@dataclass(frozen=True)
class Place:
    """A place in the line: how many are before, and about how many seconds they compute."""

    before: int
    seconds: float

    def __str__(self) -> str:
        """Say it to whoever waits."""
        return f"in line: {self.before} before this, about {duration(self.seconds)} of computing"


@dataclass
class _Stand:
    """Somebody who wants something: the jobs, when they were last looked at, and in which line."""

    jobs: Sequence[Job]
    looked: float
    line: int = field(init=False)

    def __post_init__(self) -> None:
        # On arrival, and for good: who comes later goes nowhere ahead of who waits.
        left = sum(job.left for job in self.going)
        self.line = bisect_left(LINES, left) if self.need <= BYTES / TURNS else LONG

    @property
    def going(self) -> list[Job]:
        return [job for job in self.jobs if not job.finished]

    @property
    def need(self) -> int:
        return sum(job.need for job in self.going)


@dataclass
class Pool:
    """The lanes of this process, shared by all visitors.

    Parameters
    ----------
    choose : callable
        Returns the lanes, when the first is needed.
    clock : callable
        Returns seconds.
    """

    choose: Callable[[], Workers] = lambda: executors.workers()
    clock: Callable[[], float] = time.monotonic
    _workers: Workers | None = None
    _losses: Counter[Executor | None] = field(default_factory=Counter)
    _long: float = -math.inf
    _line: OrderedDict[Hashable, _Stand] = field(default_factory=OrderedDict)
    _watching: dict[Hashable, set[Hashable]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.RLock)

    @property
    def workers(self) -> Workers:
        """The lanes and what to say of them."""
        with self._lock:
            if self._workers is None:
                self._workers = self.choose()
            return self._workers

    def use(self, workers: Workers | None) -> None:
        """Compute there from now on; None to choose anew when it is needed."""
        with self._lock:
            before, self._workers = self._workers, workers
            self._losses.clear()
            self._line.clear()
            self._watching.clear()
        for lane in before.lanes if before else ():
            lane.shutdown(wait=False, cancel_futures=True)

    @property
    def sharing(self) -> int:
        """How many share the lanes now, whoever asks included."""
        return max(1, min(len(self._line), TURNS * len(self.workers.lanes)))

    @property
    def idle(self) -> bool:
        """Whether nobody looks at a run."""
        now = self.clock()
        with self._lock:
            return all(now - stand.looked > LOOKED for stand in self._line.values())

    def push(self, who: Hashable, jobs: Sequence[Job], patience: float = 0.0) -> Place | None:
        """Take jobs on: hand out their next pieces, wait a little for one, and collect it.

        Parameters
        ----------
        who : hashable
            Who asks: the same for all that want the same, who have one place in the line. None for
            somebody who needs a single piece of each at once.
        jobs : sequence of Job
            Those that are least advanced come first, for somebody in the line one for each lane at
            a time.
        patience : float
            Seconds to wait at most.

        Returns
        -------
        Place or None
            The place of somebody whose turn it is not.
        """
        self._collect(jobs)
        with self._lock:
            place = None if who is None else self._stand(who, jobs)
            if place is None and not self._give_way(who):
                self._send(jobs, at_once=who is None)
        under_way = [piece for job in jobs if (piece := job.under_way)]
        if under_way:
            wait(under_way, patience, FIRST_COMPLETED)
        else:
            time.sleep(patience)
        self._collect(jobs)
        if all(job.finished for job in jobs):
            with self._lock:
                self._leave(who)
        return place

    @contextmanager
    def watched(self, who: Hashable, me: Hashable) -> Iterator[None]:
        """Push within it: if I am called off, the last of those who want it, the place is given up.

        Otherwise it would be kept for somebody who has changed a setting, and stands behind it.
        """
        with self._lock:
            self._watching.setdefault(who, set()).add(me)
        try:
            yield
        except BaseException:
            with self._lock:
                others = self._watching.get(who, set())
                others.discard(me)
                if not others:
                    self._leave(who)
            raise
        with self._lock:
            if who not in self._line:
                self._leave(who)

    def _leave(self, who: Hashable) -> None:
        self._line.pop(who, None)
        self._watching.pop(who, None)

    def _stand(self, who: Hashable, jobs: Sequence[Job]) -> Place | None:
        """Stand in the line, and return the place where it is not one's turn."""
        now = self.clock()
        for name, other in list(self._line.items()):
            if name != who and now - other.looked > LOOKED:
                self._leave(name)
        if who not in self._line:
            self._line[who] = _Stand(jobs, now)
        mine = self._line[who]
        mine.jobs, mine.looked = jobs, now
        names = list(self._line)
        earlier = [self._line[name] for name in names[: names.index(who)]]
        before = [stand for stand in earlier if stand.line == mine.line and stand.going]
        lanes, need = len(self.workers.lanes), mine.need + sum(stand.need for stand in before)
        if not before or (len(before) < TURNS * lanes and need <= BYTES * lanes):
            return None
        left = sum(job.left for stand in before for job in stand.going)
        return Place(len(before), left / lanes)

    def _give_way(self, who: Hashable) -> bool:
        """Tell whether somebody with a long run leaves the lanes to those who need a moment."""
        mine, now = self._line.get(who), self.clock()
        if mine is None or mine.line < LONG:
            return False
        if not any(stand.line < LONG and stand.going for stand in self._line.values()):
            return False
        if now - self._long < WAY:
            return True
        self._long = now
        return False

    def _send(self, jobs: Sequence[Job], at_once: bool) -> None:
        lanes = self.workers.lanes
        busy = {job.lane for job in jobs if job.under_way and not at_once}
        wanted = {job.key for stand in self._line.values() for job in stand.going}
        for job in sorted(jobs, key=lambda job: job.share):
            free = [lane for lane in lanes if lane not in busy]
            if free and not job.finished and not job.under_way:
                lane = job.lane if job.lane in lanes else min(free, key=self._load)
                if lane in free:
                    job.send(lane, wanted)
                    if not at_once:
                        busy.add(lane)

    def _load(self, lane: Executor) -> int:
        return sum(job.lane is lane for stand in self._line.values() for job in stand.going)

    def _collect(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            lane, came = job.lane, job.under_way is not None and job.under_way.done()
            lost = job.collect()
            if lost is not None:
                self._lose(lane, lost)
            elif came:
                self._losses.pop(lane, None)

    def _lose(self, lane: Executor | None, error: Exception) -> None:
        """Try something else where a lane does not start, or pieces are lost again and again."""
        with self._lock:
            workers = self.workers
            if lane not in workers.lanes:
                return
            # Of each lane: one blow may take several at once, and they come back.
            self._losses[lane] += 1
            if isinstance(error, CannotStartError) or self._losses[lane] >= LOSSES:
                self._losses.clear()
                self._workers = executors.instead(workers, error)
                for one in workers.lanes:
                    one.shutdown(wait=False, cancel_futures=True)


POOL: Final = Pool()
"""The one pool of this process."""
