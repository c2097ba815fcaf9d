"""Where heavy work is computed: in processes of this machine, or on a Dask cluster.

The environment variable VANISHING_SCHEDULER may name the address of a Dask scheduler, such as
``tcp://10.0.0.5:8786``. Then all of it runs on its workers, which need this package and the same
versions of Python and NumPy. It takes ``pip install distributed``; without the variable nothing of
it is loaded.
"""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from vanishing.engine.lanes import Lane, Process
from vanishing.text import count

T = TypeVar("T")

SCHEDULER = "VANISHING_SCHEDULER"
MOST = 4
"""Processes on this machine at most."""
PATIENCE = 5
"""Seconds to wait for a scheduler's answer, and for a piece before its worker is looked for."""


@dataclass(frozen=True, eq=False)
class Workers:
    """Lanes, and what to say of them.

    Attributes
    ----------
    lanes : tuple of Executor
        Each computes one thing at a time, always in the same process.
    words : str
        Where that is.
    complaint : str
        Why it is not where it was asked to be; empty if it is.
    apart : bool
        Whether it is outside the process that serves pages.
    """

    lanes: tuple[Executor, ...]
    words: str
    complaint: str = ""
    apart: bool = True


class OnCluster(Lane):
    """A lane on one worker of a Dask cluster; on another one after that is lost."""

    def __init__(self, client: Any, number: int) -> None:
        super().__init__()
        self._client, self._number = client, number
        self._address = ""

    def hand_on(self, call: Callable[..., T], *args: Any, **named: Any) -> T:
        """Submit the call, and wait for its result as long as the worker is there."""
        dask = importlib.import_module("distributed")
        try:
            # Without "pure" no two pieces of a run are taken for the same.
            home = self._home()
            future = self._client.submit(call, *args, **named, workers=[home], pure=False)
            while not future.done():
                with suppress(dask.TimeoutError):
                    future.result(timeout=PATIENCE)
                if not future.done() and self._home() != home:
                    future.cancel()
                    raise BrokenExecutor("a worker is gone")
            return future.result()  # type: ignore[no-any-return]
        except (OSError, dask.KilledWorker, dask.CancelledError) as error:
            raise BrokenExecutor(str(error)) from error

    def _home(self) -> str:
        """Return the address of its worker, a living one."""
        living = sorted(self._client.nthreads())
        if not living:
            raise BrokenExecutor("the cluster has no workers")
        if self._address not in living:
            self._address = living[self._number % len(living)]
        return self._address


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def local(complaint: str = "") -> Workers:
    """Return processes of this machine: one core is left to the pages, where there are several."""
    number = min(max(cores() - 1, 1), MOST)
    words = f"{count(number, 'process', 'processes')} of this machine"
    return Workers(tuple(Process() for _ in range(number)), words, complaint)


def one_thread(complaint: str = "") -> Workers:
    """Return the lane that always works: one thread of this process."""
    return Workers((ThreadPoolExecutor(1),), "one thread", complaint, apart=False)


def on_cluster(address: str) -> Workers:
    """Return the workers of a Dask cluster.

    Raises
    ------
    OSError
        If the scheduler cannot be reached, or has no workers.
    ModuleNotFoundError
        If the package ``distributed`` is not installed.
    ValueError
        If the address is none.
    """
    distributed = importlib.import_module("distributed")
    client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    number = len(client.nthreads())
    if number == 0:
        client.close()
        raise OSError("it has no workers")
    words = f"{count(number, 'worker')} of the Dask cluster at {address}"
    return Workers(tuple(OnCluster(client, each) for each in range(number)), words)


def choose(address: str | None) -> Workers:
    """Return the cluster at an address, or local processes with a complaint where that fails."""
    if not address:
        return local()
    asked = f"{SCHEDULER} asks for the Dask scheduler at {address}"
    try:
        return on_cluster(address)
    except ModuleNotFoundError:
        problem = "but the package distributed is not installed (pip install distributed)"
    except (OSError, ValueError) as error:
        problem = f"but it cannot be used ({error})"
    # The client that failed closes when it is collected, and waits for ever if that is while
    # another one starts.
    gc.collect()
    return local(f"{asked}, {problem}. Computing on this machine instead.")


def instead(lost: Workers, error: Exception) -> Workers:
    """Return what is tried after workers were lost: this machine, then this process."""
    reason = str(error) or type(error).__name__
    if isinstance(lost.lanes[0], OnCluster):
        return local(f"Lost {lost.words} ({reason}). Computing on this machine instead.")
    return one_thread(f"Lost {lost.words} ({reason}). Computing in one thread instead.")


def workers() -> Workers:
    """Return the workers that the environment asks for."""
    return choose(os.environ.get(SCHEDULER))
