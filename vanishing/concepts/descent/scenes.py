"""What each view of gradient descent needs and shows, as pure functions of the settings."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np

from vanishing.concepts.descent import charts, charts_ends, charts_speed, equations, runs
from vanishing.concepts.descent import words as say
from vanishing.concepts.descent.facts import NAMES
from vanishing.concepts.descent.table import BUDGETS, PAGE, RATES, STARTS
from vanishing.engine.chain.products import DTYPES
from vanishing.engine.descent import float_limits, paths, surfaces
from vanishing.engine.nets import optimizers
from vanishing.text import number, sentence, unlike
from vanishing.ui.page import Values
from vanishing.ui.room import Part, by_view
from vanishing.ui.scene import Caption, Scene, Table, apart
from vanishing.ui.work import Ask, Found, Needs, heavy, once

__all__ = ["PAGE", "needs", "scene"]

SPENT = tuple(sorted({*BUDGETS, *(int(n) for n in np.geomspace(1, BUDGETS[-1], 80).round())}))
"""The budgets drawn, those on offer among them."""
ROUND = 2.0
"""κ of the round bowl beside which flat ones are shown."""
LONG = 1500
"""Steps of all paths together that take about 0.05 s."""
BIAS = 1.0
"""The neuron's bias before the first step."""


# --- paths --------------------------------------------------------------------------------------


def _described(v: Values) -> tuple[str, float, int, str, str]:
    return v.surface, v.kappa, v.turned, v.loss, v.sharper


def _eta(v: Values) -> float:
    rate: float = v[f"eta_{v.surface}"]
    return rate


def _rates(v: Values, eta: float) -> tuple[tuple[str, float], ...]:
    """Return each chosen optimiser with its step size."""
    return tuple((key, v.adam if key == "adam" else eta) for key in optimizers.KEYS if key in v.opt)


def _rules(v: Values) -> list[Callable[..., None]]:
    """Return the rules of the chosen optimisers."""
    return [optimizers.get(key).rule for key, _ in _rates(v, 1.0)]


def _descents(
    described: tuple[str, float, int, str, str],
    rates: tuple[tuple[str, float], ...],
    steps: int,
    *more: Hashable,
) -> Ask:
    """Ask for a path per optimiser."""
    ask = once(runs.descents, described, rates, steps, *more)
    return heavy(ask) if steps * len(rates) > LONG else ask


def _path_needs(v: Values) -> Needs:
    taken = _descents(_described(v), _rates(v, _eta(v)), v.steps, v.mu, None)
    wanted: dict[Hashable, Ask] = {"paths": taken}
    if v.surface == "bowl" and "adam" in v.opt and v.kappa != 1:
        wanted |= {"along": _adam(v, 0), "turned": _adam(v, 45)}
    return wanted


def _adam(v: Values, turned: int) -> Ask:
    """Ask for Adam alone in the valley, turned."""
    valley = ("bowl", v.kappa, turned, "squared", "shallow")
    return _descents(valley, (("adam", v.adam),), v.steps, v.mu, None)


def _path(v: Values, found: Found) -> Scene:
    surface = runs.surface_of(*_described(v))
    taken = found["paths"]
    told = [say.outcome(surface, one) for one in taken]
    told += say.stability(surface, v.opt, _eta(v), v.kappa, v.mu)
    if v.surface == "bowl":
        told.append(say.beyond(v.kappa))
    if "along" in found:
        pair = found["along"] + found["turned"]
        told += [say.adam(*pair)] if all(one.left is None for one in pair) else []
    return Scene(
        beside=apart(charts.picture(surface, taken), charts.along(taken)),
        notice=tuple(told),
        equations=equations.RULES + equations.BOWL + equations.SURFACES,
        code=(paths.descend, *_rules(v), surfaces.bowl),
    )


def _plateau_needs(v: Values) -> Needs:
    neuron = ("neuron", 1, 0, v.loss, "shallow")
    start = (float(v.w0), BIAS)
    return {"paths": _descents(neuron, _rates(v, v.eta_neuron), v.steps, v.mu, start)}


