from types import SimpleNamespace

import numpy as np
import pytest

from tests.pages.support import alt_texts, assert_sound, charts, open_page, said, with_values
from vanishing.concepts.dying import words
from vanishing.concepts.dying.scenes import VIEWS as SECTIONS
from vanishing.concepts.dying.scenes import needs
from vanishing.concepts.dying.table import BIASES, PAGE, RATES, VIEWS
from vanishing.engine.dead import units as dead_units
from vanishing.engine.nets import datasets

QUICK = {"steps": 10, "depth": 2, "width": 4}
DRAWN = {
    "neuron": {"neuron", "decline"},
    "network": {"units", "dead over training"},
    "causes": {"step size", "initial bias"},
    "leaky": {"off for all", "loss"},
    "remedies": {"off for all", "growth", "loss"},
    "born": {"born dead by depth", "born dead by width"},
    "sparsity": {"off or dead", "active"},
}


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def preset(name):
    return with_values(PAGE, **PAGE.preset(name).values)


def test_every_section_is_there():
    assert set(SECTIONS) == set(VIEWS) == set(DRAWN)


@pytest.mark.parametrize("view", VIEWS)
def test_a_section_draws_its_own_charts_and_says_what_to_notice(view):
    at = with_values(PAGE, view=view)
    assert_sound(at)
    assert not at.warning
    assert set(charts(at)) == DRAWN[view]
    assert "What to notice" in said(at)
    for told in alt_texts(at).values():
        assert any(c.isdigit() for c in told), told


CONTROLS = {
    "neuron": ("b", "w1", "w2", "alpha", "scaling", "points", "seed"),
    "network": ("bias", "rate", "depth", "width", "data", "steps", "seed"),
    "remedies": ("rate", "depth", "width"),
    "sparsity": ("rate", "depth", "width"),
    "born": ("layers", "at", "draws", "spread", "seed"),
}
ENDS = [(view, name, end) for view, names in CONTROLS.items() for name in names for end in (0, -1)]


@pytest.mark.parametrize(("view", "name", "end"), ENDS)
def test_every_control_works_at_its_ends(view, name, end):
    value = PAGE.control(name).options[end]
    at = with_values(PAGE, **{"view": view, **QUICK, name: value})
    assert_sound(at)
    assert set(charts(at)) == DRAWN[view]
    assert "nan" not in said(at).lower().replace("vanishing", "")
    assert "not a number" not in said(at)


@pytest.mark.parametrize("view", ["network", "leaky", "remedies", "sparsity"])
def test_a_run_that_diverges_is_named_and_drawn_as_far_as_it_came(view):
    at = with_values(PAGE, view=view, rate=10.0, depth=10, width=32, steps=50)
    assert_sound(at)
    assert "diverged" in said(at)


@pytest.mark.parametrize("view", ["network", "sparsity"])
def test_the_largest_run_on_offer_is_within_the_limits(view):
    largest = {name: PAGE.control(name).options[-1] for name in ("depth", "width", "steps")}
    assert_sound(with_values(PAGE, view=view, data="digits", **largest))


# --- one neuron -----------------------------------------------------------------------------------


def test_the_default_is_alive_and_the_numbers_are_measured():
    data = datasets.load("moons", 200)
    z = data.x @ [1.0, 0.5] - 1.5
    at = open_page(PAGE)
    assert metrics(at)["On for"] == f"{(z > 0).sum()} of 200"
    assert float(metrics(at)["Gradient ∂ȳ/∂b"]) == pytest.approx((z > 0).mean())
    assert float(metrics(at)["Mean output ȳ"]) == pytest.approx(np.maximum(z, 0).mean(), rel=0.01)
    assert "not dead" in said(at)


def test_one_click_from_death_is_one_click_from_death():
    lower = PAGE.control("b").options
    assert lower[lower.index(-2.1) - 1] == -2.2
    at = preset("One click from death")
    assert metrics(at)["On for"] == "1 of 200"
    assert "the input that is on still gives" in said(at)
    at.select_slider(key="dying_b").set_value(-2.2).run()
    assert_sound(at)
    assert metrics(at) == {
        "On for": "0 of 200",
        "Mean output ȳ": "0",
        "Gradient ∂ȳ/∂b": "0",
        "Size of ∂ȳ/∂(w, b)": "0",
    }
    assert "**dead**" in said(at)


