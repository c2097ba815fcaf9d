"""One page run at a time, in order of arrival.

Fifty page runs that share one interpreter all finish last: each is interrupted by the others at
every step. One after the other the same work takes a fraction of the time, and whoever came first
is served first. What takes long does not belong here: it is computed outside, by `released`.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Mine(threading.local):
    """What a thread knows of itself: whether it is inside, and the place that it holds."""

    inside = False
    place: int | None = None


class Gate:
    """Lets one thread in at a time, those that came first first."""

    def __init__(self) -> None:
        self._mine = _Mine()
        self._lock = threading.Lock()
        self._arrived = 0
        self._taken = False
        self._line: list[tuple[int, threading.Event]] = []

    @property
    def inside(self) -> bool:
        """Whether this thread is inside."""
        return self._mine.inside

    @property
    def waiting(self) -> int:
        """How many threads stand in the line."""
        with self._lock:
            return len(self._line)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait in the line, and be inside; within a turn it is the same turn.

        A run that is called off, by a changed setting for one (Streamlit raises what is no
        `Exception` then), has not been served: its thread keeps its place for the run that follows.
        Nobody waits for that run; who has gone is called off at the first element it draws.
        """
        mine = self._mine
        if mine.inside:
            yield
            return
        self._enter()
        try:
            yield
        except Exception:
            mine.place = None
            raise
        else:
            mine.place = None
        finally:
            self._leave()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let others in meanwhile, and come back; nothing where this thread is not inside.

        Who comes back has kept his place by arrival, before all that came later: he has waited
        once, and the sooner he is done the fewer are under way. Who comes back again and again, to
        redraw what he watches, takes a new `turn` each time, behind those that wait.

        An exception does not come back: on its way out it would only keep others waiting.
        """
        mine = self._mine
        if not mine.inside:
            yield
            return
        place, mine.place = mine.place, None
        self._leave()
        try:
            yield
        finally:
            mine.place = place
        self._enter()

    def _enter(self) -> None:
        mine = self._mine
        called = threading.Event()
        with self._lock:
            if mine.place is None:
                mine.place = self._arrived
                self._arrived += 1
            if self._taken:
                heapq.heappush(self._line, (mine.place, called))
            else:
                self._taken = True
                called.set()
        called.wait()
        mine.inside = True

    def _leave(self) -> None:
        if not self._mine.inside:
            return
        self._mine.inside = False
        with self._lock:
            if self._line:
                # Handed over directly: nobody can slip in between.
                heapq.heappop(self._line)[1].set()
            else:
                self._taken = False


GATE = Gate()
"""The gate of this process, before all its pages."""
