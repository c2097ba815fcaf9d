"""Every argument check of the engine, in one wording: which argument, what it may be, what it was.

Each function raises ValueError and returns nothing.
"""

import math
from collections.abc import Collection
from typing import Any, NoReturn, TypeGuard

import numpy as np


def refuse(name: str, allowed: str, value: object) -> NoReturn:
    """Raise ValueError: the argument must be what is allowed."""
    raise ValueError(f"{name} must be {allowed}, got {value!r}")


def one_of(name: str, value: object, allowed: Collection[str]) -> None:
    """Refuse what is none of the allowed names."""
    if value not in allowed:
        refuse(name, f"one of {', '.join(allowed)}", value)


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is an integer, Python's or NumPy's; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def whole(name: str, value: object, low: int, high: int | None = None) -> None:
    """Refuse what is no whole number, or outside low … high (None: without end)."""
    top = math.inf if high is None else high
    if not (is_whole(value) and low <= value <= top):
        ends = f"from {low:,} up" if high is None else f"from {low:,} to {high:,}"
        refuse(name, f"a whole number {ends}", value)


def real(
    name: str,
    value: Any,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: bool = False,
    below: bool = False,
) -> None:
    """Refuse a number, or an array with a number, outside low … high; NaN is outside.

    The ends belong to the range, but for a `low` that it must be above and a `high` that it must
    be below: so ``below=True`` alone asks for what is smaller than infinity.
    """
    inside = (value > low if above else value >= low) & (value < high if below else value <= high)
    # Of a plain number at once: NumPy takes twenty times as long, and most arguments are plain.
    if not (inside if isinstance(inside, bool) else np.all(inside)):
        refuse(name, _interval(low, high, above, below), value)


def finite(name: str, value: Any) -> None:
    """Refuse a number, or an array with a number, that is inf or NaN."""
    real(name, value, above=True, below=True)


def shape(name: str, array: Any, *sizes: str | int | tuple[int, ...]) -> None:
    """Refuse an array of another shape.

    Parameters
    ----------
    array : Array
    *sizes : str, int or tuple of int
        Of each axis: a letter for any size from 1 up, the size, or those it may be.
    """
    fits = len(sizes) == array.ndim and all(
        found > 0
        if isinstance(size, str)
        else found in (size if isinstance(size, tuple) else (size,))
        for size, found in zip(sizes, array.shape, strict=False)
    )
    if not fits:
        words = [
            " or ".join(map(str, size)) if isinstance(size, tuple) else str(size) for size in sizes
        ]
        comma = "," if len(words) == 1 else ""
        refuse(name, f"of shape ({', '.join(words)}{comma}), nowhere 0", array.shape)


def _interval(low: float, high: float, above: bool, below: bool) -> str:
    if math.isfinite(low) and math.isfinite(high) and not (above or below):
        return f"from {low:g} to {high:g}"
    least = f"above {low:g}" if above else f"{low:g} or more"
    most = f"below {high:g}" if below else f"at most {high:g}"
    if math.isinf(low):
        least = ""
    if math.isinf(high):
        most = "finite" if below else ""
    return " and ".join(part for part in (least, most) if part)
