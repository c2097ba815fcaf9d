"""What Glorot & Bengio and He et al. published about initial weights, as cards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import initializers
from vanishing.engine.seeds import stream
from vanishing.engine.wide import layers as layer_statistics
from vanishing.engine.wide.layers import Settings
from vanishing.evidence.model import Card, Finding, Line, Picture, about, factor
from vanishing.evidence.spread import figure, floats, line

STANDARD = Settings(activation="tanh", initializer="uniform_standard", depth=5, width=256)
XAVIER = replace(STANDARD, initializer="xavier_uniform")
SIDE, DRAWS = 200, 10
SINGULAR = {"standard": "uniform_standard", "xavier": "xavier_uniform"}
RELU_DEPTH = 30
HE = Settings(
    data="random",
    activation="relu",
    initializer="he_normal",
    depth=RELU_DEPTH + 1,
    width=256,
    samples=10,
)
GLOROT = (
    "Glorot & Bengio 2010: Understanding the difficulty of training deep feedforward neural "
    "networks"
)


def by_layer(seed: int) -> Iterator[float | Finding]:
    """Measure activations and gradients of two initialisations, layer by layer."""
    found = {}
    for name, settings in (("standard", STANDARD), ("xavier", XAVIER)):
        found[name] = layer_statistics.at_start(replace(settings, seed=seed * settings.seeds))
        yield 0.45 * len(found)
    standard, xavier = found["standard"].measured, found["xavier"].measured
    layers = np.arange(1, STANDARD.depth + 1)
    yield Finding(
        figures={
            "back": figure(standard.relative("delta")[:, 0]),
            "weight": figure(standard.relative("weight")[:, 0]),
            "xavier": figure(xavier.relative("delta")[:, 0]),
            "activation": figure(standard.activation_std[:, -1] / standard.activation_std[:, 0]),
        },
        picture=Picture(
            x="Hidden layer",
            y="Gradient, last hidden layer = 1",
            log_y=True,
            lines=(
                line("standard, ∂J/∂z", layers, standard.relative("delta")),
                line("standard, ∂J/∂W", layers, standard.relative("weight")),
                line("Xavier, ∂J/∂z", layers, xavier.relative("delta")),
                Line(
                    "√⅓ per layer",
                    floats(layers),
                    floats(3.0 ** ((layers - STANDARD.depth) / 2)),
                    kind="published",
                ),
            ),
        ),
    )


def singular_values(seed: int) -> Iterator[float | Finding]:
    """Measure the mean singular value of fresh square layers."""
    means: dict[str, Array] = {}
    spectra: dict[str, Array] = {}
    for name, key in SINGULAR.items():
        rng = stream(seed, "card", "layer", name)
        drawn = [initializers.get(key).sample(rng, SIDE, SIDE) for _ in range(DRAWS)]
        values = np.linalg.svd(np.stack(drawn), compute_uv=False)
        means[name], spectra[name] = values.mean(axis=1), values[:, :: SIDE // 40]
        yield 0.45 * len(means)
    order = np.arange(1, SIDE + 1, SIDE // 40)
    yield Finding(
        figures={name: figure(values) for name, values in means.items()},
        picture=Picture(
            x="Singular value, from the largest",
            y="Size",
            lines=(
                line("uniform ±1/√n", order, spectra["standard"]),
                line("Xavier", order, spectra["xavier"]),
            ),
        ),
    )


def relu_scale(seed: int) -> Iterator[float | Finding]:
    """Follow the signal through deep ReLU nets with He's variance and with half of it."""
    ratios = {}
    for name, key in (("he", "he_normal"), ("xavier", "lecun_normal")):
        settings = replace(HE, initializer=key, seed=seed * HE.seeds)
        variance = layer_statistics.at_start(settings).measured.variance
        ratios[name] = np.sqrt(variance / variance[:, :1])
        yield 0.45 * len(ratios)
    steps = np.arange(RELU_DEPTH + 1)
    yield Finding(
        figures={name: figure(values[:, -1]) for name, values in ratios.items()},
        picture=Picture(
            x="Layers passed",
            y="Size of the signal, at first 1",
            log_y=True,
            lines=(
                line("variance 2/n", steps, ratios["he"]),
                line("variance 1/n", steps, ratios["xavier"]),
                Line("√½ per layer", floats(steps), floats(0.5 ** (steps / 2)), kind="published"),
            ),
        ),
    )


