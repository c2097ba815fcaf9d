"""The network by hand, by differences, against scikit-learn and against Nielsen's figures."""

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network import MLPClassifier, MLPRegressor

from tests.engine.nets import gradient_check
from vanishing.engine.nets import activations, heads, initializers, network
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.network import Parameters

XAVIER = initializers.get("xavier_normal")
CASES = [(key, None) for key in activations.KEYS] + [("leaky_relu", 0.3), ("elu", 0.4)]


# --- by hand --------------------------------------------------------------------------------------


def test_two_two_one_network_worked_by_hand():
    # One input x = (1, 2), target 1; sigmoid hidden units, sigmoid head; l = ln 3, so that
    # σ(l) = 3/4 and σ(−l) = 1/4.
    #
    #        | l   l |                                      | 2 |
    #   W¹ = |       |   b¹ = (0, 0)                   W² = |   |   b² = l − 1
    #        | 0  −l |                                      |−2 |
    #
    # Forward:  z¹ = (1·l + 2·0, 1·l − 2·l) = (l, −l)      a¹ = (3/4, 1/4)
    #           z² = 2·3/4 − 2·1/4 + l − 1 = l             ŷ = 3/4
    #           J  = −ln ŷ = ln 4/3
    # Backward: δ² = ŷ − y = −1/4
    #           ∂J/∂W² = a¹ δ² = (−3/16, −1/16)            ∂J/∂b² = −1/4
    #           σ′(z¹) = 3/4 · 1/4 = 3/16 for both units
    #           δ¹ = δ² · (2, −2) · 3/16 = (−3/32, 3/32)   ∂J/∂b¹ = δ¹
    #           ∂J/∂W¹ = xᵀ δ¹, rows 1·δ¹ and 2·δ¹
    log3 = math.log(3)
    parameters = Parameters(
        (np.array([[[log3, log3], [0.0, -log3]]]), np.array([[[2.0], [-2.0]]])),
        (np.zeros((1, 2)), np.array([[log3 - 1]])),
    )
    sigmoid, head = activations.get("sigmoid"), heads.get("sigmoid")
    for batch in (1, 3):  # the same input three times: J is a mean, so only each δ is a third
        inputs, targets = np.tile([1.0, 2.0], (batch, 1)), np.ones((batch, 1))
        trace = network.forward(parameters, inputs, sigmoid, head)
        found = network.backward(parameters, trace, targets, head)
        assert_allclose(trace.zs[0][0, -1], [log3, -log3], rtol=1e-15)
        assert_allclose(trace.activations[0][0, -1], [3 / 4, 1 / 4], rtol=1e-15)
        assert_allclose(trace.activations[1][0, -1], [3 / 4], rtol=1e-15)
        assert_allclose(network.loss(trace, targets, head), [math.log(4 / 3)], rtol=1e-15)
        assert_allclose(found.deltas[1][0, -1], [-1 / 4 / batch], rtol=1e-15)
        assert_allclose(found.weights[1][0, :, 0], [-3 / 16, -1 / 16], rtol=1e-15)
        assert_allclose(found.biases[1][0], [-1 / 4], rtol=1e-15)
        assert_allclose(found.deltas[0][0, -1] * batch, [-3 / 32, 3 / 32], rtol=1e-15)
        assert_allclose(found.biases[0][0], [-3 / 32, 3 / 32], rtol=1e-15)
        assert_allclose(found.weights[0][0], [[-3 / 32, 3 / 32], [-3 / 16, 3 / 16]], rtol=1e-15)


# --- by differences -------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("head", heads.KEYS)
@pytest.mark.parametrize(("key", "alpha"), CASES)
def test_gradients_match_central_differences(key, alpha, head, depth):
    activation, head = activations.get(key, alpha), heads.get(head)
    for batch in (1, 5):  # with one input the bias gradient is δ itself
        example = gradient_check.example(depth, activation, head, batch=batch)
        assert gradient_check.worst_error(*example, activation, head) < 1e-7


