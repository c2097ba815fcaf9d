import pytest

from vanishing.concepts.training import table
from vanishing.concepts.training.scenes import needs
from vanishing.engine.nets.training import Settings
from vanishing.ui import work
from vanishing.ui.controls import Control

HUGE = {"depth": 50, "width": 64, "seeds": 50, "steps": 10000, "samples": 1797}


def values(**changes: object) -> dict[str, object]:
    return {**table.PAGE.defaults(), **changes}


def pair(**changes: object) -> tuple[table.Settings, table.Settings]:
    v = values(**changes)
    return table.settings(v, "A"), table.settings(v, "B")


def test_a_and_b_differ_in_the_activation_only_by_default():
    a, b = pair()
    assert a.difference(b) == [("activation", "sigmoid", "relu")]
    assert table.difference(a, b) == [("the activation", "sigmoid", "ReLU")]
    assert table.names(a, b) == ("A: sigmoid", "B: ReLU")


def test_differences_are_named_in_words():
    a, b = pair(a_f="leaky_relu", b_rate=1.0, b_init="normal", b_opt="adam")
    assert table.difference(a, b) == [
        ("the activation", "leaky ReLU", "ReLU"),
        ("the initialisation", "Xavier normal", "N(0, σ²)"),
        ("the optimiser", "Gradient descent", "Adam"),
        ("the step size", "0.1", "1"),
    ]
    a, b = pair(b_f="sigmoid", b_norm="batch", b_skip="identity")
    assert (b.normalization, b.skips) == ("batch", "identity")
    assert table.names(a, b) == ("A: not normalised, no skips", "B: batch norm, skips")
    assert table.names(*pair(a_f="relu", a_rate=10.0)) == ("A: η = 10", "B: η = 0.1")
    assert table.names(*pair(a_f="relu")) == ("A: ReLU", "B: ReLU")


def fits(v) -> bool:
    return work.fits(needs(v))


@pytest.mark.parametrize("changes", [HUGE, {**HUGE, "data": "digits"}, {**HUGE, "steps": 30}])
def test_the_nearest_setting_fits_and_is_offered(changes):
    v = table.PAGE.values(changes)
    assert not fits(v)
    nearest = table.PAGE.nearest(v, fits)
    assert fits(table.PAGE.values({**changes, **nearest}))
    for name, value in nearest.items():
        assert value in table.PAGE.control(name).options
        assert value < v[name]
    # No change is idle: with the last one taken back it would not fit.
    *kept, last = nearest
    assert not fits(table.PAGE.values({**changes, **{k: nearest[k] for k in kept}})), last
    # And none goes further than it must.
    for name, value in nearest.items():
        more = next(o for o in table.PAGE.control(name).options if o > value)
        assert not fits(table.PAGE.values({**changes, **nearest, name: more})), name


def test_two_runs_share_the_limit_of_one():
    a, b = pair()
    share = (a.cost() + b.cost()) / Settings.max_cost
    assert work.load(needs(table.PAGE.values({}))) == pytest.approx(share)


def test_what_the_data_cannot_give_is_cut():
    a, _ = pair(data="digits", samples=1797, batch=200)
    assert (a.samples, a.batch) == (1797, 200)
    a, _ = pair(samples=20, batch=20)
    assert a.batch == 0


@pytest.mark.parametrize("control", table.PAGE.controls, ids=lambda c: c.name)
def test_every_option_makes_valid_settings(control: Control):
    for option in control.options:
        for kind in ("zero", "constant", "normal"):
            pair(**{"bias": kind, control.name: option})
