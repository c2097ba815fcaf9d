"""What to notice about descents; every sentence is true at every setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vanishing.concepts.descent.facts import NAMES, promised
from vanishing.engine.descent import paths as descent
from vanishing.engine.descent import surfaces
from vanishing.engine.descent.float_limits import FACTOR, Limits
from vanishing.engine.descent.paths import DIVERGED, UNSETTLED, Budget, Measured, Path
from vanishing.engine.descent.surfaces import FLAT, SHARP, Surface
from vanishing.text import count, number, percent, rounded, sentence, setting, unlike

_TIMES = ((365.25 * 86_400, "years"), (86_400, "days"), (3600, "hours"), (60, "minutes"))


def outcome(surface: Surface, path: Path) -> str:
    """Say where one optimiser ended: the step it left at, or its cost and its distance."""
    name = sentence(NAMES[path.key])
    if path.left is not None:
        return (
            f"{name} **leaves the range |w| ≤ 1,000 at step {path.left:,}**; shown is what came "
            "before."
        )
    away = [float(np.linalg.norm(path.places[-1] - m.place)) for m in surface.minima]
    nearest = surface.minima[int(np.argmin(away))]
    what = "the minimum" if len(surface.minima) == 1 else f"the {nearest.name} minimum"
    return (
        f"{name}: J from {number(float(path.losses[0]))} to "
        f"**{number(float(path.losses[-1]))}** in {count(path.steps, 'step')}; "
        f"{number(min(away), 2)} from {what}."
    )


def stability(
    surface: Surface, chosen: Sequence[str], rate: float, kappa: float, momentum: float
) -> list[str]:
    """Say what η makes of the steepest direction: on a bowl exactly, else at the start."""
    if surface.key == "bowl":
        told = [_plain(rate, kappa)] if "gradient_descent" in chosen else []
        return told + ([_heavy(rate, momentum)] if "momentum" in chosen else [])
    limits = {
        "gradient_descent": (2.0, "2/λₘₐₓ"),
        "momentum": (2 * (1 + momentum), f"{HEAVY}/λₘₐₓ"),
    }
    largest = float(surface.curvatures(np.array(surface.start))[-1])
    bounds = [
        f"{NAMES[key]} would diverge above η = {formula} = {_limit(most / largest, rate)}"
        for key, (most, formula) in limits.items()
        if key in chosen
    ]
    if not bounds:
        return []
    if largest <= 0:
        return ["At the start no direction curves upwards: there is no limit to η there."]
    return [
        f"At the start the largest curvature is {number(largest, 2)}. In a bowl that steep "
        f"{' and '.join(bounds)}; here the curvature changes on the way."
    ]


def _limit(most: float, rate: float) -> str:
    """Return a limit to η, not to be read as η itself; what is as near as its error is the same."""
    return unlike(rate if math.isclose(most, rate, rel_tol=MEASURED) else most, rate, 2)


MEASURED = 1e-7
"""Relative error of curvatures, which are differences of slopes."""

HEAVY = "2(1 + μ)"
"""The largest η · λ with which momentum converges (Polyak 1964), as it is written."""


def _plain(rate: float, kappa: float) -> str:
    """Say what gradient descent makes of each direction of a bowl."""
    steep, flat = 1 - rate, 1 - rate / kappa
    direction = "the distance" if kappa == 1 else "the steep direction"
    if rate > 2:
        return (
            f"η is above 2/λₘₐₓ = 2: each step of gradient descent multiplies {direction} "
            f"by 1 − η = {number(steep)}, so it **diverges**."
        )
    if rate == 2:
        where = "" if kappa == 1 else "in the steep direction "
        return f"η is exactly 2/λₘₐₓ = 2: gradient descent jumps to and fro {where}for ever."
    manner = "**zig-zag**" if steep < 0 else "no overshoot"
    other = "" if kappa == 1 else f" and the flat one by 1 − η/κ = {unlike(flat, 1.0)}"
    return (
        f"Each step of gradient descent multiplies {direction} by 1 − η = {number(steep)} "
        f"({manner}){other}. Above η = 2/λₘₐₓ = 2 it would diverge."
    )


def _heavy(rate: float, momentum: float) -> str:
    """Say on which side of momentum's own limit η is."""
    # 2 · (1 + 0.9) is 3.8, and 2 + 2 · 0.9 is not.
    most = 2 * (1 + momentum)
    bound = f"{HEAVY}/λₘₐₓ = {setting(most)}"
    if rate > most:
        return f"Momentum with μ = {setting(momentum)} **diverges**: η is above {bound}."
    if rate == most:
        return f"η is exactly {bound}: momentum ends in jumping to and fro for ever."
    return f"Momentum with μ = {setting(momentum)} converges in the long run: η is below {bound}."


