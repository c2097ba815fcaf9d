import math

import pytest

from vanishing.text import count, number, of_log10, percent, power, rounded, setting, unbroken


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1.00"),
        (0.2357, "0.236"),
        (12345.6, "12,300"),
        (-0.5, "−0.500"),
        (3.14e-6, "3.14·10⁻⁶"),
        (1e-320, "1.00·10⁻³²⁰"),
        (2e15, "2.00·10¹⁵"),
        (0.9999, "1.00"),
        # A half goes up, as in a reader's head, though its binary fraction may lie below it.
        (1.125, "1.13"),
        (1.005, "1.01"),
        (-2.345, "−2.35"),
        (1.25e-9, "1.25·10⁻⁹"),
        (1.225e-9, "1.23·10⁻⁹"),
        (999_999.9, "1.00·10⁶"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_number(value, text):
    assert number(value) == text


def test_five_quarters_read_as_more_than_one_and_two_tenths():
    assert number(5 / 4, 2) == "1.3"
    assert rounded(0.25, 1) == 0.3
    assert math.isnan(rounded(math.nan, 2))
    assert rounded(5e-324, 2) == 5e-324


def test_numbers_that_no_float_holds():
    assert of_log10(-538 * math.log10(4)).endswith("·10⁻³²⁴")
    assert of_log10(-2.0) == "0.010"
    # 9.97 rounds to 10, which is 1 in the next power.
    assert of_log10(-392 + math.log10(9.97)) == "1.0·10⁻³⁹¹"
    assert of_log10(392 + math.log10(9.94)) == "9.9·10³⁹²"
    assert of_log10(999 + math.log10(9.996), 3) == "1.00·10¹⁰⁰⁰"
    assert of_log10(-math.inf) == "0"
    assert of_log10(math.inf) == "∞"


def test_the_rest():
    assert power(-12) == "10⁻¹²"
    assert setting(0.05) == "0.05"
    assert setting(1.0) == "1"
    assert setting(-1e-12) == "−1·10⁻¹²"
    assert setting(9.1e-13) == "9.1·10⁻¹³"
    assert setting(1e-6) == "10⁻⁶"
    assert percent(0.0) == "0 %"
    assert percent(0.0004) == "< 0.1 %"
    assert percent(0.5) == "50 %"
    assert percent(0.0625) == "6.3 %"
    assert percent(0.145) == "15 %"
    assert percent(0.99999) == "> 99.9 %"
    assert count(1, "step") == "1 step"
    assert count(2000, "step") == "2,000 steps"


def test_what_is_one_stays_on_one_line():
    assert (
        unbroken("14 % (12 % to 18 %) of ∂J/∂z")
        == "14\u00a0% (12\u00a0% to 18\u00a0%) of ∂J/\u2060∂z"
    )
