"""What the views of the chain say beside the running product: check, map and types."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.reader.quantities import Log10
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.chain.scenes import weights_of
from vanishing.concepts.chain.table import SIGMAS

TYPE = "{dtype:float16|float32|float64}"


def depth_of(s: Seen) -> int:
    return len(weights_of(s.v))


def _check(s: Seen, m: Said) -> dict[str, Any]:
    row = s.table("Gradient check").iloc[0]
    return {"rule": row["chain rule"], "difference": row["finite difference"]}


def _relative(s: Seen, m: Said) -> dict[str, Any]:
    return {"found": s.table("Gradient check").iloc[0]["relative difference"]}


def _back(s: Seen, m: Said) -> dict[str, Any]:
    bars = s.frame("factors", "bars")
    after = bars[bars["layer"] > 1]
    gone = len(after) < depth_of(s) - 1
    if s.v.dtype == "float16" or gone:
        return {"factor": True, "dtype": s.v.dtype}
    log10 = float(after["log10"].sum())
    small = s.v.dtype == "float32" and log10 < -37
    return {"factor": True if small else Log10(log10), "dtype": s.v.dtype}


def _column(s: Seen):
    cells = s.frame("map", "cells")
    depths = np.array(sorted(set(cells["depth"])))
    at = int(depths[np.abs(depths - depth_of(s)).argmin()])
    return at, cells[cells["depth"] == at]


def _map(s: Seen, _: Said) -> dict[str, Any]:
    at, column = _column(s)
    top = column.loc[column["log10"].idxmax()]
    grows = column[column["log10"] > 0]
    shown = ", ".join(one for one in map("{:g}".format, SIGMAS) if one in set(grows["sigma"]))
    where = f"std(w) = {shown}" if shown else "no std(w) shown"
    return {
        "at": at,
        "name": True,
        "top": Log10(float(top["log10"])),
        "where": where,
        "sigma": top["sigma"],
    }


def _regimes(s: Seen, m: Said) -> dict[str, Any]:
    regime = s.frame("map", "cells")["regime"]
    names = {"v": "vanishing", "e": "exploding", "s": "steady", "z": "exactly 0"}
    return {"name": True} | {key: float((regime == n).mean()) for key, n in names.items()}


WHAT = "{what:first subnormal at|exactly 0 from|infinite from|not a number from}"


def _types(s: Seen, m: Said) -> bool | dict[str, Any]:
    if s.v.view != "types":
        return True
    told = {"dtype": True, "what": True, "at": False}
    marks = s.frame("number types", "marks")
    texts = set(marks["text"])
    return f"{m['dtype']} {m['what']} {m['at']}" in texts and {**told, "at": True}


def _more(s: Seen, m: Said) -> bool:
    """Hold an event that follows another of the same type against the marks."""
    marks = s.frame("number types", "marks")
    return any(t.endswith(f"{m['what']} {m['at']}") for t in marks["text"])


def _ends(s: Seen, _: Said) -> dict[str, Any]:
    nodes = s.frame("chain", "nodes")
    grads = nodes[nodes["node"] != "J"]["gradient"].tolist()
    return {"n": depth_of(s), "out": grads[-1], "first": grads[1]}


def _factors(s: Seen, _: Said) -> dict[str, Any]:
    bars, zeros = s.frame("factors", "bars"), s.frame("factors", "zeros")
    small = int((bars["factor"] == "shrinks").sum()) + int((zeros["text"] == "factor 0").sum())
    return {"small": small, "n": depth_of(s), "gone": len(zeros)}


NOTHING = lambda _s, _m: True  # noqa: E731


TEMPLATES = (
    Template("The bound {quarter}ⁿ, multiplied up", lambda _s, _m: {"quarter": 0.25}),
    Template(
        "From the output back to h₁ the gradient is multiplied by {factor} (in " + TYPE, _back
    ),
    Template(
        "Checked for ∂J/∂w₁ in float64: chain rule {rule}, finite difference {difference};", _check
    ),
    Template("; relative difference {found}.", _relative),
    Template("both are exactly 0", lambda s, _: _relative(s, {})["found"].startswith("both")),
    Template(
        "the gradient is exactly 0, and of the difference only rounding is left",
        lambda s, _: _check(s, {})["rule"] == "0",
    ),
    Template(
        "On the map at depth {at} the median product of {name:[^0-9]+?} exceeds 1 at "
        "{where:no std\\(w\\) shown|std\\(w\\) = [\\d., ]+}; the largest is {top} at "
        "std(w) = {sigma} (measured).",
        _map,
    ),
    Template(
        "On the map at depth {at} the median product of {name:[^0-9]+?(?: \\(α = [\\d.]+\\))?} "
        "exceeds 1 at {where:no std\\(w\\) shown|std\\(w\\) = [\\d., ]+}; the largest is {top} at "
        "std(w) = {sigma} (measured).",
        _map,
    ),
    Template(
        "On the map at depth {at} the median product of {name:[^0-9]+?} is exactly 0 at every "
        "std(w)",
        lambda s, _: {"at": _column(s)[0], "name": bool((_column(s)[1]["median"] == "0").all())},
    ),
    Template(TYPE + ": " + WHAT + " {at}", _types),
    Template(", " + WHAT + " {at}", _more),
    Template(
        " for {name:.+}. Share of cells: vanishing: {v%}, exploding: {e%}, steady: {s%}, "
        "exactly 0: {z%}.",
        _regimes,
    ),
    Template(
        "The chain x to h{n} to J. Going back, ∂J/∂h goes from {out} at the output to {first} at "
        "the first neuron.",
        _ends,
    ),
    Template("Factors by layer: {small} of {n} below 1, {gone} not drawable.", _factors),
)
