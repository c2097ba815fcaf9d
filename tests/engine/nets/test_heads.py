"""Heads against scipy, exact arithmetic and sklearn, and at the ends of the number range."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special
from sklearn import metrics

from vanishing.engine.nets import heads

SIGMOID, SOFTMAX, LINEAR = (heads.get(key) for key in ("sigmoid", "softmax", "linear"))
LARGE = [0.0, 1e-300, 1.0, 40.0, 800.0, 1e154, 1e200, 1e308]


def draw(shape, scale=3.0):
    return scale * np.random.default_rng(0).normal(size=shape)


def test_sigmoid_is_the_logistic_function():
    z = draw((2, 50, 1), 20)
    assert_allclose(SIGMOID.output(z), special.expit(z), rtol=1e-15)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e6])
def test_binary_cross_entropy_matches_scipy(scale):
    z = draw((2, 50, 1), scale)
    y = SIGMOID.encode(np.arange(50) % 2, 2)
    expected = -np.where(y == 1, special.log_expit(z), special.log_expit(-z)).mean(axis=(1, 2))
    assert_allclose(SIGMOID.loss(z, y), expected, rtol=1e-14)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e6])
def test_softmax_and_cross_entropy_match_scipy(scale):
    z = draw((2, 50, 4), scale)
    y = SOFTMAX.encode(np.arange(50) % 4, 4)
    assert_allclose(SOFTMAX.output(z), special.softmax(z, axis=-1), rtol=1e-13, atol=1e-300)
    expected = -(special.log_softmax(z, axis=-1) * y).sum(axis=-1).mean(axis=-1)
    assert_allclose(SOFTMAX.loss(z, y), expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1.0, 100.0, 1e30])
def test_probabilities_sum_to_one(dtype, scale):
    # Claim C24: on top of ReLU layers, whose output has no upper bound, both heads still give
    # probabilities.
    rectified = np.maximum(draw((3, 40, 5), scale), 0).astype(dtype)
    several, two = SOFTMAX.output(rectified), SIGMOID.output(rectified[..., :1])
    for probability in (several, two):
        assert probability.dtype == dtype
        assert ((probability >= 0) & (probability <= 1)).all()
    assert_allclose(several.sum(axis=-1), 1, rtol=4 * np.finfo(dtype).eps)
    # The other class has σ(−z).
    assert_allclose(two + SIGMOID.output(-rectified[..., :1]), 1, rtol=4 * np.finfo(dtype).eps)


def test_two_softmax_outputs_are_one_sigmoid():
    z = draw((1, 30, 2), 10)
    labels = np.arange(30) % 2
    difference = z[..., 1:] - z[..., :1]
    assert_allclose(SOFTMAX.output(z)[..., 1:], SIGMOID.output(difference), rtol=1e-14)
    assert_allclose(
        SOFTMAX.loss(z, SOFTMAX.encode(labels, 2)),
        SIGMOID.loss(difference, SIGMOID.encode(labels, 2)),
        rtol=1e-13,
    )


def test_nothing_overflows_or_warns_at_the_ends():
    ends = np.array([side * size for size in LARGE for side in (1, -1)])
    pairs = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(1, -1, 2)
    for label in (0, 1):
        y = np.full(pairs.shape[1], label)
        assert np.isfinite(SOFTMAX.output(pairs)).all()
        losses = [SOFTMAX.loss(pairs[:, [i]], SOFTMAX.encode(y[:1], 2)) for i in range(len(y))]
        exact = [_exact_cross_entropy(a, b, label) for a, b in pairs[0].tolist()]
        assert_allclose(np.concatenate(losses), exact, rtol=1e-14, atol=1e-16)
        z = ends[None, :, None]
        assert np.isfinite(SIGMOID.output(z)).all()
        found = SIGMOID.losses(z, SIGMOID.encode(y[: len(ends)], 2))[0]
        assert_allclose(
            found, [_exact_cross_entropy(0.0, e, label) for e in ends.tolist()], rtol=1e-14
        )


def _exact_cross_entropy(z0, z1, label):
    """log Σ exp z − z of `label` for two classes, in Python's own arithmetic."""
    gap = (z1 - z0) if label == 0 else (z0 - z1)
    return gap + math.log1p(math.exp(-gap)) if gap > 0 else math.log1p(math.exp(gap))


def test_mean_of_losses_near_the_largest_float():
    # Each loss fits, their sum does not, their mean does.
    z = np.full((1, 4, 1), 1e308)
    assert_allclose(SIGMOID.loss(z, np.zeros((1, 4, 1))), [1e308])
    # Half of 1e200² does not fit into a float.
    assert_array_equal(LINEAR.loss(np.full((1, 4, 1), 1e200), np.zeros((1, 4, 1))), [np.inf])


