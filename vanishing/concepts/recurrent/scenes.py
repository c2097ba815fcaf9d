"""The views of the recurrent page: each draws its controls, its charts and what to notice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vanishing.charts.view import View
from vanishing.concepts.recurrent import charts, table
from vanishing.concepts.recurrent import charts_runs as run_charts
from vanishing.concepts.recurrent import words as notices
from vanishing.concepts.recurrent.charts import Curve, Limit
from vanishing.concepts.section import Section
from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations
from vanishing.engine.recurrent import cells
from vanishing.engine.recurrent import theory as recurrent_theory
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.unrolled import Recurrence, Spectrum, ThroughTime
from vanishing.text import count, number, setting
from vanishing.ui import recurrent_compute as compute
from vanishing.ui import refusal, runs
from vanishing.ui.frame import Frame, Values

SIZES = {"mean": "‖∂h_T/∂h_t‖_F / √n", "spectral": "‖∂h_T/∂h_t‖₂"}
STATE = ("time step t", "size of the state h_t")
LAG = "lag T − t"
FIXED, BESIDE = "from the fixed point", "10⁻⁶ beside it"


# --- through time -------------------------------------------------------------------------------


def through_time(page: Frame) -> None:
    """Draw state and gradient over time, and what W is like."""
    left, middle, right = st.columns([1, 1.35, 1.35], gap="medium")
    with left:
        counter = page.controls("init").init == table.COUNTER
        # The counter-example has two units, tanh and no draw.
        page.controls("gain", "f", disabled=counter)
        page.controls("steps", "size")
        with st.expander("More settings"):
            v = page.controls("inputs", "units", "seed", disabled=counter)
    shown = _counter_example(v) if counter else _drawn(v)
    for column, view in zip((middle, right), shown.lines, strict=True):
        with column:
            page.chart(view)
    page.notice(*shown.sentences)
    *columns, beside = st.columns([1.1, 1.1, 0.6], gap="medium")
    for column, view in zip(columns, shown.spectra, strict=True):
        with column:
            page.chart(view)
    with beside:
        st.metric("Spectral radius max |λ|", number(shown.spectrum.radius), border=True)
        st.metric("Largest singular value σ_max", number(shown.spectrum.norm), border=True)


class Shown(NamedTuple):
    """What stands on the page through time: two charts each, one W's spectrum, and sentences."""

    lines: tuple[View, View]
    spectra: tuple[View, View]
    spectrum: Spectrum
    sentences: list[str]


def _drawn(v: Values) -> Shown:
    """Return the charts of drawn nets: state and gradient, eigen- and singular values."""
    wanted = {table.ACTIVATIONS[key]: table.recurrence(v, key) for key in v.f}
    found = {name: compute.through_time(one) for name, one in wanted.items()}
    states = {name: _log10(one.rms) for name, one in found.items()}
    gradients = {name: _gradient(name, one, v.size, wanted[name]) for name, one in found.items()}
    # All activations share the draw of W.
    weights = next(iter(found.values())).weights
    limits = {
        name: float(np.median(recurrent.growth_limit(weights, one.get_activation())))
        for name, one in wanted.items()
    }
    note = (
        f"Median and 10–90 % over {table.NETS} nets of {count(v.units, 'unit')}, seeds {v.seed} to "
    )
    note += f"{v.seed + table.NETS - 1}. Dashed: predicted for n → ∞."
    state = charts.lines(
        "state",
        [
            Curve(name, np.arange(v.steps + 1), states[name], compute.theory(one, v.size)[0])
            for name, one in wanted.items()
        ],
        [],
        STATE,
        "Root mean square of the state",
        f"RMS of h_t over its units; h₀ ~ N(0, 1). {note}",
    )
    gradient = charts.lines(
        "gradient",
        list(gradients.values()),
        _limits(wanted, weights, next(iter(gradients.values())).x),
        (LAG, SIZES[v.size]),
        "Size of ∂h_T/∂h_t",
        f"{note} Dotted: the bound (γ σ_max)^lag, median over nets.",
    )
    spectrum = recurrent.spectrum(weights[0])
    sentences = notices.through_time(states, gradients, limits)
    return Shown((state, gradient), _spectra(v, spectrum, wanted), spectrum, sentences)


