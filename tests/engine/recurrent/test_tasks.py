import numpy as np
import pytest

from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.seeds import stream


def draw(key, length=9, batch=500):
    return memory_tasks.sequences(memory_tasks.get(key), length, batch, stream(0, "test"))


@pytest.mark.parametrize("length", [2, 3, 9, 40])
def test_adding_marks_one_value_in_each_half_and_asks_for_their_sum(length):
    x, y = draw("adding", length)
    values, marks = x[..., 0], x[..., 1]
    half = (length + 1) // 2
    assert set(np.unique(marks)) <= {0.0, 1.0}
    assert (marks[:half].sum(axis=0) == 1).all()
    assert (marks[half:].sum(axis=0) == 1).all()
    np.testing.assert_allclose((values * marks).sum(axis=0), y)
    assert (marks.sum(axis=1) > 0).all(), "a place that is never marked"


def test_recall_asks_for_the_first_value():
    x, y = draw("recall")
    np.testing.assert_array_equal(x[0, :, 0], y)
    assert (x[0, :, 1] == 1).all()
    assert (x[1:, :, 1] == 0).all()


@pytest.mark.parametrize(("key", "baseline"), [("adding", 1 / 6), ("recall", 1 / 12)])
def test_the_baseline_is_the_error_of_answering_the_mean(key, baseline):
    task, (x, y) = memory_tasks.get(key), draw(key, 4, 200_000)
    assert task.baseline == pytest.approx(baseline)
    assert y.mean() == pytest.approx(task.mean, rel=0.01)
    assert np.square(y - task.mean).mean() == pytest.approx(baseline, rel=0.01)
    assert x.min() >= 0
    assert x.max() <= 1


def test_what_is_out_of_range_is_refused():
    task = memory_tasks.get("adding")
    with pytest.raises(ValueError, match="task"):
        memory_tasks.get("copy")
    for length in (1, 201):
        with pytest.raises(ValueError, match="length"):
            memory_tasks.sequences(task, length, 3, stream(0))
    with pytest.raises(ValueError, match="batch"):
        memory_tasks.sequences(task, 5, 0, stream(0))
