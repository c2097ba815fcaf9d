import numpy as np
import pytest

from tests.pages.support import alt_texts, assert_sound, charts, open_page, said, with_values
from vanishing.concepts.recurrent.scenes import BESIDE, FIXED
from vanishing.concepts.recurrent.scenes import VIEWS as SECTIONS
from vanishing.concepts.recurrent.table import COUNTER, NAMES, NETS, PAGE, VIEWS
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.unrolled import Recurrence
from vanishing.text import number

DRAWN = {
    "time": {"state", "gradient", "eigenvalues", "singular values"},
    "learn": {"error", "gradient norm", "along time"},
}
QUICK = {"view": "learn", "updates": 10, "length": 5, "seeds": 3, "width": 4}


def ends(at, chart):
    """The last median of each line."""
    rows = charts(at)[chart]["rows"]
    return rows.groupby("series")["median"].last()


def preset(name):
    return with_values(PAGE, **PAGE.preset(name).values)


def assert_plain(at):
    assert_sound(at)
    assert "nan" not in said(at).lower().replace("vanishing", "")
    assert "not a number" not in said(at)


def test_every_view_is_there():
    assert set(SECTIONS) == set(VIEWS) == set(DRAWN)


def test_the_phenomenon_is_there_before_any_click():
    at = open_page(PAGE)
    assert_plain(at)
    assert set(charts(at)) == DRAWN["time"]
    states, gradients = ends(at, "state"), ends(at, "gradient")
    assert states["ReLU"] > 5
    assert states["tanh"] < 0
    assert gradients["ReLU"] > 5
    assert gradients["tanh"] > 1
    assert gradients["sigmoid"] < -15


def test_the_lines_are_those_of_nets_drawn_and_multiplied_here():
    at = with_values(PAGE, steps=10, units=8, gain=1.5, f=("tanh",), inputs=0.3, size="spectral")
    start = recurrent.draw(Recurrence("tanh", "gaussian", 1.5, 8, 10, 0.3, 0, NETS))
    sizes, products = [], []
    for w, h, drive in zip(*start, strict=True):
        product = np.eye(8)
        for d in drive:
            h = np.tanh(h @ w + d)
            product = product @ w * (1 - h**2)
        sizes.append(np.sqrt(np.mean(h**2)))
        products.append(np.linalg.norm(product, 2))
    assert ends(at, "state")["tanh"] == pytest.approx(np.median(np.log10(sizes)))
    assert ends(at, "gradient")["tanh"] == pytest.approx(np.median(np.log10(products)))
    bound = charts(at)["gradient"]["bound"]
    largest = max(np.log10(np.linalg.norm(w, 2)) for w in start.weights)
    assert bound["y"][1] == pytest.approx(largest)


def test_theory_is_drawn_where_there_is_any_and_agrees():
    frames = charts(with_values(PAGE, steps=10))
    for chart in ("state", "gradient"):
        both = frames[chart]["rows"].merge(frames[chart]["theory"], on=["x", "series"])
        assert len(both) == 33
        assert (np.abs(both["median"] - both["y"]) < 0.05 + 0.03 * both["x"]).all()
    assert "theory" not in charts(with_values(PAGE, steps=10, init="identity"))["gradient"]


def test_the_counter_example():
    at = preset("Eigenvalues lie")
    assert_plain(at)
    frames = charts(at)
    rows = frames["gradient"]["rows"]
    fixed = rows[rows["series"] == FIXED].set_index("x")["median"]
    for lag, published in ((5, 45), (10, 1.4e3), (20, 1.5e6)):
        assert 10 ** fixed[lag] == pytest.approx(published, rel=0.04)
    assert set(rows["series"]) == {FIXED, BESIDE}
    assert (frames["eigenvalues"]["points"][["re", "im"]] == 0).all(axis=None)
    assert frames["singular values"]["values"]["value"].tolist() == [4, 0]
    assert [m.value for m in at.metric] == ["0", "4.00"]
    assert at.select_slider(key="rnn_gain").disabled


def test_orthogonal_keeps_a_linear_net():
    gradients = ends(preset("Orthogonal"), "gradient")
    assert gradients["linear"] == pytest.approx(0, abs=1e-9)
    assert gradients["ReLU"] < -3


def test_vanishing_and_exploding():
    assert (ends(preset("Vanishing"), "gradient") < -1).all()
    assert (ends(preset("Exploding"), "gradient") > 3).all()


CONTROLS = ("f", "init", "gain", "inputs", "steps", "size", "units", "seed")
ENDS = [(name, end) for name in CONTROLS for end in (0, -1)]


@pytest.mark.parametrize(("name", "end"), ENDS)
def test_every_control_through_time_works_at_its_ends(name, end):
    option = PAGE.control(name).options[end]
    value = (option,) if name == "f" else option
    at = with_values(PAGE, **{"steps": 10, "units": 8, name: value})
    assert_plain(at)
    assert not at.warning
    assert set(charts(at)) == DRAWN["time"]


@pytest.mark.parametrize("gain", [0.25, 5.0])
@pytest.mark.parametrize("init", ["gaussian", "identity", COUNTER])
def test_extremes_of_units_and_gain(init, gain):
    every = ("tanh", "relu", "sigmoid", "identity")
    assert_plain(with_values(PAGE, init=init, gain=gain, units=1, steps=200, f=every, inputs=10.0))
    assert_plain(with_values(PAGE, init=init, gain=gain, units=2, steps=200, f=every))


# --- learning to remember -----------------------------------------------------------------------


def test_the_gated_net_learns_what_the_plain_one_does_not():
    at = preset("Gated vs plain")
    assert_plain(at)
    assert not at.warning
    assert set(charts(at)) == DRAWN["learn"]
    errors = ends(at, "error")
    baseline = charts(at)["error"]["level"]["y"][0]
    assert baseline == pytest.approx(1 / 6)
    assert errors[NAMES[0]] > 0.8 * baseline
    assert errors[NAMES[1]] > 0.8 * baseline
    assert errors[NAMES[2]] < 0.1 * baseline
    assert number(errors[NAMES[2]]) in said(at)


def test_clipping_prevents_a_divergence():
    at = preset("Clipped")
    assert_plain(at)
    assert "prevents the divergence" in said(at)
    frames = charts(at)
    assert frames["error"]["ended"]["series"].tolist() == [NAMES[0]]
    rows = frames["error"]["rows"]
    assert rows[rows["series"] == NAMES[1]]["x"].max() == 400
    assert ends(at, "error")[NAMES[1]] < 1 / 6


LEARN = ("task", "length", "act", "start", "c", "rate", "updates", "opt", "when", "g", "forget")
LEARN += ("width", "batch", "seeds")
SLOW = {("updates", -1): 100, ("length", -1): 50, ("width", -1): 32, ("batch", -1): 50}


@pytest.mark.parametrize(("name", "end"), [(name, end) for name in LEARN for end in (0, -1)])
def test_every_control_of_learning_works_at_its_ends(name, end):
    value = SLOW.get((name, end), PAGE.control(name).options[end])
    at = with_values(PAGE, **{**QUICK, name: value})
    assert_plain(at)
    assert set(charts(at)) == DRAWN["learn"]
    for words in alt_texts(at).values():
        assert any(c.isdigit() for c in words), words


def test_what_is_too_large_is_refused_with_the_nearest_that_fits():
    at = with_values(PAGE, view="learn", length=200, updates=2000, width=64)
    assert not at.exception
    assert "of computing, where 60 s are allowed" in at.warning[0].value
    assert "Training steps 2,000 → " in at.warning[0].value
    assert not charts(at)
