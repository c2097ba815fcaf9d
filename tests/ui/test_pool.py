import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine import pieces
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.lanes import CannotStartError, Process
from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings
from vanishing.engine.progress import Progress
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.wide import layers
from vanishing.evidence import trials
from vanishing.ui import executors, pool, work
from vanishing.ui.executors import Workers
from vanishing.ui.pool import Pool
from vanishing.ui.work import Ask, Job, once

SMALL = Settings(samples=20, depth=2, width=3, steps=12, seeds=2, records=5)


class ByHand(Executor):
    """A lane that computes when told to."""

    def __init__(self):
        self.waiting, self.order, self.closed = [], [], False

    def submit(self, call, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, call, args))
        return future

    def step(self):
        future, call, args = self.waiting.pop(0)
        if future.set_running_or_notify_cancel():
            self.order.append(args[2] if len(args) > 2 else args)
            future.set_result(call(*args))

    def lose(self, error):
        self.waiting.pop(0)[0].set_exception(error)

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True
        for future, _, _ in self.waiting:
            future.cancel()


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def counting(name):
    for number in range(1, 101):
        yield Progress(number, 100)
        yield number


@pytest.fixture
def item_by_item(monkeypatch):
    """Make a piece of each item."""
    monkeypatch.setattr(work, "advance", _one_item)


def _one_item(*args):
    return work_advance(*args, seconds=-1.0)


work_advance = work.advance


def job(name="a", begin=counting, **how):
    return Job(Ask(begin, name, heavy=True, **how))


def by_hand(lanes=1, clock=None):
    hands = tuple(ByHand() for _ in range(lanes))
    return Pool(lambda: Workers(hands, "some lanes"), clock or Clock()), hands


# --- turns ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("item_by_item")
def test_the_pieces_of_two_runs_alternate():
    lanes, (lane,) = by_hand()
    first, second = job("first"), job("second")
    for _ in range(4):
        for each in (first, second):
            lanes.push(each.ask, [each])
        lane.step()
    assert lane.order == ["first", "second", "first", "second"]
    assert (first.step, second.step) == (1, 1)


@pytest.mark.usefixtures("item_by_item")
def test_who_comes_later_waits_with_its_place_until_another_is_done_or_gone(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 2)
    clock = Clock()
    lanes, (lane,) = by_hand(clock=clock)
    runs = [job(name) for name in "abcd"]
    places = [lanes.push(each.ask, [each]) for each in runs]
    assert [place and place.before for place in places] == [None, None, 2, 3]
    assert len(lane.waiting) == 2, "who waits has no piece under way"
    assert places[3].seconds == pytest.approx(3 * work.GUESS)
    assert str(places[2]) == "in line: 2 before this, about 10 s of computing"
    # The first one has not been looked at for a while; the others have.
    clock.now = pool.LOOKED
    for each in runs[1:]:
        lanes.push(each.ask, [each])
    clock.now += 0.1
    assert lanes.push(runs[2].ask, [runs[2]]) is None
    assert lanes.push(runs[3].ask, [runs[3]]).before == 2
    assert lanes.push(runs[0].ask, [runs[0]]).before == 3, "back at the end of the line"


@pytest.mark.usefixtures("item_by_item")
def test_what_nobody_looks_at_stops_within_one_piece():
    lanes, (lane,) = by_hand()
    run = job()
    lanes.push("me", [run])
    lane.step()
    assert not lane.waiting
    assert run.step == 0, "its piece waits to be collected"
    lanes.push("me", [run])
    assert run.step == 1


@pytest.mark.usefixtures("item_by_item")
def test_what_several_want_is_computed_once_and_counts_once(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 2)
    lanes, (lane,) = by_hand()
    run, other = job("shared"), job("other")
    for _ in range(3):
        assert lanes.push(run.ask, [run]) is None
    assert len(lane.waiting) == 1
    assert lanes.push(other.ask, [other]) is None, "three visitors have one turn"
    assert lanes.sharing == 2


