import math
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from vanishing.engine import progress
from vanishing.engine.costs import TooCostlyError
from vanishing.engine.progress import Progress
from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.recurrent.training import Record, Settings, Trainer
from vanishing.engine.seeds import stream

SMALL = Settings(length=6, units=5, batch=4, steps=12, seeds=3, records=5)
WILD = replace(
    SMALL, length=40, activation="relu", initializer="identity", gain=1.2, optimizer="momentum"
)


def losses(settings):
    return np.stack([record.loss for record in recurrent_training.run(settings).records])


# --- clipping -----------------------------------------------------------------------------------


def test_clipping_shortens_what_is_longer_and_keeps_its_direction():
    gradient = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    before = gradient.copy()
    norm, clipped = recurrent_training.clip(gradient, 1.0)
    assert norm.tolist() == pytest.approx([5.0, 0.5, 0.0])
    assert clipped.tolist() == [True, False, False]
    np.testing.assert_allclose(gradient[0], before[0] / 5)
    np.testing.assert_array_equal(gradient[1:], before[1:])


@pytest.mark.parametrize(
    ("dtype", "size"),
    [(np.float64, s) for s in (1e-300, 1e-160, 1e160, 1e300)]
    + [(np.float32, s) for s in (1e-38, 1e-20, 1e20, 1e38)],
)
def test_clipping_at_any_size(dtype, size):
    gradient = np.array([[3, -2, 3, 1, 2, 3, 0, 3, 2]], dtype) * dtype(size)
    before = gradient.copy()
    norm, clipped = recurrent_training.clip(gradient, 1.0)
    assert norm / size == pytest.approx(7.0, rel=1e-5)
    assert clipped.all() == (size > 1)
    expected = before.astype(np.float64) / norm if size > 1 else before
    np.testing.assert_allclose(gradient, expected, rtol=1e-5)


def test_a_threshold_of_0_does_not_clip():
    gradient = np.full((2, 3), 1e9)
    _, clipped = recurrent_training.clip(gradient, 0.0)
    assert not clipped.any()
    assert (gradient == 1e9).all()


def test_a_threshold_above_every_gradient_changes_nothing():
    np.testing.assert_array_equal(losses(SMALL), losses(replace(SMALL, threshold=1e6)))
    assert not np.array_equal(losses(SMALL), losses(replace(SMALL, threshold=0.01)))


def test_with_gradient_descent_no_step_is_longer_than_the_threshold_allows():
    trainer = Trainer(replace(WILD, optimizer="gradient_descent", threshold=0.5))
    for _ in range(5):
        trainer.step()
        length = np.linalg.norm(trainer.state.update, axis=1)
        assert (length <= trainer.settings.learning_rate * 0.5 * 1.001).all()
        trainer.apply()


# --- runs ---------------------------------------------------------------------------------------


def test_records_come_at_the_steps_asked_for_and_are_the_same_again():
    first, again = (recurrent_training.run(SMALL) for _ in range(2))
    assert [record.step for record in first.records] == [0, 3, 6, 9, 12]
    for one, other in zip(first.records, again.records, strict=True):
        np.testing.assert_array_equal(one.loss, other.loss)
        np.testing.assert_array_equal(one.gradient, other.gradient)
    assert recurrent_training.record_steps(2, 5) == (0, 1, 2)
    assert recurrent_training.record_steps(400, 25)[:2] == (0, 17)
    assert first.final.by_time.shape == (3, 7)
    assert not first.final.diverged


def test_cells_meet_the_same_sequences():
    plain, lstm = (Trainer(replace(SMALL, cell=cell)) for cell in ("plain", "lstm"))
    np.testing.assert_array_equal(plain.test.x, lstm.test.x)
    for _ in range(2):
        a, b = (one._draw(4, one.streams) for one in (plain, lstm))
        np.testing.assert_array_equal(a.x, b.x)
    assert not np.isin(plain.test.y, a.y).any(), "tested on what it trains on"


def test_the_recorded_loss_is_that_of_the_recorded_weights():
    settings = replace(SMALL, dtype="float64", seeds=2)
    trainer = Trainer(settings)
    trainer.step()
    record = trainer.record(0)
    for net in range(2):
        rng = stream(settings.seed + net, "unseen sequences")
        task = memory_tasks.get("adding")
        x, y = memory_tasks.sequences(task, 6, recurrent_training.TEST_SEQUENCES, rng)
        w, u, b, v, c = (part[net] for part in trainer.weights)
        h = np.zeros((len(y), 5))
        for inputs in x:
            h = np.tanh(h @ w + inputs @ u + b)
        answer = (h @ v + c)[:, 0]
        assert record.loss[net] == pytest.approx(np.mean((answer - y) ** 2))


def test_the_gradient_recorded_is_the_largest_since_the_last_record():
    settings = replace(SMALL, steps=12, threshold=0.1)
    trainer, seen = Trainer(settings), []
    records = {r.step: r for r in recurrent_training.run(settings).records}
    for step in range(13):
        trainer.step()
        seen.append(trainer.norms[-1])
        if step in records:
            np.testing.assert_array_equal(records[step].gradient, np.max(seen, axis=0))
            share = np.mean(np.array(seen) > 0.1, axis=0)
            np.testing.assert_allclose(records[step].clipped, share)
            trainer.record(step)
            seen.clear()
        trainer.apply()


