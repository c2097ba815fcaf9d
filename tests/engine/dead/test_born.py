"""Nets that are dead from birth, against the bound, exact cases and plain loops."""

import math
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from vanishing.engine.dead import born
from vanishing.engine.dead.born import born_dead_bound, born_dead_curve, wilson_interval


def last(depth, width, nets=10_000, **named):
    """Count the born-dead networks of one depth."""
    return born_dead_curve(depth, width, nets, **named)[-1]


# --- born dead: the bound -----------------------------------------------------------------------


@pytest.mark.parametrize(("width", "published"), [(2, 0.925), (3, 0.699), (5, 0.249), (10, 0.009)])
def test_bound_has_the_published_values(width, published):
    assert round(born_dead_bound(10, width), 3) == published


def test_bound_by_hand_and_at_its_ends():
    assert born_dead_bound(1, 4) == 0.0
    assert_allclose(born_dead_bound(2, 3), 1 / 8, rtol=1e-15)
    assert_allclose(born_dead_bound(3, 2), 1 - (3 / 4) ** 2, rtol=1e-15)
    assert born_dead_bound(4, 1) == 1 - 1 / 8
    # 1 − (1 − 2⁻¹⁰⁰)⁹ ≈ 9·2⁻¹⁰⁰ is below what 1 − … can resolve.
    assert_allclose(born_dead_bound(10, 100), 9 * 2.0**-100, rtol=1e-14)
    assert born_dead_bound(1000, 1000) > 0.0
    assert born_dead_bound(100_000, 1) == 1.0
    assert born_dead_bound(10, 5000) == 0.0


@pytest.mark.parametrize(("depth", "width"), [(0, 2), (2, 0), (2.5, 2), (True, 2)])
def test_bound_refuses(depth, width):
    with pytest.raises(ValueError, match="must be a whole number from 1 to 1,000,000, got"):
        born_dead_bound(depth, width)


# --- born dead: the interval --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "nets"), [(0, 1), (1, 1), (0, 10_000), (3, 10), (500, 10_000), (99, 100)]
)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
def test_wilson_interval_against_scipy(k, nets, level):
    expected = stats.binomtest(k, nets).proportion_ci(level, method="wilson")
    assert_allclose(wilson_interval(k, nets, level), expected, rtol=1e-12, atol=1e-15)


def test_wilson_interval_by_hand():
    # k = 0: 0 to c²/(n + c²), c = 1.959964.
    low, high = wilson_interval(0, 100)
    assert low == 0.0
    assert_allclose(high, 3.841459 / 103.841459, rtol=1e-6)


@pytest.mark.parametrize(("k", "nets", "level"), [(-1, 5, 0.9), (6, 5, 0.9), (0, 0, 0.9)])
def test_wilson_interval_refuses_counts(k, nets, level):
    with pytest.raises(ValueError, match=r"must be a whole number from [01] .*, got"):
        wilson_interval(k, nets, level)


@pytest.mark.parametrize("level", [0.0, 1.0, math.nan])
def test_wilson_interval_refuses_levels(level):
    with pytest.raises(ValueError, match=f"level must be above 0 and below 1, got {level}"):
        wilson_interval(1, 5, level)


# --- born dead: Monte Carlo ---------------------------------------------------------------------

# 4.5 standard errors: one such test in 150,000 fails by chance.
LEVEL = 1 - 2 * stats.norm.sf(4.5)
SHAPES = [(2, 1), (3, 2), (5, 2), (10, 2), (10, 3), (10, 5), (10, 10), (20, 4), (40, 8)]


@pytest.mark.parametrize(("depth", "width"), SHAPES)
@pytest.mark.parametrize("bias_std", [0.0, 0.5])
def test_one_input_meets_the_bound(depth, width, bias_std):
    """For a single input the layers are off independently, 2^−N each: the bound is exact."""
    found = last(depth, width, nets=20_000, inputs=1, bias_std=bias_std, level=LEVEL)
    assert found.low <= born_dead_bound(depth, width) <= found.high


@pytest.mark.parametrize(("depth", "width"), SHAPES)
@pytest.mark.parametrize(
    "domain",
    [
        {"inputs": 2},
        {"inputs": 9, "bias_std": 0.5},
        {"inputs": 20, "d_in": 3},
    ],
)
def test_several_inputs_lie_at_or_below_the_bound(depth, width, domain):
    found = last(depth, width, nets=4000, level=LEVEL, **domain)
    assert found.low <= born_dead_bound(depth, width)
    assert found.share == found.k / found.nets


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_line_of_two_hidden_layers_is_exact(width):
    """One input, no biases: each first-layer unit is on at exactly one of x = 1 and x = −1.

    If all N are on at the same one (probability 2·2^−N), the second layer is off there with 2^−N
    and has z = 0 at the other. Else both sides reach it, through different weights, and are off
    together with 2^−2N.
    """
    one_side = 2 * 0.5**width
    exact = one_side * 0.5**width + (1 - one_side) * 0.25**width
    found = last(3, width, nets=40_000, seed=1, level=LEVEL)
    assert found.low <= exact <= found.high


