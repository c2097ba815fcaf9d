"""How far runs came, in words."""

from types import SimpleNamespace

import numpy as np
import pytest

from vanishing.concepts.dying.facts import after, when


def run(last, steps=500, diverged=None):
    settings = SimpleNamespace(steps=steps)
    return SimpleNamespace(steps=np.array([0, last]), settings=settings, diverged=diverged)


@pytest.mark.parametrize(
    ("runs", "moment", "steps"),
    [
        ([run(500), run(500)], "at the end", "after 500 steps"),
        ([run(1, steps=1)], "at the end", "after 1 step"),
        ([run(500), run(7)], "at the last record", "after 7 to 500 steps, as far as it came"),
        ([run(2), run(2)], "at the last record", "after 2 steps"),
        ([run(500), run(3, diverged=True)], "at the last record", "after 500 steps"),
        ([run(3, diverged=True)], "at the last record", "as far as each came"),
    ],
)
def test_what_was_stopped_or_diverged_is_not_told_as_the_end(runs, moment, steps):
    assert when(runs) == moment
    assert after(runs) == steps