def beyond(kappa: float) -> str:
    """Say what momentum and Adam can do that no step size does."""
    plain, heavy = (descent.best(key, kappa).factor for key in ("gradient_descent", "momentum"))
    if kappa == 1:
        return (
            "A round bowl has one curvature: with η = 1 a single step of gradient "
            "descent reaches the minimum."
        )
    return (
        f"What no fixed step size can do: with any one η, gradient descent keeps at least "
        f"(κ−1)/(κ+1) = {number(plain)} of the distance per step in the long run. Momentum, which "
        f"remembers its last step, gets down to (√κ−1)/(√κ+1) = {number(heavy)}, at its best "
        "η and μ."
    )


def adam(straight: Path, turned: Path) -> str:
    """Say what turning the valley does to Adam: which of the two ends lower, as shown."""
    along, across = (rounded(float(path.losses[-1]), 2) for path in (straight, turned))
    if along == across:
        verdict = "equally low"
    else:
        verdict = f"**lower {'along an axis' if along < across else 'turned'}**"
    return (
        "Adam scales each coordinate by its own gradients, so it matters how the valley lies: "
        f"after {count(straight.steps, 'step')} J = {number(along, 2)} along an axis, "
        f"{number(across, 2)} turned by 45°: with these settings it ends {verdict}."
    )


# --- speed ----------------------------------------------------------------------------------------


def speed(measured: Mapping[str, Sequence[Measured]], kappa: float) -> list[str]:
    """Say how many steps the bowl at κ takes, beside what the rates promise."""
    at = {key: next(m for m in found if m.kappa == kappa) for key, found in measured.items()}
    plain, heavy = at["gradient_descent"], at["momentum"]
    told = [
        f"At κ = {setting(kappa)} {NAMES[key]} needs **{_steps(m)}**; its rate promises "
        f"{promised(m)}."
        for key, m in at.items()
    ]
    if kappa > 1 and plain.steps and heavy.steps:
        told += [
            f"Momentum takes {number(heavy.steps / heavy.predicted, 2)} times what its rate "
            "promises: at its best parameters a factor that grows with the step, 1 + k(1 + ρ), "
            "stands before ρᵏ. The rate only holds in the long run.",
            f"Gradient descent needs {number(plain.steps / heavy.steps, 2)} times as many steps: "
            "its steps grow with κ, momentum's with √κ.",
        ]
    return told


def _steps(measured: Measured) -> str:
    if measured.steps is None:
        return f"more than {descent.MAX_STEPS:,} steps"
    return count(measured.steps, "step")


def spent(found: Sequence[Budget], budget: int, wanted: float) -> list[str]:
    """Say what the budget reaches on each bowl, and whether that is enough."""
    told = []
    for one in found:
        left = one.after(budget)
        verdict = "enough" if left <= wanted else "**too few**: inaccurate"
        told.append(
            f"κ = {setting(one.kappa)}: after {count(budget, 'iteration')} {_left(left, wanted)}, "
            f"{verdict}."
        )
    if any((one.reached > 1.001).any() for one in found):
        told.append(
            "At its best parameters momentum first *raises* the cost before its rate shows: a "
            "short budget can end worse than it began."
        )
    return told


