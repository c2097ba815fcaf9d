"""The gradient-descent page's engine calls behind Streamlit's cache, each bounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vanishing.concepts.descent.table import BUDGETS, KAPPAS, PAGE, RATES, STARTS
from vanishing.engine.descent import paths as descent
from vanishing.engine.descent import surfaces
from vanishing.engine.descent.paths import Budget, Measured, Path
from vanishing.engine.descent.surfaces import Surface
from vanishing.ui.compute import SMALL
from vanishing.ui.stored import stored

SPEEDS = ("gradient_descent", "momentum")
MAP_STEPS = 1000
SPENT = tuple(sorted({*BUDGETS, *(int(n) for n in np.geomspace(1, BUDGETS[-1], 80).round())}))
"""The budgets drawn, those on offer among them."""
PATHS = 3 * PAGE.longest("kappa", "steps", "adam", "w0", "start", *(f"eta_{key}" for key in RATES))
"""Sets of paths that a drag asks for: those drawn, and Adam along an axis and turned."""


def surface_of(key: str, kappa: float, turned: int, loss: str, sharper: str) -> Surface:
    """Return the surface that the page's controls describe."""
    match key:
        case "bowl":
            return surfaces.bowl(kappa, turned)
        case "neuron":
            return surfaces.neuron(loss)
        case "valley":
            return surfaces.rosenbrock()
        case _:
            return surfaces.two_minima(sharper)


@stored(entries=PATHS, size=24_000_000)
def paths(
    described: tuple[str, float, int, str, str],
    rates: tuple[tuple[str, float], ...],
    steps: int,
    momentum: float,
    start: tuple[float, float] | None,
) -> tuple[Path, ...]:
    """Return one path per optimiser, on the surface of `surface_of`; see `descent.descend`."""
    surface = surface_of(*described)
    return tuple(descent.descend(surface, key, rate, steps, momentum, start) for key, rate in rates)


@stored(entries=PAGE.longest("tolerance"), size=SMALL)
def speeds(tolerance: float) -> dict[str, tuple[Measured, ...]]:
    """Return the steps to a tolerance at every κ on offer; see `descent.steps_to`."""
    return {key: descent.steps_to(key, KAPPAS, tolerance) for key in SPEEDS}


@stored(entries=PAGE.longest("method") * PAGE.longest("kappa", "accuracy"), size=SMALL)
def budgets(method: str, kappas: tuple[float, ...], wanted: float) -> tuple[Budget, ...]:
    """Return the cost that each of `SPENT` reaches; see `descent.spend`."""
    return descent.spend(method, kappas, SPENT, wanted)


@stored(entries=PAGE.longest("sharper"), size=SMALL)
def ends(sharper: str) -> NDArray[np.int8]:
    """Return which minimum every start and step size on offer reach; see `descent.outcomes`."""
    starts = np.stack([np.array(STARTS), np.zeros(len(STARTS))], axis=1)
    rates = np.array(RATES["minima"])
    return descent.outcomes(surfaces.two_minima(sharper), starts, rates, MAP_STEPS)
