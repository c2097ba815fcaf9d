import math

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from vanishing.engine.chain import weights as chain_weights


def test_a_shallower_chain_has_the_first_weights_of_a_deeper_one():
    deep = chain_weights.drawn(100, 1.0, seed=5)
    assert np.array_equal(chain_weights.drawn(7, 1.0, seed=5), deep[:7])
    assert np.array_equal(chain_weights.drawn(100, 3.0, seed=5), 3.0 * deep)
    assert not np.array_equal(chain_weights.drawn(100, 1.0, seed=6), deep)


def test_drawn_weights_have_their_standard_deviation():
    weights = np.concatenate([chain_weights.drawn(1000, 2.0, seed) for seed in range(100)])
    # The relative standard error of a standard deviation is 1/√(2n), here 0.22 %.
    assert weights.std() == pytest.approx(2.0, rel=0.01)
    assert abs(weights.mean()) < 4 * 2.0 / math.sqrt(len(weights))


@pytest.mark.parametrize("sigma_w", [0.1, 0.5, 1.0, 2.0, 30.0])
def test_the_share_within_one_is_what_the_normal_distribution_says(sigma_w):
    share = chain_weights.share_within_one(sigma_w, seed=1)
    assert share.predicted == pytest.approx(norm.cdf(1 / sigma_w) - norm.cdf(-1 / sigma_w))
    inside = round(share.measured * share.n)
    assert binomtest(inside, share.n, min(share.predicted, 1.0)).pvalue > 1e-3


def test_only_68_percent_of_standard_normal_weights_are_within_one():
    assert chain_weights.share_within_one(1.0).predicted == pytest.approx(0.6827, abs=1e-4)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: chain_weights.drawn(0, 1.0), "depth"),
        (lambda: chain_weights.drawn(1001, 1.0), "depth"),
        (lambda: chain_weights.drawn(3, 0.0), "sigma_w"),
        (lambda: chain_weights.drawn(3, math.nan), "sigma_w"),
        (lambda: chain_weights.share_within_one(31.0), "sigma_w"),
        (lambda: chain_weights.share_within_one(1.0, n=0), "n must"),
        (lambda: chain_weights.share_within_one(1.0, n=10**7), "n must"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()
