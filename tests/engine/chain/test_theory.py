"""The chain's theory against closed forms, against other quadrature, and against Monte Carlo."""

import math
from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.chain import many
from vanishing.engine.chain.theory import MEAN_LOG_NORMAL, best_rate, layer_rate, theory, theory_gap
from vanishing.engine.nets import activations
from vanishing.engine.nets.activations import get
from vanishing.engine.wide.quadrature import gaussian_mean

LOG10 = math.log(10)
SIGMOID = get("sigmoid")
N = 40_000
DEPTHS = (2, 10, 50)
SIGMAS = (0.5, 1.0, 3.0, 10.0)
OFFERED = [
    (key, sigma) for key in activations.KEYS for sigma in SIGMAS if not theory_gap(get(key), sigma)
]


def standard_errors_off(result, predicted, depth, heavy):
    """How many standard errors sample mean, variance and zero count lie from the theory."""
    alive = N - result.zeros[depth - 1]
    p = predicted.nonzero[depth - 1]
    off = [abs(alive - N * p) / max(math.sqrt(N * p * abs(1 - p)), 1e-6 * N)]
    if alive < 500:
        return off
    logs = result.whole[-alive:] if depth == len(result.mean) else None
    mean, std = result.mean[depth - 1], result.std[depth - 1]
    off.append(abs(mean - predicted.mean[depth - 1]) / (std / math.sqrt(alive)))
    if logs is not None and not heavy:
        # Var of a sample variance: (m₄ − s⁴)/n.
        spread = math.sqrt((np.mean((logs - mean) ** 4) - std**4) / alive)
        off.append(abs(std**2 - predicted.variance[depth - 1]) / spread)
    return off


@pytest.mark.parametrize(("key", "sigma"), OFFERED)
def test_moments_agree_with_monte_carlo(key, sigma):
    activation = get(key)
    predicted = theory(max(DEPTHS), sigma, activation)
    # Near its end of the range the fourth moment of a heavy-tailed chain is out of reach.
    heavy = key in ("elu", "selu", "softplus") and sigma > 0.5
    for seed, depth in enumerate(DEPTHS):
        result = many.draws(depth, sigma, activation, N, seed=seed)
        assert max(standard_errors_off(result, predicted, depth, heavy)) < 4


def test_monte_carlo_would_notice_an_error_of_three_percent_in_the_slope():
    wrong = replace(
        SIGMOID,
        key="wrong",
        value_and_slope=lambda z: (SIGMOID.f(z), 0.97 * SIGMOID.df(z)),
    )
    result = many.draws(50, 1.0, wrong, N)
    assert max(standard_errors_off(result, theory(50, 1.0, SIGMOID), 50, False)) > 20


@pytest.mark.parametrize("sigma", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("x", [0.01, 1.0, -10.0])
def test_identity_has_its_closed_form(sigma, x):
    # log|∏ w| is a sum of n independent log|σ ε|: mean log σ − 0.635, variance π²/8 each.
    n = np.arange(1, 101)
    result = theory(100, sigma, get("identity"), x)
    expected = n * (math.log(sigma) + MEAN_LOG_NORMAL) / LOG10
    np.testing.assert_allclose(result.mean, expected, atol=1e-6)
    np.testing.assert_allclose(result.variance, n * math.pi**2 / 8 / LOG10**2, rtol=1e-6)
    np.testing.assert_allclose(result.nonzero, 1, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.01, 0.3])
def test_leaky_relu_has_its_closed_form(alpha):
    # Scale-free: each layer adds log|w| and, half the time, log α.
    n = np.arange(1, 101)
    result = theory(100, 2.0, get("leaky_relu", alpha))
    mean = math.log(2) + MEAN_LOG_NORMAL + 0.5 * math.log(alpha)
    variance = math.pi**2 / 8 + 0.25 * math.log(alpha) ** 2
    np.testing.assert_allclose(result.mean, n * mean / LOG10, rtol=1e-6)
    np.testing.assert_allclose(result.variance, n * variance / LOG10**2, rtol=1e-6)


