"""One page run at a time, in order of arrival.

Fifty page runs that share one interpreter all finish last: each is interrupted by the others at
every step. One after the other the same work takes a fraction of the time, and whoever came first
is served first. What takes long does not belong here: it is computed outside, by `released`.

There are two lines. A change redraws a part of a page in milliseconds, an opening takes ten times
as long: where both wait, the line that has had less of the time comes next. So twenty that open a
page at once do not hold up the class that moves its sliders, nor the class them.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

LONG: Final = 2.0
"""Seconds of waiting after which it is said."""

AGAIN: Final = 5
"""Seconds until it is said anew."""

Told: TypeAlias = Callable[[int], None]
"""Says how many are before."""


class _Mine(threading.local):
    """What a thread knows of itself: whether it is inside, and the place that it holds."""

    inside = False
    place: int | None = None
    brief = False


Line: TypeAlias = list[tuple[int, threading.Event]]
"""Those that wait, in the order of their places."""


class Gate:
    """Lets one thread in at a time, of each line those that came first first."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._mine = _Mine()
        self._lock = threading.Lock()
        self._arrived = 0
        self._taken = False
        self._began = 0.0
        self._lines: dict[bool, Line] = {True: [], False: []}
        self._used = dict.fromkeys(self._lines, 0.0)

    @property
    def inside(self) -> bool:
        """Whether this thread is inside."""
        return self._mine.inside

    @property
    def waiting(self) -> int:
        """How many threads stand in the line."""
        with self._lock:
            return sum(map(len, self._lines.values()))

    @contextmanager
    def turn(self, told: Told | None = None, *, brief: bool = False) -> Iterator[None]:
        """Wait in one's line, and be inside; within a turn it is the same turn.

        Where it takes long, `told` is called with the number of those before, again and again;
        never where it is short. It may raise what calls the run off.

        A run that is called off, by a changed setting for one (Streamlit raises what is no
        `Exception` then), has not been served: its thread keeps its place for the run that follows.
        Nobody waits for that run; who has gone is called off at the first element it draws.
        """
        mine = self._mine
        if mine.inside:
            yield
            return
        mine.brief = brief
        self._enter(told)
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
        redraw what he watches, takes a new `turn` each time (see `leave`), behind those that wait.

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

    def leave(self) -> None:
        """End this thread's turn, and give up its place: it comes again behind those that wait."""
        self._leave()
        self._mine.place = None

    def _enter(self, told: Told | None = None) -> None:
        mine = self._mine
        called = threading.Event()
        with self._lock:
            if mine.place is None:
                mine.place = self._arrived
                self._arrived += 1
            if self._taken:
                self._stand(mine.place, called)
            else:
                self._taken = True
                called.set()
        if told is None or called.wait(LONG):
            called.wait()
        else:
            self._tell(mine.place, called, told)
        mine.inside, self._began = True, self._clock()

    def _stand(self, place: int, called: threading.Event) -> None:
        brief = self._mine.brief
        if not self._lines[brief]:
            # What a line did not use while nobody stood in it is gone.
            self._used[brief] = max(self._used.values())
        insort(self._lines[brief], (place, called))

    def _tell(self, place: int, called: threading.Event, told: Told) -> None:
        try:
            told(self._before(place))
            while not called.wait(AGAIN):
                told(self._before(place))
        except BaseException:
            self._give_up(place, called)
            raise

    def _before(self, place: int) -> int:
        """Return how many come before in the same line, and the one inside."""
        with self._lock:
            return 1 + bisect_left(self._lines[self._mine.brief], (place,))

    def _give_up(self, place: int, called: threading.Event) -> None:
        """Leave the line, or hand on the turn that has come meanwhile."""
        with self._lock:
            line = self._lines[self._mine.brief]
            waits = (place, called) in line
            if waits:
                line.remove((place, called))
        if not waits:
            self._hand_on()

    def _leave(self) -> None:
        if self._mine.inside:
            self._mine.inside = False
            self._used[self._mine.brief] += self._clock() - self._began
            self._hand_on()

    def _hand_on(self) -> None:
        with self._lock:
            waiting = [line for line in self._lines if self._lines[line]]
            if waiting:
                # Handed over directly: nobody can slip in between.
                self._lines[min(waiting, key=self._used.__getitem__)].pop(0)[1].set()
            else:
                self._taken = False


GATE = Gate()
"""The gate of this process, before all its pages."""
