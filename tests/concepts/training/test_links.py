"""Links at which sentences were once false: they follow from the numbers of the runs."""

import numpy as np
import pytest

from tests.concepts.support import at_link, sentence, words


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_one_weight_has_no_spread(depth):
    scene, *_ = at_link(
        "training", f"train_width=1&train_depth={depth}&train_steps=30&train_which=update"
    )
    assert "not a number" not in words(scene)
    if depth > 1:
        for name in ("**A: sigmoid**", "**B: ReLU**"):
            (said,) = (s for s in scene.notice if s.startswith(name) and "before the" in s)
            assert f"The single weight of layer {depth} has no spread" in said
            assert "A step moves layer 1 by" in said


def test_a_loss_is_named_by_a_threshold_that_the_page_says():
    scene, found, _ = at_link("training", "train_width=1&train_depth=1&train_steps=100")
    assert "About the same: within 1 % of that loss." in sentence(scene, "best constant answer, wh")
    constant = np.log(2)
    for name, side in (("A: sigmoid", "A"), ("B: ReLU", "B")):
        loss = float(np.median(found[side].final.loss))
        verdict = "better than" if loss < 0.99 * constant else "about the same as"
        (said,) = (s for s in scene.notice if s.startswith(f"**{name}**, loss"))
        assert f"That is {verdict} the best constant answer" in said