@pytest.mark.usefixtures("item_by_item")
def test_one_visitor_s_runs_have_one_piece_in_each_lane_the_least_advanced_first():
    lanes, hands = by_hand(2)
    runs = [job(name) for name in "abc"]
    for _ in range(3):
        lanes.push("me", runs)
        assert [len(hand.waiting) for hand in hands] == [1, 1]
        for hand in hands:
            hand.step()
    lanes.push("me", runs)
    assert [run.step for run in runs] == [1, 2, 1], "the second has a lane for itself"
    homes = {run.ask.settings: run.lane for run in runs}
    for hand in hands:
        assert {homes[name] for name in hand.order} == {hand}, "a run stays in its lane"


@pytest.mark.usefixtures("item_by_item")
def test_who_needs_a_moment_does_not_stand_in_line_behind_long_runs(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 1)
    lanes, (lane,) = by_hand()
    long, longer, short = job("long"), job("longer"), Job(work.heavy(work.once(pow, 2, 5)))
    assert lanes.push(1, [long]) is None
    assert lanes.push(2, [longer]).before == 1
    assert lanes.push(3, [short]) is None
    lane.step()
    lane.step()
    assert lanes.push(3, [short]) is None
    assert short.result == 32


@pytest.mark.usefixtures("item_by_item")
def test_of_those_who_need_little_too_the_first_take_turns(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 2)
    lanes, (lane,) = by_hand()
    moments = [Job(work.heavy(work.once(pow, 2, power))) for power in range(4)]
    places = [lanes.push(each.ask, [each]) for each in moments]
    assert [place and place.before for place in places] == [None, None, 2, 3]
    while not moments[0].finished:
        lane.step()
        lanes.push(moments[0].ask, [moments[0]])
    assert lanes.push(moments[2].ask, [moments[2]]) is None
    # Those who need a second stand in a line of their own, as those who need a minute.
    second = Job(work.heavy(work.once(pow, 2, 9)))
    second._guess = 1.0
    assert lanes.push("second", [second]) is None
    assert lanes.push("minute", [job("minute")]) is None


@pytest.mark.usefixtures("item_by_item")
def test_who_is_called_off_gives_up_the_place_unless_others_want_the_same(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 1)
    lanes, _ = by_hand()
    first, second = job("first"), job("second")
    with lanes.watched(1, "me"):
        lanes.push(1, [first])
        called_off(lanes, 1, "you")
        assert lanes.push(2, [second]).before == 1, "another still wants it"
    assert lanes.push(2, [second]).before == 1, "to draw a picture is not to leave"
    called_off(lanes, 1, "you")
    assert lanes.push(2, [second]).before == 1, "another is only drawing"
    called_off(lanes, 1, "me")
    assert lanes.push(2, [second]) is None
    assert not lanes._watching


def called_off(lanes, who, me):
    """Call off somebody who watches."""
    with pytest.raises(KeyboardInterrupt), lanes.watched(who, me):
        raise KeyboardInterrupt


@pytest.mark.usefixtures("item_by_item")
def test_a_line_is_for_good_and_who_is_done_stands_in_none(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 1)
    lanes, _ = by_hand()
    long, short, other = job("long"), job("short"), job("other")
    short._guess = other._guess = 0.1
    lanes.push("long", [long])
    # Nearly at its end: it stays where it came to.
    long.step, long.steps, long.spent = 99, 100, 1.0
    lanes.push("long", [long])
    assert lanes.push("short", [short]) is None
    short.finished = True
    assert lanes.push("other", [other]) is None


@pytest.mark.usefixtures("item_by_item")
def test_long_runs_give_way_while_somebody_needs_a_moment():
    clock = Clock()
    lanes, (lane,) = by_hand(clock=clock)
    long, short = job("long"), Job(work.heavy(work.once(pow, 2, 5)))
    lanes.push(1, [long])
    lane.step()
    lanes.push(2, [short])
    for _ in range(3):
        lanes.push(1, [long])
    assert len(lane.waiting) == 2, "the short one, and one piece of the long one"
    lane.step()
    lane.step()
    lanes.push(1, [long])
    assert not lane.waiting
    clock.now += pool.WAY
    lanes.push(1, [long])
    assert len(lane.waiting) == 1, "but they do go on"
    while not short.finished:
        lane.step()
        lanes.push(2, [short])


