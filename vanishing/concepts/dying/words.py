"""What to notice about dead units, in sentences made from the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vanishing.concepts.dying.facts import when
from vanishing.engine.arrays import Array
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead.born import BornDead, born_dead_bound
from vanishing.engine.dead.runs import DeadRun
from vanishing.engine.dead.units import NeuronOnData, UnitStates
from vanishing.text import count, number, percent, setting, unlike
from vanishing.ui.page import Values


def banded(values: Any) -> str:
    """Return a share's median over seeds, with its 10–90 % band."""
    low, median, high = (float(q) for q in np.quantile(values, (0.1, 0.5, 0.9)))
    return f"{percent(median)} ({percent(low)} to {percent(high)})"


def final_dead(run: DeadRun) -> str:
    """Return the dead share at the end in words, with its band."""
    return banded(run.dead_share[-1])


# --- one neuron ---------------------------------------------------------------------------------


def neuron(it: NeuronOnData, alpha: float) -> tuple[str, ...]:
    """Say whether a neuron on data is dead, and how far it is from that."""
    return (
        _neuron_state(it, alpha),
        _neuron_margin(it),
        "At the kink z = 0 the slope is a convention: here it is that of the left side "
        f"({setting(alpha)}); the article takes 1.",
    )


def _neuron_state(it: NeuronOnData, alpha: float) -> str:
    on, total = int(it.on.sum()), len(it.on)
    if it.dead:
        return _off(it, alpha)
    told = f"On for {count(on, 'input')}, off for {total - on}. It is not dead: "
    if alpha > 0:
        return (
            f"{told}every input gives a gradient, with slope 1 where it is on and α = "
            f"{setting(alpha)} where it is off."
        )
    return (
        f"{told}the {'input that is' if on == 1 else 'inputs that are'} on still "
        f"{'gives' if on == 1 else 'give'} a gradient."
    )


def _off(it: NeuronOnData, alpha: float) -> str:
    """Say whether a neuron that is off for every input is dead, and what could wake it."""
    told = f"Off for all {len(it.on)} inputs"
    if alpha > 0:
        return (
            f"{told}, yet **not dead**: with α = {setting(alpha)} each input "
            f"still passes on α times the gradient, and ∂ȳ/∂b is {number(it.gradient_b)}."
        )
    told += (
        ": **dead**. Output and gradient are exactly 0, for any loss, so plain gradient "
        "descent moves neither w nor b. "
    )
    if at_kink := int((it.z == 0.0).sum()):
        told += (
            "That rests on the convention f′(0) = 0: with the article's f′(0) = 1 the "
            f"{count(at_kink, 'input')} with z = 0 would give a gradient. "
        )
    if it.z.min() == it.z.max():
        return f"{told}With w = 0 not even a change of its inputs could wake it."
    return f"{told}So only a change of its inputs, by layers below, could wake it."


def _neuron_margin(it: NeuronOnData) -> str:
    if it.dead:
        return (
            f"The largest z is {number(it.margin)}; for any b above {number(it.death_bias)} at "
            "least one input would switch the neuron on."
        )
    return (
        f"The largest z is {number(it.margin)}: lower b by that much, to "
        f"{unlike(it.death_bias, it.margin + it.death_bias)}, "
        "and the neuron is off for all."
    )


# --- networks over training ---------------------------------------------------------------------


def network(run: DeadRun) -> tuple[str, ...]:
    """Say how many units of a network die, and how many come back."""
    nets = run.settings.seeds
    return (
        f"At the start {banded(run.dead_share[0])} of the hidden units are dead, after "
        f"{count(int(run.steps[-1]), 'step')} {final_dead(run)}: median and 10–90 % over "
        f"{nets} networks.",
        revivals(run),
        *diverged(run),
        *severed(run),
    )


