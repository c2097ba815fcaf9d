"""Chain draws against the time to draw their random numbers alone, and the median map."""

import time

import numpy as np

from vanishing.engine.chain import many
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.nets import activations

CHAINS, DEPTH = 10_000, 100
AIM_RATIO = 3.0
AIM_MAP_SECONDS = 0.5
ROUNDS = 7


def best_time(call):
    """Seconds of the fastest of several rounds: what the work costs when nothing disturbs it."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def rows():
    """Yield (what, milliseconds, result, aim, met) for each line of the table."""
    rng = np.random.default_rng(0)
    alone = best_time(lambda: rng.standard_normal(CHAINS * DEPTH))
    yield f"{CHAINS:,} × {DEPTH} normal numbers alone", alone, "1.0 ×", "", ""
    for key in activations.KEYS:
        activation = activations.get(key)
        took = best_time(lambda a=activation: many.draws(DEPTH, 1.0, a, CHAINS))
        ratio = took / alone
        met = "yes" if ratio <= AIM_RATIO else "no"
        yield f"draws, {key}", took, f"{ratio:.1f} ×", f"≤ {AIM_RATIO:.0f} ×", met
    sigmoid = activations.get("sigmoid")
    depths, sigmas = range(4, 101, 4), np.geomspace(0.1, 10.0, 31)
    took = best_time(lambda: many.median_map(depths, sigmas, sigmoid))
    met = "yes" if took <= AIM_MAP_SECONDS else "no"
    what = "median map, 25 depths × 31 σ_w × 2,000 draws"
    yield what, took, f"{took:.3f} s", f"≤ {AIM_MAP_SECONDS} s", met
    for key in ("sigmoid", "tanh"):
        activation = activations.get(key)
        took = best_time(lambda a=activation: chain_theory.theory(DEPTH, 1.0, a))
        yield f"theory, {key}, {DEPTH} layers", took, "", "", ""


def main():
    """Print the table."""
    print(f"{'chains':<48}{'time':>10}{'result':>10}{'aim':>10}{'met':>6}")
    for what, seconds, result, aim, met in rows():
        print(f"{what:<48}{seconds * 1e3:>7.1f} ms{result:>10}{aim:>10}{met:>6}")


if __name__ == "__main__":
    main()
