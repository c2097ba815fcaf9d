from concurrent.futures import Executor, Future
from dataclasses import replace

import pytest

from vanishing.engine import pieces
from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings
from vanishing.engine.progress import Progress
from vanishing.ui import pool, work
from vanishing.ui.executors import Workers
from vanishing.ui.pool import Pool
from vanishing.ui.work import Ask, Job

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
