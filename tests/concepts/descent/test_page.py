import numpy as np
import pytest

from tests.pages.support import alt_texts, assert_sound, charts, open_page, said, with_values
from vanishing.concepts.descent import charts_ends as descent_ends
from vanishing.concepts.descent import runs, scenes
from vanishing.concepts.descent.scenes import VIEWS as SECTIONS
from vanishing.concepts.descent.table import BUDGETS, PAGE, RATES, STARTS, SURFACES, VIEWS
from vanishing.engine.descent import paths as descent
from vanishing.engine.descent import surfaces

DRAWN = {
    "path": {"path", "cost by step"},
    "condition": {"steps by condition number"},
    "budget": {"cost by budget"},
    "types": {"number types"},
    "plateau": {"cost by step", "gradient by step"},
    "basin": {"profile", "which minimum"},
}


def preset(name):
    return with_values(PAGE, **PAGE.preset(name).values)


def last(at, chart="cost by step"):
    rows = charts(at)[chart]["rows"]
    return rows.sort_values("x").groupby("series")["y"].last()


def test_every_section_is_there():
    assert set(SECTIONS) == set(VIEWS) == set(DRAWN)


@pytest.mark.parametrize("view", VIEWS)
def test_a_section_draws_its_own_charts_and_says_what_to_notice(view):
    at = with_values(PAGE, view=view)
    assert_sound(at)
    assert not at.warning
    assert set(charts(at)) == DRAWN[view]
    assert "What to notice" in said(at)
    for words in alt_texts(at).values():
        assert any(c.isdigit() for c in words), words


CONTROLS = {
    "path": ("kappa", "eta_bowl", "steps", "adam", "mu", "turned"),
    "condition": ("kappa", "tolerance"),
    "budget": ("budget", "kappa", "method", "accuracy", "seconds"),
    "types": ("eta", "weight"),
    "plateau": ("w0", "loss", "eta_neuron", "steps", "adam", "mu"),
    "basin": ("start", "eta_minima", "sharper"),
}
ENDS = [(view, name, end) for view, names in CONTROLS.items() for name in names for end in (0, -1)]


@pytest.mark.parametrize(("view", "name", "end"), ENDS)
def test_every_control_works_at_its_ends(view, name, end):
    at = with_values(PAGE, **{"view": view, name: PAGE.control(name).options[end]})
    assert_sound(at)
    assert set(charts(at)) == DRAWN[view]
    assert "not a number" not in said(at)
    assert "nan" not in said(at).lower()


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("end", [0, -1])
def test_every_surface_at_the_ends_of_its_step_sizes(surface, end):
    rate = {f"eta_{surface}": RATES[surface][end]}
    at = with_values(PAGE, surface=surface, steps=2000, **rate)
    assert_sound(at)
    assert set(charts(at)) == DRAWN["path"]


# --- the path -------------------------------------------------------------------------------------


def test_the_default_zigzags_and_is_overtaken():
    at = open_page(PAGE)
    rows = charts(at)["path"]["paths"]
    plain = rows[rows["series"] == "gradient descent"]
    assert (np.sign(plain["y"].to_numpy()[:20]) == (-1.0) ** np.arange(20)).all()
    # 2.5·0.9ⁿ across, 5·0.981ⁿ along the valley.
    end = 0.5 * ((5 * 0.981**100) ** 2 / 100 + (2.5 * 0.9**100) ** 2)
    ends = last(at)
    assert ends["gradient descent"] == pytest.approx(end, rel=1e-6)
    assert ends["momentum"] < 0.1 * end
    assert ends["Adam"] < 0.1 * end
    assert "zig-zag" in said(at)


def test_divergence_is_shown_and_its_step_is_named():
    at = preset("Diverging")
    # 2.5·1.1ⁿ passes 1,000 at n = 63.
    assert "at step 63" in said(at)
    assert charts(at)["cost by step"]["ended"]["x"].tolist() == [62]
    assert "**diverges**" in said(at)