def _left(share: float, wanted: float) -> str:
    """Say what is left of the cost, with enough digits to tell it from what is wanted."""
    if share > 1:
        return f"the cost is {unlike(share, 1.0, 2)} times what it was"
    if share < 1e-16:
        return "less than 10⁻¹⁶ of the cost is left"
    if percent(share) == percent(wanted) or not 0.001 <= share <= 0.999:
        return f"{unlike(share, wanted, 2)} of the cost is left"
    return f"{percent(share)} of the cost is left"


def price(method: str, one: Budget, wanted: float, asked: str, seconds: float) -> str:
    """Say how long a bowl takes to the accuracy wanted (`asked` in words), and what it costs."""
    rate = descent.best(method, one.kappa).factor ** 2
    promised = math.ceil(descent.predicted_steps(rate, wanted))
    if one.needed is None:
        taken, steps = f"takes more than {int(one.steps[-1]):,} iterations", promised
    else:
        taken, steps = f"takes {count(one.needed, 'iteration')}", one.needed
    return (
        f"To reach J/J₀ = {asked} at κ = {setting(one.kappa)} {taken} (its rate promises "
        f"{promised:,}): {'' if one.needed else 'by that rate '}{duration(steps * seconds)} at "
        f"{duration(seconds)} each. How many are too "
        "many depends on what one costs."
    )


def _short(value: float) -> str:
    """Return two significant digits, without a trailing zero after the point."""
    return number(value, 2).removesuffix(".0")


def duration(seconds: float) -> str:
    """Return a time in the largest unit that it fills at least twice."""
    for size, unit in _TIMES:
        if seconds >= 2 * size:
            return f"{_short(seconds / size)} {unit}"
    if seconds < 1:
        return f"{_short(1000 * seconds)} ms"
    return f"{_short(seconds)} s"


# --- number types ---------------------------------------------------------------------------------


def absorbed(found: Sequence[Limits], weight: float, rate: float) -> list[str]:
    """Say from which n on each type loses the update, and from which the gradient."""
    told = [
        f"{one.dtype}: from n = **{one.absorbed}** on, w − ηg = w with w = {setting(weight)}, "
        f"though g is "
        + (
            f"still {number(FACTOR**one.absorbed, 2)}; it is exactly 0 only from n = {one.zero}."
            if one.absorbed < one.zero
            else f"exactly 0 only from there too (n = {one.zero})."
        )
        for one in found
    ]
    told.append(
        f"An update is lost once η·g is below about half the gap between neighbouring numbers at "
        f"w (η = {setting(rate)}). Smaller steps or larger weights: lost sooner."
    )
    return told


# --- small gradient, small step -------------------------------------------------------------------


def plateau(surface: Surface, paths: Sequence[Path], squared: bool) -> list[str]:
    """Say how small the gradient is at the start, how far the minimum, and who gets away."""
    first = paths[0]
    distance = float(np.linalg.norm(first.places[0] - surface.minima[0].place))
    told = [
        f"At the start ‖∂J/∂w‖ = {number(float(first.gradients[0]), 2)}, yet J = "
        f"{number(float(first.losses[0]), 2)} and the minimum (J = 0) is {number(distance, 2)} "
        "away: a small gradient is no sign of a minimum."
        if squared and first.gradients[0] < 0.05
        else f"At the start ‖∂J/∂w‖ = {number(float(first.gradients[0]), 2)}; the minimum is "
        f"{number(distance, 2)} away.",
    ]
    told += [_halved(path) for path in paths]
    told.append(
        "The squared error's gradient holds σ′(z), almost 0 in a saturated neuron; with "
        "cross-entropy it cancels."
        if squared
        else "With cross-entropy σ′(z) cancels: a saturated neuron that is wrong has a gradient."
    )
    return told


