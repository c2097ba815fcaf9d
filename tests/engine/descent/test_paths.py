"""Paths and speeds of descent against closed forms, and the basins that step sizes reach."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from vanishing.engine.descent import paths as descent
from vanishing.engine.descent import surfaces
from vanishing.engine.descent.paths import (
    DIVERGED,
    UNSETTLED,
    best,
    descend,
    outcomes,
    spend,
    steps_to,
)
from vanishing.engine.descent.surfaces import bowl, neuron, rosenbrock, two_minima
from vanishing.engine.nets import optimizers

KAPPAS = (1.0, 2.0, 10.0, 100.0, 1000.0)


@pytest.mark.parametrize("rate", [0.1, 1.0, 1.9])
def test_gradient_descent_on_a_bowl_is_a_power_per_direction(rate):
    path = descend(bowl(20.0), "gradient_descent", rate, 40)
    n = np.arange(41)[:, None]
    factors = np.array([1 - rate / 20, 1 - rate])
    assert_allclose(path.places, np.array([-5.0, 2.5]) * factors**n, rtol=1e-9)
    assert_allclose(path.losses, 0.5 * (path.places**2 @ [1 / 20, 1]), rtol=1e-12)
    assert path.left is None
    assert path.steps == 40


def test_momentum_follows_its_recurrence():
    path = descend(bowl(20.0), "momentum", 0.7, 30, momentum=0.8).places
    slopes = np.array([1 / 20, 1.0])
    expected = path[1:-1] + 0.8 * (path[1:-1] - path[:-2]) - 0.7 * slopes * path[1:-1]
    assert_allclose(path[2:], expected, rtol=1e-9, atol=1e-12)


def test_adams_first_step_is_the_step_size_in_each_direction():
    path = descend(bowl(20.0), "adam", 0.3, 1).places
    assert_allclose(np.abs(path[1] - path[0]), 0.3, rtol=1e-6)


@pytest.mark.parametrize(("rate", "steady"), [(1.99, True), (2.01, False), (3.0, False)])
def test_gradient_descent_diverges_above_two_over_the_largest_curvature(rate, steady):
    path = descend(bowl(10.0), "gradient_descent", rate, 2000)
    assert (path.left is None) == steady
    if not steady:
        # |1 − η|ⁿ · 2.5 > 1,000 for the first time.
        assert path.left == math.floor(math.log(1000 / 2.5) / math.log(rate - 1)) + 1
        assert path.steps == path.left - 1
        assert np.abs(path.places).max() <= descent.REACH


@pytest.mark.parametrize(("rate", "steady"), [(3.79, True), (3.81, False)])
def test_momentum_bears_steps_up_to_twice_one_plus_mu(rate, steady):
    path = descend(bowl(10.0), "momentum", rate, 5000, momentum=0.9)
    assert (path.left is None) == steady


def test_a_gradient_that_overflows_ends_the_path():
    path = descend(rosenbrock(), "gradient_descent", 1e300, 10)
    assert path.left == 1
    assert np.isfinite(path.losses).all()


def test_a_path_stops_where_it_is_told():
    path = descend(bowl(5.0), "gradient_descent", 1.0, 1000, until=0.01)
    distance = np.linalg.norm(path.places, axis=1)
    assert distance[-1] <= 0.01 < distance[-2]


def test_momentum_passes_rosenbrocks_valley_sooner():
    ends = [
        descend(rosenbrock(), key, 0.001, 1000).losses[-1]
        for key in ("gradient_descent", "momentum")
    ]
    assert ends[1] < 1e-3 * ends[0]


# --- speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kappa", KAPPAS)
def test_the_best_parameters_are_the_best_of_a_grid(kappa):
    # The slowest root of e₊ = (1 + μ − ηλ) e − μ e₋ over both ends of the spectrum.
    def slowest(rate, momentum):
        worst = 0.0
        for curvature in (1.0, 1 / kappa):
            roots = np.roots([1, -(1 + momentum - rate * curvature), momentum])
            worst = max(worst, float(np.abs(roots).max()))
        return worst

    for key in ("gradient_descent", "momentum"):
        chosen = best(key, kappa)
        # Where two roots coincide, rounding moves each by its square root.
        assert slowest(chosen.rate, chosen.momentum) == pytest.approx(chosen.factor, abs=1e-6)
        for more in (0.97, 1.03):
            assert slowest(chosen.rate * more, chosen.momentum) > chosen.factor
            if chosen.momentum:
                near = min(chosen.momentum * more, 0.9999)
                assert slowest(chosen.rate, near) > chosen.factor


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_gradient_descent_needs_the_steps_that_the_rate_promises(tolerance):
    for found in steps_to("gradient_descent", KAPPAS, tolerance):
        assert found.steps == pytest.approx(math.ceil(found.predicted), abs=1)
        if found.kappa > 1:
            rate = (found.kappa - 1) / (found.kappa + 1)
            assert found.predicted == pytest.approx(math.log(tolerance) / math.log(rate))


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_momentum_needs_more_than_its_rate_promises_and_just_what_the_closed_form_says(tolerance):
    for found in steps_to("momentum", KAPPAS[1:], tolerance):
        rho = (math.sqrt(found.kappa) - 1) / (math.sqrt(found.kappa) + 1)
        k = np.arange(5000)
        steep, flat = ((1 + k * (1 + s * rho)) * rho**k for s in (1, -1))
        below = np.sqrt((steep**2 + flat**2) / 2) <= tolerance
        assert found.steps == pytest.approx(int(np.argmax(below)), abs=1)
        assert found.predicted < found.steps < 4 * found.predicted


def test_a_wrong_rate_would_be_seen(monkeypatch):
    wrong = descent.Best(1.9, 0.0, 0.9)
    monkeypatch.setattr(descent, "best", lambda key, kappa: wrong)
    found = steps_to("gradient_descent", (100.0,), 1e-6)[0]
    assert found.steps > 2 * found.predicted


def test_too_few_steps_are_not_called_enough():
    assert steps_to("gradient_descent", (100.0,), 1e-6, limit=100)[0].steps is None


def test_a_budget_reaches_what_the_rate_promises():
    budgets = (0, 1, 10, 100, 1000)
    for found in spend("gradient_descent", (2.0, 10.0, 100.0), budgets, 1e-6):
        alike = found.predicted > 1e-15
        assert_allclose(found.reached[alike], found.predicted[alike], rtol=1e-6)
        assert found.reached[0] == 1
        rate = ((found.kappa - 1) / (found.kappa + 1)) ** 2
        assert found.needed == math.ceil(math.log(1e-6) / math.log(rate))
        assert (found.reached[~alike] < 1e-15).all()


def test_a_budget_that_never_reaches_what_is_wanted_says_so():
    assert spend("gradient_descent", (100.0,), (1, 100), 1e-6)[0].needed is None


def test_momentum_first_raises_the_cost_on_a_flat_bowl():
    found = spend("momentum", (1000.0,), (0, 10, 1000), 1e-6)[0]
    assert found.reached[1] > 10
    assert found.reached[2] < 1e-15


# --- which minimum --------------------------------------------------------------------------------


STARTS = np.stack([np.linspace(-3.4, 2.9, 22), np.zeros(22)], axis=1)


@pytest.mark.parametrize("sharper", ["shallow", "deep"])
def test_small_steps_all_reach_the_minimum_on_their_side_of_the_hill(sharper):
    surface = two_minima(sharper)
    line = np.linspace(-1, 1, 20_001)
    hill = line[np.argmax(surface.value(np.stack([line, np.zeros_like(line)], axis=1)))]
    side = np.where(STARTS[:, 0] < hill, 0, 1)
    for row in outcomes(surface, STARTS, np.array([0.03, 0.1, 0.2]), 1000):
        assert_array_equal(row, side)


@pytest.mark.parametrize(("sharper", "flat"), [("shallow", 0), ("deep", 1)])
def test_steps_above_two_over_its_curvature_never_settle_in_the_sharp_minimum(sharper, flat):
    ends = outcomes(two_minima(sharper), STARTS, np.array([0.55, 0.8, 1.2]), 1000)
    assert (ends == flat).all()


def test_outcomes_agree_with_single_descents():
    surface = two_minima("shallow")
    rates = np.array([0.05, 0.47, 0.5, 1.9, 2.1])
    ends = outcomes(surface, STARTS, rates, 400)
    for row, rate in zip(ends, rates, strict=True):
        for end, start in zip(row, STARTS, strict=True):
            path = descend(surface, "gradient_descent", rate, 400, start=tuple(start))
            expected = UNSETTLED
            if path.left is not None:
                expected = DIVERGED
            elif np.linalg.norm(path.places[-1] - path.places[-2]) <= descent.STEADY:
                distances = [np.linalg.norm(path.places[-1] - m.place) for m in surface.minima]
                if min(distances) <= descent.NEAR:
                    expected = int(np.argmin(distances))
            assert end == expected
    assert set(np.unique(ends)) == {0, 1, UNSETTLED, DIVERGED}


def test_on_the_plateau_descent_stands_still_far_from_any_minimum():
    path = descend(neuron("squared", (-9.0, 0.0)), "gradient_descent", 1.0, 1000)
    assert path.gradients.max() < 1e-3
    assert np.linalg.norm(path.places[-1] - surfaces.TEACHER) > 9
    assert path.losses[-1] > 0.99 * path.losses[0]
    entropy = descend(neuron("cross_entropy", (-9.0, 0.0)), "gradient_descent", 1.0, 1000)
    assert entropy.losses[-1] < 1e-6 * entropy.losses[0]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: descend(bowl(2), "gradient_descent", 0.0, 1), "rate"),
        (lambda: descend(bowl(2), "gradient_descent", float("nan"), 1), "rate"),
        (lambda: descend(bowl(2), "gradient_descent", 1.0, 0), "steps"),
        (lambda: descend(bowl(2), "gradient_descent", 1.0, 10**6), "steps"),
        (lambda: descend(bowl(2), "momentum", 1.0, 1, momentum=1.0), "momentum"),
        (lambda: descend(bowl(2), "newton", 1.0, 1), "key"),
        (lambda: best("adam", 2.0), "key"),
        (lambda: best("momentum", 0.5), "kappa"),
        (lambda: steps_to("momentum", (2.0,), 1.0), "tolerance"),
        (lambda: spend("momentum", (2.0,), (10, 1), 1e-6), "budgets"),
        (lambda: spend("momentum", (2.0,), (1, 10), 1e-16), "wanted"),
        (lambda: outcomes(two_minima(), STARTS, np.array([0.1]), 10**7), "steps"),
        (lambda: outcomes(two_minima(), STARTS, np.array([0.0]), 10), "rates"),
    ],
)
def test_what_is_out_of_range_is_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()


def test_every_optimizer_can_be_followed():
    for key in optimizers.KEYS:
        assert descend(bowl(2.0), key, 0.1, 3).key == key
