"""Engine calls behind Streamlit's cache: one function per call, each bounded.

Arguments are plain settings, so that the same link finds the same result; what is asked for by
many at once is computed once. How many results are kept follows from the pages' tables: a slider
that is dragged from end to end and back finds every result again. Their bytes are bounded too, with
room for such a drag on the page as it opens.
"""

from __future__ import annotations

import streamlit as st

from vanishing.charts.view import View
from vanishing.concepts.chain import table as chains
from vanishing.concepts.dying import table as dying
from vanishing.concepts.home import table as home
from vanishing.concepts.layers import table as layers
from vanishing.concepts.training import charts as training_charts
from vanishing.concepts.training import charts_curves as training_curves
from vanishing.concepts.training import words as training
from vanishing.concepts.training.charts import Pair
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.chain import weights as chain_weights
from vanishing.engine.chain.products import Draws, MedianMap
from vanishing.engine.chain.theory import BestRate, Theory
from vanishing.engine.chain.weights import Share
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead import units as dead_units
from vanishing.engine.dead.runs import DeadRun
from vanishing.engine.dead.units import BornDead, UnitStates
from vanishing.engine.nets import activations, speed
from vanishing.engine.nets.speed import Speed
from vanishing.engine.nets.training import Run, Settings
from vanishing.engine.wide import layers as layer_statistics
from vanishing.engine.wide import mean_field
from vanishing.ui import runs
from vanishing.ui.stored import stored

SMALL = 2_000_000
"""Bytes for results of a few numbers each."""

SLICES = sum(
    len(layers.firsts(layers.settings({**layers.PAGE.defaults(), "depth": depth})))
    for depth in layers.PAGE.control("depth").options
)
"""Pieces of all depths on the page of the layers."""
CAUSES = len(dying.RATES) + len(dying.BIASES)
"""Runs that one view of the dying page compares."""
BIRTHS = len(dying.WIDTHS) + dying.WIDEST
"""Curves that one view of the dying page draws."""
VIEWS, VIEWS_BYTES = runs.ENTRIES // 2, 32_000_000
"""Pairs of training runs whose charts are kept: as many as there are runs for."""
CHAINS = chains.PAGE.longest("f", "sigma", "depth", "x", "alpha", "seed")


@stored(entries=len(home.NETS) * home.PAGE.longest("depth"))
def at_start(settings: layer_statistics.Settings) -> layer_statistics.Start:
    """Return every layer's signal and gradient in fresh nets; see `layer_statistics.at_start`."""
    return layer_statistics.at_start(settings)


@stored(entries=SLICES, size=80_000_000)
def layer_piece(settings: layer_statistics.Settings, first: int) -> layer_statistics.Statistics:
    """Return the same of a few networks only; see `layer_statistics.measure_seeds`."""
    return layer_statistics.measure_seeds(settings, first)


@stored(entries=layers.PAGE.longest("depth", "sw2", "seed"), size=SMALL)
def layer_prediction(settings: layer_statistics.Settings) -> mean_field.Propagation | None:
    """Return what theory says of fresh nets; see `layer_statistics.predict`."""
    return layer_statistics.predict(settings)


@stored(entries=4 * layers.PAGE.longest("f", "alpha", "sb2"), size=SMALL)
def factor_curve(
    activation: str, alpha: float | None, bias_variance: float
) -> tuple[tuple[float, float], ...]:
    """Return √χ over the weight scale of plain nets; see `mean_field.factor_curve`."""
    return mean_field.factor_curve(activations.get(activation, alpha), bias_variance)


@stored(entries=layers.PAGE.longest("f", "alpha"), size=SMALL)
def critical_line(activation: str, alpha: float | None) -> tuple[tuple[float, float], ...]:
    """Return the critical plain nets, (σ_w², σ_b²); see `mean_field.critical_line`."""
    return mean_field.critical_line(activations.get(activation, alpha))


