"""One chain and many: factors by hand, gradients by differences, underflow by IEEE 754, draws."""

import decimal
import math
from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.chain import many
from vanishing.engine.chain import products as chain
from vanishing.engine.nets import activations

SIGMOID = activations.get("sigmoid")
ACTIVATIONS = [activations.get(key) for key in activations.KEYS]


def by_name(activation):
    return activation.key


# --- one chain ------------------------------------------------------------------------------------


def test_two_layers_worked_by_hand():
    # x = 1, w = (2, −1), identity: z₁ = h₁ = 2, z₂ = h₂ = −2, target 1: J = ½·3² = 4.5.
    # ∂J/∂h₂ = −3, ∂J/∂h₁ = −3·(−1) = 3, ∂J/∂x = 3·2 = 6; ∂J/∂w₂ = −3·2 = −6, ∂J/∂w₁ = 3·1 = 3.
    result = chain.run(1.0, [2.0, -1.0], activations.get("identity"), target=1.0)
    assert result.cost == 4.5
    np.testing.assert_array_equal(result.hs, [1, 2, -2])
    np.testing.assert_array_equal(result.zs, [2, -2])
    np.testing.assert_array_equal(result.products, [-2, -1, 1])
    np.testing.assert_array_equal(result.activity_gradients, [6, 3, -3])
    np.testing.assert_array_equal(result.weight_gradients, [3, -6])


def test_factors_are_the_articles_product():
    x, w, target = 0.7, [0.4, -1.3, 2.1], 0.2
    result = chain.run(x, w, SIGMOID, target)
    parts = result.factors()
    assert [(f.kind, f.layer) for f in parts] == [
        ("cost", 3),
        ("slope", 3),
        ("weight", 3),
        ("slope", 2),
        ("weight", 2),
        ("slope", 1),
        ("input", 0),
    ]
    h = x
    expected = x
    for layer, weight in enumerate(w):
        z = weight * h
        h = 1 / (1 + math.exp(-z))
        expected *= h * (1 - h) * (weight if layer else 1.0)
    expected *= h - target
    assert parts[-1].product == pytest.approx(expected, rel=1e-13)
    assert result.weight_gradients[0] == pytest.approx(expected, rel=1e-13)
    assert math.prod(f.value for f in parts) == pytest.approx(expected, rel=1e-13)


def test_running_products_run_from_the_output():
    result = chain.run(1.0, np.linspace(-2, 2, 9), activations.get("tanh"))
    for layer in range(10):
        rest = np.prod(result.layer_factors[layer:])
        assert result.products[layer] == pytest.approx(rest, rel=1e-13, abs=0)
    np.testing.assert_allclose(
        result.activity_gradients, result.products * (result.hs[-1] - 1.0), rtol=1e-13
    )


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
@pytest.mark.parametrize("dtype", chain.DTYPES)
def test_every_array_has_the_number_type_and_is_read_only(activation, dtype):
    result = chain.run(0.5, np.full(5, 0.8), activation, dtype=dtype)
    for name in ("weights", "zs", "slopes", "hs", "layer_factors", "products"):
        array = getattr(result, name)
        assert array.dtype == dtype
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert result.activity_gradients.dtype == result.weight_gradients.dtype == np.dtype(dtype)
    exact = chain.run(0.5, np.full(5, 0.8), activation)
    np.testing.assert_allclose(
        result.products.astype(float), exact.products, rtol=50 * np.finfo(dtype).eps
    )


def test_chain_underflows_in_its_type_but_not_in_a_wider_one():
    weights = np.ones(40)
    half, double = (chain.run(1.0, weights, SIGMOID, dtype=t) for t in ("float16", "float64"))
    assert half.products[0] == 0
    assert 0 < double.products[0] < 1e-20
    ends = chain.underflow(half.products[::-1])
    assert ends.first_subnormal < ends.first_zero


def test_chain_overflow_is_shown():
    result = chain.run(1.0, np.full(30, 10.0), activations.get("identity"), dtype="float16")
    assert np.isinf(result.hs[-1])
    assert chain.underflow(result.products[::-1]).first_infinite == 5
    # An output of 1e200 is a float64; its square is not.
    result = chain.run(1.0, np.full(200, 10.0), activations.get("identity"), dtype="float64")
    assert np.isfinite(result.hs[-1])
    assert result.cost == np.inf


