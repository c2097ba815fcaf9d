"""Claims about gradient descent: its steps, its speed, number types, minima (C1–C3, C11)."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vanishing.engine.arrays import Array
from vanishing.engine.descent import float_limits
from vanishing.engine.descent import paths as descent
from vanishing.engine.nets import optimizers
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import Expectation, about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict

STEEP, FLAT = 10.0, 1000.0
BUDGETS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
ACCURATE = 1e-6
KAPPAS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
TOLERANCE = 1e-6
TYPES = ("float16", "float32", "float64")
Flags: TypeAlias = NDArray[np.bool_]
SURFACES, STARTS, SETTLING = 200, 40, 500
SMALL = 0.05
"""The small step size."""
LARGER = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Larger ones, the same on every surface."""
LIMIT = 2.0
"""ηλ above which descent leaves a bowl."""
BINS = (0.0, 0.5, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 8.0)
"""Ends of the classes of ηλ at the local minimum."""
CLEARLY = 0.1
"""Share of the starts by which more must reach the deep minimum."""
FAR = 1e6
STILL = 1e-4
"""The last step of a descent that has settled, at most."""


def _rate(kappa: float) -> float:
    """Return (κ − 1)/(κ + 1), by which the best fixed step shrinks the distance."""
    return (kappa - 1) / (kappa + 1)


def budgets(
    _seed: int, steep_kappa: float = STEEP, flat_kappa: float = FLAT
) -> Iterator[float | Finding]:
    """Spend budgets of steps on a steep bowl and on a flat one."""
    kappas = (steep_kappa, flat_kappa)
    steep, flat = descent.spend("gradient_descent", kappas, BUDGETS, ACCURATE)
    yield 0.9
    lines = []
    for bowl, kappa in zip((steep, flat), kappas, strict=True):
        kept = (bowl.steps > 0) & (bowl.predicted > 1e-16)
        steps = bowl.steps[kept]
        lines += [
            line(f"κ = {kappa:g}", steps, bowl.reached[kept]),
            line(f"predicted, κ = {kappa:g}", steps, bowl.predicted[kept], "predicted"),
        ]
    yield Finding(
        {
            "few": figure(flat.after(30), "%"),
            "many": figure(flat.after(BUDGETS[-1])),
            "flat": figure(flat.needed or math.inf, "steps"),
            "steep": figure(steep.needed or math.inf, "steps"),
        },
        Picture("Steps made", "Cost reached, J/J₀", tuple(lines), log_x=True, log_y=True),
    )


def condition_numbers(_seed: int, tolerance: float = TOLERANCE) -> Iterator[float | Finding]:
    """Count the steps to a tolerance on ever flatter bowls."""
    plain = descent.steps_to("gradient_descent", KAPPAS, tolerance)
    yield 0.5
    heavy = descent.steps_to("momentum", KAPPAS, tolerance)
    slow, fast = ([one.steps or math.inf for one in found] for found in (plain, heavy))
    flat, steep = slow[KAPPAS.index(FLAT)], slow[KAPPAS.index(STEEP)]
    told = [one.predicted for one in plain[1:]]
    lines = (
        line("gradient descent", KAPPAS, slow),
        line("momentum", KAPPAS, fast),
        line("ln 10⁻⁶ / ln((κ−1)/(κ+1))", KAPPAS[1:], told, "predicted"),
    )
    yield Finding(
        {
            "times": figure(flat / steep),
            "flat": figure(flat, "steps"),
            "steep": figure(steep, "steps"),
            "momentum": figure(fast[-1], "steps"),
        },
        Picture(
            "Condition number κ", "Steps to 10⁻⁶ of the distance", lines, log_x=True, log_y=True
        ),
    )


def momentum_steps(kappa: float, tolerance: float) -> int:
    """Return after how many steps momentum's error, in both directions together, is small."""
    root = math.sqrt(kappa)
    rate = (root - 1) / (root + 1)
    k = np.arange(1, 10_000)
    steepest = (1 + k * (1 + rate)) * rate**k
    flattest = (1 + k * (1 - rate)) * rate**k
    return int(k[np.hypot(steepest, flattest) / math.sqrt(2) <= tolerance][0])


