import math

import pytest

from vanishing.engine.nets.activations import KEYS, get
from vanishing.engine.wide.derivatives import slope_statistics


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (2.0, 0.5), (0.0, 20.0)])
def test_quadrature_and_sample_agree(key, mean, std):
    s = slope_statistics(get(key), mean, std, threshold=0.05, samples=100_000)
    assert abs(s.sample_mean_abs - s.mean_abs) <= 5 * s.mean_abs_error + 1e-12
    assert abs(s.sample_rms - s.rms) <= 5 * s.rms_error + 1e-12


def test_relu_is_on_half_the_time():
    s = slope_statistics(get("relu"), 0.0, 3.0, threshold=0.5)
    assert s.mean_abs == pytest.approx(0.5)
    assert s.rms == pytest.approx(math.sqrt(0.5))
    assert s.share_below == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("argument", "value"), [("samples", 1), ("samples", 10**7), ("threshold", -1.0)]
)
def test_out_of_range_is_named(argument, value):
    with pytest.raises(ValueError, match=argument):
        slope_statistics(get("tanh"), 0.0, 1.0, **{"threshold": 0.1, argument: value})
