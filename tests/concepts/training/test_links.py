"""Links at which sentences were once false: they follow from the numbers of the runs."""

import numpy as np
import pytest

from tests.concepts.support import at_link, chart, sentence, words
from vanishing.text import number


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_one_weight_has_no_spread(depth):
    scene, *_ = at_link(
        "training", f"train_width=1&train_depth={depth}&train_steps=30&train_which=update"
    )
    assert "not a number" not in words(scene)
    if depth > 1:
        for name in ("**A: sigmoid**", "**B: ReLU**"):
            said = sentence(scene, f"{name}, before the")
            assert f"The single weight of layer {depth} has no spread" in said
            assert "A step moves layer 1 by" in said


def test_a_loss_is_named_by_a_threshold_that_the_page_says():
    scene, found, _ = at_link("training", "train_width=1&train_depth=1&train_steps=100")
    assert "About the same: within 1 % of that loss." in sentence(scene, "best constant answer, wh")
    constant = np.log(2)
    for name, side in (("A: sigmoid", "A"), ("B: ReLU", "B")):
        loss = float(np.median(found[side].final.loss))
        verdict = "better than" if loss < 0.99 * constant else "about the same as"
        said = sentence(scene, f"**{name}**, loss")
        assert f"That loss is {verdict} the best constant answer's" in said
        assert f"{verdict} the best constant answer's" in sentence(scene, f"**{name}** (medians)")


def test_an_r2_too_low_to_be_drawn_is_told_as_it_is():
    link = "train_data=wave&train_steps=30&train_width=3&train_seeds=1&train_a_rate=3"
    scene, found, _ = at_link(
        "training", f"{link}&train_depth=2&train_samples=50&train_a_f=identity"
    )
    finite = [r.accuracy[0] for r in found["A"].records if np.isfinite(r.accuracy[0])]
    final = float(finite[-1])
    view = chart(scene, "accuracy")
    assert final < -1
    assert float(view.frames["rows"]["median"].min()) == -1.0
    assert f": {number(final, 2)} at step" in view.alt


@pytest.mark.parametrize(("seeds", "words"), [(1, "(seed 7)"), (3, "of 3 networks, seed")])
def test_the_networks_that_diverged_are_counted(seeds, words):
    link = f"train_depth=2&train_steps=30&train_width=3&train_samples=20&train_seeds={seeds}"
    scene, found, _ = at_link(
        "training", f"{link}&train_seed=7&train_data=wave&train_a_f=identity&train_a_rate=1000"
    )
    assert found["A"].final.diverged is not None
    assert words in sentence(scene, "diverged at step")
