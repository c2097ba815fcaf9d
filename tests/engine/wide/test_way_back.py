"""The way back through wide layers of n units: against nets, single Jacobians, and n = ∞."""

import math

import numpy as np
import pytest

from vanishing.engine.nets.activations import KEYS, get
from vanishing.engine.nets.network import Architecture
from vanishing.engine.wide import way_back
from vanishing.engine.wide.layers import Settings, at_start
from vanishing.engine.wide.mean_field import propagate
from vanishing.engine.wide.way_back import means

SKIPS = Architecture("none", "identity")
KINKED = ("relu", "leaky_relu", "gelu", "softplus", "elu")


@pytest.mark.parametrize("key", KEYS)
def test_the_means_against_a_sample(key):
    activation = get(key)
    z = math.sqrt(1.3) * np.random.default_rng(2).standard_normal(400_000)
    f, d = activation.f(z), activation.df(z)
    found = means(activation, 1.3)
    for name, values in (
        ("f", f),
        ("ff", f * f),
        ("dd", d * d),
        ("zd", z * d),
        ("zfd", z * f * d),
        ("zzdd", (z * d) ** 2),
        ("fdd", f * d * d),
        ("ffdd", (f * d) ** 2),
        ("dddd", d**4),
    ):
        slack = 5 * values.std() / math.sqrt(len(z)) + 1e-12
        assert abs(values.mean() - getattr(found, name)) < slack, name


def test_far_out_the_means_keep_their_scale():
    far, farther = (means(get("relu"), q) for q in (1e14, 4e14))
    assert farther.f == pytest.approx(2.0 * far.f)
    assert farther.zfd == pytest.approx(4.0 * far.zfd)
    assert farther.dd == far.dd == pytest.approx(0.5)
    assert means(get("tanh"), 1e14).ff == pytest.approx(1.0, rel=1e-5)


@pytest.mark.parametrize("architecture", [Architecture(), SKIPS, Architecture("none", "scaled")])
@pytest.mark.parametrize("key", ["tanh", "relu", "softplus"])
def test_infinitely_wide_it_is_the_product_of_the_factors(key, architecture):
    found = propagate(
        get(key), 12, weight_variance=1.5, bias_variance=0.1, architecture=architecture
    )
    branches = [architecture.branch(layer, 12) or 1.0 for layer in range(1, 13)]
    for layer in range(12):
        slopes = [
            s * math.sqrt(means(get(key), q).dd)
            for s, q in zip(branches, found.variances, strict=True)
        ]
        expected = slopes[layer] / slopes[-1] * math.prod(found.factors[layer + 1 :])
        assert found.deltas[layer] == pytest.approx(expected, rel=1e-9)
    wide = propagate(
        get(key),
        12,
        weight_variance=1.5,
        bias_variance=0.1,
        architecture=architecture,
        width=1_000_000,
    )
    assert wide.deltas == pytest.approx(found.deltas, rel=1e-2)


@pytest.mark.parametrize("biases", [0.0, 0.3])
@pytest.mark.parametrize("key", ["relu", "gelu", "softplus", "tanh"])
def test_one_jacobian_at_a_time(key, biases):
    # The second way: ‖∂a_L/∂z_l‖² of drawn nets in plain NumPy, its mean over them. A gradient of
    # random direction at the top is what the theory follows, so no head is in the way.
    n, layers, nets = 48, 8, 60
    rng, activation = np.random.default_rng(4), get(key)
    squares = np.zeros((nets, layers))
    for net in range(nets):
        weights = rng.standard_normal((layers, n, n)) * math.sqrt(2.0 / n)
        shifts = rng.standard_normal((layers, n)) * math.sqrt(biases)
        a = np.zeros(n)
        slopes = []
        for layer in range(layers):
            given = a if layer else rng.standard_normal(n)
            z = weights[layer] @ given + shifts[layer]
            a = a + activation.f(z)
            slopes.append(activation.df(z))
        back = np.eye(n)
        for layer in reversed(range(layers)):
            squares[net, layer] = np.sum((back * slopes[layer]) ** 2)
            back = back + (back * slopes[layer]) @ weights[layer]
    measured = np.sqrt(squares.mean(axis=0))
    predicted = propagate(
        activation,
        layers,
        weight_variance=2.0,
        bias_variance=biases,
        architecture=SKIPS,
        width=n,
    ).deltas
    np.testing.assert_allclose(measured / measured[-1], predicted, rtol=0.08)
    if key != "tanh":
        flat = propagate(
            activation, layers, weight_variance=2.0, bias_variance=biases, architecture=SKIPS
        ).deltas
        assert predicted[0] > 1.2 * flat[0]


@pytest.mark.parametrize("key", ["relu", "gelu", "softplus", "leaky_relu"])
def test_sixty_layers_with_skips_are_as_measured(key):
    # Without the mean of the branches theory was 16,000 times too small here.
    settings = Settings(
        activation=key, initializer="he_normal", skips="identity", depth=60, samples=10
    )
    start = at_start(settings)
    measured = np.median(start.measured.relative("delta")[:, 0])
    assert measured == pytest.approx(start.predicted.deltas[0], rel=0.5)


def test_a_wide_net_with_skips_is_as_measured():
    settings = Settings(
        activation="relu",
        initializer="he_normal",
        skips="identity",
        depth=30,
        width=512,
        samples=10,
        seeds=4,
    )
    start = at_start(settings)
    measured = np.median(start.measured.relative("delta")[:, 0])
    assert 0.5 < measured / start.predicted.deltas[0] < 2.0


def test_a_net_that_lets_nothing_through_has_no_shares():
    dead = propagate(get("relu"), 4, weight_variance=0.0, architecture=SKIPS, width=8)
    assert np.isnan(dead.deltas).all() or dead.deltas[-1] == 1.0
    assert way_back.through(means(get("tanh"), 0.0), 1.0, None) == 1.0
