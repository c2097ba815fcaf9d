import threading

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.test_pool import ByHand
from vanishing.charts.view import View
from vanishing.concepts.depth import runs
from vanishing.concepts.depth.runs import Findings, Known
from vanishing.engine.depth.limits import ARTICLE, Budget, Cell, Outcome, measure, measures
from vanishing.text import duration
from vanishing.ui import executors, watching
from vanishing.ui.executors import Workers
from vanishing.ui.gate import GATE
from vanishing.ui.pool import POOL
from vanishing.ui.work import Ask, Job

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


@pytest.fixture
def here(monkeypatch):
    """Nothing is known from another test."""
    findings = Findings(Known({}))
    monkeypatch.setattr(runs, "findings", lambda: findings)
    runs.JOBS.clear()
    POOL.use(executors.one_thread())
    return findings


def test_a_sweep_gives_what_the_cells_give_and_ends(here):
    items = list(runs.sweep(CELLS))
    found = [item for item in items if isinstance(item, dict)]
    assert found[0] == {}
    assert found[-1] == {cell: measure(cell) for cell in CELLS}
    assert [len(one) for one in found] == sorted(len(one) for one in found)
    assert str(items[-2].words).startswith("3 of 3 cells, at most about")
    assert len(runs.JOBS) == 0
    again = [item for item in runs.sweep(CELLS) if isinstance(item, dict)]
    assert again == found[-1:], "what is known is not computed again"


def test_a_sweep_that_nobody_asks_on_has_one_cell_in_each_lane_and_no_more(here):
    begun, lanes = [], (ByHand(), ByHand())
    POOL.use(Workers(lanes, "two lanes"))
    try:
        going = runs.sweep(CELLS)
        begun = [next(going) for _ in range(4)]
        going.close()
        assert [len(lane.waiting) for lane in lanes] == [1, 1]
        assert len(runs.JOBS) == 2
        for lane in lanes:
            lane.step()
        assert [len(lane.waiting) for lane in lanes] == [0, 0]
        assert begun[1] == begun[3] == {}
    finally:
        POOL.use(executors.one_thread())
    assert len(here.known) == 0


def test_two_sweeps_compute_what_both_want_once(here, monkeypatch):
    made, measures = [], runs.measures

    def counted(cell):
        made.append(cell)
        return measures(cell)

    monkeypatch.setattr(runs, "measures", counted)
    sweeps = [threading.Thread(target=list, args=(runs.sweep(CELLS),)) for _ in range(2)]
    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join(60)
    assert sorted(made, key=CELLS.index) == list(CELLS)
    assert set(here.known) == set(CELLS)


def test_what_another_sweep_has_just_kept_is_not_computed_again(here, monkeypatch):
    made, get = [], runs.JOBS.get

    def kept_meanwhile(ask):
        here.known[ask.settings] = measure(ask.settings)
        return get(ask)

    monkeypatch.setattr(runs.JOBS, "get", kept_meanwhile)
    monkeypatch.setattr(runs, "measures", made.append)
    *_, found = runs.sweep(CELLS)
    assert set(found) == set(CELLS)
    assert made == []
    assert len(runs.JOBS) == 0


def test_an_error_of_a_cell_ends_the_sweep_and_may_be_tried_again(here, monkeypatch):
    fails, measures = [True], runs.measures

    def sometimes(cell):
        if fails:
            raise ArithmeticError(cell.depth)
        return measures(cell)

    monkeypatch.setattr(runs, "measures", sometimes)
    with pytest.raises(ArithmeticError):
        list(runs.sweep(CELLS))
    fails.clear()
    *_, found = runs.sweep(CELLS)
    assert set(found) == set(CELLS)


def test_the_time_left_follows_from_what_cells_took(here):
    before = here.seconds(CELLS)
    assert before == pytest.approx(sum(map(Cell.cost, CELLS)) * runs.SECONDS_PER_COST)
    job = Job(Ask(measures, CELLS[0]))
    job.finish()
    job.spent = 7.0
    here.keep(job)
    assert here.seconds(CELLS[:1]) == pytest.approx(7.0)


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
    from vanishing.ui import watching, whole
    from vanishing.ui.gate import GATE
    from vanishing.ui.scene import Growing
    from vanishing.ui.work import SHELF, Ask

    whole.ask()
    ask = Ask(runs.sweep, CELLS, waits=True)

    def redraw(found):
        st.text(f"drawn inside: {GATE.inside}")
        return EMPTY

    with GATE.turn():
        if st.session_state.get("_test_asked") is None:
            st.session_state["_test_asked"] = ask
            watching.grow(Growing("x", EMPTY, redraw, offer="some"), ask, "test")
        st.text(f"after: {GATE.inside} {SHELF.get(ask).finished}")


@pytest.mark.usefixtures("here")
def test_a_sweep_is_computed_outside_the_gate_and_drawn_inside(monkeypatch):
    computed, push = [], POOL.push

    def recorded(*args):
        computed.append(GATE.inside)
        return push(*args)

    monkeypatch.setattr(POOL, "push", recorded)
    monkeypatch.setattr(watching, "REDRAWN", 0.0)
    at = AppTest.from_function(gated, default_timeout=60).run()
    assert not at.exception
    assert at.text[-1].value == "after: True True"
    assert computed
    assert not any(computed)
    assert not GATE.inside
