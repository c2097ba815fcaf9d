"""One neuron on data: on, off, or dead."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.seen import Seen
from tests.reader.templates import Said, Template


def _z(s: Seen) -> np.ndarray:
    """Return z of every input, from what is drawn of it: w·x."""
    return s.frame("neuron", "points")["w·x"].to_numpy() + s.v.b


def _on(s: Seen) -> tuple[int, int]:
    z = _z(s)
    return int((z > 0).sum()), len(z)


def _state(s: Seen, m: Said) -> dict[str, Any]:
    on, total = _on(s)
    return {
        "on": on,
        "off": total - on,
        "total": total,
        "alpha": f"{s.v.alpha:g}",
        "inputs": "inputs that are on still give" if on != 1 else "input that is on still gives",
        "b": _slope(s),
    }


def _slope(s: Seen) -> float:
    on, total = _on(s)
    return (on + s.v.alpha * (total - on)) / total


def _dead(s: Seen, m: Said) -> bool | dict[str, Any]:
    on, total = _on(s)
    return on == 0 and {"total": total, "alpha": f"{s.v.alpha:g}", "b": _slope(s), "zero": 0}


def _next(s: Seen, m: Said) -> bool:
    """Tell whether a death that rests on the slope at z = 0 is said to."""
    return (m["next"] == "That rests") == bool((_z(s) == 0).any())


def _margin(s: Seen, m: Said) -> dict[str, Any]:
    top = float(_z(s).max())
    return {"z": top, "b": s.v.b - top}


def _figures(s: Seen, m: Said) -> dict[str, Any]:
    on, total = _on(s)
    z = _z(s)
    return {
        "on": on,
        "total": total,
        "mean": float(np.where(z > 0, z, s.v.alpha * z).mean()),
        "b": _slope(s),
        "size": float(s.at("decline", "value", "here", series=_gradient_series(s))),
    }


def _gradient_series(s: Seen) -> str:
    return next(n for n in s.frame("decline", "here")["series"] if "gradient" in n)


def _decline(s: Seen, m: Said) -> dict[str, Any]:
    top = float(_z(s).max())
    return {
        "b": f"{s.v.b:g}".replace("-", "−"),
        "size": _figures(s, m)["size"],
        "death": s.v.b - top,
    }


TEMPLATES = (
    Template(
        "On for {on#input}, off for {off}. It is not dead: the {inputs:inputs that are on still "
        "give|input that is on still gives} a gradient.",
        lambda s, m: s.v.alpha == 0 and _state(s, m),
    ),
    Template(
        "On for {on#input}, off for {off}. It is not dead: every input gives a gradient, with "
        "slope 1 where it is on and α = {alpha} where it is off.",
        lambda s, m: s.v.alpha > 0 and _state(s, m),
    ),
    Template(
        "Off for all {total} inputs, yet **not dead**: with α = {alpha} each input still passes on "
        "α times the gradient, and ∂ȳ/∂b is {b}.",
        _dead,
    ),
    Template(
        "Off for all {total} inputs: **dead**. Output and gradient are exactly {zero},", _dead
    ),
    Template("moves neither w nor b. {next:That rests|With w = 0|So only a}", _next),
    Template(
        "the convention f′(0) = 0: with the article's f′(0) = 1 the {kink#input} with z = 0 would",
        lambda s, _: {"kink": int((_z(s) == 0).sum())},
    ),
    Template("With w = 0 not even a change", lambda s, _: s.v.w1 == s.v.w2 == 0),
    Template("So only a change of its inputs", lambda s, _: s.v.w1 != 0 or s.v.w2 != 0),
    Template("The largest z is {z}; for any b above {b} at least one input", _margin),
    Template("The largest z is {z}: lower b by that much, to {b}, and", _margin),
    Template("the neuron is on for {on} of {total} inputs.", _figures),
    Template("On for: {on} of {total}", _figures),
    Template("Mean output ȳ: {mean}", _figures),
    Template("Gradient ∂ȳ/∂b: {b}", _figures),
    Template("Size of ∂ȳ/∂(w, b): {size}", _figures),
    Template(
        "At b = {b} the gradient's size is {size}; off for all from b = {death} down.", _decline
    ),
    Template(", {total} inputs. Shaded: where z = w·x + b > 0.", _state),
    Template(
        "But ELU's, e^z, becomes tiny far below {zero}, and in float64 it is {zero_too} below "
        "z ≈ −{end}.",
        lambda s, m: {
            "zero": 0,
            "zero_too": 0,
            "end": math.exp(-745) > 0 == math.exp(-746) and 745,
        },
    ),
)
