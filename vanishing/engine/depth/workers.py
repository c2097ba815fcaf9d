"""Processes to compute in: one BLAS thread each, and none outlives the program that started it."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def processes(workers: int) -> ProcessPoolExecutor:
    """Return an executor of so many processes, which start with the first work they get.

    Threads would wait for one another: on the nets of a sweep two threads were no faster than one,
    two processes were 1.9 times as fast (`tests/benchmarks/bench_sweep.py`).

    Notes
    -----
    A new process loads the file that the program was started with under another name than
    "__main__", so that file must do nothing then.
    """
    # New processes read it when they load NumPy, which this one has done already.
    for name in BLAS_THREADS:
        os.environ.setdefault(name, "1")
    return ProcessPoolExecutor(
        workers,
        # A copy (fork) of a process that runs threads may hang.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_leave_with_parent,
    )


def _leave_with_parent() -> None:
    """End this process when the one that started it does, even if it is killed."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
