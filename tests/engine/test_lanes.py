import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from vanishing.engine import lanes
from vanishing.engine.costs import TooCostlyError
from vanishing.engine.lanes import CannotStartError, Process, spread
from vanishing.engine.nets.training import Settings

ROOT = Path(__file__).parents[2]
PATIENCE = 60
KILLS = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill")


@pytest.fixture(scope="module")
def lane():
    with Process() as process:
        yield process


def seen_there():
    """Return what a process looks like from inside."""
    import numpy  # noqa: F401 - loads the BLAS that is asked about

    blas = [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]
    heavy = [name for name in ("streamlit", "altair", "pandas") if name in sys.modules]
    print("what a computation prints does not get between the answers")
    return set(blas), heavy, sys.modules["__main__"].__dict__.get("__file__"), os.getpid()


def test_a_process_is_another_one_with_one_blas_thread_and_nothing_of_the_app(lane):
    blas, heavy, main, pid = lane.submit(seen_there).result(PATIENCE)
    assert (blas, heavy, main) == ({1}, [], None)
    assert pid == lane.pid != os.getpid()


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no priorities like that")
def test_a_process_stands_back_behind_this_one(lane):
    here = os.getpriority(os.PRIO_PROCESS, 0)
    there = lane.submit(os.getpriority, os.PRIO_PROCESS, 0).result(PATIENCE)
    assert there == min(here + lanes.NICE, 19)


def refused():
    settings = Settings(data="digits", samples=1000, depth=50, width=256, steps=20_000, seeds=50)
    settings.check_cost()


class Stubborn(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def stubborn():
    raise Stubborn(1, 2)


def test_an_error_arrives_with_where_it_arose(lane):
    with pytest.raises(TooCostlyError, match="nearest that fits") as caught:
        lane.submit(refused).result(PATIENCE)
    assert "in refused" in "".join(caught.value.__notes__)
    with pytest.raises(RuntimeError, match="Stubborn: 1 2"):
        lane.submit(stubborn).result(PATIENCE)
    with pytest.raises(ZeroDivisionError):
        lane.submit(divmod, 1, 0).result(PATIENCE)
    assert lane.submit(pow, 2, 5).result(PATIENCE) == 32


def test_what_cannot_be_sent_is_the_caller_s_error_and_the_lane_goes_on(lane):
    with pytest.raises((AttributeError, TypeError, lanes.pickle.PicklingError)):
        lane.submit(lambda: 1).result(PATIENCE)
    assert lane.submit(pow, 2, 5).result(PATIENCE) == 32


@KILLS
def test_a_process_that_is_killed_is_lost_once_and_starts_again(lane):
    before = lane.submit(os.getpid).result(PATIENCE)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(BrokenExecutor, match=f"process {before} is gone"):
        lane.submit(os.getpid).result(PATIENCE)
    assert lane.submit(os.getpid).result(PATIENCE) != before


@KILLS
def test_a_process_that_kills_itself_in_the_middle_is_lost(lane):
    with pytest.raises(BrokenExecutor):
        lane.submit(os.abort).result(PATIENCE)
    assert lane.submit(pow, 2, 5).result(PATIENCE) == 32


def test_where_no_process_starts_it_says_so(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Process() as process, pytest.raises(CannotStartError, match="no process can be started"):
        process.submit(pow, 2, 5).result(PATIENCE)


def gone(pid):
    """Wait until a process has ended: waited for, or not yet."""
    for _ in range(PATIENCE * 20):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system does not show processes")
def test_a_lane_that_is_shut_down_or_dropped_leaves_no_process():
    first, second = Process(), Process()
    pids = [lane.submit(os.getpid).result(PATIENCE) for lane in (first, second)]
    first.shutdown()
    del second
    assert all(gone(pid) for pid in pids)
    with pytest.raises(RuntimeError, match="after shutdown"):
        first.submit(pow, 2, 5)


PROGRAM = """
import os, time
from vanishing.engine.lanes import Process
lane = Process()
print(lane.submit(os.getpid).result(), flush=True)
time.sleep(100)
"""


@KILLS
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system does not show processes")
def test_a_process_does_not_outlive_a_program_that_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as program:
        process = int(program.stdout.readline())
        os.kill(process, 0)
        program.send_signal(signal.SIGKILL)
    assert gone(process), "it is still there"


# --- several --------------------------------------------------------------------------------------


def test_every_item_is_given_once_with_what_is_computed_of_it():
    found = list(spread([ThreadPoolExecutor(1) for _ in range(3)], abs, range(-8, 0)))
    assert sorted(found) == [(item, -item) for item in range(-8, 0)]
    assert not list(spread([ThreadPoolExecutor(1)], abs, ()))


def test_each_lane_has_one_item_at_a_time_and_closing_begins_no_other():
    begun = []
    given = spread([ThreadPoolExecutor(1), ThreadPoolExecutor(1)], begun.append, range(10))
    for _ in range(3):
        next(given)
        assert len(begun) <= 2 + 3
    given.close()
    assert len(begun) <= 2 + 3


def test_an_error_of_an_item_is_raised():
    with pytest.raises(TypeError):
        list(spread([ThreadPoolExecutor(1)], abs, (1, "one")))
