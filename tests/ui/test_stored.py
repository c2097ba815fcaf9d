"""Results that are kept: computed once, outside the gate, and handed out inside."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from vanishing.ui.gate import GATE
from vanishing.ui.stored import stored

LIMIT = 60


def test_a_result_is_computed_outside_the_gate_and_handed_out_inside(monkeypatch):
    computed = []

    @stored(entries=2)
    def twice(x):
        computed.append((x, GATE.inside))
        return 2 * x

    with GATE.turn():
        assert twice(3) == 6
        assert GATE.inside
        monkeypatch.setattr(GATE, "released", None)
        assert twice(3) == 6, "a result that is there needs no way out"
    assert computed == [(3, False)]


def test_who_waits_for_what_another_computes_does_not_wait_inside():
    asked, waits, done = [], threading.Event(), threading.Event()

    @stored(entries=2)
    def slow(x):
        asked.append(x)
        waits.set()
        assert done.wait(LIMIT)
        return x

    def visit():
        with GATE.turn():
            return slow(1)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(visit)
        assert waits.wait(LIMIT)
        with GATE.turn():
            second = pool.submit(visit)
            while not GATE.waiting:
                threading.Event().wait(0.001)
        # The second has its turn before this thread, and must give it up for this one to get in.
        with GATE.turn():
            done.set()
        assert (first.result(LIMIT), second.result(LIMIT)) == (1, 1)
    assert asked == [1]


def test_an_error_reaches_the_page_and_is_not_kept():
    tries = []

    @stored(entries=2)
    def fail(x):
        tries.append(x)
        raise ValueError("too large")

    for _ in range(2):
        with pytest.raises(ValueError, match="too large"), GATE.turn():
            fail(1)
        assert not GATE.inside
    assert tries == [1, 1]
    with GATE.turn():
        assert GATE.waiting == 0
