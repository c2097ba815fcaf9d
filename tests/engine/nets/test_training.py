"""Training: what it shows, that it repeats to the bit, and where it stops."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network import MLPClassifier

from vanishing.engine import progress
from vanishing.engine.nets import datasets, network, training
from vanishing.engine.nets.records import Diverged, Record
from vanishing.engine.nets.training import Settings, record_steps, run, train
from vanishing.engine.progress import Progress

SHORT = Settings(depth=2, width=6, samples=50, steps=20, records=8)
ARRAYS = (
    *("loss", "accuracy", "delta_rms", "weight_grad_norm", "weight_grad_rms", "bias_grad_norm"),
    *("update_ratio", "activation_mean", "activation_std"),
    *("dead_share", "inactive_share"),
)


def assert_same(first, second, pick=slice(None)):
    """Two records agree to the bit; `pick` chooses networks of the first."""
    assert first.step == second.step
    for name in ARRAYS:
        assert_array_equal(getattr(first, name)[pick], getattr(second, name))
    for name in ("unit_delta", "active_share"):
        for ours, theirs in zip(getattr(first, name), getattr(second, name), strict=True):
            assert_array_equal(ours[pick], theirs)
    ours = network.flatten(first.parameters)[pick]
    assert_array_equal(ours, network.flatten(second.parameters))


# --- what it shows --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_deep_sigmoid_net_is_stuck_where_a_relu_net_on_the_same_draws_learns(seed):
    # Claims C10 and C27; the defaults of the training page.
    stuck = run(Settings(seed=seed)).records
    learns = run(Settings(seed=seed, activation="relu", initializer="he_normal")).records
    # He and Xavier scale the same normal draw.
    first, second = stuck[0].parameters.weights[3], learns[0].parameters.weights[3]
    assert_allclose(second, first * np.sqrt(2.0), rtol=1e-14)
    assert stuck[-1].loss[0] > 0.99 * np.log(2)  # no better than a coin
    assert stuck[-1].accuracy[0] < 0.75
    assert learns[-1].loss[0] < 0.1
    assert learns[-1].accuracy[0] > 0.97
    vanishing, steady = (r[0].delta_rms[0, 0] / r[0].delta_rms[0, -1] for r in (stuck, learns))
    assert vanishing < 1e-4
    assert steady > 1e-2


def test_the_same_on_real_digits():
    real = Settings(data="digits", samples=1797, batch=100, steps=300, records=2)
    stuck = run(real).final
    learns = run(replace(real, activation="relu", initializer="he_normal")).final
    assert stuck.loss[0] > 0.99 * np.log(10)
    assert stuck.accuracy[0] < 0.15
    assert learns.loss[0] < 0.8
    assert learns.accuracy[0] > 0.75


def test_regression_learns_the_wave():
    wave = Settings(data="wave", noise=0.0, depth=2, activation="tanh", optimizer="adam")
    result = run(replace(wave, learning_rate=0.01, steps=400))
    assert result.final.accuracy[0] > 0.98  # R²
    residual = 2 * result.final.loss[0]  # the loss is half the squared error
    assert_allclose(1 - residual / result.data.y.var(), result.final.accuracy[0], rtol=1e-12)


def test_normalisation_and_skips_let_a_deep_sigmoid_net_learn():
    # Claim C25: the same draws as the net that is stuck, with one thing added each time.
    deep = Settings(depth=8, steps=300, seeds=5, noise=0.1, data="circles", samples=200)
    accuracy = {
        (normalization, skips): np.median(
            run(replace(deep, normalization=normalization, skips=skips)).final.accuracy
        )
        for normalization, skips in (("none", "none"), ("batch", "none"), ("batch", "identity"))
    }
    assert accuracy["none", "none"] < 0.7
    assert accuracy["batch", "none"] > 0.95
    assert accuracy["batch", "identity"] > 0.95


# --- that it is right -----------------------------------------------------------------------------


@pytest.mark.parametrize(("optimizer", "momentum"), [("gradient_descent", 0.0), ("momentum", 0.8)])
def test_the_path_of_the_weights_matches_scikit_learn(optimizer, momentum):
    settings = replace(SHORT, data="digits", activation="tanh", optimizer=optimizer)
    settings = replace(settings, momentum=momentum, records=21, seed=3)
    result = run(settings)
    start = result.records[0].parameters
    model = MLPClassifier(
        (6, 6), activation="tanh", alpha=0.0, solver="sgd", learning_rate_init=0.1,
        momentum=momentum, nesterovs_momentum=False, batch_size=50, random_state=0,
    )  # fmt: skip
    x, y = result.data.x, result.data.y
    model.partial_fit(x, y, classes=np.arange(10))
    for ours, theirs in zip(start.weights, model.coefs_, strict=True):
        theirs[:] = ours[0]
    for ours, theirs in zip(start.biases, model.intercepts_, strict=True):
        theirs[:] = ours[0]
    model._optimizer.velocities = [np.zeros_like(v) for v in model._optimizer.velocities]
    for record in result.records[:-1]:
        model.partial_fit(x, y)
        assert_allclose(record.loss[0], model.loss_, rtol=1e-10)
    for ours, theirs in zip(result.final.parameters.weights, model.coefs_, strict=True):
        assert_allclose(ours[0], theirs, rtol=1e-9, atol=1e-10)


def test_the_update_ratio_is_that_of_the_next_step():
    result = run(replace(SHORT, records=21, optimizer="adam", learning_rate=0.01))
    assert [record.step for record in result.records] == list(range(21))
    for now, after in pairwise(result.records):
        for layer in range(3):
            before, moved = now.parameters.weights[layer][0], after.parameters.weights[layer][0]
            expected = (moved - before).std() / before.std()
            assert_allclose(now.update_ratio[0, layer], expected, rtol=1e-9, atol=1e-15)


def test_batches_deal_out_every_row_before_any_comes_again():
    batches = training._batches(0, 10, 4)
    dealt = np.concatenate([next(batches) for _ in range(10)])
    for epoch in dealt.reshape(4, 10):
        assert_array_equal(np.sort(epoch), np.arange(10))
    assert not np.array_equal(dealt[:10], dealt[10:20])
    other = next(training._batches(1, 10, 10))
    assert not np.array_equal(dealt[:10], other)


# --- that it repeats ------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [0, 16])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_the_same_settings_give_the_same_bits(optimizer, batch):
    settings = replace(SHORT, optimizer=optimizer, batch=batch, seeds=3)
    for first, second in zip(run(settings).records, run(settings).records, strict=True):
        assert_same(first, second)


@pytest.mark.parametrize("dtype", network.DTYPES)
@pytest.mark.parametrize(
    ("batch", "architecture"),
    [(0, {}), (16, {}), (16, {"normalization": "batch", "skips": "identity"})],
)
def test_a_network_of_a_stack_trains_as_it_does_alone(batch, architecture, dtype):
    settings = replace(SHORT, batch=batch, seed=5, seeds=4, dtype=dtype, optimizer="momentum")
    settings = replace(settings, **architecture)
    stack = run(settings)
    for s in range(4):
        alone = run(replace(settings, seed=5 + s, seeds=1), stack.data)
        for together, single in zip(stack.records, alone.records, strict=True):
            assert_same(together, single, slice(s, s + 1))
            assert single.unit_delta[0].dtype == dtype
            assert single.parameters.weights[0].dtype == dtype


def test_how_often_is_recorded_changes_nothing():
    many = {r.step: r for r in run(replace(SHORT, batch=16, records=21)).records}
    few = run(replace(SHORT, batch=16, records=3)).records
    assert [record.step for record in few] == [0, 1, 20]
    for record in few:
        assert_same(many[record.step], record)


def test_one_setting_leaves_all_other_draws_as_they_are():
    base = run(SHORT).records[0].parameters
    for change in (
        *({"activation": "tanh"}, {"batch": 7}, {"noise": 0.4}, {"optimizer": "adam"}),
        {"skips": "identity"},
    ):
        other = run(replace(SHORT, **change)).records[0].parameters
        assert_array_equal(network.flatten(base), network.flatten(other))
    biased = run(replace(SHORT, bias="normal", bias_value=1.0)).records[0].parameters
    for ours, theirs in zip(base.weights, biased.weights, strict=True):
        assert_array_equal(ours, theirs)
    deeper = run(replace(SHORT, depth=3)).records[0].parameters
    assert_array_equal(base.weights[1], deeper.weights[1])


# --- records and signs of life --------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 500, 20_000])
@pytest.mark.parametrize("records", [2, 3, 7, 40, 200])
def test_record_steps(steps, records):
    found = record_steps(steps, records)
    assert found[0] == 0
    assert found[-1] == steps
    assert list(found) == sorted(set(found))
    assert len(found) <= records
    if steps < records:
        assert len(found) == steps + 1
    if steps >= 500 and 40 <= records <= steps:
        assert len(found) > 0.7 * records
        assert set(found) >= {1, 2}
        assert max(b - a for a, b in pairwise(found)) <= 2 * steps / records + 1  # evenly at least


def test_a_run_gives_its_records_in_order():
    items = list(train(SHORT))
    steps = [item.step for item in items if isinstance(item, Record)]
    assert steps == list(record_steps(20, 8))
    result = run(SHORT)
    assert result.settings == SHORT
    assert len(result.data.y) == 50
    assert result.final is result.records[-1]


def test_signs_of_life_between_records(monkeypatch):
    # A clock on which every look takes 20 ms: then no more than two steps may pass in silence.
    ticks = iter(np.arange(0.0, 1e4, 0.02))
    monkeypatch.setattr(progress.time, "perf_counter", lambda: next(ticks))
    items = list(train(replace(SHORT, records=2)))
    assert [item.step for item in items if isinstance(item, Record)] == [0, 20]
    signs = [item for item in items if isinstance(item, Progress)]
    assert all(sign.steps == 20 for sign in signs)
    assert max(b.step - a.step for a, b in pairwise([items[0], *signs, items[-1]])) <= 2


def test_a_run_can_be_left_and_data_given():
    stream = train(replace(SHORT, steps=20_000))
    assert next(stream).step == 0
    stream.close()
    own = datasets.load("moons", 50, seed=9)
    result = run(SHORT, own)
    assert result.data is own
    with pytest.raises(ValueError, match=r"data.x must be of shape \(50, n\), .*got \(60, 2\)"):
        train(SHORT, datasets.load("moons", 60))


# --- divergence -----------------------------------------------------------------------------------


def test_a_run_that_diverges_ends_and_says_where():
    # Linear layers with weights near 1e3: a step of 1e6 overflows within a few steps.
    wild = replace(SHORT, activation="identity", initializer="normal", sigma=1e3, data="wave")
    result = run(replace(wild, learning_rate=1e6, seeds=2, seed=3, records=2))
    diverged = result.final.diverged
    assert isinstance(diverged, Diverged)
    assert diverged.step == result.final.step < 20
    assert diverged.seeds == (3, 4)
    assert not np.isfinite(result.final.loss).all()
    assert all(record.diverged is None for record in result.records[:-1])


WILD = replace(
    SHORT, activation="relu", initializer="normal", sigma=2.0, data="wave", seeds=20, steps=60
)


@pytest.mark.parametrize("batch", [0, 16])
def test_divergence_is_found_at_its_step_whatever_is_recorded(batch):
    wild = replace(WILD, learning_rate=10.0, batch=batch)
    found = {run(replace(wild, records=n)).final.diverged for n in (2, 5, 61)}
    assert len(found) == 1
    assert found.pop().step > 1


def test_only_the_network_that_diverged_is_named():
    final = run(replace(WILD, learning_rate=5.0, seed=100)).final
    affected = final.diverged.seeds
    assert 0 < len(affected) < 20
    finite = np.isfinite(final.loss) & np.isfinite(final.delta_rms).all(axis=1)
    assert set(affected) >= set(100 + np.flatnonzero(~finite))


def test_weights_that_overflow_in_one_update_are_named(monkeypatch):
    trainer_update = training.Trainer.apply

    def push(self):
        trainer_update(self)
        self.parameters.weights[1][0, 0, 0] = np.inf

    monkeypatch.setattr(training.Trainer, "apply", push)
    assert run(SHORT).final.diverged == Diverged(1, 2, "weight", (0,))


def test_an_update_that_overflows_is_found_before_it_is_applied(monkeypatch):
    step = training.Trainer.step

    def overflow(self):
        done = step(self)
        if self.state.steps == 4:  # after three updates
            self.update.biases[0][0, 1] = -np.inf
        return done

    monkeypatch.setattr(training.Trainer, "step", overflow)
    assert run(replace(SHORT, records=2)).final.diverged == Diverged(3, 1, "weight", (0,))


def test_a_loss_that_overflows_by_itself_is_found_at_its_step(monkeypatch):
    apply = training.Trainer.apply

    def push(self):
        apply(self)
        if self.state.steps == 3:  # outputs near 1e160: finite, and so is the gradient
            self.parameters.biases[2][:] = 1e160

    monkeypatch.setattr(training.Trainer, "apply", push)
    wave = replace(SHORT, data="wave", records=2, learning_rate=1e-9)
    final = run(wave).final
    assert final.diverged == Diverged(3, 3, "loss", (0,))
    assert np.isinf(final.loss).all()
    assert np.isfinite(network.flatten(final.parameters)).all()


def test_an_outlier_that_only_the_whole_data_set_holds(monkeypatch):
    # A mini-batch can be finite where the whole data set is not; the record shows it.
    def overflow(self, *args):
        done = whole(self, *args)
        if args[0] is self.inputs:
            done.trace.zs[0][0, 0, 0] = np.nan
            done.gradients.deltas[0][0, 0, 0] = np.nan
        return done

    whole = training.Trainer._pass
    monkeypatch.setattr(training.Trainer, "_pass", overflow)
    assert run(replace(SHORT, batch=8)).final.diverged == Diverged(0, 1, "activation", (0,))