def severed(run: DeadRun) -> tuple[str, ...]:
    """Say in how many networks nothing of the input arrives at the output any more, if in some."""
    cut = int(np.count_nonzero(run.dead[-1, :, -1] == 1))
    told = f"In {cut} of {run.settings.seeds} networks the whole last hidden layer is dead"
    return (f"{told} {when([run])}: only the output's bias still learns.",) if cut else ()


def revivals(run: DeadRun) -> str:
    """Say how many of the units that were dead once are on at the last record."""
    ever = (run.active == 0).any(axis=0)
    died, back = int(ever.sum()), int((ever & (run.active[-1] > 0)).sum())
    nets = run.settings.seeds
    if not died:
        return f"No unit of the {nets} networks was dead at any record."
    were = "was" if died == 1 else "were"
    once = f"of {count(died, 'unit')} of the {nets} networks that {were} dead at some record"
    if back:
        return f"Dead need not be for ever: {once}, {back:,} came back, as layers below moved."
    told = f"O{once[1:]}, none is on at the last."
    if run.settings.depth == 1:
        return f"{told} No layer below them moves, so none can come back."
    return f"{told} A dead unit can only be woken by layers below that move."


def diverged(run: DeadRun) -> tuple[str, ...]:
    """Say where a run diverged, if it did."""
    if run.diverged is None:
        return ()
    article = "an" if run.diverged.quantity == "activation" else "a"
    output = run.diverged.layer > run.settings.depth
    layer = "the output layer" if output else f"layer {run.diverged.layer}"
    return (
        f"The run diverged at step {run.diverged.step}: the first number that is not finite is "
        f"{article} {run.diverged.quantity} in {layer}. Shown is what came before.",
    )


def causes(by_rate: Mapping[float, DeadRun], by_bias: Mapping[float, DeadRun]) -> tuple[str, ...]:
    """Say what step size and initial bias do."""
    small, large = min(by_rate), max(by_rate)
    low, high = min(by_bias), max(by_bias)
    return (
        f"Step size: with η = {setting(small)}, {final_dead(by_rate[small])} of the units are "
        f"dead {when(by_rate.values())}; with η = {setting(large)}, {final_dead(by_rate[large])}.",
        f"Initial bias: with {setting(low)}, {banded(by_bias[low].dead_share[0])} are dead before "
        f"the first step; with {setting(high)}, {banded(by_bias[high].dead_share[0])}.",
        "At the start nothing depends on η: where the two lines over the step size differ, "
        "training did it. A large step can throw a unit off all inputs at once.",
    )


def leaky(runs: Mapping[str, DeadRun]) -> tuple[str, ...]:
    """Compare activations with and without a slope on the negative side."""
    end = when(runs.values())
    return (
        *[
            f"**{name}**: {final_dead(run)} of the units are off for every input {end}; loss "
            f"{number(float(np.median(run.loss[-1])))}"
            + (f" (diverged at step {run.diverged.step})." if run.diverged else ".")
            for name, run in runs.items()
        ],
        "Off for every input is death for ReLU only: the others have a slope there, so such a unit "
        "can move. But ELU's, e^z, becomes tiny far below 0, and in float64 it is 0 below "
        "z ≈ −745.",
    )


