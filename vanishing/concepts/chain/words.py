"""What to notice about products along chains; every sentence is true at every setting."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vanishing.concepts.chain.facts import (
    BOTH_ZERO,
    INFINITE,
    KINK,
    OVERFLOWED,
    ROUNDED,
    SUBNORMAL,
    TOO_SMALL,
    ZERO,
    bound_text,
    events,
    log10,
    products,
    switches_off,
    told_of,
    verdict,
)
from vanishing.engine.chain.many import Draws, MedianMap
from vanishing.engine.chain.products import Chain, GradientCheck, bound
from vanishing.engine.chain.theory import HEAVY_TAILED, BestRate, Theory
from vanishing.engine.chain.weights import Share
from vanishing.engine.nets.activations import Activation
from vanishing.text import count, hundredths, number, of_log10, percent

STEADY_RATE = 0.005
"""A mean of log₁₀ per layer this close to 0 is called steady."""
FEW = 10
"""Fewer products than this have no quantiles worth a word."""


def this_chain(chain: Chain, exact: Chain) -> str:
    """Say what the chain's product came to; `exact` is the same chain in float64."""
    running = products(chain)
    size, layers = abs(float(running[-1])), count(chain.depth, "layer")
    found = events(running)
    if np.isnan(size):
        return (
            f"In {chain.dtype} this chain's product over {layers} is not a number: on the way "
            "something overflowed."
        )
    if size == 0:
        return _zero(chain, exact, found[ZERO])
    if np.isinf(size):
        return (
            f"This chain's product overflows in {chain.dtype}: from layer {found[INFINITE]} on "
            "it is ∞." + _in_float64(chain, exact)
        )
    told = f"This chain multiplies the gradient by **{number(size, 2)}** over {layers}"
    if SUBNORMAL in found:
        # Rounded again and again, it may have stuck there.
        return (
            f"{told} in {chain.dtype}. After {count(found[SUBNORMAL], 'layer')} it was subnormal: "
            f"too small to keep all its digits.{_in_float64(chain, exact)}"
        )
    per_layer = of_log10(float(log10(running)[-1]) / chain.depth, 3)
    return f"{told}: ×{per_layer} a layer on (geometric) average."


def _zero(chain: Chain, exact: Chain, first: int) -> str:
    where = f"This chain's product is **exactly 0** in {chain.dtype} from layer {first} on: "
    if chain.layer_factors[first - 1] == 0:
        small = chain.weights[first - 1] != 0 and not switches_off(chain.activation)
        why = "is too small for the type" if small else "is exactly 0"
        return f"{where}that layer's factor {why}." + _in_float64(chain, exact)
    return where + "it became too small for the type." + _in_float64(chain, exact)


def _in_float64(chain: Chain, exact: Chain) -> str:
    size = abs(float(products(exact)[-1]))
    if chain.dtype == "float64" or not np.isfinite(size):
        return ""
    return f" In float64 it is {number(size, 2) if size else 'exactly 0 too'}."


def drawn_chains(
    drawn: Draws, theory: Theory | None, gap: str, sigma_w: str, activation: Activation
) -> tuple[str, ...]:
    """Say how the drawn products lie, what theory predicts of them, and what underflow does."""
    told = f"Of {drawn.n:,} chains drawn with std(w) = {sigma_w}, {_measured(drawn)} (measured)."
    if theory is None:
        told += f" {gap}"
    else:
        middle = f"a geometric mean of {of_log10(float(theory.mean[-1]))}"
        # Where some are left it is not all, however few.
        zeros = min(1 - float(theory.nonzero[-1]), ALMOST if theory.nonzero[-1] else 1.0)
        told += " Theory predicts " + (
            f"{percent(zeros)} zeros, and {middle} for the others."
            if drawn.zeros[-1] or zeros > 1e-6
            else f"{middle}."
        )
    return (told, *_underflow(drawn, activation))


def _measured(drawn: Draws) -> str:
    """Say which share of the products is 0, and how the others lie."""
    over = f"over {count(len(drawn.mean), 'layer')}"
    zeros = int(drawn.zeros[-1])
    alive = drawn.n - zeros
    if not zeros:
        low, median, high = (of_log10(float(q)) for q in drawn.quantiles[:, -1])
        return f"half come to at most **{median}** {over} and 80 % lie from {low} to {high}"
    told = f"**{percent(zeros / drawn.n)} give exactly 0** {over}"
    if alive == 0:
        return told
    if alive == 1:
        return f"{told}; the other comes to {of_log10(float(drawn.whole[-1]))}"
    if alive < FEW:
        least, most = (of_log10(float(drawn.whole[place])) for place in (zeros, -1))
        return f"{told}; the other {alive} lie from {least} to {most}"
    low, median, high = (of_log10(float(q)) for q in drawn.nonzero_quantiles[:, -1])
    return f"{told}; of the others half come to at most {median} and 80 % lie from {low} to {high}"


def _underflow(drawn: Draws, activation: Activation) -> tuple[str, ...]:
    """Say what zeros are worth where no slope is 0: the format holds nothing as small."""
    if not drawn.zeros[-1] or switches_off(activation):
        return ()
    told = (
        f"No slope of {activation.name} stays 0: exactly 0 is **underflow** among the drawn "
        "chains, a factor too small for float64."
    )
    if drawn.zeros[-1] < drawn.n:
        told += " What is said of the others is of those that are left, the larger ones."
    return (told,)


