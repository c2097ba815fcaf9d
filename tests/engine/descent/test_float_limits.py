"""Absorption and underflow: arithmetic in the type against its layout in exact fractions."""

import numpy as np
import pytest

from vanishing.engine.descent import float_limits
from vanishing.engine.descent.float_limits import Limits, measured, predicted

KNOWN = {
    "float16": Limits("float16", 6, 8, 13),
    "float32": Limits("float32", 13, 64, 75),
    "float64": Limits("float64", 27, 512, 538),
}


@pytest.mark.parametrize("dtype", KNOWN)
def test_the_published_counts(dtype):
    assert measured(dtype) == predicted(dtype) == KNOWN[dtype]


@pytest.mark.parametrize("dtype", KNOWN)
def test_arithmetic_and_layout_agree_at_any_weight_and_step_size(dtype):
    drawn = np.random.default_rng(0).uniform(-3, 3, 100)
    weights = [0.001, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 10.0, 1000.0, *10**drawn]
    for weight in weights:
        for rate in (0.001, 0.01, 0.1, 0.5, 1.0, 10.0, 1000.0):
            assert measured(dtype, weight, rate) == predicted(dtype, weight, rate)


@pytest.mark.parametrize("dtype", KNOWN)
def test_from_there_on_the_weight_stands_still_and_not_before(dtype):
    n = measured(dtype, 1.0, 1.0).absorbed
    kind = np.dtype(dtype).type
    assert kind(1) - kind(0.25**n) == kind(1)
    assert kind(1) - kind(0.25 ** (n - 1)) < kind(1)


def test_a_tie_goes_to_the_even_digit():
    # 4⁻⁶ is just half the gap below 1 in float16, and 1 is even: absorbed. Half the gap below
    # 1 + 2⁻⁹·½ (odd last digit) is 4⁻⁶ · 2: no power of 4 meets it, but 2·4⁻⁶ does.
    odd = 1 + 2.0**-10
    assert predicted("float16", odd, 2.0) == measured("float16", odd, 2.0)
    assert predicted("float16", odd, 2.0).absorbed == 7
    assert predicted("float16", 1 + 2.0**-9, 2.0).absorbed == 6


@pytest.mark.parametrize("dtype", KNOWN)
def test_a_smaller_step_is_absorbed_sooner(dtype):
    counts = [measured(dtype, 1.0, rate).absorbed for rate in (1.0, 0.1, 0.01, 0.001)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0]


def test_a_wrong_gap_would_be_seen(monkeypatch):
    # The gap above 1 is twice the gap below.
    monkeypatch.setattr(float_limits.np, "nextafter", lambda w, to: w - np.spacing(w))
    assert predicted("float32").absorbed == KNOWN["float32"].absorbed - 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("float8",), "dtype"),
        (("float16", 0.0), "weight"),
        (("float16", 1.0, float("nan")), "rate"),
    ],
)
def test_what_is_out_of_range_is_named(arguments, word):
    for function in (measured, predicted):
        with pytest.raises(ValueError, match=word):
            function(*arguments)
