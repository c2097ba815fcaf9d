"""Claims about the chain rule: what multiplying one factor per layer does (C5–C8)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.chain import many
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.chain.weights import drawn, share_within_one
from vanishing.engine.nets import activations
from vanishing.engine.seeds import stream
from vanishing.evidence.model import (
    Claim,
    Figure,
    Finding,
    Line,
    Picture,
    Verdict,
    about,
    at_least,
    at_most,
    factor,
)
from vanishing.evidence.spread import figure, floats

CHAINS, SHORT = 50, 10
UNIFORM, FACTORS = 10_000, 30
DEPTH = 30
SPREADS = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
WEIGHTS = 100_000


def weights_within_one(seed: int) -> Iterator[float | Finding]:
    """Count the weights in [−1, 1], at the article's spread and at others."""
    shares = []
    for done, spread in enumerate(SPREADS, 1):
        shares.append(share_within_one(spread, WEIGHTS, seed))
        yield done / len(SPREADS)
    at = dict(zip(SPREADS, shares, strict=True))
    yield Finding(
        figures={
            "share": Figure(at[1.0].measured, unit="%"),
            "narrow": Figure(at[0.3].measured, unit="%"),
        },
        picture=Picture(
            x="Spread of the weights, σ_w",
            y="Share of weights in [−1, 1]",
            lines=(
                Line("counted", SPREADS, tuple(share.measured for share in shares)),
                Line(
                    "erf(1/(σ_w √2))",
                    SPREADS,
                    tuple(share.predicted for share in shares),
                    kind="predicted",
                ),
            ),
        ),
    )


def chain_rule(seed: int) -> Iterator[float | Finding]:
    """Compare the chain rule's product with central differences of whole chains."""
    sigmoid = activations.get("sigmoid")
    errors = []
    for number in range(CHAINS):
        weights = drawn(SHORT, 1.0, seed + number)
        check = chain.check_gradient(1.0, weights, sigmoid)
        errors.append(check.relative[check.resolved])
        if number == 0:
            shown = check
        yield (number + 1) / CHAINS
    layers = tuple(float(layer) for layer in range(1, SHORT + 1))
    told = floats(np.abs(shown.chain_rule))
    by_difference = [
        (layer, float(abs(value)))
        for layer, value, seen in zip(layers, shown.difference, shown.resolved, strict=True)
        if seen
    ]
    resolved = np.concatenate(errors)
    yield Finding(
        figures={
            "typical": figure(resolved),
            "largest": Figure(float(resolved.max())),
            "compared": Figure(float(resolved.size), unit="derivatives"),
        },
        picture=Picture(
            x="Layer l",
            y="|∂J/∂w_l| of one chain",
            log_y=True,
            lines=(
                Line(
                    "central difference",
                    tuple(layer for layer, _ in by_difference),
                    tuple(value for _, value in by_difference),
                ),
                Line("product of factors", layers, told, kind="predicted"),
            ),
        ),
    )


def small_numbers(seed: int) -> Iterator[float | Finding]:
    """Multiply up numbers between 0 and 1: thirds, and random ones."""
    thirds = chain.running_product(np.full(FACTORS, 1 / 3), "float64")
    yield 0.2
    rng = stream(seed, "claim", "factors")
    random = rng.uniform(0, 1, (UNIFORM, FACTORS))
    logs = np.log10(random).cumsum(axis=1)
    products = np.stack([chain.running_product(row, "float64") for row in random[:200]])
    shrinks = (products[:, 1:] < products[:, :-1]).mean()
    n = tuple(float(count) for count in range(1, FACTORS + 1))
    yield Finding(
        figures={
            "two": Figure(float(thirds[1])),
            "shrinks": Figure(float(shrinks), unit="%"),
            "log": Figure(float(logs[:, -1].mean())),
        },
        picture=Picture(
            x="Numbers multiplied",
            y="Product",
            log_y=True,
            lines=(
                Line("thirds", n, floats(thirds)),
                Line("between 0 and 1, typical", n, floats(10 ** logs.mean(axis=0))),
                Line("e⁻ⁿ", n, tuple(math.exp(-count) for count in n), kind="predicted"),
            ),
        ),
    )


def _at(log10_quantiles: Array) -> Figure:
    """Return one depth's band and median of a product."""
    low, middle, high = floats(10**log10_quantiles)
    return Figure(middle, low, high)


