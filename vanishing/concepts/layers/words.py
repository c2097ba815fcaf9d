"""What to notice about fresh nets, layer by layer; every sentence is true at every setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from vanishing import verdicts
from vanishing.concepts.layers.facts import (
    Curve,
    factor_at,
    is_rounding,
    medians_of,
    nets_of,
    shares,
)
from vanishing.engine.wide import criticality, validity
from vanishing.engine.wide.criticality import depth_scale
from vanishing.engine.wide.layers import GRADIENTS, Settings, Start
from vanishing.text import count, number, percent, unlike

STEADY = 0.02
"""A curve that passes 1 at a factor this close to it reaches 1 there; else it jumps past it."""
TRAP = 4.0
"""How much more than evenly ∂J/∂z must change for even weight gradients to be worth a word."""
NEARLY = 10.0
"""A depth scale this many times the depth is called nearly critical."""
EXPLOSION = math.pi / (math.pi - 1.0)
"""The factor of a batch-normalised ReLU layer on the squared gradient (Yang et al. 2019)."""


def per_layer(start: Start, gradient: str = "delta") -> float | None:
    """Return the measured factor per step back, a geometric mean; None where there is none."""
    steps = start.settings.depth - 1
    first = float(medians_of(shares(start, gradient))[0])
    if steps == 0 or not 0.0 < first < math.inf:
        return None
    return math.pow(first, 1.0 / steps)


def by_layer(start: Start, which: Sequence[str]) -> list[str]:
    """Say how gradient and signal change from layer to layer."""
    told = [_gradient(start)]
    if "weight" in which:
        told += _weights(start)
    if {"weight", "bias"} & set(which):
        told.append(
            "No line is predicted for ∂J/∂W and ∂J/∂b: they are sums over the batch, in which "
            "inputs add up or cancel; this theory follows one input at a time."
        )
    if "bias" in which and is_rounding(start.settings, "bias") and start.settings.depth > 1:
        told.append(
            "∂J/∂b is **exactly 0 but for rounding** before the last hidden layer: f is straight, "
            "so a bias moves all inputs alike, and the next batch normalisation takes that out."
        )
    told.append(_signal(start))
    told += _normalized(start)
    return told


def _gradient(start: Start) -> str:
    settings, factor = start.settings, per_layer(start)
    if settings.depth == 1:
        return "One hidden layer: nothing to multiply yet. Add layers."
    steps = settings.depth - 1
    medians = medians_of(shares(start, "delta"))
    if factor is None:
        if medians[0] == 0.0:
            return (
                "**Nothing** of ∂J/∂z reaches the first hidden layer: it is exactly 0 there "
                f"(measured, median of {nets_of(start, 'delta')})."
            )
        return (
            "∂J/∂z in the last hidden layer is 0, or not a finite number, in every net: there is "
            "no share of it to follow."
        )
    told = (
        f"∂J/∂z **{verdicts.fate(float(medians[0]))}**: {count(steps, 'step')} back "
        f"{'multiplies' if steps == 1 else 'multiply'} it by {number(float(medians[0]), 2)}, "
        f"×{unlike(factor, 1.0)} a layer (measured, median of {nets_of(start, 'delta')})"
    )
    if start.predicted is None:
        return f"{told}. Weights whose mean is not 0 have no prediction here."
    predicted = start.predicted.deltas[0]
    if not 0.0 < predicted < math.inf:
        return f"{told}."
    if gap := validity.gap(settings, start.predicted):
        return f"{told}. {gap}"
    return (
        f"{told}; theory predicts {number(predicted, 2)}, ×{number(predicted ** (1 / steps))} a "
        "layer, with nothing fitted."
    )


def _weights(start: Start) -> list[str]:
    """Say how ∂J/∂W changes, and why that tells little of ∂J/∂z."""
    delta, weight = (float(medians_of(shares(start, n))[0]) for n in ("delta", "weight"))
    if start.settings.depth < 3 or not (0.0 < weight < math.inf and 0.0 < delta < math.inf):
        return []
    told = f"∂J/∂W is {number(weight, 2)} times as large in the first hidden layer as in the last"
    even = 1.0 / verdicts.EVEN < weight < verdicts.EVEN
    if even and not 1.0 / TRAP < delta < TRAP:
        told += (
            f", **nearly even** (within a factor of {verdicts.EVEN:g}) **while ∂J/∂z changes "
            f"{_fold(delta)}-fold** (measured): it is the sum over the batch of a layer's input "
            "times ∂J/∂z, and need not change as one of the two does."
        )
        return [told]
    return [f"{told} (measured)."]


def _fold(ratio: float) -> str:
    return number(max(ratio, 1.0 / ratio), 2)


def _signal(start: Start) -> str:
    spread, flat = medians_of(start.measured.activation_std), medians_of(start.measured.saturated)
    nets = count(start.seeds, "net")
    told = f"The layers' outputs have standard deviation {number(float(spread[0]), 2)} in layer 1"
    if start.settings.depth > 1:
        told += f" and {number(float(spread[-1]), 2)} in layer {start.settings.depth}"
        return (
            f"{told}; {percent(float(flat[0]))} and {percent(float(flat[-1]))} of the slopes "
            f"there are saturated (below 5 % of the largest; medians of {nets})."
        )
    share = percent(float(flat[0]))
    return f"{told}; {share} of the slopes there are saturated (medians of {nets})."


def _normalized(start: Start) -> list[str]:
    settings, factor = start.settings, per_layer(start)
    if settings.normalization != "batch" or factor is None:
        return []
    told = (
        "Batch normalisation acts in every layer on the pre-activations, not on the input features "
        f"as the article puts it: the squared gradient changes ×{number(factor**2)} a layer here"
    )
    if settings.activation == "relu" and settings.skips == "none" and start.predicted is not None:
        told += (
            f", where theory has π/(π − 1) = {number(EXPLOSION, 4)} for wide layers, large batches "
            "of unrelated inputs and no biases"
        )
    return [f"{told}."]


def size(start: Start, first: float, fixed: float, anywhere: bool = False) -> list[str]:
    """Say where q goes, and over how many layers a gradient lives there.

    It starts from the `first` and goes to the `fixed` one, or would rest `anywhere`.
    """
    settings = start.settings
    if settings.skips != "none":
        return [
            "With skips q of a layer depends on the sum of all before it: there is no map from one "
            "q to the next.",
            lives(settings),
        ]
    if fixed == 0.0:
        told = f"q shrinks towards 0 from {number(first, 2)} in layer 1 (predicted)."
    elif math.isinf(fixed):
        told = f"q grows without end from {number(first, 2)} in layer 1 (predicted)."
    elif anywhere:
        told = f"q stays at {number(first)}, where it starts, as it would at any other (predicted)."
    elif math.isclose(first, fixed, rel_tol=1e-3):
        told = f"q stays at {number(fixed)}, where it starts (predicted)."
    else:
        told = f"q goes from {number(first)} in layer 1 to q* = {number(fixed)} (predicted)."
    return [told, *_narrow(start), lives(settings)]


def _narrow(start: Start) -> list[str]:
    """Say how far nets of finite width are from the theory, where there is something to compare."""
    settings, measured = start.settings, float(medians_of(start.measured.variance)[-1])
    if start.predicted is None or not 0.0 < start.predicted.variances[-1] < math.inf:
        return []
    told = (
        f"In layer {settings.depth} q is {number(measured, 2)} (measured, median) where theory has "
        f"{number(start.predicted.variances[-1], 2)}"
    )
    gap = validity.gap(settings, start.predicted)
    return [f"{told}.{f' {gap}' if gap else ''}"]


def lives(settings: Settings) -> str:
    """Say the depth scale ξ in words."""
    if settings.initial().mean(settings.width, settings.width) != 0.0:
        return "Weights whose mean is not 0 have no depth scale in this theory."
    of = f"Depth scale of these nets, n·Var(w) = {number(settings.hidden_weight_variance)}"
    scale = depth_scale(
        settings.get_activation(),
        settings.hidden_weight_variance,
        settings.bias_variance,
        settings.normalization,
        settings.skips,
    )
    if scale == 0.0:
        return f"{of}: ξ = 0, not even one layer lets a gradient through (predicted)."
    if math.isinf(scale):
        return (
            f"{of}: ξ = ∞, **critical**. In deep nets, far from both ends, the gradient "
            "neither vanishes nor explodes exponentially (predicted)."
        )
    does = "**vanishes**, falling" if scale > 0 else "**explodes**, growing"
    told = (
        f"{of}: ξ = −1/ln χ = {number(scale)}. In deep nets, far from both ends, the squared "
        f"gradient {does} e-fold every {number(abs(scale))} layers (predicted)"
    )
    if abs(scale) > NEARLY * settings.depth:
        told += f". In {count(settings.depth, 'layer')} that is hardly anything: nearly critical"
    return f"{told}."


def weights(settings: Settings, curves: Mapping[str, Curve]) -> list[str]:
    """Say at which weight scale plain nets of this activation are critical."""
    name = settings.get_activation().name
    at_one = ", ".join(f"{f} ×{number(factor_at(curve, 1.0))}" for f, curve in curves.items())
    told = [
        lives(settings),
        f"Factor per layer of plain nets at n·Var(w) = 1: {at_one} (predicted).",
    ]
    if settings.normalization != "none" or settings.skips != "none":
        told.append(
            "Lines and plane are those of the plain net: "
            + (
                "with normalisation the weights' scale drops out of the factor."
                if settings.normalization != "none"
                else "skips add 1 to what they let through."
            )
        )
    told.append(_crossing(name, curves[name]))
    if settings.activation == "sigmoid" and settings.bias_variance == 0:
        told.append(
            "The article is right about a chain (page *Chain rule*), not about a wide "
            "net: enormous weights saturate most units, and the few that are not carry a gradient "
            "that then grows."
        )
    return told


def _crossing(name: str, curve: Curve) -> str:
    top = max(curve, key=lambda point: point[1])
    first = next((i for i, (_, f) in enumerate(curve) if f >= 1.0 - criticality.CRITICAL), None)
    if first is None:
        return (
            f"With {name} no n·Var(w) up to {number(curve[-1][0])} keeps the gradient: the best "
            f"factor is ×{unlike(top[1], 1.0)} a layer, at n·Var(w) = {number(top[0])} (predicted)."
        )
    scale, factor = curve[first]
    if first == 0:
        return (
            f"With {name} the factor is 1 or more from n·Var(w) = {number(scale)} on, the smallest "
            "shown (predicted)."
        )
    how = "reaches 1 there" if factor < 1.0 + STEADY else f"jumps to {number(factor)} there"
    return (
        f"With {name} the factor per layer is below 1 up to n·Var(w) ≈ {number(scale)} and {how} "
        "(predicted)."
    )


def histograms(start: Start) -> list[str]:
    """Say how the middle of the gradients' histogram moves."""
    logs = start.measured.delta_log10
    first, last = (_median_of_finite(logs[:, layer]) for layer in (0, -1))
    told = [_signal(start)]
    if first is None or last is None:
        return [*told, "Where a histogram is empty, every value is exactly 0 or not finite."]
    if start.settings.depth > 1:
        told.append(
            f"{GRADIENTS['delta']} of a single input and unit: typically {number(10.0**last, 2)} "
            f"in the last hidden layer and {number(10.0**first, 2)} in the first (medians of those "
            "that are not 0)."
        )
    return told


def _median_of_finite(logs: np.ndarray) -> float | None:
    finite = logs[np.isfinite(logs)]
    return float(np.median(finite)) if len(finite) else None
