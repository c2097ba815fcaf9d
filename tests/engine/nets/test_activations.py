"""Activations against scipy, finite differences, searched extrema and extreme arguments."""

import dataclasses
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special

from vanishing.engine.nets import activations, elementwise

CASES = [(key, None) for key in activations.KEYS] + [
    ("leaky_relu", 0.0),
    ("leaky_relu", 0.3),
    ("leaky_relu", 1.0),
    ("elu", 0.0),
    ("elu", 0.3),
    ("elu", 2.5),
]
each = pytest.mark.parametrize(("key", "alpha"), CASES)
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])

EDGES = {
    np.float64: [*(0.0, 1e-320, 1e-300, 1e-17), *(708.0, 745.0, 1e4, 1e154, 1e200, 1e308)],
    np.float32: [*(0.0, 1e-45, 1e-30, 1e-8), *(88.0, 104.0, 1e4, 1e19, 3e38)],
}


def grid(dtype=np.float64):
    """Both signs of a wide, fine range that holds the kinks and extremes of the type."""
    ordinary = np.linspace(0.0, 50.0, 5001)
    return np.concatenate([side * np.array([*EDGES[dtype], *ordinary]) for side in (1, -1)]).astype(
        dtype
    )


def difference_error(activation):
    """Largest error of df against central differences of f, away from the kinks."""
    z = np.linspace(-12.0, 12.0, 4801) + 1e-3
    # Away from 0 for all: where f'' jumps (ELU, softsign) the order of the formula is lost.
    z = z[np.all([abs(z - kink) > 1e-2 for kink in (0.0, *activation.kinks)], axis=0)]
    # Fourth order: error h⁴·|f⁽⁵⁾|/30 < 1e-12 at h = 1e-3, plus rounding of f, 12·2.2e-16/h.
    h = 1e-3
    f = activation.f
    slope = (8.0 * (f(z + h) - f(z - h)) - (f(z + 2 * h) - f(z - 2 * h))) / (12.0 * h)
    return np.max(np.abs(slope - activation.df(z)))


@each
def test_derivative_agrees_with_finite_differences(key, alpha):
    assert difference_error(activations.get(key, alpha)) < 1e-11


def with_slope(activation, slope):
    both = lambda z: (activation.f(z), slope(z))  # noqa: E731
    return dataclasses.replace(activation, value_and_slope=both)


@each
def test_finite_differences_catch_a_planted_error(key, alpha):
    activation = activations.get(key, alpha)
    planted = with_slope(activation, lambda z: activation.df(z) * (1.0 + 1e-8))
    assert difference_error(planted) > 1e-10 * np.max(activation.df(np.linspace(-12, 12, 99)))
    shifted = with_slope(activation, lambda z: activation.df(z) + 1e-9)
    assert difference_error(shifted) > 5e-10


@each
@both_types
def test_fused_halves_equal_the_separate_functions(key, alpha, dtype):
    activation, z = activations.get(key, alpha), grid(dtype)
    value, slope = activation.value_and_slope(z)
    assert_array_equal(value, activation.f(z))
    assert_array_equal(slope, activation.df(z))


@each
@both_types
def test_extreme_arguments_raise_no_warning_and_keep_type_and_input(key, alpha, dtype):
    activation, z = activations.get(key, alpha), grid(dtype)
    before = z.copy()
    with np.errstate(all="raise", under="ignore"):
        results = (activation.f(z), activation.df(z), *activation.value_and_slope(z))
    for result in results:
        assert result.dtype == dtype
        assert result.shape == z.shape
        assert np.isfinite(result).all()
        assert not np.shares_memory(result, z)
    assert_array_equal(z, before)


