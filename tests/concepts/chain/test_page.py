import numpy as np
import pytest

from tests.concepts.support import assert_drawn
from tests.pages.support import assert_sound, charts, open_page, said, tables, with_values
from tests.reader.seen import look
from vanishing.concepts.chain import scenes
from vanishing.concepts.chain.table import PAGE, VIEWS
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import weights as chain_weights
from vanishing.engine.nets import activations
from vanishing.ui import work

VIEW_CHART = {
    "product": "running product",
    "chain": "chain",
    "draws": "draws",
    "map": "map",
    "types": "number types",
}


def test_the_default_shows_the_gradient_vanish():
    at = open_page(PAGE)
    assert_sound(at)
    frames = charts(at)["running product"]
    line = frames["chain"].sort_values("layers")
    assert line["layers"].iloc[-1] == 30
    assert line["log10"].iloc[-1] < -20
    band = frames["band"].sort_values("layers")
    assert (np.diff(band["mid"]) < 0).all()
    assert "10,000" in said(at)
    assert "68.3 %" in said(at)


AXES_OF = (
    {},
    {"f": "identity", "sigma": 5.0, "dtype": "float16"},
    {"f": "tanh"},
    {"f": "relu", "sigma": 2.0},
    {"f": "hard_tanh", "sigma": 5.0},
    {"f": "gelu", "sigma": 30.0},
    {"weights": "equal", "w": 2.0},
    {"weights": "each"},
)


@pytest.mark.parametrize("settings", AXES_OF, ids=str)
def test_the_axes_stay_where_they_are_at_every_depth_and_hold_all_that_is_drawn(settings):
    depth = "short" if settings.get("weights") == "each" else "depth"
    options = PAGE.control(depth).options
    specs = []
    for at in sorted({options[0], options[len(options) // 3], options[-1]}):
        v = PAGE.values({**settings, depth: at})
        (view,) = scenes.scene(v, work.finish(scenes.needs(v))).views()
        specs.append(view.spec)
        ends = view.spec["params"][0]["value"]
        assert ends["deepest"] == options[-1]
        for frame in view.frames.values():
            assert (frame.get("layers", frame.get("end")) <= ends["deepest"]).all()
            for name in {"low", "mid", "high", "log10"} & set(frame):
                assert frame[name].between(ends["low"], ends["high"]).all()
    assert all(spec == specs[0] for spec in specs)
    for layer in specs[0]["layer"]:
        for channel, field, domain in (
            ("x", "layers", ["deepest"]),
            ("y", "log10", ["low", "high"]),
        ):
            place = layer["encoding"].get(channel, {})
            if place.get("field") == field:
                named = [end["expr"] for end in place["scale"]["domain"] if end != 0]
                assert named == [f"at.{end}" for end in domain]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_its_chart(view):
    at = with_values(PAGE, view=view)
    assert_sound(at)
    assert VIEW_CHART[view] in charts(at)


@pytest.mark.parametrize("f", activations.KEYS)
def test_every_activation_in_every_view_at_the_deep_end(f):
    for view in VIEWS:
        deep = {"view": view, "f": f, "depth": 100, "sigma": 30.0, "dtype": "float16"}
        seen = look("chain", deep)
        assert_drawn(seen.scene)
        assert VIEW_CHART[view] in seen.frames


@pytest.mark.parametrize("control", PAGE.controls, ids=lambda c: c.name)
def test_every_control_at_its_ends(control):
    modes = {"w": "equal", "short": "each"} | {f"w{i}": "each" for i in range(1, 6)}
    mode = {"weights": modes[control.name]} if control.name in modes else {}
    if control.name.startswith("w") and control.name[1:].isdigit():
        mode["short"] = 5
    for option in (control.options[0], control.options[-1]):
        at = with_values(PAGE, **(mode | {control.name: option}))
        assert_sound(at)
        assert not at.warning


def test_set_weights_are_the_weights_drawn():
    at = with_values(PAGE, weights="each", short=3, w1=0.75, w2=-0.5, w3=2.0, view="chain")
    bars = charts(at)["factors"]["bars"].sort_values("layer")
    own = chain.run(1.0, [0.75, -0.5, 2.0], activations.get("sigmoid"))
    assert np.allclose(bars["log10"], np.log10(np.abs(own.layer_factors)), atol=1e-6)
    (table,) = tables(at)
    assert len(table) == 3
    assert (table["chain rule"] == table["finite difference"]).all()


def test_equal_weights_are_all_equal():
    at = with_values(PAGE, weights="equal", w=2.0, depth=10, f="identity")
    line = charts(at)["running product"]["chain"].sort_values("layers")
    assert np.allclose(line["log10"], np.arange(11) * np.log10(2.0))


def test_a_weight_of_zero_is_marked_as_zero():
    at = with_values(PAGE, weights="equal", w=0.0, depth=10)
    marks = charts(at)["running product"]["marks"]
    assert marks["text"].tolist() == ["exactly 0 from 1"]
    assert "exactly 0" in said(at)


def test_the_same_seed_gives_the_same_line_and_float16_cuts_it_short():
    whole = charts(open_page(PAGE))["running product"]["chain"]
    short = charts(with_values(PAGE, dtype="float16"))["running product"]
    weights = chain_weights.drawn(30, 1.0, PAGE.control("seed").default)
    own = chain.run(1.0, weights, activations.get("sigmoid"), 1.0, "float32")
    assert np.allclose(
        whole.sort_values("layers")["log10"].iloc[1:],
        np.cumsum(np.log10(np.abs(own.layer_factors.astype(float)))),
        atol=1e-4,
    )
    assert short["chain"]["layers"].max() < 30
    assert "first exactly 0" in short["marks"]["event"].tolist()


def test_the_setting_is_marked_on_the_map():
    frames = charts(with_values(PAGE, view="map", depth=37, sigma=2.5))["map"]
    assert frames["here"][["depth", "sigma"]].iloc[0].tolist() == [37, "2.5"]
    assert set(frames["cells"]["regime"]) == {"vanishing", "steady"}


def test_switching_how_weights_are_set_keeps_the_page_sound():
    at = open_page(PAGE)
    for mode in ("each", "equal", "drawn", "each"):
        at.segmented_control(key="chain_weights").set_value(mode).run()
        assert_sound(at)
    at.select_slider(key="chain_short").set_value(5).run()
    at.select_slider(key="chain_w5").set_value(-6).run()
    assert_sound(at)
    line = charts(at)["running product"]["chain"]
    assert line["layers"].max() == 5
