"""The sweep of depth limits on one worker and on two, threads and processes."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import Budget, Technique
from vanishing.engine.lanes import Process, spread

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


def seconds(lanes):
    """Time of all cells in these lanes, with each one's start left out."""
    warm = [depth_limits.Cell(TECHNIQUES[0], depth, WARM_UP) for depth in depth_limits.DEPTHS]
    list(spread(lanes, depth_limits.measure, warm))
    start = time.perf_counter()
    list(spread(lanes, depth_limits.measure, cells()))
    return time.perf_counter() - start


KINDS = {"threads": lambda: ThreadPoolExecutor(1), "processes": Process}


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
            for name, kind in KINDS.items():
                lanes = [kind() for _ in range(workers)]
                took = seconds(lanes)
                for lane in lanes:
                    lane.shutdown()
                times[name, workers] = min(took, times.get((name, workers), took))
    for name in KINDS:
        one, two = times[name, 1], times[name, 2]
        met = "yes" if one / two >= AIM else "no"
        print(f"{name:<24}{one:>10.2f} s{two:>10.2f} s{one / two:>8.2f}{'≥ 1.8':>8}{met:>6}")


if __name__ == "__main__":
    main()
