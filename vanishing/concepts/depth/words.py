"""What to notice about depth limits; every sentence is true at every setting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from vanishing import verdicts
from vanishing.concepts.depth.facts import TRAINABLE, Row, limit_text
from vanishing.concepts.shared import OPTIMIZERS_SAID
from vanishing.engine.depth.limits import DEPTHS, ENOUGH, Budget, Limit, Outcome, Reach
from vanishing.text import count, number, percent

NEAR = 2.0
"""A measured limit within this factor of 6 ξ is called near."""


def wanted(threshold: float) -> str:
    """Return the threshold as it was chosen: "90 %", not "90.0 %"."""
    return f"{100 * threshold:g} %"


def settled(row: Row) -> bool:
    """Tell whether the limit cannot move any more: it is known, or the whole grid is."""
    return row.limit.known or len(row.outcomes) == len(DEPTHS)


def budget_note(budget: Budget, threshold: float) -> str:
    """Say on what budget, and how accuracy and limit are to be read."""
    sizes = ", ".join(f"{size:g}" for size in budget.step_sizes)
    # As `depth.limits.measures` tries them.
    first = f", the first that reaches {wanted(ENOUGH)}, or else the best"
    best = first if len(budget.step_sizes) > 1 else ""
    return (
        f"{budget.samples} samples ({budget.data}), {budget.seeds} networks each (seeds "
        f"{budget.seed} to {budget.seed + budget.seeds - 1}), {budget.width} units a layer, "
        f"{budget.steps:,} steps of {OPTIMIZERS_SAID[budget.optimizer]} on batches of "
        f"{budget.batch}, η = {sizes}{best}, {budget.dtype}. Colour: accuracy on the training "
        "data, median network. Upright bar: the deepest depth at which, and at all smaller ones, "
        f"it reaches {wanted(threshold)}. Dashed: theory for infinitely wide nets, from ξ, "
        "the layers over which their squared gradient changes by a factor e, to the diamond at "
        f"{TRAINABLE} ξ (at the edge where that lies beyond it); no line where ξ = ∞."
    )


def sentences(ladder: Sequence[Row], threshold: float, chance: float = 0.0) -> list[str]:
    """Return what to notice on the way to the chosen technique.

    `chance` is the accuracy of the best answer that is the same for every input.
    """
    chosen = ladder[-1]
    if threshold <= chance:
        return [
            f"On these data one answer for all is right about {percent(chance)} of the time: an "
            f"accuracy of {wanted(threshold)} is no sign of learning. Ask for more.",
            the_limit(chosen, threshold),
        ]
    said = [the_limit(chosen, threshold)]
    if len(ladder) > 1 and all(settled(row) for row in ladder):
        said += [steps(ladder), *falls(ladder)]
    return said + gaps(chosen, threshold)


def in_numbers(
    chosen: Row,
    singles: Sequence[Row],
    every: Sequence[Row],
    threshold: float,
    reach: Reach | None,
    width: int,
    chance: float = 0.0,
) -> list[str]:
    """Return what is measured of others, and what theory says of the chosen technique.

    The `singles` are one change away from the article's net. Theory applies to nets of this width
    and of the chosen technique as far as `reach` says, which is known of digits alone. Chance as in
    `sentences`.
    """
    said = []
    if threshold > chance and all(settled(row) for row in singles):
        said.append(no_single(singles, threshold))
    if threshold > chance and all(settled(row) for row in every):
        said.append(all_techniques(every))
    return [*said, theory(chosen, reach, width)]


def the_limit(row: Row, threshold: float) -> str:
    """Say how deep the chosen technique trains, and what the next depth gives."""
    found = row.limit
    name, reaches = f"**{row.name}**", f"reaches {wanted(threshold)}"
    if not row.outcomes:
        return f"{name} is not computed yet on this budget."
    if found.known:
        failing = DEPTHS[DEPTHS.index(found.depth) + 1] if found.depth else DEPTHS[0]
        there = f"at depth {failing} {_reached(row.outcomes[failing], threshold)}"
        if not found.depth:
            return f"{name} {reaches} at no tested depth: {there}."
        return f"{name} **trains to depth {found.depth}**: {there}."
    if settled(row):
        return (
            f"{name} {reaches} at every tested depth, **down to {found.depth} layers**; where it "
            "ends, this grid does not show."
        )
    so_far = f"{reaches} down to depth {found.depth} so far" if found.depth else "is not settled"
    computed = len(row.outcomes)
    are = "is" if computed == 1 else "are"
    return f"{name} {so_far}: {computed} of {count(len(DEPTHS), 'depth')} {are} computed."


def _reached(outcome: Outcome, threshold: float) -> str:
    nets, diverged = len(outcome.accuracies), outcome.diverged
    wrong = outcome.accuracies.count(0.0) - diverged
    if diverged == nets:
        return f"all {nets} networks diverge"
    of = f"{diverged} of {nets} networks {'diverges' if diverged == 1 else 'diverge'}"
    if wrong == nets:
        return "no network answers anything right"
    if diverged + wrong == nets:
        return f"no network answers anything right; {of}"
    told = f"the median network reaches {percent(outcome.median, threshold)}"
    return f"{told}, and {of}" if diverged else told


def steps(ladder: Sequence[Row]) -> str:
    """Say how the limit moves with each technique that is added."""
    moves = ", ".join(f"{limit_text(row.limit)} ({row.label})" for row in ladder[1:])
    first = ladder[0]
    return (
        f"Step by step the limit moves from {limit_text(first.limit)} ({first.label}) to {moves}."
    )


def falls(ladder: Sequence[Row]) -> list[str]:
    """Say with which techniques the limit falls, and where theory's scale falls with it."""
    found = []
    for before, after in pairwise(ladder):
        if after.limit.depth < before.limit.depth:
            was, now = before.scale, after.scale
            told = f" (theory's scale ξ from {number(was, 2)} to {number(now, 2)} layers)"
            found.append(f"{after.label}{told if now < was < math.inf else ''}")
    return [f"Not every step helps: the limit falls with {', '.join(found)}."] if found else []


