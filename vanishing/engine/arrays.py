"""Names for the arrays that the engine passes around, and for what it does where they overflow."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""A float array of any precision; each docstring gives its shape."""

BoolArray: TypeAlias = NDArray[np.bool_]
"""A mask; each docstring gives its shape."""

shown_as_is = np.errstate(over="ignore", invalid="ignore", divide="ignore")
"""Around functions whose inf and NaN are the lesson, and are named: NumPy need not warn as well."""