def number_types(_seed: int) -> Iterator[float | Finding]:
    """Shrink a gradient in three number types until it, and before it the update, is gone."""
    found = [float_limits.measured(dtype) for dtype in TYPES]
    yield 0.9
    lines = (
        line("update w − g lost", TYPES, [one.absorbed for one in found]),
        line("g loses digits", TYPES, [one.subnormal for one in found]),
        line("g = 0", TYPES, [one.zero for one in found]),
    )
    yield Finding(
        {
            **{one.dtype: figure(one.zero, "factors") for one in found},
            "absorbed": figure(found[1].absorbed, "factors"),
        },
        Picture("Number type", "Factors ¼ multiplied", lines, log_y=True),
    )


def reached(curvatures: Array, heights: Array, starts: Array, rate: float, soft: float) -> Array:
    """Let descent settle on surfaces with two minima; return the share that reaches the deep one.

    Each surface is the soft minimum of two bowls, h + ½ λ₁ (w − 1)² and the deeper ½ λ₂ (w + 1)².

    Parameters
    ----------
    curvatures : (2, K)
        λ₁ and λ₂ of K surfaces.
    heights : (K,)
        h, by which the local minimum lies higher.
    starts : (K, M)
    rate : float
        The step size.
    soft : float
        Over which difference in height the one bowl passes into the other.

    Returns
    -------
    (K,)
    """
    (local, deep), w = curvatures[..., None], starts
    rule = optimizers.get("gradient_descent")
    state = rule.start(w)
    for _ in range(SETTLING):
        gap = 0.5 * deep * (w + 1) ** 2 - heights[:, None] - 0.5 * local * (w - 1) ** 2
        share = 0.5 * (1 + np.tanh(0.5 * gap / soft))
        gradient = share * local * (w - 1) + (1 - share) * deep * (w + 1)
        # What diverges is held far away, where it does not settle.
        update = np.clip(rule.step(gradient, state, rate), -FAR, FAR)
        w = np.clip(w + update, -FAR, FAR)
    found: Array = ((np.abs(update) <= STILL) & (w < 0) & (w > -FAR)).mean(axis=1)
    return found


def step_and_basin(
    seed: int,
    softness: float = 0.05,
    widest: float = 8.0,
    starts: int = STARTS,
    scale: float = 1.0,
) -> Iterator[float | Finding]:
    """Draw surfaces, and see on which of them larger steps reach the deep minimum more often."""
    rng = stream(seed, "claim", "surfaces")
    curvatures = np.exp(rng.uniform(math.log(0.5), math.log(widest), (2, SURFACES)))
    heights, at = rng.uniform(0.1, 0.5, SURFACES), rng.uniform(-3, 3, (SURFACES, starts))
    small = reached(curvatures, heights, at, SMALL, softness)
    rates, more = scale * np.array(LARGER), []
    for rate in rates.tolist():
        more.append(reached(curvatures, heights, at, rate, softness) - small >= CLEARLY)
        yield len(more) / (len(LARGER) + 1)
    gained = np.array(more)
    local, deep = rates[:, None] * curvatures[:, None]
    stays = deep < LIMIT
    classes = list(pairwise(BINS))
    shares = {
        words: [_share(gained, kept & (local >= low) & (local < high)) for low, high in classes]
        for words, kept in (("deep one: η < 2/λ", stays), ("deep one: η > 2/λ", ~stays))
    }
    names = [f"ηλ {low:g} to {high:g}" for low, high in classes]
    lines = tuple(line(words, names, found) for words, found in shares.items())
    yield Finding(
        {
            "above": figure(_share(gained, stays & (local > LIMIT)), "%"),
            "below": figure(_share(gained, local < 1.25), "%"),
            "both": figure(_share(gained, ~stays), "%"),
            "all": figure(gained.mean(), "%"),
            "small": figure(1 - small.mean(), "%"),
            "turn": figure(_half(local[stays], gained[stays])),
        },
        Picture("ηλ at the local minimum", "Pairs of surface and larger step that gain", lines),
    )


def _share(gained: Flags, chosen: Flags) -> float:
    """Return the share of the chosen that gain, 0 of none."""
    return float(gained[chosen].mean()) if chosen.any() else 0.0


