"""The sections of the gradient-descent page: controls, charts and what to notice."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vanishing.concepts.descent import charts
from vanishing.concepts.descent import charts_ends as descent_ends
from vanishing.concepts.descent import charts_speed as descent_speed
from vanishing.concepts.descent import words as say
from vanishing.concepts.descent.charts_lines import NAMES
from vanishing.concepts.descent.table import PAGE, RATES, STARTS
from vanishing.concepts.section import Section
from vanishing.engine.chain.products import DTYPES
from vanishing.engine.descent import float_limits, surfaces
from vanishing.engine.descent import paths as descent
from vanishing.engine.nets import optimizers
from vanishing.ui import descent_compute as compute
from vanishing.ui.frame import Frame, Values

EXTRAS = {"bowl": "turned", "neuron": "loss", "minima": "sharper"}
"""The control behind the fold that only this surface has."""
ROUND = 2.0
"""κ of the round bowl beside which flat ones are shown."""
BIAS = 1.0
"""The neuron's bias before the first step."""


def _rates(v: Values, keys: tuple[str, ...], eta: float) -> tuple[tuple[str, float], ...]:
    """Return each chosen optimiser with its step size."""
    return tuple((key, v.adam if key == "adam" else eta) for key in optimizers.KEYS if key in keys)


def _described(kind: str, v: Values) -> tuple[str, float, int, str, str]:
    """Return the arguments of `compute.surface_of`; what it does not use is at its default."""
    names = ("kappa", "turned", "loss", "sharper")
    values: list[Any] = [v.get(name, PAGE.control(name).default) for name in names]
    kappa, turned, loss, sharper = values
    return kind, kappa, turned, loss, sharper


def path(page: Frame) -> None:
    """Draw the optimisers' paths on a surface."""
    left, middle, right = st.columns([1, 1.6, 1.25], gap="medium")
    with left:
        kind = page.controls("surface").surface
        eta = page.controls(f"eta_{kind}")[f"eta_{kind}"]
        page.controls(*(["kappa"] if kind == "bowl" else []), "steps", "opt")
        v = page.more("adam", "mu", *([EXTRAS[kind]] if kind in EXTRAS else []))
    described = _described(kind, v)
    surface = compute.surface_of(*described)
    found = compute.paths(described, _rates(v, v.opt, eta), v.steps, v.mu, None)
    with middle:
        page.chart(charts.picture(surface, found))
    with right:
        page.chart(charts.along(found))
    sentences = [say.outcome(surface, one) for one in found]
    sentences.append(say.stability(surface, eta, described[1], v.mu))
    if kind == "bowl":
        sentences += [say.beyond(v.kappa), *_adam(v)]
    page.notice(*sentences)


def _adam(v: Values) -> list[str]:
    """Compare Adam along an axis and turned by 45°."""
    if "adam" not in v.opt or v.kappa == 1:
        return []
    pair = [
        compute.paths(
            ("bowl", v.kappa, turned, "squared", "shallow"),
            (("adam", v.adam),),
            v.steps,
            v.mu,
            None,
        )[0]
        for turned in (0, 45)
    ]
    return [say.adam(*pair)] if all(one.left is None for one in pair) else []


def condition(page: Frame) -> None:
    """Draw the steps needed against the condition number."""
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        v = page.controls("kappa", "tolerance")
        measured = compute.speeds(float(v.tolerance))
        for key in compute.SPEEDS:
            best = descent.best(key, v.kappa)
            st.caption(
                f"{say.sentence(NAMES[key])} at its best: η = {best.rate:.3g}"
                + (f", μ = {best.momentum:.3g}" if key == "momentum" else "")
                + f", predicted ρ = {best.factor:.3g} per step."
            )
    with right:
        page.chart(descent_speed.condition(measured, float(v.tolerance), v.kappa))
    page.notice(*say.speed(measured, v.kappa), say.beyond(v.kappa))


def budget(page: Frame) -> None:
    """Draw what a budget of iterations reaches, and what accuracy costs."""
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        v = page.controls("budget", "kappa", "method", "accuracy", "seconds")
    kappas = (ROUND, float(v.kappa)) if v.kappa > ROUND else (float(v.kappa), ROUND)
    wanted = float(v.accuracy)
    found = compute.budgets(v.method, tuple(dict.fromkeys(kappas)), wanted)
    with right:
        page.chart(descent_speed.budget(found, v.budget, wanted))
    asked = page.page.control("accuracy").text(v.accuracy)
    page.notice(
        *say.spent(found, v.budget, wanted),
        say.price(v.method, found[-1], wanted, asked, float(v.seconds)),
    )


def types(page: Frame) -> None:
    """Draw what each number type loses, and when."""
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        v = page.controls("eta", "weight")
    measured = [float_limits.measured(name, v.weight, v.eta) for name in DTYPES]
    predicted = [float_limits.predicted(name, v.weight, v.eta) for name in DTYPES]
    with right:
        page.chart(descent_ends.limits(measured))
        st.dataframe(
            descent_ends.limits_table(measured, predicted),
            hide_index=True,
            alt="Absorption and underflow, measured and predicted",
        )
    page.notice(*say.absorbed(measured, v.weight, v.eta))


