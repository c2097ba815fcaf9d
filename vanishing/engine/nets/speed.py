"""How long an activation takes to compute, per element, side by side with the others."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vanishing.engine import limits
from vanishing.engine.nets.activations import Activation
from vanishing.engine.seeds import stream

ELEMENTS = 20_000
"""Pre-activations per call: they fit into a core's cache, as those of a small layer do."""

ROUNDS = 9
MAX_ROUNDS = 1_000


@dataclass(frozen=True)
class Speed:
    """The time of one activation, in nanoseconds per element.

    `value` is for f(z) alone, `with_slope` for f(z) and f′(z) together, as training needs them.
    """

    key: str
    name: str
    value: float
    with_slope: float


def per_element(
    chosen: Sequence[Activation],
    *,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Speed, ...]:
    """Time activations on z ~ N(0, 1), taking turns, and keep each one's median over rounds.

    Taking turns spreads whatever else the machine does evenly over all of them. `clock` gives
    seconds.
    """
    limits.whole("rounds", rounds, 1, MAX_ROUNDS)
    z = stream(0, "speed").standard_normal(ELEMENTS)
    calls = [call for a in chosen for call in (a.f, a.value_and_slope)]
    for call in calls:
        call(z)  # The first call pays for memory that the later ones find ready.
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, found in zip(calls, times, strict=True):
            begin = clock()
            call(z)
            found.append(clock() - begin)
    each = [statistics.median(found) * 1e9 / ELEMENTS for found in times]
    return tuple(
        Speed(a.key, a.name, value, with_slope)
        for a, value, with_slope in zip(chosen, each[::2], each[1::2], strict=True)
    )
