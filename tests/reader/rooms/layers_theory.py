"""What theory says of fresh nets: q, ξ and the weight scale."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.layers import table
from vanishing.engine.nets import activations
from vanishing.engine.wide.criticality import depth_scale

SIZE = "signal size"


def _size(s: Seen, m: Said) -> dict[str, Any]:
    measured = s.at(SIZE, "median", x=s.v.depth)
    theory = s.at(SIZE, "y", "theory", x=s.v.depth)
    return {
        "layer": s.v.depth,
        "measured": True if math.isnan(measured) else measured,
        "theory": True if math.isnan(theory) else theory,
    }


def _starts(s: Seen, _: Said) -> dict[str, Any]:
    theory = s.at(SIZE, "y", "theory", x=1)
    return {"first": True if math.isnan(theory) else theory, "fixed": _settles(s)}


def _settles(s: Seen) -> Any:
    """Return where the staircase ends, if it has come to rest."""
    stairs = s.frame("map of q", "stairs") if "map of q" in s.frames else ()
    if len(stairs) < 3:
        return True
    last, before = (float(stairs["y"].iloc[at]) for at in (-1, -4 if len(stairs) > 3 else 0))
    return last if math.isclose(last, before, rel_tol=1e-6) else True


def _diagonal(s: Seen, _: Said) -> bool:
    """Tell whether the map drawn is the diagonal: every q is a fixed point."""
    curve = s.frame("map of q", "curve") if "map of q" in s.frames else ()
    return len(curve) > 0 and bool(np.allclose(curve["x"], curve["y"], rtol=1e-9, atol=0.0))


def _rests_anywhere(s: Seen, m: Said) -> bool | dict[str, Any]:
    return _diagonal(s, m) and _starts(s, m)


def _rests(s: Seen, m: Said) -> bool | dict[str, Any]:
    return not _diagonal(s, m) and _starts(s, m)


def _own(s: Seen, _: Said) -> dict[str, Any]:
    return {"own": table.settings(s.v).hidden_weight_variance}


def _scale(s: Seen) -> float:
    one = table.settings(s.v)
    return depth_scale(
        one.get_activation(),
        one.hidden_weight_variance,
        one.bias_variance,
        one.normalization,
        one.skips,
    )


def _lives(s: Seen, m: Said) -> bool | dict[str, Any]:
    scale = _scale(s)
    # The factor of the curve drawn, where this net is one of them: ξ = −1/ln χ, χ = factor².
    does = "**vanishes**, falling" if scale > 0 else "**explodes**, growing"
    return {"scale": scale, "layers": abs(scale), "does": does}


def _critical(s: Seen, m: Said) -> bool | dict[str, Any]:
    return abs(_scale(s)) > 10 * s.v.depth and {"depth": s.v.depth}


def _curve(s: Seen, name: str) -> tuple[np.ndarray, np.ndarray]:
    curve = s.frame("factor over the weight scale", "curves", activation=name)
    return curve["x"].to_numpy(), curve["y"].to_numpy()


def _at_one(s: Seen, m: Said) -> bool | dict[str, Any]:
    if s.v.view != "weights" or not len(_curve(s, m["name"])[0]):
        return True
    name = m["name"].removeprefix("and ")
    return {"name": True, "by": True, "factor": float(np.interp(1.0, *_curve(s, name)))}


def _best(s: Seen, _: Said) -> bool | dict[str, Any]:
    x, y = _curve(s, _name(s))
    top = int(y.argmax())
    return y[top] < 1.0 and {"last": x[-1], "best": y[top], "at": x[top]}


def _name(s: Seen) -> str:
    return activations.get(s.v.f, s.v.alpha if s.v.f == "leaky_relu" else None).name


def _crosses(s: Seen, m: Said) -> bool | dict[str, Any]:
    x, y = _curve(s, _name(s))
    above = int(np.flatnonzero(y >= 1.0 - 1e-3)[0])
    at = int(np.abs(x - float(m["scale"].replace(",", ""))).argmin())
    near = abs(at - above) <= 1
    return near and {"scale": x[at], "to": y[at]}


def _reaches(s: Seen, m: Said) -> bool | dict[str, Any]:
    found = _crosses(s, m)
    return found and found["to"] < 1.02 and found


def _from_start(s: Seen, _: Said) -> bool | dict[str, Any]:
    x, y = _curve(s, _name(s))
    return bool(y[0] >= 0.999) and {"scale": x[0]}


def _plane(s: Seen, _: Said) -> dict[str, Any]:
    line = s.frame("plane", "line")
    y = float(line["y"].iloc[0])
    return {"sw2": float(line["x"].iloc[0]), "sb2": 0.0 if y < 1e-6 else y}


TEMPLATES = (
    Template("q shrinks towards 0 from {first} in layer 1 (predicted).", _starts),
    Template("q grows without end from {first} in layer 1 (predicted).", _starts),
    Template("q stays at {first}, where it starts (predicted).", _rests),
    Template(
        "q stays at {first}, where it starts, as it would at any other (predicted).",
        _rests_anywhere,
    ),
    Template("as it would at any other q: each is a fixed point", _diagonal),
    Template("q goes from {first} in layer 1 to q* = {fixed} (predicted).", _starts),
    Template(
        "In layer {layer} q is {measured} (measured, median) where theory has {theory}", _size
    ),
    Template(
        "= {scale}. In deep nets, far from both ends, the squared gradient "
        "{does:\\*\\*vanishes\\*\\*, falling|\\*\\*explodes\\*\\*, growing} e-fold every {layers} "
        "layers (predicted)",
        _lives,
    ),
    Template(". In {depth#layer} that is hardly anything: nearly critical", _critical),
    Template("Depth scale of these nets, n·Var(w) = {own}:", _own),
    Template(": ξ = 0, not even one layer", lambda s, _: _scale(s) == 0.0),
    Template(": ξ = ∞, **critical**", lambda s, _: math.isinf(_scale(s))),
    Template(
        "{name:[A-Za-z][A-Za-z ]*(?: \\(α = [\\d.]+\\))?}{by: ×| }{factor}",
        _at_one,
    ),
    Template(
        "no n·Var(w) up to {last} keeps the gradient: the best factor is ×{best} a layer, at "
        "n·Var(w) = {at} (predicted).",
        _best,
    ),
    Template("the factor is 1 or more from n·Var(w) = {scale} on", _from_start),
    Template("is below 1 up to n·Var(w) ≈ {scale} and reaches 1 there", _reaches),
    Template("is below 1 up to n·Var(w) ≈ {scale} and jumps to {to} there", _crosses),
    Template("on it χ = 1. It starts at n·Var(w) = {sw2}, Var(b) = {sb2}.", _plane),
    Template(
        "Only at its start does q stay: with Var(b) > {zero} it grows without end there.",
        lambda s, _: len(s.frame("plane", "line")) == 2 and {"zero": 0},
    ),
    Template("From q = {first} in layer 1 the map's staircase", _starts),
    Template("settles at q* = {fixed}", lambda s, m: not _diagonal(s, m) and _starts(s, m)),
)