def plateau(page: Frame) -> None:
    """Draw descents from a plateau: the cost and the gradient's size."""
    left, middle, right = st.columns([1, 1.4, 1.4], gap="medium")
    with left:
        page.controls("w0", "loss", "eta_neuron", "steps")
        v = page.more("opt", "adam", "mu")
    start = (float(v.w0), BIAS)
    found = compute.paths(
        ("neuron", 1, 0, v.loss, "shallow"),
        _rates(v, v.opt, v.eta_neuron),
        v.steps,
        v.mu,
        start,
    )
    with middle:
        page.chart(charts.along(found, "cost"))
    with right:
        page.chart(charts.along(found, "gradient"))
    page.notice(*say.plateau(surfaces.neuron(v.loss), found, v.loss == "squared"))


def basin(page: Frame) -> None:
    """Draw which minimum each start and step size reach."""
    left, middle, right = st.columns([1, 1.3, 1.5], gap="medium")
    with left:
        v = page.controls("start", "eta_minima", "sharper")
    surface = surfaces.two_minima(v.sharper)
    ends = compute.ends(v.sharper)
    here = (v.start, v.eta_minima)
    one = compute.paths(
        ("minima", 1, 0, "squared", v.sharper),
        (("gradient_descent", v.eta_minima),),
        compute.MAP_STEPS,
        0.0,
        (float(v.start), 0.0),
    )[0]
    with middle:
        page.chart(descent_ends.profile(surface, one))
    with right:
        page.chart(descent_ends.basins(ends, STARTS, RATES["minima"], here))
    page.notice(*say.basin(ends, STARTS, RATES["minima"], here, v.sharper))


_RULES = r"""
Parameters $w$, cost $J$, gradient $g=\partial J/\partial w$, step size $\eta$. Gradient descent:
$w\leftarrow w-\eta g$. Momentum: $\Delta w\leftarrow\mu\,\Delta w-\eta g$. Adam: $\Delta w=-\eta\,
\hat m/(\sqrt{\hat v}+\epsilon)$, with running means $\hat m$ of $g$ and $\hat v$ of $g^2$ for each
parameter.
"""
_BOWL = r"""
On $J=\tfrac12(w_1^2/\kappa+w_2^2)$ the curvatures are $\lambda_{\max}=1$ and
$\lambda_{\min}=1/\kappa$. Gradient descent multiplies the error in each direction by
$1-\eta\lambda$ per step; the best $\eta=2/(\lambda_{\max}+\lambda_{\min})$ makes both ends equally
fast, $\rho=(\kappa-1)/(\kappa+1)$. Momentum with
$\eta=4/(\sqrt{\lambda_{\max}}+\sqrt{\lambda_{\min}})^2$, $\mu=\rho^2$ reaches
$\rho=(\sqrt\kappa-1)/(\sqrt\kappa+1)$ (Polyak 1964); its error from rest is
$(1+k(1+\rho))(-\rho)^k$ in the steepest direction and $(1+k(1-\rho))\rho^k$ in the flattest.
"""
_SURFACES = r"""
Neuron: $\hat y=\sigma(wx+b)$ on $x=-2,-1,1,2$ with targets $t=\sigma(x)$;
$J=\tfrac14\sum\tfrac12(\hat y-t)^2$ has $\partial J/\partial w=\tfrac14\sum(\hat y-t)\,
\hat y(1-\hat y)\,x$, cross-entropy $\tfrac14\sum(\hat y-t)\,x$ (drawn less its least value).
Rosenbrock: $J=(1-w_1)^2+100(w_2-w_1^2)^2$. Two minima:
$J=-T\ln(e^{-J_1/T}+e^{-J_2/T})+\tfrac14w_2^2$, $J_1=0.3+\tfrac12\lambda_1(w_1-1)^2$,
$J_2=\tfrac12\lambda_2(w_1+1)^2$, $T=0.1$, curvatures 4 and 1.
"""
_TYPES = r"""
A type with $p$ binary digits ($p=11, 24, 53$) has neighbours of $w=1$ at $1-2^{-p}$ and
$1+2^{1-p}$. IEEE 754 rounds to the nearest, ties to the even digit: $1-\eta g=1$ once
$\eta g\le 2^{-p-1}$, so with $\eta=1$ from $n=\lceil(p+1)/2\rceil$ on. $0.25^n$ is subnormal below
$2^{e}$ ($e=-14,-126,-1022$) and 0 from $2^{e-p}$ down.
"""


SECTIONS: dict[str, Section] = {
    "path": Section(
        path, _RULES + _BOWL + _SURFACES, (descent.descend, optimizers.Optimizer, surfaces.bowl)
    ),
    "condition": Section(condition, _RULES + _BOWL, (descent.best, descent.steps_to)),
    "budget": Section(budget, _RULES + _BOWL, (descent.spend, descent.best)),
    "types": Section(types, _TYPES, (float_limits.measured, float_limits.predicted)),
    "plateau": Section(plateau, _RULES + _SURFACES, (descent.descend, surfaces.neuron)),
    "basin": Section(basin, _RULES + _SURFACES, (descent.outcomes, surfaces.two_minima)),
}
