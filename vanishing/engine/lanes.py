"""Lanes to compute in: each does one thing after another, in a place of its own.

A `Process` is a lane in a process of this machine at low priority. It needs nothing but pipes:
`multiprocessing` would load the program's main file in it, which here is the whole app.
"""

import os
import pickle
import signal
import subprocess
import sys
import traceback
import weakref
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress
from itertools import islice
from typing import IO, Any, TypeVar

C = TypeVar("C")
T = TypeVar("T")

NICE = 10
"""Steps by which a process stands back behind the one that started it."""

SIZE = 8
"""Bytes before each message that say how long it is."""

ONE_BLAS_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")

SERVE = "from vanishing.engine.lanes import serve; serve()"


class CannotStartError(BrokenExecutor):
    """A lane that does not even start: another try would not help."""


class Lane(ThreadPoolExecutor):
    """An executor that hands each call on, one after the other, and waits for its result.

    A call whose lane is lost raises `BrokenExecutor`; the next one starts the lane again.
    """

    def __init__(self) -> None:
        super().__init__(1)

    def submit(self, call: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        """Compute it after all that came before."""
        return super().submit(self.hand_on, call, *args, **named)

    @abstractmethod
    def hand_on(self, call: Callable[..., T], *args: Any, **named: Any) -> T:
        """Compute it elsewhere and return its result, or raise what it raised there."""


class Process(Lane):
    """A lane in a process that starts with its first call and ends with this one, even killed.

    Calls and results travel by pickle: functions at the top level of a module. Threads would wait
    for one another: on the nets of a sweep two threads were no faster than one, two processes were
    1.9 times as fast (`tests/benchmarks/bench_sweep.py`).
    """

    def __init__(self) -> None:
        super().__init__()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The number of its process, while there is one."""
        return self._process.pid if self._process else None

    def hand_on(self, call: Callable[..., T], *args: Any, **named: Any) -> T:
        """Send the call, and wait for what comes back."""
        asked = pickle.dumps((call, args, named), pickle.HIGHEST_PROTOCOL)
        process = self._process or self._start()
        try:
            send(process.stdin, asked)
            good, answer = pickle.loads(receive(process.stdout))
        except (OSError, EOFError) as error:
            self._end()
            raise BrokenExecutor(f"process {process.pid} is gone") from error
        if good:
            return answer  # type: ignore[no-any-return]
        raise answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; with `wait`, until the last one is done and the process has ended."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = process = start()
        # Who drops the lane without shutting it down leaves no process behind.
        self._finalizer = weakref.finalize(self, end, process)
        return process

    def _end(self) -> None:
        if self._process:
            self._process = None
            self._finalizer()


def spread(
    lanes: Sequence[Executor], call: Callable[[C], T], items: Iterable[C]
) -> Iterator[tuple[C, T]]:
    """Give each item with what is computed of it, as it comes; each lane has one at a time."""
    waiting, under_way = iter(items), dict[Future[T], tuple[Executor, C]]()

    def begin(lane: Executor) -> None:
        for item in islice(waiting, 1):
            under_way[lane.submit(call, item)] = lane, item

    for lane in lanes:
        begin(lane)
    while under_way:
        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
            lane, item = under_way.pop(done)
            begin(lane)
            yield item, done.result()


def start() -> subprocess.Popen[bytes]:
    """Start a process that serves calls."""
    path = os.pathsep.join(filter(None, sys.path))
    try:
        return subprocess.Popen(
            [sys.executable, "-c", SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_BLAS_THREAD, "PYTHONPATH": path},
        )
    except OSError as error:
        raise CannotStartError(f"no process can be started: {error}") from error


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, which has nothing to lose."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    process.wait()


def send(pipe: IO[bytes] | None, message: bytes) -> None:
    """Send a message after its length."""
    if pipe:
        pipe.write(len(message).to_bytes(SIZE, "big"))
        pipe.write(message)
        pipe.flush()


def receive(pipe: IO[bytes] | None) -> bytes:
    """Wait for a message; EOFError where none can come any more."""
    size = pipe.read(SIZE) if pipe else b""
    message = pipe.read(int.from_bytes(size, "big")) if pipe and len(size) == SIZE else b""
    if not message:
        raise EOFError("the other end is gone")
    return message


# --- in the process -----------------------------------------------------------------------------


def serve() -> None:
    """Compute what comes in until the other end is gone."""
    # Ctrl-C ends the program, and that the process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    # What a computation prints must not stand between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(EOFError, BrokenPipeError):
        while True:
            send(answers, answer(receive(sys.stdin.buffer)))


def answer(asked: bytes) -> bytes:
    """Make a call and return its result, or what it raised, ready to be sent."""
    try:
        call, args, named = pickle.loads(asked)
        return pickle.dumps((True, call(*args, **named)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps((False, portable(error)), pickle.HIGHEST_PROTOCOL)


def portable(error: Exception) -> Exception:
    """Return an error as it can be sent, with where it arose as a note."""
    note = "".join(traceback.format_exception(error))
    try:
        sent: Exception = pickle.loads(pickle.dumps(error))
    except Exception:
        sent = RuntimeError(f"{type(error).__name__}: {error}")
    sent.add_note(note)
    return sent
