from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.dead import born
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings

PLAIN = Settings(
    data="moons",
    samples=60,
    depth=3,
    width=8,
    activation="relu",
    initializer="he_normal",
    bias="constant",
    bias_value=-0.5,
    learning_rate=1.0,
    steps=40,
    seeds=3,
    records=12,
)


@pytest.fixture(scope="module")
def watched():
    return dead_runs.watch(PLAIN)


def by_hand(parameters, x, seed):
    """z > 0 of every hidden unit and input of one network, layer by layer, without the engine."""
    on, signal = [], x
    for w, b in zip(parameters.weights[:-1], parameters.biases[:-1], strict=True):
        z = signal @ w[seed] + b[seed]
        on.append(z > 0)
        signal = np.where(z > 0, z, 0)
    return on


def test_a_run_counts_what_its_own_weights_say(watched):
    run = training.run(PLAIN)
    for seed in range(3):
        on = by_hand(run.final.parameters, run.data.x, seed)
        assert watched.active[-1, seed] == pytest.approx(np.concatenate([o.mean(0) for o in on]))
        assert watched.dead[-1, seed] == pytest.approx([np.mean(~o.any(0)) for o in on])
        assert watched.off[-1, seed] == pytest.approx([1 - o.mean() for o in on])


def test_the_dead_share_is_that_of_the_units_on_for_nothing(watched):
    assert watched.dead_share == pytest.approx((watched.active == 0).mean(axis=2))
    assert watched.dead_share.min() > 0, "nothing dead: the test tests nothing"
    assert list(watched.steps) == list(training.record_steps(40, 12))


def revivals(run, units):
    shares = run.active[:, :, units]
    return np.count_nonzero(np.maximum.accumulate(shares == 0, axis=0) & (shares > 0))


def test_a_dead_unit_of_the_first_layer_never_comes_back_but_deeper_ones_do():
    run = dead_runs.watch(replace(PLAIN, seeds=10, steps=200, bias_value=-1.5, width=16))
    assert (run.active[:, :, :16] == 0).any(), "nothing died in the first layer"
    assert revivals(run, slice(0, 16)) == 0
    run = dead_runs.watch(replace(PLAIN, seeds=10, steps=200, width=16))
    assert revivals(run, slice(16, None)) > 0


def test_a_leak_wakes_what_relu_leaves_dead_in_the_first_layer():
    leaky = replace(PLAIN, seeds=10, steps=200, bias_value=-1.5, width=16)
    run = dead_runs.watch(replace(leaky, activation="leaky_relu", alpha=0.3))
    assert revivals(run, slice(0, 16)) > 0


def test_a_run_that_diverges_keeps_only_what_is_finite():
    # A ReLU net would rather die of so large a step: a dead net stays finite.
    wild = replace(PLAIN, learning_rate=1e5, activation="leaky_relu", alpha=0.3)
    run = dead_runs.watch(wild)
    assert run.diverged is not None
    assert run.steps[-1] < run.diverged.step
    assert np.isfinite(run.mean_activation).all()
    assert np.isfinite(run.loss).all()


def test_the_start_is_the_run_s_first_record(watched):
    states = dead_runs.at_start(PLAIN)
    assert np.stack([s.dead_share for s in states], axis=1) == pytest.approx(watched.dead[0])
    assert np.stack([s.inactive_share for s in states], axis=1) == pytest.approx(watched.off[0])


@pytest.mark.parametrize("width", [1, 2, 5])
def test_z_is_off_as_often_as_predicted(width):
    bare = replace(PLAIN, bias="zero", width=width, depth=5, seeds=50, samples=10)
    runs = [dead_runs.at_start(replace(bare, seed=50 * k)) for k in range(20)]
    off = np.array([[layer.inactive_share for layer in states] for states in runs])
    shares = off.transpose(1, 0, 2).reshape(5, -1)
    error = shares.std(axis=1) / np.sqrt(shares.shape[1])
    predicted = np.array([dead_runs.off_probability(layer, width) for layer in range(1, 6)])
    assert np.all(np.abs(shares.mean(axis=1) - predicted) < 4 * error + 1e-12)
    if width < 5:
        assert abs(shares[-1].mean() - 0.5) > 4 * error[-1], "one half would have passed as well"


def test_off_is_half_of_what_the_layers_below_let_through():
    for layer in range(1, 8):
        below = born.born_dead_bound(layer, 3)
        assert dead_runs.off_probability(layer, 3) == pytest.approx(below + 0.5 * (1 - below))


def test_positive_weights_on_positive_inputs_let_activations_grow_as_predicted():
    positive = replace(
        PLAIN, bias="zero", initializer="positive", scaling="unit", width=32, seeds=40, steps=1
    )
    run = dead_runs.watch(positive)
    assert run.dead[0].max() == 0
    means = run.mean_activation[0]
    growth = (means[:, 1:] / means[:, :-1]).ravel()
    error = growth.std() / np.sqrt(growth.size)
    assert growth.mean() == pytest.approx(dead_runs.positive_growth(32), abs=4 * error)


@pytest.mark.parametrize("width", [2, 4])
def test_the_mean_over_many_narrow_nets_is_as_predicted_and_their_median_below(width):
    settings = replace(
        PLAIN,
        bias="zero",
        initializer="positive",
        scaling="unit",
        depth=8,
        width=width,
        steps=1,
        samples=40,
    )
    shares = []
    for seed in range(0, 400, 50):
        nets = replace(settings, seed=seed, seeds=50)
        x = nets.load().x
        predicted = [dead_runs.positive_mean(x, width, layer) for layer in range(1, 9)]
        shares.append(dead_runs.watch(nets).mean_activation[0] / predicted)
    every = np.concatenate(shares)
    errors = every.std(axis=0) / np.sqrt(len(every))
    assert np.all(np.abs(every.mean(axis=0) - 1.0) < 4 * errors)
    assert np.median(every[:, -1]) < 0.9


def test_the_growth_of_one_unit_is_that_of_a_half_normal():
    draws = np.abs(np.random.default_rng(0).standard_normal(200_000))
    assert dead_runs.positive_growth(1) == pytest.approx(draws.mean(), abs=0.01)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: dead_runs.off_probability(0, 3), "layer"),
        (lambda: dead_runs.off_probability(1, 0), "width"),
        (lambda: dead_runs.positive_growth(0), "fan_in"),
        (lambda: dead_runs.positive_mean(np.ones((3, 2)), 4, 0), "layer"),
        (lambda: dead_runs.watch(replace(PLAIN, depth=50, width=256, seeds=50)), "settings"),
        (
            lambda: dead_runs.at_start(replace(PLAIN, samples=5000, depth=50, width=256, seeds=50)),
            "settings",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, argument):
    with pytest.raises(ValueError, match=argument):
        call()
