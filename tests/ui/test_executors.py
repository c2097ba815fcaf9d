import gc
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from vanishing.ui import executors

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("cores", "lanes"), [(1, 1), (2, 1), (4, 3), (64, executors.MOST)])
def test_without_an_address_it_is_processes_of_this_machine(monkeypatch, cores, lanes):
    monkeypatch.setattr(executors, "cores", lambda: cores)
    chosen = executors.choose("")
    assert (len(chosen.lanes), chosen.complaint, chosen.apart) == (lanes, "", True)
    assert chosen.words == ("1 process" if lanes == 1 else f"{lanes} processes") + (
        " of this machine"
    )


def test_it_counts_the_cores_that_it_may_use():
    assert executors.cores() >= 1


def test_without_the_package_it_says_so_and_computes_here(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    chosen = executors.choose("tcp://10.0.0.5:8786")
    assert "of this machine" in chosen.words
    assert "VANISHING_SCHEDULER asks for the Dask scheduler at tcp://10.0.0.5:8786" in (
        chosen.complaint
    )
    assert "pip install distributed" in chosen.complaint


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://"])
def test_an_address_that_leads_nowhere_is_named(monkeypatch, address):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    chosen = executors.choose(address)
    assert "of this machine" in chosen.words
    assert "cannot be used" in chosen.complaint
    left = [thing for thing in gc.get_objects() if type(thing) is distributed.Client]
    assert not left, "closed at an unlucky moment it would wait for ever"


CLUSTER = """
import distributed
from dataclasses import replace
from vanishing.engine.depth import limits
from vanishing.engine.nets import training
from vanishing.ui import executors
from vanishing.ui.pool import Pool
from vanishing.ui.work import Ask, Job

SETTINGS = training.Settings(samples=20, depth=2, width=3, steps=1_500, seeds=2, records=5)
CELL = limits.Cell(
    limits.ARTICLE, 3, limits.Budget(samples=60, batch=20, steps=20, width=8, seeds=2)
)


def finish(pool, job):
    while not job.finished:
        pool.push(1, [job], 1.0)
    return job.result


if __name__ == "__main__":
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=2,
        protocol="tcp",
        dashboard_address=None,
        worker_dashboard_address=None,
    ) as cluster:
        executors.PATIENCE = 1
        chosen = executors.choose(cluster.scheduler_address)
        words = chosen.words.replace(cluster.scheduler_address, "ADDRESS")
        print(len(chosen.lanes), words, chosen.complaint)
        pool = Pool(lambda: chosen)

        here = Job(Ask(training.runs, SETTINGS)).finish()
        job = Job(Ask(training.runs, SETTINGS, heavy=True))
        there = finish(pool, job)
        print("training:", (there.final.loss == here.final.loss).all(), job.told)

        cell = finish(pool, Job(Ask(limits.measures, CELL, heavy=True)))
        print("a cell:", cell == limits.measure(CELL))

        job = Job(Ask(training.runs, replace(SETTINGS, steps=3_000), heavy=True))
        while not job.step:
            pool.push(1, [job], 1.0)
        address = job.lane._address
        (victim,) = [w for w in cluster.workers.values() if w.worker_address == address]
        victim.process.process._process.kill()
        finish(pool, job)
        here = Job(job.ask).finish()
        print("a worker killed:", (job.result.final.loss == here.final.loss).all(), job.told)
        print(pool.workers is chosen)
        chosen.lanes[0]._client.close()
"""


def test_a_cluster_computes_all_kinds_of_runs_and_may_lose_a_worker(tmp_path):
    pytest.importorskip("distributed")
    # A program of its own: a cluster gives its event loop ten seconds to start, too few at times
    # beside the threads that other tests have left.
    program = tmp_path / "program.py"
    program.write_text(CLUSTER)
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "2 2 workers of the Dask cluster at ADDRESS ",
        "training: True step 1,500 of 1,500",
        "a cell: True",
        "a worker killed: True started again, step 3,000 of 3,000",
        "True",
    ]


def test_one_thread_always_works():
    chosen = executors.one_thread("why")
    assert chosen.lanes[0].submit(pow, 2, 5).result(timeout=10) == 32
    assert (len(chosen.lanes), chosen.complaint, chosen.apart) == (1, "why", False)


def test_a_lost_cluster_is_replaced_by_this_machine():
    lost = executors.Workers((executors.OnCluster(None, 0),), "2 workers of the Dask cluster")
    then = executors.instead(lost, BrokenExecutor("the cluster has no workers"))
    assert "of this machine" in then.words
    assert then.complaint == (
        "Lost 2 workers of the Dask cluster (the cluster has no workers). Computing on this "
        "machine instead."
    )
