"""Gradient descent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.quantities import reads, value_of
from tests.reader.rooms import descent_bowls
from tests.reader.rooms.descent_bowls import NAME, series_of
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.descent import runs
from vanishing.concepts.descent.facts import NAMES
from vanishing.concepts.descent.table import RATES, STARTS

CHEAP = {"steps": (1, 5, 20, 100)}
CORNERS = (
    {"view": "path", "turned": 45, "adam": 3.0},
    {"view": "path", "kappa": 3, "adam": 1.0, "steps": 5},
    {"view": "condition", "kappa": 1000},
    {"view": "condition", "kappa": 1},
    {"view": "basin", "start": 0.1, "eta_minima": 2.5},
    {"view": "basin", "start": 1.0, "eta_minima": 2.05, "sharper": "deep"},
    {"view": "condition", "kappa": 2, "tolerance": "1e-2"},
    {"view": "path", "opt": ("momentum",), "eta_bowl": 4.0, "mu": 0.99, "steps": 100},
    {"view": "path", "opt": ("momentum",), "eta_bowl": 3.8, "mu": 0.9, "steps": 20},
    {"view": "path", "opt": ("momentum",), "surface": "valley", "steps": 20},
    {"view": "budget", "kappa": 1, "budget": 1},
    {"view": "path", "eta_bowl": 4.0, "steps": 100, "surface": "bowl"},
    {"view": "path", "surface": "valley", "eta_valley": 0.1, "steps": 100},
)
EXCEPTIONS = (
    # Counted steps are whole: what a rate promises is given to a tenth.
    r"\d[\d,]*\.\d steps",
    # More digits where fewer would read like what it is not.
    r"−?(?:0\.99|1\.00|1\.99)\d+",
)
COST = "cost by step"
KEYS = {name: key for key, name in NAMES.items()}


def _along(s: Seen, name: str, chart: str = COST) -> np.ndarray:
    rows = s.frame(chart, series=series_of(name))
    return rows["y"].to_numpy()


def _last(s: Seen, name: str, chart: str = COST) -> Any:
    rows = s.frame(chart, series=series_of(name))
    if not len(rows) or int(rows["x"].iloc[-1]) != _steps(s, name):
        return True  # exactly 0 at the end, and not drawn on a log axis
    return float(rows["y"].iloc[-1])


def _steps(s: Seen, name: str) -> int:
    paths = {NAMES[p.key]: p for p in s.found["paths"]}
    return int(paths[series_of(name)].steps)


def _outcome(s: Seen, m: Said) -> dict[str, Any]:
    walk = s.frame("path", "paths", series=series_of(m["name"]))
    places = s.frame("path", "places")
    minima = places[places["kind"] == "minimum"][["x", "y"]].to_numpy()
    end = walk[["x", "y"]].to_numpy()[-1]
    away = float(np.linalg.norm(minima - end, axis=1).min())
    # Places are drawn in single precision: nearer than that is not seen.
    near = away < 1e-4 or value_of(m["away"]) < 1e-4
    return {
        "name": True,
        "first": float(_along(s, m["name"])[0]),
        "last": _last(s, m["name"]),
        "steps": _steps(s, m["name"]),
        "away": True if near else away,
        "what": True,
    }


def _left(s: Seen, m: Said) -> dict[str, Any]:
    path = next(p for p in s.found["paths"] if NAMES[p.key] == series_of(m["name"]))
    return {"name": True, "at": path.left}


def _eta(s: Seen) -> float:
    return float(s.v[f"eta_{s.v.surface}"])


def _runs(s: Seen, name: str) -> bool:
    """Tell whether an optimiser walks over this bowl, and its words are said of it."""
    return s.v.surface == "bowl" and name in s.v.opt


def _multiplies(s: Seen, m: Said) -> bool | dict[str, Any]:
    steep = 1 - _eta(s)
    return _runs(s, "gradient_descent") and {
        "what": "the distance" if s.v.kappa == 1 else "the steep direction",
        "by": steep,
        "how": "**zig-zag**" if steep < 0 else "no overshoot",
    }


def _steep(s: Seen, m: Said) -> bool | dict[str, Any]:
    surface = runs.surface_of(s.v.surface, s.v.kappa, s.v.turned, s.v.loss, s.v.sharper)
    largest = float(surface.curvatures(np.array(surface.start))[-1])
    found = {"largest": largest, "limit": 2 / largest, "heavy": 2 * (1 + s.v.mu) / largest}
    chosen = {"limit": "gradient_descent", "heavy": "momentum"}
    # A limit is said of an optimiser that walks here.
    return all(chosen.get(name, s.v.opt[0]) in s.v.opt for name in m) and found


def _side(s: Seen, m: Said) -> bool | dict[str, Any]:
    """Tell on which side of momentum's limit η stands: in the numbers as they are read, too."""
    most, eta = round(2 * (1 + s.v.mu), 9), _eta(s)
    read = value_of(m["most"])
    right = {"above": eta > most, "below": eta < most, "exactly": eta == most}[m["side"]]
    seen = {"above": eta > read, "below": eta < read, "exactly": eta == read}[m["side"]]
    return (
        _runs(s, "momentum")
        and right
        and seen
        and {"mu": f"{s.v.mu:g}", "most": most, "side": True}
    )


