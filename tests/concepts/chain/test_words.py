"""The sentences under the chain's charts, held against the numbers they speak of."""

import re

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from vanishing.concepts.chain import words as say
from vanishing.concepts.chain.charts import histogram, product
from vanishing.concepts.chain.facts import products
from vanishing.engine.chain import many
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.chain import weights as chain_weights
from vanishing.engine.nets import activations
from vanishing.text import of_log10

NAMES = activations.KEYS
SETTINGS = [
    (key, sigma, depth) for key in NAMES for sigma in (0.1, 1.0, 30.0) for depth in (1, 2, 9, 100)
]


def one_chain(key, sigma, depth, dtype="float64"):
    return chain.run(1.0, chain_weights.drawn(depth, sigma, 0), activations.get(key), 1.0, dtype)


@pytest.mark.parametrize("dtype", chain.DTYPES)
@pytest.mark.parametrize("key", NAMES)
def test_what_is_said_of_a_chain_is_what_it_came_to(key, dtype):
    for sigma in (0.1, 1.0, 30.0):
        for depth in (1, 9, 100):
            own, exact = one_chain(key, sigma, depth, dtype), one_chain(key, sigma, depth)
            told, size = say.this_chain(own, exact), abs(float(products(own)[-1]))
            assert ("not a number" in told) == bool(np.isnan(size))
            assert ("overflows" in told) == bool(np.isinf(size))
            if size == 0:
                first = int(re.search(r"from layer (\d+) on", told)[1])
                running = np.abs(products(own))
                assert running[first - 1] == 0
                assert first == 1 or running[first - 2] > 0
                by_factor = "that layer's factor" in told
                assert by_factor == (own.layer_factors[first - 1] == 0)


@pytest.mark.parametrize(("key", "sigma", "depth"), SETTINGS)
def test_what_is_said_of_the_bound_holds(key, sigma, depth):
    own = one_chain(key, sigma, depth)
    told = say.the_bound(own, chain_weights.share_within_one(sigma, n=100), f"{sigma:g}")
    log_bound = chain.bound(own.activation, 1.0, depth)[-1]
    if "so it holds here" in told:
        assert np.all(np.abs(own.weights) <= 1)
        with np.errstate(divide="ignore"):
            assert np.log10(abs(own.products[0])) <= log_bound + 1e-12
    else:
        assert np.any(np.abs(own.weights) > 1)


def test_normal_weights_are_never_said_to_lie_all_within_one():
    own = one_chain("sigmoid", 0.1, 3)
    told = say.the_bound(own, chain_weights.share_within_one(0.1), "0.1")
    assert "> 99.9 % lie in [−1, 1] (measured: 100 % of" in told


def test_one_of_a_thing_is_one():
    def told(weights, dtype="float64", x=1.0):
        identity = activations.get("identity")
        return [chain.run(x, weights, identity, 1.0, kind) for kind in (dtype, "float64")]

    share = chain_weights.share_within_one(1.0, n=100)
    assert "this chain's only weight is not" in say.the_bound(told([2.0])[1], share, "1")
    assert "1 of this chain's 2 is not" in say.the_bound(told([2.0, 0.5])[1], share, "1")
    assert "2 of this chain's 2 are not" in say.the_bound(told([2.0, 2.0])[1], share, "1")
    assert "After 1 layer it" in say.this_chain(*told([1e-5, 1.0], "float16"))
    assert "from layer 1 on it is ∞" in say.this_chain(*told([1e5], "float16"))
    drawn = many.draws(1, 1.0, activations.get("identity"), 100)
    axes = {"deepest": 1.0, "low": -9.0, "high": 3.0}
    for view in (
        product(told([1e-5], "float16")[0], drawn, None, axes, ""),
        histogram(told([1e-5], "float16")[0], drawn, None, ""),
    ):
        assert "product of 1 factor" in view.alt.lower()
        assert "1 layers" not in view.alt


