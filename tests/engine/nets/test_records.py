"""Records against plain NumPy on the same parameters; the place where a run diverged."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from vanishing.engine.dead import units as dead_units
from vanishing.engine.nets import activations, datasets, heads, initializers, network, records
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.network import Parameters
from vanishing.engine.nets.records import Diverged, Pass

SEEDS = (4, 5, 6)


def setup(key="relu", widths=(2, 8, 5, 7, 3), initializer="he_normal", sigma=1.0):
    """Parameters, an update, the pass over the blobs, activation and head."""
    data = datasets.load("blobs", 60)
    activation, head = activations.get(key), heads.get("softmax")
    drawn = initializers.get(initializer, sigma)
    parameters = network.initialize(widths, drawn, Bias("normal", 0.3), SEEDS)
    update = network.initialize(widths, drawn, Bias("normal", 0.3), (7, 8, 9))
    targets = head.encode(data.y, 3)
    trace = network.forward(parameters, data.x, activation, head)
    gradients = network.backward(parameters, trace, targets, head)
    return parameters, update, Pass(trace, targets, gradients), activation, head


@pytest.mark.parametrize("key", ["relu", "sigmoid", "leaky_relu", "gelu"])
def test_every_measure_a_second_way(key):
    parameters, update, whole, _, head = setup(key)
    record = records.measure(11, parameters, update, whole, head)
    trace, gradients = whole.trace, whole.gradients
    assert record.step == 11
    assert record.diverged is None
    assert record.is_finite()
    labels = whole.targets.argmax(axis=-1)
    for s in range(3):
        right = trace.activations[-1][s].argmax(axis=-1) == labels[0]
        assert record.accuracy[s] == right.mean()
        likelihood = trace.activations[-1][s][np.arange(60), labels[0]]
        assert_allclose(record.loss[s], -np.log(likelihood).mean())
        for layer in range(4):
            delta, w = gradients.deltas[layer][s], gradients.weights[layer][s]
            now, a = parameters.weights[layer][s], trace.activations[layer][s]
            for found, expected in [
                (record.delta_rms, np.sqrt(np.mean(delta**2))),
                (record.weight_grad_norm, np.linalg.norm(w)),
                (record.weight_grad_rms, np.sqrt(np.mean(w**2))),
                (record.bias_grad_norm, np.linalg.norm(delta.sum(axis=0))),
                (record.update_ratio, update.weights[layer][s].std() / now.std()),
                (record.activation_mean, a.mean()),
                (record.activation_std, a.std()),
            ]:
                assert_allclose(found[s, layer], expected, rtol=1e-12)
            assert_allclose(record.unit_delta[layer][s], np.sqrt(np.mean(delta**2, axis=0)))
        for layer in range(3):
            z = trace.zs[layer][s]
            states = dead_units.unit_states(z[None])
            assert_allclose(record.dead_share[s, layer], states.dead_share[0])
            assert_allclose(record.inactive_share[s, layer], states.inactive_share[0])
            assert_array_equal(record.active_share[layer][s], states.active_share[0])
    for hidden_only in (record.dead_share, record.inactive_share):
        assert hidden_only.shape == (3, 4)
        assert np.isnan(hidden_only[:, -1]).all()
        assert np.isfinite(hidden_only[:, :-1]).all()


def test_the_parameters_of_a_record_are_a_copy():
    parameters, update, whole, _, head = setup()
    record = records.measure(0, parameters, update, whole, head)
    before = network.flatten(parameters)
    parameters.weights[0][:] = 0.0
    parameters.biases[1][:] = 0.0
    assert_array_equal(network.flatten(record.parameters), before)


def test_gradients_of_1e_200_have_a_size():
    # 35 sigmoid layers with weights near 1e-6 lose about 6½ decades each.
    widths = (2, *[6] * 35, 3)
    parameters, update, whole, _, head = setup("sigmoid", widths, "normal", 1e-6)
    record = records.measure(0, parameters, update, whole, head)
    tiny = whole.gradients.deltas[3]
    assert 1e-240 < np.abs(tiny).max() < 1e-190
    # The naive measure underflows; in units of 1e-200 it does not.
    assert_array_equal(np.sqrt(np.mean(np.square(tiny), axis=(1, 2))), 0.0)
    expected = 1e-200 * np.sqrt(np.mean(np.square(1e200 * tiny), axis=(1, 2)))
    assert_allclose(record.delta_rms[:, 3], expected, rtol=1e-10)
    assert (record.weight_grad_norm > 0).all()
    assert (record.bias_grad_norm > 0).all()


def test_a_layer_without_spread_has_no_ratio():
    parameters, update, whole, _, head = setup(widths=(2, 1, 1, 3))
    still = replace(update, weights=tuple(np.zeros_like(w) for w in update.weights))
    moving = records.measure(0, parameters, update, whole, head).update_ratio
    # Layer 2 has one weight: its spread is 0 and so is that of its update.
    assert np.isnan(moving[:, 1]).all()
    assert np.isfinite(moving[:, [0, 2]]).all()
    resting = records.measure(0, parameters, still, whole, head).update_ratio
    assert_array_equal(resting[:, 0], 0.0)
    equal = Parameters((np.ones((3, 2, 1)), *parameters.weights[1:]), parameters.biases)
    assert (records.measure(0, equal, update, whole, head).update_ratio[:, 0] > 1e9).all()


def plant(kind, layer, seed, value=np.nan):
    """A step in which one number of one network is not finite, and what is found."""
    parameters, update, whole, _, head = setup()
    trace, gradients = whole.trace, whole.gradients
    arrays = {
        "weights": parameters.weights,
        "biases": parameters.biases,
        "zs": trace.zs,
        "activations": trace.activations,
        "deltas": gradients.deltas,
        "weight gradients": gradients.weights,
        "bias gradients": gradients.biases,
        "update": update.weights,
    }[kind]
    arrays[layer - 1][(seed, *[0] * (arrays[layer - 1].ndim - 1))] = value
    return records.find_divergence(9, parameters, update, whole, head, SEEDS)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("layer", [1, 2, 4])
@pytest.mark.parametrize(
    ("kind", "quantity"),
    [
        ("weights", "weight"),
        ("biases", "weight"),
        ("zs", "activation"),
        ("activations", "activation"),
        ("deltas", "gradient"),
        ("weight gradients", "gradient"),
        ("bias gradients", "gradient"),
        ("update", "weight"),
    ],
)
def test_the_place_of_the_first_bad_number_is_found(kind, quantity, layer, value):
    with np.errstate(over="ignore", invalid="ignore"):
        assert plant(kind, layer, 1, value) == Diverged(9, layer, quantity, (5,))


def test_the_first_place_in_order_of_computation_is_named_and_all_seeds():
    parameters, update, whole, _, head = setup()
    assert records.find_divergence(9, parameters, update, whole, head, SEEDS) is None
    whole.gradients.deltas[1][0, 3, 2] = np.nan  # the gradient flows from the last layer
    whole.gradients.deltas[0][0] = np.nan
    found = records.find_divergence(9, parameters, update, whole, head, SEEDS)
    assert found == Diverged(9, 2, "gradient", (4,))
    whole.trace.zs[2][2, 0, 0] = np.inf  # earlier, in another network
    found = records.find_divergence(9, parameters, update, whole, head, SEEDS)
    assert found == Diverged(9, 3, "activation", (4, 6))


def test_a_loss_can_overflow_by_itself():
    parameters, update, whole, *_ = setup()
    linear = heads.get("linear")
    z = np.full((3, 60, 1), 1.0)
    z[1] = 1e200  # finite, half its square is not
    trace = replace(
        whole.trace, zs=(*whole.trace.zs[:-1], z), activations=(*whole.trace.activations[:-1], z)
    )
    large = Pass(trace, np.zeros((1, 60, 1)), whole.gradients)
    found = records.find_divergence(2, parameters, update, large, linear, SEEDS)
    assert found == Diverged(2, 4, "loss", (5,))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        record = records.measure(2, parameters, update, large, linear)
    assert_array_equal(record.loss, [0.5, np.inf, 0.5])
    assert not record.is_finite()
