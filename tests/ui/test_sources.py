"""What stands under "The code that ran"."""

import re

from vanishing.engine.descent import paths
from vanishing.engine.nets import activations, elementwise
from vanishing.ui.sources import source_of, without_checks

CHECKED = '''
def halve(x, steps):
    """Halve x so many times."""
    limits.real("x", x, 0.0)
    limits.whole(
        "steps",
        steps,
        1,
    )
    settings.check_cost()
    for name in ("a", "b"):
        limits.one_of(name, "a", KEYS)
    if x > 5:
        limits.refuse("x", "small", x)
    for _ in range(steps):
        x /= 2
    return x
'''
SHOWN = '''
def halve(x, steps):
    """Halve x so many times."""
    for _ in range(steps):
        x /= 2
    return x
'''


def test_only_the_checks_are_left_out():
    assert without_checks(CHECKED) == SHOWN
    assert without_checks(SHOWN) == SHOWN


def test_what_is_shown_is_the_mathematics():
    source = source_of(paths.descend)
    assert "w = w + optimizer.step(surface.gradient(w), state, rate, momentum)" in source
    assert not re.search(r"^\s*(limits\.|raise )", source, re.MULTILINE)


def test_an_activation_shows_f_and_its_derivative_side_by_side():
    assert source_of(activations.get("sigmoid").value_and_slope) == source_of(
        elementwise.sigmoid_pair
    )
    inner = source_of(activations.get("leaky_relu", 0.2).value_and_slope)
    assert inner.startswith("def pair(z"), "a function made within another is not indented"
