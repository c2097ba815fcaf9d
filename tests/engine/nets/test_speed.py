"""Times per element, with a clock that the test winds."""

from dataclasses import replace

import pytest

from vanishing.engine.nets import activations, speed

TICK = {"relu": (1.0, 2.0), "tanh": (4.0, 8.0)}
"""Seconds that f, and f with f′, take on the test's clock."""


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def slow(self, call, seconds):
        def slowed(z):
            self.now += seconds
            return call(z)

        return slowed


def test_the_median_is_spread_over_the_elements():
    clock = Clock()
    chosen = [
        replace(
            activations.get(key),
            f=clock.slow(activations.get(key).f, alone),
            value_and_slope=clock.slow(activations.get(key).value_and_slope, both),
        )
        for key, (alone, both) in TICK.items()
    ]
    found = speed.per_element(chosen, rounds=3, clock=clock)
    assert [s.key for s in found] == list(TICK)
    for one in found:
        alone, both = TICK[one.key]
        assert one.value == pytest.approx(alone * 1e9 / speed.ELEMENTS)
        assert one.with_slope == pytest.approx(both * 1e9 / speed.ELEMENTS)


def test_every_activation_can_be_timed():
    chosen = [activations.get(key) for key in activations.KEYS]
    found = speed.per_element(chosen, rounds=1)
    assert [s.key for s in found] == list(activations.KEYS)
    with pytest.raises(ValueError, match="rounds must be a whole number from 1 to 1,000, got 0"):
        speed.per_element(chosen, rounds=0)
