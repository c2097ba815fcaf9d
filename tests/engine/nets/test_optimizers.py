"""Optimisers against their definitions, step by step, and against scikit-learn's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from vanishing.engine.nets import optimizers


def gradients(steps, size, shape=(2, 7)):
    rng = np.random.default_rng(0)
    return [
        size * rng.normal(size=shape) * 10.0 ** rng.integers(-6, 3, shape) for _ in range(steps)
    ]


def path(key, rate, momentum=0.9, steps=30, size=1.0):
    """Parameters after every step from 0, with gradients that do not depend on them."""
    optimizer = optimizers.get(key)
    drawn = gradients(steps, size)
    state = optimizer.start(drawn[0])
    now = np.zeros_like(drawn[0])
    places = []
    for gradient in drawn:
        now = now + optimizer.step(gradient, state, rate, momentum)
        places.append(now)
    assert state.steps == steps
    return drawn, places


def test_gradient_descent():
    drawn, places = path("gradient_descent", 0.3)
    assert_allclose(places[-1], -0.3 * np.sum(drawn, axis=0), rtol=1e-12)


def test_momentum_is_gradient_descent_with_a_geometric_memory():
    # Δw at step t is −η Σ μ^(t−s) g_s.
    drawn, places = path("momentum", 0.3, momentum=0.8)
    weights = 0.8 ** np.arange(len(drawn))[::-1]
    last = -0.3 * np.tensordot(weights, drawn, axes=1)
    assert_allclose(places[-1] - places[-2], last, rtol=1e-9, atol=1e-9)
    assert_allclose(path("momentum", 0.3, momentum=0.0)[1], path("gradient_descent", 0.3)[1])


@pytest.mark.parametrize(
    ("key", "theirs"),
    [
        ("gradient_descent", lambda p: SGDOptimizer(p, 0.3, momentum=0.0, nesterov=False)),
        ("momentum", lambda p: SGDOptimizer(p, 0.3, momentum=0.7, nesterov=False)),
        ("adam", lambda p: AdamOptimizer(p, 0.3)),
    ],
)
def test_paths_match_scikit_learn(key, theirs):
    # scikit-learn puts ε in another place in Adam; at gradients this large ε does not matter.
    drawn, places = path(key, 0.3, momentum=0.7, size=1e9)
    parameters = [np.zeros_like(drawn[0])]
    optimizer = theirs(parameters)
    for gradient, place in zip(drawn, places, strict=True):
        optimizer.update_params(parameters, [gradient])
        assert_allclose(place, parameters[0], rtol=1e-6)


def test_adam_by_its_published_algorithm():
    drawn, places = path("adam", 0.3)
    mean, square, now = np.zeros((2, 7)), np.zeros((2, 7)), np.zeros((2, 7))
    for t, (gradient, place) in enumerate(zip(drawn, places, strict=True), start=1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        now = now - 0.3 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
        assert_allclose(place, now, rtol=1e-10, atol=1e-12)


def test_the_first_adam_step_is_the_step_size_whatever_the_gradient():
    # That is why Adam still moves where the gradient has nearly vanished, down to about ε = 1e-8.
    optimizer = optimizers.get("adam")
    gradient = np.array([[1e3, 1.0, 1e-6, -1e-6, 1e-12]])
    update = optimizer.step(gradient, optimizer.start(gradient), 0.1)
    assert_allclose(update[0, :4], [-0.1, -0.1, -0.1, 0.1], rtol=1e-2)
    assert abs(update[0, 4]) < 2e-5


def test_adam_in_single_precision_where_a_square_does_not_fit():
    optimizer = optimizers.get("adam")
    drawn = gradients(10, 1e28, (1, 7))
    single, double = (optimizer.start(drawn[0].astype(t)) for t in (np.float32, np.float64))
    with np.errstate(over="ignore"):
        for gradient in [np.ones((1, 7)), *drawn, np.ones((1, 7))]:
            found = optimizer.step(gradient.astype(np.float32), single, 0.1)
            assert_allclose(found, optimizer.step(gradient, double, 0.1), rtol=1e-3, atol=1e-6)
            assert found.dtype == np.float32


@pytest.mark.parametrize("key", optimizers.KEYS)
def test_type_shape_and_independence(key):
    optimizer = optimizers.get(key)
    gradient = np.ones((2, 3), np.float32)
    before = gradient.copy()
    first, second = optimizer.start(gradient), optimizer.start(gradient)
    update = optimizer.step(gradient, first, 0.1, 0.5)
    assert update.dtype == np.float32
    assert update.shape == (2, 3)
    assert update is first.update
    assert_array_equal(gradient, before)
    assert not second.update.any()
    assert second.steps == 0
    # One network of a stack moves as it would alone.
    alone = optimizer.step(gradient[:1], optimizer.start(gradient[:1]), 0.1, 0.5)
    assert_array_equal(update[:1], alone)


def test_describes_itself():
    assert optimizers.KEYS == ("gradient_descent", "momentum", "adam")
    for key in optimizers.KEYS:
        optimizer = optimizers.get(key)
        assert optimizer.key == key
        assert optimizer.name
    with pytest.raises(ValueError, match="key must be one of gradient_descent, momentum, adam"):
        optimizers.get("sgd")
