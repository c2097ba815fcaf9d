import math

import numpy as np
import pytest

from vanishing.engine.nets.activations import KEYS, get
from vanishing.engine.nets.network import Architecture
from vanishing.engine.wide import criticality
from vanishing.engine.wide.criticality import (
    critical_line,
    critical_point,
    depth_scale,
    factor_curve,
    limit_growth,
    limit_susceptibility,
)
from vanishing.engine.wide.mean_field import fixed_point, next_variance, propagate, susceptibility


def test_schoenholz_critical_point_of_tanh() -> None:
    # Published: tanh with σ_b² = 0.05 is critical at σ_w² = 1.76.
    def chi(weight_variance: float) -> float:
        q = propagate(
            get("tanh"), 400, weight_variance=weight_variance, bias_variance=0.05
        ).variances[-1]
        return susceptibility(get("tanh"), q, weight_variance)

    assert chi(1.75) < 1.0 < chi(1.77)


def test_published_sigmoid_factor() -> None:
    # Published: sigmoid with σ_b = 0, σ_w = 1 has √χ₁ = 0.236.
    factors = propagate(get("sigmoid"), 30, weight_variance=1.0).factors
    assert factors[-1] == pytest.approx(0.236, abs=5e-4)


def test_he_keeps_relu_and_xavier_halves_it() -> None:
    he = propagate(get("relu"), 30, weight_variance=2.0)
    assert he.variances == pytest.approx([2.0] * 30)
    assert he.factors == pytest.approx([1.0] * 30)
    xavier = propagate(get("relu"), 31, weight_variance=1.0)
    # He et al. 2015: 2^(−L/2), 3·10⁻⁵ at L = 30.
    assert math.prod(xavier.factors[:30]) == pytest.approx(2.0**-15, rel=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_one_step_against_a_sample(key: str) -> None:
    activation = get(key)
    z = math.sqrt(1.7) * np.random.default_rng(3).standard_normal(400_000)
    for exact, values in (
        (next_variance(activation, 1.7, 1.3, 0.2), 1.3 * activation.f(z) ** 2 + 0.2),
        (susceptibility(activation, 1.7, 1.3), 1.3 * activation.df(z) ** 2),
    ):
        assert abs(values.mean() - exact) <= 5 * values.std() / math.sqrt(len(z)) + 1e-12


@pytest.mark.parametrize(
    ("argument", "value"),
    [("layers", 0), ("layers", 1001), ("weight_variance", -1.0), ("bias_variance", math.nan)],
)
def test_out_of_range_is_named(argument: str, value: float) -> None:
    arguments = {"layers": 5, "weight_variance": 1.0, argument: value}
    with pytest.raises(ValueError, match=argument):
        propagate(get("tanh"), **arguments)


def test_an_exploding_net_stays_finite() -> None:
    variances = propagate(get("relu"), 1000, weight_variance=100.0).variances
    assert math.isfinite(variances[-1])


# --- fixed points, depth scale, the critical line -------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("weights", "biases"), [(0.5, 0.0), (1.5, 0.1), (30.0, 1.0)])
def test_a_fixed_point_is_where_a_long_walk_ends(key: str, weights: float, biases: float) -> None:
    activation = get(key)
    q = fixed_point(activation, weights, biases)
    walked = propagate(activation, 300, weight_variance=weights, bias_variance=biases).variances[-1]
    if math.isinf(q):
        assert walked > 1e3
    elif q == 0.0:
        assert walked < 1e-6
    else:
        assert walked == pytest.approx(q, rel=1e-2)


def test_every_q_of_relu_with_he_is_fixed_and_beyond_it_diverges() -> None:
    relu = get("relu")
    assert fixed_point(relu, 2.0, 0.0) == pytest.approx(2.0)
    assert fixed_point(relu, 1.9, 0.0) == 0.0
    assert fixed_point(relu, 2.1, 0.0) == math.inf
    assert fixed_point(relu, 2.0, 0.1) == math.inf
    assert fixed_point(relu, 1.0, 0.3) == pytest.approx(0.6)


@pytest.mark.parametrize("biases", [1e-6, 1e-3, 0.01, 0.05, 0.1, 5.0])
@pytest.mark.parametrize(("key", "weights"), [("relu", 2.0), ("identity", 1.0), ("softplus", 2.0)])
def test_a_q_that_grows_by_a_little_each_layer_grows_without_end(key, weights, biases) -> None:
    """Half of z², or all of it, comes through however large it is: q → q + Var(b), at least."""
    assert fixed_point(get(key), weights, biases) == math.inf
    # And each layer's step is that, wherever q is: no place to settle at.
    for q in (1.0, 1e3, 1e6):
        assert next_variance(get(key), q, weights, biases) - q > 0.99 * biases


@pytest.mark.parametrize("weights", [1.9, 1.99, 1.999])
def test_a_far_fixed_point_is_found(weights) -> None:
    """Of ReLU q* = Var(b) / (1 − σ_w²/2), a geometric series."""
    assert fixed_point(get("relu"), weights, 5.0) == pytest.approx(5.0 / (1.0 - weights / 2.0))


def test_depth_scales_with_a_plain_meaning() -> None:
    relu, tanh = get("relu"), get("tanh")
    assert depth_scale(relu, 1.0, 0.0) == pytest.approx(1.0 / math.log(2.0))
    assert depth_scale(relu, 2.0, 0.0) == math.inf
    assert depth_scale(relu, 3.0, 0.0) == pytest.approx(-1.0 / math.log(1.5))
    assert depth_scale(tanh, 1.0, 0.0) == math.inf
    assert 0.0 < depth_scale(tanh, 0.9, 0.0) == pytest.approx(-1.0 / math.log(0.9), rel=1e-6)
    assert depth_scale(tanh, 2.0, 0.0) < 0.0
    assert abs(depth_scale(tanh, 1.76, 0.05)) > 1e3
    assert depth_scale(relu, 0.0, 1.0) == 0.0


def test_depth_scale_of_normalised_and_residual_nets() -> None:
    relu = get("relu")
    explosion = math.pi / (math.pi - 1.0)
    for weights in (0.5, 2.0, 50.0):
        assert limit_susceptibility(relu, weights, 0.0, "batch") == pytest.approx(
            explosion, rel=1e-4
        )
        assert limit_susceptibility(relu, weights, 0.0, "layer") == pytest.approx(1.0, abs=1e-4)
    assert depth_scale(relu, 2.0, 0.0, "batch") == pytest.approx(-1 / math.log(explosion), rel=1e-3)
    assert limit_susceptibility(relu, 2.0, 0.0, skips="identity") == pytest.approx(2.0)
    assert limit_growth(relu, 2.0, 0.0, skips="identity") == pytest.approx(2.904, abs=1e-3)
    assert depth_scale(relu, 2.0, 0.0, skips="identity") == pytest.approx(
        -1 / math.log(2.9041), 1e-3
    )
    assert limit_growth(get("identity"), 2.0, 0.0, skips="identity") == pytest.approx(3.0)
    assert limit_growth(relu, 2.0, 0.0, "batch") == limit_susceptibility(relu, 2.0, 0.0, "batch")
    # tanh saturates in the growing sum: a power of the depth at most, or e^√depth.
    assert depth_scale(get("tanh"), 2.0, 0.0, skips="identity") == math.inf
    for normalization in ("none", "batch", "layer"):
        assert depth_scale(relu, 2.0, 0.0, normalization, "scaled") == math.inf
    assert depth_scale(relu, 2.0, 0.0, "batch", "identity") == math.inf


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("skips", ["none", "identity"])
def test_the_limit_is_what_the_layers_come_to(key: str, skips: str) -> None:
    deep = propagate(
        get(key),
        400,
        weight_variance=0.8,
        bias_variance=0.1,
        architecture=Architecture("none", skips),
    )
    limit = limit_susceptibility(get(key), 0.8, 0.1, skips=skips)
    slack = 0.1 if skips == "identity" else 1e-3
    assert deep.factors[-1] ** 2 == pytest.approx(limit, rel=slack)


@pytest.mark.parametrize("kind", ["batch", "layer"])
@pytest.mark.parametrize("key", ["relu", "tanh", "gelu"])
def test_normalised_layers_against_a_sample(kind: str, key: str) -> None:
    # The second way: sampled pre-activations, the bias shared by the batch.
    activation, biases = get(key), 0.4
    rng = np.random.default_rng(5)
    b = math.sqrt(biases) * rng.standard_normal((2000, 1))
    z = rng.standard_normal((2000, 400)) + b
    a = activation.f(z)
    taken_out = a.var(axis=1).mean() if kind == "batch" else np.mean(a**2)
    expected = np.mean(activation.df(z) ** 2) / taken_out
    found = limit_susceptibility(activation, 1.0, biases, kind)
    assert found == pytest.approx(expected, rel=0.02)


def test_the_critical_line_is_critical() -> None:
    for key in KEYS:
        line = critical_line(get(key))
        for weights, biases in line[5::15]:
            if biases > 1e-6 and weights < 1e4:
                chi = limit_susceptibility(get(key), weights, biases)
                assert chi == pytest.approx(1.0, abs=2e-3), (key, weights, biases)
    # Published: tanh, σ_b² = 0.05 → σ_w² = 1.76.
    line = np.array(critical_line(get("tanh")))
    assert np.interp(0.05, line[:, 1], line[:, 0]) == pytest.approx(1.76, abs=0.01)
    # Where it starts without biases, by bisection of χ over σ_w².
    low, high = 50.0, 200.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        below = limit_susceptibility(get("sigmoid"), middle, 0.0) < 1.0
        low, high = (middle, high) if below else (low, middle)
    assert critical_line(get("sigmoid"))[0] == pytest.approx((high, 0.0), rel=1e-6, abs=1e-6)
    assert np.array(critical_line(get("relu"))) == pytest.approx(np.array([(2, 0), (2, 1e6)]))


@pytest.mark.parametrize(
    ("key", "scale"),
    [("tanh", 1.0), ("softsign", 1.0), ("elu", 1.0), ("selu", 2 / (1.0507009873**2 * 3.79980))],
)
def test_the_critical_line_begins_where_nothing_is_left_of_q(key: str, scale: float) -> None:
    """There 1/σ_w² is the mean of the squared slopes on both sides of 0."""
    assert critical_line(get(key))[0] == pytest.approx((scale, 0.0), rel=1e-4)


def test_a_wrong_slope_moves_the_critical_line(monkeypatch: pytest.MonkeyPatch) -> None:
    real = criticality.mean_square_slope
    monkeypatch.setattr(criticality, "mean_square_slope", lambda a, q: 1.1 * real(a, q))
    line = np.array(critical_line(get("tanh")))
    assert abs(np.interp(0.05, line[:, 1], line[:, 0]) - 1.76) > 0.05


def test_the_factor_of_sigmoid_passes_1_only_at_enormous_weights() -> None:
    curve = np.array(factor_curve(get("sigmoid"), 0.0))
    assert (np.diff(curve[:, 1]) > 0).all()
    assert (curve[curve[:, 0] < 100, 1] < 1).all()
    assert (curve[curve[:, 0] > 110, 1] > 1).all()
    at_one = np.interp(1.0, curve[:, 0], curve[:, 1])
    assert at_one == pytest.approx(0.236, abs=1e-3)


def test_far_out_the_prediction_keeps_its_scale() -> None:
    # ReLU is straight on each side: q grows by exactly σ_w²/2 a layer, however large.
    grown = propagate(get("relu"), 60, weight_variance=20.0)
    assert grown.variances[-1] == pytest.approx(20.0 * 10.0**59, rel=1e-6)
    assert grown.stds[-1] == pytest.approx(
        math.sqrt(grown.variances[-1] * (0.5 - 0.5 / math.pi)), rel=1e-6
    )
    capped = propagate(get("tanh"), 5, weight_variance=1.0, first_variance=1e200)
    assert capped.stds[0] == pytest.approx(1.0)


@pytest.mark.parametrize("value", [0.0, -1.0, 1e13])
def test_a_critical_point_needs_a_variance(value: float) -> None:
    with pytest.raises(ValueError, match="variance"):
        critical_point(get("tanh"), value)


def test_the_prediction_for_gradients_is_the_product_of_factors() -> None:
    deep = propagate(get("tanh"), 7, weight_variance=1.3, bias_variance=0.2)
    for layer in range(7):
        # Without skips ∂J/∂z moves by the √χ of the layer it comes to.
        assert deep.deltas[layer] == pytest.approx(math.prod(deep.factors[layer:6]), rel=1e-12)