@pytest.mark.parametrize("name", ["Dead", "Weights < 0"])
def test_the_dead_presets_are_dead_by_count_and_by_gradient(name):
    at = preset(name)
    points = charts(at)["neuron"]["points"]
    assert set(points["state"]) == {"off (z ≤ 0)"}
    assert metrics(at)["Size of ∂ȳ/∂(w, b)"] == "0"
    assert "exactly 0, for any loss" in said(at)


def test_a_leaky_neuron_off_for_all_is_not_called_dead():
    at = with_values(PAGE, b=-3.0, alpha=0.2)
    assert metrics(at)["On for"] == "0 of 200"
    assert float(metrics(at)["Gradient ∂ȳ/∂b"]) == pytest.approx(0.2)
    assert "yet **not dead**" in said(at)
    assert "exactly 0, for any loss" not in said(at)


def test_the_death_bias_on_the_page_is_where_death_begins():
    data = datasets.load("moons", 200)
    death = dead_units.one_neuron(np.array([1.0, 0.5]), 0.0, data.x).death_bias
    text = f"to −{abs(death):.2f}, and the neuron is off for all"
    assert text in said(open_page(PAGE))


def test_without_weights_the_neuron_is_on_or_off_for_all():
    assert metrics(with_values(PAGE, w1=0.0, w2=0.0, b=0.1))["On for"] == "200 of 200"
    assert metrics(with_values(PAGE, w1=0.0, w2=0.0, b=0.0))["On for"] == "0 of 200"


@pytest.mark.parametrize(
    ("w", "b", "convention", "inputs"),
    [(0.0, 0.0, True, False), (0.0, -1.0, False, False), (-1.0, -3.0, False, True)],
)
def test_what_a_death_rests_on_and_what_could_end_it(w, b, convention, inputs):
    x = datasets.load("moons", 200).x
    told = words.neuron(dead_units.one_neuron(np.array([w, w]), b, x), 0.0)[0]
    assert "**dead**" in told
    assert ("convention f′(0) = 0" in told) is convention
    # Without weights its inputs do not reach it.
    assert ("by layers below, could wake it" in told) is inputs
    assert ("not even a change of its inputs" in told) is not inputs


@pytest.mark.parametrize("alpha", [0.0, 0.01])
def test_inputs_that_are_off_give_a_gradient_with_a_slope_alone(alpha):
    x = datasets.load("moons", 200).x
    it = dead_units.one_neuron(np.array([1.0, 0.5]), -1.5, x, alpha)
    told = words.neuron(it, alpha)[0]
    assert it.gradient_b > it.share_on or not alpha
    assert ("every input gives a gradient" in told) is (alpha > 0)
    assert ("that are on still give" in told) is (alpha == 0)


# --- networks -------------------------------------------------------------------------------------


def test_the_default_map_shows_all_four_states():
    units = charts(with_values(PAGE, view="network"))["units"]["units"]
    assert set(units["state"]) == set(dead_units.STATES)


def test_the_sweeps_hold_every_value_on_the_sliders():
    drawn = charts(with_values(PAGE, view="causes", **QUICK))
    for name, options in (("step size", RATES), ("initial bias", BIASES)):
        rows = drawn[name]["rows"]
        assert tuple(rows[rows["series"] == "at the start"]["x"]) == options
    bias = drawn["initial bias"]["rows"].query("series == 'at the start'").set_index("x")
    assert bias.loc[-2.0, "median"] > bias.loc[0.0, "median"]
    start = drawn["step size"]["rows"].query("series == 'at the start'")
    assert start["median"].nunique() == 1, "nothing at the start depends on the step size"


def test_a_leak_learns_where_relu_is_stuck():
    loss = charts(preset("Leaky rescue"))["loss"]["rows"]
    last = loss.sort_values("x").groupby("series")["median"].last()
    assert last["ReLU"] == pytest.approx(np.log(2), abs=0.01)
    assert last["leaky 0.2"] < 0.5
    assert last["leaky 0.3"] < last["leaky 0.2"]


