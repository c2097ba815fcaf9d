"""What to notice about recurrent nets, in sentences made from the present numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vanishing import verdicts
from vanishing.concepts.recurrent.facts import Curve, Runs, end_of, median_of
from vanishing.concepts.recurrent.table import NAMES
from vanishing.engine.arrays import Array
from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.recurrent.training import Run
from vanishing.engine.recurrent.unrolled import Spectrum
from vanishing.text import count, number, of_log10, percent, setting, unlike

UNBOUNDED = {"ReLU", "linear"}

ONE = (1.0 - verdicts.EXACT, 1.0 + verdicts.EXACT)
"""Between these a bound is 1: an orthogonal W has σₘₐₓ = 1 but for rounding."""


AWAY = 0.5
"""Distance from a fixed point, of states within ±1, from which an orbit has left it."""


# --- through time -------------------------------------------------------------------------------


def through_time(
    states: Mapping[str, Array], gradients: Mapping[str, Curve], limits: Mapping[str, Array]
) -> list[str]:
    """Say what state and gradient do, by activation.

    States are log₁₀ RMS, (S, T + 1); limits γ σₘₐₓ of each net, (S,).
    """
    steps = next(iter(states.values())).shape[1] - 1
    sentences = []
    for name, logs in states.items():
        size = median_of(gradients[name].values[:, -1])
        sentences.append(
            f"**{name}**: after {count(steps, 'step')} the state's size is "
            f"{of_log10(median_of(logs[:, -1]))}, and ∂h(T)/∂h(0) is {of_log10(size)}: the "
            f"gradient {verdicts.fate_of_log10(size)} (medians of {count(len(logs), 'net')})."
        )
    alike: dict[bytes, list[str]] = {}
    for name, each in limits.items():
        alike.setdefault(each.tobytes(), []).append(name)
    bounds = [_bound(names, limits[names[0]], steps) for names in alike.values()]
    return [*sentences, *_ceiling(states), *bounds]


def dashed(reaches: Mapping[str, int], units: int, steps: int, others: int = 0) -> str:
    """Say what the dashed lines are, and how many steps each activation's applies to and is drawn.

    `reaches` are these numbers; one of 0 has no line, and of `others` there is no theory.
    """
    if not reaches:
        return ""
    nets = f"nets of {count(units, 'unit')}"
    if not any(reaches.values()):
        return f" Theory is for n → ∞ and applies to no step of {nets}: none is drawn."
    told = " Dashed: predicted for n → ∞"
    if min(reaches.values()) >= steps:
        return f"{told}, for {' and '.join(reaches)} only." if others else f"{told}."
    far = ", ".join(f"{name} {reach or 'none'}" for name, reach in reaches.items())
    return f"{told}, drawn for as many steps as it applies to {nets}: {far}."


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


def _bound(names: Sequence[str], limits: Array, steps: int) -> str:
    """Say of how many nets the bound forbids the gradient to grow, or makes it vanish."""
    low, high = float(limits.min()), float(limits.max())
    told = f"**{', '.join(names)}**, bound (γ σₘₐₓ)ˡᵃᵍ: γ σₘₐₓ is "
    above, below = (int(n) for n in (np.sum(limits > ONE[1]), np.sum(limits < ONE[0])))
    nets = count(len(limits), "net")
    if below == len(limits):
        most = of_log10(steps * float(np.log10(high)))
        return (
            f"{told}below 1 in every one of {nets} (the largest {unlike(high, 1.0)}): the "
            f"gradient **must** vanish as the lag grows, and after {count(steps, 'step')} at most "
            f"{most} is left."
        )
    if not above:
        return f"{told}at most 1 in every one of {nets}: the gradient **cannot** grow."
    if above == len(limits):
        return (
            f"{told}above 1 in every one of {nets} (the smallest {unlike(low, 1.0)}): it **lets** "
            "the gradient grow, which does not say that it does."
        )
    return (
        f"{told}above 1 in {above} of {nets} (the largest {unlike(high, 1.0)}): there it **lets** "
        f"the gradient grow, which does not say that it does; elsewhere it "
        + ("**must** vanish as the lag grows." if above + below == len(limits) else "cannot grow.")
    )


def counter_example(spectrum: Spectrum, found: Curve, beside: Curve, left: Array) -> list[str]:
    """Say what the counter-example shows, and what holds of it only at its fixed point.

    The gradients are those from the fixed point and `beside` it; `left`, (T + 1,), is how far the
    second orbit is from there.
    """
    steps = int(found.x[-1])
    return [
        f"Both eigenvalues of W are 0, so W² = 0, and yet ∂h(T)/∂h(0) after {count(steps, 'step')} "
        f"is **{of_log10(float(found.values[0, -1]), 3)}**. It is the largest *singular* value, "
        f"{number(spectrum.norm)}, that bounds the growth per step, not the largest eigenvalue.",
        "The slopes come between: at the fixed point f′(z) is 1 for one unit and 0.00018 for the "
        "other, and the Jacobian diag f′(z) W has an eigenvalue of 2 − 0.00036 although W has "
        "none but 0. So the gradient doubles at every step from the second on.",
        f"It holds *at* the fixed point, which is unstable for the same reason. An orbit started "
        f"10⁻⁶ beside it is {number(float(left[-1]), 2)} away after {count(steps, 'step')}, and "
        f"its ∂h(T)/∂h(0) is {of_log10(float(beside.values[0, -1]))}. "
        f"{'Once it has left' if left[-1] > AWAY else 'Later, once it has left'}, it settles where "
        "each step multiplies the gradient by 0.17.",
    ]


# --- learning to remember -----------------------------------------------------------------------


def learning(runs: Runs) -> list[str]:
    """Say how far the three nets came, what clipping did, and what arrived of the gradient."""
    one = next(iter(runs.values())).settings
    baseline = memory_tasks.get(one.task).baseline
    ends = {name: f"{end_of(name, run)}{_verdict(run, baseline)}" for name, run in runs.items()}
    nets = "one net" if one.seeds == 1 else f"medians over {one.seeds} nets"
    return [
        "; ".join(ends.values()) + f". The baseline, always answering the mean, is "
        f"{number(baseline)} ({nets} each).",
        _clipping(runs),
        _arrival(runs),
    ]


def _verdict(run: Run, baseline: float) -> str:
    if run.final.diverged:
        return ""
    return f" ({verdicts.learned(float(np.median(run.final.loss)), baseline)})"


ALIKE = 0.99
"""Share of an error from which on, and up to its inverse, another is about the same."""


def _clipping(runs: Runs) -> str:
    plain, clipped, _ = (runs[name] for name in NAMES)
    norms = np.concatenate([r.gradient for r in plain.records])
    finite = norms[np.isfinite(norms)]
    reached = [f"reaches a norm of {number(float(finite.max()), 2)}"] if len(finite) else []
    if len(finite) < len(norms):
        reached.append("then overflows" if reached else "overflows at the first step")
    share = _clipped_share(clipped)
    shortened = "none of its gradients is finite"
    if share is not None:
        steps = f"from step 0 to {clipped.final.step:,}"
        shortened = (
            f"{percent(share)} of its gradients {steps} are shortened; that keeps their direction"
        )
    words = (
        f"Without clipping the plain net's gradient {', '.join(reached)}. With c = "
        f"{setting(clipped.settings.threshold)}, {shortened}."
    )
    return " ".join(filter(None, (words, _what_clipping_did(plain, clipped, share))))


def _what_clipping_did(plain: Run, clipped: Run, share: float | None) -> str:
    """Say it of runs that can be compared: of one that has come less far nothing is known yet."""
    if plain.final.diverged:
        if clipped.final.diverged:
            return "**It does not prevent the divergence** here."
        if not clipped.finished:
            return ""
        return "**It prevents the divergence**; it does not by itself make a net remember."
    if clipped.final.diverged:
        return "With clipping the net diverges, without it does not." if plain.finished else ""
    if share == 0.0:
        return "Nothing is longer than c: clipping changes nothing here."
    if plain.final.step != clipped.final.step:
        return ""
    before, after = (float(np.median(run.final.loss)) for run in (plain, clipped))
    if ALIKE * before <= after <= before / ALIKE:
        return f"With it the error is about the same (within {100 * (1 - ALIKE):.0f} %)."
    if after > before:
        return "It ends higher with clipping."
    return "It ends lower with clipping; what has vanished does not come back by it."


def _clipped_share(run: Run) -> float | None:
    """Return the share of the finite gradients that were clipped; a record is of several steps."""
    shares = np.stack([record.clipped for record in run.records])
    steps = np.diff([record.step for record in run.records], prepend=-1)[:, None]
    weights = np.where(np.isfinite(shares), steps, 0)
    if not weights.any():
        return None
    return float(np.average(np.nan_to_num(shares), weights=weights))


def _arrival(runs: Runs) -> str:
    plain, lstm = (_share(runs[name]) for name in (NAMES[0], NAMES[2]))
    return (
        "Before training, the gradient of what is carried on, at the start of the sequence over "
        f"that at its end: {plain} for the plain net's state h and {lstm} for the LSTM's cell c. "
        "A cell is carried on by the factor of its forget gate alone, which the net can learn to "
        "hold near 1."
    )


def _share(run: Run) -> str:
    """Return the first step's gradient over the last's, before training, in words."""
    first, last = run.records[0].by_time[:, 0], run.records[0].by_time[:, -1]
    if np.median(last) == 0.0 != np.median(first):
        return "no number (it is exactly 0 at the last)"
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        share = float(np.median(np.where(first == 0.0, 0.0, first / last)))
    if share == 0.0 and run.settings.activation != "relu":
        return f"0 in {run.settings.dtype} (too small for it)"
    return number(share, 2) if np.isfinite(share) else "no number (it overflows)"