def _log10(rms: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(rms)
    return logs


def _gradient(name: str, found: ThroughTime, size: str, one: Recurrence) -> Curve:
    sizes = found.jacobians.mean if size == "mean" else found.jacobians.spectral
    return Curve(name, found.jacobians.lags, sizes, compute.theory(one, size)[1])


def _limits(
    wanted: Mapping[str, Recurrence], weights: Array, lags: NDArray[np.int64]
) -> list[Limit]:
    """Return the bound for each γ there is."""
    found = {}
    for one in wanted.values():
        activation = one.get_activation()
        name = f"bound, γ = {setting(recurrent.steepest(activation))}"
        bounds = recurrent.bound_log10(weights, activation, lags)
        found[name] = Limit(name, lags, np.median(bounds, axis=0))
    return list(found.values())


def _spectra(v: Values, spectrum: Spectrum, wanted: Mapping[str, Recurrence]) -> tuple[View, View]:
    gaussian = v.init == "gaussian"
    note = f"One net, seed {v.seed}: spectral radius {number(spectrum.radius)}, largest singular "
    note += f"value {number(spectrum.norm)}."
    predicted = " Dashed: predicted for n → ∞, {}."
    levels = {}
    for one in wanted.values():
        steepest = recurrent.steepest(one.get_activation())
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
            recurrent_theory.singular_values(v.gain, v.units) if gaussian else None,
            "With the largest below 1/γ the gradient must vanish; the eigenvalues promise nothing."
            + (predicted.format("from 0 to 2g") if gaussian else ""),
        ),
    )


def _counter_example(v: Values) -> Shown:
    """Return the charts of the net whose W has both eigenvalues 0."""
    found = compute.counter_example(v.steps)
    sizes = found.jacobians.mean if v.size == "mean" else found.jacobians.spectral
    lags, names = found.jacobians.lags, (FIXED, BESIDE)
    gradients = [Curve(name, lags, sizes[i : i + 1]) for i, name in enumerate(names)]
    states = _log10(found.rms)
    tanh = activations.get("tanh")
    bound = recurrent.bound_log10(found.weights, tanh, lags)[0]
    note = "h ↦ tanh(W h + b), two units, b = (2 tanh 5, 5 + 2 tanh 5); no random draw."
    state = charts.lines(
        "state",
        [Curve(name, np.arange(v.steps + 1), states[i : i + 1]) for i, name in enumerate(names)],
        [],
        STATE,
        "Root mean square of the state",
        f"RMS of h_t. {note} Fixed point: (0, tanh 5).",
    )
    gradient = charts.lines(
        "gradient",
        gradients,
        [Limit("bound, γ = 1", lags, bound)],
        (LAG, SIZES[v.size]),
        "Size of ∂h_T/∂h_t",
        f"{note} Dotted: the bound σ_max^lag = 4^lag.",
    )
    spectrum = recurrent.COUNTER_SPECTRUM
    left = compute.distance(v.steps)
    spectra = (
        charts.eigenvalues(spectrum, None, "W = [[2, −2], [2, −2]]: both eigenvalues are 0."),
        charts.singular_values(
            spectrum, {"1/γ, γ = 1": 1.0}, None, "The same W: its singular values are 4 and 0."
        ),
    )
    sentences = notices.counter_example(spectrum, gradients[0], gradients[1], left)
    return Shown((state, gradient), spectra, spectrum, sentences)


# --- learning to remember -----------------------------------------------------------------------


