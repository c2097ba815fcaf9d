"""Claims about the scale of the weights, and whether it makes up for small slopes (C9, C26)."""

import math
from collections.abc import Iterator, Mapping, Sequence
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
SIGMOID, TANH, LINEAR = "sigmoid", "tanh", "identity"
WIDTHS: Sequence[int] = (4, 8, 10, 12, 14, 16, 20, 32)
AROUND = slice(1, 7)
"""The widths around the one at which sigmoid's best factor is 1."""
TANH_WIDTHS: Sequence[int] = (3, 4, 5, 6, 8)
TANH_AROUND = slice(1, 4)
TANH_NETS = 90
NARROW, WIDE = 10, 20
VARIANCES = {SIGMOID: (10.0, 40.0, 160.0, 640.0), TANH: (1.5, 3.0, 10.0, 40.0)}
"""n·Var(w), of which the best counts."""


def _chain(key: str, sigma: float, seed: int) -> float:
    """Return the typical factor per layer deep in drawn chains, one unit wide."""
    found = many.draws(DEPTH, sigma, activations.get(key), CHAINS, seed)
    return float(10 ** ((found.mean[-1] - found.mean[9]) / (DEPTH - 10)))


def best_factor(settings: layer_statistics.Settings) -> float:
    """Return the median factor per layer of nets with the weights' scale that makes it largest."""
    medians = []
    for variance in VARIANCES[settings.activation]:
        chosen = replace(settings, weight_variance=variance)
        left = layer_statistics.at_start(chosen).measured.relative("delta")[:, SETTLED]
        medians.append(np.median(left) ** (1 / (settings.depth - 1 - SETTLED)))
    return float(max(medians))


def reaches_one(factors: Mapping[int, float], around: Sequence[int]) -> float:
    """Return the width at which a line through the factors around it, both logarithmic, is 1."""
    slope, start = np.polyfit(np.log(around), np.log([factors[width] for width in around]), 1)
    return float(np.exp(-start / slope))


def widths(
    seed: int,
    depth: int = 20,
    nets: int = 30,
    samples: int = 10,
    narrow: int = NARROW,
    wide: int = WIDE,
) -> Iterator[float | Finding]:
    """Measure the best factor per layer of sigmoid and tanh nets, over their width."""
    sigma = chain_theory.best_rate(activations.get(SIGMOID)).sigma_w
    best: dict[str, dict[int, float]] = {SIGMOID: {1: _chain(SIGMOID, sigma, seed)}, TANH: {}}
    yield 0.05
    tried = {SIGMOID: sorted({*WIDTHS, narrow, wide}), TANH: list(TANH_WIDTHS)}
    total, done = sum(map(len, tried.values())) + 2, 1
    base = layer_statistics.Settings(
        data="random", initializer="scaled", depth=depth, samples=samples, seeds=nets
    )
    for key, chosen in tried.items():
        for width in chosen:
            net = replace(base, activation=key, width=width)
            if key == TANH:
                net = replace(net, seeds=TANH_NETS)
            best[key][width] = best_factor(seeded(net, seed))
            done += 1
            yield done / total
    lines = tuple(
        line(f"{key}, best scale", list(found), list(found.values())) for key, found in best.items()
    )
    factors = best[SIGMOID]
    yield Finding(
        {
            "width": figure(reaches_one(factors, WIDTHS[AROUND]), "units"),
            "tanh": figure(reaches_one(best[TANH], TANH_WIDTHS[TANH_AROUND]), "units"),
            "one": figure(factors[1]),
            "narrow": figure(factors[narrow]),
            "wide": figure(factors[wide]),
            "linear": figure(_chain(LINEAR, LARGE, seed)),
        },
        Picture("Units per layer", "Factor per layer", lines, log_x=True, log_y=True),
    )


CONDITIONS = (
    "Nets of 20 layers, 4 to 32 sigmoid or 3 to 8 tanh units, normal weights with n·Var(w) = 10, "
    "40, 160 or 640 (tanh 1.5, 3, 10 or 40), of which the best counts, biases 0: median factor of "
    "∂J/∂z per layer of 30 nets (tanh 90), layers 5 to 20, random data. One unit wide: "
    f"{CHAINS:,} chains of {DEPTH} neurons, sigmoid at its best std(w), linear with std(w) = 5."
)
FIGURES = {
    "width": "Width from which sigmoid's best factor is above 1",
    "tanh": "Width from which tanh's best factor is above 1",
    "one": "Best factor per layer, one sigmoid unit wide",
    "narrow": f"Best factor per layer, {NARROW} sigmoid units wide",
    "wide": f"Best factor per layer, {WIDE} sigmoid units wide",
    "linear": "Factor per layer, linear, one unit wide, std(w) = 5",
}
NEAR = {"depth": (15, 30), "nets": (20, 50), "samples": (20,)}
PREDICTED = (
    factor(
        "one",
        10 ** chain_theory.best_rate(activations.get(SIGMOID)).rate,
        times=1.05,
        basis="E log|w σ′(z)| by quadrature, its best std(w)",
    ),
    factor(
        "linear",
        LARGE * math.exp(chain_theory.MEAN_LOG_NORMAL),
        times=1.05,
        basis="std(w) exp(E ln|N(0, 1)|)",
    ),
)
GROWS = {name: at_least(name, 1, basis="the gradient grows") for name in ("one", "wide", "linear")}
SHRINKS = {
    name: at_most(name, 1, basis="the gradient shrinks") for name in ("one", "narrow", "wide")
}
TURN = about("width", 15, within=2, unit="units", basis="between 12 and 16, from a first sweep")
TANH_TURN = about("tanh", 4.8, within=1, unit="units", basis="between 4 and 6, from a first sweep")

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
        budget=12.0,
        planted=Planted("every derivative halved", Verdict.FAILS),
        near={**NEAR, "wide": (24, 32)},
        beyond={"wide": (8, 12)},
        changed="The condition was at first that the activation does not saturate; but wide "
        "sigmoid nets saturate and explode all the same, and tanh nets of 6 units already.",
        stated=(GROWS["one"], GROWS["linear"]),
        narrowed=(
            GROWS["wide"],
            GROWS["linear"],
            SHRINKS["narrow"],
            SHRINKS["one"],
            TURN,
            TANH_TURN,
        ),
        only_if="layers are wide enough, about 15 units with sigmoid, 5 with tanh (biases 0), or "
        "nothing saturates",
        predicted=PREDICTED,
        why_only_if="Large weights saturate sigmoid: one unit wide, {one} per layer is the most "
        "any scale gives, 10 wide {narrow}. Wider layers add up over their units: above 1 from "
        "{width} on ({tanh} with tanh), {wide} at 20. A linear chain with std(w) = 5 grows by "
        "{linear}.",
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
        budget=12.0,
        planted=Planted("every derivative halved", Verdict.HOLDS),
        near={**NEAR, "narrow": (4, 8)},
        beyond={"narrow": (18, 24)},
        changed="The condition was at first that layers are one unit wide; but the best factor "
        "stays below 1 up to about 15 units.",
        stated=(SHRINKS["one"], SHRINKS["narrow"], SHRINKS["wide"]),
        narrowed=(SHRINKS["one"], SHRINKS["narrow"], GROWS["wide"], TURN),
        only_if="layers are narrower than about 15 units (biases 0)",
        predicted=PREDICTED,
        why_only_if="At the scale that is best for it the gradient's factor per layer is {one} one "
        "unit wide and {narrow} with 10 units, but {wide} with 20: it reaches 1 at {width}.",
    ),
)