def test_deltas_match_central_differences_for_each_input():
    # ∂J/∂z of layer 2 for input i is what a change of b² for that input alone would do: ask for
    # it with a batch of one, whose loss has 5 times the weight it has in the batch of five.
    tanh, head = activations.get("tanh"), heads.get("softmax")
    parameters, inputs, targets = gradient_check.example(3, tanh, head)
    trace = network.forward(parameters, inputs, tanh, head)
    deltas = network.backward(parameters, trace, targets, head).deltas
    for i in range(5):
        expected = gradient_check.numeric(parameters, inputs[[i]], targets[:, [i]], tanh, head)
        for delta, slope in zip(deltas, expected.biases, strict=True):
            assert_allclose(5 * delta[0, i], slope[0], rtol=1e-6, atol=1e-10)


# --- against scikit-learn -------------------------------------------------------------------------

NAMES = {"sigmoid": "logistic", "tanh": "tanh", "relu": "relu", "identity": "identity"}


def sklearn_gradients(model, parameters, inputs, y):
    """Loss and gradients that scikit-learn computes with our weights."""
    known = {"classes": np.unique(y)} if isinstance(model, MLPClassifier) else {}
    model.partial_fit(inputs, y, **known)  # one step, only to make it set up its arrays
    model.coefs_ = [w[0].copy() for w in parameters.weights]
    model.intercepts_ = [b[0].copy() for b in parameters.biases]
    targets = y.reshape(-1, 1)
    if isinstance(model, MLPClassifier):
        targets = model._label_binarizer.transform(y)
    signals = [inputs] + [np.empty((len(inputs), w.shape[1])) for w in model.coefs_]
    deltas = [np.empty_like(signal) for signal in signals[1:]]
    weights = [np.empty_like(w) for w in model.coefs_]
    biases = [np.empty_like(b) for b in model.intercepts_]
    return model._backprop(inputs, targets, None, signals, deltas, weights, biases)


