"""One core, one thread, turns taken: times of rivals that can be held against each other."""

import os
import statistics
import time

from threadpoolctl import threadpool_info, threadpool_limits

ROUNDS = 7
BLOCK_SECONDS = 0.02

SINGLE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def use_one_core():
    """Hold this process, with its BLAS, PyTorch and JAX, to one core. Call before importing them.

    Returns a line that says how.
    """
    os.environ.update(SINGLE_THREAD)
    threadpool_limits(limits=1)
    if not hasattr(os, "sched_setaffinity"):
        return "one thread each; this system cannot hold a process to one core"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"one thread each, held to core {core}"


def release():
    """Give back all cores and threads: what a server's threads cost one another needs several."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count()))
    for name in SINGLE_THREAD:
        os.environ.pop(name, None)


def describe_blas():
    """Name the BLAS libraries that are loaded, and their threads."""
    libraries = [
        f"{info['internal_api']} {info.get('version')} {info.get('architecture', '')}".strip()
        + f", {info['num_threads']} thread"
        for info in threadpool_info()
        if info["user_api"] == "blas"
    ]
    return "; ".join(libraries) or "no BLAS found"


def seconds(call, times):
    """Time of one call, from a block of them."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def take_turns(calls):
    """Time each call in ROUNDS blocks, a block of one after a block of the other.

    Returns, by name, the seconds per call in each round: what disturbs the machine for a while
    disturbs all of them, so that ratios within a round are fair.
    """
    blocks = {}
    for name, call in calls.items():
        seconds(call, 3)
        blocks[name] = max(3, round(BLOCK_SECONDS / seconds(call, 3)))
    found = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            found[name].append(seconds(call, blocks[name]))
    return found


def median_ratio(found, above, below):
    """Median over the rounds of the time of `above` in units of the time of `below`."""
    return statistics.median(a / b for a, b in zip(found[above], found[below], strict=True))
