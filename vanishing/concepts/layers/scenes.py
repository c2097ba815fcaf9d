"""What each view of fresh nets needs and shows, as pure functions of the settings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from vanishing import verdicts
from vanishing.concepts.layers import (
    charts,
    charts_histograms,
    charts_theory,
    equations,
    runs,
    table,
)
from vanishing.concepts.layers import words as say
from vanishing.concepts.layers.facts import Curve, rests_anywhere, stage_of
from vanishing.concepts.layers.table import PAGE
from vanishing.engine.nets import activations, normalization
from vanishing.engine.wide import criticality, layers, mean_field, validity
from vanishing.engine.wide.layers import Settings, Start
from vanishing.text import count, number
from vanishing.ui.page import Values
from vanishing.ui.room import Part, by_view
from vanishing.ui.scene import Block, Columns, Scene, apart
from vanishing.ui.work import Ask, Found, Needs, heavy, once

__all__ = ["PAGE", "needs", "scene"]

COMPARED = ("sigmoid", "tanh", "relu")
"""Activations whose factor is drawn beside this one's."""
CODE = (
    layers.measure_seeds,
    normalization.normalize,
    normalization.pull_back,
    mean_field.propagate,
    mean_field.fixed_point,
    criticality.critical_line,
)


def needs(v: Values) -> Needs:
    """Return the nets, and what theory says beside them."""
    start = Ask(layers.starts, table.settings(v), told="{step} of {steps} nets")
    return {"start": start, **VIEWS[v.view].needs(v)}


def _axes_needs(v: Values) -> Needs:
    """Return what the axes are taken from: theory of nets as deep as they reach."""
    deepest = replace(table.settings(v), depth=stage_of(v.depth))
    return {"deepest": heavy(once(layers.predict, deepest))}


def _scene(*beside: Block, notice: list[str]) -> Scene:
    return Scene((beside,), tuple(notice), equations.FRESH_NETS, CODE)


def note(start: Start) -> str:
    """Return what was computed, on how many draws, with which seeds."""
    s = start.settings
    first = s.network_seeds[0]
    inputs = "real 8×8 digits" if s.data == "digits" else "random inputs"
    return (
        f"Median and 10–90 % band over {count(start.seeds, 'net')}, seeds {first}–"
        f"{first + start.seeds - 1}: {s.width} units a layer, n·Var(w) = "
        f"{number(s.hidden_weight_variance)}, Var(b) = {s.bias_variance:g}, one batch of "
        f"{s.samples} {inputs}."
    )


def _by_layer(v: Values, found: Found) -> Scene:
    """Show gradient, spread of the outputs and saturation by layer."""
    start: Start = found["start"]
    return _scene(
        charts.gradients(
            start,
            v.grads,
            f"{note(start)}{_dashed(start, v.grads)}{_fates(v)}",
            found["deepest"],
        ),
        Columns(apart(charts.deviation(start, found["deepest"]), charts.saturated(start))),
        notice=say.by_layer(start, v.grads),
    )


def _fates(v: Values) -> str:
    """Say what the words for a gradient's fate mean, where there is more than one layer."""
    return f" {verdicts.FATES}" if v.depth > 1 else ""


def _dashed(start: Start, which: Sequence[str]) -> str:
    """Say what the dashed lines are, and whether they are for these nets."""
    if start.predicted is None or start.settings.depth == 1:
        return ""
    only = "" if "delta" in which else " (here only for the outputs)"
    if gap := validity.gap(start.settings, start.predicted):
        return f" Dashed: predicted{only}, outside its range. {gap}"
    agree = "" if only else ", hidden by the line where they agree"
    return f" Dashed: predicted for wide nets, not fitted{only}{agree}."


def _histograms(_: Values, found: Found) -> Scene:
    """Show a histogram per layer, of outputs and of gradients."""
    start: Start = found["start"]
    pooled = (
        f"{start.measured.values.shape[2]} values per layer and net, {count(start.seeds, 'net')}."
    )
    views = charts_histograms.outputs(start, pooled), charts_histograms.deltas(start, pooled)
    return _scene(Columns(apart(*views)), notice=say.histograms(start))


def _size(_: Values, found: Found) -> Scene:
    """Q by layer, and the map that theory has for it."""
    start: Start = found["start"]
    settings = start.settings
    told = note(start) + _dashed(start, ("delta",))
    left, right = [charts.size(start, told, found["deepest"])], []
    if start.predicted is None:
        return _scene(Columns((tuple(left), ())), notice=[say.lives(settings)])
    first = start.predicted.variances[0]
    fixed, anywhere = 0.0, False
    if settings.skips == "none":
        step, fixed = _map(settings, first)
        if first > 0.0:
            right.append(charts_theory.q_map(step, first, fixed))
            anywhere = rests_anywhere(step, first)
    seen = say.size(start, first, fixed, anywhere)
    return _scene(Columns((tuple(left), tuple(right))), notice=seen)


def _map(settings: Settings, first: float) -> tuple[Callable[[float], float], float]:
    """Return the map q → q of the next layer, and its fixed point."""
    f, scale, bias = (
        settings.get_activation(),
        settings.hidden_weight_variance,
        settings.bias_variance,
    )
    if settings.normalization != "none":
        settled = 1.0 + bias
        return (lambda q: settled), settled
    return (
        lambda q: mean_field.next_variance(f, min(q, 1e12), scale, bias)
    ), mean_field.fixed_point(f, scale, bias, min(first, 1e12))


def _weights_needs(v: Values) -> Needs:
    settings = table.settings(v)
    own = (settings.activation, settings.get_activation().alpha)
    curves: dict[Hashable, Ask] = {"own": heavy(once(runs.curve, *own, settings.bias_variance))}
    for key in COMPARED:
        curves[key] = heavy(once(runs.curve, key, None, settings.bias_variance))
    return curves | {"critical line": heavy(once(runs.critical_line, *own))}


def _weights(v: Values, found: Found) -> Scene:
    """Show the factor over the weight scale, and the plane with its critical line."""
    start: Start = found["start"]
    settings = start.settings
    f = settings.get_activation()
    bias, scale = settings.bias_variance, settings.hidden_weight_variance
    curves: dict[str, Curve] = {f.name: found["own"]}
    for key in COMPARED:
        curves.setdefault(activations.get(key).name, found[key])
    plain = layers.plain(settings) == settings and start.predicted is not None
    factor = say.per_layer(start) if plain else None
    views = (
        charts_theory.factors(curves, bias, (scale, factor) if factor else None),
        charts_theory.plane(f.name, found["critical line"], (scale, bias) if plain else None),
    )
    return _scene(Columns(apart(*views)), notice=say.weights(settings, curves))


VIEWS = {
    "layers": Part(_by_layer, _axes_needs),
    "histograms": Part(_histograms),
    "size": Part(_size, _axes_needs),
    "weights": Part(_weights, _weights_needs),
}
_, scene = by_view(VIEWS)