@pytest.mark.parametrize("case", range(24))
def test_loss_and_gradients_match_scikit_learn(case):
    rng = np.random.default_rng(case)
    classes = [0, 2, 3, 5][case % 4]
    key = list(NAMES)[case // 4 % 4]
    hidden = tuple(int(n) for n in rng.integers(1, 20, size=rng.integers(1, 5)))
    inputs = rng.normal(size=(int(rng.integers(10, 60)), int(rng.integers(1, 12))))
    y = (
        rng.permutation(np.arange(len(inputs)) % classes)
        if classes
        else rng.normal(size=len(inputs))
    )
    head = heads.for_classes(classes)
    widths = (inputs.shape[1], *hidden, head.width(classes))
    parameters = network.initialize(widths, XAVIER, Bias("normal", 0.5), [case])

    kind = MLPClassifier if classes else MLPRegressor
    model = kind(
        hidden_layer_sizes=hidden, activation=NAMES[key], alpha=0.0, solver="sgd", random_state=0
    )
    loss, weights, biases = sklearn_gradients(model, parameters, inputs, y)

    targets = head.encode(y, classes)
    trace = network.forward(parameters, inputs, activations.get(key), head)
    found = network.backward(parameters, trace, targets, head)
    assert_allclose(network.loss(trace, targets, head), [loss], rtol=1e-10)
    for ours, theirs in zip((*found.weights, *found.biases), (*weights, *biases), strict=True):
        assert_allclose(ours[0], theirs, rtol=1e-10, atol=1e-10 * np.abs(theirs).max())


# --- against published figures --------------------------------------------------------------------


def sparse_pixels(rng, images=1000, pixels=784, share=0.19):
    """A stand-in for MNIST: as many pixels are non-zero, and they are as bright on average."""
    lit = rng.random((images, pixels)) < share
    return np.where(lit, rng.uniform(0.4, 1.0, (images, pixels)), 0.0)


@pytest.mark.parametrize(
    ("hidden", "published"),
    [
        ([30, 30], [0.0657, 0.3092]),
        ([30, 30, 30], [0.0118, 0.0600, 0.2831]),
        ([30, 30, 30, 30], [0.0030, 0.0171, 0.0695, 0.2851]),
    ],
)
def test_nielsens_gradients_lie_within_our_spread_over_seeds(hidden, published):
    # Nielsen (2015), ch. 5: W ~ N(0, 1/n_in), b ~ N(0, 1), one sigmoid per class with
    # cross-entropy, 1,000 MNIST images, ‖∂C/∂b‖ at the start; one draw each.
    rng = np.random.default_rng(0)
    inputs = sparse_pixels(rng)
    head = heads.get("sigmoid")
    targets = head.encode(rng.integers(0, 10, 1000), 10)
    lecun = initializers.get("lecun_normal")
    parameters = network.initialize([784, *hidden, 10], lecun, Bias("normal", 1.0), range(20))
    trace = network.forward(parameters, inputs, activations.get("sigmoid"), head)
    gradients = network.backward(parameters, trace, targets, head)
    for layer, figure in enumerate(published):
        norms = np.linalg.norm(gradients.biases[layer], axis=1)
        assert norms.min() < figure < norms.max()
        assert 0.4 < np.median(norms) / figure < 2.5


# --- stacks, draws, shapes ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", network.DTYPES)
@pytest.mark.parametrize(
    "widths", [(2, 16, 16, 1), (3, 1, 1, 2), (64, 30, 17, 10), (5, 100, 100, 3)]
)
@pytest.mark.parametrize("batch", [1, 7, 400])
def test_a_network_in_a_stack_equals_the_single_network_to_the_bit(widths, batch, dtype):
    head = heads.get("softmax" if widths[-1] > 1 else "sigmoid")
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(batch, widths[0])).astype(dtype)
    targets = head.encode(np.arange(batch) % 2, max(2, widths[-1]), dtype)
    seeds = [5, 0, 11]

    def passes(seeds):
        parameters = network.initialize(widths, XAVIER, Bias("normal", 1.0), seeds, dtype)
        trace = network.forward(parameters, inputs, activations.get("silu"), head)
        found = network.backward(parameters, trace, targets, head)
        loss = network.loss(trace, targets, head)
        return [*trace.zs, *trace.activations, loss, *found.deltas, *found.weights, *found.biases]

    stack = passes(seeds)
    for place, seed in enumerate(seeds):
        for together, alone in zip(stack, passes([seed]), strict=True):
            assert together.dtype == dtype
            assert_array_equal(together[place], alone[0])


def test_a_batch_of_its_own_for_each_network():
    tanh, head = activations.get("tanh"), heads.get("linear")
    parameters = network.initialize((2, 4, 1), XAVIER, Bias(), (0, 1))
    inputs = np.random.default_rng(0).normal(size=(2, 9, 2))
    targets = inputs[..., :1]
    trace = network.forward(parameters, inputs, tanh, head)
    found = network.backward(parameters, trace, targets, head)
    for s in (0, 1):
        single = network.initialize((2, 4, 1), XAVIER, Bias(), (s,))
        alone = network.forward(single, inputs[s], tanh, head)
        assert_array_equal(trace.activations[-1][s], alone.activations[-1][0])
        expected = network.backward(single, alone, targets[s], head)
        assert_array_equal(found.weights[0][s], expected.weights[0][0])


def test_networks_that_differ_in_one_setting_share_all_other_draws():
    he = initializers.get("he_normal")
    narrow = network.initialize((2, 8, 8, 1), XAVIER, Bias("normal", 1.0), (3,))
    deeper = network.initialize((2, 8, 8, 8, 1), XAVIER, Bias("normal", 1.0), (3,))
    assert_array_equal(narrow.weights[1], deeper.weights[1])
    assert_array_equal(narrow.biases[1], deeper.biases[1])
    other_bias = network.initialize((2, 8, 8, 1), XAVIER, Bias("constant", 1.0), (3,))
    assert_array_equal(narrow.weights[2], other_bias.weights[2])
    # He and Xavier scale one draw: variances 2/n_in and 2/(n_in + n_out).
    scaled = network.initialize((2, 8, 8, 1), he, Bias("normal", 1.0), (3,))
    assert_array_equal(narrow.biases[0], scaled.biases[0])
    for (n_in, n_out), ours, theirs in zip(
        pairwise((2, 8, 8, 1)), narrow.weights, scaled.weights, strict=True
    ):
        assert_allclose(theirs, ours * math.sqrt((n_in + n_out) / n_in), rtol=1e-14)


