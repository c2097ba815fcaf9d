"""The sections of the dying-ReLU page: each draws its controls, its charts and what to notice."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from vanishing.concepts.dying import charts, equations
from vanishing.concepts.dying import charts_runs as dying_runs
from vanishing.concepts.dying.table import WIDEST
from vanishing.concepts.section import Section
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead import units as dead_units
from vanishing.engine.dead.runs import DeadRun
from vanishing.engine.nets import activations, datasets
from vanishing.engine.nets.training import Settings
from vanishing.text import count, number, percent, setting
from vanishing.ui import compute
from vanishing.ui.frame import Frame, Values

SAMPLES = 200
SEEDS = 5
STARTS = 50
RECORDS = 30
PATIENCE = 0.3
"""Seconds after which a sweep shows how far it is."""


def settings(v: Values, **changes: Any) -> Settings:
    """Return the run that the page's network controls describe."""
    described = Settings(
        data=v.data,
        samples=SAMPLES,
        depth=v.depth,
        width=v.width,
        activation="relu",
        initializer="he_normal",
        bias="constant",
        bias_value=v.bias,
        learning_rate=v.rate,
        steps=v.steps,
        seed=v.seed,
        seeds=SEEDS,
        records=RECORDS,
    )
    return replace(described, **changes)


def watch_all(wanted: Sequence[Settings]) -> list[DeadRun]:
    """Train one run after the other, with a bar where that takes a while."""
    place, started, found = st.empty(), time.perf_counter(), []
    for done, one in enumerate(wanted, start=1):
        found.append(compute.watched(one))
        if time.perf_counter() - started > PATIENCE:
            # Drawing the bar is also where a changed setting stops the sweep.
            place.progress(done / len(wanted), f"{done} of {len(wanted)} runs trained")
    place.empty()
    return found


def final_dead(run: DeadRun) -> str:
    """Return the dead share at the end in words, with its band."""
    return spread(run.dead_share[-1])


def spread(values: Any) -> str:
    """Return a share's median over seeds, with its 10–90 % band."""
    low, median, high = (float(q) for q in np.quantile(values, (0.1, 0.5, 0.9)))
    return f"{percent(median)} ({percent(low)} to {percent(high)})"


# --- one neuron ---------------------------------------------------------------------------------


def neuron(page: Frame) -> None:
    """Draw one neuron on data."""
    left, middle, right = st.columns([1, 1.35, 1.25], gap="medium")
    with left:
        page.controls("b", "w1", "w2", "alpha")
        v = page.more("scaling", "points", "seed")
    data = datasets.load(v.points, SAMPLES, seed=v.seed, scaling=v.scaling)
    w = np.array([v.w1, v.w2])
    it = dead_units.one_neuron(w, v.b, data.x, v.alpha)
    on, total = int(it.on.sum()), len(it.on)
    size = charts.gradient_size(it)
    with middle:
        page.chart(charts.plane(data, it, w, v.b, v.scaling))
    with right:
        page.chart(charts.decline(data.x, w, v.b, v.alpha))
    with st.container(horizontal=True):
        st.metric("On for", f"{on} of {total}", border=True)
        st.metric("Mean output ȳ", number(float(it.output.mean())), border=True)
        st.metric("Gradient ∂ȳ/∂b", number(it.gradient_b), border=True)
        st.metric("Size of ∂ȳ/∂(w, b)", number(size), border=True)
    page.notice(
        _neuron_state(it, on, total, v.alpha),
        _neuron_margin(it),
        "At the kink z = 0 the slope is a convention: here it is that of the left side "
        f"({setting(v.alpha)}); the article takes 1.",
    )


def _neuron_state(it: dead_units.NeuronOnData, on: int, total: int, alpha: float) -> str:
    if not it.dead:
        return (
            f"On for {count(on, 'input')}, off for {total - on}. It is not dead: the "
            f"{'input that is' if on == 1 else 'inputs that are'} on still "
            f"{'gives' if on == 1 else 'give'} a gradient."
        )
    if alpha > 0:
        return (
            f"Off for all {total} inputs, yet **not dead**: with α = {setting(alpha)} each input "
            f"still passes on α times the gradient, and ∂ȳ/∂b is {number(it.gradient_b)}."
        )
    return (
        f"Off for all {total} inputs: **dead**. Output and gradient are exactly 0, for any loss, "
        "so no step of training changes w or b. Only a change of its inputs, by layers below, "
        "could wake it."
    )


