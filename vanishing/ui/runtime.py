"""Settings of the process that serves the app: each is made for the whole process, once."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, Final

from threadpoolctl import threadpool_limits

from vanishing.engine import heap

COLLECTED: Final = 5_000
"""New objects after which Python looks among the newest for those that only hold one another."""


@cache
def one_blas_thread() -> Any:
    """Keep matrix products on one thread.

    The app's matrices are small: handing them to a second thread costs more than it saves, and
    two students' runs then fight over the same cores. NumPy is loaded before app.py runs, too
    late for an environment variable, hence threadpoolctl.
    """
    return threadpool_limits(limits=1, user_api="blas")


@cache
def one_heap() -> None:
    """Let the threads that run pages share one heap.

    With heaps of their own a lesson left them with more free memory than was in use.
    """
    heap.share()


@cache
def settled(rooms: Iterable[str]) -> None:
    """Load what is not loaded yet, and leave all that is there out of the search for garbage.

    A hundred thousand objects of the packages, which stay as long as the process does, were looked
    through again and again for a class that opens pages: a sixth of the time, 0.2 s at a time.
    """
    for room in rooms:
        import_module(f"vanishing.concepts.{room}.scenes")
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED, *gc.get_threshold()[1:])
