import math

import numpy as np
import pytest

from vanishing.activations import KEYS, get
from vanishing.mean_field import next_variance, propagate, susceptibility


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