@pytest.mark.parametrize("key", NAMES)
def test_what_is_said_of_drawn_chains_can_be_counted(key):
    activation = activations.get(key)
    for sigma, depth in ((0.1, 3), (1.0, 1), (2.0, 12), (30.0, 100)):
        drawn = many.draws(depth, sigma, activation, 400)
        gap = chain_theory.theory_gap(activation, sigma)
        theory = None if gap else chain_theory.theory(depth, sigma, activation)
        told = " ".join(say.drawn_chains(drawn, theory, gap, f"{sigma:g}", activation))
        assert gap in told
        assert ("predicts" in told) == (theory is not None)
        zeros = int(np.isneginf(drawn.whole).sum())
        assert ("give exactly 0" in told) == bool(zeros)
        assert ("**underflow**" in told) == bool(zeros and key not in ("relu", "hard_tanh"))
        middle = drawn.whole[zeros + (399 - zeros) // 2] if zeros < 400 else None
        assert ("come to at most" in told) == (zeros <= 390)
        if zeros <= 390:
            assert of_log10(float(middle)) in told
        assert "not a number" not in told
        assert "not a number" not in say.logarithms(drawn, theory)


@pytest.mark.parametrize("key", NAMES)
def test_no_weight_scale_beats_the_best_one(key):
    activation = activations.get(key)
    if chain_theory.theory_gap(activation, 1.0):
        return
    try:
        # One thread, as in the app: the systems solved are small.
        with threadpool_limits(limits=1, user_api="blas"):
            best = chain_theory.best_rate(activation)
    except ValueError:
        assert activation.slope_range.low == 0
        return
    told = say.best_scale(best, activation, drawn=True)
    sigmas = [s for s in (0.1, 1.0, 1.2, 2.5, 3.2, 30) if s <= best.sigma_limit]
    rates = {s: chain_theory.layer_rate(activation, s) for s in sigmas}
    if not told:
        assert best.at_limit
        return
    if "grows above" in told[0]:
        even = float(re.search(r"std\(w\) = ([\d.]+)", told[0])[1])
        assert all((rate > 0) == (s > even) for s, rate in rates.items())
        return
    assert max(rates.values()) <= best.rate + 1e-6
    assert ("still shrinks" in told[0]) == (best.rate < -say.STEADY_RATE)


def test_sigmoid_at_its_best_still_loses_more_than_three_quarters_per_layer():
    best = chain_theory.best_rate(activations.get("sigmoid"))
    told = say.best_scale(best, activations.get("sigmoid"), drawn=True)[0]
    assert "×0.235" in told
    assert "not of those chosen" not in told


def test_what_holds_of_drawn_weights_is_not_said_of_chosen_ones():
    # Equal weights can be kept from saturating, which drawn ones cannot: here ×0.78 a layer.
    sigmoid = activations.get("sigmoid")
    equal = chain.run(1.0, np.full(30, -5.75), sigmoid)
    best = chain_theory.best_rate(sigmoid)
    assert abs(products(equal)[-1]) ** (1 / 30) > 3 * 10.0**best.rate
    assert "not of those chosen for this chain" in say.best_scale(best, sigmoid, drawn=False)[0]


def test_zeros_of_a_slope_that_is_never_0_are_underflow():
    softplus = activations.get("softplus")
    drawn = many.draws(40, 30.0, softplus, 1_000)
    assert 0 < drawn.zeros[-1] < drawn.n
    told = " ".join(say.drawn_chains(drawn, None, "", "30", softplus))
    assert "**underflow** among the drawn chains" in told
    assert "those that are left, the larger ones" in told
    own = chain.run(1.0, np.full(3, -1.0), activations.get("relu"))
    assert "factor is exactly 0" in say.this_chain(own, own)
    flat = chain.run(1.0, np.array([2000.0, -2000.0]), softplus, 1.0, "float32")
    assert "factor is too small for the type" in say.this_chain(flat, flat)


def test_one_relu_layer_is_told_by_its_zeros_and_the_others():
    relu = activations.get("relu")
    drawn = many.draws(1, 1.0, relu, 10_000, seed=3)
    told = say.drawn_chains(drawn, chain_theory.theory(1, 1.0, relu), "", "1", relu)[0]
    # Of a half normal distribution half lie below 0.674.
    assert "**50 % give exactly 0** over 1 layer; of the others half come to at most 0.67" in told
    assert "Theory predicts 50 % zeros, and a geometric mean of 0.53 for the others." in told


@pytest.mark.parametrize("key", NAMES)
def test_what_is_said_of_growth_is_on_the_map(key):
    activation = activations.get(key)
    grid = many.median_map((1, 5, 40), (0.1, 1.0, 2.0, 30.0), activation, n=200)
    for depth in (1, 6, 100):
        told = say.growing(grid, activation, depth)
        column = {1: 0, 6: 1, 100: 2}[depth]
        median = grid.median[column]
        assert f"at depth {grid.depths[column]}" in told
        assert ("at no std(w)" in told or "exactly 0 at every" in told) == bool(np.all(median <= 0))


def test_the_number_types_are_told_apart():
    chains = {name: one_chain("identity", 0.1, 60, name) for name in chain.DTYPES}
    told = say.number_types(chains)
    for name, own in chains.items():
        zero = np.flatnonzero(products(own) == 0)
        if len(zero):
            assert re.search(rf"{name}: [^;]*exactly 0 from {zero[0] + 1}\b", told)
    assert "float64: holds it at every depth" in told


@pytest.mark.parametrize(
    ("weights", "key", "phrase"),
    [
        ([0.75, -0.5, 1.0], "sigmoid", "relative difference"),
        ([0.5] * 40, "sigmoid", "too small"),
        ([0.0, 1.0], "relu", "kink"),
        ([-1.0, 1.0], "relu", "both are exactly 0"),
    ],
)
def test_the_gradient_check_says_what_it_is_worth(weights, key, phrase):
    f = activations.get(key)
    check = chain.check_gradient(1.0, weights, f, 5.0)
    assert phrase in say.gradient_check(chain.run(1.0, weights, f, 5.0), check)