def the_bound(chain: Chain, share: Share, sigma_w: str) -> str:
    """Say what the bound is, whether it applies here, and how many weights are that small."""
    depth = chain.depth
    most = of_log10(float(bound(chain.activation, 1.0, depth)[-1]))
    large = int(np.sum(np.abs(chain.weights) > 1))
    formula = bound_text(chain.activation).removesuffix("ⁿ")
    if large == 0:
        applies = "every weight of this chain is, so it holds here"
    elif depth == 1:
        applies = "this chain's only weight is not, so it promises nothing here"
    else:
        are = "is" if large == 1 else "are"
        applies = f"{large} of this chain's {depth} {are} not, so it promises nothing here"
    return (
        f"Weights within [−1, 1] cannot give more than {formula} to the power {depth}, {most}; "
        f"{applies}. It is a bound, not a prediction. Of weights drawn with std(w) = {sigma_w}, "
        f"{_share(min(share.predicted, ALMOST))} lie in [−1, 1] (measured: "
        f"{_share(share.measured)} of {share.n:,})."
    )


def _share(share: float) -> str:
    return f"{hundredths(share, 1)} %" if 0.001 < share < 0.999 else percent(share)


ALMOST = 1.0 - 1e-15
"""A share that float64 may round to 1: of normal weights some lie anywhere."""


def best_scale(best: BestRate | None, activation: Activation, drawn: bool) -> tuple[str, ...]:
    """Say how well any weight scale could do, as far as theory reaches (else nothing).

    `drawn` tells whether this chain's weights are drawn, as those that theory speaks of.
    """
    if best is None or (best.at_limit and activation.key in HEAVY_TAILED):
        return ()
    told = _best_scale(best, activation.name)
    if not drawn:
        told += " That is so of weights drawn at random, not of those chosen for this chain."
    return (told,)


def _best_scale(best: BestRate, name: str) -> str:
    if best.at_limit:
        # The rate is log₁₀ std(w) + constant, so it passes 0 here.
        even = best.sigma_limit * 10.0**-best.rate
        return (
            f"A larger std(w) always gives larger products with {name}: deep in the chain the "
            f"typical one shrinks below std(w) = {number(even)} and grows above it (predicted)."
        )
    where = f"std(w) = {number(best.sigma_w)}"
    factor = f"×{number(10.0**best.rate)} a layer"
    if best.rate < -STEADY_RATE:
        return (
            f"A larger std(w) does not save {name}: large weights also saturate it. Deep in the "
            f"chain no std(w) does better than {where}, and there a typical product still shrinks "
            f"by {factor} (predicted)."
        )
    return (
        f"Deep in the chain {name} does best at {where}: {factor} (predicted). Any other std(w) "
        "loses more, smaller ones through the weights, larger ones through saturation."
    )


# --- one view each --------------------------------------------------------------------------------


def gradient_check(chain: Chain, check: GradientCheck) -> str:
    """Say what the finite-difference check of ∂J/∂w₁ found."""
    analytic, difference = float(check.chain_rule[0]), float(check.difference[0])
    values = f"chain rule {number(analytic, 6)}, finite difference {number(difference, 6)}"
    found = verdict(check, 1)
    words = {
        TOO_SMALL: "the gradient is too small for finite differences to resolve: no check",
        KINK: "the step crosses a kink of the activation: no check",
        BOTH_ZERO: "both are exactly 0",
        ROUNDED: "the gradient is exactly 0, and of the difference only rounding is left",
        OVERFLOWED: "it overflows even float64: no check",
    }
    told = words.get(found, f"relative difference {found}")
    arrives = abs(float(chain.products[1]))
    back = (
        f"In {chain.dtype} what reaches h₁ is not a number: on the way something overflowed."
        if np.isnan(arrives)
        else f"From the output back to h₁ the gradient is multiplied by {number(arrives, 2)} (in "
        f"{chain.dtype})."
    )
    return f"{back} Checked for ∂J/∂w₁ in float64: {values}; {told}."


def logarithms(drawn: Draws, theory: Theory | None) -> str:
    """Say how wide the logarithms spread, measured and predicted."""
    alive = drawn.n - int(drawn.zeros[-1])
    if alive < 2:
        left = "one product that is not" if alive else "none that is not"
        return f"Of {drawn.n:,} products {left} exactly 0 is left: too few for a spread."
    told = (
        f"log₁₀ of the {alive:,} products that are not 0: mean {number(float(drawn.mean[-1]))}, "
        f"standard deviation {number(float(drawn.std[-1]))} (measured)"
    )
    if theory is None:
        return f"{told}."
    deviation = float(np.sqrt(theory.variance[-1]))
    return (
        f"{told}; {number(float(theory.mean[-1]))} and {number(deviation)} (predicted). Theory's "
        "mean and deviation are exact; that the curve is normal is an approximation."
    )


def growing(grid: MedianMap, activation: Activation, depth: int) -> str:
    """Say on the map's column nearest to the depth where the median product grows."""
    column = int(np.argmin(np.abs(grid.depths - depth)))
    median, at = grid.median[column], int(grid.depths[column])
    best = int(np.argmax(median))
    grows = grid.sigmas[median > 0]
    where = f"On the map at depth {at} the median product of {activation.name}"
    if np.isneginf(median[best]):
        return f"{where} is exactly 0 at every std(w) shown."
    top = f"{of_log10(float(median[best]))} at std(w) = {grid.sigmas[best]:g}"
    if len(grows) == 0:
        return f"{where} exceeds 1 at no std(w) shown; the largest is {top} (measured)."
    shown = ", ".join(f"{value:g}" for value in grows)
    return f"{where} exceeds 1 at std(w) = {shown}; the largest is {top} (measured)."


def number_types(chains: Mapping[str, Chain]) -> str:
    """Say what befalls the product in each type."""
    told = []
    for name, chain in chains.items():
        found = events(products(chain))
        words = ", ".join(told_of(event, n) for event, n in found.items())
        told.append(f"{name}: {words or 'holds it at every depth'}")
    return "Layers at which the product leaves the normal numbers — " + "; ".join(told) + "."
