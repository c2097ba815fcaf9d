"""Controls and choices that several pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vanishing.engine.nets import activations, initializers, optimizers
from vanishing.ui.controls import Control, scale, steps


def _short(family: Any) -> dict[str, str]:
    """Return the names of a family by key, without what they say in brackets."""
    return {key: family.get(key).name.partition(" (")[0] for key in family.KEYS}


ACTIVATIONS: Final = _short(activations)
INITIALIZERS: Final = _short(initializers) | {"normal": "N(0, σ²)"}
OPTIMIZERS: Final = _short(optimizers)
OPTIMIZERS_SAID: Final = {
    "gradient_descent": "gradient descent",
    "momentum": "momentum",
    "adam": "Adam",
}
"""The same within a sentence."""

DATA: Final = {
    "circles": "Circles",
    "spirals": "Two spirals",
    "moons": "Moons",
    "xor": "XOR",
    "blobs": "Three blobs",
    "wave": "Wave (regression)",
    "digits": "Handwritten digits (real)",
}
"""Every data set. The names stand here, as in the engine, so that no page loads any to open."""

NORMALIZATIONS: Final = {"none": "none", "batch": "batch norm", "layer": "layer norm"}
"""Every normalisation of the hidden layers."""

SKIPS: Final = {"none": "none", "identity": "identity", "scaled": "scaled by 1/√L"}
"""Every kind of residual connection; L is the number of hidden layers."""

ALPHAS: Final[tuple[float, ...]] = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 0.75, 1.0)


def picked(names: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """Return some of a family's names, in the order of the keys."""
    return {key: names[key] for key in keys}


def leaky_alpha(default: float = 0.01) -> Control:
    """Return the slope of leaky ReLU."""
    return scale(
        "alpha",
        "α of leaky ReLU",
        default,
        ALPHAS,
        "The article names 0.01, and 0.2–0.3 in practice.",
    )


SEED: Final = "The same numbers on one machine with one BLAS thread."


def seed(default: int = 0, help: str = SEED) -> Control:
    """Return the seed of a page's random draws."""
    return scale("seed", "Seed", default, steps(0, 99, 1), help)
