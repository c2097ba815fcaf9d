"""Normalisation and skips: formulas by hand, gradients by differences, draws and refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.engine.nets import gradient_check
from vanishing.engine.nets import activations, heads, initializers, network, normalization
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.network import Architecture

ARCHITECTURES = [
    Architecture(kind, skips)
    for kind in normalization.KEYS
    for skips in network.SKIPS
    if (kind, skips) != ("none", "none")
]
XAVIER = initializers.get("xavier_normal")


@pytest.mark.parametrize(("kind", "axis"), [("batch", 1), ("layer", 2)])
def test_every_unit_or_input_gets_mean_0_and_variance_1(kind, axis):
    u = 3.0 + 5.0 * np.random.default_rng(0).normal(size=(3, 50, 20))
    done = normalization.normalize(u, kind)
    assert_allclose(done.values.mean(axis=axis), 0.0, atol=1e-12)
    assert_allclose(done.values.var(axis=axis), 1.0, rtol=1e-5)
    assert_allclose(done.values * done.scale + done.center, u)


def test_batch_normalisation_of_three_numbers_by_hand():
    # Mean 2, variance 8/3 over the batch of 0, 2, 4.
    done = normalization.normalize(np.array([[[0.0], [2.0], [4.0]]]), "batch")
    edge = 2.0 / np.sqrt(8.0 / 3.0 + 1e-5)
    assert_allclose(done.values[0, :, 0], [-edge, 0.0, edge])


@pytest.mark.parametrize("kind", normalization.KEYS[1:])
def test_the_gradient_of_a_normalised_layer_by_differences(kind):
    rng = np.random.default_rng(1)
    u, upstream = rng.normal(size=(2, 2, 4, 3))
    analytic = normalization.pull_back(normalization.normalize(u, kind), upstream)
    for place in np.ndindex(u.shape):
        step = np.zeros_like(u)
        step[place] = 1e-6
        up, down = (normalization.normalize(u + s * step, kind).values for s in (1, -1))
        assert_allclose(analytic[place], ((up - down) * upstream).sum() / 2e-6, atol=1e-8)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
@pytest.mark.parametrize("key", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_network_gradients_by_differences(architecture, key, depth):
    activation, head = activations.get(key), heads.get("softmax")
    example = gradient_check.example(depth, activation, head, architecture=architecture)
    assert gradient_check.worst_error(*example, activation, head, architecture) < 1e-6


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        # The way back without the moving mean and variance, as in a frozen network.
        ("pull_back", lambda done, gradient: gradient / done.scale),
        # The mean taken out, the part along û forgotten.
        ("pull_back", lambda done, g: (g - g.mean(axis=1, keepdims=True)) / done.scale),
    ],
)
def test_a_wrong_backward_pass_is_seen(monkeypatch, name, wrong):
    architecture = Architecture("batch")
    activation, head = activations.get("tanh"), heads.get("softmax")
    example = gradient_check.example(2, activation, head, architecture=architecture)
    monkeypatch.setattr(network, name, wrong)
    assert gradient_check.worst_error(*example, activation, head, architecture) > 1e-3


def test_a_skip_whose_gradient_is_forgotten_is_seen(monkeypatch):
    activation, head = activations.get("tanh"), heads.get("softmax")
    architecture = Architecture(skips="identity")
    example = gradient_check.example(3, activation, head, architecture=architecture)
    found = gradient_check.network.backward

    def without_skips(parameters, trace, targets, head):
        plain = network.Trace(trace.inputs, trace.zs, trace.activations, trace.slopes)
        return found(parameters, plain, targets, head)

    monkeypatch.setattr(gradient_check.network, "backward", without_skips)
    assert gradient_check.worst_error(*example, activation, head, architecture) > 1e-3


def _pass(architecture, *, widths=(6, 12, 12, 12, 3), seeds=(4, 7), batch=9, dtype=np.float64):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(batch, widths[0])).astype(dtype)
    head = heads.get("softmax")
    drawn = network.initialize(widths, XAVIER, Bias("normal", 0.5), seeds, dtype, architecture)
    trace = network.forward(drawn, inputs, activations.get("tanh"), head, architecture)
    targets = head.encode(np.arange(batch) % 3, 3, dtype)
    return drawn, trace, network.backward(drawn, trace, targets, head)


def test_a_skip_adds_the_branch_to_what_came():
    for architecture in ARCHITECTURES:
        _, trace, _ = _pass(architecture)
        branch = {"none": None, "identity": 1.0, "scaled": 3**-0.5}[architecture.skips]
        for layer in (1, 2):
            value = np.tanh(trace.zs[layer])
            came = trace.activations[layer - 1]
            expected = value if branch is None else came + branch * value
            assert_allclose(trace.activations[layer], expected)
        assert_array_equal(trace.activations[0], np.tanh(trace.zs[0]))


@pytest.mark.parametrize("dtype", network.DTYPES)
@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_a_network_in_a_stack_equals_the_single_network_to_the_bit(architecture, dtype):
    _, trace, gradients = _pass(architecture, dtype=dtype)
    _, alone, own = _pass(architecture, seeds=(7,), dtype=dtype)
    for together, single in [
        *zip(trace.zs, alone.zs, strict=True),
        *zip(gradients.deltas, own.deltas, strict=True),
        *zip(gradients.gains, own.gains, strict=True),
    ]:
        assert together.dtype == dtype
        assert_array_equal(together[1], single[0])


def test_no_draw_depends_on_the_architecture():
    plain, _, _ = _pass(network.PLAIN)
    for architecture in ARCHITECTURES:
        drawn, _, _ = _pass(architecture)
        for mine, theirs in zip(drawn.weights, plain.weights, strict=True):
            assert_array_equal(mine, theirs)
        assert all((gain == 1.0).all() for gain in drawn.gains)


def test_weights_of_any_scale_give_the_same_normalised_net():
    # Scale invariance: with ε apart, û does not change when a layer's weights are multiplied.
    architecture = Architecture("batch")
    head, tanh = heads.get("softmax"), activations.get("tanh")
    inputs = np.random.default_rng(3).normal(size=(40, 6))
    widths = (6, 12, 12, 3)
    zs = []
    for sigma in (1.0, 10.0):
        drawn = network.initialize(
            widths, initializers.get("normal", sigma), Bias(), (0,), architecture=architecture
        )
        zs.append(network.forward(drawn, inputs, tanh, head, architecture).zs[1])
    assert_allclose(*zs, rtol=1e-4, atol=1e-5)


def test_known_statistics_make_an_answer_independent_of_its_batch():
    architecture = Architecture("batch")
    drawn, trace, _ = _pass(architecture)
    head, tanh = heads.get("softmax"), activations.get("tanh")
    inputs = trace.inputs[0]
    whole = network.forward(drawn, inputs, tanh, head, architecture, trace).activations[-1]
    assert_allclose(whole, trace.activations[-1])
    one = network.forward(drawn, inputs[2:3], tanh, head, architecture, trace).activations[-1]
    assert_allclose(one[:, 0], whole[:, 2])
    by_itself = network.forward(drawn, inputs[2:3], tanh, head, architecture).activations[-1]
    assert np.abs(by_itself[:, 0] - whole[:, 2]).max() > 0.01


def test_flattening_keeps_the_gains():
    architecture = Architecture("layer", "identity")
    drawn, _, gradients = _pass(architecture)
    flat = network.flatten(gradients)
    views = network.unflatten(flat, drawn.widths, architecture)
    for mine, theirs in zip(views.gains, gradients.gains, strict=True):
        assert_array_equal(mine, theirs)
    with pytest.raises(ValueError, match=r"flat must be of shape \(S, \d+\)"):
        network.unflatten(flat, drawn.widths)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="normalization must be one of"):
        Architecture("group")
    with pytest.raises(ValueError, match="skips must be one of"):
        Architecture(skips="dense")
    with pytest.raises(ValueError, match="kind must be one of"):
        normalization.normalize(np.zeros((1, 2, 2)), "none")
    with pytest.raises(ValueError, match=r"widths must be the same for all hidden layers, .*, got"):
        _pass(Architecture(skips="identity"), widths=(6, 12, 8, 3))
    drawn, trace, _ = _pass(network.PLAIN)
    with pytest.raises(ValueError, match="parameters must be drawn for"):
        network.forward(
            drawn, trace.inputs[0], activations.get("tanh"), heads.get("softmax"), ARCHITECTURES[-1]
        )
