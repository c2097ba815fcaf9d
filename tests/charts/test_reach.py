import sys

import numpy as np
import pytest

from vanishing.charts import reach
from vanishing.charts.parts import whole_ticks


def test_ends_of_an_axis_grow_in_few_coarse_steps():
    logs = np.linspace(0.01, 60.0, 500)
    ends = {reach.decades(np.array([-log, np.nan, 0.1]), 5.0, (2.0, 1.0))["low"] for log in logs}
    assert ends == {-2.0, -5.0, -10.0, -20.0, -40.0, -80.0}
    assert reach.decades(np.array([-0.3, 7.5]), 10.0) == {"low": -1.0, "high": 10.0}
    assert reach.decades(np.array([])) == {"low": -1.0, "high": 1.0}


def test_no_end_of_a_log_axis_leaves_the_floats():
    ends = reach.powers(reach.decades(np.array([-299.0, 301.0])))
    assert 0.0 < ends["low"] <= 1e-299
    assert 1e300 <= ends["high"] < np.inf


def test_an_axis_always_has_room():
    assert reach.decades(np.array([0.0]), 2.0, (0.0, 0.0)) == {"low": -2.0, "high": 2.0}
    assert reach.decades(np.array([]), least=(0.0, 0.0)) == {"low": -1.0, "high": 1.0}
    assert reach.decades(np.array([3.0]), least=(0.0, 0.0)) == {"low": 0.0, "high": 4.0}


@pytest.mark.parametrize("size", [5e-324, 1e-320, 3e-320, 2.3e-308, 1e308, 1.7e308, 1.79e308])
def test_a_linear_axis_ends_within_the_floats(size):
    assert size <= reach.roof(size) <= sys.float_info.max
    assert reach.roof(size) <= 5.1 * size


@pytest.mark.parametrize(("size", "end"), [(0.13, 0.2), (1.0, 1.0), (2.7, 5.0), (712.0, 1000.0)])
def test_a_linear_axis_ends_at_one_two_or_five(size, end):
    assert reach.roof(size) == pytest.approx(end)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (20, [1, 5, 10, 15, 20]),
        (40, [1, 5, 10, 15, 20, 25, 30, 35, 40]),
        (60, [1, 10, 20, 30, 40, 50, 60]),
        (9, list(range(1, 10))),
        (11, [1, 2, 4, 6, 8, 10, 11]),
    ],
)
def test_an_axis_of_whole_numbers_is_labelled_at_its_ends(last, told):
    assert whole_ticks(1.0, float(last)) == told