def _neuron_margin(it: dead_units.NeuronOnData) -> str:
    if it.dead:
        return (
            f"The largest z is {number(it.margin)}; for any b above {number(it.death_bias)} at "
            "least one input would switch the neuron on."
        )
    return (
        f"The largest z is {number(it.margin)}: lower b by that much, to {number(it.death_bias)}, "
        "and the neuron is off for all."
    )


# --- a network over training --------------------------------------------------------------------


def network_controls(page: Frame) -> Values:
    """Draw the controls of a training run."""
    page.controls("bias", "rate", "depth", "width")
    return page.more("data", "steps", "seed")


def network(page: Frame) -> None:
    """Draw the units of a network over training."""
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        v = network_controls(page)
    with right:
        run = compute.watched(settings(v))
        page.chart(charts.unit_map(run))
    page.chart(charts.dead_over_time(run))
    sentences = [
        f"At the start {spread(run.dead_share[0])} of the hidden units are dead, after "
        f"{count(int(run.steps[-1]), 'step')} {final_dead(run)}: median and 10–90 % over "
        f"{SEEDS} networks.",
        revivals(run),
        *_diverged(run),
    ]
    cut = int(np.count_nonzero(run.dead[-1, :, -1] == 1))
    if cut:
        sentences.append(
            f"In {cut} of {SEEDS} networks the whole last hidden layer is dead at the end: only "
            "the output's bias still learns."
        )
    page.notice(*sentences)


def revivals(run: DeadRun) -> str:
    """Say how many of the units that were dead once are on at the last record."""
    ever = (run.active == 0).any(axis=0)
    died, back = int(ever.sum()), int((ever & (run.active[-1] > 0)).sum())
    if not died:
        return f"No unit of the {SEEDS} networks was dead at any record."
    were = "was" if died == 1 else "were"
    once = f"of {count(died, 'unit')} of the {SEEDS} networks that {were} dead at some record"
    if back:
        return f"Dead need not be for ever: {once}, {back:,} came back, as layers below moved."
    return (
        f"O{once[1:]}, none is on at the last. A dead unit can only be woken by layers below that "
        "move."
    )


def _diverged(run: DeadRun) -> list[str]:
    if run.diverged is None:
        return []
    return [
        f"The run diverged at step {run.diverged.step}: the first number that is not finite is "
        f"{'an' if run.diverged.quantity == 'activation' else 'a'} {run.diverged.quantity} in "
        f"layer {run.diverged.layer}. Shown is what came before."
    ]


# --- what kills ---------------------------------------------------------------------------------


def causes(page: Frame) -> None:
    """Draw the dead share against step size and against initial bias."""
    left, middle, right = st.columns([1, 1.3, 1.3], gap="medium")
    with left:
        v = network_controls(page)
        rates, biases = page.page.control("rate").options, page.page.control("bias").options
        wanted = [settings(v, learning_rate=rate) for rate in rates]
        wanted += [settings(v, bias_value=bias) for bias in biases]
        runs = watch_all(wanted)
    by_rate = dict(zip(rates, runs, strict=False))
    by_bias = dict(zip(biases, runs[len(rates) :], strict=True))
    with middle:
        page.chart(
            dying_runs.sweep(by_rate, name="step size", title="step size η", log=True, here=v.rate)
        )
    with right:
        page.chart(
            dying_runs.sweep(
                by_bias, name="initial bias", title="initial bias", log=False, here=v.bias
            )
        )
    small, large = min(rates), max(rates)
    low, high = min(biases), max(biases)
    page.notice(
        f"Step size: with η = {setting(small)}, {final_dead(by_rate[small])} of the units are "
        f"dead at the end; with η = {setting(large)}, {final_dead(by_rate[large])}.",
        f"Initial bias: with {setting(low)}, {spread(by_bias[low].dead_share[0])} are dead before "
        f"the first step; with {setting(high)}, {spread(by_bias[high].dead_share[0])}.",
        "At the start nothing depends on η: where the two lines of the left chart differ, training "
        "did it. A large step can throw a unit off all inputs at once.",
    )


# --- leaky slopes -------------------------------------------------------------------------------

RIVALS: dict[str, tuple[str, float | None]] = {
    "ReLU": ("relu", None),
    "leaky 0.01": ("leaky_relu", 0.01),
    "leaky 0.2": ("leaky_relu", 0.2),
    "leaky 0.3": ("leaky_relu", 0.3),
    "ELU": ("elu", 1.0),
}


