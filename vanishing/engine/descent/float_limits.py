"""What a number type loses of a shrinking gradient: first the update, then digits, then all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from vanishing.engine import limits
from vanishing.engine.chain.products import DTYPES, running_product, underflow

FACTOR = 0.25
"""The largest derivative of sigmoid: g = 0.25ⁿ is the most that n of them leave."""
FACTORS = 600
"""Enough of them for 0.25ⁿ to be 0 in float64."""
SMALLEST, LARGEST = 1e-3, 1e3
"""Limits of the weight and of the step size."""


@dataclass(frozen=True)
class Limits:
    """The first n at which each thing happens to g = 0.25ⁿ and to w − ηg.

    Attributes
    ----------
    absorbed : int
        w − ηg == w: the update is rounded away.
    subnormal : int
        g is below the type's smallest normal number and loses digits.
    zero : int
        g == 0.
    """

    dtype: str
    absorbed: int
    subnormal: int
    zero: int


def measured(dtype: str, weight: float = 1.0, rate: float = 1.0) -> Limits:
    """Find the limits by doing the arithmetic in that type, one of `DTYPES`.

    The weight w and the step size η, from 10⁻³ to 10³, are first rounded to it.
    """
    w, eta = _rounded(dtype, weight, rate)
    gradients = running_product(np.full(FACTORS, FACTOR), dtype)
    with np.errstate(under="ignore"):
        absorbed = w - eta * gradients == w
    found = underflow(gradients)
    if found.first_subnormal is None or found.first_zero is None:
        raise AssertionError(f"{FACTORS} factors are too few for {dtype}")
    return Limits(
        dtype, int(np.argmax(absorbed)) + 1, found.first_subnormal + 1, found.first_zero + 1
    )


def predicted(dtype: str, weight: float = 1.0, rate: float = 1.0) -> Limits:
    """Find the limits of `measured` from the type's layout alone, in exact fractions.

    A type with p binary digits whose smallest normal number is 2^e rounds to the nearest, ties to
    the even digit (IEEE 754). So w − ηg == w from the first n at which ηg is at most half the gap
    between w and the next number below (less than half where w's last digit is odd); 4⁻ⁿ is
    subnormal below 2^e, and 0 from half the smallest subnormal number, 2^(e−p), down.
    """
    w, eta = _rounded(dtype, weight, rate)
    info = np.finfo(dtype)
    digits, lowest = info.nmant + 1, int(info.minexp)
    half_gap = Fraction(float(w - np.nextafter(w, type(w)(0)))) / 2
    # The number of smallest gaps that w is made of: its last digit decides a tie.
    even = Fraction(float(w)) / (2 * half_gap) % 2 == 0
    smallest = Fraction(2) ** (lowest - digits + 1)
    absorbed = 0
    while True:
        absorbed += 1
        # Python, too, rounds a tie to even; only below 2^e is there anything to round.
        step = round(Fraction(float(eta)) / 4**absorbed / smallest) * smallest
        if step < half_gap or (step == half_gap and even):
            break
    # 4⁻ⁿ < 2^e and 4⁻ⁿ ≤ 2^(e−p); a gradient of 0 moves nothing, however large η is.
    zero = -((lowest - digits) // 2)
    return Limits(dtype, min(absorbed, zero), -lowest // 2 + 1, zero)


def _rounded(dtype: str, weight: float, rate: float) -> tuple[np.floating[Any], np.floating[Any]]:
    limits.one_of("dtype", dtype, DTYPES)
    limits.real("weight", weight, SMALLEST, LARGEST)
    limits.real("rate", rate, SMALLEST, LARGEST)
    kind = np.dtype(dtype).type
    return kind(weight), kind(rate)
