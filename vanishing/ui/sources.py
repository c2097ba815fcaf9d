"""The source of what ran, for its fold on every page."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

_READING = threading.Lock()


def source_of(item: Callable[..., Any] | type) -> str:
    """Return the source of a function or a class, read once and by one thread at a time.

    A class is found by parsing its module, and CPython 3.11 cannot parse in two threads at once: it
    raises "AST constructor recursion depth mismatch".
    """
    with _READING:
        return _read(item)


@cache
def _read(item: Callable[..., Any] | type) -> str:
    return inspect.getsource(item)
