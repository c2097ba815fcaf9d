"""The line before the pages; no test here looks at a clock."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from vanishing.ui import gate as module
from vanishing.ui.gate import Gate

LIMIT = 60
"""Seconds after which a thread that is never let in fails its test."""


class CalledOff(BaseException):
    """What Streamlit raises for a rerun or a stop: no Exception."""


class Visitor:
    """A thread that does what it is told, one thing after the other."""

    def __init__(self):
        self._pool = ThreadPoolExecutor(1)

    def does(self, work):
        return self._pool.submit(work)


def stands_in_line(gate, count):
    """Wait until so many wait; each has told the gate before it waits."""
    while gate.waiting < count:
        threading.Event().wait(0.001)


def run(gate, name, log, within=lambda: None, *, brief=False):
    with gate.turn(brief=brief):
        log.append(name)
        within()


def arrive(gate, name, log, within=lambda: None, *, brief=False):
    """Put a visitor into a line, behind those that are there."""
    before = gate.waiting
    visitor = Visitor()
    done = visitor.does(lambda: run(gate, name, log, within, brief=brief))
    stands_in_line(gate, before + 1)
    return visitor, done


def test_they_come_in_by_order_of_arrival():
    gate, log = Gate(), []
    with gate.turn():
        all_done = [arrive(gate, name, log)[1] for name in range(20)]
        assert not log
    for done in all_done:
        done.result(LIMIT)
    assert log == list(range(20))
    assert gate.waiting == 0


def test_changes_and_openings_have_each_as_much_of_the_time():
    now = [0.0]
    gate, log = Gate(lambda: now[0]), []

    def take(seconds):
        now[0] += seconds

    with gate.turn():
        openings = [arrive(gate, "O", log, lambda: take(10))[1] for _ in range(3)]
        changes = [arrive(gate, "c", log, lambda: take(4), brief=True)[1] for _ in range(6)]
    for done in openings + changes:
        done.result(LIMIT)
    # After 4 s for a change 10 s for an opening, then changes until they have had more.
    assert "".join(log) == "cOccOcccO"
    # What changes had before openings came is not held against them, nor is it theirs.
    log.clear()
    with gate.turn(brief=True):
        take(1000)
    with gate.turn():
        openings = [arrive(gate, "O", log, lambda: take(10))[1] for _ in range(2)]
        changes = [arrive(gate, "c", log, lambda: take(4), brief=True)[1] for _ in range(2)]
    for done in openings + changes:
        done.result(LIMIT)
    assert sorted(log[:2]) == ["O", "c"]


def test_only_one_is_inside_at_a_time():
    gate, start = Gate(), threading.Barrier(16)
    within, most = [], []

    def visit():
        start.wait(LIMIT)
        for _ in range(50):
            with gate.turn():
                within.append(1)
                most.append(len(within))
                with gate.turn():
                    most.append(len(within))
                within.pop()

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(visit) for _ in range(16)]:
            done.result(LIMIT)
    assert set(most) == {1}


def test_who_computes_lets_others_in_and_comes_back_before_those_that_came_later():
    gate, log, computing, computed = Gate(), [], threading.Event(), threading.Event()

    def compute():
        with gate.released():
            assert not gate.inside
            computing.set()
            assert computed.wait(LIMIT)
        assert gate.inside
        log.append("back")

    first = Visitor().does(lambda: run(gate, "first", log, compute))
    assert computing.wait(LIMIT)
    with gate.turn():
        log.append("meanwhile")
        _, later = arrive(gate, "later", log)
        computed.set()
        stands_in_line(gate, 2)
    first.result(LIMIT)
    later.result(LIMIT)
    assert log == ["first", "meanwhile", "back", "later"]


def test_a_redraw_meanwhile_stands_behind_those_that_wait():
    gate, log, computing, computed = Gate(), [], threading.Event(), threading.Event()

    def watch():
        with gate.released():
            computing.set()
            assert computed.wait(LIMIT)
            with gate.turn():
                log.append("redraw")
        log.append("back")

    first = Visitor().does(lambda: run(gate, "first", log, watch))
    assert computing.wait(LIMIT)
    with gate.turn():
        _, later = arrive(gate, "later", log)
        computed.set()
        stands_in_line(gate, 2)
    first.result(LIMIT)
    later.result(LIMIT)
    assert log == ["first", "later", "redraw", "back"]


def test_who_leaves_comes_again_behind_those_that_wait():
    gate, log = Gate(), []

    def watch():
        gate.leave()
        assert not gate.inside
        raise CalledOff

    with gate.turn():
        watcher, left = arrive(gate, "first", log, watch)
    with pytest.raises(CalledOff):
        left.result(LIMIT)
    with gate.turn():
        _, later = arrive(gate, "later", log)
        again = watcher.does(lambda: run(gate, "again", log))
        stands_in_line(gate, 2)
    later.result(LIMIT)
    again.result(LIMIT)
    assert log == ["first", "later", "again"]


@pytest.mark.parametrize("error", [ValueError, CalledOff])
@pytest.mark.parametrize("outside", [False, True], ids=["inside", "while computing"])
def test_an_exception_gives_the_gate_back(error, outside):
    gate, log = Gate(), []

    def fail():
        if outside:
            with gate.released():
                raise error
        raise error

    with pytest.raises(error):
        run(gate, "failing", log, fail)
    assert not gate.inside
    # Given back once, not twice: the next is inside alone.
    with gate.turn():
        _, done = arrive(gate, "next", log)
        assert log == ["failing"]
    done.result(LIMIT)


def test_who_changes_a_setting_while_waiting_keeps_the_place():
    gate, log = Gate(), []

    def called_off_at_first():
        if log.count("first") == 1:
            raise CalledOff

    def page():
        with suppress(CalledOff):
            run(gate, "first", log, called_off_at_first)
        run(gate, "first", log)
        run(gate, "first, another time", log)

    with gate.turn():
        first = Visitor().does(page)
        stands_in_line(gate, 1)
        _, hold = arrive(gate, "second", log, lambda: stands_in_line(gate, 2))
        _, third = arrive(gate, "third", log)
    for done in (first, hold, third):
        done.result(LIMIT)
    assert log == ["first", "second", "first", "third", "first, another time"]


def test_who_has_gone_leaves_the_line_to_the_others():
    gate, log = Gate(), []

    def gone():
        raise CalledOff

    with gate.turn():
        _, first = arrive(gate, "gone", log, gone)
        _, second = arrive(gate, "second", log)
    with pytest.raises(CalledOff):
        first.result(LIMIT)
    second.result(LIMIT)
    assert log == ["gone", "second"]
    with gate.turn():
        assert gate.waiting == 0


def test_outside_of_a_turn_nothing_is_given_up():
    gate = Gate()
    with gate.released():
        assert not gate.inside
    with gate.turn():
        assert gate.inside


# --- waiting long -------------------------------------------------------------------------------


def wait(gate, told):
    """Put a visitor who is told how many are before into the line."""
    before = gate.waiting

    def work():
        with gate.turn(told):
            pass

    done = Visitor().does(work)
    stands_in_line(gate, before + 1)
    return done


def test_who_waits_long_is_told_how_many_are_before(monkeypatch):
    monkeypatch.setattr(module, "LONG", 0)
    gate, told, heard = Gate(), [], threading.Event()
    with gate.turn():
        _, first = arrive(gate, "first", [])

        def hear(before):
            told.append(before)
            heard.set()

        second = wait(gate, hear)
        assert heard.wait(LIMIT)
    first.result(LIMIT)
    second.result(LIMIT)
    assert told == [2]


def test_who_waits_still_longer_is_told_anew(monkeypatch):
    monkeypatch.setattr(module, "LONG", 0)
    monkeypatch.setattr(module, "AGAIN", 0.001)
    gate, told, often = Gate(), [], threading.Event()

    def hear(before):
        told.append(before)
        if len(told) == 3:
            often.set()

    with gate.turn():
        done = wait(gate, hear)
        assert often.wait(LIMIT)
    done.result(LIMIT)
    assert set(told) == {1}


def test_who_waits_shortly_is_told_nothing(monkeypatch):
    monkeypatch.setattr(module, "LONG", LIMIT)
    gate, told = Gate(), []
    with gate.turn(told.append):
        done = wait(gate, told.append)
    done.result(LIMIT)
    assert told == []


def test_who_is_called_off_while_waiting_leaves_the_line(monkeypatch):
    monkeypatch.setattr(module, "LONG", 0)
    gate, log = Gate(), []

    def call_off(before):
        raise CalledOff

    with gate.turn():
        gone = Visitor().does(lambda: gate.turn(call_off).__enter__())
        with pytest.raises(CalledOff):
            gone.result(LIMIT)
        assert gate.waiting == 0
        _, after = arrive(gate, "after", log)
    after.result(LIMIT)
    assert log == ["after"]


def test_a_turn_that_comes_while_its_visitor_is_called_off_is_handed_on(monkeypatch):
    monkeypatch.setattr(module, "LONG", 0)
    gate, log, asked, left = Gate(), [], threading.Event(), threading.Event()

    def call_off_late(before):
        asked.set()
        assert left.wait(LIMIT)
        raise CalledOff

    with gate.turn():
        gone = wait(gate, call_off_late)
        _, after = arrive(gate, "after", log)
        assert asked.wait(LIMIT)
    left.set()
    with pytest.raises(CalledOff):
        gone.result(LIMIT)
    after.result(LIMIT)
    assert log == ["after"]
