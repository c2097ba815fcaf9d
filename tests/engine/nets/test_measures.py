"""Measures against NumPy's own, and at sizes whose squares no float can hold."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from vanishing.engine.nets import measures

SCALES = {
    np.float64: [1e-300, 1e-200, 1.0, 1e200, 1e300],
    np.float32: [1e-38, 1e-25, 1, 1e25, 1e38],
}
CASES = [(dtype, scale) for dtype, scales in SCALES.items() for scale in scales]
at_any_size = pytest.mark.parametrize(("dtype", "scale"), CASES)


def draw(shape=(3, 40, 6), seed=0):
    # Below 3, for 1e38 times it to be a float32.
    return np.random.default_rng(seed).normal(size=shape).clip(-2.9, 2.9)


@at_any_size
def test_norms_and_spreads_at_any_size(dtype, scale):
    first, second = draw(), draw((3, 5, 4), seed=1) / 4 + 2.0
    arrays = [(scale * x).astype(dtype) for x in (first, second)]
    tolerance = 50 * np.finfo(dtype).eps
    for found, expected in [
        (measures.norms(arrays), [np.sqrt((x**2).sum(axis=(1, 2))) for x in (first, second)]),
        (
            measures.root_mean_squares(arrays),
            [np.sqrt((x**2).mean(axis=(1, 2))) for x in (first, second)],
        ),
        (measures.spreads(arrays), [x.std(axis=(1, 2)) for x in (first, second)]),
    ]:
        # The norm of float32 numbers need not fit in a float32.
        assert found.dtype == np.float64
        assert found.shape == (3, 2)
        assert_allclose(found / scale, np.stack(expected, axis=1), rtol=tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_floats(dtype):
    largest = np.finfo(dtype).max
    x = np.full((2, 50, 4), largest)
    x[1, ::2] *= -1
    assert_allclose(measures.root_mean_squares([x])[:, 0], [largest, largest], rtol=1e-6)
    assert_allclose(measures.unit_rms(x), largest, rtol=1e-6)
    assert_allclose(measures.means([x])[:, 0] / largest, [1.0, 0.0], atol=1e-6)
    assert_allclose(measures.spreads([x])[:, 0] / largest, [0.0, 1.0], atol=1e-6)
    if dtype == np.float32:
        assert_allclose(measures.norms([x])[:, 0], float(largest) * np.sqrt(200), rtol=1e-6)


@at_any_size
def test_unit_rms_at_any_size(dtype, scale):
    x = draw()
    found = measures.unit_rms((scale * x).astype(dtype))
    assert found.dtype == dtype
    expected = np.sqrt((x**2).mean(axis=1))
    assert_allclose(found / dtype(scale), expected, rtol=50 * np.finfo(dtype).eps)


def test_sizes_far_apart_in_one_stack():
    # The first layers' gradients can be 1e-200 where the last layer's are 1.
    small, large, nothing = 1e-200 * draw(), draw(), np.zeros((3, 4, 2))
    sizes = measures.norms([small, large, nothing])
    assert_allclose(sizes[:, 0] * 1e200, sizes[:, 1], rtol=1e-14)
    assert_array_equal(sizes[:, 2], 0.0)
    mixed = large.copy()
    mixed[:, :, 0] *= 1e-200
    units = measures.unit_rms(mixed)
    assert_allclose(units[:, 0], 1e-200 * measures.unit_rms(large)[:, 0], rtol=1e-14)
    assert_allclose(units[:, 1:], measures.unit_rms(large)[:, 1:], rtol=1e-14)


def test_a_small_spread_about_a_large_mean():
    # Deep sigmoid layers all but stop to depend on their input: mean ½, spread 1e-9.
    x = 0.5 + 1e-9 * draw()
    assert_allclose(measures.spreads([x])[:, 0], 1e-9 * draw().std(axis=(1, 2)), rtol=1e-6)


def test_infinite_and_nan_are_measured_as_such():
    x = draw()
    x[0, 3, 2], x[1, 3, 2] = np.inf, np.nan
    for found in (measures.norms([x])[:, 0], measures.unit_rms(x)[:, 2]):
        assert found[0] == np.inf
        assert np.isnan(found[1])
        assert np.isfinite(found[2])
    assert not np.isfinite(measures.spreads([x])[:2]).any()
    assert np.isfinite(measures.spreads([x])[2]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_means_and_shares(dtype):
    x = draw().astype(dtype)
    assert_allclose(measures.means([x, x[:, :2]])[:, 1], x[:, :2].mean(axis=(1, 2)), rtol=1e-5)
    assert_allclose(measures.over_inputs(x), x.mean(axis=1), atol=1e-6)
    share = measures.share_of_inputs(x > 0)
    assert_array_equal(share, (x > 0).mean(axis=1))
    assert measures.share_of_inputs(np.ones((1, 7, 2), bool)).tolist() == [[1.0, 1.0]]
    assert measures.share_of_inputs(np.zeros((1, 7, 2), bool)).tolist() == [[0.0, 0.0]]


def test_a_stack_is_measured_as_its_networks_are():
    x = draw((4, 33, 5))
    for s in range(4):
        assert_array_equal(measures.norms([x])[s], measures.norms([x[[s]]])[0])
        assert_array_equal(measures.spreads([x])[s], measures.spreads([x[[s]]])[0])
        assert_array_equal(measures.unit_rms(x)[s], measures.unit_rms(x[[s]])[0])
        assert_array_equal(measures.means([x])[s], measures.means([x[[s]]])[0])