# --- underflow ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "subnormal", "zero"),
    [("float16", 8, 13), ("float32", 64, 75), ("float64", 512, 538)],
)
def test_quarter_powers_underflow_where_ieee_754_says(dtype, subnormal, zero):
    products = chain.running_product(np.full(600, 0.25), dtype)
    assert products.dtype == dtype
    found = chain.underflow(products)
    assert found.first_subnormal + 1 == subnormal
    assert found.first_zero + 1 == zero
    assert found.first_infinite is None
    # A second way: one Python-level multiplication at a time.
    value, by_hand = np.dtype(dtype).type(1), []
    with np.errstate(under="ignore"):
        for _ in range(600):
            value = np.dtype(dtype).type(value * np.dtype(dtype).type(0.25))
            by_hand.append(value)
    np.testing.assert_array_equal(products, by_hand)


def test_underflow_finds_infinity_and_the_absence_of_trouble():
    up = chain.running_product(np.full(200, 10.0), "float32")
    assert chain.underflow(up) == chain.Underflow(None, None, 38)
    fine = chain.running_product(np.full(5, -0.5), "float32")
    assert chain.underflow(fine) == chain.Underflow(None, None, None)


# --- finite differences ---------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
@pytest.mark.parametrize("depth", [1, 3, 6])
def test_gradients_agree_with_central_differences(activation, depth):
    weights = np.random.default_rng(depth).normal(0.3, 1.0, depth)
    check = chain.check_gradient(0.9, weights, activation, target=0.3)
    assert np.all(check.relative[check.resolved] < 1e-3)
    well_clear = check.resolved & (np.abs(check.chain_rule) > 1e6 * check.floor)
    assert np.all(check.relative[well_clear] < 1e-6)
    assert check.resolved.any()


def test_the_check_notices_a_wrong_slope():
    wrong = replace(SIGMOID, value_and_slope=lambda z: (SIGMOID.f(z), 1.01 * SIGMOID.df(z)))
    check = chain.check_gradient(0.9, [0.5, 1.5, -1.0], wrong)
    assert check.resolved.all()
    np.testing.assert_allclose(check.relative, [0.0294, 0.0197, 0.0099], atol=2e-4)


def exact_sigmoid_gradient(x, weights, target):
    """∂J/∂w₁ to 60 digits, by a difference small enough for them."""
    with decimal.localcontext(prec=200):

        def cost(first):
            h = decimal.Decimal(x)
            for w in (first, *map(decimal.Decimal, weights[1:])):
                h = 1 / (1 + (-w * h).exp())
            return (h - decimal.Decimal(target)) ** 2 / 2

        step, w = decimal.Decimal(10) ** -60, decimal.Decimal(weights[0])
        return float((cost(w + step) - cost(w - step)) / (2 * step))


def test_a_vanished_gradient_is_called_unresolved_and_is_right():
    weights = np.random.default_rng(4).normal(size=40)
    check = chain.check_gradient(1.0, weights, SIGMOID)
    assert abs(check.chain_rule[0]) < 1e-20
    assert not check.resolved[0]
    assert check.resolved[-1]
    exact = exact_sigmoid_gradient(1.0, [float(w) for w in weights], 1.0)
    assert check.chain_rule[0] == pytest.approx(exact, rel=1e-12, abs=0)


@pytest.mark.parametrize("seed", range(30))
def test_floor_bounds_what_rounding_does(seed):
    # Deep enough to have gradients on both sides of what differences can see.
    weights = np.random.default_rng(seed).normal(0, 2.0, 15)
    check = chain.check_gradient(1.0, weights, SIGMOID, target=0.3)
    truncation = 1e-8 * np.abs(check.chain_rule)
    assert np.all(np.abs(check.difference - check.chain_rule) <= check.floor + truncation)


def test_a_dead_chain_is_resolved_as_exactly_zero():
    check = chain.check_gradient(1.0, [-1.0, 1.0], activations.get("relu"))
    np.testing.assert_array_equal(check.chain_rule, 0)
    np.testing.assert_array_equal(check.difference, 0)
    assert check.resolved.all()
    assert np.all(check.relative == 0)


def test_a_kink_inside_the_step_is_not_called_resolved():
    check = chain.check_gradient(1.0, [1e-7, 1.0], activations.get("relu"))
    assert not check.resolved[0]


def test_check_of_an_overflowing_chain_is_unresolved_without_a_warning():
    check = chain.check_gradient(1.0, np.full(400, 10.0), activations.get("identity"))
    assert not check.resolved.any()


# --- the bound ------------------------------------------------------------------------------------


