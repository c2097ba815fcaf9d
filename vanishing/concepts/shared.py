"""Controls and choices that several pages share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vanishing.engine.nets.activations import KEYS, get
from vanishing.ui.controls import Control, scale, steps
from vanishing.ui.page import Page

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


def lowered(
    page: Page,
    values: Mapping[str, Any],
    names: Sequence[str],
    fits: Callable[[Mapping[str, Any]], bool],
) -> dict[str, Any]:
    """Return the controls to change, and their values, until a page's runs fit.

    The first named, the number of steps, is lowered first, though not below 100; then the others in
    turn, each to its largest option that will do.
    """
    changed: dict[str, Any] = {}
    for name in names:
        floor = 100 if name == names[0] else 0
        options = [o for o in page.control(name).options if floor <= o < values[name]]
        for option in reversed(options):
            if fits({**values, **changed}):
                return changed
            changed[name] = option
    return changed
