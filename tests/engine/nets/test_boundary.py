import math

import numpy as np
import pytest

from vanishing.engine.nets import activations, boundary, datasets, heads
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.initializers import get as initializer
from vanishing.engine.nets.network import Parameters, initialize


def line(a: float, b: float) -> Parameters:
    """The net ŷ = σ(a x₁ + b x₂), without hidden layers."""
    return Parameters((np.array([[[a], [b]]]),), (np.zeros((1, 1)),))


def test_grid_covers_the_data_with_its_margin_on_every_side():
    data = datasets.load("spirals", samples=100)
    found = boundary.grid(data, 20)
    assert found.points.shape == (400, 2)
    for column, (low, high) in zip(data.x.T, found.reach, strict=True):
        extent = column.max() - column.min()
        assert low == pytest.approx(column.min() - 0.1 * extent)
        assert high == pytest.approx(column.max() + 0.1 * extent)
    # Last feature fastest, first point in the lower left corner.
    np.testing.assert_array_equal(found.points[:20, 0], found.axes[0][0])
    np.testing.assert_array_equal(found.points[:20, 1], found.axes[1])


def test_grid_of_one_feature_is_a_line():
    found = boundary.grid(datasets.load("wave", samples=50), 30)
    assert found.points.shape == (30, 1)
    np.testing.assert_array_equal(found.points[:, 0], found.axes[0])


@pytest.mark.parametrize(("key", "cells"), [("digits", 10), ("moons", 1), ("moons", 142)])
def test_grid_refuses_what_it_cannot_lay(key, cells):
    with pytest.raises(ValueError, match="must"):
        boundary.grid(datasets.load(key, samples=50), cells)


def test_two_classes_answer_with_both_probabilities():
    # By hand: z = 2·0.5 − 1·1 = 0 gives ½ and ½; z = 2 gives 1/(1 + e⁻²).
    inputs = np.array([[0.5, 1.0], [1.0, 0.0]])
    found = boundary.answers(line(2.0, -1.0), inputs, activations.get("relu"), heads.get("sigmoid"))
    one = 1 / (1 + math.exp(-2))
    np.testing.assert_allclose(found, [[[0.5, 0.5], [1 - one, one]]], rtol=1e-15)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_probabilities_sum_to_one_on_top_of_relu_layers(classes):
    head = heads.for_classes(classes)
    drawn = initialize(
        (5, 8, 8, head.width(classes)), initializer("he_normal"), Bias(), seeds=range(4)
    )
    inputs = 10 * np.random.default_rng(0).standard_normal((200, 5))
    found = boundary.answers(drawn, inputs, activations.get("relu"), head)
    assert found.shape == (4, 200, classes)
    assert (found >= 0).all()
    assert boundary.sum_error(found) <= 1e-15 * classes
    assert boundary.sum_error(found * 1.01) == pytest.approx(0.01)


def test_diverged_networks_answer_without_a_warning():
    broken = line(np.nan, np.inf)
    inputs = np.ones((3, 2))
    found = boundary.answers(broken, inputs, activations.get("relu"), heads.get("sigmoid"))
    assert np.isnan(found).all()
    assert math.isnan(boundary.sum_error(found))


def test_the_first_network_is_a_copy():
    drawn = initialize((2, 3, 1), initializer("he_normal"), Bias(), seeds=(7, 8))
    alone = drawn.copy(1)
    again = initialize((2, 3, 1), initializer("he_normal"), Bias(), seeds=(7,))
    for kept, expected in zip(alone.weights, again.weights, strict=True):
        np.testing.assert_array_equal(kept, expected)
    drawn.weights[0][:] = 0
    assert alone.weights[0].any()
