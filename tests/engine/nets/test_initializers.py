"""Initialisers against their stated mean, variance and distribution."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from vanishing.engine.nets import initializers
from vanishing.engine.seeds import stream

FANS = [(300, 300), (1, 90_000), (90_000, 1), (150, 600), (600, 150)]
SIGMA = 4.5
"""Statistical tests allow this many standard errors: one in 150,000 fails by chance."""


def draw(key, fan_in, fan_out, sigma=1.0, seed=0):
    initializer = initializers.get(key, sigma)
    return initializer.sample(stream(seed, "weights"), fan_in, fan_out)


def independent_keys():
    return [key for key in initializers.KEYS if key != "orthogonal"]


@pytest.mark.parametrize("key", independent_keys())
@pytest.mark.parametrize(("fan_in", "fan_out"), FANS)
def test_sample_mean_and_variance(key, fan_in, fan_out):
    initializer = initializers.get(key, 0.7)
    weights = initializer.sample(stream(11, "weights"), fan_in, fan_out)
    assert weights.shape == (fan_in, fan_out)
    assert weights.dtype == np.float64
    mean, variance = initializer.mean(fan_in, fan_out), initializer.variance(fan_in, fan_out)
    n = weights.size
    assert abs(weights.mean() - mean) < SIGMA * math.sqrt(variance / n)
    # Var of the sample variance: variance²·(kurtosis − 1)/n; the half-normal's kurtosis is 3.87.
    kurtosis = 3.87 if key == "positive" else 3.0
    allowed = SIGMA * variance * math.sqrt((kurtosis - 1) / n)
    assert abs(np.mean((weights - mean) ** 2) - variance) < allowed


@pytest.mark.parametrize(
    ("key", "variance"),
    [
        ("normal_unit", 1.0),
        ("normal", 0.49),
        ("uniform_standard", 1 / 60),
        ("xavier_normal", 1 / 25),
        ("xavier_uniform", 1 / 25),
        ("he_normal", 1 / 10),
        ("he_uniform", 1 / 10),
        ("lecun_normal", 1 / 20),
        ("orthogonal", 1 / 30),
        ("positive", (1 - 2 / math.pi) / 20),
    ],
)
def test_variance_by_hand_for_20_inputs_and_30_outputs(key, variance):
    assert_allclose(initializers.get(key, 0.7).variance(20, 30), variance, rtol=1e-14)


def test_by_hand_list_is_complete():
    assert len(initializers.KEYS) == len(set(initializers.KEYS)) == 10


def distribution(key, n_in, n_out):
    """Return the distribution of one weight, from the papers' own formulas."""
    uniform = {
        "uniform_standard": 1 / math.sqrt(n_in),
        "xavier_uniform": math.sqrt(6 / (n_in + n_out)),
        "he_uniform": math.sqrt(6 / n_in),
    }
    normal = {
        "normal_unit": 1.0,
        "normal": 0.7,
        "xavier_normal": math.sqrt(2 / (n_in + n_out)),
        "he_normal": math.sqrt(2 / n_in),
        "lecun_normal": math.sqrt(1 / n_in),
    }
    if key in uniform:
        return stats.uniform(-uniform[key], 2 * uniform[key])
    if key == "positive":
        return stats.halfnorm(scale=1 / math.sqrt(n_in))
    return stats.norm(scale=normal[key])


@pytest.mark.parametrize("key", independent_keys())
def test_distribution(key):
    law = distribution(key, 200, 100)
    weights = draw(key, 200, 100, sigma=0.7, seed=5)
    assert stats.kstest(weights.ravel(), law.cdf).pvalue > 1e-4
    # The test would see another scale: 10 % off on 20,000 draws is plain.
    assert stats.kstest(1.1 * weights.ravel(), law.cdf).pvalue < 1e-4
    initializer = initializers.get(key, 0.7)
    assert_allclose(initializer.variance(200, 100), law.var(), rtol=1e-12)
    assert_allclose(initializer.mean(200, 100), law.mean(), rtol=1e-12, atol=1e-15)


def test_scale_variants_share_their_draw():
    for family in (
        ("normal_unit", "normal", "xavier_normal", "he_normal", "lecun_normal"),
        ("uniform_standard", "xavier_uniform", "he_uniform"),
    ):
        units = []
        for key in family:
            scale = math.sqrt(initializers.get(key, 0.3).variance(40, 25))
            units.append(draw(key, 40, 25, sigma=0.3) / scale)
        for unit in units[1:]:
            assert_allclose(unit, units[0], rtol=1e-13)
    assert_allclose(
        draw("positive", 40, 25), np.abs(draw("lecun_normal", 40, 25)), rtol=1e-13, atol=0
    )


