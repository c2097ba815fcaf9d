"""What each view of recurrent nets needs and shows, as pure functions of the settings."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

from vanishing import verdicts
from vanishing.charts.view import View
from vanishing.concepts.recurrent import charts, charts_runs, equations, runs, table, words
from vanishing.concepts.recurrent.facts import Curve, Limit
from vanishing.concepts.recurrent.table import COUNTER, PAGE
from vanishing.engine import progress
from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations
from vanishing.engine.recurrent import cells, theory, training, unrolled
from vanishing.engine.recurrent.unrolled import Recurrence, Spectrum, ThroughTime
from vanishing.text import count, number, setting
from vanishing.ui.page import Values
from vanishing.ui.room import Part, by_view
from vanishing.ui.scene import Columns, Figures, Scene, apart
from vanishing.ui.work import Ask, Found, Needs, heavy, once

__all__ = ["PAGE", "needs", "scene"]

SIZES = {"mean": "‖∂h(T)/∂h(t)‖ / √n, Frobenius", "spectral": "‖∂h(T)/∂h(t)‖₂"}
STATE = ("time step t", "size of the state h(t)")
LAG = "lag T − t"
FIXED, BESIDE = "from the fixed point", "10⁻⁶ beside it"
TIME_CODE = (
    unrolled.recurrent_weights,
    unrolled.unroll,
    unrolled.jacobians,
    theory.mean_log10,
    unrolled.counter_example,
)


# --- through time -------------------------------------------------------------------------------


def _time_needs(v: Values) -> Needs:
    if v.init == COUNTER:
        return {"counter-example": once(runs.counter_example, v.steps)}
    nets: dict[Hashable, Ask] = {}
    for key in v.f:
        one = table.recurrence(v, key)
        nets[key] = heavy(once(unrolled.through_time, one))
        nets[key, "theory"] = heavy(once(runs.predicted, one, v.size))
    return nets


def _time(v: Values, found: Found) -> Scene:
    return _counter_example(v, found) if v.init == COUNTER else _drawn(v, found)


def _through_time(
    lines: tuple[View, View],
    spectra: tuple[View, View],
    spectrum: Spectrum,
    sentences: list[str],
) -> Scene:
    """Put together gradient and state, what W is like, and what to notice."""
    largest = {
        "Spectral radius": number(spectrum.radius),
        "Largest singular value σₘₐₓ": number(spectrum.norm),
    }
    return Scene(
        beside=apart(*lines),
        notice=tuple(sentences),
        below=(Columns(apart(*spectra, Figures(largest, stacked=True)), widths=(1.1, 1.1, 0.6)),),
        equations=equations.TIME,
        code=TIME_CODE,
    )


def _drawn(v: Values, found: Found) -> Scene:
    """Show drawn nets: state and gradient, eigen- and singular values."""
    wanted = {table.ACTIVATIONS[key]: table.recurrence(v, key) for key in v.f}
    nets = {table.ACTIVATIONS[key]: found[key] for key in v.f}
    theories = {table.ACTIVATIONS[key]: found[key, "theory"] for key in v.f}
    states = {name: _log10(one.rms) for name, one in nets.items()}
    gradients = {
        name: Curve(
            name,
            one.jacobians.lags,
            _sizes(one, v.size),
            _within(theories[name][1], theories[name][2], one.jacobians.lags),
        )
        for name, one in nets.items()
    }
    # All activations share the draw of W.
    weights = next(iter(nets.values())).weights
    norms = unrolled.norms(weights)
    limits = {
        name: unrolled.growth_limit(norms, one.get_activation()) for name, one in wanted.items()
    }
    times = np.arange(v.steps + 1)
    sizes = [
        Curve(name, times, states[name], _within(theories[name][0], theories[name][2], times))
        for name in wanted
    ]
    ends = charts.ends_of([*sizes, *gradients.values()], _decades(v))
    state = charts.over_time(
        "state",
        sizes,
        [],
        STATE,
        "Root mean square of the state",
        f"RMS of h(t) over its units; h(0) ~ N(0, 1). {_note(v, theories, 0)}",
        ends,
    )
    gradient = charts.over_time(
        "gradient",
        list(gradients.values()),
        _limits(wanted, norms, unrolled.lags_of(v.steps)),
        (LAG, SIZES[v.size]),
        "Size of ∂h(T)/∂h(t)",
        f"{_note(v, theories, 1)} Dotted: the bound (γ σₘₐₓ)ˡᵃᵍ with the largest σₘₐₓ of all "
        f"nets, which none of them exceeds. {verdicts.FATES}",
        ends,
    )
    spectrum = unrolled.spectrum(weights[0])
    return _through_time(
        (gradient, state),
        _spectra(v, spectrum, wanted),
        spectrum,
        words.through_time(states, gradients, limits),
    )


def _decades(v: Values) -> tuple[float, float]:
    """Return how many decades below and above 1 the axes reach: as far as lines at every gain.

    So another gain is another line on the same axes, and state and gradient have the same. A step
    with the smallest gain, ¼, takes 0.6 decades, ReLU's slopes 0.15 more and sigmoid's 0.6; one
    with the largest, 5, adds up to 0.7, if the state has no ceiling.
    """
    if v.init == COUNTER:
        return 0.2 * v.steps, 0.4 * v.steps
    below = 1.3 if "sigmoid" in v.f else 0.9
    above = 0.75 if {"relu", "identity"} & set(v.f) else 0.25
    return below * v.steps, above * v.steps


Theories = Mapping[str, tuple[Array | None, Array | None, int]]
"""By activation what is predicted of state and gradient, and for how many steps."""


def _note(v: Values, theories: Theories, which: int) -> str:
    """Say over which nets the state (0) or the gradient (1) is taken, and what is predicted."""
    reaches = {name: told[2] for name, told in theories.items() if told[which] is not None}
    dashed = words.dashed(reaches, v.units, v.steps, len(theories) - len(reaches))
    return (
        f"Median and 10–90 % over {table.NETS} nets of {count(v.units, 'unit')}, seeds {v.seed} to "
        f"{v.seed + table.NETS - 1}.{dashed}"
    )


def _within(theory: Array | None, reach: int, x: NDArray[np.int64]) -> Array | None:
    """Return what is predicted at these steps or lags, NaN beyond its reach; None if that is 0."""
    if theory is None or reach == 0:
        return None
    within: Array = np.where(x <= reach, theory, np.nan)
    return within


def _log10(rms: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(rms)
    return logs


def _sizes(found: ThroughTime, size: str) -> Array:
    return found.jacobians.mean if size == "mean" else found.jacobians.spectral


def _limits(wanted: Mapping[str, Recurrence], norms: Array, lags: NDArray[np.int64]) -> list[Limit]:
    """Return the bound for each γ there is, over all nets; the first says what they are."""
    found: dict[float, Limit] = {}
    for one in wanted.values():
        activation = one.get_activation()
        steepest = activation.slope_range.steepest
        name = f"{'' if found else 'bound, '}γ = {setting(steepest)}"
        bounds = unrolled.bound_log10(norms, activation, lags).max(axis=0)
        found.setdefault(steepest, Limit(name, lags, bounds))
    return list(found.values())


def _spectra(v: Values, spectrum: Spectrum, wanted: Mapping[str, Recurrence]) -> tuple[View, View]:
    gaussian = v.init == "gaussian"
    note = f"One net, seed {v.seed}: spectral radius {number(spectrum.radius)}, largest singular "
    note += f"value {number(spectrum.norm)}."
    predicted = " Dashed: predicted for n → ∞, {}."
    levels = {}
    for one in wanted.values():
        steepest = one.get_activation().slope_range.steepest
        levels[f"1/γ, γ = {setting(steepest)}"] = 1.0 / steepest
    return (
        charts.eigenvalues(
            spectrum,
            float(v.gain) if gaussian else None,
            note + (predicted.format("the disc of radius g") if gaussian else ""),
        ),
        charts.singular_values(
            spectrum,
            levels,
            theory.singular_values(v.gain, v.units) if gaussian else None,
            f"With the largest below 1/γ the gradient must vanish; {_eigenvalues(v, wanted)}."
            + (predicted.format("from 0 to 2g") if gaussian else ""),
        ),
    )


def _eigenvalues(v: Values, wanted: Mapping[str, Recurrence]) -> str:
    """Say what eigenvalues say of the gradient: where no slope comes between, all in the end."""
    if v.init != "gaussian" or v.units == 1:
        return "of this W every |λ| is that number, too"
    linear = [one.activation == "identity" for one in wanted.values()]
    if all(linear):
        return "in the end, in a linear net, also with the largest |λ| below 1"
    rest = "but in the linear net, where |λ| below 1 makes it vanish in the end"
    return f"the eigenvalues promise nothing{f', {rest}' if any(linear) else ''}"


def _counter_example(v: Values, found: Found) -> Scene:
    """Show the net whose W has both eigenvalues 0."""
    one, apart = found["counter-example"]
    grown, lags, names = _sizes(one, v.size), one.jacobians.lags, (FIXED, BESIDE)
    gradients = [Curve(name, lags, grown[i : i + 1]) for i, name in enumerate(names)]
    times, states = np.arange(v.steps + 1), _log10(one.rms)
    sizes = [Curve(name, times, states[i : i + 1]) for i, name in enumerate(names)]
    ends = charts.ends_of([*sizes, *gradients], _decades(v))
    bound = unrolled.bound_log10(unrolled.norms(one.weights), activations.get("tanh"), lags)[0]
    note = "h ↦ tanh(W h + b), two units, b = (2 tanh 5, 5 + 2 tanh 5); no random draw."
    state = charts.over_time(
        "state",
        sizes,
        [],
        STATE,
        "Root mean square of the state",
        f"RMS of h(t). {note} Fixed point: (0, tanh 5).",
        ends,
    )
    gradient = charts.over_time(
        "gradient",
        gradients,
        [Limit("bound, γ = 1", lags, bound)],
        (LAG, SIZES[v.size]),
        "Size of ∂h(T)/∂h(t)",
        f"{note} Dotted: the bound σₘₐₓˡᵃᵍ = 4ˡᵃᵍ.",
        ends,
    )
    spectrum = unrolled.COUNTER_SPECTRUM
    spectra = (
        charts.eigenvalues(spectrum, None, "W = [[2, −2], [2, −2]]: both eigenvalues are 0."),
        charts.singular_values(
            spectrum, {"1/γ, γ = 1": 1.0}, None, "The same W: its singular values are 4 and 0."
        ),
    )
    told = words.counter_example(spectrum, gradients[0], gradients[1], apart)
    return _through_time((gradient, state), spectra, spectrum, told)


# --- learning to remember -----------------------------------------------------------------------


def _learn_needs(v: Values) -> Needs:
    """Return a plain net, the same clipped, and an LSTM on one task, from the same draws."""
    return {name: Ask(training.runs, one) for name, one in table.settings(v).items()}


def _learn(v: Values, found: Found) -> Scene:
    runs = {name: found[name] for name in table.NAMES}
    threshold = table.settings(v)[table.NAMES[1]].threshold
    return Scene(
        beside=apart(charts_runs.error(runs), charts_runs.gradient(runs, threshold)),
        notice=tuple(words.learning(runs)),
        below=(charts_runs.along_time(runs, v.when),),
        equations=equations.LEARN,
        code=(progress.train, training.Trainer.step, training.clip, cells.Cell),
    )


VIEWS = {"time": Part(_time, _time_needs), "learn": Part(_learn, _learn_needs)}
needs, scene = by_view(VIEWS)
