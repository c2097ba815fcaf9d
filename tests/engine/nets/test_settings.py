"""Settings of training: what they refuse, and what a run of them costs."""

import tracemalloc
from dataclasses import replace

import pytest

from vanishing.engine.costs import TooCostlyError
from vanishing.engine.nets import training
from vanishing.engine.nets.activations import KEYS, get
from vanishing.engine.nets.training import Settings, run, train

SHORT = Settings(depth=2, width=6, samples=50, steps=20, records=8)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("data", ["mnist", ""]),
        ("scaling", ["none"]),
        ("dtype", ["float16"]),
        ("samples", [9, 5001, 50.0, True]),
        ("noise", [-0.1, 1.1, float("nan")]),
        ("depth", [0, 101, 2.5]),
        ("width", [0, 257]),
        ("activation", ["swish"]),
        ("alpha", [0.1]),
        ("initializer", ["zeros"]),
        ("sigma", [-1.0, float("nan")]),
        ("bias", ["one"]),
        ("bias_value", [float("nan")]),
        ("optimizer", ["sgd"]),
        ("learning_rate", [0.0, -1.0, 1e7, float("nan"), float("inf")]),
        ("momentum", [-0.1, 1.0, float("nan")]),
        ("batch", [-1, 401]),
        ("steps", [0, 20_001, 1e3]),
        ("seed", [-1, 2**63]),
        ("seeds", [0, 51]),
        ("records", [1, 201]),
    ],
)
def test_settings_refuse_what_is_out_of_range(field, values):
    names = {"data": "key|data", "activation": "key", "initializer": "key"}
    names |= {"bias": "kind", "bias_value": "value"}
    bias = {"bias": "constant"} if field == "bias_value" else {}
    for value in values:
        with pytest.raises(ValueError, match=names.get(field, field)):
            Settings(**{**bias, field: value})


def test_samples_are_bounded_by_the_data():
    assert Settings(data="digits", samples=1797).samples == 1797
    with pytest.raises(ValueError, match=r"samples must be .* from 10 to 1,797, got 1798"):
        Settings(data="digits", samples=1798)


def test_difference_names_the_fields():
    other = replace(SHORT, activation="relu", initializer="he_normal")
    assert SHORT.difference(other) == [
        ("activation", "sigmoid", "relu"),
        ("initializer", "xavier_normal", "he_normal"),
    ]
    assert SHORT.difference(SHORT) == []


def test_cost_counted_by_hand():
    # 2 → 3 → 3 → 1: 6 + 9 + 3 products per input and pass, 7 units, 3 layers; two networks.
    settings = Settings(depth=2, width=3, samples=10, steps=7, seeds=2, records=2, batch=4)
    per_input = 2 * (3 * 18 + (training.UNIT_COST + get("sigmoid").cost) * 7)
    steps = 7 * (4 * per_input + 3 * training.CALL_COST)
    recorded = 2 * (10 * per_input + training.RECORD_CALLS * 3 * training.CALL_COST)
    assert settings.cost() == steps + recorded
    normalized = replace(settings, normalization="batch")
    more = 2 * training.NORMALIZATION_COST * 6
    calls = 2 * training.NORMALIZATION_CALLS
    extra = 7 * (4 * more + calls) + 2 * (10 * more + training.RECORD_CALLS * calls)
    assert normalized.cost() == settings.cost() + extra
    assert normalized.memory() > settings.memory()


def test_cost_knows_the_activation():
    thin = Settings(depth=10, width=8, samples=5000)
    costs = {key: replace(thin, activation=key).cost() for key in KEYS}
    assert 1.7 < costs["gelu"] / costs["relu"] < 4
    assert costs["identity"] < costs["relu"] < costs["sigmoid"] < costs["elu"] < costs["gelu"]
    # Where matrix products dominate, it hardly matters.
    wide = replace(thin, width=256, steps=10)
    assert replace(wide, activation="gelu").cost() < 1.4 * replace(wide, activation="relu").cost()


def test_memory_is_not_underestimated():
    settings = Settings(samples=1500, batch=500, width=64, seeds=2, steps=2, activation="gelu")
    run(settings)
    tracemalloc.start()
    run(settings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.3 * settings.memory() < peak < settings.memory()


def test_a_run_too_large_is_refused_before_anything_is_computed(monkeypatch):
    monkeypatch.setattr(training.Trainer, "__init__", lambda *_: pytest.fail("it started"))
    monkeypatch.setattr(Settings, "load", lambda *_: pytest.fail("it loaded data"))
    large = Settings(width=256, depth=10, steps=20_000)
    assert not large.fits()
    with pytest.raises(TooCostlyError, match=r"nearest that fits: steps = \d+") as caught:
        train(large)
    nearest = caught.value.nearest
    assert nearest.fits()
    assert [field for field, *_ in large.difference(nearest)] == ["steps"]
    assert not replace(nearest, steps=nearest.steps + 1).fits()
    assert caught.value.cost == large.cost() > Settings.max_cost
    assert f"{large.cost():.1e}" in str(caught.value)


def test_the_nearest_settings_always_fit():
    largest = Settings(width=256, depth=50, steps=20_000, seeds=50, samples=5000, records=200)
    for settings in (largest, replace(largest, batch=5000), replace(largest, width=16)):
        nearest = settings.nearest()
        assert nearest.fits()
        assert nearest.steps >= 100
        assert nearest.batch <= nearest.samples
    assert SHORT.nearest() == SHORT
    wide = replace(largest, steps=50)  # fewer steps than the floor stay as they are
    assert wide.nearest().steps == 50


def test_memory_alone_can_refuse():
    heavy = Settings(samples=5000, width=64, depth=20, seeds=10, steps=1, records=2)
    assert heavy.cost() < Settings.max_cost
    with pytest.raises(TooCostlyError, match="MB"):
        run(heavy)
    assert heavy.nearest().fits()