def leaky(page: Frame) -> None:
    """Compare ReLU with what has a slope on the negative side."""
    left, middle, right = st.columns([1, 1.3, 1.3], gap="medium")
    with left:
        v = network_controls(page)
        wanted = [settings(v, activation=key, alpha=alpha) for key, alpha in RIVALS.values()]
        runs = dict(zip(RIVALS, watch_all(wanted), strict=True))
    with middle:
        page.chart(dying_runs.share_over_time(runs))
    with right:
        page.chart(dying_runs.loss_over_time(runs))
    page.notice(
        *[
            f"**{name}**: {final_dead(run)} of the units are off for every input at the end; loss "
            f"{number(float(np.median(run.loss[-1])))}" + _ended(run)
            for name, run in runs.items()
        ],
        "Off for every input is death for ReLU only: the others still pass a gradient there, so "
        "such a unit can move.",
    )
    st.markdown(
        "**The price** of the small slope: on a path that is negative in every layer, the "
        "activation's part of the gradient is α^L (exact; weights aside)."
    )
    layers = sorted({1, v.depth, 10, 30})
    st.dataframe(
        dying_runs.leaky_path((0.01, 0.1, 0.2, 0.3), layers),
        hide_index=True,
        alt=f"α to the power L; 0.01 after {count(v.depth, 'layer')} is {number(0.01**v.depth)}.",
    )


def _ended(run: DeadRun) -> str:
    return f" (diverged at step {run.diverged.step})." if run.diverged else "."


# --- remedies -----------------------------------------------------------------------------------

REMEDIES: dict[str, tuple[str, str]] = {
    "neither": ("he_normal", "standardise"),
    "inputs in [0, 1]": ("he_normal", "unit"),
    "positive weights": ("positive", "standardise"),
    "both": ("positive", "unit"),
}


def remedies(page: Frame) -> None:
    """Draw what positive weights and inputs in [0, 1] prevent, and what they cost."""
    left, middle, right = st.columns([1, 1.3, 1.3], gap="medium")
    with left:
        page.controls("rate", "depth", "width", "data")
        v = page.more("steps", "seed")
        # The remedies stand alone here: no negative bias works against them.
        plain = settings(Values({**v, "bias": 0.0}))
        wanted = [
            replace(plain, initializer=weights, scaling=scaling)
            for weights, scaling in REMEDIES.values()
        ]
        runs = dict(zip(REMEDIES, watch_all(wanted), strict=True))
    inputs = datasets.load(v.data, SAMPLES, seed=v.seed, scaling="unit").x
    with middle:
        page.chart(dying_runs.share_over_time(runs))
    with right:
        page.chart(dying_runs.growth(runs, {"both": inputs}))
    page.chart(dying_runs.loss_over_time(runs))
    both, factor = runs["both"], dead_runs.positive_growth(v.width)
    page.notice(
        "With both, nothing makes a z negative at the start. Measured there: "
        f"{spread(both.dead_share[0])} of the units dead with both, "
        f"{spread(runs['neither'].dead_share[0])} with neither, "
        f"{spread(runs['inputs in [0, 1]'].dead_share[0])} with inputs in [0, 1] alone.",
        f"It does not last: after {count(int(both.steps[-1]), 'step')} with η = {setting(v.rate)}, "
        f"{final_dead(both)} are dead with both."
        if float(np.median(both.dead_share[-1])) > 0
        else f"After {count(int(both.steps[-1]), 'step')} with η = {setting(v.rate)}, "
        f"{final_dead(both)} are dead with both.",
        f"The cost: activations are predicted to grow by √(2N/π) = {number(factor)} per layer of "
        f"{count(v.width, 'unit')}; measured at layer {v.depth}: "
        f"{number(float(np.median(both.mean_activation[0, :, -1])))} on average.",
        "What still trains: loss at the end "
        + "; ".join(
            f"{name} {number(float(np.median(run.loss[-1])))}"
            + (" (diverged)" if run.diverged else "")
            for name, run in runs.items()
        )
        + " (medians). Guessing gives ln(number of classes): "
        f"{number(math.log(datasets.load(v.data).classes))}.",
    )


# --- born dead ----------------------------------------------------------------------------------


