import re

import numpy as np
import pytest

from tests.pages.support import assert_sound, charts, open_page, said, with_values
from vanishing.concepts.layers.table import PAGE, VIEWS, settings
from vanishing.engine.wide import layers
from vanishing.engine.wide.layers import at_start
from vanishing.ui.work import SHELF, Ask

CHARTS = {
    "layers": {"gradient by layer", "spread of the outputs", "saturated share"},
    "histograms": {"histograms of the outputs", "histograms of the gradient"},
    "size": {"signal size", "map of q"},
    "weights": {"factor over the weight scale", "plane"},
}


def with_defaults(**values):
    return {**PAGE.defaults(), **values}


def first_layer(at, series="∂J/∂z"):
    rows = charts(at)["gradient by layer"]["rows"]
    return rows[(rows["x"] == 1) & (rows["series"] == series)]["median"].item()


def test_the_default_shows_the_gradient_vanish_beside_theory():
    at = open_page(PAGE)
    assert_sound(at)
    frames = charts(at)["gradient by layer"]
    assert first_layer(at) < 0.02
    both = frames["rows"].merge(frames["theory"], on="x")
    assert np.abs(np.log(both["median"] / both["y"])).max() < 0.2
    assert "**vanishes**" in said(at)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"f": "relu", "init": "scaled", "sw2": 500.0, "depth": 60, "width": 16},
        {"f": "sigmoid", "norm": "layer", "skip": "identity", "depth": 3},
        {"init": "positive", "width": 4},
        {"f": "softplus", "norm": "batch", "sb2": 5, "depth": 1},
    ],
    ids=str,
)
def test_every_view_draws_its_charts(view, values):
    at = with_values(PAGE, view=view, **values)
    assert_sound(at)
    wanted = CHARTS[view]
    if values.get("init") == "positive" or values.get("skip") == "identity":
        wanted = wanted - {"map of q"}
    assert set(charts(at)) == wanted
    assert "What to notice" in said(at)


@pytest.mark.parametrize("control", PAGE.controls, ids=lambda c: c.name)
def test_every_control_at_its_ends(control):
    mode = {"init": "scaled"} if control.name == "sw2" else {}
    for option in (control.options[0], control.options[-1]):
        value = (option,) if control.kind == "many" else option
        at = with_values(PAGE, **(mode | {"depth": 4} | {control.name: value}))
        assert_sound(at)
        assert not at.warning


def test_glorots_trap_and_its_cure():
    trap = with_values(PAGE, **PAGE.preset("Glorot's trap").values)
    assert first_layer(trap) < 0.02
    assert 0.5 < first_layer(trap, "∂J/∂W") < 2.0
    assert "nearly even" in said(trap)
    cure = with_values(PAGE, **PAGE.preset("Its cure: Xavier").values)
    assert first_layer(cure) > 0.2


def test_batch_norm_explodes_as_published_and_skips_cure_it():
    explosion = with_values(PAGE, **PAGE.preset("Batch-norm explosion").values)
    factor = float(re.search(r"squared gradient changes ×([\d.]+) a layer", said(explosion))[1])
    # Stated beforehand: within 3 % of π/(π − 1) = 1.467.
    assert factor == pytest.approx(1.467, rel=0.03)
    cured = with_values(PAGE, **PAGE.preset("Skips ease it").values)
    assert first_layer(cured) < 0.4 * first_layer(explosion)


def test_critical_tanh_neither_vanishes_nor_explodes():
    at = with_values(PAGE, **{**PAGE.preset("Critical tanh").values, "view": "layers"})
    assert 0.4 < first_layer(at) < 1.5
    at.segmented_control(key="lay_view").set_value("weights").run()
    assert charts(at)["plane"]["here"][["x", "y"]].to_numpy().tolist() == [[1.76, 0.05]]


@pytest.mark.parametrize(("scale", "low", "high"), [(1.0, 0, 0.1), (2.0, 0.5, 2), (4.0, 10, 1e9)])
def test_relu_below_at_and_above_twice_the_fan_in(scale, low, high):
    at = with_values(PAGE, f="relu", init="scaled", sw2=scale, depth=15)
    assert low < first_layer(at) < high


def test_tanh_vanishes_more_slowly_than_sigmoid():
    both = [first_layer(with_values(PAGE, f=f, init="xavier_uniform")) for f in ("sigmoid", "tanh")]
    assert both[1] > 1e3 * both[0]


def test_what_is_too_large_is_refused_with_the_nearest_that_fits():
    large = {"width": 512, "depth": 60, "batch": 500, "seeds": 100}
    at = with_values(PAGE, **large)
    assert_sound(at)
    assert "nearest setting that fits" in at.warning[0].value
    assert not charts(at)
    changes = PAGE.nearest(with_defaults(**large), lambda v: settings(v).fits())
    assert settings(with_defaults(**{**large, **changes})).fits()
    # Each change is needed: the next larger option does not fit.
    name, value = list(changes.items())[-1]
    options = PAGE.control(name).options
    larger = options[options.index(value) + 1]
    assert not settings(with_defaults(**{**large, **changes, name: larger})).fits()


def test_stopping_keeps_what_is_measured(monkeypatch):
    monkeypatch.setattr(layers, "CHUNK_MEMORY", 12_000_000)
    # A seed of its own: no piece of another size is cached.
    wanted = settings(with_defaults(seed=77))
    assert 1 < wanted.chunk() < wanted.seeds
    at = open_page(PAGE)
    ask = Ask(layers.starts, wanted, told="{step} of {steps} nets")
    SHELF.forget(ask)
    job = SHELF.get(ask)
    while job.step < 2 * wanted.chunk():
        job.push()
    at.session_state["_lay_stopped"] = (ask,)
    at.select_slider(key="lay_seed").set_value(77).run()
    assert_sound(at)
    assert f"Stopped at {2 * wanted.chunk()} of 20 nets" in at.warning[0].value
    rows = charts(at)["gradient by layer"]["rows"]
    part = at_start(wanted).measured.relative("delta")[: 2 * wanted.chunk()]
    assert np.allclose(rows["median"], np.median(part, axis=0))
    at.button(key="lay_go_on").click().run()
    assert not at.warning
    whole = at_start(wanted).measured.relative("delta")
    rows = charts(at)["gradient by layer"]["rows"]
    assert np.allclose(rows["median"], np.median(whole, axis=0))
