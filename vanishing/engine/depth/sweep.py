"""Run many independent cells on any executor: results as they come, stoppable and resumable."""

import threading
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from vanishing.engine import limits

SECONDS_PER_COST = 2.5e-11
"""Seconds that one multiply-add of `cost` takes, until a cell has shown how many; measured once."""


class Costly(Protocol):
    """What can be swept: hashable, picklable, and aware of its cost."""

    def __hash__(self) -> int: ...

    def cost(self) -> int:
        """Return the work in any unit, the same for all cells."""
        ...


C = TypeVar("C", bound=Costly)
R = TypeVar("R")


@dataclass(frozen=True)
class Progress:
    """How far a sweep has come.

    Attributes
    ----------
    done, cells : int
        Cells known, and wanted.
    share : float
        Share of the wanted cost that is known, 0 to 1.
    remaining : float
        Estimated seconds to go, if all workers work on it.
    others : int
        Cells under way that somebody else wants: they take their share of the workers.
    """

    done: int
    cells: int
    share: float
    remaining: float
    others: int


class Sweep(Generic[C, R]):
    """Cells that run on an executor, a few at a time, for whoever wants them.

    Nothing runs by itself: each `push` collects what is done and hands the next cells to the
    executor. So a sweep that nobody pushes ends by itself, and a later push goes on from there.
    Several threads may push one sweep; no cell is computed twice at a time.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Threads, processes, or `dask.distributed.Client.get_executor()`.
    work : callable
        Computes a cell; a function at the top level of a module, so that it can be pickled.
    known : mutable mapping
        Results by cell: those in it are not computed again, new ones are put into it.
    workers : int
        How many cells the executor computes at a time.
    """

    def __init__(
        self,
        executor: Executor,
        work: Callable[[C], R],
        known: MutableMapping[C, R],
        workers: int,
    ) -> None:
        limits.whole("workers", workers, 1)
        self.executor, self.known, self.workers = executor, known, workers
        self._work = work
        self._running: dict[C, Future[tuple[R, float]]] = {}
        self._lock = threading.Lock()
        self._seconds = self._cost = 0.0

    def push(self, wanted: Sequence[C], patience: float = 0.0) -> list[C]:
        """Collect results, start the next of the wanted cells, and wait a little for a result.

        The cells are computed in their order; returned are those whose results came in, after at
        most `patience` seconds. What computing one of them raised is raised; it may be tried again.
        """
        with self._lock:
            came = self._collect(set(wanted))
            self._start(wanted)
            waiting = list(self._running.values())
        if waiting and not came:
            wait(waiting, timeout=patience, return_when=FIRST_COMPLETED)
        return came

    def run(self, wanted: Sequence[C], patience: float = 1.0) -> Iterator[tuple[C, R]]:
        """Give each wanted cell with its result as it comes; closing the iterator stops."""
        given: set[C] = set()
        try:
            while len(given) < len(set(wanted)):
                for cell in wanted:
                    if cell in self.known and cell not in given:
                        given.add(cell)
                        yield cell, self.known[cell]
                self.push(wanted, patience)
        finally:
            self.cancel(wanted)

    def cancel(self, wanted: Sequence[C]) -> None:
        """Take back those of the cells that have not begun; those that have run to their end."""
        with self._lock:
            for cell in wanted:
                future = self._running.get(cell)
                if future is not None and future.cancel():
                    del self._running[cell]

    def progress(self, wanted: Sequence[C]) -> Progress:
        """Return how far the wanted cells have come."""
        with self._lock:
            done = [cell for cell in wanted if cell in self.known]
            others = len(self._running.keys() - set(wanted))
            rate = self._seconds / self._cost if self._cost else SECONDS_PER_COST
        total = sum(cell.cost() for cell in wanted)
        known = sum(cell.cost() for cell in done)
        share = known / total if total else 1.0
        remaining = (total - known) * rate / self.workers
        return Progress(len(done), len(wanted), share, remaining, others)

    def _collect(self, wanted: set[C]) -> list[C]:
        came = []
        for cell, future in list(self._running.items()):
            if not future.done():
                continue
            del self._running[cell]
            # Its own visitors will meet the error of a cell that is not wanted here.
            if cell not in wanted and (future.cancelled() or future.exception() is not None):
                continue
            self.known[cell], seconds = future.result()
            self._seconds += seconds
            self._cost += cell.cost()
            if cell in wanted:
                came.append(cell)
        return came

    def _start(self, wanted: Sequence[C]) -> None:
        # One more than there are workers: none waits for the next push.
        free = self.workers + 1 - len(self._running)
        for cell in wanted:
            if free <= 0:
                return
            if cell not in self.known and cell not in self._running:
                self._running[cell] = self.executor.submit(_timed, self._work, cell)
                free -= 1


def _timed(work: Callable[[C], R], cell: C) -> tuple[R, float]:
    """Compute a cell and say how many seconds it took."""
    began = time.perf_counter()
    result = work(cell)
    return result, time.perf_counter() - began
