"""What takes long on the page on gradient descent, apart from its charts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vanishing.concepts.descent.table import KAPPAS, RATES, STARTS
from vanishing.engine.descent import paths, surfaces
from vanishing.engine.descent.paths import Measured, Path
from vanishing.engine.descent.surfaces import Surface

SPEEDS = ("gradient_descent", "momentum")
MAP_STEPS = 1000


def surface_of(kind: str, kappa: float, turned: int, loss: str, sharper: str) -> Surface:
    """Return the surface that the page's controls describe."""
    match kind:
        case "bowl":
            return surfaces.bowl(kappa, turned)
        case "neuron":
            return surfaces.neuron(loss)
        case "valley":
            return surfaces.rosenbrock()
        case _:
            return surfaces.two_minima(sharper)


def descents(
    described: tuple[str, float, int, str, str],
    rates: tuple[tuple[str, float], ...],
    steps: int,
    momentum: float,
    start: tuple[float, float] | None,
) -> tuple[Path, ...]:
    """Return one path per optimiser, on the surface of `surface_of`."""
    surface = surface_of(*described)
    return tuple(paths.descend(surface, key, rate, steps, momentum, start) for key, rate in rates)


def speeds(tolerance: float) -> dict[str, tuple[Measured, ...]]:
    """Return the steps to a tolerance at every κ on offer."""
    return {key: paths.steps_to(key, KAPPAS, tolerance) for key in SPEEDS}


def ends(sharper: str) -> NDArray[np.int8]:
    """Return which minimum every start and step size on offer reach."""
    starts = np.stack([np.array(STARTS), np.zeros(len(STARTS))], axis=1)
    rates = np.array(RATES["minima"])
    return paths.outcomes(surfaces.two_minima(sharper), starts, rates, MAP_STEPS)
