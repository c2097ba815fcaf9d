"""Claims about the scale of the weights, and whether it makes up for small slopes (C9, C26)."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.chain import many
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.nets import activations
from vanishing.engine.wide import layers as layer_statistics
from vanishing.evidence.expected import about, at_least, at_most, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict
from vanishing.evidence.trying import seeded

LARGE = 5.0
DEPTH, CHAINS = 30, 4000
SETTLED = 4
"""Layers before which nothing is compared."""
SIGMOID, LINEAR = "sigmoid", "identity"
WIDTHS = (2, 4, 8, 12, 16, 32)
NARROW, WIDE = 8, 32
VARIANCES = (10.0, 40.0, 160.0, 640.0)
"""σ_w² of weights N(0, σ_w²/n), of which the best counts."""


def _chain(key: str, sigma: float, seed: int) -> float:
    """Return the typical factor per layer deep in drawn chains, one unit wide."""
    found = many.draws(DEPTH, sigma, activations.get(key), CHAINS, seed)
    return float(10 ** ((found.mean[-1] - found.mean[9]) / (DEPTH - 10)))


def best_factor(settings: layer_statistics.Settings) -> float:
    """Return the median factor per layer of nets with the weights' scale that makes it largest."""
    medians = []
    for variance in VARIANCES:
        chosen = replace(settings, weight_variance=variance)
        left = layer_statistics.at_start(chosen).measured.relative("delta")[:, SETTLED]
        medians.append(np.median(left) ** (1 / (settings.depth - 1 - SETTLED)))
    return float(max(medians))


def widths(
    seed: int, depth: int = 20, nets: int = 20, samples: int = 10
) -> Iterator[float | Finding]:
    """Measure the best factor per layer of sigmoid nets, over their width."""
    sigma = chain_theory.best_rate(activations.get(SIGMOID)).sigma_w
    best = {1: _chain(SIGMOID, sigma, seed)}
    yield 0.1
    for width in WIDTHS:
        settings = layer_statistics.Settings(
            data="random",
            activation=SIGMOID,
            initializer="scaled",
            depth=depth,
            width=width,
            samples=samples,
            seeds=nets,
        )
        best[width] = best_factor(seeded(settings, seed))
        yield len(best) / (len(WIDTHS) + 2)
    tried, factors = np.array(list(best)), np.array(list(best.values()))
    lines = (line("sigmoid, best scale", tried, factors),)
    yield Finding(
        {
            "width": figure(np.exp(np.interp(0, np.log(factors), np.log(tried))), "units"),
            "one": figure(best[1]),
            "narrow": figure(best[NARROW]),
            "wide": figure(best[WIDE]),
            "linear": figure(_chain(LINEAR, LARGE, seed)),
        },
        Picture("Units per layer", "Factor per layer", lines, log_x=True, log_y=True),
    )


CONDITIONS = (
    "Sigmoid nets of 20 layers, 2 to 32 units, N(0, σ_w²/n) weights with σ_w² = 10, 40, 160 or "
    "640, of which the best counts: median factor of ∂J/∂z per layer of 20 nets, layers 5 to 20, "
    f"random data. One unit wide: {CHAINS:,} chains of {DEPTH} neurons, sigmoid at its best σ_w, "
    "linear with σ_w = 5."
)
FIGURES = {
    "width": "Width from which the best factor is above 1",
    "one": "Best factor per layer, one sigmoid unit wide",
    "narrow": f"Best factor per layer, {NARROW} sigmoid units wide",
    "wide": f"Best factor per layer, {WIDE} sigmoid units wide",
    "linear": "Factor per layer, linear, one unit wide, σ_w = 5",
}
NEAR = {"depth": (15, 30), "nets": (10, 40), "samples": (20,)}
PREDICTED = (
    factor(
        "one",
        10 ** chain_theory.best_rate(activations.get(SIGMOID)).rate,
        times=1.05,
        basis="E log|w σ′(z)| by quadrature, its best σ_w",
    ),
    factor(
        "linear",
        LARGE * math.exp(chain_theory.MEAN_LOG_NORMAL),
        times=1.05,
        basis="σ_w exp(E ln|N(0, 1)|)",
    ),
)
GROWS = {name: at_least(name, 1, basis="the gradient grows") for name in ("one", "wide", "linear")}
SHRINKS = {
    name: at_most(name, 1, basis="the gradient shrinks") for name in ("one", "narrow", "wide")
}
TURN = about("width", 15, within=4, unit="units", basis="between 12 and 16, from a first sweep")

CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C9",
        title="Factors above 1 explode",
        says="With weights large enough the factors exceed 1: the gradient explodes and updates "
        "overshoot.",
        conditions=CONDITIONS,
        figures=FIGURES,
        page="chain",
        settings={"view": "map", "f": "sigmoid", "sigma": 3.2},
        experiment=widths,
        budget=4.0,
        planted=Planted("every derivative halved", Verdict.FAILS),
        near=NEAR,
        changed="The condition was at first that the activation does not saturate; but wide "
        "sigmoid nets saturate and explode all the same.",
        stated=(GROWS["one"], GROWS["linear"]),
        narrowed=(GROWS["wide"], GROWS["linear"], SHRINKS["narrow"], SHRINKS["one"], TURN),
        only_if="sigmoid layers are about 15 units wide or more, or nothing saturates",
        predicted=PREDICTED,
        why_only_if="Large weights saturate sigmoid: one unit wide, {one} per layer is the most "
        "any scale gives, 8 wide {narrow}. Wider layers add up over their units: above 1 from "
        "{width} on, {wide} at 32. A linear chain with σ_w = 5 grows by {linear}.",
    ),
    Claim(
        key="C26",
        title="Sigmoid outweighs larger weights",
        says="Even with weights larger than N(0, 1), enough sigmoid derivatives will outweigh "
        "them.",
        conditions=CONDITIONS,
        figures=FIGURES,
        page="layers",
        settings={
            "f": "sigmoid",
            "init": "scaled",
            "sw2": 200.0,
            "depth": 12,
            "width": 256,
            "data": "random",
        },
        experiment=widths,
        budget=4.0,
        planted=Planted("every derivative halved", Verdict.HOLDS),
        near=NEAR,
        changed="The condition was at first that layers are one unit wide; but the best factor "
        "stays below 1 up to about 15 units.",
        stated=(SHRINKS["one"], SHRINKS["narrow"], SHRINKS["wide"]),
        narrowed=(SHRINKS["one"], SHRINKS["narrow"], GROWS["wide"], TURN),
        only_if="layers are narrower than about 15 units",
        predicted=PREDICTED,
        why_only_if="At the scale that is best for it the gradient's factor per layer is {one} one "
        "unit wide and {narrow} with 8 units, but {wide} with 32: it reaches 1 at {width}.",
    ),
)