def learning(page: Frame) -> None:
    """Train a plain net, the same clipped, and an LSTM on one task, from the same draws."""
    left, middle, right = st.columns([1, 1.35, 1.35], gap="medium")
    with left:
        page.controls("length", "act", "start", "c", "rate")
        v = page.more(
            *("task", "updates", "opt", "when", "g", "forget"), *("width", "batch", "seeds", "seed")
        )
    settings = table.settings(v)
    if not table.fits(v):
        with middle:
            refusal.refuse(
                page,
                v,
                table.nearest(v),
                cost=table.cost(v),
                together="for the three",
                memory_needed=max(one.memory() for one in settings.values()),
            )
        return
    with middle:
        made = runs.compute(*settings.values(), key=page.page.key)
    found = dict(zip(settings, made, strict=True))
    with middle:
        page.chart(run_charts.error(found))
    with right:
        page.chart(run_charts.gradient(found, settings[table.NAMES[1]].threshold))
    page.notice(*notices.learning(found))
    page.chart(run_charts.along_time(found, v.when))


_TIME = r"""
The state is $h_t=f(z_t)$ with pre-activation $z_t=W h_{t-1}+U x_t+b$; $x_t$ is the input, $W$ and
$U$ are weights, $b$ a bias. With $D_s=\operatorname{diag} f'(z_s)$,

$$
\begin{gathered}
\frac{\partial h_T}{\partial h_t}=D_T W\,D_{T-1}W\cdots D_{t+1}W,\\[6pt]
\Bigl\|\frac{\partial h_T}{\partial h_t}\Bigr\|_2\le(\gamma\,\sigma_{\max})^{T-t},
\end{gathered}
$$

where $\gamma=\max|f'|$ (1 for tanh, ReLU and linear, ¼ for sigmoid) and $\sigma_{\max}=\|W\|_2$ is
the largest singular value: below $1/\gamma$ the gradient must vanish (Pascanu et al. 2013). The
largest eigenvalue says nothing of the kind, because the $D_s$ stand between. $\|\cdot\|_2$ is the
most that any gradient is multiplied by; $\|\cdot\|_F/\sqrt n$, with the Frobenius norm and $n$
units, what one of random direction is. Predicted for $n\to\infty$, with inputs of variance
$\sigma_x^2$: $q_{t+1}=g^2\,\mathbb E f(z)^2+\sigma_x^2$ with $z\sim\mathcal N(0,q_t)$, RMS of $h_t$
$\sqrt{\mathbb E f(z)^2}$, and $\|\cdot\|_F/\sqrt n=\prod_s g\sqrt{\mathbb E f'(z_s)^2}$. It is as
through the layers of a deep net, although all steps share $W$; with $n$ units it holds for a few
times $\sqrt n$ steps.
"""
_LEARN = r"""
Plain net: $h_t=f(h_{t-1}W+x_tU+b)$. LSTM, with gates $i,f,o=\sigma(\cdot)$ and candidate
$g=\tanh(\cdot)$ from the same sum: $c_t=f\odot c_{t-1}+i\odot g$, $h_t=o\odot\tanh c_t$. Answer
$\hat y=h_TV+c$, loss $J=$ mean of $(\hat y-y)^2$, gradients by full back-propagation through time.
Clipping by norm: if $\|g\|>c$, then $g\leftarrow g\,c/\|g\|$, where $g$ is the gradient of all
parameters of a net and $c$ the threshold (Pascanu et al. 2013). Each input $x_t$ is a value from
$[0,1]$ and a mark. Adding: the sum of the two marked values is asked for, and always answering the
mean costs $2\cdot\tfrac1{12}=\tfrac16$. Recall: the first value is asked for; the baseline is
$\tfrac1{12}$.
"""

SECTIONS: dict[str, Section] = {
    "time": Section(
        through_time,
        _TIME,
        (
            recurrent.recurrent_weights,
            recurrent.unroll,
            recurrent.jacobians,
            recurrent_theory.mean_log10,
            recurrent.counter_example,
        ),
    ),
    "learn": Section(
        learning,
        _LEARN,
        (recurrent_training.Trainer, recurrent_training.clip, cells.Cell, cells.get),
    ),
}