def deep_products(seed: int) -> Iterator[float | Finding]:
    """Draw chains with the article's weights, and follow the product of factors with depth."""
    yield 0.1
    sigmoid = activations.get("sigmoid")
    found = many.draws(DEPTH, 1.0, sigmoid, seed=seed)
    yield 0.7
    low, middle, high = found.quantiles
    per_layer = (found.mean[-1] - found.mean[9]) / (DEPTH - 10)
    depths = tuple(float(depth) for depth in range(1, DEPTH + 1))
    predicted = chain_theory.theory(DEPTH, 1.0, sigmoid)
    yield Finding(
        figures={
            "factor": Figure(float(10**per_layer)),
            "ten": _at(found.quantiles[:, 9]),
            "thirty": _at(found.quantiles[:, -1]),
        },
        picture=Picture(
            x="Depth L",
            y="|∂h_L/∂x|",
            log_y=True,
            lines=(
                Line(
                    "10,000 chains",
                    depths,
                    floats(10**middle),
                    floats(10**low),
                    floats(10**high),
                ),
                Line("theory", depths, floats(10**predicted.median), kind="predicted"),
                Line("bound ¼ per layer", depths, tuple(0.25**d for d in depths), kind="bound"),
            ),
        ),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C5",
        title="One slope and one weight per layer",
        says="The derivative of the cost to the first weight is a product: one weight and one "
        "σ′(z) per layer, times ∂J/∂out and the input.",
        conditions=f"{CHAINS} chains of {SHORT} sigmoid neurons with N(0, 1) weights, all "
        "derivatives against central differences; compared where the difference is 1,000 times "
        "its rounding error.",
        figures={
            "typical": "Relative difference, median",
            "largest": "Relative difference, largest",
            "compared": "Derivatives compared",
        },
        page="chain",
        settings={
            "view": "chain",
            "weights": "each",
            "short": 3,
            "w1": 0.75,
            "w2": -0.5,
            "w3": 1.0,
        },
        experiment=chain_rule,
        budget=2.0,
        stated=(
            at_most("typical", 1e-6, basis="a product that lacks a factor is off by far more"),
            at_most("largest", 1e-3, basis="the rounding error of the differences compared"),
        ),
        predicted=(
            at_least(
                "compared",
                CHAINS * SHORT / 4,
                unit="derivatives",
                basis="a quarter of them is large enough to compare",
            ),
        ),
        why={
            Verdict.HOLDS: "The product agrees with the differences to {typical} (at worst "
            "{largest}) for all {compared}.",
        },
    ),
    Claim(
        key="C6",
        title="Small numbers multiply to smaller ones",
        says="Numbers between 0 and 1 multiply to something smaller: 1/3 · 1/3 = 1/9.",
        conditions=f"Running products of {FACTORS} thirds, and of {FACTORS} numbers drawn evenly "
        f"from (0, 1): {UNIFORM:,} draws for the mean, 200 to count.",
        figures={
            "two": "1/3 · 1/3",
            "shrinks": "Multiplications that make the product smaller",
            "log": f"log₁₀ of {FACTORS} random numbers' product, mean",
        },
        page="chain",
        settings={"view": "product", "f": "identity", "weights": "equal", "w": 0.25},
        experiment=small_numbers,
        budget=1.0,
        stated=(
            about("two", 1 / 9, within=1e-5, basis="1/9, in five digits"),
            about("shrinks", 1, within=0, unit="%", basis="without exception"),
        ),
        predicted=(
            about(
                "log",
                -FACTORS / math.log(10),
                within=0.1,
                basis="E ln u = −1; four standard errors",
            ),
        ),
        why={
            Verdict.HOLDS: "{shrinks} of the multiplications shrink the product; {log} is the mean "
            "log₁₀ after 30, one factor e each.",
        },
    ),
    Claim(
        key="C8",
        title="Deeper chains have smaller gradients",
        says="Two derivatives and two weights in (0, 1) make a small product; deeper nets have "
        "more factors, so their gradients vanish.",
        conditions=f"10,000 chains of {DEPTH} sigmoid neurons with N(0, 1) weights, x = 1; band: "
        "10–90 % of the chains; factor per layer: mean of log|w σ′(z)| over layers 11 to 30.",
        figures={
            "factor": "Typical factor per layer",
            "ten": "|∂h/∂x| through 10 layers",
            "thirty": "|∂h/∂x| through 30 layers",
        },
        page="chain",
        settings={"view": "draws", "f": "sigmoid", "sigma": 1.0, "depth": DEPTH},
        experiment=deep_products,
        budget=2.0,
        stated=(
            at_most("factor", 0.5, basis="at least halved by every layer"),
            at_most("thirty", 1e-6, basis="far below what a step can use"),
        ),
        predicted=(
            factor(
                "factor",
                10 ** chain_theory.layer_rate(activations.get("sigmoid"), 1.0),
                times=1.02,
                basis="E log|w σ′(z)| by quadrature; sampling error",
            ),
        ),
        why={
            Verdict.HOLDS: "Each layer typically multiplies by {factor}: {thirty} is left after "
            "30. The often quoted ¼ per layer is only a bound, for weights within ±1.",
        },
    ),
    Claim(
        key="C7",
        title="Weights lie between −1 and 1",
        says="Weights are usually drawn from N(0, 1), and so lie between −1 and 1.",
        conditions=f"{WEIGHTS:,} weights drawn from N(0, σ_w²), and counted.",
        figures={
            "share": "Share of N(0, 1) weights in [−1, 1]",
            "narrow": "The same for σ_w = 0.3",
        },
        page="chain",
        settings={"sigma": 1.0, "view": "product"},
        experiment=weights_within_one,
        budget=1.0,
        stated=(at_least("share", 0.99, unit="%", basis="“lie between” leaves out 1 % at most"),),
        narrowed=(at_least("narrow", 0.99, unit="%", basis="the same share, for smaller weights"),),
        only_if="their spread σ_w is about 0.3, not 1",
        predicted=(
            about(
                "share",
                math.erf(math.sqrt(0.5)),
                within=0.006,
                unit="%",
                basis="erf(1/√2); four standard errors of the count",
            ),
            about(
                "narrow",
                math.erf(math.sqrt(0.5) / 0.3),
                within=0.002,
                unit="%",
                basis="erf(1/(0.3 √2)); four standard errors of the count",
            ),
        ),
        why={
            Verdict.ONLY_IF: "Only {share} of N(0, 1) weights lie there; a third is larger than 1 "
            "in size. With σ_w = 0.3 it is {narrow}.",
        },
    ),
)
