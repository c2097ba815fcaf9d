"""Sizes, spreads and shares of the arrays of S networks, right at 1e-200 and at 1e200 too."""

from collections.abc import Sequence

import numpy as np

from vanishing.engine.arrays import Array, BoolArray, shown_as_is


def norms(arrays: Sequence[Array]) -> Array:
    """Return √(Σ x²), for a matrix the Frobenius norm, of each of L arrays (S, …), shape (S, L).

    Float64 holds the norm of any float32 array: it is inf or NaN only where the array is.
    """
    return _sizes(arrays, np.ones(len(arrays)))


def per_entry(sizes: Array, arrays: Sequence[Array]) -> Array:
    """Turn the norms (S, L) of L arrays into root mean squares √(mean x²), (S, L)."""
    rms: Array = sizes / _root_counts(arrays)
    return rms


def root_mean_squares(arrays: Sequence[Array]) -> Array:
    """Return √(mean x²) of each of L arrays (S, …) of each network, shape (S, L), float64."""
    return _sizes(arrays, _root_counts(arrays))


@shown_as_is
def means(arrays: Sequence[Array]) -> Array:
    """Return the mean of each of L arrays (S, …) of each network, shape (S, L)."""
    rows = _rows(arrays)
    mean = np.stack([row.mean(axis=1) for row in rows], axis=1)
    if not np.isfinite(mean).all():
        # The sum has left the range of its type; the mean need not.
        scaled, units = _scaled(rows)
        mean = np.stack([row.mean(axis=1) for row in scaled], axis=1) * units
    return mean


@shown_as_is
def spreads(arrays: Sequence[Array]) -> Array:
    """Return the standard deviation (of all, not of a sample) of each array, (S, L), float64."""
    rows = _rows(arrays)
    spread = root_mean_squares(_deviations(rows))
    if not np.isfinite(spread).all():
        scaled, units = _scaled(rows)
        spread = root_mean_squares(_deviations(scaled)) * units
    return spread


@shown_as_is
def unit_rms(x: Array) -> Array:
    """Return the root mean square over the B inputs, (S, B, n) → (S, n)."""
    size = _root_mean_square(x)
    if _is_safe(size):
        return size
    unit = _unit(x, axis=1)
    size = _root_mean_square(x / unit)
    size *= unit[:, 0]
    return size


def over_inputs(x: Array) -> Array:
    """Return the mean over the B inputs, (S, B, n) → (S, n)."""
    # A product takes a quarter of the time of x.mean(axis=1) on narrow layers.
    weights = np.full((1, 1, x.shape[1]), 1.0 / x.shape[1], x.dtype)
    mean: Array = np.matmul(weights, x)[:, 0]
    return mean


def share_of_inputs(mask: BoolArray) -> Array:
    """Return for which share of the B inputs the mask is set, (S, B, n) → (S, n) float64."""
    ones = np.ones((1, 1, mask.shape[1]), np.float32)
    # Counts up to 2²⁴ are exact in float32.
    count: Array = np.matmul(ones, mask.astype(np.float32))[:, 0].astype(np.float64)
    count /= mask.shape[1]
    return count


@shown_as_is
def _sizes(arrays: Sequence[Array], divisors: Array) -> Array:
    """Return √(Σ x²) of L arrays (S, …), each over its divisor, shape (S, L), float64."""
    rows = _rows(arrays)
    size = _root_sum_squares(rows)
    if _is_safe(size):
        return size / divisors
    scaled, units = _scaled(rows)
    # The divisor before the unit: a root mean square is never above its largest entry.
    size = _root_sum_squares(scaled) / divisors
    size *= units
    return size


def _rows(arrays: Sequence[Array]) -> list[Array]:
    return [x.reshape(len(x), -1) for x in arrays]


def _root_counts(arrays: Sequence[Array]) -> Array:
    roots: Array = np.sqrt([x[0].size for x in arrays])
    return roots


def _deviations(rows: Sequence[Array]) -> list[Array]:
    # The mean of squares less the square of the mean would lose a spread far below the mean, as
    # that of a deep sigmoid layer.
    return [row - row.mean(axis=1, keepdims=True) for row in rows]


def _scaled(rows: Sequence[Array]) -> tuple[list[Array], Array]:
    """Return each of L arrays (S, m) over its `_unit`, and the units (S, L)."""
    units = [_unit(row, axis=1) for row in rows]
    scaled: list[Array] = [row / unit for row, unit in zip(rows, units, strict=True)]
    return scaled, np.concatenate(units, axis=1)


def _root_sum_squares(rows: Sequence[Array]) -> Array:
    """Take each of L arrays (S, m) to the root of its sum of squares, (S, L)."""
    squares: Array = np.empty((len(rows[0]), len(rows)), rows[0].dtype)
    for layer, row in enumerate(rows):
        np.vecdot(row, row, out=squares[:, layer])
    return np.sqrt(squares, out=squares)


def _root_mean_square(x: Array) -> Array:
    size: Array = np.sqrt(over_inputs(np.square(x)))
    return size


def _is_safe(sizes: Array) -> bool:
    """Return whether no square that counts in these sizes can have left the range of its type."""
    largest = 1e12 if sizes.dtype == np.float32 else 1e120
    return bool(1.0 / largest < sizes.min() and sizes.max() < largest)


def _unit(x: Array, axis: int) -> Array:
    """Return the largest |x| over `axis` (kept), or 1 where that is 0 or not finite."""
    largest: Array = np.abs(x).max(axis=axis, keepdims=True)
    largest[~((largest > 0) & np.isfinite(largest))] = 1.0
    return largest