# --- orthogonal ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("fan_in", "fan_out"), [(1, 1), (5, 5), (7, 3), (3, 7), (64, 64), (1, 9)])
def test_orthogonal_rows_or_columns_are_orthonormal(fan_in, fan_out):
    weights = draw("orthogonal", fan_in, fan_out)
    assert weights.shape == (fan_in, fan_out)
    gram = weights @ weights.T if fan_in <= fan_out else weights.T @ weights
    assert_allclose(gram, np.eye(min(fan_in, fan_out)), atol=1e-13)
    # Orthonormal vectors have a total square of min(n_in, n_out): the variance in every draw.
    assert_allclose(
        np.mean(weights**2), initializers.get("orthogonal").variance(fan_in, fan_out), rtol=1e-12
    )


@pytest.mark.parametrize(("fan_in", "fan_out"), [(4, 4), (6, 4), (4, 6)])
def test_orthogonal_matrices_are_uniform(fan_in, fan_out):
    """Under the Haar measure each entry squared is Beta(½, (n − 1)/2), its sign a fair coin.

    Without the sign correction the diagonal of a QR factor has one sign only.
    """
    rng = stream(2, "weights")
    sample = initializers.get("orthogonal").sample
    matrices = np.array([sample(rng, fan_in, fan_out) for _ in range(3000)])
    n = max(fan_in, fan_out)
    for i, j in ((0, 0), (1, 1), (2, 3), (3, 3)):
        entry = matrices[:, i, j]
        assert stats.kstest(entry**2, stats.beta(0.5, (n - 1) / 2).cdf).pvalue > 1e-4
        assert abs(np.sum(entry > 0) - 1500) < SIGMA * math.sqrt(750)
    square = matrices[:, : min(fan_in, fan_out), : min(fan_in, fan_out)]
    if fan_in == fan_out:
        # Both halves of the orthogonal group, rotations and reflections, are equally likely.
        assert abs(np.sum(np.linalg.det(square) > 0) - 1500) < SIGMA * math.sqrt(750)


# --- biases -------------------------------------------------------------------------------------


def test_biases():
    rng = stream(0, "biases")
    assert_array_equal(initializers.Bias().sample(rng, 3), np.zeros(3))
    assert_array_equal(initializers.Bias("zero", 0.5).sample(rng, 3), np.zeros(3))
    assert_array_equal(initializers.Bias("constant", -0.5).sample(rng, 3), [-0.5] * 3)
    biases = initializers.Bias("normal", 0.5).sample(rng, 20_000)
    assert stats.kstest(biases, stats.norm(scale=0.5).cdf).pvalue > 1e-4
    assert initializers.BIAS_KEYS == ("zero", "constant", "normal")


def test_normal_biases_share_their_draw():
    one, two = (
        initializers.Bias("normal", std).sample(stream(1, "biases"), 9) for std in (0.1, 0.2)
    )
    assert_allclose(two, 2 * one, rtol=1e-14)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("uniform", 0.0, "kind must be one of"),
        ("constant", math.nan, "value of a constant bias"),
        ("constant", 1e7, "value of a constant bias"),
        ("normal", -0.1, "value of a normal bias must be from 0"),
        ("normal", math.inf, "value of a normal bias"),
    ],
)
def test_bad_bias(kind, value, message):
    with pytest.raises(ValueError, match=message):
        initializers.Bias(kind, value)


# --- registry and limits ------------------------------------------------------------------------


def test_registry():
    for key in initializers.KEYS:
        initializer = initializers.get(key)
        assert initializer.key == key
        assert initializer.name
    assert len({initializers.get(key).name for key in initializers.KEYS}) == 10
    assert initializers.get("normal", 0.25).name == "N(0, σ²), σ = 0.25"


@pytest.mark.parametrize("sigma", [-1.0, math.nan, math.inf, 2e6])
def test_bad_sigma(sigma):
    with pytest.raises(ValueError, match="sigma must be from 0 to 1e"):
        initializers.get("normal", sigma)


def test_bad_key():
    with pytest.raises(ValueError, match="key must be one of normal_unit, normal, uniform"):
        initializers.get("glorot")


@pytest.mark.parametrize(("fan_in", "fan_out"), [(0, 3), (3, -1), (2.0, 3), (True, 3)])
def test_bad_fans(fan_in, fan_out):
    initializer = initializers.get("he_normal")
    for call in (
        initializer.variance,
        initializer.mean,
        lambda a, b: initializer.sample(stream(0), a, b),
    ):
        with pytest.raises(ValueError, match=r"fan_(in|out) must be a whole number from 1 up, got"):
            call(fan_in, fan_out)


def test_layer_too_large_is_refused_before_memory_is_taken():
    with pytest.raises(ValueError, match=r"fan_in × fan_out must .* 10,000,000, got 10{12}$"):
        draw("orthogonal", 1_000_000, 1_000_000)