def test_turning_the_valley_takes_adams_advantage():
    straight, turned = (last(with_values(PAGE, turned=angle))["Adam"] for angle in (0, 45))
    assert turned > 100 * straight


# --- speed and budget -----------------------------------------------------------------------------


def test_the_momentum_preset_measures_the_square_root():
    at = preset("Momentum")
    rows = charts(at)["steps by condition number"]["rows"].set_index(["series", "x"])["y"]
    assert rows["gradient descent", 1000] == 6908
    assert rows["momentum", 1000] == 315
    assert "6,908 steps" in said(at)
    # From κ = 10 to 1000: a hundredfold, and (with its transient) a little over tenfold.
    assert rows["gradient descent", 1000] / rows["gradient descent", 10] == pytest.approx(100, 0.01)
    assert 10 < rows["momentum", 1000] / rows["momentum", 10] < 13


def test_the_same_budget_is_enough_for_a_round_bowl_and_too_little_for_a_flat_one():
    at = with_values(PAGE, view="budget", kappa=1000)
    assert "κ = 2: after 100 iterations less than 10⁻¹⁶ of the cost is left, enough" in said(at)
    assert f"{100 * (999 / 1001) ** 200:.0f} % of the cost is left, **too few**" in said(at)


def test_every_budget_on_offer_is_drawn():
    assert set(BUDGETS) <= set(scenes.SPENT)


# --- number types ---------------------------------------------------------------------------------


def test_the_counts_of_the_source_are_on_the_page():
    words = said(with_values(PAGE, view="types"))
    for absorbed, zero in ((6, 13), (13, 75), (27, 538)):
        assert f"n = **{absorbed}**" in words
        assert f"n = {zero}." in words


def test_a_smaller_step_is_absorbed_sooner():
    assert "float16: from n = **5**" in said(preset("Absorbed"))
    assert np.float16(1) - np.float16(0.1) * np.float16(0.25**5) == 1
    assert np.float16(1) - np.float16(0.1) * np.float16(0.25**4) < 1


# --- small gradient, small step -------------------------------------------------------------------


def test_the_plateau_holds_gradient_descent_and_cross_entropy_lets_it_go():
    stuck = preset("Plateau")
    assert "does not halve the cost in 500 steps" in said(stuck)
    assert last(stuck)["gradient descent"] > 0.3
    gradients = charts(stuck)["gradient by step"]["rows"]
    assert gradients[gradients["series"] == "gradient descent"]["y"].max() < 1e-3
    free = with_values(PAGE, view="plateau", loss="cross_entropy", steps=500)
    assert last(free)["gradient descent"] < 1e-6


@pytest.mark.parametrize("sharper", ["shallow", "deep"])
def test_what_the_page_says_of_basins_holds_on_its_whole_map(sharper):
    ends = runs.ends(sharper)
    rates = np.array(RATES["minima"])
    assert (ends[rates <= 0.3] == ends[0]).all(), "a small step changes nothing"
    surface = surfaces.two_minima(sharper)
    hill = np.linspace(-1, 1, 2001)
    top = hill[np.argmax(surface.value(np.stack([hill, 0 * hill], axis=1)))]
    assert (ends[0] == np.where(np.array(STARTS) < top, 0, 1)).all()
    sharp = ["deep", "shallow"].index(sharper)
    assert not (ends[rates > 0.5] == sharp).any(), "no descent stays in the sharper minimum"
    assert (ends[(rates > 0.5) & (rates < 1.2)] == 1 - sharp).mean() > 0.9


def test_the_basins_preset_leaves_the_deep_minimum_for_the_shallow_one():
    at = preset("Basins")
    assert "ends **in the shallow minimum**" in said(at)
    start = PAGE.preset("Basins").values["start"]
    small = descent.descend(
        surfaces.two_minima("deep"), "gradient_descent", 0.1, 1000, start=(start, 0.0)
    )
    assert small.places[-1, 0] == pytest.approx(-1, abs=1e-3)
    cells = charts(at)["which minimum"]["cells"]
    assert set(cells["end"]) <= set(descent_ends.ENDS.values())
