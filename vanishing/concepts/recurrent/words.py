"""What to notice about recurrent nets, in sentences made from the present numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vanishing.concepts.recurrent.facts import Curve, Runs, end_of, median_of
from vanishing.concepts.recurrent.table import NAMES
from vanishing.engine.arrays import Array
from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.recurrent.training import Run
from vanishing.engine.recurrent.unrolled import Spectrum
from vanishing.text import count, number, of_log10, percent, setting

STEADY = 0.5
"""Decades within which a size over all steps counts as steady."""

SOLVED = 0.1
"""Share of the baseline's error below which a task counts as learned."""

UNBOUNDED = {"ReLU", "linear"}


# --- through time -------------------------------------------------------------------------------


def through_time(
    states: Mapping[str, Array], gradients: Mapping[str, Curve], limits: Mapping[str, float]
) -> list[str]:
    """Say what state and gradient do, by activation.

    States are log₁₀ RMS, (S, T + 1); limits γ σ_max, median over nets.
    """
    steps = next(iter(states.values())).shape[1] - 1
    sentences = []
    for name, logs in states.items():
        size = median_of(gradients[name].values[:, -1])
        sentences.append(
            f"**{name}**: after {count(steps, 'step')} the state's size is "
            f"{of_log10(median_of(logs[:, -1]))}, and ∂h_T/∂h₀ is {of_log10(size)}: the gradient "
            f"{_fate(size)} (medians)."
        )
    return [*sentences, *_ceiling(states), _bounds(limits, steps)]


def _fate(log: float) -> str:
    if np.isneginf(log):
        return "is exactly 0"
    if abs(log) <= STEADY:
        return "stays of the same order"
    return "vanishes" if log < 0 else "explodes"


def dashed(reaches: Mapping[str, int], units: int, steps: int) -> str:
    """Say what the dashed lines are, and for how many steps each activation's applies."""
    if not reaches:
        return ""
    told = " Dashed: predicted for n → ∞"
    if min(reaches.values()) >= steps:
        return f"{told}."
    far = ", ".join(f"{name} {reach}" for name, reach in reaches.items())
    return f"{told}; with {count(units, 'unit')} it applies only up to so many steps: {far}."


def _ceiling(states: Mapping[str, Array]) -> list[str]:
    """Say which states have a ceiling, where some have and some have none."""
    free = [name for name in states if name in UNBOUNDED]
    bounded = [name for name in states if name not in UNBOUNDED]
    if not free or not bounded:
        return []
    top = {name: float(states[name][:, 1:].max()) for name in free}
    worst = max(top, key=lambda name: top[name])
    return [
        f"The state of {' and '.join(bounded)} cannot exceed 1 from step 1 on. That of "
        f"{' and '.join(free)} has no ceiling: the largest of any net ({worst}) is "
        f"{of_log10(top[worst])}."
    ]


def _bounds(limits: Mapping[str, float], steps: int) -> str:
    below = [name for name, value in limits.items() if value < 1]
    above = [name for name in limits if name not in below]
    parts = []
    if below:
        listed = ", ".join(f"{name} {number(limits[name])}" for name in below)
        parts.append(f"γ σ_max is below 1 ({listed}): the gradient **must** vanish")
    if above:
        listed = ", ".join(f"{name} {number(limits[name])}" for name in above)
        parts.append(f"γ σ_max is not below 1 ({listed}): the gradient **can** grow, but need not")
    return "Bound (γ σ_max) per step, median over nets: " + "; ".join(parts) + "."


def counter_example(spectrum: Spectrum, found: Curve, beside: Curve, left: Array) -> list[str]:
    """Say what the counter-example shows, and what holds of it only at its fixed point.

    The gradients are those from the fixed point and `beside` it; `left`, (T + 1,), is how far the
    second orbit is from there.
    """
    steps = int(found.x[-1])
    return [
        f"Both eigenvalues of W are 0, so W² = 0, and yet ∂h_T/∂h₀ after {count(steps, 'step')} is "
        f"**{of_log10(float(found.values[0, -1]), 3)}**. It is the largest *singular* value, "
        f"{number(spectrum.norm)}, that bounds the growth per step, not the largest eigenvalue.",
        "The slopes come between: at the fixed point f′(z) is 1 for one unit and 0.00018 for the "
        "other, and the Jacobian W diag f′(z) has an eigenvalue of 2 − 0.00036 although W has "
        "none but 0. So the gradient doubles at every step from the second on.",
        f"It holds *at* the fixed point, which is unstable for the same reason. An orbit started "
        f"10⁻⁶ beside it is {number(float(left[-1]), 2)} away after {count(steps, 'step')}, and "
        f"its ∂h_T/∂h₀ is {of_log10(float(beside.values[0, -1]))}. Once it has left, it settles "
        "where each step multiplies the gradient by 0.17.",
    ]


# --- learning to remember -----------------------------------------------------------------------


def learning(runs: Runs) -> list[str]:
    """Say how far the three nets came, what clipping did, and what arrived of the gradient."""
    one = next(iter(runs.values())).settings
    baseline = memory_tasks.get(one.task).baseline
    ends = {name: f"{end_of(name, run)}{_verdict(run, baseline)}" for name, run in runs.items()}
    return [
        "; ".join(ends.values()) + f". The baseline, always answering the mean, is "
        f"{number(baseline)} (medians over {count(one.seeds, 'net')} each).",
        _clipping(runs),
        _arrival(runs),
    ]


def _verdict(run: Run, baseline: float) -> str:
    error = float(np.median(run.final.loss))
    if run.final.diverged:
        return ""
    if error < SOLVED * baseline:
        return " (learned)"
    return " (no better than the baseline)" if error > 0.9 * baseline else " (partly learned)"


def _clipping(runs: Runs) -> str:
    plain, clipped, _ = (runs[name] for name in NAMES)
    norms = np.concatenate([r.gradient for r in plain.records])
    finite = norms[np.isfinite(norms)]
    reached = [f"reaches a norm of {number(float(finite.max()), 2)}"] if len(finite) else []
    if len(finite) < len(norms):
        reached.append("then overflows" if reached else "overflows at the first step")
    share = float(np.mean([float(r.clipped.mean()) for r in clipped.records[1:]] or [0.0]))
    c = clipped.settings.threshold
    words = (
        f"Without clipping the plain net's gradient {', '.join(reached)}. With c = "
        f"{setting(c)} about {percent(share)} of its steps are shortened; clipping keeps their "
        "direction."
    )
    if plain.final.diverged and not clipped.final.diverged:
        return words + " **It prevents the divergence**; it does not by itself make a net remember."
    return words + " Clipping tames what explodes; it cannot bring back what has vanished."


def _arrival(runs: Runs) -> str:
    parts = []
    for name in (NAMES[0], NAMES[2]):
        sizes = runs[name].records[0].by_time
        with np.errstate(over="ignore", invalid="ignore"):
            shares = np.median(sizes[:, 0] / np.maximum(sizes[:, -1], np.finfo(sizes.dtype).tiny))
        share = number(float(shares), 2) if np.isfinite(shares) else "none (it overflows)"
        parts.append(f"{share} for {name.partition(',')[0]}")
    return (
        "Before training, the gradient at the first step of the sequence as a share of that at the "
        f"last: {' and '.join(parts)}. The LSTM's cell c_t is carried on by the factor of its "
        "forget gate alone, which it can learn to hold near 1."
    )
