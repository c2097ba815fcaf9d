"""The parts of the page on the gradient by layer: measuring with progress, and the four views."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from vanishing.concepts.layers import charts, table
from vanishing.concepts.layers import charts_histograms as layers_histograms
from vanishing.concepts.layers import charts_theory as layers_theory
from vanishing.concepts.layers import words as say
from vanishing.engine.nets import activations
from vanishing.engine.wide import layers as layer_statistics
from vanishing.engine.wide import mean_field
from vanishing.engine.wide.layers import MAX_COST, MAX_MEMORY, Settings, Start
from vanishing.text import count, number
from vanishing.ui import compute
from vanishing.ui.frame import Frame, Values
from vanishing.ui.progress import bar_with_stop
from vanishing.ui.refusal import offer_nearest

PATIENCE = 0.3
"""Seconds before a progress bar appears."""
COMPARED = ("sigmoid", "tanh", "relu")
"""Activations whose factor is drawn beside this one's."""


def controls(page: Frame) -> Values:
    """Draw the controls: few at first sight."""
    v = page.controls("f", "init")
    if v.init == "scaled":
        page.controls("sw2")
    page.controls("depth", "grads", "norm", "skip")
    return page.more("width", "sb2", "data", "batch", "seeds", "alpha", "seed")


# --- measuring ------------------------------------------------------------------------------------


def measured(settings: Settings, key: str) -> Start:
    """Measure the nets, a few at a time, with progress and a way to stop.

    Whoever stops sees what is measured so far, one piece at least.
    """
    stopped, reached = f"_{key}_stopped", f"_{key}_reached"
    firsts = table.firsts(settings)
    asked, so_far = st.session_state.get(stopped, (None, 0))
    if asked == settings and so_far < len(firsts):
        pieces = [compute.layer_piece(settings, first) for first in firsts[: max(so_far, 1)]]
        _say_stopped(settings, min(settings.seeds, len(pieces) * settings.chunk()), stopped, key)
    else:
        pieces = []
        place, began, bar = st.empty(), time.perf_counter(), None
        for done, first in enumerate(firsts):
            st.session_state[reached] = (settings, done)
            if bar is None and time.perf_counter() - began > PATIENCE:
                bar = bar_with_stop(place, key, _stop, stopped, reached)
            if bar is not None:
                left = (time.perf_counter() - began) * (len(firsts) - done) / max(done, 1)
                bar.progress(
                    done / len(firsts),
                    f"{first} of {settings.seeds} nets, about {number(left, 1)} s left",
                )
            pieces.append(compute.layer_piece(settings, first))
        place.empty()
    return Start(settings, layer_statistics.join(pieces), compute.layer_prediction(settings))


def _stop(stopped: str, reached: str) -> None:
    st.session_state[stopped] = st.session_state[reached]


def _say_stopped(settings: Settings, nets: int, stopped: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            f"Stopped after {count(nets, 'net')} of {settings.seeds}; below is what these give.",
            icon=":material/stop_circle:",
        )
        st.button(
            "Go on",
            key=f"{key}_go_on",
            icon=":material/play_circle:",
            on_click=lambda: st.session_state.pop(stopped, None),
        )


def refuse(page: Frame, values: Mapping[str, Any], settings: Settings) -> None:
    """Say how much too large the nets are, and offer the nearest setting that fits."""
    offer_nearest(
        page,
        values,
        table.nearest(values),
        f"These nets ask for about {number(settings.cost(), 2)} multiply-adds (at most "
        f"{number(MAX_COST, 2)}, about 15 seconds) and {settings.memory() / 1e6:,.0f} MB of memory "
        f"(at most {MAX_MEMORY / 1e6:,.0f} MB).",
    )


# --- the views ------------------------------------------------------------------------------------


def note(start: Start) -> str:
    """Return what was computed, on how many draws, with which seeds."""
    s = start.settings
    first = s.network_seeds[0]
    inputs = "real 8×8 digits" if s.data == "digits" else "random inputs"
    return (
        f"Median and 10–90 % band over {count(start.seeds, 'net')}, seeds {first}–"
        f"{first + start.seeds - 1}: {s.width} units a layer, σ_w² = "
        f"{number(s.hidden_weight_variance)}, σ_b² = {s.bias_variance:g}, one batch of {s.samples} "
        f"{inputs}."
    )


def by_layer(page: Frame, start: Start, v: Values) -> list[str]:
    """Draw gradient, spread of the outputs and saturation by layer."""
    dashed = "" if start.predicted is None else " Dashed: predicted for wide nets, not fitted"
    if dashed:
        agree = ", hidden by the line where they agree."
        dashed += agree if "delta" in v.grads else " (here only for the outputs)."
    page.chart(charts.gradients(start, v.grads, note(start) + dashed))
    for column, view in zip(
        st.columns(2), (charts.spread(start), charts.saturated(start)), strict=True
    ):
        with column:
            page.chart(view)
    return say.by_layer(start, v.grads)


def histograms(page: Frame, start: Start, v: Values) -> list[str]:
    """Draw a histogram per layer, of outputs and of gradients."""
    pooled = (
        f"{start.measured.values.shape[2]} values per layer and net, {count(start.seeds, 'net')}."
    )
    views = layers_histograms.outputs(start, pooled), layers_histograms.deltas(start, pooled)
    for column, view in zip(st.columns(2), views, strict=True):
        with column:
            page.chart(view)
    return say.histograms(start)


def size(page: Frame, start: Start, v: Values) -> list[str]:
    """Draw q by layer, and the map that theory has for it."""
    settings = start.settings
    left, right = st.columns(2)
    with left:
        page.chart(charts.size(start, note(start)))
    if start.predicted is None:
        return [say.lives(settings)]
    first = start.predicted.variances[0]
    fixed = 0.0
    if settings.skips == "none":
        step, fixed = _map(settings, first)
        if first > 0.0:
            with right:
                page.chart(layers_theory.q_map(step, first, fixed))
    return say.size(start, first, fixed)


def _map(settings: Settings, first: float) -> tuple[Callable[[float], float], float]:
    """Return the map q → q of the next layer, and its fixed point."""
    f, scale, bias = (
        settings.activate(),
        settings.hidden_weight_variance,
        settings.bias_variance,
    )
    if settings.normalization != "none":
        settled = 1.0 + bias
        return (lambda q: settled), settled
    return (
        lambda q: mean_field.next_variance(f, min(q, 1e12), scale, bias)
    ), mean_field.fixed_point(f, scale, bias, min(first, 1e12))


def weights(page: Frame, start: Start, v: Values) -> list[str]:
    """Draw the factor over the weight scale, and the plane with its critical line."""
    settings = start.settings
    f = settings.activate()
    own = (settings.activation, f.alpha)
    bias, scale = settings.bias_variance, settings.hidden_weight_variance
    curves = {f.name: compute.factor_curve(*own, bias)}
    for key in COMPARED:
        other = activations.get(key)
        curves.setdefault(other.name, compute.factor_curve(key, None, bias))
    plain = layer_statistics.plain(settings) == settings and start.predicted is not None
    factor = say.per_layer(start) if plain else None
    line = compute.critical_line(*own)
    views = (
        layers_theory.factors(curves, bias, (scale, factor) if factor else None),
        layers_theory.plane(f.name, line, (scale, bias) if plain else None),
    )
    for column, view in zip(st.columns(2), views, strict=True):
        with column:
            page.chart(view)
    return say.weights(settings, curves)


VIEWS: dict[str, Callable[[Frame, Start, Values], list[str]]] = {
    "layers": by_layer,
    "histograms": histograms,
    "size": size,
    "weights": weights,
}
