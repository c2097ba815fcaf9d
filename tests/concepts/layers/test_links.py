"""Links at which sentences were once false: they follow from the numbers that are drawn."""

import math
import re

import numpy as np
import pytest

from tests.concepts.support import at_link, chart, words
from vanishing import verdicts
from vanishing.text import number

DEAD = "lay_f=relu&lay_init=he_normal&lay_width=4&lay_depth=30"
SHALLOW = [
    f"lay_depth=2&lay_f={f}&lay_init={init}&lay_width=16&lay_batch=10"
    for f in ("sigmoid", "tanh", "relu", "identity", "selu")
    for init in ("xavier_uniform", "he_normal", "orthogonal", "normal_unit")
]


def drawn(scene, series="∂J/∂z"):
    rows = chart(scene, "gradient by layer").frames["rows"]
    return rows[rows["series"] == series].set_index("x")["median"]


@pytest.mark.parametrize("link", [DEAD, "", "lay_depth=60&lay_f=relu&lay_init=he_normal", *SHALLOW])
def test_the_verdict_is_that_of_the_number_beside_it_and_of_the_line(link):
    scene, _, v = at_link("layers", link)
    verdict, steps, size, factor = re.search(
        r"∂J/∂z \*\*([a-z ]+)\*\*: (\d+) steps? back multipl(?:y|ies) it by (\S+), ×(\S+) a layer",
        scene.notice[0],
    ).groups()
    median = float(drawn(scene)[1])
    assert (int(steps), size) == (v.depth - 1, number(median, 2))
    assert f"∂J/∂z {size} (median of" in chart(scene, "gradient by layer").alt
    assert verdict == verdicts.fate(median)
    change = abs(math.log10(float(f"{median:.1e}")))
    named = {
        "holds its size": change <= math.log10(1.5) + 1e-9,
        "shrinks": change <= 1 + 1e-9 and median < 1,
        "grows": change <= 1 + 1e-9 and median > 1,
        "vanishes": change > 1 and median < 1,
        "explodes": change > 1 and median > 1,
    }
    assert named[verdict]
    # A word that says it changes never stands beside a factor that says it does not.
    assert verdict == "holds its size" or (factor != "1.00" and size not in ("1.0", "1"))
    assert verdicts.FATES in words(scene)


def test_a_median_over_survivors_says_how_many_there_are():
    scene, found, _ = at_link("layers", DEAD)
    alive = int((found["start"].measured.delta[:, -1] > 0).sum())
    assert alive == 5
    said = f"median of the {alive} of 20 nets with a gradient in the last hidden layer"
    assert said in scene.notice[0]
    assert said in chart(scene, "gradient by layer").alt
    assert "∂J/∂z: only the 5 of 20 nets" in chart(scene, "gradient by layer").note
    shares = found["start"].measured.relative("delta")
    kept = shares[~np.isnan(shares).any(axis=1)]
    assert float(drawn(scene)[1]) == pytest.approx(np.median(kept[:, 0]))


def test_where_all_live_no_survivors_are_spoken_of():
    scene, *_ = at_link("layers", "")
    assert "median of 20 nets" in scene.notice[0]
    assert " of 20 nets with" not in words(scene)


def test_a_bias_before_batch_norm_has_no_gradient_to_draw():
    scene, found, _ = at_link("layers", "lay_f=identity&lay_norm=batch&lay_grads=bias")
    measured = found["start"].measured
    # What is left is rounding: 10⁻¹⁴ of what reaches the pre-activations.
    assert (measured.bias[:, :-1] < 1e-12 * measured.delta[:, :-1] * 100).all()
    assert list(drawn(scene, "∂J/∂b").index) == [10]
    assert "exactly 0 but for rounding in 9 layers (1–9)" in chart(scene, "gradient by layer").note
    assert "**exactly 0 but for rounding**" in words(scene)


@pytest.mark.parametrize("link", ["lay_f=relu&lay_norm=batch", "lay_f=identity&lay_norm=layer"])
def test_a_bias_elsewhere_has_one(link):
    scene, *_ = at_link("layers", f"{link}&lay_grads=bias")
    assert list(drawn(scene, "∂J/∂b").index) == list(range(1, 11))
    assert "rounding" not in words(scene)


def test_without_a_critical_line_nothing_is_left_of_it():
    scene, found, _ = at_link("layers", "lay_view=weights&lay_f=softplus")
    assert not found["critical line"]
    plane = chart(scene, "plane")
    assert "no critical line" in plane.note
    assert "Left of it" not in plane.note
    assert list(plane.frames["words"]["text"]) == ["no critical line"]
    tanh = chart(at_link("layers", "lay_view=weights")[0], "plane")
    assert "Left of it gradients vanish" in tanh.note
    assert list(tanh.frames["words"]["text"]) == ["vanishes", "explodes"]


@pytest.mark.parametrize(
    ("link", "anywhere"),
    [
        ("lay_f=relu&lay_init=scaled&lay_sw2=2", True),
        ("lay_f=relu&lay_init=he_normal", True),
        ("lay_f=identity&lay_init=orthogonal", True),
        ("lay_f=relu&lay_init=he_normal&lay_norm=layer", False),
        ("lay_f=tanh&lay_init=scaled&lay_sw2=2", False),
        ("lay_f=relu&lay_init=scaled&lay_sw2=3", False),
        ("lay_f=relu&lay_init=he_normal&lay_sb2=1", False),
    ],
)
def test_no_q_is_special_where_every_one_is_a_fixed_point(link, anywhere):
    scene, _, _ = at_link("layers", f"lay_view=size&lay_depth=3&lay_width=8&{link}")
    view = chart(scene, "map of q")
    curve = view.frames["curve"]
    assert np.allclose(curve["x"], curve["y"], rtol=1e-9) is anywhere
    for said in (view.alt, view.note):
        assert ("each is a fixed point" in said) is anywhere
        assert not (anywhere and "q*" in said)
    assert ("as it would at any other (predicted)" in scene.notice[0]) is anywhere


def test_theory_is_exact_for_straight_orthogonal_nets_however_narrow():
    link = "lay_init=orthogonal&lay_depth=40&lay_width=8&lay_seeds=20"
    scene, found, _ = at_link("layers", f"{link}&lay_f=identity")
    start = found["start"]
    assert start.measured.relative("delta")[:, 0] == pytest.approx(start.predicted.deltas[0])
    assert "theory predicts 1.0, ×1.00 a layer" in scene.notice[0]
    assert "does not apply" not in words(scene)
    for other in (
        "lay_f=tanh",
        "lay_f=identity&lay_skip=identity",
        "lay_f=identity&lay_norm=batch",
    ):
        assert "does not apply" in words(at_link("layers", f"{link}&{other}")[0])


def test_the_depth_scale_says_whose_it_is():
    scene, _, _ = at_link("layers", "lay_view=weights")
    assert "Depth scale of these nets, n·Var(w) = 0.333: ξ" in scene.notice[0]
    assert "Factor per layer of plain nets at n·Var(w) = 1:" in scene.notice[1]
