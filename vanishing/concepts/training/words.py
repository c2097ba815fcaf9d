"""What to notice about two training runs; every sentence is true at every setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from vanishing import verdicts
from vanishing.concepts.training import table
from vanishing.concepts.training.facts import Pair, gradient
from vanishing.engine.arrays import Array
from vanishing.engine.nets import heads
from vanishing.engine.nets.boundary import answers_of, sum_error
from vanishing.engine.nets.datasets import Dataset
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run
from vanishing.text import count, number, percent

BUDGET = (0.1, 0.5, 1.0)
"""Shares of the steps after which the loss is read (claim C1)."""


def sentences(pair: Pair, which: str) -> list[str]:
    """Return what to notice: in what two runs differ, and what becomes of each.

    The gradient of z is spoken of, and the one that is looked at.
    """
    said = [what_differs(pair)]
    for name, run in zip(pair.names, pair.runs, strict=True):
        said += [in_short(name, run, which), *divergence(name, run), *blocked(name, run)]
    return said


def in_numbers(pair: Pair) -> list[str]:
    """Return all that is measured of two runs, for who wants to know it exactly."""
    said = [constant_answer(pair)]
    for name, run in zip(pair.names, pair.runs, strict=True):
        said += [at_start(name, run), *over_budget(name, run), *normalized(name, run)]
    return [*said, *probabilities(pair)]


def what_differs(pair: Pair) -> str:
    """Say in which settings A and B differ, and what they share."""
    a, b = (run.settings for run in pair.runs)
    found = table.difference(a, b)
    if not found:
        return "A and B have the same settings, so they are the same run, number for number."
    listed = "; ".join(f"in {what}: {mine} against {theirs}" for what, mine, theirs in found)
    if pair.alike:
        return (
            f"A and B differ only {listed}. Here that changes nothing: they are the same run, "
            "number for number."
        )
    if a.initializer == b.initializer:
        shared = "All else, every random draw included, is the same."
    else:
        shared = (
            "All else is the same: the data, and the seeds from which each layer's weights are "
            "drawn."
        )
    return f"A and B differ only {listed}. {shared}"


def constant_answer(pair: Pair) -> str:
    """Say how well one can do without looking at the input."""
    data = pair.runs[0].data
    told = (
        "For comparison: the best constant answer, which ignores the input, has loss "
        f"{number(constant_loss(data))} and "
    )
    about = f" About the same: within {verdicts.ABOUT:.0%} of that loss.".replace("%", " %")
    if data.classes == 0:
        return f"{told}R² 0.{about}"
    shares = np.bincount(data.y, minlength=data.classes) / len(data.y)
    return f"{told}accuracy {percent(float(shares.max()))}.{about}"


def constant_loss(data: Dataset) -> float:
    """Return the smallest loss of an answer that is the same for every input.

    For classes that is the entropy of their shares, for regression half the variance.
    """
    if data.classes == 0:
        return float(np.var(data.y)) / 2
    shares = np.bincount(data.y, minlength=data.classes) / len(data.y)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


# --- one run -----------------------------------------------------------------------------------


def in_short(name: str, run: Run, which: str) -> str:
    """Say which gradient layer 1 begins with, and how far the run has come."""
    many = " (medians)" if run.settings.seeds > 1 else ""
    return f"**{name}**{many}: {_begins(run, which)}{_ends(run)}"


def _begins(run: Run, which: str) -> str:
    depth = run.settings.depth
    last, where = (depth - 1, f"layer {depth}") if depth > 1 else (depth, "the output layer")
    ends = {kind: _median(gradient(run, kind)[0])[[0, last]] for kind in ("delta", which)}
    if not np.isfinite(ends["delta"]).all():
        return "before the first step not every gradient is finite."
    first, end = (number(size, 2) for size in ends["delta"])
    said = f"∂J/∂z begins at {first} in layer 1, {end} in {where}"
    if which != "delta" and np.isfinite(ends[which]).all():
        first, end = (number(size, 2) for size in ends[which])
        said += f"; {table.GRADIENTS[which]} at {first} and {end}"
    return f"{said}."


def _ends(run: Run) -> str:
    made = finite_records(run)
    if not made:
        return ""
    last = made[-1]
    when = f"After {count(last.step, 'step')}" if last.step else "Before the first step"
    loss, constant = number(float(_median(last.loss))), number(constant_loss(run.data))
    return f" {when} the loss is {loss}, {_compared(run, last)}, {constant}{_right(run, last)}."


def at_start(name: str, run: Run) -> str:
    """Say how the gradient changes on its way to layer 1, before the first step."""
    deltas = _median(gradient(run, "delta")[0])
    weights = _median(gradient(run, "weights")[0])
    if not np.isfinite([deltas, weights]).all():
        return f"**{name}**, before the first step: not every gradient is finite."
    if run.settings.depth == 1:
        return (
            f"**{name}**, before the first step{medians(run)}: with one hidden layer ∂J/∂z "
            f"passes back through one derivative only: {number(deltas[1], 2)} in the output layer, "
            f"{number(deltas[0], 2)} in layer 1."
        )
    last = run.settings.depth
    return (
        f"**{name}**, before the first step{medians(run)}: ∂J/∂z is "
        f"{number(deltas[last - 1], 2)} in hidden layer {last} and {number(deltas[0], 2)} in "
        f"layer 1{_factor(deltas[last - 1], deltas[0])}; ∂J/∂W {number(weights[last - 1], 2)} and "
        f"{number(weights[0], 2)}{_factor(weights[last - 1], weights[0])}."
        f"{_moves(run)}"
    )


def _moves(run: Run) -> str:
    """Say how far a step moves the last and the first hidden layer, where that has a measure."""
    ratios, said = _median(gradient(run, "update")[0]), ""
    layers = (run.settings.depth, 1)
    known = [layer for layer in layers if math.isfinite(ratios[layer - 1])]
    if known:
        listed = " and ".join(f"layer {at} by {number(ratios[at - 1], 2)}" for at in known)
        said = f" A step moves {listed} of {'its' if len(known) == 1 else 'their'} weights' spread."
    alone = [at for at in layers if run.records[0].parameters.weights[at - 1][0].size == 1]
    if alone:
        listed = " and ".join(f"layer {at}" for at in alone)
        said += f" The single weight of {listed} has no spread to compare a step with."
    return said


def blocked(name: str, run: Run) -> list[str]:
    """Say where a normalisation lets nothing of the input through, or into no step."""
    settings = run.settings
    match settings.normalization:
        case "layer" if settings.width == 1:
            return [
                f"**{name}**: layer normalisation over a single unit leaves it at its bias: "
                "nothing of the input gets through."
            ]
        case "batch" if settings.batch == 1:
            return [
                f"**{name}**: batch normalisation over a batch of 1 leaves every unit in a step "
                "at its bias: no step depends on the input. All else that is shown here takes the "
                "mean and variance of the whole data set."
            ]
        case _:
            return []


def normalized(name: str, run: Run) -> list[str]:
    """Say what else a normalisation takes from the input, and over what batches are measured."""
    settings = run.settings
    if blocked(name, run):
        return []
    match settings.normalization:
        case "layer":
            return [
                f"**{name}**: layer normalisation takes the length out of every input: while ε is "
                "small beside the variance of the sums, x and 2x get nearly the same answer."
            ]
        case "batch":
            return [
                f"**{name}**: batch normalisation uses the mean and variance of each batch of "
                f"{settings.batch or settings.samples} in a step, and those of the whole data set "
                "for all that is shown here but the steps (its paper keeps running averages)."
            ]
        case _:
            return []


def _factor(before: float, after: float) -> str:
    """Return the factor between two sizes in brackets, where there is one."""
    ok = math.isfinite(before) and math.isfinite(after) and before > 0
    return f" (×{number(after / before, 2)})" if ok else ""


def over_budget(name: str, run: Run) -> list[str]:
    """Say what loss a budget of steps buys (claim C1), and whether it beats a constant answer."""
    made = finite_records(run)
    if not made:
        return []
    steps = np.array([record.step for record in made])
    reads: dict[int, Record] = {}
    for share in BUDGET:
        wanted = share * run.settings.steps
        if wanted <= steps[-1]:
            nearest = made[int(np.abs(steps - wanted).argmin())]
            reads[nearest.step] = nearest
    reads[made[-1].step] = made[-1]
    listed = ", ".join(
        f"{number(float(_median(record.loss)))} after {step:,}"
        for step, record in sorted(reads.items())
    )
    budget = count(run.settings.steps, "step")
    said = f"**{name}**, loss on a budget of {budget}{medians(run)}: {listed}"
    last = made[-1]
    return [f"{said}. That loss is {_compared(run, last)}{_right(run, last)}."]


def _compared(run: Run, last: Record) -> str:
    """Say how the loss of a record compares with a constant answer's."""
    loss = float(_median(last.loss))
    return f"{verdicts.beside(loss, constant_loss(run.data))} the best constant answer's"


