import re

import pytest

from tests.concepts.support import assert_drawn, at_link, chart
from tests.pages import support
from tests.reader import quantities
from tests.record import files
from vanishing.concepts.training.table import PAGE
from vanishing.ui.controls import Control

RECORDED = files.read(PAGE.key).cases
QUICK = {"steps": 30, "samples": 20, "width": 3, "depth": 2, "seeds": 1}
"""Settings that train in no time, for tests of something else."""


def test_default_shows_the_sigmoid_net_stuck_and_the_relu_net_learning():
    at = support.open_page(PAGE)
    support.assert_sound(at)
    drawn = support.charts(at)
    assert set(drawn) == {"scrubbed", "accuracy", "gradients A", "gradients B"}
    last = drawn["scrubbed"]["loss"].groupby("series").loss.last()
    assert last["A: sigmoid"] > 0.69
    assert last["B: ReLU"] < 0.1
    start = drawn["gradients A"]["rows"].query("step == 0").set_index("layer").gradient
    assert start[1] < 1e-4 * start[8]
    assert "differ only in the activation: sigmoid against ReLU" in support.said(at)


def ends(control: Control) -> list[tuple[str, object]]:
    every = control.options if control.name == "data" else (control.options[0], control.options[-1])
    return [(control.name, option) for option in every]


@pytest.mark.parametrize(
    ("name", "value"), [end for control in PAGE.controls for end in ends(control)], ids=str
)
def test_every_control_at_its_ends(name, value):
    scene, _, v = at_link("training", PAGE.query({**QUICK, name: value}))
    assert v[name] == value
    assert_drawn(scene)
    assert len(scene.views()) == 4


def test_a_trapped_net_s_gradients_begin_alike():
    trap = {**PAGE.preset("Glorot's trap").values, "steps": QUICK["steps"]}
    scene, _, _ = at_link("training", PAGE.query(trap))
    rows = chart(scene, "gradients A").frames["rows"].query("step == 0 and layer <= 8").gradient
    assert rows.max() < 3 * rows.min()


@pytest.mark.parametrize("preset", PAGE.presets, ids=lambda preset: preset.name)
def test_a_preset_shows_what_it_is_for(preset):
    """By what is recorded of it, which the page itself is held to."""
    said = RECORDED[f"preset {preset.name}"]["sentences"]
    (told,) = (line for line in said if line.startswith("chart scrubbed: "))
    a, b = re.findall(r"loss ([\d.,·⁻⁰-⁹]+) at the start, (.+?) at step", told)
    learnt = quantities.value_of(b[1])
    if preset.name == "Exploding":
        assert a[1] == "diverged"
    elif preset.name == "Glorot's trap":
        assert quantities.value_of(a[1]) > 0.68 > 0.1 > learnt
    else:
        assert quantities.value_of(a[1]) > learnt


def test_which_gradient_moves_the_profile_and_the_curves():
    seen = []
    for which in PAGE.control("which").options:
        drawn = support.charts(support.with_values(PAGE, **QUICK, which=which))
        seen.append(drawn["gradients A"]["rows"].gradient.iloc[0])
        profile = drawn["scrubbed"]["profile"]
        assert profile["median"].iloc[0] == pytest.approx(seen[-1])
    assert len(set(seen)) == 3


def test_too_large_is_refused_and_the_nearest_is_one_click_away():
    at = support.with_values(PAGE, depth=50, width=64, seeds=50, steps=10000, samples=1797)
    assert not at.exception
    assert not support.charts(at)
    warning = at.warning[0].value
    assert "hours of computing, where 60 s are allowed" in warning
    assert "10,000 → " in warning
    assert at.button(key="train_nearest")


def test_bad_links_are_named_and_the_page_works():
    # What is shown instead is the longest run: of a small net.
    bad = {"train_steps": "1e999", "train_data": "<b>x</b>", "train_seeds": "-4", "train_nope": "1"}
    at = support.open_page(PAGE, train_depth="1", train_width="1", train_batch="1", **bad)
    support.assert_sound(at)
    assert len(at.warning) == 1
