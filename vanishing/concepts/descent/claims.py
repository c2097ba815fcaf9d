"""Claims about gradient descent: its steps, its speed, number types, minima (C1–C3, C11)."""

import math
from collections.abc import Iterator

import numpy as np

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
SURFACES, STARTS, SETTLING = 200, 40, 500
STABLE = (0.1, 0.2, 0.35, 0.5)
"""Step sizes, as shares of the limit 2/λ of the steeper minimum."""
CLEARLY = 0.1
"""Share of the starts by which one step size must catch more than another."""
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


def caught(
    curvatures: Array, heights: Array, starts: Array, rates: Array, softness: float
) -> Array:
    """Let descent settle on surfaces with two minima; return the share that the local one catches.

    Each surface is the soft minimum of two bowls, h + ½ λ₁ (w − 1)² and the deeper ½ λ₂ (w + 1)².

    Parameters
    ----------
    curvatures : (2, K)
        λ₁ and λ₂ of K surfaces.
    heights : (K,)
        h, by which the local minimum lies higher.
    starts : (K, M)
    rates : (K,)
        Each surface's step size.

    Returns
    -------
    (K,)
    """
    (local, deep), w = curvatures[..., None], starts
    rule = optimizers.get("gradient_descent")
    state = rule.start(w)
    for _ in range(SETTLING):
        gap = 0.5 * deep * (w + 1) ** 2 - heights[:, None] - 0.5 * local * (w - 1) ** 2
        share = 0.5 * (1 + np.tanh(0.5 * gap / softness))
        gradient = share * local * (w - 1) + (1 - share) * deep * (w + 1)
        update = rule.step(rates[:, None] * gradient, state, 1.0)
        w = w + update
    found: Array = ((np.abs(update) <= STILL) & (w > 0)).mean(axis=1)
    return found


def step_and_basin(
    seed: int, softness: float = 0.05, widest: float = 8.0, starts: int = STARTS
) -> Iterator[float | Finding]:
    """Draw surfaces, and count the starts that small and large steps leave in the local minimum."""
    rng = stream(seed, "claim", "surfaces")
    curvatures = np.exp(rng.uniform(math.log(0.5), math.log(widest), (2, SURFACES)))
    heights, at = rng.uniform(0.1, 0.5, SURFACES), rng.uniform(-3, 3, (SURFACES, starts))
    limit = 2 / curvatures.max(axis=0)
    rates = [share * limit for share in STABLE] + [2 / np.sqrt(curvatures.prod(axis=0))]
    ends = []
    for rate in rates:
        ends.append(caught(curvatures, heights, at, rate, softness))
        yield len(ends) / (len(rates) + 1)
    steeper = curvatures[0] > curvatures[1]
    more = ends[0] - ends[-1] >= CLEARLY
    names = [f"{share:g} of 2/λ of the steeper" for share in STABLE] + ["between both limits 2/λ"]
    shares = np.stack(ends, axis=1)
    lines = (
        line("local one steeper", names, shares[steeper]),
        line("deep one steeper", names, shares[~steeper]),
    )
    yield Finding(
        {
            "steep": figure(more[steeper].mean(), "%"),
            "wide": figure(more[~steeper].mean(), "%"),
            "all": figure(more.mean(), "%"),
            "small": figure(ends[0].mean(), "%"),
            "stable": figure(np.abs(ends[0] - ends[-2]).mean(), "%"),
        },
        Picture("Step size η", "Starts that end in the local minimum", lines),
    )


def _needed(bowl: str, kappa: float) -> Expectation:
    """Expect the steps after which ((κ−1)/(κ+1))²ⁿ, the cost that is left, is accurate."""
    steps = math.ceil(math.log(ACCURATE) / (2 * math.log(_rate(kappa))))
    return about(bowl, steps, within=1, unit="steps", basis="((κ−1)/(κ+1))²ⁿ = 10⁻⁶")


_MORE = at_least("steep", 0.9, unit="%", basis="on nine surfaces of ten")


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
        near={"steep_kappa": (5.0, 20.0), "flat_kappa": (700.0, 1400.0)},
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
        conditions=f"{SURFACES} surfaces with two minima, drawn at random: curvatures λ from ½ to "
        f"8, height of the local minimum 0.1 to 0.5; {STARTS} starts each, {SETTLING} steps. Small "
        "steps: 0.1 of the lower limit 2/λ; large ones: the geometric mean of both limits. Clearly "
        "more: 10 points of the starts. Band: 10–90 % of the surfaces.",
        figures={
            "steep": "Surfaces with clearly more small steps caught, local minimum steeper",
            "wide": "Surfaces with clearly more small steps caught, deep minimum steeper",
            "all": "Surfaces with clearly more small steps caught, of all",
            "small": "Starts that small steps leave in the local minimum",
            "stable": "Difference between steps of 0.1 and of 0.5 of the lower limit",
        },
        page="descent",
        settings={"view": "basin", "sharper": "shallow", "eta_minima": 0.6},
        experiment=step_and_basin,
        budget=3.0,
        planted=Planted("every update halved", Verdict.FAILS),
        near={"softness": (0.03, 0.08), "widest": (4.0, 16.0), "starts": (20, 80)},
        changed="Measured at first on one surface, whose local minimum was built steeper; now on "
        "surfaces drawn at random, and counted.",
        stated=(at_least("all", 0.9, unit="%", basis="on nine surfaces of ten"),),
        narrowed=(
            _MORE,
            at_most("wide", 0.1, unit="%", basis="not without the condition"),
            at_most("all", 0.9, unit="%", basis="nor on surfaces of both kinds"),
        ),
        only_if="the local minimum is the steeper one, and steps are compared across its 2/λ",
        predicted=(
            about("stable", 0, within=0.02, unit="%", basis="below 1/λ no step crosses the ridge"),
        ),
        why_only_if="Small steps leave {small} of the starts in the local minimum; five times "
        "larger ones, still below 1/λ, differ by {stable}. Above the local one's 2/λ fewer are "
        "caught, on {steep} of the surfaces where it is steeper and {wide} of the others.",
    ),
)
