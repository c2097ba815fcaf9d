import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from tests.pages.support import assert_sound, charts, open_page, said, tables, with_values
from vanishing.concepts.derivatives.table import PAGE
from vanishing.engine.nets import activations
from vanishing.text import number


def test_the_default_shows_the_quarter_and_the_one():
    at = open_page(PAGE)
    assert_sound(at)
    curves = charts(at)["derivatives"]["curves"]
    peaks = curves.groupby("activation")["slope"].max()
    assert peaks["sigmoid"] == pytest.approx(0.25)
    assert peaks["tanh"] == pytest.approx(1.0)
    assert peaks["ReLU"] == 1.0
    assert "(0, 0.25]" in said(at)


def test_the_jump_of_relu_is_a_gap():
    curves = charts(with_values(PAGE, f=("relu",)))["derivatives"]["curves"]
    gap = curves[curves["slope"].isna()]
    assert gap["z"].tolist() == [0.0]
    assert set(curves["slope"].dropna()) == {0.0, 1.0}


def test_the_drawn_derivative_is_the_slope_of_the_drawn_function():
    every = tuple(PAGE.control("f").options)
    curves = charts(with_values(PAGE, f=every))["derivatives"]["curves"]
    for name, curve in curves.groupby("activation"):
        z, f, slope = (curve[c].to_numpy() for c in ("z", "f", "slope"))
        between = 0.5 * (slope[1:] + slope[:-1])
        wide = (np.diff(z) > 1e-3) & np.isfinite(between)
        assert wide.sum() > 390
        measured = np.diff(f)[wide] / np.diff(z)[wide]
        assert np.allclose(measured, between[wide], atol=1e-3), name


def test_alpha_moves_leaky_relu():
    curves = charts(with_values(PAGE, f=("leaky_relu",), alpha=0.3))["derivatives"]["curves"]
    assert set(curves["slope"].dropna()) == {0.3, 1.0}
    assert curves["activation"].iloc[0] == activations.get("leaky_relu", 0.3).name


def test_the_band_and_the_hill_follow_their_controls():
    frames = charts(with_values(PAGE, small=0.2, mu=3.0, sigma=0.5))["derivatives"]
    assert frames["small"]["high"].item() == 0.2
    hill = frames["spread"]
    assert hill["z"][hill["height"].idxmax()] == pytest.approx(3.0, abs=0.02)


def test_the_table_says_what_the_integral_is():
    (table,) = tables(with_values(PAGE, f=("sigmoid",), sigma=10.0))
    by_scipy, _ = quad(
        lambda z: float(expit(z) * expit(-z) * norm.pdf(z, scale=10.0)), -100, 100, points=[0]
    )
    assert float(table["E|f′|"].item()) == pytest.approx(by_scipy, rel=1e-3)
    assert table["range of f′"].item() == "(0, 0.25]"


@pytest.mark.parametrize("control", PAGE.controls, ids=lambda c: c.name)
def test_every_control_at_its_ends(control):
    for option in (control.options[0], control.options[-1]):
        value = (option,) if control.kind == "many" else option
        at = with_values(PAGE, **{control.name: value})
        assert_sound(at)
        assert not at.warning


def test_a_widget_moves_the_page():
    at = open_page(PAGE)
    at.select_slider(key="der_sigma").set_value(20.0).run()
    assert_sound(at)
    assert "N(0, 20²)" in said(at)


def test_every_activation_is_timed_and_compared_with_relu():
    # Claim C14. The times themselves are the machine's own.
    at = open_page(PAGE)
    rows = charts(at)["time per element"]["rows"]
    assert len(rows) == 2 * len(activations.KEYS)
    assert (rows["ns"] > 0).all()
    both = rows[rows["what"] == "f(z) and f′(z)"].set_index("activation")["ns"]
    assert both.is_monotonic_increasing
    assert f"ReLU takes {number(both['ReLU'], 2)} ns" in said(at)