def test_runs_that_need_much_memory_do_not_take_turns(monkeypatch):
    heavy = Ask(training.runs, SMALL, heavy=True)
    monkeypatch.setattr(pool, "BYTES", 1.5 * SMALL.memory())
    lanes, (lane,) = by_hand()
    first, second = Job(heavy), Job(replace(heavy, settings=replace(SMALL, seed=1)))
    assert lanes.push(1, [first]) is None
    assert lanes.push(2, [second]).before == 1
    lane.step()
    assert lanes.push(1, [first]) is None
    assert first.finished
    assert lanes.push(2, [second]) is None


@pytest.mark.usefixtures("item_by_item")
def test_who_needs_one_piece_at_once_does_not_stand_in_line(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 1)
    lanes, (lane,) = by_hand()
    first, stopped = job("first"), job("stopped")
    lanes.push(1, [first])
    assert lanes.push(2, [stopped]).before == 1
    other = job("stopped too")
    lanes.push(None, [stopped, other])
    assert len(lane.waiting) == 3, "of each a piece, not one after the other behind all the others"


@pytest.mark.usefixtures("item_by_item")
def test_lanes_are_told_which_runs_somebody_waits_for():
    lanes, (lane,) = by_hand()
    told, submit = [], lane.submit

    def listening(call, /, *args, wanted=(), **named):
        told.append(set(wanted))
        return submit(call, *args, **named)

    lane.submit = listening
    first, second, alone = job("first"), job("second"), job("alone")
    lanes.push(1, [first])
    lanes.push(2, [second])
    lanes.push(None, [alone])
    assert told == [{first.key}, {first.key, second.key}, {first.key, second.key}]


@pytest.mark.usefixtures("item_by_item")
def test_a_run_has_one_piece_under_way_whoever_sends_it():
    run, lane = job(), ByHand()
    for _ in range(2):
        run.send(lane)
    assert len(lane.waiting) == 1


# --- errors and losses ----------------------------------------------------------------------------


def failing(_):
    yield Progress(1, 2)
    raise ArithmeticError("three")


def test_an_error_reaches_everybody_who_wants_the_run():
    lanes, (lane,) = by_hand()
    run = job(begin=failing)
    lanes.push(1, [run])
    lane.step()
    for visitor in (1, 2):
        with pytest.raises(ArithmeticError, match="three"):
            lanes.push(visitor, [run])
    assert not run.finished


@pytest.mark.usefixtures("item_by_item")
def test_a_run_that_its_lane_has_dropped_says_to_its_end_that_it_began_anew():
    lanes, (lane,) = by_hand()
    run = job()
    told = []
    for piece in range(12):
        if piece == 6:
            pieces._runs.clear()
        lanes.push(1, [run])
        lane.step()
        lanes.push(1, [run])
        told.append(run.told)
    assert [words for words in told[:6] if "again" in words] == []
    assert [words for words in told[6:] if not words.startswith("started again, step ")] == []
    assert told[-1].endswith("step 3 of 100")


@pytest.mark.usefixtures("item_by_item")
def test_a_run_whose_piece_is_lost_starts_again_and_says_so():
    lanes, (lane,) = by_hand()
    run = job()
    for _ in range(3):
        lanes.push(1, [run])
        lane.step()
    lanes.push(1, [run])
    assert run.told == "step 2 of 100"
    lane.lose(BrokenExecutor("gone"))
    pieces._runs.clear()
    lanes.push(1, [run])
    lane.step()
    lanes.push(1, [run])
    assert run.told == "started again, step 1 of 100"
    assert lanes.workers.words == "some lanes"


def test_a_run_that_breaks_every_lane_ends_in_that_error(monkeypatch):
    monkeypatch.setattr(pool, "LOSSES", 100)
    lanes, (lane,) = by_hand()
    run = job()
    lanes.push(1, [run])
    for _ in range(work.LOSSES):
        lane.lose(BrokenExecutor("gone"))
        lanes.push(1, [run])
    lane.lose(BrokenExecutor("gone"))
    for _ in range(2):
        with pytest.raises(BrokenExecutor):
            lanes.push(1, [run])


def test_lanes_that_do_not_start_are_replaced_by_a_thread_at_once():
    lanes, (lane,) = by_hand()
    run = job()
    lanes.push(1, [run])
    lane.lose(CannotStartError("no process can be started: no"))
    lanes.push(1, [run])
    assert lane.closed
    while not run.finished:
        lanes.push(1, [run], 1.0)
    assert (run.finished, run.result, lane.closed) == (True, 100, True)
    assert lanes.workers.words == "one thread"
    assert lanes.workers.complaint == (
        "Lost some lanes (no process can be started: no). Computing in one thread instead."
    )