def test_relu_is_alive_with_probability_two_to_the_minus_depth():
    n = np.arange(1, 101)
    result = theory(100, 0.7, get("relu"))
    np.testing.assert_allclose(result.nonzero, 0.5**n, rtol=1e-6)
    expected = n * (math.log(0.7) + MEAN_LOG_NORMAL) / LOG10
    np.testing.assert_allclose(result.mean, expected, rtol=1e-6)


@pytest.mark.parametrize("key", ["sigmoid", "tanh", "softsign"])
@pytest.mark.parametrize(("sigma", "x"), [(0.3, 1.0), (3.0, 0.5), (30.0, 10.0)])
def test_one_layer_is_one_gaussian_integral(key, sigma, x):
    activation = get(key)

    def log_slope(z):
        if key == "softsign":
            return -2 * np.log1p(np.abs(z))
        rate = 1 if key == "sigmoid" else 2
        return math.log(rate**2) - rate * np.abs(z) - 2 * np.log1p(np.exp(-rate * np.abs(z)))

    def log_factor(z):
        return np.log(np.abs(z / x)) + log_slope(z)

    mean = gaussian_mean(log_factor, 0.0, sigma * x)
    square = gaussian_mean(lambda z: (log_factor(z) - mean) ** 2, 0.0, sigma * x)
    result = theory(1, sigma, activation, x)
    assert result.mean[0] == pytest.approx(mean / LOG10, rel=1e-6)
    assert result.variance[0] == pytest.approx(square / LOG10**2, rel=1e-5)


def test_two_layers_are_two_nested_integrals():
    def second_given_first(z1):
        h = 1 / (1 + math.exp(-z1))
        return gaussian_mean(lambda z: np.log(np.abs(z / h) * SIGMOID.df(z)), 0.0, 1.5 * h)

    def total(z1):
        return np.log(np.abs(z1) * SIGMOID.df(z1)) + np.array([second_given_first(z) for z in z1])

    expected = gaussian_mean(total, 0.0, 1.5)
    assert theory(2, 1.5, SIGMOID).mean[1] == pytest.approx(expected / LOG10, rel=1e-7)


def test_normal_lines_lie_where_the_normal_distribution_puts_them():
    result = theory(20, 1.0, SIGMOID)
    np.testing.assert_array_equal(result.median, result.mean)
    reach = 1.2815515655446004 * np.sqrt(result.variance)
    np.testing.assert_allclose(result.high - result.mean, reach)
    np.testing.assert_allclose(result.mean - result.low, reach)
    # The approximation is good where many factors add up.
    sample = many.draws(50, 1.0, SIGMOID, N)
    lines = np.array([getattr(theory(50, 1.0, SIGMOID), n)[-1] for n in ("low", "median", "high")])
    assert np.all(np.abs(lines - sample.quantiles[:, -1]) < 0.25)


# --- rates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.189, 10.0])
def test_rate_is_the_slope_of_theory_and_of_simulation(sigma):
    rate = layer_rate(SIGMOID, sigma)
    predicted = theory(100, sigma, SIGMOID).mean
    assert (predicted[99] - predicted[49]) / 50 == pytest.approx(rate, rel=1e-6)
    result = many.draws(100, sigma, SIGMOID, 20_000)
    measured = (result.mean[99] - result.mean[9]) / 90
    assert measured == pytest.approx(rate, abs=4 * result.std[99] / math.sqrt(20_000) / 90)
    assert (result.quantiles[1, 99] - result.quantiles[1, 9]) / 90 == pytest.approx(rate, rel=0.01)