def test_tails_of_the_loss_keep_their_digits():
    # −ln σ(z) → e^−z: the naive −ln(ŷ) gives exactly 0 from z = 37 on.
    z = np.array([[[40.0]], [[700.0]]])
    assert_allclose(SIGMOID.loss(z, np.ones((1, 1, 1))), np.exp([-40.0, -700.0]), rtol=1e-15)


def test_linear_head_is_half_the_squared_error():
    z, y = np.array([[[1.0], [4.0]]]), np.array([[[3.0], [1.0]]])
    assert_array_equal(LINEAR.output(z), z)
    assert_array_equal(LINEAR.loss(z, y), [(0.5 * 4 + 0.5 * 9) / 2])
    assert_array_equal(LINEAR.delta(z, y), [[[-1.0], [1.5]]])


@pytest.mark.parametrize("key", heads.KEYS)
def test_delta_is_the_derivative_of_the_loss(key):
    head = heads.get(key)
    width = 3 if key == "softmax" else 1
    z = draw((1, 6, width))
    y = head.encode(np.arange(6) % max(width, 2), {"softmax": 3, "sigmoid": 2, "linear": 0}[key])
    delta = head.delta(head.output(z), y)
    for place in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[place] = 1e-6
        slope = (head.loss(z + step, y) - head.loss(z - step, y)) / 2e-6
        assert_allclose(slope, delta[place], rtol=1e-6, atol=1e-9)


def test_scores_match_sklearn():
    labels = np.arange(60) % 3
    z = draw((2, 60, 3))
    expected = [metrics.accuracy_score(labels, row.argmax(axis=-1)) for row in z]
    assert_allclose(SOFTMAX.score(SOFTMAX.output(z), SOFTMAX.encode(labels, 3)), expected)
    expected = [metrics.accuracy_score(labels % 2, row[:, 0] > 0) for row in z]
    found = SIGMOID.score(SIGMOID.output(z[..., :1]), SIGMOID.encode(labels % 2, 2))
    assert_allclose(found, expected)
    y = draw(60, 1.0)
    expected = [metrics.r2_score(y, row[:, 0]) for row in z]
    assert_allclose(LINEAR.score(z[..., :1], LINEAR.encode(y, 0)), expected)


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e25), (np.float64, 1e150)])
def test_a_squared_error_that_no_float_of_the_answers_type_holds(dtype, size):
    z, y = (size * draw((2, 60, 1))).astype(dtype), LINEAR.encode(draw(60), 0, dtype)
    relative = (z / dtype(size)).astype(np.float64)
    expected = 0.5 * np.square(relative).mean(axis=(1, 2))
    assert_allclose(LINEAR.loss(z, y) / size / size, expected, rtol=1e-5)
    # The targets are of the order of 1: R² is 1 less their square times the size's.
    share = LINEAR.score(z, y)
    assert_allclose(share / size / size, -2.0 * expected / y.var(), rtol=1e-5)


def test_encoding():
    labels = np.array([0, 1, 1])
    assert_array_equal(SIGMOID.encode(labels, 2), [[[0.0], [1.0], [1.0]]])
    assert_array_equal(SOFTMAX.encode(labels, 2), [[[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]])
    # Nielsen's heads: one sigmoid per class.
    assert_array_equal(SIGMOID.encode(labels, 3), SOFTMAX.encode(labels, 3))
    assert [SIGMOID.width(2), SIGMOID.width(3), SOFTMAX.width(2), LINEAR.width(0)] == [1, 3, 2, 1]
    assert [heads.for_classes(n).key for n in (0, 2, 3)] == ["linear", "sigmoid", "softmax"]
    assert LINEAR.encode(draw(4), 0, np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: heads.get("hinge"), "key must be one of sigmoid, softmax, linear, got 'hinge'"),
        (
            lambda: SIGMOID.encode(np.array([0, 1]), 0),
            "classes of the sigmoid head must be .* from 2 up, got 0",
        ),
        (
            lambda: LINEAR.encode(np.array([0.0]), 2),
            "classes of the linear head must be .* from 0 to 0, got 2",
        ),
        (
            lambda: SOFTMAX.encode(np.array([0, 3]), 3),
            r"y must be of labels 0 … 2, got array\(\[0, 3\]\)",
        ),
        (lambda: SOFTMAX.encode(np.array([[0]]), 3), "shape"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
