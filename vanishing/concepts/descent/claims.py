"""Claims about gradient descent: its steps, its speed, number types, minima (C1–C3, C11)."""

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.descent import float_limits, surfaces
from vanishing.engine.descent import paths as descent
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import Expectation, about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim

STEEP, FLAT = 10.0, 1000.0
BUDGETS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
ACCURATE = 1e-6
KAPPAS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
TOLERANCE = 1e-6
TYPES = ("float16", "float32", "float64")
STARTS, SETTLING = 200, 2000
STEP_SIZES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 1.0)


def _rate(kappa: float) -> float:
    """Return (κ − 1)/(κ + 1), by which the best fixed step shrinks the distance."""
    return (kappa - 1) / (kappa + 1)


def budgets(_seed: int) -> Iterator[float | Finding]:
    """Spend budgets of steps on a steep bowl and on a flat one."""
    steep, flat = descent.spend("gradient_descent", (STEEP, FLAT), BUDGETS, ACCURATE)
    yield 0.9
    lines = []
    for bowl, kappa in ((steep, STEEP), (flat, FLAT)):
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


def condition_numbers(_seed: int) -> Iterator[float | Finding]:
    """Count the steps to a tolerance on ever flatter bowls."""
    plain = descent.steps_to("gradient_descent", KAPPAS, TOLERANCE)
    yield 0.5
    heavy = descent.steps_to("momentum", KAPPAS, TOLERANCE)
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


def step_and_basin(seed: int) -> Iterator[float | Finding]:
    """Count the starts that end in the shallow minimum, for small steps and for large ones."""
    rng = stream(seed, "claim", "starts")
    starts = np.column_stack((rng.uniform(-3, 3, STARTS), rng.uniform(-1, 1, STARTS)))
    caught = []
    for sharper in ("shallow", "deep"):
        surface = surfaces.two_minima(sharper)
        shallow = [minimum.name for minimum in surface.minima].index("shallow")
        ends = descent.outcomes(surface, starts, np.array(STEP_SIZES), SETTLING)
        caught.append((ends == shallow).mean(axis=1))
        yield 0.45 * len(caught)
    steep, wide = caught
    small, stable, large = (STEP_SIZES.index(size) for size in (0.02, 0.2, 0.6))
    lines = (
        line("it is the steeper one", STEP_SIZES, steep),
        line("it is the wider one", STEP_SIZES, wide),
    )
    yield Finding(
        {
            "sharp": figure(steep[small] - steep[large], "%"),
            "wide": figure(wide[small] - wide[large], "%"),
            "stable": figure(abs(wide[small] - wide[stable]), "%"),
            "left": figure(steep[large], "%"),
        },
        Picture("Step size η", "Starts that end in the local minimum", lines, log_x=True),
    )


def _needed(bowl: str, kappa: float) -> Expectation:
    """Expect the steps after which ((κ−1)/(κ+1))²ⁿ, the cost that is left, is accurate."""
    steps = math.ceil(math.log(ACCURATE) / (2 * math.log(_rate(kappa))))
    return about(bowl, steps, within=1, unit="steps", basis="((κ−1)/(κ+1))²ⁿ = 10⁻⁶")


_MORE = at_least("sharp", 0.1, unit="%", basis="clearly more, beyond sampling error")


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
        stated=(
            at_least("few", 0.5, unit="%", basis="most of the cost is still there"),
            at_most("many", ACCURATE, basis="the accuracy asked for"),
            at_least("flat", 1000, unit="steps", basis="a hundred times a short budget"),
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
        stated=tuple(
            at_most(dtype, 600, unit="factors", basis="it happens at all") for dtype in TYPES
        ),
        predicted=(
            about("float16", 13, within=0, unit="factors", basis="half of 2⁻²⁴ is rounded to 0"),
            about("float32", 75, within=0, unit="factors", basis="half of 2⁻¹⁴⁹ is rounded to 0"),
            about("float64", 538, within=0, unit="factors", basis="half of 2⁻¹⁰⁷⁴ is rounded to 0"),
            about("absorbed", 13, within=0, unit="factors", basis="4⁻ⁿ ≤ 2⁻²⁵, ties to even"),
        ),
        why_holds="0.25ⁿ is exactly 0 from {float32} on in float32, {float64} in float64. "
        "But the update to a weight of 1 is rounded away already after {absorbed}.",
    ),
    Claim(
        key="C11",
        title="Small steps end in local minima",
        says="Because the steps are small, descent may settle in a local minimum.",
        conditions=f"{STARTS} random starts on a surface with a deep and a shallow minimum, one "
        f"four times as steep as the other; {SETTLING:,} steps of gradient descent per step size.",
        figures={
            "sharp": "More starts caught by small steps than by large, steep local minimum",
            "wide": "More starts caught by small steps than by large, wide local minimum",
            "stable": "Difference between η = 0.02 and η = 0.2",
            "left": "Starts that end in the steep local minimum with η = 0.6",
        },
        page="descent",
        settings={"view": "basin", "sharper": "shallow", "eta_minima": 0.6},
        experiment=step_and_basin,
        budget=6.0,
        stated=(
            _MORE,
            at_least("wide", 0.1, unit="%", basis="clearly more, beyond sampling error"),
        ),
        narrowed=(_MORE,),
        only_if="the local minimum is steeper than the deep one",
        predicted=(
            about("stable", 0, within=0.05, unit="%", basis="both are below the limit 2/λ = ½"),
            about("left", 0, within=0.01, unit="%", basis="0.6 is above 2/λ = ½: it is left again"),
        ),
        why_only_if="Steps above 2/λ leave a steep local minimum, where small ones stay "
        "({sharp} more of the starts). Where the deep one is, they leave that ({wide}). "
        "Below this limit the step size changes {stable}.",
    ),
)