def test_best_sigmoid_rate_still_loses_three_quarters_a_layer():
    # Claims C9 and C26.
    best = best_rate(SIGMOID)
    assert not best.at_limit
    assert best.sigma_w == pytest.approx(3.189, abs=0.01)
    assert 10**best.rate == pytest.approx(0.2352, abs=1e-4)
    around = [layer_rate(SIGMOID, best.sigma_w * f) for f in (0.5, 0.9, 1.1, 2.0)]
    assert max(around) < best.rate
    # The second way: the median of simulated chains on a fine grid of σ_w.
    sigmas = np.geomspace(2, 5, 13)
    median = many.median_map([10, 100], sigmas, SIGMOID, n=4000).median
    slopes = (median[1] - median[0]) / 90
    assert slopes.max() == pytest.approx(best.rate, abs=0.005)
    assert 2.6 < sigmas[np.argmax(slopes)] < 3.9


@pytest.mark.parametrize("sigma", [0.5, 1.5, 3.0, 10.0])
def test_softsign_rate_has_a_closed_form(sigma):
    # f = z/(1+|z|), so f′ = (f/z)². In the stationary regime E log|f/z| = −E log|w| where that is
    # positive, hence E log|w f′| = −E log|w|; where it is negative the chain shrinks to 0 and
    # f′ → 1, hence + E log|w|.
    log_weight = math.log(sigma) + MEAN_LOG_NORMAL
    assert layer_rate(get("softsign"), sigma) == pytest.approx(-abs(log_weight) / LOG10, rel=1e-5)


@pytest.mark.parametrize(("key", "sigma"), [("tanh", 3.0), ("softplus", 1.0), ("hard_tanh", 1.0)])
def test_rates_of_others_are_the_slopes_of_their_theory(key, sigma):
    predicted = theory(100, sigma, get(key)).mean
    slope = (predicted[99] - predicted[59]) / 40
    assert layer_rate(get(key), sigma) == pytest.approx(slope, rel=1e-3)


def test_scale_free_and_critical_rates():
    expected = (math.log(2) + MEAN_LOG_NORMAL) / LOG10
    for key in ("identity", "relu"):
        assert layer_rate(get(key), 2.0) == pytest.approx(expected, rel=1e-6)
    leaky = best_rate(get("leaky_relu"))
    assert leaky.at_limit
    assert leaky.rate > 0
    tanh = best_rate(get("tanh"))
    assert tanh.sigma_w == pytest.approx(math.exp(-MEAN_LOG_NORMAL), rel=2e-3)
    assert tanh.rate == pytest.approx(0, abs=1e-3)


# --- what is not offered --------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["gelu", "silu", "softplus"])
def test_a_theory_that_is_not_offered_says_why(key):
    activation = get(key)
    reason = theory_gap(activation, 3.0)
    assert reason.startswith(f"No theory line for {activation.name}")
    with pytest.raises(ValueError, match="No theory line"):
        theory(5, 3.0, activation)
    with pytest.raises(ValueError, match="No theory line"):
        layer_rate(activation, 3.0)


def test_heavy_tails_begin_where_the_theory_ends():
    # Why softplus stops at σ_w = 1.2: far above it many slopes are too small even for float64, and
    # a mean over all chains describes none that can be drawn.
    softplus = get("softplus")
    assert many.draws(50, 1.2, softplus, 20_000).zeros[-1] == 0
    assert many.draws(50, 4.0, softplus, 20_000).zeros[-1] > 2000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory(0, 1.0, SIGMOID), "depth must be a whole number from 1 to 100, got 0"),
        (lambda: theory(101, 1.0, SIGMOID), "got 101"),
        (lambda: theory(5, -1.0, SIGMOID), "sigma_w must be above 0"),
        (lambda: theory(5, 1.0, SIGMOID, x=0.0), r"\|x\| must be above 0 and at most 10, got 0.0"),
        (lambda: layer_rate(SIGMOID, 31.0), "sigma_w must be above 0"),
        (lambda: best_rate(get("relu")), "without a slope of exactly 0, got 'ReLU'"),
        (lambda: best_rate(get("gelu")), "No theory line"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
