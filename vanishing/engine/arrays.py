"""Names for the arrays that the engine passes around."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""A float array of any precision; each docstring gives its shape."""

BoolArray: TypeAlias = NDArray[np.bool_]
"""A mask; each docstring gives its shape."""