def _beyond(s: Seen, _: Said) -> dict[str, Any]:
    kappa = s.v.kappa
    root = math.sqrt(kappa)
    return {"plain": (kappa - 1) / (kappa + 1), "heavy": (root - 1) / (root + 1)}


def _adam(s: Seen, m: Said) -> bool | dict[str, Any]:
    along, across = (s.beside(turned=turn, opt=("adam",)) for turn in (0, 45))
    ends = [_last(page, "Adam") for page in (along, across)]
    shown = [value_of(m[name]) for name in ("along", "across")]
    verdict = (
        "equally low"
        if shown[0] == shown[1]
        else ("**lower along an axis**" if shown[0] < shown[1] else "**lower turned**")
    )
    return {"steps": s.v.steps, "along": ends[0], "across": ends[1], "verdict": verdict}


# --- steps over κ, budgets ---------------------------------------------------------------------


# --- number types, small gradient, small step --------------------------------------------------


def _plateau(s: Seen, m: Said) -> dict[str, Any]:
    name = NAMES[s.found["paths"][0].key]
    w, b = float(s.v.w0), 1.0
    return {
        "gradient": float(_along(s, name, "gradient by step")[0]),
        "cost": float(_along(s, name)[0]),
        "away": math.hypot(w - 1, b),
        "zero": 0,
    }


