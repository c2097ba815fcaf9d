"""The claim that no single technique solves the problem (C23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import ARTICLE, DEPTHS, SHIPPED, Cell, Technique
from vanishing.evidence.model import (
    Claim,
    Figure,
    Finding,
    Line,
    Picture,
    Verdict,
    at_least,
    at_most,
)

THRESHOLD = 0.9
NAMES = {
    "tanh": "tanh",
    "relu": "ReLU",
    "uniform_standard": "uniform ±1/√n",
    "xavier_normal": "Xavier normal",
    "he_normal": "He normal",
    "batch": "batch norm",
    "layer": "layer norm",
    "identity": "skips",
    "scaled": "scaled skips",
}
LIVE = Cell(replace(ARTICLE, skips="scaled"), 20)


def _limits(
    techniques: tuple[Technique, ...], known: dict[Cell, depth_limits.Outcome]
) -> dict[Technique, int]:
    """Return the depth down to which each technique trains."""
    limits = {}
    for technique in techniques:
        medians = {
            depth: known[Cell(technique, depth)].median
            for depth in DEPTHS
            if Cell(technique, depth) in known
        }
        limits[technique] = depth_limits.limit(medians, THRESHOLD).depth
    return limits


def single_techniques(seed: int) -> Iterator[float | Finding]:
    """Find how deep one technique alone takes the article's net; one cell is trained anew."""
    yield 0.05
    budget = replace(SHIPPED, seed=seed * SHIPPED.seeds)
    live = depth_limits.measure(replace(LIVE, budget=budget))
    known = {**depth_table.read(), LIVE: live}
    alone = _limits(depth_limits.single_changes(), known)
    together = max(_limits(depth_limits.TECHNIQUES, known).values())
    plain = {one: limit for one, limit in alone.items() if one.skips == "none"}
    skips = {one: limit for one, limit in alone.items() if one.skips != "none"}
    order = sorted(alone, key=lambda one: alone[one])
    yield Finding(
        figures={
            "alone": Figure(float(max(alone.values())), unit="layers"),
            "plain": Figure(float(max(plain.values())), unit="layers"),
            "skips": Figure(float(max(skips.values())), unit="layers"),
            "together": Figure(float(together), unit="layers"),
            "live": Figure(live.median, min(live.accuracies), max(live.accuracies), "%"),
        },
        picture=Picture(
            x="One technique in the article's net",
            y="Deepest net that trains, layers",
            lines=(
                Line(
                    "alone",
                    tuple(NAMES[getattr(one, one.differing(ARTICLE)[0])] for one in order),
                    tuple(float(alone[one]) for one in order),
                ),
            ),
        ),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C23",
        title="No single technique solves it",
        says="No single technique solves the problem; each one delays the depth at which it bites.",
        conditions=f"The article's net (sigmoid, N(0, 1)) with one change each: 5 nets, 32 units, "
        f"400 digits, 300 steps, best of three step sizes, depths 1 to 100; “trains”: median "
        f"accuracy {THRESHOLD:g}. From the shipped table; {LIVE.depth} layers with scaled skips "
        "are trained anew.",
        figures={
            "alone": "Deepest net that trains with one technique",
            "plain": "The same without skip connections",
            "skips": "The same with skip connections",
            "together": "Deepest net that trains with any combination",
            "live": "Accuracy of the cell trained anew",
        },
        page="depth",
        settings={"init": "normal_unit", "f": "sigmoid", "norm": "none", "skips": "scaled"},
        experiment=single_techniques,
        budget=20.0,
        stated=(at_most("alone", 50, unit="layers", basis="fails at 100, the deepest tested"),),
        narrowed=(at_most("plain", 50, unit="layers", basis="fails at 100, the deepest tested"),),
        only_if="skip connections are left out",
        predicted=(
            at_least("together", 100, unit="layers", basis="normalised nets with skips train"),
            at_least("live", THRESHOLD, unit="%", basis="the shipped table"),
        ),
        why={
            Verdict.HOLDS: "Alone, none trains deeper than {alone}; together {together}.",
            Verdict.ONLY_IF: "Skip connections alone reach {skips}; any other technique at most "
            "{plain} in the article's net.",
        },
    ),
)