def _halved(path: Path) -> str:
    below = np.flatnonzero(path.losses <= 0.5 * path.losses[0])
    name = sentence(NAMES[path.key])
    if len(below):
        told = f"{name} first halves the cost after {count(int(below[0]), 'step')}"
    else:
        told = f"{name} does not halve the cost in {count(path.steps, 'step')}"
    if path.left is not None:
        return f"{told}, and leaves the range |w| ≤ 1,000 at step {path.left:,}."
    return f"{told}; at the end J = {number(float(path.losses[-1]), 2)}."


_ENDS = {0: "in the deep minimum", 1: "in the shallow minimum"}


def basin(
    ends: NDArray[np.int8],
    starts: Sequence[float],
    rates: Sequence[float],
    here: tuple[float, float],
    sharper: str,
) -> list[str]:
    """Say where this descent ends, and what the step size does to that."""
    start, rate = here
    own = ends[list(rates).index(rate)]
    there = at_rest(surfaces.two_minima(sharper), starts)
    at = list(starts).index(start)
    end = int(own[at])
    if end == DIVERGED:
        told = "diverges"
    elif end == UNSETTLED:
        told = "has not settled after 1,000 steps"
    else:
        told = f"ends **{_ENDS[end]}**{', where it starts' if there[at] == end else ''}"
    flatter = "deep" if sharper == "shallow" else "shallow"
    limit = 2 / SHARP
    alike = [bool((row == ends[0]).all()) for row in ends]
    steady = rates[alike.index(False) - 1]
    return [
        f"From w₁ = {setting(start)} with η = {setting(rate)} descent {told}. With this η "
        f"{_shares(own, there)}.",
        f"A small step changes nothing: from η = {setting(rates[0])} to {setting(steady)} every "
        "start ends on its own side of the hill. It settles in a local minimum because it starts "
        "on that side, not because a step or a gradient is small.",
        f"A large step can: above 2/λ = {setting(limit)} no descent stays in the sharper minimum "
        f"(λ = {setting(SHARP)}), here the {sharper} one, whatever its start; in the "
        f"{flatter} one none stays above {setting(2 / FLAT)} that starts beside its lowest point. "
        "What counts is which is sharper, not which is deeper.",
        *(_against_smallest(ends[0], own, rates[0], rate) if rate > rates[0] else ()),
    ]


def at_rest(surface: Surface, starts: Sequence[float]) -> NDArray[np.int8]:
    """Return the index of the minimum in which each start w₁ stands already, else `UNSETTLED`."""
    found = np.full(len(starts), UNSETTLED, dtype=np.int8)
    for index, minimum in enumerate(surface.minima):
        found[np.abs(np.asarray(starts) - minimum.place[0]) <= descent.NEAR] = index
    return found


def _against_smallest(
    small: NDArray[np.int8], own: NDArray[np.int8], smallest: float, rate: float
) -> list[str]:
    """Say with which of two step sizes more starts reach the deep minimum, (M,) ends each."""
    before, now = (float(np.mean(row == 0)) for row in (small, own))
    verdict = "no difference"
    if before != now:
        verdict = f"the larger step ends {'better' if now > before else '**worse**'}"
    return [
        f"With η = {setting(rate)}, {percent(now)} of the starts end in the deep minimum, with the "
        f"smallest step, η = {setting(smallest)}, {percent(before)}: {verdict} here."
    ]


def _shares(own: NDArray[np.int8], there: NDArray[np.int8]) -> str:
    """Say which share of the starts ends where, and where no other gets than what stands there."""
    parts = []
    for end, words in (
        (0, "end in the deep one"),
        (1, "end in the shallow one"),
        (UNSETTLED, "do not settle"),
        (DIVERGED, "diverge"),
    ):
        if (ended := own == end).any():
            told = f"{percent(float(np.mean(ended)))} of the starts {words}"
            only = end >= 0 and (there[ended] == end).all()
            parts.append(f"{told} (only {_standing(ended)})" if only else told)
    return ", ".join(parts)


def _standing(ended: NDArray[np.bool_]) -> str:
    return "the one that stands in it" if ended.sum() == 1 else "those that stand in it"
