"""Links at which sentences were once false: they follow from the numbers beside them."""

import re

import numpy as np
import pytest

from tests.concepts.support import at_link, sentence, words
from vanishing.engine.nets import activations
from vanishing.engine.wide.quadrature import gaussian_mean
from vanishing.ui.scene import Table


def test_relu_is_not_compared_with_relu():
    scene, *_ = at_link("derivatives", "der_f=leaky_relu&der_f=relu&der_alpha=0")
    assert "Leaky ReLU with α = 0 is ReLU." in scene.notice
    assert "times as much" not in words(scene)
    assert "equally much" in scene.notice[-1]
    other = words(at_link("derivatives", "der_f=leaky_relu&der_f=relu&der_alpha=0.2")[0])
    assert "times as much gradient as ReLU" in other
    assert "is ReLU." not in other


@pytest.mark.parametrize("key", ["gelu", "silu"])
def test_the_average_is_that_of_the_size(key):
    scene, *_ = at_link("derivatives", f"der_mu=-2&der_sigma=0.1&der_f={key}")
    f = activations.get(key)
    assert gaussian_mean(f.df, -2.0, 0.1) < 0
    size = gaussian_mean(lambda z: np.abs(f.df(z)), -2.0, 0.1, kinks=f.kinks)
    shown = re.search(r"\|f′\| is (\S+) on average", scene.notice[0]).group(1)
    assert float(shown) == pytest.approx(size, rel=5e-3)
    assert "f′ on average" not in words(scene).replace("|f′|", "")


def test_a_share_of_a_sample_says_so():
    scene, *_ = at_link("derivatives", "der_f=tanh")
    assert "for 2.8 % of the sample it is below 0.05" in sentence(scene, "**tanh**")
    (table,) = (block.frame for block in scene.blocks() if isinstance(block, Table))
    assert table["|f′| < 0.05, sampled"].item() == "2.8 %"


def test_ten_layers_may_differ_by_more_than_a_float_holds():
    scene, *_ = at_link("derivatives", "der_mu=-10&der_sigma=0.1&der_f=gelu&der_f=identity")
    assert re.search(r"10 such layers that is \S+·10²⁰\S+ times", scene.notice[-1])