def test_the_answer_starts_at_the_mean():
    for task in memory_tasks.KEYS:
        trainer = Trainer(replace(SMALL, task=task))
        assert (trainer.weights.out_bias == memory_tasks.get(task).mean).all()
    lstm = Trainer(replace(SMALL, cell="lstm", forget=2.0)).weights
    assert (lstm.bias[:, 0, 5:10] == 2.0).all()
    assert (lstm.bias[:, 0, :5] == 0).all()


def test_a_run_that_diverges_says_so_and_ends_and_clipping_saves_it():
    wild = recurrent_training.run(WILD)
    assert wild.final.diverged
    assert wild.final.step < WILD.steps
    assert not any(record.diverged for record in wild.records[:-1])
    tame = recurrent_training.run(replace(WILD, threshold=1.0))
    assert not tame.final.diverged
    assert tame.final.step == WILD.steps
    np.testing.assert_array_equal(wild.records[0].loss, tame.records[0].loss)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("settings", "unclipped_diverges"),
    [
        ({"activation": "identity", "optimizer": "gradient_descent", "learning_rate": 1.0}, True),
        ({"activation": "relu", "gain": 3.0, "length": 50, "threshold": 100.0}, False),
    ],
)
def test_an_overflow_of_what_is_measured_is_no_divergence(settings, unclipped_diverges, dtype):
    """Gradients of 1e20 and more: they fit in a float32, their squares do not."""
    clipped = Settings(**{"gain": 2.0, "threshold": 1.0, "steps": 20, **settings}, dtype=dtype)
    run = recurrent_training.run(clipped)
    assert not run.final.diverged
    assert run.final.step == 20
    assert max(record.gradient.max() for record in run.records) > 1e20
    for record in run.records:
        assert np.isfinite(record.loss).all()
        assert np.isfinite(record.by_time).all()
    assert recurrent_training.run(replace(clipped, threshold=0.0)).final.diverged == (
        unclipped_diverges
    )


def test_a_gated_cell_remembers_where_a_plain_one_does_not():
    """The page's default, with fewer nets."""
    settings = Settings(seeds=3, learning_rate=0.02)
    baseline = memory_tasks.get("adding").baseline
    plain = np.median(recurrent_training.run(settings).final.loss)
    gated = np.median(recurrent_training.run(replace(settings, cell="lstm")).final.loss)
    assert plain > 0.7 * baseline
    assert gated < 0.1 * baseline


def test_signs_of_life_between_records(monkeypatch):
    # A clock on which every look takes 20 ms: then no more than two steps may pass in silence.
    ticks = iter(np.arange(0.0, 1e4, 0.02))
    monkeypatch.setattr(progress.time, "perf_counter", lambda: next(ticks))
    items = list(recurrent_training.train(replace(SMALL, records=2, cell="lstm")))
    assert [item.step for item in items if isinstance(item, Record)] == [0, 12]
    assert any(isinstance(item, Progress) for item in items)
    assert max(b.step - a.step for a, b in pairwise(items)) <= 2


# --- size ---------------------------------------------------------------------------------------


def test_cost_is_close_to_linear_in_what_it_counts():
    assert replace(SMALL, length=12).cost() == 2 * SMALL.cost()
    for field, value in (("steps", 13), ("seeds", 4), ("units", 6), ("batch", 5), ("records", 6)):
        assert replace(SMALL, **{field: value}).cost() > SMALL.cost(), field
    assert replace(SMALL, cell="lstm").cost() > 3 * SMALL.cost()
    large = replace(SMALL, units=16, batch=100, steps=200)
    assert large.cost() > 1.3 * replace(large, activation="relu").cost()
    assert replace(SMALL, dtype="float64").memory() == 2 * SMALL.memory()


@pytest.mark.parametrize("cell", ["plain", "lstm"])
def test_memory_is_at_most_as_foreseen(cell):
    settings = Settings(cell=cell, length=50, units=32, steps=2)
    recurrent_training.run(settings)
    tracemalloc.start()
    recurrent_training.run(settings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.5 < peak / settings.memory() < 1


def test_what_is_too_large_is_refused_with_the_nearest_that_fits():
    large = Settings(cell="lstm", length=200, units=128, steps=20_000, seeds=50, batch=200)
    with pytest.raises(TooCostlyError, match=r"nearest that fits: .*steps = 100") as refused:
        recurrent_training.train(large)
    nearest = refused.value.nearest
    assert nearest.fits()
    assert nearest.length == 200
    only_steps = Settings(cell="lstm", length=200, steps=20_000)
    assert [field for field, *_ in only_steps.difference(only_steps.nearest())] == ["steps"]
    assert not replace(only_steps.nearest(), steps=only_steps.nearest().steps + 1).fits()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task", "copy"),
        ("cell", "gru"),
        ("activation", "gelu"),
        ("initializer", "he"),
        ("optimizer", "sgd"),
        ("dtype", "float16"),
        ("length", 1),
        ("units", 129),
        ("batch", 0),
        ("steps", 1.5),
        ("seeds", 51),
        ("seed", -1),
        ("records", 1),
        ("gain", 6.0),
        ("forget", math.nan),
        ("threshold", -1.0),
        ("momentum", 1.0),
        ("learning_rate", 0.0),
    ],
)
def test_settings_out_of_range_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        Settings(**{field: value})


def test_the_clipped_share_is_that_of_the_gradients_that_are_finite():
    clipped = np.array([[True, False, False], [True, False, False]])
    finite = np.array([[True, True, False], [True, False, False]])
    np.testing.assert_array_equal(recurrent_training._share(clipped, finite), [1.0, 0.0, np.nan])
