"""What is true of a chain's products, for charts and words alike."""

from __future__ import annotations

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.chain.products import (
    RESOLVED_FROM,
    Chain,
    GradientCheck,
    running_product,
    underflow,
)
from vanishing.engine.nets.activations import Activation
from vanishing.text import number, setting

SUBNORMAL, ZERO, INFINITE, UNDEFINED = (
    "first subnormal",
    "first exactly 0",
    "first infinite",
    "first not a number",
)
EVENTS = (SUBNORMAL, ZERO, INFINITE, UNDEFINED)
"""What can befall a running product."""

TOO_SMALL = "too small for finite differences to resolve"
KINK = "the step crosses a kink, where there is no derivative"
BOTH_ZERO = "both exactly 0"
ROUNDED = "0 by the chain rule, the difference is rounding"
OVERFLOWED = "overflows even float64"
"""What a check by finite differences can come to, beside a number."""


def products(chain: Chain) -> Array:
    """Return ∏_{l≤n} w_l f′(z_l) for n = 1 … L, multiplied up in the chain's number type."""
    return running_product(chain.layer_factors, chain.dtype)


def log10(values: Array) -> Array:
    """Return log₁₀|values| in float64; −inf for 0."""
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(np.abs(values.astype(np.float64)))
    return logs


def told_of(event: str, layer: int) -> str:
    """Say where an event came: for good, but that a subnormal product can grow again."""
    if event == SUBNORMAL:
        return f"{event} at {layer}"
    return f"{event.removeprefix('first ')} from {layer}"


def events(running: Array) -> dict[str, int]:
    """Return what befalls a running product: event → number of layers passed when it first does."""
    found = underflow(running)
    undefined = np.isnan(running)
    places = {
        SUBNORMAL: found.first_subnormal,
        ZERO: found.first_zero,
        INFINITE: found.first_infinite,
        UNDEFINED: int(undefined.argmax()) if undefined.any() else None,
    }
    return {name: place + 1 for name, place in places.items() if place is not None}


def switches_off(activation: Activation) -> bool:
    """Tell whether the activation's slope is 0 over a stretch, so that products may be truly 0."""
    slopes = activation.slope_range
    return slopes.low == 0 and slopes.low_attained


def bound_text(activation: Activation) -> str:
    """Return the bound on n factors with |w| ≤ 1 as a formula: "0.25ⁿ"."""
    slopes = activation.slope_range
    return f"{setting(max(abs(slopes.low), abs(slopes.high)))}ⁿ"


def verdict(check: GradientCheck, layer: int) -> str:
    """Say in words what the check of ∂J/∂w_layer is worth (layers count from 1)."""
    i = layer - 1
    both = (float(check.chain_rule[i]), float(check.difference[i]))
    if not np.all(np.isfinite(both)):
        return OVERFLOWED
    if both == (0.0, 0.0):
        return BOTH_ZERO
    if check.resolved[i]:
        return number(float(check.relative[i]), 2)
    small = max(abs(both[0]), abs(both[1])) <= RESOLVED_FROM * float(check.floor[i])
    if small:
        return ROUNDED if both[0] == 0.0 else TOO_SMALL
    return KINK