def test_bound_is_the_articles_quarter_power():
    np.testing.assert_allclose(
        chain.bound(SIGMOID, 1.0, 100), np.arange(1, 101) * math.log10(0.25), rtol=1e-14
    )


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
def test_no_chain_with_bounded_weights_passes_the_bound(activation):
    rng = np.random.default_rng(1)
    limits = chain.bound(activation, 1.5, 12)
    for _ in range(100):
        result = chain.run(rng.normal(), rng.uniform(-1.5, 1.5, 12), activation)
        sizes = np.abs(np.cumprod(result.layer_factors))
        assert np.all(sizes <= 10**limits * (1 + 1e-12))


# --- draws ----------------------------------------------------------------------------------------


def naive_logs(depth, sigma_w, activation, n, seed, x):
    """Every chain's log₁₀|product|, one `run` at a time, from the same draws."""
    normal = many.stream(seed, "chain", "weights").standard_normal((depth, n))
    with np.errstate(divide="ignore"):
        return np.array(
            [
                np.log10(
                    np.abs(np.cumprod(chain.run(x, sigma_w * column, activation).layer_factors))
                )
                for column in normal.T
            ]
        ).T


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
def test_draws_are_the_chains_they_stand_for(activation):
    depth, n = 6, 600
    result = many.draws(depth, 1.2, activation, n=n, seed=7, x=0.8)
    logs = naive_logs(depth, 1.2, activation, n, 7, 0.8)
    zero = np.isneginf(logs)
    np.testing.assert_array_equal(result.zeros, zero.sum(axis=1))
    expected = np.quantile(logs, many.QUANTILES, axis=1, method="lower")
    np.testing.assert_allclose(result.quantiles, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(result.whole, np.sort(logs[-1]), rtol=1e-12, atol=1e-12)
    for layer in range(depth):
        alive = logs[layer][~zero[layer]]
        np.testing.assert_allclose(result.mean[layer], alive.mean(), atol=1e-12)
        np.testing.assert_allclose(result.std[layer], alive.std(ddof=1), atol=1e-12)
        np.testing.assert_allclose(
            result.nonzero_quantiles[:, layer],
            np.quantile(alive, many.QUANTILES, method="lower"),
            atol=1e-12,
        )
    assert result.counts.sum() == n - result.zeros[-1]
    assert result.edges[0] == pytest.approx(logs[-1][~zero[-1]].min(), abs=1e-12)


def test_draws_repeat_and_share_their_normals():
    identity = activations.get("identity")
    first, again = (many.draws(20, 1.0, SIGMOID, 500, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.whole, again.whole)
    assert not np.array_equal(first.whole, many.draws(20, 1.0, SIGMOID, 500, seed=4).whole)
    shallow = many.draws(5, 1.0, SIGMOID, 500, seed=3)
    np.testing.assert_array_equal(shallow.quantiles, first.quantiles[:, :5])
    one, ten = (many.draws(20, s, identity, 500, seed=3) for s in (1.0, 10.0))
    np.testing.assert_allclose(ten.whole, one.whole + 20, atol=1e-11)


def test_dead_relu_chains_are_counted_and_halve_with_each_layer():
    n = 100_000
    result = many.draws(100, 1.0, activations.get("relu"), n)
    for layer in range(8):
        alive, p = 1 - result.zeros[layer] / n, 0.5 ** (layer + 1)
        assert abs(alive - p) < 5 * math.sqrt(p * (1 - p) / n)
    assert np.all(np.diff(result.zeros) >= 0)
    assert result.zeros[-1] == n
    assert np.all(np.isneginf(result.quantiles[:, -1]))
    assert np.all(np.isnan(result.nonzero_quantiles[:, -1]))
    assert np.isnan(result.mean[-1])
    assert len(result.counts) == 0
    assert np.all(np.isneginf(result.whole))


def test_deep_products_do_not_underflow_in_the_logarithm():
    result = many.draws(100, 1e-4, SIGMOID, 200)
    assert result.zeros[-1] == 0
    assert result.quantiles[1, -1] < -400


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
@pytest.mark.parametrize("sigma_w", [1e-3, 30.0])
def test_draws_at_the_ends_of_the_range_raise_no_warning(activation, sigma_w):
    result = many.draws(100, sigma_w, activation, 500, x=-10.0)
    assert not np.isnan(result.whole).any()
    assert not np.isposinf(result.whole).any()


# --- the map --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["sigmoid", "relu", "leaky_relu"])
def test_map_holds_the_medians_of_the_draws(key):
    activation = activations.get(key)
    depths, sigmas = [1, 7, 30], [0.5, 2.0, 8.0]
    result = many.median_map(depths, sigmas, activation, n=501, seed=2)
    for column, sigma in enumerate(sigmas):
        median = many.draws(30, sigma, activation, 501, seed=2).quantiles[1]
        np.testing.assert_allclose(
            result.median[:, column], median[[0, 6, 29]], rtol=1e-12, atol=1e-12
        )


def test_map_regimes_follow_their_thresholds():
    sigmas = np.logspace(-1, 1, 21)
    result = many.median_map(range(5, 101, 5), sigmas, activations.get("identity"), n=2000)
    assert set(np.unique(result.regime)) == {"vanishing", "steady", "exploding"}
    np.testing.assert_array_equal(result.regime == "vanishing", result.median < -3)
    np.testing.assert_array_equal(result.regime == "exploding", result.median > 3)
    # Linear chain: the median of log|product| is near n·(log₁₀ σ − 0.276).
    expected = result.depths[:, None] * (np.log10(sigmas) - 0.2759)
    assert np.all(np.abs(result.median - expected) < 0.5)


def test_sigmoid_medians_never_grow_at_any_weight_scale():
    # Claims C9 and C26: large weights saturate the slope before they win.
    result = many.median_map(range(1, 101, 9), np.logspace(-1.5, 1.47, 31), SIGMOID, n=2000)
    assert np.all(result.median < 0)
    assert np.all(result.regime[result.depths >= 10] == "vanishing")


# --- limits ---------------------------------------------------------------------------------------

WHOLE = "a whole number from"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: chain.run(1.0, [], SIGMOID),
            r"weights must be of shape \(L,\), nowhere 0, got \(0,\)",
        ),
        (lambda: chain.run(1.0, np.ones(1001), SIGMOID), "got 1001"),
        (
            lambda: chain.run(1.0, np.ones((2, 2)), SIGMOID),
            r"weights must be of shape \(L,\), .*got \(2, 2\)",
        ),
        (lambda: chain.run(math.nan, [1.0], SIGMOID), "x must be finite, got nan"),
        (lambda: chain.run(1.0, [math.inf], SIGMOID), "weights must be finite"),
        (lambda: chain.run(1.0, [1.0], SIGMOID, target=math.inf), "target must be finite"),
        (lambda: chain.run(1.0, [1.0], SIGMOID, dtype="int8"), "dtype must be one of float16"),
        (lambda: chain.running_product(np.ones(2), "float128"), "dtype must be one of"),
        (lambda: chain.bound(SIGMOID, 0.0, 5), "max_weight must be above 0"),
        (lambda: chain.bound(SIGMOID, 1.0, 0), f"depth must be {WHOLE} 1 to 1,000, got 0"),
        (lambda: many.draws(101, 1.0, SIGMOID), f"depth must be {WHOLE} 1 to 100, got 101"),
        (lambda: many.draws(10, 0.0, SIGMOID), "sigma_w must be above 0 and at most 30, got 0.0"),
        (lambda: many.draws(10, math.nan, SIGMOID), "sigma_w"),
        (lambda: many.draws(10, 1.0, SIGMOID, n=1), f"n must be {WHOLE} 2 to 1,000,000, got 1"),
        (
            lambda: many.draws(100, 1.0, SIGMOID, n=100_001),
            f"n must be {WHOLE} 2 to 100,000, got 100001",
        ),
        (
            lambda: many.draws(10, 1.0, SIGMOID, x=0.0),
            r"\|x\| must be above 0 and at most 10, got 0.0",
        ),
        (lambda: many.median_map([], [1.0], SIGMOID), "depths must be ascending"),
        (lambda: many.median_map([2, 2], [1.0], SIGMOID), "depths must be ascending"),
        (
            lambda: many.median_map([0, 2], [1.0], SIGMOID),
            f"first of depths must be {WHOLE} 1 up, got 0",
        ),
        (
            lambda: many.median_map([1], [], SIGMOID),
            r"sigmas must be of shape \(S,\), .*got \(0,\)",
        ),
        (lambda: many.median_map([1], [31.0], SIGMOID), "sigmas must be above 0 and at most 30"),
        (
            lambda: many.median_map([100], [1.0] * 100, SIGMOID),
            f"n must be {WHOLE} 2 to 1,000, got 2000",
        ),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