def remedies(
    runs: Mapping[str, DeadRun], v: Values, classes: int, predicted: float
) -> tuple[str, ...]:
    """Say what positive weights and inputs prevent, and what they cost.

    `predicted` is the mean activation of the last hidden layer with both.
    """
    both, factor = runs["both"], dead_runs.positive_growth(v.width)
    after = (
        f"after {count(int(both.steps[-1]), 'step')} with η = {setting(v.rate)}, "
        f"{final_dead(both)} are dead with both."
    )
    lasts = float(np.median(both.dead_share[-1])) == 0
    return (
        "With both, nothing makes a z negative at the start. Measured there: "
        f"{banded(both.dead_share[0])} of the units dead with both, "
        f"{banded(runs['neither'].dead_share[0])} with neither, "
        f"{banded(runs['inputs in [0, 1]'].dead_share[0])} with inputs in [0, 1] alone.",
        f"A{after[1:]}" if lasts else f"It does not last: {after}",
        f"The cost: over all draws, activations are on average multiplied by √(2N/π) = "
        f"{number(factor)} per layer of {count(v.width, 'unit')}, to {number(predicted)} in layer "
        f"{v.depth} (predicted); the median of {both.settings.seeds} networks is "
        f"{number(float(np.median(both.mean_activation[0, :, -1])))}.",
        f"What still trains: loss {when(runs.values())} "
        + "; ".join(
            f"{name} {number(float(np.median(run.loss[-1])))}"
            + (" (diverged)" if run.diverged else "")
            for name, run in runs.items()
        )
        + f" (medians). Guessing gives ln(number of classes): {number(math.log(classes))}.",
    )


# --- births and sparsity ------------------------------------------------------------------------


def born(
    curves: Mapping[int, Sequence[BornDead]],
    by_width: Mapping[int, Sequence[BornDead]],
    depth: int,
) -> tuple[str, ...]:
    """Say how often nets are born dead, below the bound."""
    every = [(width, one) for width, curve in curves.items() for one in curve]
    above = sum(one.low > born_dead_bound(one.depth, width) for width, one in every)
    narrow = min(curves)
    deepest = curves[narrow][-1]
    least, most = min(by_width), max(by_width)
    return (
        f"Measured at L = {deepest.depth}: {_births(narrow, deepest)}; the bound is "
        f"{percent(born_dead_bound(deepest.depth, narrow))}.",
        "The bound falls with width and rises with depth. Measured at L = "
        f"{depth}: {_births(least, by_width[least][-1])}; {_births(most, by_width[most][-1])}.",
        _intervals(above, len(every)),
    )


def _intervals(above: int, every: int) -> str:
    """Say how many intervals lie above the bound, which holds."""
    if not above:
        one = "The only interval does not lie"
        none = one if every == 1 else f"None of the {every} intervals lies"
        return f"{none} wholly above its bound."
    return (
        f"{above} of {count(every, 'interval')} {'lies' if above == 1 else 'lie'} wholly above the "
        "bound; of 95 % intervals a few may, by chance, where the probability is close to it."
    )


def _births(width: int, one: BornDead) -> str:
    """Return a measured share born dead with its interval."""
    interval = f"{percent(one.low)} to {percent(one.high)}"
    return f"{percent(one.share)} ({interval}) born dead with N = {width}"


def sparsity(run: DeadRun, states: Sequence[UnitStates], starts: int) -> tuple[str, ...]:
    """Say how many units an input uses, and how much rarer dead is than off."""
    depth, width = run.settings.depth, run.settings.width
    first, last = (dead_runs.off_probability(layer, width) for layer in (1, depth))
    off: Array = np.stack([s.inactive_share for s in states]).mean(axis=0)
    dead: Array = np.stack([s.dead_share for s in states]).mean(axis=0)
    cut = severed(run)
    return (
        f"A negative z is nothing rare: at the start a unit is off for {banded(off)} of the inputs "
        f"(median and 10–90 % over {starts} networks). Off for every input, dead, are "
        f"{banded(dead)} of the units.",
        "With biases of 0 and weights of mean 0, z is as often negative as positive, unless a "
        f"whole layer below is off. Predicted: z ≤ 0 for {percent(first)} of the inputs in layer 1"
        + (f", for {percent(last)} in layer {depth}." if depth > 1 else "."),
        f"{'An' if cut else 'The good side: an'} input uses "
        f"{banded(1 - run.off[0].mean(axis=1))} of the units at the "
        f"start and {banded(1 - run.off[-1].mean(axis=1))} after "
        f"{count(int(run.steps[-1]), 'step')} ({run.settings.seeds} networks).",
        *cut,
        *diverged(run),
    )