@each
def test_any_shape_and_memory_order(key, alpha):
    activation = activations.get(key, alpha)
    flat = np.linspace(-4.0, 4.0, 24)
    stack = np.asfortranarray(flat.reshape(2, 3, 4))
    for whole, part in zip(
        activation.value_and_slope(stack), activation.value_and_slope(flat), strict=True
    ):
        assert_array_equal(whole, part.reshape(2, 3, 4))
    for part in activation.value_and_slope(flat[::3]):
        assert part.shape == (8,)
    assert activation.f(np.array(0.5)).shape == ()
    assert activation.f(np.empty((0, 3))).shape == (0, 3)


@each
def test_nan_is_never_hidden_by_the_value(key, alpha):
    assert np.isnan(activations.get(key, alpha).f(np.array([math.nan]))).all()


@pytest.mark.parametrize("key", activations.KEYS)
def test_float32_is_the_rounded_float64(key):
    activation = activations.get(key)
    z = np.linspace(-8.0, 8.0, 3201, dtype=np.float32)
    for narrow, wide in zip(
        activation.value_and_slope(z),
        activation.value_and_slope(z.astype(np.float64)),
        strict=True,
    ):
        assert_allclose(narrow, wide, rtol=3e-6, atol=3e-7)


# --- values, one by one, by another route -------------------------------------------------------

LINE = np.concatenate([np.linspace(-40.0, 40.0, 8001), np.geomspace(1e-300, 1.0, 601)])
LEFT = LINE <= 0

