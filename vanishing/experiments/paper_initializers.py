"""Glorot & Bengio 2010 and He et al. 2015: initialisation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from vanishing import activations, datasets, heads, initializers, layer_statistics
from vanishing.arrays import Array
from vanishing.evidence import (
    Card,
    Figure,
    Finding,
    Line,
    Picture,
    about,
    at_least,
    factor,
)
from vanishing.initializers import Bias
from vanishing.layer_statistics import Settings, Statistics
from vanishing.network import forward, initialize
from vanishing.recurrent_theory import singular_values

STANDARD, NORMALISED = "uniform_standard", "xavier_uniform"
FROM, TO = 10, 90
"""The band, in percent of the networks."""

TRAP = Settings(initializer=STANDARD, depth=5, width=64, seeds=50)
"""Glorot & Bengio's net: tanh, 5 hidden layers."""

SQUARE, NETWORKS = 128, 20
"""Width of the nets whose singular values are taken, and how many."""
QUARTER_CIRCLE = 8 / (3 * math.pi)
"""Mean singular value of an n × n matrix, in units of σ = √(n Var w), for n → ∞."""

RECTIFIERS = Settings(
    activation="relu", initializer="he_normal", depth=30, width=256, samples=10, seeds=20
)


def _figure(values: Array) -> Figure:
    """Return the median over the networks (S,), with the band."""
    low, middle, high = np.percentile(values, (FROM, 50, TO)).tolist()
    return Figure(middle, low=low, high=high)


def _line(name: str, x: Sequence[float], values: Array) -> Line:
    """Return the medians over the networks (S, X), with the band."""
    low, middle, high = (tuple(row) for row in np.percentile(values, (FROM, 50, TO), 0).tolist())
    return Line(name, tuple(x), middle, low=low, high=high)


def _measure_both(
    one: Settings, other: Settings
) -> Iterator[float | tuple[Statistics, Statistics]]:
    """Measure two kinds of net; yield the share done, and at last what was measured."""
    pieces: tuple[list[Statistics], list[Statistics]] = ([], [])
    for found, settings in zip(pieces, (one, other), strict=True):
        for piece in layer_statistics.measure(settings):
            found.append(piece)
            done = sum(len(each.delta) for both in pieces for each in both)
            yield done / (one.seeds + other.seeds)
    yield layer_statistics.join(pieces[0]), layer_statistics.join(pieces[1])


# --- Glorot & Bengio: layer by layer -------------------------------------------------------------


def gradients_by_layer(seed: int) -> Iterator[float | Finding]:
    """Compare what comes back to a layer with what its weights get, for both initialisations."""
    trap = replace(TRAP, seed=seed)
    for item in _measure_both(trap, replace(trap, initializer=NORMALISED)):
        if isinstance(item, float):
            yield item
        else:
            yield _by_layer(*item)


def _by_layer(standard: Statistics, normalised: Statistics) -> Finding:
    layers = range(1, TRAP.depth + 1)
    delta, weight = standard.relative("delta"), standard.relative("weight")
    cured = normalised.relative("delta")
    spread = standard.activation_std
    linear = tuple(3.0 ** ((layer - TRAP.depth) / 2) for layer in layers)
    return Finding(
        figures={
            "delta": _figure(delta[:, 0]),
            "weight": _figure(weight[:, 0]),
            "signal": _figure(spread[:, -1] / spread[:, 0]),
            "cured": _figure(cured[:, 0]),
        },
        picture=Picture(
            x="Hidden layer, first to last",
            y="Gradient, relative to layer 5",
            lines=(
                _line("∂J/∂z, ±1/√n", layers, delta),
                _line("∂J/∂W, ±1/√n", layers, weight),
                _line("∂J/∂z, normalised", layers, cured),
                Line("(√⅓) per layer", tuple(layers), linear, kind="published"),
            ),
            log_y=True,
        ),
    )


# --- Glorot & Bengio: singular values ------------------------------------------------------------