def test_backward_is_a_pure_function_of_the_trace():
    relu, head = activations.get("relu"), heads.get("softmax")
    parameters, inputs, targets = gradient_check.example(2, relu, head)
    trace = network.forward(parameters, inputs, relu, head)
    before = [a.copy() for a in (*trace.zs, *trace.activations, *trace.slopes)]
    first = network.backward(parameters, trace, targets, head)
    second = network.backward(parameters, trace, targets, head)
    assert_array_equal(network.flatten(first), network.flatten(second))
    for copy, now in zip(before, (*trace.zs, *trace.activations, *trace.slopes), strict=True):
        assert_array_equal(copy, now)


def test_relu_network_still_gives_probabilities():
    # Claim C24: ReLU layers without an upper bound, weights 100 times too large.
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(50, 4))
    wild = initializers.get("normal", sigma=100.0)
    for key, outputs in (("softmax", 5), ("sigmoid", 1)):
        parameters = network.initialize((4, 16, 16, 16, outputs), wild, Bias(), range(3))
        trace = network.forward(parameters, inputs, activations.get("relu"), heads.get(key))
        assert np.abs(trace.zs[-1]).max() > 1e6
        probability = trace.activations[-1]
        assert ((probability >= 0) & (probability <= 1)).all()
        if key == "softmax":
            assert_allclose(probability.sum(axis=-1), 1, rtol=1e-15)


def test_flatten_and_back():
    parameters = network.initialize((3, 5, 4, 2), XAVIER, Bias("normal", 1.0), (0, 1))
    flat = network.flatten(parameters)
    assert flat.shape == (2, 3 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2)
    views = network.unflatten(flat, parameters.widths)
    assert views.widths == (3, 5, 4, 2)
    for ours, theirs in zip(
        (*views.weights, *views.biases), (*parameters.weights, *parameters.biases), strict=True
    ):
        assert_array_equal(ours, theirs)
        assert np.shares_memory(ours, flat)
    with pytest.raises(ValueError, match=r"flat must be of shape \(S, 54\), .*got \(2, 53\)"):
        network.unflatten(flat[:, 1:], parameters.widths)


def _forward(inputs):
    parameters = network.initialize((3, 4, 1), XAVIER, Bias(), (0, 1))
    return network.forward(parameters, inputs, activations.get("tanh"), heads.get("sigmoid"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: network.initialize((3,), XAVIER, Bias(), (0,)), "widths"),
        (lambda: network.initialize((3, 0, 1), XAVIER, Bias(), (0,)), "widths"),
        (lambda: network.initialize((3, 1), XAVIER, Bias(), ()), "seeds"),
        (lambda: network.initialize((3, 1), XAVIER, Bias(), (0,), "float16"), "dtype"),
        (lambda: _forward(np.zeros((5, 2))), r"inputs must be of shape \(1 or 2, B, 3\)"),
        (lambda: _forward(np.zeros((3, 5, 3))), r"inputs must be of shape .*, got \(3, 5, 3\)"),
        (
            lambda: _forward(np.zeros((0, 3))),
            r"inputs must be of shape .*, .*got \(1, 0, 3\)",
        ),
        (
            lambda: network.loss(_forward(np.zeros((5, 3))), np.zeros(5), heads.get("sigmoid")),
            r"targets must be of shape \(1 or 2, 5, 1\), .*got \(5,\)",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