@pytest.mark.parametrize("depth", [2, 3, 4, 8])
def test_line_of_width_one_is_exact(depth):
    """One unit is always on at either 1 or −1; each later one is off there half the time."""
    found = last(depth, 1, nets=20_000, level=LEVEL)
    assert found.low <= 1 - 0.5 ** (depth - 2) <= found.high


def test_two_points_decide_for_the_whole_line_without_biases():
    two = born_dead_curve(8, 3, nets=3000, inputs=2)
    assert two == born_dead_curve(8, 3, nets=3000, inputs=40)
    # With biases they do not: fewer of the same networks are dead on 40 points than on 2.
    two = born_dead_curve(8, 3, nets=3000, inputs=2, bias_std=0.5)
    many = born_dead_curve(8, 3, nets=3000, inputs=40, bias_std=0.5)
    assert all(a.k >= b.k for a, b in zip(two, many, strict=True))


def first_dead_layer(layers, points):
    """Forward one network by plain loops; the first hidden layer off for every point, or None."""
    states = [list(map(float, point)) for point in points]
    for number, (weights, biases) in enumerate(layers):
        columns = range(weights.shape[1])
        states = [
            [
                max(0.0, sum(h * float(w) for h, w in zip(state, weights[:, j], strict=True)) + b)
                for j, b in zip(columns, map(float, biases[0]), strict=True)
            ]
            for state in states
        ]
        if not any(any(state) for state in states):
            return number
    return None


@pytest.mark.parametrize("bias_std", [0.0, 0.3])
def test_batched_networks_agree_with_plain_loops(bias_std):
    points = np.array([[1.0, 0.5], [-1.0, 0.2], [0.1, -0.9]], dtype=np.float32)
    draws = born._LayerDraws(5, hidden=4, width=2, d_in=2, bias_std=bias_std)
    layers = [draws.draw(layer, 200) for layer in range(4)]
    found = born._deaths_by_layer(layers, points, 200)
    firsts = [first_dead_layer([(w[i], b[i]) for w, b in layers], points) for i in range(200)]
    assert found == [firsts.count(layer) for layer in range(4)]
    assert 0 < sum(found) < 200


def test_weights_and_biases_are_drawn_as_stated():
    draws = born._LayerDraws(0, hidden=2, width=8, d_in=3, bias_std=0.3)
    for layer, fan_in in enumerate((3, 8)):
        weights, biases = draws.draw(layer, 2000)
        assert weights.shape == (2000, fan_in, 8)
        law = stats.norm(scale=math.sqrt(2 / fan_in))
        assert stats.kstest(weights.ravel(), law.cdf).pvalue > 1e-4
        assert stats.kstest(biases.ravel(), stats.norm(scale=0.3).cdf).pvalue > 1e-4


def test_curve_is_cumulative():
    curve = born_dead_curve(12, 3, nets=2000, seed=7)  # several chunks
    assert [point.depth for point in curve] == list(range(2, 13))
    counts = [point.k for point in curve]
    assert counts == sorted(counts)
    # The same networks cut short.
    assert curve[:5] == born_dead_curve(6, 3, nets=2000, seed=7)
    assert curve != born_dead_curve(12, 3, nets=2000, seed=8)
    for point in curve:
        assert point.low <= point.share <= point.high
        assert (point.low, point.high) == wilson_interval(point.k, 2000)


def test_ten_thousand_networks_take_well_under_a_third_of_a_second():
    last(10, 10, nets=100)
    best = math.inf
    for _ in range(3):
        start = time.process_time()
        last(10, 10, nets=10_000)
        best = min(best, time.process_time() - start)
    assert best < 0.3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth": 1}, "depth must be a whole number from 2 to 1,000, got 1"),
        ({"width": 0}, "width must be"),
        ({"nets": 0}, "nets must be"),
        ({"inputs": 0}, "inputs must be"),
        ({"d_in": 0}, "d_in must be"),
        ({"bias_std": -1.0}, "bias_std must be"),
        ({"bias_std": math.nan}, "bias_std must be"),
        ({"level": 1.0}, "level must be"),
        ({"seed": -1}, "seed must be"),
        ({"nets": 100_000, "width": 100}, "nets, for at most 300,000,000 multiply-adds, must be"),
    ],
)
def test_monte_carlo_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        last(**{"depth": 10, "width": 3, "nets": 100, **arguments})


def test_refusal_names_a_number_of_networks_that_fits():
    with pytest.raises(ValueError, match=r"nets, .* number from 0 to .*, got 100000") as refusal:
        last(10, 100, nets=100_000)
    fitting = int(str(refusal.value).split()[-3].replace(",", ""))
    assert born.born_dead_cost(10, 100, fitting, 2, 1) <= born.MAX_BORN_DEAD_COST
    assert born.born_dead_cost(10, 100, fitting + 1, 2, 1) > born.MAX_BORN_DEAD_COST
