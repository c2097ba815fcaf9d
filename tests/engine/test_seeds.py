"""Named streams: the same name gives the same draws, any other name unrelated ones."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import stats

from vanishing.engine.seeds import MAX_SEED, stream


def draws(seed, *path, n=1000):
    return stream(seed, *path).standard_normal(n)


def test_same_seed_and_path_give_the_same_draws():
    assert_array_equal(draws(3, "weights", 2), draws(3, "weights", 2))
    assert_array_equal(draws(np.int64(3), "weights", np.int32(2)), draws(3, "weights", 2))


def test_draws_are_the_same_on_every_machine():
    # The value that this definition gave when it was first written down.
    assert stream(0, "weights", 1).integers(0, 2**32) == 3757547858


def test_any_difference_in_seed_or_path_gives_unrelated_draws():
    names = [
        (0,),
        (1,),
        (0, "weights"),
        (0, "weights", 1),
        (0, "weights", "1"),
        (0, "weights1"),
        (0, "weights", 2),
        (1, "weights", 1),
        (0, "biases", 1),
        (0, 1, "weights"),
        (0, "weights", 1, 1),
        (0, -1),
        (MAX_SEED, "weights", 1),
    ]
    series = [draws(*name, n=10_000) for name in names]
    for one, other in itertools.combinations(series, 2):
        assert np.isclose(one[:20], other[:20]).sum() == 0
        # Correlation of independent series: standard deviation 1/100.
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.05


def test_streams_of_many_seeds_are_jointly_normal():
    first = np.array([draws(seed, "weights", 1, n=1)[0] for seed in range(2000)])
    assert stats.kstest(first, "norm").pvalue > 1e-3


@pytest.mark.parametrize("seed", [-1, 1.0, "0", None, True, MAX_SEED + 1])
def test_bad_seed(seed):
    with pytest.raises(ValueError, match=r"seed must be a whole number from 0 to .*, got"):
        stream(seed)


@pytest.mark.parametrize("part", [1.5, None, ("a",), True])
def test_bad_path(part):
    with pytest.raises(ValueError, match="path must be of strings and whole numbers, got"):
        stream(0, part)
