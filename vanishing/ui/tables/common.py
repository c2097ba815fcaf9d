"""Controls and choices that several pages share."""

from __future__ import annotations

from typing import Final

from vanishing.activations import KEYS, get
from vanishing.ui.controls import Control, scale, steps

ACTIVATIONS: Final[dict[str, str]] = {key: get(key).name.partition(" (")[0] for key in KEYS}
"""Every activation: key → name, without the value of its parameter."""

NORMALIZATIONS: Final = {"none": "none", "batch": "batch norm", "layer": "layer norm"}
"""Every normalisation of the hidden layers."""

SKIPS: Final = {"none": "none", "identity": "identity", "scaled": "scaled by 1/√L"}
"""Every kind of residual connection; L is the number of hidden layers."""

ALPHAS: Final[tuple[float, ...]] = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 0.75, 1.0)


def leaky_alpha(default: float = 0.01) -> Control:
    """Return the slope of leaky ReLU."""
    return scale(
        "alpha",
        "α of leaky ReLU",
        default,
        ALPHAS,
        "Its slope for negative z. The article names 0.01, and 0.2–0.3 in practice.",
    )


def seed(default: int = 0, help: str = "Another number, other random draws.") -> Control:
    """Return the seed of a page's random draws."""
    return scale("seed", "Seed", default, steps(0, 99, 1), help)
