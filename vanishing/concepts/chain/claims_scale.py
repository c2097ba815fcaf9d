"""Claims about the scale of the weights, and whether it makes up for small slopes (C9, C26)."""

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.chain import many
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.nets import activations
from vanishing.engine.nets.activations import Activation
from vanishing.engine.wide import layers as layer_statistics
from vanishing.evidence.expected import Expectation, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim
from vanishing.evidence.trying import arrives, by_layer, in_turn

SIGMAS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
LARGE = 5.0
DEPTH, CHAINS = 30, 4000
SIGMOID, LINEAR = activations.get("sigmoid"), activations.get("identity")
WIDE = layer_statistics.Settings(
    data="random",
    activation="sigmoid",
    initializer="scaled",
    weight_variance=200.0,
    depth=12,
    width=256,
)


def _per_layer(activation: Activation, sigma: float, seed: int) -> float:
    """Return the typical factor per layer deep in drawn chains."""
    found = many.draws(DEPTH, sigma, activation, CHAINS, seed)
    return float(10 ** ((found.mean[-1] - found.mean[9]) / (DEPTH - 10)))


def weight_scale(seed: int) -> Iterator[float | Finding]:
    """Measure the factor per layer over the spread of the weights."""
    sigmoid, linear = [], []
    for sigma in SIGMAS:
        sigmoid.append(_per_layer(SIGMOID, sigma, seed))
        linear.append(_per_layer(LINEAR, sigma, seed))
        yield len(linear) / (len(SIGMAS) + 1)
    best = _per_layer(SIGMOID, chain_theory.best_rate(SIGMOID).sigma_w, seed)
    told = [10 ** chain_theory.layer_rate(SIGMOID, sigma) for sigma in SIGMAS]
    lines = (
        line("sigmoid", SIGMAS, sigmoid),
        line("linear", SIGMAS, linear),
        line("sigmoid, predicted", SIGMAS, told, "predicted"),
    )
    yield Finding(
        {"sigmoid": figure(best), "linear": figure(linear[SIGMAS.index(LARGE)])},
        Picture(
            "Spread of the weights, σ_w", "Typical factor per layer", lines, log_x=True, log_y=True
        ),
    )


def wide_sigmoid(seed: int) -> Iterator[float | Finding]:
    """Measure how much gradient a sigmoid net with large weights has left, narrow and wide."""
    nets = yield from in_turn(layer_statistics.starts, seed, wide=WIDE)
    wide = nets["wide"].measured.relative("delta")
    narrow = _per_layer(SIGMOID, chain_theory.best_rate(SIGMOID).sigma_w, seed)
    layers = np.arange(1, WIDE.depth + 1)
    lines = (
        *by_layer("256 units wide", nets["wide"], told="theory, wide"),
        line("one unit wide, typical", layers, narrow ** (WIDE.depth - layers)),
    )
    yield Finding(
        {
            "narrow": figure(narrow ** (WIDE.depth - 1)),
            "wide": figure(wide[:, 0]),
            "layer": figure(narrow),
        },
        Picture("Layer", "Gradient ∂J/∂z, last layer = 1", lines, log_y=True),
    )


def _best(name: str) -> Expectation:
    """Expect the largest typical factor per layer that any σ_w gives a sigmoid chain."""
    best = 10 ** chain_theory.best_rate(SIGMOID).rate
    return factor(name, best, times=1.05, basis="E log|w σ′(z)| by quadrature, its best σ_w")


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C9",
        title="Factors above 1 explode",
        says="With weights large enough the factors exceed 1: the gradient explodes and updates "
        "overshoot.",
        conditions=f"{CHAINS:,} chains of {DEPTH} neurons with N(0, σ_w²) weights per scale; "
        "typical factor: mean of log|w f′(z)| over layers 11 to 30; σ_w from 0.5 to 20.",
        figures={
            "sigmoid": "Factor per layer, sigmoid at its best σ_w",
            "linear": "Factor per layer, linear, σ_w = 5",
        },
        page="chain",
        settings={"view": "map", "f": "sigmoid", "sigma": 3.2},
        experiment=weight_scale,
        budget=4.0,
        stated=(
            at_least("sigmoid", 1, basis="the gradient grows in the article's own chain"),
            at_least("linear", 1, basis="the gradient grows without saturation"),
        ),
        narrowed=(at_least("linear", 1, basis="the gradient grows without saturation"),),
        only_if="the activation does not saturate",
        predicted=(
            _best("sigmoid"),
            factor(
                "linear",
                LARGE * math.exp(chain_theory.MEAN_LOG_NORMAL),
                times=1.05,
                basis="σ_w exp(E ln|N(0, 1)|)",
            ),
        ),
        why_only_if="Large weights saturate sigmoid: its typical factor stays at or below "
        "{sigmoid} for every scale. Without saturation σ_w = 5 gives {linear} per layer.",
    ),
    Claim(
        key="C26",
        title="Sigmoid outweighs larger weights",
        says="Even with weights larger than N(0, 1), enough sigmoid derivatives will outweigh "
        "them.",
        conditions=f"{WIDE.seeds} nets of {WIDE.depth} layers, {WIDE.width} sigmoid units each, "
        "N(0, 200/n) weights, random data, band: 10–90 % of the nets; and chains one unit wide at "
        "their best σ_w.",
        figures={
            "narrow": "Gradient left in the first layer, one unit wide",
            "wide": "Gradient left in the first layer, 256 units wide",
            "layer": "Factor per layer, one unit wide",
        },
        page="layers",
        settings={
            "f": "sigmoid",
            "init": "scaled",
            "sw2": 200.0,
            "depth": 12,
            "width": 256,
            "data": "random",
        },
        experiment=wide_sigmoid,
        budget=12.0,
        stated=(
            at_most("narrow", 1, basis="the gradient shrinks"),
            at_most("wide", 1, basis="the gradient shrinks"),
        ),
        narrowed=(at_most("narrow", 1, basis="the gradient shrinks"),),
        only_if="layers are one unit wide, as in the article's chain",
        predicted=(
            _best("layer"),
            factor("wide", arrives(WIDE), times=1.5, basis="mean-field theory; 256 is finite"),
        ),
        why_only_if="One unit wide, {layer} per layer is the best any scale gives. But a "
        "wide net averages over many units, and large weights make its gradient grow ×{wide}.",
    ),
)
