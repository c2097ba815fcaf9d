import gc
import subprocess
import sys
from pathlib import Path

import pytest

from vanishing.ui import executors

ROOT = Path(__file__).parents[2]


def test_without_an_address_it_is_processes_of_this_machine(monkeypatch):
    monkeypatch.setattr(executors, "cores", lambda: 3)
    chosen = executors.choose(None)
    assert (chosen.count, chosen.words, chosen.complaint) == (
        3,
        "3 processes of this machine",
        "",
    )
    monkeypatch.setattr(executors, "cores", lambda: 64)
    assert executors.choose("").count == executors.MOST
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
from vanishing.ui import executors

if __name__ == "__main__":
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp",
        dashboard_address=None,
        worker_dashboard_address=None,
    ) as cluster:
        chosen = executors.choose(cluster.scheduler_address)
        words = chosen.words.replace(cluster.scheduler_address, "ADDRESS")
        print(chosen.count, words, chosen.complaint, chosen.executor.submit(pow, 2, 5).result())
        chosen.executor._client.close()
"""


def test_a_cluster_is_used_and_its_workers_are_counted():
    pytest.importorskip("distributed")
    # A program of its own: a cluster gives its event loop ten seconds to start, too few at times
    # beside the threads that other tests have left.
    done = subprocess.run(
        [sys.executable, "-c", CLUSTER], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "2 2 workers of the Dask cluster at ADDRESS  32"


def test_one_thread_always_works():
    chosen = executors.one_thread("why")
    assert chosen.executor.submit(pow, 2, 5).result(timeout=10) == 32
    assert (chosen.count, chosen.complaint) == (1, "why")
