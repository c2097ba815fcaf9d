"""Ranges and kinks of the activations' derivatives: searched, solved and said in words."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize, special

from tests.engine.nets.test_activations import each
from vanishing.engine.nets import activations


def searched_extremum(df, sign):
    """Return the largest of sign·df, from a dense grid refined by bounded minimisation."""
    z = np.concatenate([np.linspace(-30.0, 30.0, 60_001), [-1e300, 1e300]])
    best = z[np.argmax(sign * df(z))]
    if abs(best) > 29.0:
        return df(np.array([best]))[0]
    found = optimize.minimize_scalar(
        lambda t: -sign * df(np.array([t]))[0],
        bounds=(best - 1e-3, best + 1e-3),
        method="bounded",
        options={"xatol": 1e-9},
    )
    # The refined point or the grid point itself, which may be the kink.
    return sign * max(sign * df(np.array([found.x]))[0], sign * df(np.array([best]))[0])


@each
def test_range_ends_are_the_searched_extrema(key, alpha):
    activation = activations.get(key, alpha)
    ends = activation.slope_range
    assert_allclose(searched_extremum(activation.df, 1), ends.high, rtol=1e-12)
    assert_allclose(searched_extremum(activation.df, -1), ends.low, rtol=1e-12, atol=1e-12)


WHERE = {
    "z = 0": [0.0],
    "z ≤ 0": [-3.0, 0.0],
    "z ≥ 0": [0.0, 3.0],
    "z > 0": [1e-300, 3.0],
    "|z| ≥ 1": [-2.0, -1.0, 1.0, 5.0],
    "|z| < 1": [-0.999, 0.0, 0.999],
    "every z": [-7.0, 0.0, 7.0],
    "z = √2": [math.sqrt(2)],
    "z = −√2": [-math.sqrt(2)],
    "z ≈ 2.399": [2.3993572805154675],
    "z ≈ −2.399": [-2.3993572805154675],
    "z → −∞": [-650.0],
    "z → ∞": [36.0],
    "z → ±∞": [-300.0, 300.0],
}


@each
def test_range_ends_are_where_they_are_said_to_be(key, alpha):
    activation = activations.get(key, alpha)
    ends = activation.slope_range
    for end, attained, at in (
        (ends.low, ends.low_attained, ends.low_at),
        (ends.high, ends.high_attained, ends.high_at),
    ):
        there = activation.df(np.array(WHERE[at]))
        if attained:
            assert_allclose(there, end, rtol=1e-12, atol=1e-14)
        else:
            # Near, but not there, as far as float64 can tell the two apart.
            assert_allclose(there, end, atol=2e-5)
            assert np.all(there != end)


@each
def test_open_ends_are_never_attained(key, alpha):
    activation = activations.get(key, alpha)
    slope = activation.df(np.linspace(-36.0, 36.0, 100_001))
    ends = activation.slope_range
    assert np.all(slope >= ends.low if ends.low_attained else slope > ends.low)
    # One unit in the last place: the extremum itself is a rounded number.
    top = np.nextafter(ends.high, np.inf)
    assert np.all(slope <= top if ends.high_attained else slope < ends.high)


def test_smooth_extrema_solve_their_equations():
    # GELU'' = φ(2 − z²): the maximum is at √2.
    root = math.sqrt(2)
    gelu = special.ndtr(root) + root * math.exp(-1) / math.sqrt(2 * math.pi)
    assert_allclose(activations.GELU_SLOPE_MAX, gelu, rtol=1e-15)
    z = optimize.brentq(lambda z: z * math.tanh(z / 2) - 2, 1, 4, xtol=1e-15)
    silu = special.expit(z) * (1 + z * special.expit(-z))
    assert_allclose(activations.SILU_SLOPE_MAX, silu, rtol=1e-15)
    # SELU's constants make N(0, 1) a fixed point: E f = 0 and E f² = 1 (Klambauer et al. 2017).
    found = optimize.fsolve(
        lambda p: [
            p[0] * ((1 / math.sqrt(2 * math.pi)) + p[1] * (math.exp(0.5) * special.ndtr(-1) - 0.5)),
            p[0] ** 2
            * (
                0.5
                + p[1] ** 2
                * (math.exp(2) * special.ndtr(-2) - 2 * math.exp(0.5) * special.ndtr(-1) + 0.5)
            )
            - 1,
        ],
        [1.0, 1.6],
        xtol=1e-14,
    )
    assert_allclose(found, [activations.SELU_SCALE, activations.SELU_ALPHA], rtol=1e-12)


@pytest.mark.parametrize(
    ("key", "alpha", "text"),
    [
        ("sigmoid", None, "(0, 0.25]"),
        ("tanh", None, "(0, 1]"),
        ("relu", None, "{0, 1}"),
        ("leaky_relu", None, "{0.01, 1}"),
        ("leaky_relu", 1.0, "{1}"),
        ("elu", None, "(0, 1]"),
        ("elu", 0.3, "(0, 0.3] ∪ {1}"),
        ("elu", 2.5, "(0, 2.5]"),
        ("elu", 0.0, "{0, 1}"),
        ("selu", None, "(0, 1.758]"),
        ("softplus", None, "(0, 1)"),
        ("softsign", None, "(0, 1]"),
        ("gelu", None, "[−0.1289, 1.129]"),
        ("silu", None, "[−0.09984, 1.1]"),
        ("hard_tanh", None, "{0, 1}"),
        ("identity", None, "{1}"),
    ],
)
def test_range_as_text(key, alpha, text):
    assert activations.get(key, alpha).slope_range.interval() == text


@each
def test_kinks_are_exactly_where_the_slope_jumps(key, alpha):
    activation = activations.get(key, alpha)
    for z in (-1.0, 0.0, 1.0):
        left, right = activation.df(np.array([z - 1e-9, z + 1e-9]))
        assert (abs(right - left) > 1e-6) == (z in activation.kinks)
    assert bool(activation.kink_convention) == bool(activation.kinks)


@pytest.mark.parametrize(
    ("key", "alpha", "z", "slope"),
    [
        ("relu", None, 0.0, 0.0),
        ("leaky_relu", 0.3, 0.0, 0.3),
        ("elu", 0.3, 0.0, 0.3),
        ("elu", 2.5, 0.0, 2.5),
        ("selu", None, 0.0, activations.SELU_SCALE * activations.SELU_ALPHA),
        ("hard_tanh", None, 1.0, 0.0),
        ("hard_tanh", None, -1.0, 0.0),
    ],
)
def test_value_at_the_kink_is_the_stated_convention(key, alpha, z, slope):
    activation = activations.get(key, alpha)
    assert_array_equal(activation.df(np.array([z, -0.0 if z == 0 else z])), slope)
    assert z in activation.kinks
