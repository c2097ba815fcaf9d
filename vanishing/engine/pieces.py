"""Runs computed piece by piece, in the process that a lane leads to.

A run is what a function at the top level of a module gives for some settings: `Progress` as a sign
of life, and the result so far. Whoever wants it asks for one piece after the other; in between the
run rests here. Nothing goes on by itself.
"""

import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from vanishing.engine import heap
from vanishing.engine.lanes import portable
from vanishing.engine.progress import Progress

SECONDS: Final = 0.15
"""A piece is done after this time, or after one item of the run if that takes longer."""

SENDING: Final = 0.05
"""Share of the time that may go into sending results of which the run is not yet done."""

BYTES: Final = 50_000_000
RESTED: Final = 5.0
"""Runs that nobody waits for are dropped once all together may take more bytes, and they have
rested for so long."""

PROTOCOL: Final = 4
"""Of pickle. By later ones each array is read as a window onto a buffer of its own: of many small
arrays, as a run's records are, that takes 1.7 times the memory, and 2.5 times as long."""

LEFT: Final = 600.0
"""Seconds of rest after which a run is dropped in any case: nobody comes back to it."""


@dataclass(frozen=True)
class Piece:
    """How far a run is.

    Attributes
    ----------
    progress : Progress or None
        The last sign of life; None where the piece had none.
    result : bytes or None
        The result so far, pickled; None where it is the same as before, or is kept for later.
    finished : bool
    anew : bool
        Whether the run was not here: it began with this piece.
    seconds : float
        What the piece took.
    error : Exception or None
        What the run raised, which ends it.
    """

    progress: Progress | None
    result: bytes | None
    finished: bool
    anew: bool
    seconds: float
    error: Exception | None = None


@dataclass
class _Run:
    items: Iterator[Any]
    size: int
    touched: float = 0.0
    result: Any = None
    unsent: bool = False
    sends: float = field(default_factory=time.perf_counter)


_runs: OrderedDict[str, _Run] = OrderedDict()
_lock = threading.Lock()


def advance(
    key: str,
    begin: Callable[[Any], Iterator[Any]],
    settings: Any,
    size: int = 0,
    seconds: float = SECONDS,
    wanted: Collection[str] = (),
) -> Piece:
    """Compute the next piece of a run, which begins if it is not here.

    `key` tells it from all others, `size` is about the bytes it needs at its largest; `wanted` are
    the keys of the runs that somebody waits for. One piece of a run must be done before the next
    is asked for.
    """
    heap.tidy()
    began = time.perf_counter()
    run, anew = _find(key, begin, settings, size, wanted)
    progress, finished, error = None, False, None
    try:
        for item in run.items:
            if isinstance(item, Progress):
                progress = item
            else:
                run.result, run.unsent = item, True
            if time.perf_counter() - began > seconds:
                break
        else:
            finished = True
    except Exception as raised:
        error, finished = portable(raised), True
    sent = _send(run, finished) if error is None else None
    if finished:
        with _lock:
            _runs.pop(key, None)
    return Piece(progress, sent, finished, anew, time.perf_counter() - began, error)


def _find(
    key: str,
    begin: Callable[[Any], Iterator[Any]],
    settings: Any,
    size: int,
    wanted: Collection[str],
) -> tuple[_Run, bool]:
    """Return a run, and whether it is new; make room for it."""
    now = time.perf_counter()
    with _lock:
        run = _runs.pop(key, None)
        anew = run is None
        run = _Run(_items(begin, settings), size) if run is None else run
        run.touched = now
        _runs[key] = run
        taken = sum(one.size for one in _runs.values())
        for other, one in list(_runs.items()):
            rested = now - one.touched
            if rested < RESTED:
                break
            if other in wanted or (taken <= BYTES and rested < LEFT):
                continue
            del _runs[other]
            taken -= one.size
    return run, anew


def _items(begin: Callable[[Any], Iterator[Any]], settings: Any) -> Iterator[Any]:
    """Begin when the first item is asked for: what that raises is the run's own error."""
    yield from begin(settings)


def _send(run: _Run, finished: bool) -> bytes | None:
    """Return the result if it is new, and was not sent a moment ago."""
    began = time.perf_counter()
    if not run.unsent or not (finished or began >= run.sends):
        return None
    packed = pickle.dumps(run.result, PROTOCOL)
    run.unsent = False
    now = time.perf_counter()
    run.sends = now + (now - began) / SENDING
    return packed
