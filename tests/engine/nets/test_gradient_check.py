"""The gradient checker finds the errors that people make, so its silence means something."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.engine.nets import gradient_check
from vanishing.engine.nets import activations, heads
from vanishing.engine.nets.heads import Head

TANH, SIGMOID = activations.get("tanh"), heads.get("sigmoid")


def error(activation=TANH, head=SIGMOID, depth=2):
    example = gradient_check.example(depth, TANH, SIGMOID)
    return gradient_check.worst_error(*example, activation, head)


def test_right_gradients_pass():
    assert error() < 1e-8


def test_numeric_gradient_of_a_straight_line_is_exact():
    # One linear unit z = w·x + b: J = ½ (z − y)², so ∂J/∂w = (z − y) x.
    identity, linear = activations.get("identity"), heads.get("linear")
    parameters, inputs, targets = gradient_check.example(1, identity, linear, batch=1)
    found = gradient_check.numeric(parameters, inputs, targets, identity, linear)
    hidden = inputs @ parameters.weights[0][0] + parameters.biases[0][0]
    z = hidden @ parameters.weights[1][0] + parameters.biases[1][0]
    assert_allclose(found.weights[1][0], hidden.T * (z - targets[0]), rtol=1e-9)


def planted(slope):
    """Tanh with the value left right and the slope put wrong."""
    return replace(TANH, value_and_slope=lambda z: (np.tanh(z), slope(z)))


@pytest.mark.parametrize(
    "wrong",
    [
        planted(lambda z: 1.001 * (1 - np.tanh(z) ** 2)),  # a factor that is nearly right
        planted(np.ones_like),  # the factor f′(z) forgotten
        planted(lambda z: 1 - np.tanh(np.tanh(z)) ** 2),  # f′ taken at the activation, not at z
        planted(lambda z: 1 - np.tanh(z)),  # a square forgotten
    ],
)
def test_a_wrong_slope_is_found(wrong):
    assert error(wrong) > 1e-4


class WithoutMean(Head):
    def delta(self, output, y):
        return output - y


class WrongSign(Head):
    def delta(self, output, y):
        return (y - output) / output.shape[-2]


@pytest.mark.parametrize("kind", [WithoutMean, WrongSign])
def test_a_wrong_head_is_found(kind):
    assert error(head=kind(**vars(SIGMOID))) > 0.5


def test_the_right_head_rebuilt_passes():
    # Rebuilding the head from its fields is not what the test above objects to.
    assert error(head=Head(**vars(SIGMOID))) < 1e-8


def test_examples_are_clear_of_kinks():
    relu = activations.get("relu")
    at_kink = replace(relu, kinks=(0.0, 1.0))
    parameters, inputs, _ = gradient_check.example(3, at_kink, SIGMOID)
    trace = gradient_check.network.forward(parameters, inputs, at_kink, SIGMOID)
    z = np.concatenate([z.ravel() for z in trace.zs[:-1]])
    assert np.abs(np.subtract.outer(z, at_kink.kinks)).min() > gradient_check.KINK_DISTANCE
    z[0] = 1e-4
    near = replace(trace, zs=(z[None, None], trace.zs[-1]))
    assert not gradient_check.clear_of_kinks(near, at_kink)