def mean_singular_values(seed: int) -> Iterator[float | Finding]:
    """Take the singular values of layers, and of their Jacobians, for both initialisations."""
    spectra, jacobians = {}, {}
    for done, key in enumerate((STANDARD, NORMALISED), 1):
        spectra[key], jacobians[key] = spectra_of(key, seed)
        yield done / 2
    ranks = np.arange(SQUARE)[::4]
    lines = []
    for key, name in ((STANDARD, "±1/√n"), (NORMALISED, "normalised")):
        sigma = math.sqrt(SQUARE * initializers.get(key).variance(SQUARE, SQUARE))
        theory = singular_values(sigma, SQUARE)[ranks]
        x = tuple((ranks + 1.0).tolist())
        lines.append(_line(name, x, spectra[key].mean(axis=1)[:, ranks]))
        lines.append(Line(f"quarter circle, {name}", x, tuple(theory.tolist()), kind="predicted"))
    yield Finding(
        figures={
            "standard": _figure(spectra[STANDARD].mean(axis=(1, 2))),
            "normalised": _figure(spectra[NORMALISED].mean(axis=(1, 2))),
            "standard_slopes": _figure(jacobians[STANDARD].mean(axis=(1, 2))),
            "normalised_slopes": _figure(jacobians[NORMALISED].mean(axis=(1, 2))),
        },
        picture=Picture(x="Rank, largest first", y="Singular value of a layer", lines=tuple(lines)),
    )


def spectra_of(key: str, seed: int) -> tuple[Array, Array]:
    """Return the singular values of W and of ∂a/∂a (of the layer before), layers 2 to 5.

    Returns
    -------
    of_weights, of_jacobians : (S, 4, n)
        From the largest down; network s sees the input s.
    """
    data = datasets.load("digits", samples=NETWORKS, seed=seed)
    widths = (data.x.shape[1], *[SQUARE] * TRAP.depth, data.classes)
    seeds = range(1000 * seed, 1000 * seed + NETWORKS)
    parameters = initialize(widths, initializers.get(key), Bias(), seeds)
    trace = forward(parameters, data.x[:, None], activations.get("tanh"), heads.get("softmax"))
    weights = np.stack(parameters.weights[1:-1], axis=1)
    slopes = np.stack(trace.slopes[1:], axis=1)
    return (
        np.linalg.svd(weights, compute_uv=False),
        np.linalg.svd(weights * slopes, compute_uv=False),
    )


# --- He et al. -----------------------------------------------------------------------------------


def rectifier_scale(seed: int) -> Iterator[float | Finding]:
    """Follow the size of the signal through deep ReLU nets, from both variances."""
    he = replace(RECTIFIERS, seed=seed)
    size = math.sqrt(float(np.mean(he.load().x ** 2)))
    for item in _measure_both(he, replace(he, initializer="lecun_normal")):
        if isinstance(item, float):
            yield item
        else:
            yield _scales(*item, size)


def _scales(he: Statistics, xavier: Statistics, size: float) -> Finding:
    kept, lost = (
        np.hypot(each.activation_mean, each.activation_std) / size for each in (he, xavier)
    )
    layers = range(1, RECTIFIERS.depth + 1)
    halved = tuple(2.0 ** (-layer / 2) for layer in layers)
    return Finding(
        figures={
            "xavier": _figure(lost[:, -1]),
            "he": _figure(kept[:, -1]),
            "gradient": _figure(xavier.relative("delta")[:, 0]),
        },
        picture=Picture(
            x="Hidden layer",
            y="Size of the signal, input = 1",
            lines=(
                _line("He, 2/n", layers, kept),
                _line("Xavier, 1/n", layers, lost),
                Line("(√½) per layer", tuple(layers), halved, kind="published"),
            ),
            log_y=True,
        ),
    )


_GLOROT = (
    "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural "
    "networks"
)
_BAND = f"median over the networks, band: {FROM}–{TO} % of them"
_CHANCE = "chance at this width: median off by 5L/4n, and four standard errors of it (Hanin 2018)"
_NINTH = 3.0 ** (-(TRAP.depth - 1) / 2)