def test_the_remedy_kills_everything_after_a_step():
    rows = charts(preset("Deadly remedy"))["off for all"]["rows"]
    both = rows[rows["series"] == "both"].set_index("x")["median"]
    assert both.loc[0] == 0
    assert both.iloc[-1] == 1


def test_at_a_tiny_step_the_remedy_holds_and_the_page_does_not_say_otherwise():
    at = with_values(PAGE, view="remedies", rate=0.001, depth=2, steps=10)
    rows = charts(at)["off for all"]["rows"]
    assert rows[rows["series"] == "both"]["high"].max() == 0
    assert "It does not last" not in said(at)


def test_one_hidden_layer_revives_nothing_and_the_page_says_so():
    at = with_values(PAGE, view="network", depth=1, bias=-2.0, steps=50)
    assert set(charts(at)["units"]["units"]["state"]) >= {"dead"}
    assert "none is on" in said(at)
    assert "Dead need not be for ever" not in said(at)


def test_births_stay_below_the_bound():
    drawn = charts(with_values(PAGE, view="born", widths=("1", "2", "10")))
    for frames in drawn.values():
        assert (frames["rows"]["low"] <= frames["rows"]["bound"]).all()
    assert set(drawn["born dead by depth"]["rows"]["series"]) == {"N = 1", "N = 2", "N = 10"}
    assert list(drawn["born dead by width"]["rows"]["depth"].unique()) == [10]


# --- links ----------------------------------------------------------------------------------------


def test_a_link_opens_a_section_by_key_or_by_name():
    for text in ("born", "Born dead", "BORN DEAD"):
        assert set(charts(open_page(PAGE, dying_view=text))) == DRAWN["born"]


def test_several_bad_values_at_once_are_all_named():
    at = open_page(PAGE, dying_view="nowhere", dying_b="-77", dying_w1="1e999")
    assert_sound(at)
    notice = at.warning[0].value
    assert all(asked in notice for asked in ("nowhere", "-77", "1e999"))
    assert at.session_state["dying_b"] == -5


def test_settings_of_another_section_survive_a_visit_there():
    at = with_values(PAGE, b=-3.0)
    at.segmented_control(key="dying_view").set_value("born").run()
    at.segmented_control(key="dying_view").set_value("neuron").run()
    assert_sound(at)
    assert metrics(at)["On for"] == "0 of 200"


@pytest.mark.parametrize(
    ("active", "told"),
    [
        (
            [[1.0], [0.0], [0.5]],
            "of 1 unit of the 5 networks that was dead at some record, 1 came back",
        ),
        (
            [[0.0, 0.0], [0.5, 0.5]],
            "of 2 units of the 5 networks that were dead at some record, 2 ",
        ),
        ([[1.0], [0.0]], "Of 1 unit of the 5 networks that was dead at some record, none is on"),
        ([[1.0], [1.0]], "No unit of the 5 networks was dead at any record."),
    ],
)
def test_units_that_came_back_are_counted_in_words(active, told):
    run = SimpleNamespace(
        active=np.array(active)[:, None], settings=SimpleNamespace(seeds=5, depth=2)
    )
    assert told in words.revivals(run)


def test_what_kills_can_be_stopped_and_goes_on():
    v = PAGE.values({"view": "causes", "seed": 91, **QUICK})
    asks = tuple(needs(v).values())
    at = with_values(PAGE, view="causes", **QUICK)
    at.session_state["_dying_stopped"] = asks
    at.select_slider(key="dying_seed").set_value(91).run()
    assert_sound(at)
    assert f"Stopped at 0 of {len(asks)} runs" in at.warning[0].value
    stopped = charts(at)["step size"]["rows"]
    same = stopped.groupby("x")["median"].nunique()
    assert (same == 1).all(), "nothing is trained yet: the end is the start"
    at.button(key="dying_go_on").click().run()
    assert not at.warning
    whole = charts(at)["step size"]["rows"]
    assert whole.groupby("x")["median"].nunique().max() == 2