def gaps(row: Row, threshold: float) -> list[str]:
    """Say where a deeper net learns although a shallower one does not."""
    if not row.limit.beyond:
        return []
    depths = ", ".join(map(str, row.limit.beyond))
    return [
        f"It reaches {wanted(threshold)} at depth {depths} too, but not at every smaller one; that "
        "does not count towards the limit."
    ]


def _open(limit: Limit) -> bool:
    return limit.depth == DEPTHS[-1]


def no_single(singles: Sequence[Row], threshold: float) -> str:
    """Say whether one technique alone solves the problem, as far as was tested (claim C23)."""
    deepest = DEPTHS[-1]
    best = [row for row in singles if _open(row.limit)]
    if best:
        names = ", ".join(row.label for row in best)
        verb = "reaches" if len(best) == 1 else "reach"
        verdict = (
            f"{len(best)} ({names}) {verb} {wanted(threshold)} at every tested depth, up "
            f"to {deepest}: as far as this grid goes, one technique alone can be enough here, "
            "unlike claim C23"
        )
    else:
        top = max(row.limit.depth for row in singles)
        gets = f"none gets to depth {deepest}; the best gets to {top}"
        names = ", ".join(row.label for row in singles if row.limit.depth == top)
        gets = f"{gets} ({names})" if top else f"none reaches it at depth {DEPTHS[0]}"
        verdict = f"{gets}. In this sense no single technique solves the problem (claim C23)"
    listed = ", ".join(f"{row.label} {limit_text(row.limit)}" for row in singles)
    return f"**One technique alone**, added to the article's net: {listed}. Of these, {verdict}."


def all_techniques(every: Sequence[Row]) -> str:
    """Say how many techniques get how far, and how near theory's scale is."""
    through = sum(_open(row.limit) for row in every)
    finite = [row for row in every if math.isfinite(row.scale) and row.scale > 0]
    compared = [row for row in finite if row.limit.depth and not _open(row.limit)]
    near = [
        row for row in compared if 1 / NEAR <= row.limit.depth / (TRAINABLE * row.scale) <= NEAR
    ]
    get = "gets" if through == 1 else "get"
    said = f"Of all {len(every)} combinations {through} {get} through the whole grid."
    if not compared:
        return said
    return (
        f"{said} {len(compared)} {'has' if len(compared) == 1 else 'have'} both a finite ξ and a "
        f"measured limit, which lies within a factor of {NEAR:g} of {TRAINABLE} ξ in "
        f"{count(len(near), 'case')}."
    )


def theory(row: Row, applies: Reach | None, width: int) -> str:
    """Say what theory's depth scale is, how far it applies, and what it is not."""
    told = limit_text(row.limit)
    measured = "" if told == "?" else f" Measured limit: {told}."
    if math.isinf(row.scale):
        return (
            f"Theory for **{row.name}** (wide nets, before training): ξ = ∞, so deep down no "
            f"factor of its own goes with each layer. {_range(applies, width)}"
            f"{_over(applies)}.{measured}"
        )
    return (
        f"Theory for **{row.name}** (wide nets, before training): the squared gradient "
        f"{'grows' if row.grows else 'shrinks'} by a factor e every ξ = {number(row.scale, 2)} "
        f"layers; {TRAINABLE} ξ = "
        f"{number(TRAINABLE * row.scale, 2)}, down to which Schoenholz et al. found plain nets "
        f"trainable. It is a scale, not a prediction of accuracy. {_range(applies, width)}"
        f"{_beyond(row.scale, applies)}.{measured}"
    )


def _over(applies: Reach | None) -> str:
    """Say by what theory multiplies the gradient all the same, as far as it applies."""
    reach, factor = applies or (0, 1.0)
    if reach < 2:
        return ""
    told = f", and over {'them' if reach < DEPTHS[-1] else f'{reach} layers'} multiplies ∂J/∂z by"
    fate = verdicts.fate(factor)
    return f"{told} {number(factor, 2)}: it {fate}"


def _range(applies: Reach | None, width: int) -> str:
    """Say down to which depth theory applies to nets of finite width."""
    nets = f"nets of {count(width, 'unit')} a layer"
    if applies is None:
        return f"How far it applies to fresh {nets} was looked at for digits only"
    reach = applies.depth
    if reach == DEPTHS[-1]:
        return f"It applies to fresh {nets} at every tested depth"
    if not reach:
        return f"It applies to fresh {nets} at no tested depth"
    return f"It applies to fresh {nets} down to about {count(reach, 'layer')}"


def _beyond(scale: float, applies: Reach | None) -> str:
    """Say which of theory's two depths lie where it does not apply."""
    if applies is None:
        return ""
    reach = applies.depth
    if reach == DEPTHS[-1] or TRAINABLE * scale <= reach:
        return ""
    return (
        f", **outside of which {TRAINABLE} ξ lies**"
        if scale <= reach
        else (f", **outside of which ξ and {TRAINABLE} ξ lie**")
    )
