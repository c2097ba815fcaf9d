"""Links at which sentences were once false: they follow from the numbers that are drawn."""

import re

import numpy as np
import pytest

from tests.concepts.support import at_link, chart, sentence, words
from vanishing.concepts.descent.table import RATES
from vanishing.engine.descent import paths
from vanishing.text import number


@pytest.mark.parametrize(
    "link",
    [
        "",
        "gd_turned=45&gd_adam=3",
        "gd_kappa=3&gd_adam=1&gd_steps=5",
        "gd_kappa=1000&gd_adam=0.001&gd_steps=1",
    ],
)
def test_adam_ends_lower_where_its_cost_does(link):
    scene, found, _ = at_link("descent", link)
    along, turned = (float(found[name][0].losses[-1]) for name in ("along", "turned"))
    said = sentence(scene, "Adam scales")
    assert f"J = {number(along, 2)} along an axis, {number(turned, 2)} turned" in said
    shown = [float(f"{end:.1e}") for end in (along, turned)]
    lower = "**lower along an axis**" if shown[0] < shown[1] else "**lower turned**"
    assert (lower if shown[0] != shown[1] else "equally low") in said
    assert "helps" not in said


@pytest.mark.parametrize("kappa", [2, 500, 1000])
def test_the_best_step_is_below_the_one_that_jumps_for_ever(kappa):
    scene, *_ = at_link("descent", f"gd_view=condition&gd_kappa={kappa}")
    shown = re.search(r"Gradient descent at its best: η = ([\d.]+)", words(scene)).group(1)
    assert float(shown) < 2
    assert float(shown) == pytest.approx(paths.best("gradient_descent", kappa).rate, rel=5e-3)
    assert "gradient descent jumps to and fro" in words(
        at_link("descent", f"gd_eta_bowl=2&gd_kappa={kappa}")[0]
    )


@pytest.mark.parametrize(
    ("link", "better"),
    [
        ("gd_start=0.1&gd_eta_minima=2.5", False),
        ("gd_start=0.1&gd_eta_minima=1", True),
        ("gd_sharper=deep&gd_eta_minima=1", False),
        ("gd_eta_minima=0.1", None),
    ],
)
def test_a_large_step_ends_better_where_more_starts_reach_the_deep_minimum(link, better):
    scene, found, v = at_link("descent", f"gd_view=basin&{link}")
    shares = (found["ends"] == 0).mean(axis=1)
    now, small = shares[RATES["minima"].index(v.eta_minima)], shares[0]
    assert (None if now == small else bool(now > small)) is better
    said = sentence(scene, "of the starts end in the deep minimum, with")
    words_of = {True: "the larger step ends better", False: "**worse**", None: "no difference"}
    assert words_of[better] in said
    assert "end better" not in words(scene).replace(said, "")
    cells = chart(scene, "which minimum").frames["cells"]
    row = cells[cells["eta"] == v.eta_minima]
    width = (row["right"] - row["left"]).sum()
    deep = row[row["end"] == "the deep one"]
    assert (deep["right"] - deep["left"]).sum() / width == pytest.approx(now)


def test_the_smallest_step_is_not_compared_with_itself():
    scene, *_ = at_link("descent", "gd_view=basin&gd_eta_minima=0.02")
    assert not [told for told in scene.notice if "smallest step" in told]


def test_a_cost_that_has_grown_is_not_left():
    scene, found, _ = at_link(
        "descent", "gd_view=budget&gd_method=momentum&gd_budget=1&gd_kappa=1000"
    )
    grown = next(one for one in found["spent"] if one.kappa == 1000).after(1)
    assert grown > 1
    assert f"the cost is {number(grown, 2)} times what it was, **too few**" in words(scene)


@pytest.mark.parametrize("kappa", [1, 2, 100])
def test_a_price_is_that_of_the_bowl_asked_for(kappa):
    scene, found, _ = at_link("descent", f"gd_view=budget&gd_kappa={kappa}")
    needed = next(one for one in found["spent"] if one.kappa == kappa).needed
    said = sentence(scene, "To reach")
    assert f"at κ = {kappa} takes {needed:,} iteration" in said
    assert ("iterations" in said) == (needed > 1)


def test_a_factor_below_1_is_not_shown_as_1():
    scene, *_ = at_link("descent", "gd_kappa=1000&gd_eta_bowl=0.1")
    said = sentence(scene, "Each step of gradient descent")
    assert "1 − η/κ = 0.9999." in said
    round_ = sentence(at_link("descent", "gd_kappa=1&gd_eta_bowl=0.1")[0], "Each step")
    assert "multiplies the distance by 1 − η = 0.900 (no overshoot)." in round_


def test_a_limit_that_is_the_step_itself_is_written_like_it():
    # The curvature there is 1 but for what differences of slopes can tell.
    scene, *_ = at_link("descent", "gd_surface=two+minima&gd_eta_minima=2&gd_sharper=the+deep+one")
    assert "would diverge above η = 2/λₘₐₓ = 2.0 and" in words(scene)


def test_a_path_that_leaves_reaches_no_cost():
    scene, found, _ = at_link("descent", "gd_surface=valley&gd_eta_valley=0.1&gd_opt=momentum")
    assert f"leaves |w| ≤ 1,000 at step {found['paths'][0].left}" in chart(scene, "path").alt
    assert np.isfinite(found["paths"][0].losses).all()


def test_a_descent_that_leaves_is_said_to_in_its_profile():
    scene, found, _ = at_link("descent", "gd_view=basin&gd_start=0.1&gd_eta_minima=2.5")
    left = found["path"][0].left
    assert f"and leaves |w| ≤ 1,000 at step {left}." in chart(scene, "profile").alt
    stays = chart(at_link("descent", "gd_view=basin")[0], "profile").alt
    assert "leaves" not in stays