def _half(at: Array, gained: Flags) -> float:
    """Return where the pairs begin to gain: what splits them with the fewest on the wrong side."""
    if not at.size:
        return math.nan
    order = np.argsort(at)
    split = gained[order].astype(float)
    wrong = np.cumsum(split) - np.cumsum(1 - split)
    return float(at[order][np.argmin(wrong)])


def _needed(bowl: str, kappa: float) -> Expectation:
    """Expect the steps after which ((κ−1)/(κ+1))²ⁿ, the cost that is left, is accurate."""
    steps = math.ceil(math.log(ACCURATE) / (2 * math.log(_rate(kappa))))
    return about(bowl, steps, within=1, unit="steps", basis="((κ−1)/(κ+1))²ⁿ = 10⁻⁶")


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C1",
        title="Too few steps or too many",
        says="Gradient descent repeats its step: with too few the result is inaccurate, and "
        "enough can take infeasibly long.",
        conditions="Quadratic bowls with condition numbers κ = 10 and κ = 1,000, best fixed step "
        "size, budgets up to 10,000 steps; accurate means J/J₀ ≤ 10⁻⁶. Nothing is drawn.",
        figures={
            "few": "Cost left after 30 steps, flat bowl",
            "many": "Cost left after 10,000 steps, flat bowl, J/J₀",
            "flat": "Steps needed on the flat bowl",
            "steep": "Steps needed on the steep bowl",
        },
        page="descent",
        settings={"view": "budget", "kappa": 1000, "accuracy": "1e-6"},
        experiment=budgets,
        budget=2.0,
        planted=Planted("half the best step size", misses=("flat", "steep")),
        drawn=False,
        without="steep",
        near={"steep_kappa": (5.0, 20.0), "flat_kappa": (700.0, 1400.0)},
        beyond={"flat_kappa": (100.0,), "steep_kappa": (100.0,)},
        changed="That a steep bowl takes few steps is now needed as well, as for every claim that "
        "something can happen.",
        stated=(
            at_least("few", 0.5, unit="%", basis="most of the cost is still there"),
            at_most("many", ACCURATE, basis="the accuracy asked for"),
            at_least("flat", 1000, unit="steps", basis="over thirty times the short budget"),
            at_most("steep", 100, unit="steps", basis="without its cause, flatness, it does not"),
        ),
        predicted=(_needed("flat", FLAT), _needed("steep", STEEP)),
        why_holds="After 30 steps {few} of the cost is left on the flat bowl; an accurate "
        "answer takes {flat}, where the steep bowl needs {steep}.",
    ),
    Claim(
        key="C2",
        title="A flat surface needs many more steps",
        says="On a flat, elongated cost surface gradients are small, and descent needs many more "
        "updates than on a steep, round one.",
        conditions="Quadratic bowls with κ from 1 to 1,000, best fixed step size (and momentum) "
        "for each; steps to 10⁻⁶ of the distance at the start. Nothing is drawn.",
        figures={
            "times": "Steps at κ = 1,000 over steps at κ = 10",
            "flat": "Steps at κ = 1,000",
            "steep": "Steps at κ = 10",
            "momentum": "Steps at κ = 1,000 with momentum",
        },
        page="descent",
        settings={"view": "condition", "kappa": 1000},
        experiment=condition_numbers,
        budget=2.0,
        planted=Planted("half the best step size", misses=("flat", "momentum")),
        drawn=False,
        near={"tolerance": (1e-8, 1e-3)},
        stated=(at_least("times", 10, basis="“many more” means ten times at least"),),
        predicted=(
            factor(
                "flat",
                math.log(TOLERANCE) / math.log(_rate(FLAT)),
                times=1.01,
                unit="steps",
                basis="rate (κ−1)/(κ+1) per step",
            ),
            factor(
                "momentum",
                momentum_steps(FLAT, TOLERANCE),
                times=1.02,
                unit="steps",
                basis="(1 + k(1 + ρ)) ρᵏ with ρ = (√κ−1)/(√κ+1)",
            ),
        ),
        why_holds="The flat bowl takes {flat}, {times} times as many as the steep one; "
        "momentum brings that down to {momentum}.",
    ),
    Claim(
        key="C3",
        title="Small gradients underflow",
        says="Very small gradients cannot be represented: they underflow to 0.",
        conditions="g = 0.25ⁿ, multiplied up in each number type; update w − ηg with w = η = 1. "
        "Nothing is drawn.",
        figures={
            "float64": "Factors until g = 0 in float64",
            "float32": "Factors until g = 0 in float32",
            "float16": "Factors until g = 0 in float16",
            "absorbed": "Factors until w − g = w in float32",
        },
        page="descent",
        settings={"view": "types"},
        experiment=number_types,
        budget=1.0,
        planted=Planted(
            "fifths multiplied instead of quarters",
            misses=("float16", "float32", "float64", "absorbed"),
        ),
        drawn=False,
        stated=tuple(
            at_most(dtype, 600, unit="factors", basis="it happens at all") for dtype in TYPES
        ),
        predicted=(
            about("float16", 13, within=0, unit="factors", basis="at most half of 2⁻²⁴ is 0"),
            about("float32", 75, within=0, unit="factors", basis="at most half of 2⁻¹⁴⁹ is 0"),
            about("float64", 538, within=0, unit="factors", basis="at most half of 2⁻¹⁰⁷⁴ is 0"),
            about("absorbed", 13, within=0, unit="factors", basis="4⁻ⁿ ≤ 2⁻²⁵, ties to even"),
        ),
        why_holds="0.25ⁿ is exactly 0 from {float32} on in float32, {float64} in float64. "
        "But the update to a weight of 1 is rounded away in float32 already "
        "after {absorbed}.",
    ),
    Claim(
        key="C11",
        title="Small steps end in local minima",
        says="Because the steps are small, descent may settle in a local minimum.",
        conditions=f"{SURFACES} surfaces with two minima, drawn at random: curvatures λ from ½ to "
        f"8, height of the local minimum 0.1 to 0.5; {STARTS} starts each, {SETTLING} steps of "
        f"size {SMALL:g}, and of nine larger sizes from 0.1 to 1, the same for all surfaces. A "
        "pair of surface and larger step gains if 10 points more of the starts reach the deep "
        "minimum. Drawn over ηλ at the local minimum.",
        figures={
            "above": "Pairs that gain, of those with η > 2/λ at the local minimum only",
            "below": "Pairs that gain, of those with η < 1.25/λ at the local minimum",
            "both": "Pairs that gain, of those with η > 2/λ at the deep minimum",
            "all": "Pairs that gain, of all",
            "turn": "ηλ at the local minimum from which most gain",
            "small": "Starts that small steps do not bring to the deep minimum",
        },
        page="descent",
        settings={"view": "basin", "sharper": "shallow", "eta_minima": 0.6},
        experiment=step_and_basin,
        budget=3.0,
        planted=Planted("every update halved", Verdict.FAILS),
        without="above",
        near={
            "softness": (0.03, 0.08),
            "widest": (4.0, 16.0),
            "starts": (20, 80),
            "scale": (0.7, 1.4),
        },
        beyond={"scale": (0.1, 50.0)},
        changed="Measured at first on one surface, whose local minimum was built steeper; then on "
        "surfaces drawn at random, with larger steps chosen by each surface's own 2/λ. Now the "
        "step sizes are the same for all.",
        stated=(at_least("all", 0.9, unit="%", basis="nine in ten"),),
        narrowed=(
            at_least("above", 0.9, unit="%", basis="nine in ten"),
            at_most("below", 0.05, unit="%", basis="smaller steps are no remedy"),
            at_most("both", 0.05, unit="%", basis="nor such as settle in neither"),
            about("turn", 1.65, within=0.2, basis="between 1.25, where none gain, and 2"),
            at_most("all", 0.9, unit="%", basis="not everywhere"),
        ),
        only_if="the larger steps overshoot the local minimum, η above about 1.6/λ, and not the "
        "deep one",
        predicted=(
            at_most("both", 0.01, unit="%", basis="above 2/λ no descent settles in a bowl"),
        ),
        why_only_if="Small steps do not bring {small} of the starts to the deep minimum. A larger "
        "one does better for {all} of the pairs: {above} where it is above the local minimum's "
        "2/λ only, {below} where it is below 1.25/λ. It begins at ηλ = {turn}.",
    ),
)