@stored(
    entries=CAUSES * dying.PAGE.longest("depth", "width", "steps"),
    size=40_000_000,
    spinner="Training the networks…",
)
def watched(settings: Settings) -> DeadRun:
    """Return a training run as far as dead units go; see `dead_runs.watch`."""
    return dead_runs.watch(settings)


@stored(entries=dying.PAGE.longest("depth", "width", "data", "seed"), size=40_000_000)
def units_at_start(settings: Settings) -> tuple[UnitStates, ...]:
    """Return the states of the untrained networks' units; see `dead_runs.at_start`."""
    return dead_runs.at_start(settings)


@stored(entries=BIRTHS * dying.PAGE.longest("layers", "at", "seed"), size=8_000_000)
def born_dead(depth: int, width: int, nets: int, spread: float, seed: int) -> tuple[BornDead, ...]:
    """Return the shares born dead on the points ±1; see `dead_units.born_dead_curve`."""
    return dead_units.born_dead_curve(depth, width, nets, seed, bias_std=spread)


@stored(entries=CHAINS, size=12_000_000)
def chain_draws(
    activation: str, alpha: float | None, depth: int, sigma_w: float, n: int, seed: int, x: float
) -> Draws:
    """Return the products of n drawn chains; see `chain.draws`."""
    return chain.draws(depth, sigma_w, activations.get(activation, alpha), n, seed, x)


@stored(entries=CHAINS, size=SMALL)
def chain_theory_of(
    activation: str, alpha: float | None, depth: int, sigma_w: float, x: float
) -> Theory:
    """Return what theory predicts of such chains; see `chain_theory.theory`."""
    return chain_theory.theory(depth, sigma_w, activations.get(activation, alpha), x)


@stored(entries=CHAINS, size=4_000_000)
def chain_map(
    activation: str,
    alpha: float | None,
    depths: tuple[int, ...],
    sigmas: tuple[float, ...],
    seed: int,
    x: float,
) -> MedianMap:
    """Return the median product over depth and weight scale; see `chain.median_map`."""
    return chain.median_map(depths, sigmas, activations.get(activation, alpha), seed=seed, x=x)


@stored(entries=chains.PAGE.longest("f", "alpha"), size=SMALL)
def chain_best_rate(activation: str, alpha: float | None) -> BestRate | None:
    """Return the best weight scale, or None where theory names none; see `best_rate`."""
    chosen = activations.get(activation, alpha)
    slopes = chosen.slope_range
    can_be_zero = slopes.low == 0 and slopes.low_attained
    if can_be_zero or chain_theory.theory_gap(chosen, 1.0):
        return None
    return chain_theory.best_rate(chosen)


@stored(entries=chains.PAGE.longest("sigma", "seed"), size=SMALL)
def weights_within_one(sigma_w: float, seed: int) -> Share:
    """Return the share of weights in [−1, 1]; see `chain_weights.share_within_one`."""
    return chain_weights.share_within_one(sigma_w, seed=seed)


@stored(entries=1, size=SMALL)
def activation_times() -> tuple[Speed, ...]:
    """Return the time of every activation on this machine, measured once; see `speed`."""
    return speed.per_element([activations.get(key) for key in activations.KEYS])


@st.cache_data(max_entries=VIEWS, max_size=VIEWS_BYTES, show_spinner=False)
def training_views(
    names: tuple[str, str],
    settings: tuple[Settings, Settings],
    records: tuple[int, int],
    which: str,
    _runs: tuple[Run, Run],
) -> tuple[View, ...]:
    """Return the charts of two runs, of which so many records are made."""
    pair = Pair(names, _runs)
    return (
        training_charts.scrubbed(pair, which),
        training_curves.score(pair),
        training_curves.gradients(pair, 0, which),
        training_curves.gradients(pair, 1, which),
    )


@st.cache_data(max_entries=VIEWS, max_size=SMALL, show_spinner=False)
def training_notices(
    names: tuple[str, str],
    settings: tuple[Settings, Settings],
    records: tuple[int, int],
    _runs: tuple[Run, Run],
) -> list[str]:
    """Return what to notice about two runs; see `notices.training.sentences`."""
    return training.sentences(Pair(names, _runs))
