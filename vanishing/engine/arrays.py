"""Names for the arrays that the engine passes around, and for what it does where they overflow."""

from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""A float array of any precision; each docstring gives its shape."""

BoolArray: TypeAlias = NDArray[np.bool_]
"""A mask; each docstring gives its shape."""

shown_as_is = np.errstate(over="ignore", invalid="ignore", divide="ignore")
"""Around functions whose inf and NaN are the lesson, and are named: NumPy need not warn as well."""


@cache
def let_memory_be_reused() -> None:
    """Stop glibc from handing the memory of each step back to the system, to ask for it anew.

    Once a block of this size has been freed, glibc keeps up to twice as much; before, a step of
    10 layers × 64 units × 1,000 inputs met 4,700 page faults, half of its time, and one of an LSTM
    of 64 units × 40 times × 100 sequences 3,700, two fifths. Once in a process is enough; on other
    systems it does nothing.
    """
    np.empty(30_000_000, dtype=np.uint8)
