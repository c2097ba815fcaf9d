import threading
import time
import warnings
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import Budget, Cell, Technique
from vanishing.engine.depth.sweep import SECONDS_PER_COST, Sweep
from vanishing.engine.depth.workers import processes


@dataclass(frozen=True)
class Job:
    number: int
    wait: float = 0.0

    def cost(self):
        return self.number


JOBS = tuple(Job(n) for n in range(1, 9))


def square(job):
    time.sleep(job.wait)
    return job.number**2


def fails_at_three(job):
    if job.number == 3:
        raise ArithmeticError("three")
    return job.number


class ByHand(Executor):
    """Computes when told to."""

    def __init__(self):
        self.waiting = []

    def submit(self, call, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, call, args))
        return future

    def step(self, index=0):
        future, call, args = self.waiting.pop(index)
        if future.set_running_or_notify_cancel():
            future.set_result(call(*args))


def test_every_wanted_cell_is_given_once_with_its_result():
    with ThreadPoolExecutor(3) as executor:
        sweep = Sweep(executor, square, {}, 3)
        found = list(sweep.run((*JOBS, JOBS[0]), 0.05))
    assert len(found) == len(JOBS)
    assert dict(found) == {job: job.number**2 for job in JOBS} == sweep.known


def test_results_come_as_they_are_done_not_in_order():
    slow = (Job(1, 0.3), Job(2, 0.0), Job(3, 0.0))
    with ThreadPoolExecutor(2) as executor:
        order = [job.number for job, _ in Sweep(executor, square, {}, 2).run(slow, 0.05)]
    assert order[-1] == 1


def test_what_is_known_is_not_computed_again():
    executor = ByHand()
    known = {JOBS[0]: "known", JOBS[2]: "known"}
    sweep = Sweep(executor, square, known, 10)
    sweep.push(JOBS[:4])
    assert [args[1] for _, _, args in executor.waiting] == [JOBS[1], JOBS[3]]
    for _ in range(2):
        executor.step()
    assert set(sweep.push(JOBS[:4])) == {JOBS[1], JOBS[3]}
    assert known == {JOBS[0]: "known", JOBS[1]: 4, JOBS[2]: "known", JOBS[3]: 16}


def test_no_more_cells_are_under_way_than_workers_and_one():
    executor = ByHand()
    sweep = Sweep(executor, square, {}, 2)
    for _ in range(5):
        sweep.push(JOBS)
        sweep.push(JOBS[::-1])
        assert len(executor.waiting) == 3


def test_closing_stops_and_a_later_run_goes_on():
    known = {}
    with ThreadPoolExecutor(1) as executor:
        first = Sweep(executor, square, known, 1).run(JOBS, 0.05)
        given = [next(first) for _ in range(3)]
        first.close()
    assert 3 <= len(known) < len(JOBS), "it went on after it was closed"
    with ThreadPoolExecutor(1) as executor:
        rest = dict(Sweep(executor, square, known, 1).run(JOBS, 0.05))
    assert rest == {job: job.number**2 for job in JOBS}
    assert dict(given).items() <= rest.items()


def test_cancelled_cells_are_taken_back_unless_they_run():
    executor = ByHand()
    sweep = Sweep(executor, square, {}, 2)
    sweep.push(JOBS)
    running = executor.waiting[0][0]
    running.set_running_or_notify_cancel()
    sweep.cancel(JOBS)
    assert [future.cancelled() for future, _, _ in executor.waiting] == [False, True, True]
    running.set_result((1, 0.1))
    sweep.push(())
    assert sweep.known == {JOBS[0]: 1}, "what was under way is kept"
    sweep.push(JOBS)
    assert len(executor.waiting) == 6, "what was taken back can be asked for again"


def test_an_error_reaches_those_who_want_the_cell_and_nobody_else():
    with ThreadPoolExecutor(1) as executor:
        sweep = Sweep(executor, fails_at_three, {}, 1)
        with pytest.raises(ArithmeticError, match="three"):
            list(sweep.run(JOBS, 0.05))
        sweep.push(JOBS[2:3])
        time.sleep(0.1)
        assert sweep.push(JOBS[:2]) == []
        assert dict(sweep.run(JOBS[:2], 0.05)) == {JOBS[0]: 1, JOBS[1]: 2}


def test_lost_work_is_an_error_not_an_endless_loop():
    executor = ByHand()
    sweep = Sweep(executor, square, {}, 1)
    sweep.push(JOBS)
    executor.waiting[0][0].cancel()  # by the executor, say because its workers are gone
    with pytest.raises(CancelledError):
        sweep.push(JOBS)


def test_progress_is_by_cost_and_its_time_by_what_cells_took():
    executor = ByHand()
    sweep = Sweep(executor, square, {}, 2)
    wanted = JOBS[:4]  # costs 1, 2, 3, 4
    before = sweep.progress(wanted)
    assert (before.done, before.cells, before.share) == (0, 4, 0.0)
    assert before.remaining == pytest.approx(10 * SECONDS_PER_COST / 2)
    sweep.push(wanted)
    future = executor.waiting[2][0]
    future.set_result((9, 6.0))  # the cell of cost 3 took 6 s
    sweep.push(wanted)
    after = sweep.progress(wanted)
    assert (after.done, after.share) == (1, pytest.approx(0.3))
    assert after.remaining == pytest.approx(7 * 2.0 / 2)
    assert (after.others, sweep.progress(JOBS[4:]).others) == (0, 3)


def test_several_threads_push_one_sweep_and_no_cell_is_computed_twice():
    made = []

    def count(job):
        made.append(job)
        return job.number

    with ThreadPoolExecutor(2) as executor:
        sweep = Sweep(executor, count, {}, 2)
        visitors = [threading.Thread(target=lambda: list(sweep.run(JOBS, 0.01))) for _ in range(4)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join(timeout=20)
    assert sorted(job.number for job in made) == [job.number for job in JOBS]


def test_workers_are_at_least_one():
    with pytest.raises(ValueError, match="workers"):
        Sweep(ByHand(), square, {}, 0)


# --- real executors -------------------------------------------------------------------------------

BUDGET = Budget(samples=60, batch=20, steps=20, width=8, seeds=2)
CELLS = tuple(
    Cell(technique, depth, BUDGET)
    for technique in (Technique("relu", "he_normal", "batch"), Technique("tanh", "xavier_normal"))
    for depth in (1, 3)
)


def test_processes_give_the_numbers_of_this_process():
    with processes(2) as executor:
        found = dict(Sweep(executor, depth_limits.measure, {}, 2).run(CELLS, 0.1))
    assert found == {cell: depth_limits.measure(cell) for cell in CELLS}


def test_a_dask_cluster_gives_the_numbers_of_this_process():
    with warnings.catch_warnings():
        # Its import is not what is tested.
        warnings.simplefilter("ignore")
        distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        sweep = Sweep(client.get_executor(), depth_limits.measure, {}, 2)
        found = dict(sweep.run(CELLS, 0.1))
    assert found == {cell: depth_limits.measure(cell) for cell in CELLS}
