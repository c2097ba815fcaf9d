"""Surfaces against central differences, and their minima, curvatures and plateaus."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from vanishing.engine.descent import surfaces
from vanishing.engine.descent.surfaces import bowl, neuron, rosenbrock, two_minima

EVERY = {
    "bowl": bowl(30.0),
    "turned": bowl(30.0, 30.0),
    "squared": neuron("squared"),
    "cross-entropy": neuron("cross_entropy"),
    "rosenbrock": rosenbrock(),
    "shallow sharp": two_minima("shallow"),
    "deep sharp": two_minima("deep"),
}
every = pytest.mark.parametrize("surface", EVERY.values(), ids=EVERY)


def places(surface, n=200):
    low, high = np.array(surface.window).T
    return np.random.default_rng(0).uniform(low, high, (n, 2))


def assert_gradient_fits(value, gradient, at):
    step = 1e-5
    for axis in range(2):
        move = step * np.eye(2)[axis]
        difference = (value(at + move) - value(at - move)) / (2 * step)
        size = max(1.0, float(np.abs(difference).max()))
        assert_allclose(gradient(at)[:, axis], difference, rtol=1e-6, atol=1e-8 * size)


@every
def test_the_gradient_is_the_slope_of_the_value(surface):
    assert_gradient_fits(surface.value, surface.gradient, places(surface))


def test_a_wrong_gradient_would_be_seen():
    surface = neuron("cross_entropy")
    with pytest.raises(AssertionError):
        # The squared error's gradient holds a factor that cross-entropy's has not.
        assert_gradient_fits(surface.value, neuron("squared").gradient, places(surface))
    with pytest.raises(AssertionError):
        assert_gradient_fits(surface.value, lambda w: 1.001 * surface.gradient(w), places(surface))


@every
def test_each_minimum_is_one(surface):
    values = [m.value for m in surface.minima]
    assert values == sorted(values)
    for minimum in surface.minima:
        at = np.array(minimum.place)
        assert_allclose(surface.gradient(at), 0, atol=1e-9)
        assert np.all(surface.curvatures(at) > 0)
        assert surface.value(at) == pytest.approx(minimum.value, abs=1e-15)
    assert surface.value(places(surface, 5000)).min() >= values[0]


@every
def test_one_place_or_many_give_the_same(surface):
    many = places(surface, 6).reshape(2, 3, 2)
    assert surface.value(many).shape == (2, 3)
    assert surface.gradient(many).shape == (2, 3, 2)
    assert_allclose(surface.value(many)[1, 2], surface.value(many[1, 2]), rtol=1e-14)
    assert_allclose(surface.gradient(many)[1, 2], surface.gradient(many[1, 2]), rtol=1e-14)


@every
def test_the_start_and_the_minima_are_in_the_window(surface):
    for place in (surface.start, *(m.place for m in surface.minima)):
        for value, (low, high) in zip(place, surface.window, strict=True):
            assert low < value < high


@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0])
def test_a_bowl_has_its_condition_number_however_it_is_turned(angle):
    surface = bowl(40.0, angle)
    for place in places(surface, 3):
        assert_allclose(surface.curvatures(place), [1 / 40, 1], rtol=1e-7)
    assert surface.value(np.array(surface.start)) == pytest.approx(0.5 * (25 / 40 + 6.25))


def test_rosenbrocks_curvatures_are_the_known_ones():
    x, y = surfaces.rosenbrock().start
    exact = np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]])
    assert_allclose(rosenbrock().curvatures(np.array([x, y])), np.linalg.eigvalsh(exact), rtol=1e-7)


def test_the_plateau_is_flat_for_the_squared_error_only():
    saturated = np.array([-10.0, 0.0])
    squared, entropy = (np.linalg.norm(neuron(k).gradient(saturated)) for k in surfaces.LOSSES)
    z = 10.0
    # Both inner inputs are off by σ(1) − σ(−10); the outer two are saturated far more.
    slope = math.exp(-z) / (1 + math.exp(-z)) ** 2
    off = 1 / (1 + math.exp(-1.0)) - 1 / (1 + math.exp(z))
    assert squared == pytest.approx(0.5 * slope * off, rel=1e-3)
    assert squared < 2e-5
    assert entropy > 0.5
    assert neuron("squared").value(saturated) > 0.3, "flat, yet high"


def test_extremes_give_numbers():
    far = np.array([[1e3, -1e3], [-1e3, 1e3], [0.0, 0.0]])
    for surface in EVERY.values():
        assert np.isfinite(surface.value(far)).all()
        assert np.isfinite(surface.gradient(far)).all()


def test_two_minima_have_the_curvatures_they_promise():
    for sharper, deep, shallow in (("shallow", 1.0, 4.0), ("deep", 4.0, 1.0)):
        surface = two_minima(sharper)
        assert [m.name for m in surface.minima] == ["deep", "shallow"]
        for minimum, curvature in zip(surface.minima, (deep, shallow), strict=True):
            found = surface.curvatures(np.array(minimum.place))
            assert_allclose(found, [0.5, curvature], rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: bowl(0.5), "kappa"),
        (lambda: bowl(float("nan")), "kappa"),
        (lambda: neuron("hinge"), "loss"),
        (lambda: two_minima("both"), "sharper"),
    ],
)
def test_what_is_out_of_range_is_named(make, word):
    with pytest.raises(ValueError, match=word):
        make()
