import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from vanishing.engine.depth.workers import processes

ROOT = Path(__file__).parents[3]


def blas_threads(_):
    import numpy  # noqa: F401 - loads the BLAS that is asked about

    return [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]


def test_a_worker_uses_one_blas_thread():
    with processes(1) as executor:
        found = executor.submit(blas_threads, None).result(timeout=60)
    assert found
    assert set(found) == {1}


PROGRAM = """
import os, time
from vanishing.engine.depth.workers import processes
if __name__ == "__main__":
    executor = processes(1)
    print(executor.submit(os.getpid).result(), flush=True)
    time.sleep(100)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill like that")
def test_a_worker_does_not_outlive_a_program_that_is_killed(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.PIPE, text=True, env=environment
    ) as program:
        worker = int(program.stdout.readline())
        os.kill(worker, 0)
        program.send_signal(signal.SIGKILL)
    for _ in range(100):
        if not _lives(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there")


def _lives(pid):
    """Tell whether a process runs; one that ended but was not waited for does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
