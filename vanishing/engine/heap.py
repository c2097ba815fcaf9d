"""The C library's heap, told to give back to the system what is freed.

glibc gives each thread a heap of its own and keeps what was freed in it, among what is still held:
a server of many threads that computes ends up at twice what it holds. Other systems' libraries
give back by themselves; there nothing here does anything.
"""

from __future__ import annotations

import ctypes
import time
from typing import Any, Final

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Numbers of these settings (mallopt(3))."""

LARGE: Final = 256 * 1024
"""Bytes from which a block is one of the system's own, and goes back to it when it is freed."""

SPARE: Final = 1024 * 1024
"""Bytes that may stay free at the end of the heap."""


SELDOM: Final = 5.0
"""Seconds between two times at which what is free is given back."""

_given = -SELDOM


def _of_c(name: str) -> Any:
    """Return a function of the C library; None where there is none of that name."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):
        return None


def share() -> None:
    """Let all threads share one heap; large blocks stand apart from it.

    Most of this program's threads wait for the interpreter anyway, not for the heap.
    """
    if mallopt := _of_c("mallopt"):
        mallopt(ARENA_MAX, 1)
        mallopt(MMAP_THRESHOLD, LARGE)
        mallopt(TRIM_THRESHOLD, SPARE)


def give_back() -> None:
    """Give back all pages that are free, also those in the middle; takes milliseconds."""
    if trim := _of_c("malloc_trim"):
        trim(0)


def tidy() -> None:
    """Give back what is free, but seldom; for whoever has just made something, or is about to."""
    global _given
    now = time.monotonic()
    if now - _given > SELDOM:
        _given = now
        give_back()
