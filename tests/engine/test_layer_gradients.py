import numpy as np
import pytest

from vanishing import activations, datasets, initializers
from vanishing.layer_gradients import at_start

DATA = datasets.load("digits", samples=100)


def start(key: str, initializer: str, **settings):
    chosen = {"depth": 8, "width": 64, "seeds": 20, **settings}
    return at_start(activations.get(key), initializers.get(initializer), DATA, **chosen)


@pytest.mark.parametrize(
    ("key", "initializer"),
    [("sigmoid", "xavier_normal"), ("relu", "he_normal"), ("relu", "xavier_normal")],
)
def test_theory_and_measurement_agree(key, initializer):
    net = start(key, initializer)
    error = np.log(np.median(net.measured, axis=0) / net.predicted)
    assert np.abs(error).max() < 0.35


def test_relu_with_xavier_loses_a_root_two_per_layer():
    assert start("relu", "xavier_normal").predicted[0] == pytest.approx(2 ** (-7 / 2))


def test_the_last_layer_is_the_unit():
    net = start("tanh", "xavier_normal", depth=3)
    assert net.measured.shape == (20, 3)
    assert (net.measured[:, -1] == 1).all()
    assert net.predicted[-1] == 1


def test_a_wrong_slope_would_be_seen(monkeypatch):
    good = start("sigmoid", "xavier_normal")
    bad = activations.get("sigmoid")
    halved = type(bad)(
        **{
            **vars(bad),
            "value_and_slope": lambda z: (bad.f(z), 0.5 * bad.df(z)),
        }
    )
    wrong = at_start(halved, initializers.get("xavier_normal"), DATA, depth=8, width=64, seeds=20)
    assert np.median(wrong.measured[:, 0]) < 0.02 * good.predicted[0]


@pytest.mark.parametrize("argument", ["depth", "width", "seeds"])
def test_out_of_range_is_named(argument):
    with pytest.raises(ValueError, match=argument):
        start("tanh", "xavier_normal", **{argument: 0})


def test_too_much_is_refused_before_it_is_begun():
    with pytest.raises(ValueError, match="too many"):
        start("tanh", "xavier_normal", depth=10_000, width=10_000)
