from concurrent.futures import BrokenExecutor, ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from vanishing.charts.view import View
from vanishing.concepts.depth import runs
from vanishing.concepts.depth.runs import Known, Station
from vanishing.engine.depth.limits import ARTICLE, Budget, Cell, Outcome, measure
from vanishing.text import duration
from vanishing.ui import executors, watching
from vanishing.ui.gate import GATE

BUDGET = Budget(samples=40, batch=10, steps=5, width=4, seeds=2)
CELLS = tuple(Cell(ARTICLE, depth, BUDGET) for depth in (1, 2, 3))
EMPTY = View("empty", {"mark": "point"}, {}, "nothing")
A, B = Outcome(0.1, (0.5,)), Outcome(0.2, (0.7,))


def test_known_keeps_what_is_shipped_and_a_bounded_rest():
    known = Known({CELLS[0]: A}, entries=2)
    more = [Cell(ARTICLE, depth, BUDGET) for depth in (5, 8, 12)]
    for cell in more:
        known[cell] = B
    assert known[CELLS[0]] == A
    assert more[0] not in known
    assert set(known) == {CELLS[0], *more[1:]}
    assert len(known) == 3
    del known[more[1]]
    assert len(known) == 2
    with pytest.raises(KeyError):
        known[more[1]]


class Dead(ThreadPoolExecutor):
    def submit(self, *args, **kwargs):
        raise BrokenExecutor("its processes are gone")


def test_lost_workers_are_replaced_by_a_thread_once():
    known = Known({})
    station = Station(executors.Workers(Dead(1), 4, "4 processes"), known)
    broken = station.sweep
    runs.push(station, CELLS)
    assert station.workers.count == 1
    assert station.workers.complaint == (
        "Lost 4 processes (its processes are gone). Computing in one thread instead."
    )
    second = station.sweep
    station.fall_back(broken, BrokenExecutor("noticed late"))
    assert station.sweep is second
    assert dict(second.run(CELLS, 0.05)) == {cell: measure(cell) for cell in CELLS}
    assert set(known) == set(CELLS)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "1 s"), (12.4, "12 s"), (99, "99 s"), (150, "2.5 minutes"), (9000, "2.5 hours")],
)
def test_durations_are_rough(seconds, words):
    assert duration(seconds) == words


def gated() -> None:
    import streamlit as st

    from tests.concepts.depth.test_runs import CELLS, EMPTY
    from vanishing.concepts.depth import runs
    from vanishing.ui import watching
    from vanishing.ui.gate import GATE
    from vanishing.ui.scene import Growing
    from vanishing.ui.work import SHELF, Ask

    ask = Ask(runs.sweep, CELLS, waits=True)

    def redraw(found):
        st.text(f"drawn inside: {GATE.inside}")
        return EMPTY

    with GATE.turn():
        if st.session_state.get("_test_asked") is None:
            st.session_state["_test_asked"] = ask
            watching.grow(Growing("x", EMPTY, redraw, offer="some"), ask, "test")
        st.text(f"after: {GATE.inside} {SHELF.get(ask).finished}")


def test_a_sweep_is_computed_outside_the_gate_and_drawn_inside(monkeypatch):
    station = Station(executors.one_thread(""), Known({}))
    computed = []
    push = station.sweep.push

    def recorded(wanted, patience):
        computed.append(GATE.inside)
        return push(wanted, patience)

    monkeypatch.setattr(station.sweep, "push", recorded)
    monkeypatch.setattr(runs, "station", lambda: station)
    monkeypatch.setattr(watching, "REDRAWN", 0.0)
    at = AppTest.from_function(gated, default_timeout=60).run()
    assert not at.exception
    assert at.text[-1].value == "after: True True"
    assert computed
    assert not any(computed)
    assert not GATE.inside