def _right(run: Run, last: Record) -> str:
    """Say how many answers are right, or how near they are; nothing where that has no number."""
    score = float(_median(last.accuracy))
    if not math.isfinite(score):
        return ""
    if run.data.classes == 0:
        return f"; R² is {number(score, 2)}"
    return f"; {percent(score)} of the answers are right"


def finite_records(run: Run) -> list[Record]:
    """Return the records whose losses are finite in every network."""
    return [record for record in run.records if np.isfinite(record.loss).all()]


def divergence(name: str, run: Run) -> list[str]:
    """Say where the first number that is not finite stood, if the run met one."""
    found = run.final.diverged
    if found is None:
        return []
    output = run.settings.depth + 1
    layer = "the output layer" if found.layer == output else f"layer {found.layer}"
    article = "an" if found.quantity == "activation" else "a"
    return [
        f"**{name} diverged at step {found.step:,}**: the first number that is not finite is "
        f"{article} {found.quantity} in {layer} ({_where(found.seeds, run.settings.seeds)}). The "
        "run ends there for all its networks."
    ]


def _where(seeds: Sequence[int], networks: int) -> str:
    """Say in which networks it was."""
    of = f"in {len(seeds)} of {networks} networks, " if networks > 1 else ""
    return f"{of}{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}"