REFERENCE = {
    "sigmoid": (special.expit, lambda z: special.expit(z) * special.expit(-z)),
    "tanh": (np.tanh, lambda z: 1.0 / np.cosh(z) ** 2),
    "relu": (lambda z: np.where(z > 0, z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (
        lambda z: np.where(z > 0, z, special.expm1(np.minimum(z, 0))),
        lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
    ),
    "selu": (
        lambda z: (
            1.0507009873554805
            * np.where(z > 0, z, 1.6732632423543772 * special.expm1(np.minimum(z, 0)))
        ),
        lambda z: (
            1.0507009873554805 * np.where(z > 0, 1.0, 1.6732632423543772 * np.exp(np.minimum(z, 0)))
        ),
    ),
    "softplus": (lambda z: np.logaddexp(0.0, z), special.expit),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda z: 1 / (1 + np.abs(z)) ** 2),
    "gelu": (
        lambda z: z * special.ndtr(z),
        lambda z: special.ndtr(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi),
    ),
    "silu": (
        lambda z: z * special.expit(z),
        lambda z: special.expit(z) * (1 + z * special.expit(-z)),
    ),
    "hard_tanh": (lambda z: np.clip(z, -1, 1), lambda z: np.where(np.abs(z) < 1, 1.0, 0.0)),
    "identity": (lambda z: z, np.ones_like),
}


def test_reference_covers_every_key():
    assert set(REFERENCE) == set(activations.KEYS)


@pytest.mark.parametrize("key", activations.KEYS)
def test_values_and_slopes_keep_their_digits_in_the_tails(key):
    """Relative error at most 4e-15; GELU's carries that of e^(−z²/2), see normal_cdf_and_density.

    Where GELU' and SiLU' cross zero only the absolute error can be small.
    """
    f, df = REFERENCE[key]
    relative = 1e-12 if key == "gelu" else 4e-15
    atol = 1e-15 if key in ("gelu", "silu") else 0.0
    z = LINE[np.abs(LINE) < 36.0] if key == "gelu" else LINE
    value, slope = activations.get(key).value_and_slope(z)
    assert_allclose(value, f(z), rtol=relative, atol=0.0)
    assert_allclose(slope, df(z), rtol=relative, atol=atol)


def test_tails_by_hand():
    z = np.array([-40.0, 40.0])
    sigmoid = activations.get("sigmoid")
    # σ'(40) = e⁻⁴⁰/(1 + e⁻⁴⁰)²
    assert_allclose(sigmoid.df(z), 4.248354255291589e-18, rtol=1e-15)
    assert_allclose(activations.get("tanh").df(z), 4 * math.exp(-80.0), rtol=1e-15)
    assert_allclose(sigmoid.f(z[:1]), 4.248354255291589e-18, rtol=1e-15)
    # Far left Φ(z) ≈ φ(z)/|z|, so GELU(−20) ≈ −φ(20)(1 − 1/400 + 3/160000 − 15/400³ …).
    series = 1 - 20.0**-2 + 3 * 20.0**-4 - 15 * 20.0**-6 + 105 * 20.0**-8
    expected = -math.exp(-200.0) / math.sqrt(2 * math.pi) * series
    assert_allclose(activations.get("gelu").f(np.array([-20.0])), expected, rtol=2e-10)


def exact_gaussian(z):
    """Return e^(−z²/2) to about one unit in the last place: the square split into exact parts."""
    coarse = np.round(z * 1024) / 1024
    return np.exp(-0.5 * coarse**2) * np.exp(-0.5 * (z - coarse) * (z + coarse))


def test_normal_distribution_within_the_stated_error():
    z = np.concatenate([np.linspace(-37.0, 37.0, 100_001), np.geomspace(1e-300, 37.0, 2001)])
    cdf, density = elementwise.normal_cdf_and_density(z)
    assert np.max(np.abs(cdf - special.ndtr(z))) <= 3e-16
    # scipy.special.ndtr is itself off by over 1e-13 in the tail; erfcx by some 5e-16 everywhere.
    gaussian = exact_gaussian(z)
    tail = 0.5 * special.erfcx(np.abs(z) / math.sqrt(2)) * gaussian
    allowed = (4 + z * z / 2) * np.finfo(float).eps
    assert np.all(np.abs(cdf / np.where(z < 0, tail, 1 - tail) - 1) <= allowed + 5e-16)
    assert np.all(np.abs(density * math.sqrt(2 * math.pi) / gaussian - 1) <= allowed)
    x = np.linspace(-6.0, 6.0, 10_001)
    erf = 2 * elementwise.normal_cdf_and_density(x * math.sqrt(2))[0] - 1
    assert np.max(np.abs(erf - special.erf(x))) <= 6e-16


@both_types
def test_normal_distribution_at_the_ends(dtype):
    edges = np.array([0.0, 1e4, -1e4, 3e38, -3e38], dtype=dtype)
    cdf, density = elementwise.normal_cdf_and_density(edges)
    assert_array_equal(cdf, [0.5, 1.0, 0.0, 1.0, 0.0])
    assert_allclose(density, [1 / math.sqrt(2 * math.pi), 0, 0, 0, 0], rtol=1e-7)


# --- registry -----------------------------------------------------------------------------------


def test_registry_is_complete_cached_and_documented():
    assert len(activations.KEYS) == 12
    assert sorted(activations.TAKES_ALPHA) == ["elu", "leaky_relu"]
    for key in activations.KEYS:
        activation = activations.get(key)
        assert activation is activations.get(key)
        assert activation.key == key
        assert activation.name
        assert (activation.alpha is not None) == (key in activations.TAKES_ALPHA)
    assert activations.get("leaky_relu").alpha == 0.01
    assert activations.get("elu").alpha == 1.0
    assert activations.get("elu", 1) is activations.get("elu")


@pytest.mark.parametrize("alpha", [-0.1, 1.1, math.nan, math.inf])
def test_leaky_alpha_out_of_range(alpha):
    with pytest.raises(ValueError, match="alpha of leaky_relu must be from 0 to 1"):
        activations.get("leaky_relu", alpha)


def test_bad_keys_and_unwanted_alpha():
    with pytest.raises(ValueError, match="key must be one of sigmoid, tanh"):
        activations.get("swish")
    with pytest.raises(ValueError, match="alpha must be None for relu"):
        activations.get("relu", 0.1)
    with pytest.raises(ValueError, match="alpha of elu must be from 0 to 10"):
        activations.get("elu", 10.5)


def test_negative_zero_alpha_is_zero():
    slope = activations.get("leaky_relu", -0.0).df(np.array([-1.0]))
    assert not np.signbit(slope).any()
