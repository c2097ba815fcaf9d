"""One wording for every refusal: the argument, what it may be, what it was."""

import math

import numpy as np
import pytest

from vanishing.engine import limits


@pytest.mark.parametrize("value", [1, 100, np.int64(3)])
def test_whole_numbers_pass(value):
    limits.whole("depth", value, 1, 100)
    limits.whole("depth", value, 1)


@pytest.mark.parametrize("value", [0, 1001, 2.0, True, "3", None, math.nan])
def test_what_is_no_whole_number_of_the_range_is_named(value):
    with pytest.raises(ValueError, match=f"^depth must be a whole number .*, got {value!r}$"):
        limits.whole("depth", value, 1, 1000)


@pytest.mark.parametrize(
    ("low", "high", "ends", "fits", "misses", "words"),
    [
        (0, 1, {}, [0, 0.5, 1], [-1e-9, 1.1, math.nan, math.inf], "from 0 to 1"),
        (0, 1, {"above": True}, [1e-9, 1], [0, 2], "above 0 and at most 1"),
        (0, 1, {"below": True}, [0, 0.9], [1], "0 or more and below 1"),
        (0, math.inf, {}, [0, math.inf], [-1, math.nan], "0 or more"),
        (0, math.inf, {"above": True, "below": True}, [9], [0, math.inf], "above 0 and finite"),
        (-math.inf, 2, {}, [-math.inf, 2], [3], "at most 2"),
    ],
)
def test_real_numbers(low, high, ends, fits, misses, words):
    for value in fits:
        limits.real("noise", value, low, high, **ends)
        limits.real("noise", np.array([value]), low, high, **ends)
    for value in misses:
        with pytest.raises(ValueError, match=f"^noise must be {words}, got {value!r}$"):
            limits.real("noise", value, low, high, **ends)
        with pytest.raises(ValueError, match="noise"):
            limits.real("noise", np.array([fits[0], value]), low, high, **ends)


def test_finite_names_and_shapes():
    limits.finite("x", np.zeros(3))
    for value in (math.inf, -math.inf, math.nan):
        with pytest.raises(ValueError, match=f"x must be finite, got {value}"):
            limits.finite("x", value)
    limits.one_of("data", "xor", ("xor", "moons"))
    with pytest.raises(ValueError, match="data must be one of xor, moons, got 'iris'"):
        limits.one_of("data", "iris", ("xor", "moons"))
    limits.shape("x", np.zeros((2, 5, 3)), (1, 2), "B", 3)
    for shape in [(3, 5, 3), (2, 0, 3), (2, 5, 4), (5, 3), (2, 5, 3, 1)]:
        words = rf"x must be of shape \(1 or 2, B, 3\), nowhere 0, got \({str(shape)[1:-1]}\)"
        with pytest.raises(ValueError, match=words):
            limits.shape("x", np.zeros(shape), (1, 2), "B", 3)