# --- probabilities -----------------------------------------------------------------------------


def probabilities(pair: Pair) -> list[str]:
    """Say how far from 1 the probabilities of each input sum (claim C24)."""
    data = pair.runs[0].data
    head = heads.for_classes(data.classes)
    if data.classes == 0:
        return ["Regression: the output is the value itself, not a probability."]
    largest = [_largest_sum_error(run) for run in pair.runs]
    named = zip(pair.names, largest, strict=True)
    kept = {name: error for name, error in named if math.isfinite(error)}
    if not kept:
        return []
    output = {
        "sigmoid": "one sigmoid, ŷ for class 1 and 1 − ŷ for class 0",
        "softmax": f"softmax over {data.classes} classes",
    }[head.key]
    return [
        f"Output: {output}, on top of whatever the hidden layers are. Over all "
        f"{len(data.y):,} inputs {_sums(kept)}."
    ]


def _sums(errors: Mapping[str, float]) -> str:
    """Say by how much the probabilities of an input, summed up, miss 1 at most, by net."""
    if not any(errors.values()):
        only = "" if len(errors) > 1 else f" ({next(iter(errors))})"
        return f"the probabilities add up to exactly 1{only}"
    listed = " and ".join(f"{number(error, 2)} ({name})" for name, error in errors.items())
    return f"the sum of the probabilities differs from 1 by at most {listed}"


def _largest_sum_error(run: Run) -> float:
    made = [record for record in run.records if record.diverged is None]
    if not made:
        return math.nan
    return sum_error(answers_of(run, made[-1], run.data.x))


def medians(run: Run) -> str:
    """Say that the numbers which follow are medians, where there is more than one network."""
    return ", medians over seeds" if run.settings.seeds > 1 else ""


def _median(values: Array) -> Array:
    """Return the median over seeds, the first axis."""
    with np.errstate(invalid="ignore"):
        middle: Array = np.median(values, axis=0)
    return middle