CARDS: tuple[Card, ...] = (
    Card(
        key="glorot-layers",
        title="Gradients under two initialisations",
        says="With weights from U(±1/√n) back-propagated gradients shrink by √⅓ per tanh layer, "
        "while those of the weights stay level; normalised weights keep both.",
        conditions=f"{STANDARD.seeds} nets of 5 hidden tanh layers, {STANDARD.width} units, 100 "
        "standardised digits (instead of 32×32 shapes), before training. Band: 10–90 % of the "
        "nets.",
        figures={
            "back": "∂J/∂z of layer 1 over layer 5, U(±1/√n)",
            "weight": "∂J/∂W of layer 1 over layer 5, U(±1/√n)",
            "xavier": "∂J/∂z of layer 1 over layer 5, normalised",
            "activation": "Spread of activations of layer 5 over layer 1, U(±1/√n)",
        },
        page="layers",
        settings={
            "f": "tanh",
            "init": "uniform_standard",
            "depth": 5,
            "width": 256,
            "grads": ("delta", "weight"),
        },
        experiment=by_layer,
        budget=8.0,
        paper=GLOROT,
        where="section 4.2, n Var[W] = 1/3; figures 7 and 8",
        published=(
            factor("back", 1 / 9, times=1.5, basis="√⅓ per layer over 4 layers; slopes below 1"),
            factor("weight", 1, times=1.5, basis="level; slopes below 1"),
            factor("xavier", 1, times=2, basis="level; slopes below 1"),
            factor("activation", 1 / 9, times=1.5, basis="√⅓ per layer; slopes below 1"),
        ),
    ),
    Card(
        key="glorot-singular",
        title="Mean singular value of a layer",
        says="The mean singular value of a layer's Jacobian is about 0.5 with U(±1/√n), and about "
        "0.8 with normalised weights.",
        conditions=f"{DRAWS} square layers of {SIDE} units each, linear part. Band: 10–90 % of "
        "the layers.",
        figures={
            "standard": "Mean singular value, U(±1/√n)",
            "xavier": "Mean singular value, normalised",
        },
        page="layers",
        settings={"f": "tanh", "init": "xavier_uniform", "depth": 5},
        experiment=singular_values,
        budget=4.0,
        paper=GLOROT,
        where="section 4.2; sharper: (8/3π) σ from the quarter-circle law",
        published=(
            about(
                "standard",
                8 / (3 * math.pi) / math.sqrt(3),
                within=0.01,
                basis="(8/3π) √⅓; 200 units are finite",
            ),
            about("xavier", 8 / (3 * math.pi), within=0.01, basis="8/3π; 200 units are finite"),
        ),
    ),
    Card(
        key="he-scale",
        title="Variance 2/n for ReLU",
        says="Weights of variance 2/fan-in keep ReLU's scale; with 1/fan-in each layer loses √½, "
        "and 3·10⁻⁵ is left after 30.",
        conditions=f"{HE.seeds} nets of {HE.depth} ReLU layers, {HE.width} units, random inputs, "
        "before training; root mean square of z in the last layer over the first. Band: 10–90 % "
        "of the nets.",
        figures={
            "xavier": "Signal left after 30 layers, variance 1/n",
            "he": "Signal left after 30 layers, variance 2/n",
        },
        page="layers",
        settings={"f": "relu", "init": "he_normal", "depth": 31, "view": "size"},
        experiment=relu_scale,
        budget=8.0,
        paper="He et al. 2015: Delving deep into rectifiers",
        where="section 2.2, comparison with “Xavier” initialisation",
        published=(
            factor("xavier", 2**-15, times=1.5, basis="2^(−L/2); 256 units are finite"),
            factor("he", 1, times=1.5, basis="kept; 256 units are finite"),
        ),
    ),
)