def _halves(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame(COST, series=series_of(m["name"]))
    losses, x = rows["y"].to_numpy(), rows["x"].to_numpy()
    below = x[losses <= 0.5 * losses[0]]
    first = int(below[0]) if len(below) else -1
    return {
        "name": True,
        "steps": first if "first" in m["does"] else _steps(s, m["name"]),
        "does": (first >= 0) == ("first" in m["does"]),
        "last": _last(s, m["name"]),
    }


def _rest(s: Seen, m: Said) -> dict[str, Any]:
    return {"name": True, "last": _last(s, m["name"])}


def _ends_of(s: Seen, m: Said) -> dict[str, Any]:
    chart = COST if "cost" in m["what"] else "gradient by step"
    values = _along(s, m["name"], chart)
    return {"what": True, "name": True, "first": float(values[0]), "last": True}


def _by_step(s: Seen, m: Said) -> bool | dict[str, Any]:
    for chart in (COST, "gradient by step"):
        if chart in s.frames and len(values := _along(s, m["name"], chart)):
            last = _last(s, m["name"], chart)
            found = {"name": True, "first": float(values[0]), "last": last}
            if all(reads(m[k], found[k]) for k in ("first", "last")):
                return True
    return False


NOTHING = lambda _s, _m: True  # noqa: E731
TEMPLATES = (
    Template(
        NAME + ": J from {first} to **{last}** in {steps#step}; {away} from "
        "{what:the minimum|the \\w+ minimum}.",
        _outcome,
    ),
    Template(NAME + " **leaves the range |w| ≤ 1,000 at step {at}**", _left),
    Template(
        ", and leaves the range |w| ≤ 1,000 at step {at}.",
        lambda s, m: any(p.left is not None and f"{p.left:,}" == m["at"] for p in s.found["paths"]),
    ),
    Template(NAME + " leaves |w| ≤ 1,000 at step {at}", _left),
    Template(
        "A cross: the path leaves |w| ≤ 1,000.",
        lambda s, _: any(p.left is not None for p in s.found["paths"]),
    ),
    Template(NAME + " reaches J = {last}", _rest),
    Template("At the start the largest curvature is {largest}. In a bowl", _steep),
    Template("gradient descent would diverge above η = 2/λₘₐₓ = {limit}", _steep),
    Template("momentum would diverge above η = 2(1 + μ)/λₘₐₓ = {heavy}", _steep),
    Template(
        "η is above 2/λₘₐₓ = 2: each step of gradient descent multiplies "
        "{what:the distance|the steep direction} by 1 − η = {by}, so it **diverges**.",
        lambda s, m: _eta(s) > 2 and _multiplies(s, m),
    ),
    Template("η is exactly 2/λₘₐₓ = 2: gradient descent jumps", lambda s, _: _eta(s) == 2),
    Template(
        "Momentum with μ = {mu} **diverges**: η is {side:above} 2(1 + μ)/λₘₐₓ = {most}.", _side
    ),
    Template("η is {side:exactly} 2(1 + μ)/λₘₐₓ = {most}: momentum ends in", _side),
    Template(
        "Momentum with μ = {mu} converges in the long run: η is {side:below} 2(1 + μ)/λₘₐₓ = "
        "{most}.",
        _side,
    ),
    Template(
        "Each step of gradient descent multiplies {what:the distance|the steep direction} by "
        "1 − η = {by} ({how:\\*\\*zig-zag\\*\\*|no overshoot})",
        _multiplies,
    ),
    Template(" and the flat one by 1 − η/κ = {by}.", lambda s, _: {"by": 1 - _eta(s) / s.v.kappa}),
    Template("Above η = 2/λₘₐₓ = 2 it would diverge.", lambda s, _: _eta(s) < 2),
    Template("with η = 1 a single step of gradient descent reaches", lambda s, _: s.v.kappa == 1),
    Template(
        "keeps at least (κ−1)/(κ+1) = {plain} of the distance per step in the long run. Momentum, "
        "which remembers its last step, gets down to (√κ−1)/(√κ+1) = {heavy}, at its best",
        _beyond,
    ),
    Template(
        "after {steps#step} J = {along} along an axis, {across} turned by 45°: with these "
        "settings it ends {verdict:equally low|\\*\\*lower along an axis\\*\\*|\\*\\*lower "
        "turned\\*\\*}.",
        _adam,
    ),
    Template(", 1 + k(1 + ρ), stands before ρᵏ", NOTHING),
    Template(
        "To reach J/J₀ = {asked:1 %|10⁻⁴|10⁻⁶|10⁻¹²} at κ = {kappa} takes more than {most} "
        "iterations (its rate promises {rate}): by that rate {cost:[\\d.,·⁻⁰-⁹¹²³]+ \\w+} at "
        "{each:[\\d.]+ \\w+} each.",
        lambda s, _: dict.fromkeys(("asked", "kappa", "most", "rate", "cost", "each"), True),
    ),
    Template("neighbouring numbers at w (η = {eta}).", lambda s, _: {"eta": f"{s.v.eta:g}"}),
    Template(
        "At the start ‖∂J/∂w‖ = {gradient}, yet J = {cost} and the minimum (J = {zero}) is {away} "
        "away",
        _plateau,
    ),
    Template("At the start ‖∂J/∂w‖ = {gradient}; the minimum is {away} away.", _plateau),
    Template(NAME + " {does:first halves the cost after} {steps#step}", _halves),
    Template(NAME + " {does:does not halve the cost in} {steps#step}", _halves),
    Template(
        "; at the end J = {last}.",
        lambda s, m: any(reads(m["last"], _last(s, NAMES[p.key])) for p in s.found["paths"]),
    ),
    Template("holds σ′(z), almost 0 in a saturated neuron", NOTHING),
    Template(" after 1,000 steps", NOTHING),
    Template(
        "above 2/λ = 0.5 no descent stays in the sharper minimum (λ = 4), here the "
        "{sharper:shallow|deep} one, whatever its start; in the {other:shallow|deep} one none "
        "stays above 2 that starts beside its lowest point.",
        lambda s, m: {"sharper": s.v.sharper, "other": m["other"] != s.v.sharper},
    ),
    Template(NAME + " from {first} to {last}", _by_step),
    Template(
        "over {steps#step}:", lambda s, _: {"steps": max(int(p.steps) for p in s.found["paths"])}
    ),
    Template(" Exactly 0 at some step, and not drawn there:", NOTHING),
    Template(
        "until the distance is {e} of the start's, at κ = {kappa}:".replace(
            "{e}", "{e:[\\d·⁻⁰-⁹¹²³.]+}"
        ),
        lambda s, m: {"e": value_of(m["e"]) == float(s.v.tolerance), "kappa": s.v.kappa},
    ),
    Template(
        "until the distance is {e} of", lambda s, m: {"e": value_of(m["e"]) == float(s.v.tolerance)}
    ),
    Template("ρ = (κ−1)/(κ+1) or (√κ−1)/(√κ+1)", NOTHING),
    Template("left after {n#iteration}:", lambda s, _: {"n": s.v.budget}),
    Template("Not drawn: shares below 10⁻¹⁶.", NOTHING),
    Template(
        "From w₁ = {start} gradient descent is at {end}",
        lambda s, m: {"start": float(s.v.start), "end": True},
    ),
    Template("From w₁ = {start} gradient descent", lambda s, m: {"start": float(s.v.start)}),
    Template(" is at {end} after {n#step}", lambda s, _: {"end": True, "n": True}),
    Template(", and leaves |w| ≤ 1,000 at step {at}", lambda s, m: {"at": s.found["path"][0].left}),
    Template("along w₁ at w₂ = 0, and at most the first 200 steps.", NOTHING),
    Template(
        "from {starts} starts at {rates} step sizes, w₂ = {flat}.",
        lambda _s, _m: {"starts": len(STARTS), "rates": len(RATES["minima"]), "flat": 0},
    ),
    *descent_bowls.TEMPLATES,
)
