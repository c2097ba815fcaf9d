"""Claims about the chain rule: what multiplying one factor per layer does (C5–C8)."""

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.chain import many
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.chain.weights import drawn, share_within_one
from vanishing.engine.nets import activations
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import about, at_least, at_most, factor
from vanishing.evidence.finding import Figure, Finding, Line, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict

CHAINS, SHORT = 50, 10
UNIFORM, FACTORS = 10_000, 30
DEPTH = 30
SPREADS = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
WEIGHTS = 100_000
SHARE, QUANTILE = 0.99, 2.5758
"""Share of the weights, and within how many std(w) it lies: Φ(2.5758) = 0.995."""


def weights_within_one(
    seed: int, sigma: float = 1.0, n: int = WEIGHTS
) -> Iterator[float | Finding]:
    """Count the weights in [−1, 1], at the article's spread and at others."""
    shares = {}
    for spread in SPREADS:
        shares[spread] = share_within_one(spread, n, seed)
        yield len(shares) / (len(SPREADS) + 1)
    measured = [share.measured for share in shares.values()]
    told = [share.predicted for share in shares.values()]
    # Of the same draws, scaled: the share falls as the spread grows.
    narrow = np.linspace(0.3, 0.5, 81)
    counted = [share_within_one(spread, n, seed).measured for spread in narrow]
    lines = (
        line("counted", SPREADS, measured),
        line("erf(1/(std(w) √2))", SPREADS, told, "predicted"),
    )
    yield Finding(
        {
            "share": figure(share_within_one(sigma, n, seed).measured, "%"),
            "enough": figure(np.interp(-SHARE, -np.array(counted), narrow)),
        },
        Picture("Spread of the weights, std(w)", "Share of weights in [−1, 1]", lines),
    )


def chain_rule(seed: int, depth: int = SHORT, sigma: float = 1.0) -> Iterator[float | Finding]:
    """Compare the chain rule's product with central differences of whole chains."""
    sigmoid = activations.get("sigmoid")
    checks = []
    for number in range(CHAINS * seed, CHAINS * (seed + 1)):
        weights = drawn(depth, sigma, number)
        checks.append(chain.check_gradient(1.0, weights, sigmoid))
        yield len(checks) / CHAINS
    errors = np.concatenate([check.relative[check.resolved] for check in checks])
    layers, first = np.arange(1, depth + 1), checks[0]
    seen = first.resolved
    lines = (
        line("central difference", layers[seen], np.abs(first.difference[seen])),
        line("product of factors", layers, np.abs(first.chain_rule), "predicted"),
    )
    yield Finding(
        {
            "typical": figure(errors),
            "largest": figure(errors.max()),
            "compared": figure(errors.size, "derivatives"),
        },
        Picture("Layer l", "|∂J/∂w| of one chain", lines, log_y=True),
    )


def small_numbers(seed: int, factors: int = FACTORS) -> Iterator[float | Finding]:
    """Multiply up numbers between 0 and 1: thirds, and random ones."""
    thirds = chain.running_product(np.full(factors, 1 / 3), "float64")
    yield 0.2
    random = stream(seed, "claim", "factors").uniform(0, 1, (UNIFORM, factors))
    logs = np.log10(random).cumsum(axis=1)
    products = np.stack([chain.running_product(row, "float64") for row in random[:200]])
    shrinks = (products[:, 1:] < products[:, :-1]).mean()
    n = np.arange(1, factors + 1)
    lines = (
        line("thirds", n, thirds),
        line("between 0 and 1, typical", n, 10 ** logs.mean(axis=0)),
        line("e⁻ⁿ", n, np.exp(-n), "predicted"),
    )
    yield Finding(
        {
            "two": figure(thirds[1]),
            "shrinks": figure(shrinks, "%"),
            "log": figure(logs[:, -1].mean()),
        },
        Picture("Numbers multiplied", "Product", lines, log_y=True),
    )


def deep_products(seed: int, depth: int = DEPTH, sigma: float = 1.0) -> Iterator[float | Finding]:
    """Draw chains with the article's weights, and follow the product of factors with depth."""
    yield 0.1
    sigmoid = activations.get("sigmoid")
    found = many.draws(depth, sigma, sigmoid, seed=seed)
    yield 0.7
    low, middle, high = (10**found.quantiles).tolist()
    per_layer = (found.mean[-1] - found.mean[9]) / (depth - 10)
    depths = np.arange(1.0, depth + 1)
    predicted = chain_theory.theory(depth, sigma, sigmoid)
    lines = (
        Line("10,000 chains", tuple(depths.tolist()), tuple(middle), tuple(low), tuple(high)),
        line("theory", depths, 10**predicted.median, "predicted"),
        line("bound ¼ per layer", depths, 0.25**depths, "bound"),
    )
    yield Finding(
        {
            "factor": figure(10**per_layer),
            "ten": Figure(middle[9], low[9], high[9]),
            "thirty": Figure(middle[-1], low[-1], high[-1]),
        },
        Picture("Depth L", "|∂h(L)/∂x|", lines, log_y=True),
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
        planted=Planted("every derivative 10 % too small", Verdict.FAILS),
        near={"depth": (5, 20), "sigma": (0.5, 2.0)},
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
        why_holds="The product agrees with the differences to {typical} (at worst "
        "{largest}) for all {compared}.",
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
        planted=Planted("every factor half as large again", Verdict.FAILS),
        near={"factors": (10, 60)},
        changed="The tolerance of 1/3 · 1/3 was 10⁻¹⁵; it became 10⁻⁵ when shipped figures were "
        "kept with six digits.",
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
        why_holds="{shrinks} of the multiplications shrink the product; {log} is the mean "
        "log₁₀ after 30, one factor e each.",
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
        planted=Planted("every derivative doubled", misses=("factor",)),
        near={"depth": (20, 50), "sigma": (0.7, 1.5)},
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
        why_holds="Each layer typically multiplies by {factor}: {thirty} is left after "
        "30. The often quoted ¼ per layer is only a bound, for weights within ±1.",
    ),
    Claim(
        key="C7",
        title="Weights lie between −1 and 1",
        says="Weights are usually drawn from N(0, 1), and so lie between −1 and 1.",
        conditions=f"{WEIGHTS:,} weights drawn from N(0, Var(w)), and counted.",
        figures={
            "share": "Share of N(0, 1) weights in [−1, 1]",
            "enough": "Largest std(w) of which 99 % lie there",
        },
        page="chain",
        settings={"sigma": 1.0, "view": "product"},
        experiment=weights_within_one,
        budget=3.0,
        planted=Planted("weights a fifth as large as they should be", Verdict.HOLDS),
        near={"sigma": (0.8, 1.25), "n": (10_000, 30_000)},
        changed="At first it was said to hold only if std(w) is about 0.3, not 1; but N(0, 1) is "
        "what it starts from.",
        stated=(at_least("share", SHARE, unit="%", basis="“lie between” leaves out 1 % at most"),),
        predicted=(
            about(
                "share",
                math.erf(math.sqrt(0.5)),
                within=0.006,
                unit="%",
                basis="erf(1/√2); four standard errors of the count",
            ),
            about("enough", 1 / QUANTILE, within=0.01, basis="1/2.576, from Φ(2.576) = 0.995"),
        ),
        why_fails="Only {share} of N(0, 1) weights lie there; a third is larger than 1 in size. "
        "99 % of them do up to a std(w) of about {enough}.",
    ),
)
