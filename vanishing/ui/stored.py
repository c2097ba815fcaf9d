"""Results of the engine behind Streamlit's cache: bounded, and computed outside the gate."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Generic, ParamSpec, TypeVar

import streamlit as st

from vanishing.ui.gate import GATE

P = ParamSpec("P")
R = TypeVar("R")

BYTES = 64_000_000
"""What one function's results take at most, where it names nothing else."""


class _MissError(Exception):
    """There is no such result yet, and inside the gate none is computed."""


class Stored(Generic[P, R]):
    """A function whose results are kept, each computed once for all who ask; made by `stored`.

    A result that is there is handed out inside the gate; for one that is not, the gate is left
    until it is there, whether this thread computes it or another one. The gate is left before the
    cache's lock is taken and entered after that is given back: whoever holds the lock needs no
    gate, so the two never wait for each other.

    Parameters
    ----------
    function : callable
        Its arguments are hashable: plain settings.
    entries, size : int
        Results kept at most, and their bytes; the least recently wanted goes first.
    spinner : str or False
        What stands on the page meanwhile.
    """

    def __init__(
        self, function: Callable[P, R], entries: int, size: int, spinner: str | bool
    ) -> None:
        self.entries, self.size = entries, size
        self._busy: Counter[object] = Counter()
        self._lock = threading.Lock()

        @st.cache_data(max_entries=entries, max_size=size, show_spinner=spinner)
        @wraps(function)
        def result(*args: P.args, **kwargs: P.kwargs) -> R:
            if GATE.inside:
                raise _MissError
            return function(*args, **kwargs)

        self._result = result
        self.clear = result.clear

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return the result of the function for these arguments."""
        asked = (args, *kwargs.items())
        # Where another thread computes it, even asking would mean to wait for it inside.
        if not self._busy[asked]:
            with suppress(_MissError):
                return self._result(*args, **kwargs)
        # Noted before the gate is left, so that whoever is let in knows.
        with self._computing(asked), GATE.released():
            return self._result(*args, **kwargs)

    @contextmanager
    def _computing(self, asked: object) -> Iterator[None]:
        with self._lock:
            self._busy[asked] += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy[asked] -= 1
                self._busy += Counter()


def stored(
    *, entries: int, size: int = BYTES, spinner: str | bool = False
) -> Callable[[Callable[P, R]], Stored[P, R]]:
    """Keep a function's results, so many and of so many bytes; see `Stored`."""
    return lambda function: Stored(function, entries, size, spinner)
