"""The sweep of depth limits on one worker and on two, threads and processes."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import Budget, Technique
from vanishing.engine.depth.sweep import Sweep
from vanishing.engine.depth.workers import processes

TECHNIQUES = (Technique("tanh", "xavier_normal"), Technique("relu", "he_normal", "batch"))
BUDGET = Budget(steps=60)
WARM_UP = Budget(steps=1)
AIM = 1.8
ROUNDS = 3


def cells():
    """Enough cells of about one size that no worker waits for the other at the end."""
    return [
        depth_limits.Cell(technique, depth, Budget(steps=BUDGET.steps, seed=seed))
        for seed in range(6)
        for depth in (20, 12)
        for technique in TECHNIQUES
    ]


def seconds(executor, workers):
    """Time of all cells on so many workers, with each worker's start left out."""
    warm = [depth_limits.Cell(TECHNIQUES[0], depth, WARM_UP) for depth in depth_limits.DEPTHS]
    list(Sweep(executor, depth_limits.measure, {}, workers).run(warm))
    start = time.perf_counter()
    list(Sweep(executor, depth_limits.measure, {}, workers).run(cells()))
    return time.perf_counter() - start


def pools(workers):
    """Yield (name, executor) of each kind."""
    yield "threads", ThreadPoolExecutor(workers)
    yield "processes", processes(workers)


def use_all_cores():
    """Undo what holds the other benchmarks to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def main():
    """Print the table: the fastest of several rounds, taken in turns."""
    use_all_cores()
    print(
        f"{'sweep, 24 cells':<24}{'1 worker':>12}{'2 workers':>12}{'ratio':>8}{'aim':>8}{'met':>6}"
    )
    times = {}
    for _ in range(ROUNDS):
        for workers in (1, 2):
            for name, executor in pools(workers):
                with executor:
                    took = seconds(executor, workers)
                times[name, workers] = min(took, times.get((name, workers), took))
    for name in ("threads", "processes"):
        one, two = times[name, 1], times[name, 2]
        met = "yes" if one / two >= AIM else "no"
        print(f"{name:<24}{one:>10.2f} s{two:>10.2f} s{one / two:>8.2f}{'≥ 1.8':>8}{met:>6}")


if __name__ == "__main__":
    main()
