"""Lanes that are lost, or cannot be had, and real processes: a run ends with the same result."""

import os
import signal
from concurrent.futures import BrokenExecutor
from dataclasses import replace

import numpy as np
import pytest

from tests.pages.support import open_page
from tests.ui.test_pool import SMALL, by_hand, job
from vanishing.engine import pieces
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.lanes import CannotStartError, Process
from vanishing.engine.nets import training
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.wide import layers
from vanishing.evidence import trials
from vanishing.ui import executors, pool, site, watching, work
from vanishing.ui.executors import Workers
from vanishing.ui.kept import KEPT
from vanishing.ui.pool import Pool
from vanishing.ui.work import Ask, Job, once


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


@pytest.mark.parametrize("at", ["compute", "go_on"])
def test_a_run_that_is_given_up_is_told_in_words_and_no_error_page(at, monkeypatch):
    def lose(*_):
        raise BrokenExecutor("lost")

    KEPT.clear()
    monkeypatch.setattr(watching, at, lose)
    page = open_page(site.page_at("training"), train_steps="30", train_seed="77")
    assert not page.exception
    assert [error.value for error in page.error] == [watching.LOST]
