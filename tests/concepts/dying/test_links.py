"""Links at which sentences were once false."""

from tests.concepts.support import at_link, chart, words


def test_a_bias_at_which_the_neuron_is_off_is_not_the_one_at_which_it_is_on():
    scene, *_ = at_link("dying", "dying_b=-5&dying_w1=-2&dying_w2=-2")
    assert "On for 1 input" in words(scene)
    assert "to −5.002, and the neuron is off for all." in words(scene)
    assert chart(scene, "decline").alt.endswith("off for all from b = −5.002 down.")
