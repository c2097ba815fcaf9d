"""Links at which sentences were once false: they follow from the numbers that are drawn."""

import pytest

from tests.concepts.support import at_link, sentence, words
from vanishing.concepts.chain.scenes import weights_of
from vanishing.engine.chain import products
from vanishing.engine.nets import activations
from vanishing.ui.scene import Table

ONE = "chain_view=chain&chain_weights=equal&chain_w=1&chain_depth=1&chain_f="


@pytest.mark.parametrize("f", ["identity", "relu", "leaky_relu"])
def test_nothing_against_nothing_is_no_relative_difference(f):
    scene, _, v = at_link("chain", ONE + f)
    check = products.check_gradient(v.x, weights_of(v), activations.get(f), v.target)
    assert check.chain_rule[0] == 0
    assert not check.resolved[0]
    assert "relative difference" not in sentence(scene, "Checked for")
    assert "the gradient is exactly 0" in sentence(scene, "Checked for")
    (table,) = (block.frame for block in scene.blocks() if isinstance(block, Table))
    assert table["relative difference"][0] == "0 by the chain rule, the difference is rounding"


def test_a_gradient_that_is_not_0_is_still_checked():
    scene, *_ = at_link("chain", ONE + "identity&chain_target=0.5")
    assert "relative difference" in sentence(scene, "Checked for")
    both = at_link("chain", ONE + "relu&chain_x=-1")[0]
    assert "both are exactly 0" in sentence(both, "Checked for")


@pytest.mark.parametrize(
    "link", [ONE + "identity", "chain_depth=1", "chain_depth=1&chain_sigma=30"]
)
def test_one_layer_is_singular(link):
    said = words(at_link("chain", link)[0])
    for wrong in ("1 layers", "1 factors", "1 are not", "of this chain's 1 "):
        assert wrong not in said


def test_what_theory_leaves_is_not_rounded_away():
    scene, found, _ = at_link(
        "chain", "chain_view=draws&chain_f=relu&chain_depth=100&chain_sigma=2"
    )
    assert 0 < found["theory"].nonzero[-1] < 1e-16
    assert "Theory predicts > 99.9 % zeros, and a geometric mean" in words(scene)
