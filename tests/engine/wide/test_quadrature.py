"""Gaussian means against closed forms, adaptive integration and sampling."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, special, stats

from vanishing.engine.nets import activations
from vanishing.engine.seeds import stream
from vanishing.engine.wide.quadrature import gaussian_mean

NORMALS = [
    *((0.0, 1e-8), (0.0, 0.1), (0.0, 1.0), (0.0, 3.0), (0.0, 30.0), (0.0, 1e3)),
    *((0.7, 0.5), (-2.0, 1.5), (-30.0, 2.0), (5.0, 100.0), (1.0, 1e-3)),
]


@pytest.mark.parametrize(("mean", "std"), NORMALS)
def test_moments_of_the_normal_distribution(mean, std):
    assert_allclose(gaussian_mean(np.ones_like, mean, std), 1.0, rtol=1e-13)
    assert_allclose(gaussian_mean(lambda z: z, mean, std), mean, atol=1e-13 * (abs(mean) + std))
    assert_allclose(gaussian_mean(np.square, mean, std), mean**2 + std**2, rtol=1e-13)
    assert_allclose(
        gaussian_mean(lambda z: (z - mean) ** 6, mean, std), 15 * std**6, rtol=1e-12, atol=0
    )


@pytest.mark.parametrize(("mean", "std"), NORMALS)
def test_closed_forms(mean, std):
    # E max(0, z) = μΦ(μ/σ) + σφ(μ/σ); E relu' = Φ(μ/σ); E Φ(z) = Φ(μ/√(1 + σ²)).
    # (What lies beyond 12 standard deviations is left out: 4e-33 of the weight.)
    relu = activations.get("relu")
    ratio = mean / std
    exact = mean * stats.norm.cdf(ratio) + std * stats.norm.pdf(ratio)
    assert_allclose(gaussian_mean(relu.f, mean, std), exact, rtol=1e-11, atol=1e-15)
    assert_allclose(
        gaussian_mean(relu.df, mean, std), stats.norm.cdf(ratio), rtol=1e-11, atol=1e-30
    )
    assert_allclose(
        gaussian_mean(special.ndtr, mean, std),
        stats.norm.cdf(mean / math.sqrt(1 + std**2)),
        rtol=1e-10,
        atol=1e-30,
    )
    # E Φ'(z) = density of N(μ, 1 + σ²) at 0.
    assert_allclose(
        gaussian_mean(lambda z: np.exp(-z * z / 2) / math.sqrt(2 * math.pi), mean, std),
        stats.norm.pdf(mean / math.sqrt(1 + std**2)) / math.sqrt(1 + std**2),
        rtol=1e-10,
        atol=1e-30,
    )
    step = gaussian_mean(lambda z: (z > 0.3).astype(float), mean, std, kinks=(0.3,))
    assert_allclose(step, stats.norm.sf((0.3 - mean) / std), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("std", [1e-8, 0.1, 1.0, 30.0, 1e4])
def test_logarithmic_pole(std):
    """E ln|z| = ln σ − (γ + ln 2)/2 and Var ln|z| = π²/8 for z ~ N(0, σ²)."""
    mean = math.log(std) - 0.5 * (np.euler_gamma + math.log(2))
    assert_allclose(gaussian_mean(lambda z: np.log(np.abs(z)), 0.0, std), mean, atol=1e-11)
    variance = gaussian_mean(lambda z: (np.log(np.abs(z)) - mean) ** 2, 0.0, std)
    assert_allclose(variance, math.pi**2 / 8, atol=1e-10)


def adaptive(g, mean, std, cuts):
    """Integrate by scipy's adaptive Gauss–Kronrod between the cuts and every two deviations."""
    low, high = mean - 12 * std, mean + 12 * std
    inner = [c for c in cuts if low < c < high]
    ends = np.unique([*np.linspace(low, high, 13), *inner])
    total = 0.0
    for a, b in itertools.pairwise(ends):
        part, _ = integrate.quad(
            lambda z: float(g(np.array([z]))[0]) * stats.norm.pdf((z - mean) / std) / std,
            a,
            b,
            epsabs=1e-13,
            epsrel=1e-12,
            limit=200,
        )
        total += part
    return total


