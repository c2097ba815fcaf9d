"""Where long sweeps are computed: in processes of this machine, or on a Dask cluster.

The environment variable VANISHING_SCHEDULER may name the address of a Dask scheduler, such as
``tcp://10.0.0.5:8786``. Then sweeps run on its workers, which need this package and the same
versions of Python and NumPy. It takes ``pip install distributed``; without the variable nothing of
it is loaded.
"""

from __future__ import annotations

import gc
import importlib
import os
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from vanishing.engine.depth.workers import processes
from vanishing.text import count

SCHEDULER = "VANISHING_SCHEDULER"
MOST = 4
"""Processes on this machine at most: the pages need it too."""
PATIENCE = 5
"""Seconds to wait for a scheduler's answer."""


@dataclass(frozen=True, eq=False)
class Workers:
    """An executor and what to say of it.

    Attributes
    ----------
    executor : Executor
    count : int
        Cells computed at a time.
    words : str
        Where that is.
    complaint : str
        Why it is not where it was asked to be; empty if it is.
    """

    executor: Executor
    count: int
    words: str
    complaint: str = ""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def local(complaint: str = "") -> Workers:
    """Return workers on this machine, one process per core up to `MOST`."""
    number = min(cores(), MOST)
    words = f"{count(number, 'process', 'processes')} of this machine"
    return Workers(processes(number), number, words, complaint)


def one_thread(complaint: str) -> Workers:
    """Return the workers that always work: one thread of this process."""
    return Workers(ThreadPoolExecutor(1), 1, "one thread", complaint)


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
    number = sum(client.nthreads().values())
    if number == 0:
        client.close()
        raise OSError("it has no workers")
    words = f"{count(number, 'worker')} of the Dask cluster at {address}"
    return Workers(client.get_executor(), number, words)


def choose(address: str | None) -> Workers:
    """Return the cluster at an address, or local workers with a complaint where that fails."""
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


def workers() -> Workers:
    """Return the workers that the environment asks for."""
    return choose(os.environ.get(SCHEDULER))
