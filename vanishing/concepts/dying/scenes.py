"""What each view of the dying-ReLU page needs and shows, as pure functions of the settings."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np

from vanishing.concepts.dying import charts, charts_runs, equations, words
from vanishing.concepts.dying.table import PAGE, WIDEST
from vanishing.engine import progress
from vanishing.engine.dead import born
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead import units as dead_units
from vanishing.engine.nets import datasets, elementwise
from vanishing.engine.nets.training import Settings
from vanishing.text import count, number
from vanishing.ui.page import Values
from vanishing.ui.room import Part, by_view
from vanishing.ui.scene import Figures, Scene, Table, Text, apart
from vanishing.ui.work import Ask, Found, Needs, once

__all__ = ["PAGE", "needs", "scene"]

SAMPLES = 200
SEEDS = 5
STARTS = 50
RECORDS = 30
RIVALS: dict[str, tuple[str, float | None]] = {
    "ReLU": ("relu", None),
    "leaky 0.01": ("leaky_relu", 0.01),
    "leaky 0.2": ("leaky_relu", 0.2),
    "leaky 0.3": ("leaky_relu", 0.3),
    "ELU": ("elu", 1.0),
}
REMEDIES: dict[str, tuple[str, str]] = {
    "neither": ("he_normal", "standardise"),
    "inputs in [0, 1]": ("he_normal", "unit"),
    "positive weights": ("positive", "standardise"),
    "both": ("positive", "unit"),
}
WIDTHS = range(1, WIDEST + 1)


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


def _watch(described: Settings) -> Ask:
    return Ask(dead_runs.watches, described)


# --- one neuron ---------------------------------------------------------------------------------


def _neuron(v: Values, _: Found) -> Scene:
    data = datasets.load(v.points, SAMPLES, seed=v.seed, scaling=v.scaling)
    w = np.array([v.w1, v.w2])
    it = dead_units.one_neuron(w, v.b, data.x, v.alpha)
    return Scene(
        beside=apart(
            charts.plane(data, it, w, v.b, v.scaling), charts.decline(data.x, w, v.b, v.alpha)
        ),
        between=(
            Figures(
                {
                    "On for": f"{int(it.on.sum())} of {len(it.on)}",
                    "Mean output ȳ": number(float(it.output.mean())),
                    "Gradient ∂ȳ/∂b": number(it.gradient_b),
                    "Size of ∂ȳ/∂(w, b)": number(charts.gradient_size(it)),
                }
            ),
        ),
        notice=words.neuron(it, v.alpha),
        equations=equations.UNIT,
        code=(dead_units.one_neuron,),
    )


# --- networks over training ---------------------------------------------------------------------


def _network_needs(v: Values) -> Needs:
    return {"run": _watch(settings(v))}


def _network(v: Values, found: Found) -> Scene:
    run = found["run"]
    return Scene(
        beside=apart(charts.unit_map(run)),
        between=(charts.dead_over_time(run),),
        notice=words.network(run),
        equations=equations.UNIT,
        code=(progress.train, dead_units.unit_states),
    )


def _causes_needs(v: Values) -> Needs:
    rates = {("rate", rate): settings(v, learning_rate=rate) for rate in _options("rate")}
    biases = {("bias", bias): settings(v, bias_value=bias) for bias in _options("bias")}
    return {name: _watch(one) for name, one in {**rates, **biases}.items()}


def _options(name: str) -> tuple[Any, ...]:
    return PAGE.control(name).options


def _causes(v: Values, found: Found) -> Scene:
    by_rate = {rate: found["rate", rate] for rate in _options("rate")}
    by_bias = {bias: found["bias", bias] for bias in _options("bias")}
    return Scene(
        beside=apart(
            charts_runs.sweep(by_rate, "step size", "step size η", "log", v.rate),
            charts_runs.sweep(by_bias, "initial bias", "initial bias", "linear", v.bias),
        ),
        notice=words.causes(by_rate, by_bias),
        equations=equations.UNIT,
        code=(progress.train, dead_units.unit_states),
    )


def _leaky_needs(v: Values) -> Needs:
    return {
        name: _watch(settings(v, activation=key, alpha=alpha))
        for name, (key, alpha) in RIVALS.items()
    }


def _leaky(v: Values, found: Found) -> Scene:
    runs = {name: found[name] for name in RIVALS}
    layers = sorted({1, v.depth, 10, 30})
    return Scene(
        beside=apart(charts_runs.share_over_time(runs), charts_runs.loss_over_time(runs)),
        notice=words.leaky(runs),
        below=(
            Text(
                "**The price** of the small slope: on a path that is negative in every layer, the "
                "activation's part of the gradient is αᴸ (exact; weights aside)."
            ),
            Table(
                charts_runs.leaky_path((0.01, 0.1, 0.2, 0.3), layers),
                f"α to the power L; 0.01 after {count(v.depth, 'layer')} is "
                f"{number(0.01**v.depth)}.",
            ),
        ),
        equations=equations.UNIT,
        code=(elementwise.relu_pair, elementwise.leaky_relu, elementwise.elu),
    )


def _remedies_needs(v: Values) -> Needs:
    # The remedies stand alone here: no negative bias works against them.
    plain = settings(v, bias_value=0.0)
    return {
        name: _watch(replace(plain, initializer=weights, scaling=scaling))
        for name, (weights, scaling) in REMEDIES.items()
    }


def _remedies(v: Values, found: Found) -> Scene:
    runs = {name: found[name] for name in REMEDIES}
    data = datasets.load(v.data, SAMPLES, seed=v.seed, scaling="unit")
    return Scene(
        beside=apart(charts_runs.share_over_time(runs), charts_runs.growth(runs, {"both": data.x})),
        between=(charts_runs.loss_over_time(runs),),
        notice=words.remedies(
            runs, v, data.classes, dead_runs.positive_mean(data.x, v.width, v.depth)
        ),
        equations=equations.POSITIVE,
        code=(progress.train, dead_runs.positive_growth),
    )


# --- births and sparsity ------------------------------------------------------------------------


def _births(v: Values, depth: int, width: int) -> Ask:
    return once(born.born_dead_curve, depth, width, v.draws, v.seed, bias_std=v.spread)


def _born_needs(v: Values) -> Needs:
    wanted: dict[Hashable, Ask] = {("at", n): _births(v, v.at, n) for n in WIDTHS}
    return wanted | {("width", int(n)): _births(v, v.layers, int(n)) for n in v.widths}


def _born(v: Values, found: Found) -> Scene:
    curves = {int(n): found["width", int(n)] for n in v.widths}
    by_width = {n: found["at", n][-1:] for n in WIDTHS}
    return Scene(
        beside=apart(
            charts_runs.births_by_depth(charts_runs.births(curves), v.draws, v.seed),
            charts_runs.births_by_width(charts_runs.births(by_width), v.at),
        ),
        notice=words.born(curves, by_width, v.at),
        equations=equations.BORN,
        code=(born.born_dead_curve, born.born_dead_bound),
    )


def _sparsity_needs(v: Values) -> Needs:
    # A bias would hide what the claim is about: weights alone.
    plain = settings(v, bias_value=0.0)
    return {
        "run": _watch(plain),
        "start": once(dead_runs.at_start, replace(plain, seeds=STARTS, steps=1)),
    }


def _sparsity(v: Values, found: Found) -> Scene:
    run, states = found["run"], found["start"]
    return Scene(
        beside=apart(
            charts_runs.off_against_dead(states, v.width, v.seed), charts_runs.active_by_layer(run)
        ),
        notice=words.sparsity(run, states, STARTS),
        equations=equations.SPARSE,
        code=(dead_runs.at_start, dead_units.unit_states),
    )


VIEWS = {
    "neuron": Part(_neuron),
    "network": Part(_network, _network_needs),
    "causes": Part(_causes, _causes_needs),
    "leaky": Part(_leaky, _leaky_needs),
    "remedies": Part(_remedies, _remedies_needs),
    "born": Part(_born, _born_needs),
    "sparsity": Part(_sparsity, _sparsity_needs),
}
needs, scene = by_view(VIEWS)
