"""Sizes of gradients that stay right where squaring them would underflow or overflow."""

import numpy as np

from vanishing.arrays import Array

Axis = int | tuple[int, ...]


def rms(x: Array, axis: Axis) -> Array:
    """Return the root mean square √(mean x²) over `axis`, right at 1e-200 and at 1e200 too.

    Parameters
    ----------
    x : Array
        Any shape.
    axis : int or tuple of int
        Axes to take the mean over.

    Returns
    -------
    Array
        The other axes. inf or NaN where x holds one.
    """
    # Infinite and NaN entries are measured as what they are.
    with np.errstate(over="ignore", invalid="ignore"):
        mean: Array = np.square(x).mean(axis=axis)
        safe = np.finfo(x.dtype).max ** 0.8
        if not np.all((mean > 1.0 / safe) & (mean < safe)):
            # Some square may have left the range of the type: measure in units of the largest.
            largest = np.abs(x).max(axis=axis, keepdims=True)
            unit = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
            mean = np.square(x / unit).mean(axis=axis, keepdims=True)
            scaled: Array = (np.sqrt(mean) * unit).squeeze(axis)
            return scaled
        root: Array = np.sqrt(mean)
        return root


def norm(x: Array, axis: Axis) -> Array:
    """Return the Euclidean (for a matrix: Frobenius) norm √(Σ x²) over `axis`; see `rms`."""
    axes = (axis,) if isinstance(axis, int) else axis
    count = int(np.prod([x.shape[a] for a in axes]))
    scaled: Array = rms(x, axis) * float(np.sqrt(count))
    return scaled


def std(x: Array, axis: Axis) -> Array:
    """Return the standard deviation over `axis` (of all, not of a sample); see `rms`."""
    with np.errstate(over="ignore", invalid="ignore"):
        centred = x - x.mean(axis=axis, keepdims=True)
    return rms(centred, axis)