CARDS: tuple[Card, ...] = (
    Card(
        key="glorot-layers",
        title="Glorot's trap: even weight gradients",
        says="From U(±1/√n), signal and back-propagated gradient shrink by √⅓ per layer, yet the "
        "gradient for the weights is even; from U(±√(6/(n_in + n_out))) neither shrinks like this.",
        conditions=f"tanh, {TRAP.depth} hidden layers of {TRAP.width} units, no biases, softmax, "
        f"{TRAP.samples} handwritten digits (standardised, 64 pixels; the paper's images are "
        f"others, its layers have 1,000 units), before training; root mean squares over inputs "
        f"and units. {TRAP.seeds} networks for each initialisation; {_BAND}.",
        figures={
            "weight": "∂J/∂W from U(±1/√n), layer 1 over layer 5",
            "delta": "∂J/∂z from U(±1/√n), layer 1 over layer 5",
            "signal": "Outputs from U(±1/√n), layer 5 over layer 1",
            "cured": "∂J/∂z from the normalised one, layer 1 over layer 5",
        },
        page="layers",
        settings={
            "f": "tanh",
            "init": STANDARD,
            "depth": TRAP.depth,
            "width": TRAP.width,
            "grads": ("delta", "weight"),
            "batch": TRAP.samples,
            "seeds": TRAP.seeds,
        },
        experiment=gradients_by_layer,
        budget=1.0,
        published=(
            factor(
                "weight",
                1.0,
                times=1.5,
                basis="equation 14: the same in all layers; curves of figure 8 that lie together",
            ),
            factor(
                "delta",
                _NINTH,
                times=2,
                basis="equations 13 and 15: √⅓ per layer where tanh is linear; its slopes take more",
            ),
            factor(
                "signal",
                _NINTH,
                times=2,
                basis="equations 5 and 15: √⅓ per layer where tanh is linear",
            ),
            at_least(
                "cured",
                math.sqrt(_NINTH),
                basis="equation 13 with n Var w = 1 gives 1; nearer to that than to 1/9",
            ),
        ),
        paper=_GLOROT,
        where="section 4.2, equations 13 to 16; figures 6, 7 and 8",
    ),
    Card(
        key="glorot-singular",
        title="Mean singular value of a layer",
        says="A layer stretches by 0.5 on average when drawn from U(±1/√n), by about 0.8 when "
        "drawn from U(±√(6/(n_in + n_out))): (8/3π) √(n Var w), less what tanh's slopes take.",
        conditions=f"Layers 2 to 5 of tanh nets, {SQUARE} × {SQUARE}, no biases; singular values "
        "of W, and of the Jacobian W diag(f′) for one handwritten digit (standardised; the "
        "paper's images are others, its layers have 1,000 units), averaged over layers. "
        f"{NETWORKS} networks, each with a digit of its own; {_BAND}.",
        figures={
            "standard": "Mean singular value of W from U(±1/√n)",
            "normalised": "Mean singular value of W, normalised",
            "standard_slopes": "The same of the Jacobian, from U(±1/√n)",
            "normalised_slopes": "The same of the Jacobian, normalised",
        },
        page="layers",
        settings={"f": "tanh", "init": NORMALISED, "depth": 5, "width": SQUARE},
        experiment=mean_singular_values,
        budget=2.0,
        published=(
            about(
                "standard",
                QUARTER_CIRCLE * math.sqrt(1 / 3),
                within=0.005,
                basis="8/(3π√3); 1 %, as chance leaves 1/n of it",
            ),
            about(
                "normalised",
                QUARTER_CIRCLE,
                within=0.008,
                basis="8/(3π); 1 %, as chance leaves 1/n of it",
            ),
            about("standard_slopes", 0.5, within=0.1, basis="one digit; other inputs"),
            about("normalised_slopes", 0.8, within=0.1, basis="“around”, one digit; other inputs"),
        ),
        paper=_GLOROT,
        where="section 4.2, below equation 17 (Jacobians); for W the quarter-circle law",
    ),
    Card(
        key="he-scale",
        title="What keeps the scale of ReLU",
        says="With variance 2/n a ReLU net keeps the size of its signal; with Xavier's 1/n it "
        "loses √½ per layer, and after 30 layers 3·10⁻⁵ of it are left.",
        conditions=f"ReLU, {RECTIFIERS.depth} hidden layers of {RECTIFIERS.width} units, normal "
        f"weights of variance 2/n_in or 1/n_in (n_in inputs of a layer), no biases, "
        f"{RECTIFIERS.samples} handwritten digits (standardised), before training; root mean "
        f"squares over inputs and units. {RECTIFIERS.seeds} networks for each; {_BAND}.",
        figures={
            "xavier": "Signal behind 30 layers over the input, variance 1/n",
            "he": "Signal behind 30 layers over the input, variance 2/n",
            "gradient": "∂J/∂z with variance 1/n, layer 1 over layer 30",
        },
        page="layers",
        settings={
            "f": "relu",
            "init": "lecun_normal",
            "depth": RECTIFIERS.depth,
            "width": RECTIFIERS.width,
            "batch": RECTIFIERS.samples,
            "seeds": RECTIFIERS.seeds,
        },
        experiment=rectifier_scale,
        budget=5.0,
        published=(
            factor("xavier", 2.0**-15, times=2, basis=f"(√½)³⁰; {_CHANCE}"),
            factor("he", 1.0, times=2, basis=f"1 at any depth; {_CHANCE}"),
            factor("gradient", 2.0**-14.5, times=2, basis=f"(√½)²⁹, 29 steps back; {_CHANCE}"),
        ),
        paper="He, Zhang, Ren & Sun 2015, Delving deep into rectifiers",
        where="section 2.2, equation 10 and the comparison with Xavier",
    ),
)