def born(page: Frame) -> None:
    """Draw how often random networks are dead from birth, below the bound."""
    left, middle, right = st.columns([1, 1.3, 1.3], gap="medium")
    with left:
        page.controls("layers", "widths", "at", "draws")
        v = page.more("spread", "seed")
    chosen = {
        int(n): compute.born_dead(v.layers, int(n), v.draws, v.spread, v.seed) for n in v.widths
    }
    at_widths = range(1, WIDEST + 1)
    at = {n: compute.born_dead(v.at, n, v.draws, v.spread, v.seed)[-1:] for n in at_widths}
    rows, by_width = dying_runs.births(chosen), dying_runs.births(at)
    with middle:
        page.chart(dying_runs.births_by_depth(rows, v.draws, v.seed))
    with right:
        page.chart(dying_runs.births_by_width(by_width, v.at))
    above = int((rows["low"] > rows["bound"]).sum())
    narrow = rows[rows["width"] == rows["width"].min()].iloc[-1]
    page.notice(
        f"Measured at L = {int(narrow['depth'])}: {_births(narrow)}; the bound is "
        f"{percent(narrow['bound'])}.",
        "The bound falls with width and rises with depth. Measured at L = "
        f"{v.at}: {_births(by_width.iloc[0])}; {_births(by_width.iloc[-1])}.",
        f"No interval lies wholly above its bound, in {len(rows)} of them."
        if above == 0
        else f"{above} of {len(rows)} intervals {'lies' if above == 1 else 'lie'} wholly above "
        "the bound; of 95 % intervals a few may, by chance, where the probability is close to it.",
    )


def _births(row: pd.Series[Any]) -> str:
    """Return a measured share born dead with its interval."""
    share, low, high = (percent(float(row[name])) for name in ("share", "low", "high"))
    return f"{share} ({low} to {high}) born dead with N = {row['width']}"


# --- sparsity -----------------------------------------------------------------------------------


def sparsity(page: Frame) -> None:
    """Draw how many units are active, and how much rarer dead is than off."""
    left, middle, right = st.columns([1, 1.3, 1.3], gap="medium")
    with left:
        page.controls("rate", "depth", "width", "data")
        v = page.more("steps", "seed")
    # A bias would hide what the claim is about: weights alone.
    plain = settings(Values({**v, "bias": 0.0}))
    run = compute.watched(plain)
    states = compute.units_at_start(replace(plain, seeds=STARTS, steps=1))
    with middle:
        page.chart(dying_runs.off_against_dead(states, v.width, v.seed))
    with right:
        page.chart(dying_runs.active_by_layer(run))
    first, last = (dead_runs.off_probability(layer, v.width) for layer in (1, v.depth))
    off = np.stack([s.inactive_share for s in states]).mean(axis=0)
    dead = np.stack([s.dead_share for s in states]).mean(axis=0)
    page.notice(
        f"A negative z is nothing rare: at the start a unit is off for {spread(off)} of the inputs "
        f"(median and 10–90 % over {STARTS} networks). Off for every input, dead, are "
        f"{spread(dead)} of the units.",
        "With biases of 0 and weights of mean 0, z is as often negative as positive, unless a "
        f"whole layer below is off. Predicted: z ≤ 0 for {percent(first)} of the inputs in layer "
        f"1, for {percent(last)} in layer {v.depth}.",
        f"The good side: an input uses {spread(1 - run.off[0].mean(axis=1))} of the units at the "
        f"start and {spread(1 - run.off[-1].mean(axis=1))} after "
        f"{count(int(run.steps[-1]), 'step')} ({SEEDS} networks).",
        *_diverged(run),
    )


SECTIONS: dict[str, Section] = {
    "neuron": Section(neuron, equations.UNIT, (dead_units.one_neuron,)),
    "network": Section(network, equations.UNIT, (dead_runs.watch, dead_units.history)),
    "causes": Section(causes, equations.UNIT, (dead_runs.watch, dead_units.unit_states)),
    "leaky": Section(leaky, equations.UNIT, (dead_runs.watch, activations.get)),
    "remedies": Section(remedies, equations.POSITIVE, (dead_runs.watch, dead_runs.positive_growth)),
    "born": Section(born, equations.BORN, (dead_units.born_dead_curve, dead_units.born_dead_bound)),
    "sparsity": Section(sparsity, equations.SPARSE, (dead_runs.at_start, dead_units.unit_states)),
}
