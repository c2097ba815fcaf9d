"""Dead units: counts by hand, a zero gradient measured, and births against exact probabilities."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from vanishing.engine.dead.units import (
    STATES,
    history,
    one_neuron,
    unit_states,
)

# --- units on a data set ------------------------------------------------------------------------


def test_unit_states_by_hand():
    # One network, four inputs (rows), three units (columns): on for 2, 0 and 3 of the inputs.
    zs = np.array([[[1.0, -1.0, 2.0], [-1.0, 0.0, 1.0], [0.5, -3.0, -1.0], [-2.0, -0.0, 1e-300]]])
    states = unit_states(zs)
    assert_array_equal(states.active_share, [[0.5, 0.0, 0.75]])
    assert_array_equal(states.dead, [[False, True, False]])
    assert_allclose(states.dead_share, [1 / 3])
    assert_allclose(states.inactive_share, [7 / 12])


def test_unit_states_of_a_stack_equal_those_of_each_network():
    zs = np.random.default_rng(0).normal(-1.0, 1.0, (5, 7, 4))
    stack = unit_states(zs)
    for s in range(5):
        single = unit_states(zs[s : s + 1])
        for name in ("active_share", "dead", "dead_share", "inactive_share"):
            assert_array_equal(getattr(stack, name)[s], getattr(single, name)[0])


def test_shares_are_consistent():
    zs = np.random.default_rng(1).normal(size=(3, 50, 6))
    states = unit_states(zs)
    on_by_unit = states.active_share.mean(axis=1)
    assert_allclose(states.inactive_share, 1 - on_by_unit)
    # C17: a zero-mean pre-activation is off half the time; being dead on 50 inputs is rare.
    assert abs(states.inactive_share.mean() - 0.5) < 4.5 * 0.5 / math.sqrt(zs.size)
    assert not states.dead.any()


def test_nan_is_neither_on_nor_off():
    states = unit_states(np.full((1, 2, 1), np.nan))
    assert states.active_share == 0.0
    assert not states.dead.any()
    assert states.inactive_share == 0.0


@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 2, 2), (2, 0, 2)])
def test_unit_states_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"zs must be of shape \(S, B, n\), nowhere 0, got"):
        unit_states(np.zeros(shape))


# --- history ------------------------------------------------------------------------------------


def test_history_by_hand():
    # Columns: always on; dies and stays dead; dies, comes back, dies, comes back; dead at start.
    share = np.array(
        [
            [1.0, 0.4, 0.5, 0.0],
            [0.5, 0.0, 0.0, 0.0],
            [0.49, 0.0, 0.1, 0.9],
            [0.5, 0.0, 0.0, 0.6],
            [1.0, 0.0, 0.8, 0.2],
        ]
    )
    active, most, dead, revived = range(4)
    assert STATES == ("active", "inactive for most", "dead", "revived")
    expected = [
        [active, most, active, dead],
        [active, dead, dead, dead],
        [most, dead, revived, revived],
        [active, dead, dead, revived],
        [active, dead, revived, revived],
    ]
    states = history(share)
    assert_array_equal(states, expected)
    assert np.issubdtype(states.dtype, np.integer)


shares = st.lists(
    st.lists(st.sampled_from([0.0, 0.01, 0.49, 0.5, 1.0]), min_size=3, max_size=3), min_size=1
)


@given(shares)
def test_history_agrees_with_a_plain_loop(rows):
    share = np.array(rows)
    states = history(share)
    for unit in range(3):
        been_dead = False
        for record, value in enumerate(share[:, unit]):
            if value == 0:
                name, been_dead = "dead", True
            elif been_dead:
                name = "revived"
            else:
                name = "active" if value >= 0.5 else "inactive for most"
            assert STATES[states[record, unit]] == name


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_history_refuses_what_is_no_share(bad):
    with pytest.raises(ValueError, match=f"active_share must be from 0 to 1, got .*{bad}"):
        history(np.array([[0.5, bad]]))
    with pytest.raises(ValueError, match=r"active_share must be of shape \(R, n\), .*got \(1,\)"):
        history(np.array([0.5]))


# --- one neuron ---------------------------------------------------------------------------------

SQUARE = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def test_one_neuron_by_hand():
    # w·x = 3, 1, −1, −3; with b = −0.5 it is on for the first two.
    neuron = one_neuron(np.array([2.0, 1.0]), -0.5, SQUARE)
    assert_allclose(neuron.z, [2.5, 0.5, -1.5, -3.5])
    assert_allclose(neuron.output, [2.5, 0.5, 0.0, 0.0])
    assert_array_equal(neuron.on, [True, True, False, False])
    assert neuron.share_on == 0.5
    assert not neuron.dead
    # Mean over the four of the active x: ((1, 1) + (1, −1))/4.
    assert_allclose(neuron.gradient_w, [0.5, 0.0])
    assert neuron.gradient_b == 0.5
    assert neuron.margin == 2.5
    assert neuron.death_bias == -3.0


@pytest.mark.parametrize("alpha", [0.0, 0.2])
def test_neuron_gradient_agrees_with_finite_differences(alpha):
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(40, 2)), rng.normal(size=2), 0.3

    def mean_output(w, b):
        return one_neuron(w, b, x, alpha).output.mean()

    neuron, h = one_neuron(w, b, x, alpha), 1e-6
    for i in range(2):
        step = h * np.eye(2)[i]
        slope = (mean_output(w + step, b) - mean_output(w - step, b)) / (2 * h)
        assert_allclose(neuron.gradient_w[i], slope, atol=1e-9)
    slope = (mean_output(w, b + h) - mean_output(w, b - h)) / (2 * h)
    assert_allclose(neuron.gradient_b, slope, atol=1e-9)


def test_a_neuron_dies_exactly_at_the_death_bias_and_then_has_no_gradient():
    rng = np.random.default_rng(4)
    x, w = rng.normal(size=(100, 2)), np.array([1.5, -0.5])
    bias = one_neuron(w, 0.0, x).death_bias
    dead = one_neuron(w, bias, x)
    assert dead.dead
    assert dead.share_on == 0.0
    assert dead.margin == 0.0
    assert_array_equal(dead.gradient_w, [0.0, 0.0])
    assert dead.gradient_b == 0.0
    alive = one_neuron(w, bias + 1e-9, x)
    assert not alive.dead
    assert alive.share_on == 0.01
    assert np.any(alive.gradient_w != 0.0)
    # A leaky unit is off for every input there too, but it keeps a gradient of α.
    leaky = one_neuron(w, bias, x, alpha=0.2)
    assert leaky.dead
    assert_allclose(leaky.gradient_b, 0.2)
    assert_allclose(leaky.gradient_w, 0.2 * x.mean(axis=0))


@pytest.mark.parametrize(
    ("w", "b", "x", "alpha", "message"),
    [
        ([1.0], 0.0, SQUARE, 0.0, r"x must be of shape \(N, 1\), .*got \(4, 2\)"),
        ([1.0, 1.0], 0.0, SQUARE[:0], 0.0, r"x must be of shape \(N, 2\), .*got \(0, 2\)"),
        ([1.0, math.nan], 0.0, SQUARE, 0.0, "w must be finite"),
        ([1.0, 1.0], math.inf, SQUARE, 0.0, "b must be finite"),
        ([1.0, 1.0], 0.0, SQUARE * math.inf, 0.0, "x must be finite"),
        ([1.0, 1.0], 0.0, SQUARE, 1.5, "alpha must be from 0 to 1"),
    ],
)
def test_one_neuron_refuses(w, b, x, alpha, message):
    with pytest.raises(ValueError, match=message):
        one_neuron(np.array(w), b, x, alpha)