QUANTITIES = {
    "f": lambda a: a.f,
    "f squared": lambda a: lambda z: a.f(z) ** 2,
    "|df|": lambda a: lambda z: np.abs(a.df(z)),
    "df squared": lambda a: lambda z: a.df(z) ** 2,
}
ZERO_SLOPE = {"gelu": (-0.7517915247,), "silu": (-1.2784645427610738,)}
"""Where |f'| has a kink because f' changes sign."""


@pytest.mark.parametrize("key", activations.KEYS)
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-1.5, 4.0), (0.3, 0.05), (0.0, 60.0)])
def test_activations_against_adaptive_integration(key, mean, std, monkeypatch):
    activation = activations.get(key)
    kinks = (*activation.kinks, *ZERO_SLOPE.get(key, ()))
    cuts = (0.0, *kinks, *(s * 2.0**k for k in range(-2, 6) for s in (-1, 1)))
    # The norm's density by hand: scipy.stats costs 60 µs a call.
    monkeypatch.setattr(
        stats.norm, "pdf", lambda t: math.exp(-0.5 * t * t) / math.sqrt(2 * math.pi)
    )
    for name, build in QUANTITIES.items():
        g = build(activation)
        expected = adaptive(g, mean, std, cuts)
        found = gaussian_mean(g, mean, std, kinks)
        assert abs(found - expected) < 1e-10 * max(1.0, abs(expected)), name


@pytest.mark.parametrize("key", ["sigmoid", "tanh", "elu", "softsign"])
def test_activations_under_a_very_wide_gaussian(key):
    """For σ ≫ 1 the Gaussian is flat where f' lives: E f' → (f(∞) − f(−∞))/(σ√(2π)).

    For ELU, E f' = ½ + E[eᶻ; z < 0] = ½ + e^(σ²/2)Φ(−σ), by Mills' ratio.
    """
    std = 1e4
    found = gaussian_mean(activations.get(key).df, 0.0, std)
    per_unit = 1 / (std * math.sqrt(2 * math.pi))
    if key == "elu":
        expected = 0.5 + 0.5 * special.erfcx(std / math.sqrt(2))
        assert_allclose(found, expected, rtol=1e-12)
    elif key == "softsign":
        exact = integrate.quad(
            lambda z: math.exp(-0.5 * (z / std) ** 2) / (1 + z) ** 2,
            *(0, 12 * std),
            points=[1, 10, 100, 1000, 10_000],
            limit=500,
            epsabs=1e-12,
        )[0]
        assert_allclose(found, 2 * exact * per_unit, rtol=1e-9)
    else:
        span = 1.0 if key == "sigmoid" else 2.0
        assert_allclose(found, span * per_unit, rtol=1e-7)


def test_log_of_the_slope_of_sigmoid_against_a_sample():
    df = activations.get("sigmoid").df
    z = stream(0, "sample").normal(0.5, 2.0, 400_000)
    logs = np.log(df(z))
    exact = gaussian_mean(lambda z: np.log(df(z)), 0.5, 2.0)
    assert abs(logs.mean() - exact) < 4.5 * logs.std() / math.sqrt(logs.size)


def test_no_spread_gives_the_value_at_the_mean():
    assert gaussian_mean(np.square, 3.0, 0.0) == 9.0


def test_accuracy_test_sees_a_missing_kink():
    """A jump away from 0 that is not declared costs more than 1e-10: the cut matters."""
    step = gaussian_mean(lambda z: (z > 0.3).astype(float), 0.0, 1.0)
    assert abs(step - stats.norm.sf(0.3)) > 1e-6


@pytest.mark.parametrize(
    ("mean", "std", "kinks", "message"),
    [
        (math.nan, 1.0, (), "mean must be"),
        (2e6, 1.0, (), "mean must be"),
        (0.0, -1.0, (), "std must be"),
        (0.0, math.inf, (), "std must be"),
        (0.0, 1.0, (math.inf,), "kinks must be finite"),
    ],
)
def test_bad_arguments(mean, std, kinks, message):
    with pytest.raises(ValueError, match=message):
        gaussian_mean(np.square, mean, std, kinks)


def test_function_that_returns_another_shape():
    with pytest.raises(ValueError, match=r"what g returns must be of shape .*, got \(3,\)"):
        gaussian_mean(lambda z: z[:3], 0.0, 1.0)