def _plateau(v: Values, found: Found) -> Scene:
    taken = found["paths"]
    return Scene(
        beside=apart(charts.along(taken, "cost"), charts.along(taken, "gradient")),
        notice=tuple(say.plateau(surfaces.neuron(v.loss), taken, v.loss == "squared")),
        equations=equations.RULES + equations.SURFACES,
        code=(paths.descend, *_rules(v), surfaces.neuron),
    )


# --- how many steps -----------------------------------------------------------------------------


def _condition_needs(v: Values) -> Needs:
    return {"speeds": heavy(once(runs.speeds, float(v.tolerance)))}


def _condition(v: Values, found: Found) -> Scene:
    measured = found["speeds"]
    return Scene(
        beside=apart(charts_speed.condition(measured, float(v.tolerance), v.kappa)),
        under=tuple(Caption(_at_its_best(key, v.kappa)) for key in runs.SPEEDS),
        notice=(*say.speed(measured, v.kappa), say.beyond(v.kappa)),
        equations=equations.RULES + equations.BOWL,
        code=(paths.best, paths.steps_to),
    )


def _at_its_best(key: str, kappa: float) -> str:
    best = paths.best(key, kappa)
    momentum = f", μ = {number(best.momentum)}" if key == "momentum" else ""
    # Just below 2 gradient descent converges, at 2 it jumps to and fro.
    rate = unlike(best.rate, 2.0)
    return (
        f"{sentence(NAMES[key])} at its best: η = {rate}{momentum}, predicted ρ = "
        f"{number(best.factor)} per step."
    )


def _budget_needs(v: Values) -> Needs:
    kappas = (ROUND, float(v.kappa)) if v.kappa > ROUND else (float(v.kappa), ROUND)
    distinct = tuple(dict.fromkeys(kappas))
    return {"spent": once(paths.spend, v.method, distinct, SPENT, float(v.accuracy))}


def _budget(v: Values, found: Found) -> Scene:
    spent, wanted = found["spent"], float(v.accuracy)
    own = next(one for one in spent if one.kappa == v.kappa)
    asked = PAGE.control("accuracy").text(v.accuracy)
    return Scene(
        beside=apart(charts_speed.budget(spent, v.budget, wanted)),
        notice=(
            *say.spent(spent, v.budget, wanted),
            say.price(v.method, own, wanted, asked, float(v.seconds)),
        ),
        equations=equations.RULES + equations.BOWL,
        code=(paths.spend, paths.best),
    )


# --- numbers and minima -------------------------------------------------------------------------


def _types(v: Values, _: Found) -> Scene:
    measured = [float_limits.measured(name, v.weight, v.eta) for name in DTYPES]
    predicted = [float_limits.predicted(name, v.weight, v.eta) for name in DTYPES]
    table = charts_ends.limits_table(measured, predicted)
    compared = Table(table, "Absorption and underflow, measured and predicted")
    return Scene(
        beside=((charts_ends.limits(measured), compared),),
        notice=tuple(say.absorbed(measured, v.weight, v.eta)),
        equations=equations.TYPES,
        code=(float_limits.measured, float_limits.predicted),
    )


def _basin_needs(v: Values) -> Needs:
    described = ("minima", 1, 0, "squared", v.sharper)
    own = (("gradient_descent", v.eta_minima),)
    start = (float(v.start), 0.0)
    return {
        "ends": heavy(once(runs.ends, v.sharper)),
        "path": _descents(described, own, runs.MAP_STEPS, 0.0, start),
    }


def _basin(v: Values, found: Found) -> Scene:
    here, reached = (v.start, v.eta_minima), found["ends"]
    (path,) = found["path"]
    return Scene(
        beside=apart(
            charts_ends.profile(surfaces.two_minima(v.sharper), path),
            charts_ends.basins(reached, STARTS, RATES["minima"], here),
        ),
        notice=tuple(say.basin(reached, STARTS, RATES["minima"], here, v.sharper)),
        equations=equations.RULES + equations.SURFACES,
        code=(paths.outcomes, surfaces.two_minima),
    )


VIEWS = {
    "path": Part(_path, _path_needs),
    "condition": Part(_condition, _condition_needs),
    "budget": Part(_budget, _budget_needs),
    "types": Part(_types),
    "plateau": Part(_plateau, _plateau_needs),
    "basin": Part(_basin, _basin_needs),
}
needs, scene = by_view(VIEWS)