def test_lanes_that_are_lost_again_and_again_are_replaced_once(monkeypatch):
    monkeypatch.setattr(pool, "TURNS", 8)
    lanes, (lane,) = by_hand()
    runs = [job(name) for name in "abcdefgh"]
    for each in runs:
        lanes.push(each.ask, [each])
    for _ in runs:
        lane.lose(BrokenExecutor("gone"))
    for each in runs[: pool.LOSSES]:
        lanes.push(each.ask, [each])
    after = lanes.workers
    assert after.words == "one thread"
    for each in runs[pool.LOSSES :]:
        lanes._collect([each])
    assert lanes.workers is after, "the others were lost with the same lanes"
    for each in runs:
        while not each.finished:
            lanes.push(each.ask, [each], 1.0)
        assert each.result == 100


def test_a_real_failure_to_start_falls_back_too(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    lanes = Pool(executors.local)
    run = job()
    while not run.finished:
        lanes.push(1, [run], 1.0)
    assert run.result == 100
    assert "no process can be started" in lanes.workers.complaint
    lanes.use(None)


# --- processes ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def processes():
    lanes = Pool(lambda: Workers((Process(),), "a process"))
    yield lanes
    lanes.workers.lanes[0].shutdown()


def far(lanes, ask):
    run = Job(replace(ask, heavy=True))
    while not run.finished:
        lanes.push(ask, [run], 1.0)
    return run.result


CELL = depth_limits.Cell(
    depth_limits.Technique("relu", "he_normal", "batch"),
    3,
    depth_limits.Budget(samples=60, batch=20, steps=20, width=8, seeds=2),
)
KINDS = {
    "training": Ask(training.runs, SMALL),
    "training that diverges": Ask(training.runs, replace(SMALL, learning_rate=1e3, depth=1)),
    "recurrent": Ask(
        recurrent_training.runs,
        recurrent_training.Settings(length=5, units=3, steps=9, seeds=2, records=4),
    ),
    "fresh nets": Ask(layers.starts, layers.Settings(depth=3, width=8, seeds=2)),
    "dead units": Ask(dead_runs.watches, SMALL),
    "a cell": Ask(depth_limits.measures, CELL),
    "a trial": Ask(trials.run, trials.Trial("C7", 3)),
    "a function": once(np.arange, 3, dtype="int8"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_gives_the_numbers_of_this_process(processes, kind):
    here, there = Job(KINDS[kind]).finish(), far(processes, KINDS[kind])
    assert_same(here, there)


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, tuple | list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_same(*pair)
    elif isinstance(one, dict):
        assert_same(list(one.items()), list(other.items()))
    elif hasattr(one, "__dataclass_fields__"):
        for name in one.__dataclass_fields__:
            assert_same(getattr(one, name), getattr(other, name))
    else:
        assert one == other or (one != one and other != other)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill")
def test_a_killed_process_is_replaced_and_its_run_ends_with_the_same_result(processes):
    settings = replace(SMALL, steps=10_000)
    run = Job(Ask(training.runs, settings, heavy=True))
    while not run.step > 0:
        processes.push(1, [run], 1.0)
    before = processes.workers.lanes[0].pid
    os.kill(before, signal.SIGKILL)
    assert not run.finished, "too short a run to be killed in the middle"
    while not run.finished:
        processes.push(1, [run], 1.0)
    assert processes.workers.lanes[0].pid != before
    assert "started again" in run.told
    assert processes.workers.complaint == ""
    assert_same(run.result, Job(run.ask).finish())


# --- visitors first -------------------------------------------------------------------------------


@pytest.mark.usefixtures("item_by_item")
def test_the_pool_is_idle_when_nobody_looks_at_a_run():
    clock = Clock()
    lanes, (lane,) = by_hand(clock=clock)
    assert lanes.idle
    run = job()
    lanes.push(1, [run])
    lane.step()
    assert not lanes.idle
    clock.now = pool.LOOKED + 1.0
    assert lanes.idle
