"""Recurrent nets, through time and in training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.quantities import Log10, reads, value_of
from tests.reader.rooms import recurrent_learning
from tests.reader.rooms.layers import FATE
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing import verdicts
from vanishing.concepts.recurrent import table
from vanishing.concepts.recurrent.table import COUNTER, NETS

CHEAP = {
    "units": (1, 2, 4, 8),
    "steps": (5, 20, 200),
    "updates": (10,),
    "length": (2, 5, 20),
    "width": (2, 8),
    "batch": (1, 5),
    "seeds": (1, 3),
    "f": (("tanh", "relu", "sigmoid"), ("identity",), ("tanh", "relu", "sigmoid", "identity")),
}
CORNERS = (
    {"init": COUNTER, "size": "spectral", "steps": 200},
    {"init": "orthogonal", "gain": 1.0, "f": ("identity",), "units": 8},
    {"init": "identity", "gain": 1.0, "units": 1},
    {"init": "identity", "inputs": 1.0, "units": 8, "steps": 5},
    {"view": "learn", "act": "identity", "g": 2.0, "opt": "gradient_descent", "rate": 1.0},
    {"view": "learn", "act": "relu", "g": 3.0, "length": 20, "c": 100.0, "seeds": 1},
    {"view": "learn", "act": "relu", "g": 5.0, "length": 20, "rate": 1.0, "opt": "momentum"},
    {"view": "learn", "when": "end", "act": "sigmoid", "g": 0.25},
)
EXCEPTIONS = (
    r"no number \(it (overflows|is exactly 0 at the last)\)",
    # Of the gradients.
    r"from step 0 to 1 are shortened",
)
KEYS = {name: key for key, name in table.ACTIVATIONS.items()}
ALL = "tanh|ReLU|sigmoid|linear"
ALIKE = f"(?:{ALL})(?:, (?:{ALL}))*"
"""Of those that share a bound the names stand in one sentence."""


def _end(s: Seen, chart: str, name: str) -> Log10:
    value = s.at(chart, "median", series=name, x=s.v.steps)
    return Log10(-math.inf if math.isnan(value) else value)


def _told(s: Seen, m: Said) -> dict[str, Any]:
    size = _end(s, "gradient", m["name"])
    return {
        "name": True,
        "steps": s.v.steps,
        "state": _end(s, "state", m["name"]),
        "size": size,
        "fate": verdicts.fate_of_log10(size.value),
        "nets": NETS,
    }


def _reaches(s: Seen) -> dict[str, int]:
    """Return how far each activation's theory is drawn, in steps of the state."""
    if "theory" not in s.frames["state"]:
        return {}
    theory = s.frame("state", "theory")
    return {str(name): int(rows["x"].max()) for name, rows in theory.groupby("series")}


def _reach(s: Seen, m: Said) -> bool:
    told = 0 if m["reach"] == "none" else int(m["reach"])
    return s.v.init == COUNTER or _reaches(s).get(m["name"], 0) == told


def _predicted_only(s: Seen, m: Said) -> bool:
    """Tell whether these, and not all, have a line of theory in one of the charts."""
    drawn = [
        set(s.frame(chart, "theory")["series"])
        for chart in ("state", "gradient")
        if "theory" in s.frames[chart]
    ]
    names = m["names"].split(" and ")
    return len(names) < len(s.v.f) and set(names) in drawn


def _all_reach(s: Seen) -> bool:
    """Tell whether all that is drawn is predicted to its end."""
    return s.v.init == COUNTER or list(_reaches(s).values()) == [s.v.steps] * len(s.v.f)


def _limits(s: Seen, name: str) -> np.ndarray:
    """Return γ σₘₐₓ of each net; the largest is the bound's line."""
    key = KEYS[name]
    one = table.recurrence(s.v, key)
    weights = s.found[s.v.f[0]].weights
    sizes = np.linalg.svd(weights, compute_uv=False)[:, 0]
    return np.asarray(sizes * one.get_activation().slope_range.steepest)


def _bound(s: Seen, m: Said) -> bool | dict[str, Any]:
    limits, *others = (_limits(s, name) for name in m["name"].split(", "))
    alike = all(np.array_equal(limits, other) for other in others)
    above, below = int((limits > 1 + 1e-9).sum()), int((limits < 1 - 1e-9).sum())
    high, low = float(limits.max()), float(limits.min())
    told = {
        "name": True,
        "high": high,
        "low": low,
        "above": above,
        "nets": NETS,
        "steps": s.v.steps,
        "most": Log10(s.v.steps * math.log10(high)) if high else True,
    }
    lines = s.frame("gradient", "bound")
    after = lines[lines["x"] > 0]
    drawn = any(math.isclose(y, math.log10(high), abs_tol=1e-6) for y in after["y"] / after["x"])
    must, cannot, can = "must" in m["so"], "cannot" in m["so"], "**lets**" in m["so"]
    right = (
        (must and not can and below == NETS)
        or (cannot and not can and not above)
        or (can and above > 0)
    )
    return drawn and alike and right and told | {"so": True}


def _ceiling(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("state", series=m["worst"])
    top = float(rows[rows["x"] > 0]["high"].max())
    # Drawn is the 90 % line; the largest of all lies above it.
    high = value_of(m["size"]) if "·" not in m["size"] else None
    return {
        "worst": True,
        "one": 1,
        "size": high is None or math.isnan(top) or high >= 10 ** (top - 0.05),
    }


def _gradient_at(s: Seen, name: str) -> Log10:
    return _end(s, "gradient", name)


def _norm(s: Seen) -> float:
    return float(s.frame("singular values", "values")["value"].max())


def _radius(s: Seen) -> float:
    return float(s.frame("eigenvalues", "points")["size"].max())


def _count(s: Seen) -> int:
    return len(s.frame("singular values", "values"))


TRUE = lambda _s, _m: True  # noqa: E731
TEMPLATES = (
    Template(
        "**{name:"
        + ALL
        + "}**: after {steps#step} the state's size is {state}, and ∂h(T)/∂h(0) is "
        "{size}: the gradient {fate:" + FATE + "} (medians of {nets#net}).",
        _told,
    ),
    Template(
        "**{name:" + ALIKE + "}**, bound (γ σₘₐₓ)ˡᵃᵍ: γ σₘₐₓ is below 1 in every one of "
        "{nets#net} (the largest {high}): the gradient {so:\\*\\*must\\*\\* vanish} as the lag "
        "grows, and after {steps#step} at most {most} is left.",
        _bound,
    ),
    Template(
        "**{name:" + ALIKE + "}**, bound (γ σₘₐₓ)ˡᵃᵍ: γ σₘₐₓ is at most 1 in every one of "
        "{nets#net}: the gradient {so:\\*\\*cannot\\*\\* grow}.",
        _bound,
    ),
    Template(
        "**{name:" + ALIKE + "}**, bound (γ σₘₐₓ)ˡᵃᵍ: γ σₘₐₓ is above 1 in every one of "
        "{nets#net} (the smallest {low}): it {so:\\*\\*lets\\*\\*} the gradient grow, which "
        "does not say that it does.",
        _bound,
    ),
    Template(
        "**{name:" + ALIKE + "}**, bound (γ σₘₐₓ)ˡᵃᵍ: γ σₘₐₓ is above 1 in {above} of {nets} nets "
        "(the largest {high}): there it {so:\\*\\*lets\\*\\*} the gradient grow, which does not "
        "say that it does",
        _bound,
    ),
    Template("cannot exceed {one} from step 1 on.", lambda _s, _m: {"one": 1}),
    Template("has no ceiling: the largest of any net ({worst:" + ALL + "}) is {size}.", _ceiling),
    Template(
        "Both eigenvalues of W are 0, so W² = 0, and yet ∂h(T)/∂h(0) after {steps#step} is "
        "**{size}**.",
        lambda s, _: {"steps": s.v.steps, "size": _gradient_at(s, "from the fixed point")},
    ),
    Template("*singular* value, {norm}, that bounds", lambda s, _: {"norm": _norm(s)}),
    Template("f′(z) is 1 for one unit and 0.00018 for the other", TRUE),
    Template("an eigenvalue of 2 − 0.00036 although W has none but 0.", TRUE),
    Template(
        "An orbit started 10⁻⁶ beside it is {away} away after {steps#step}, and its ∂h(T)/∂h(0) is "
        "{size}.",
        lambda s, _: {
            "away": float(s.found["counter-example"][1][-1]),
            "steps": s.v.steps,
            "size": _gradient_at(s, "10⁻⁶ beside it"),
        },
    ),
    Template("each step multiplies the gradient by 0.17.", TRUE),
    Template(
        "the largest below 1/γ the gradient must vanish; the eigenvalues promise nothing, but in "
        "the linear net, where |λ| below {one} makes it vanish in the end.",
        lambda s, _: "identity" in s.v.f and len(s.v.f) > 1 and {"one": 1},
    ),
    Template(
        "must vanish; in the end, in a linear net, also with the largest |λ| below {one}.",
        lambda s, _: s.v.f == ("identity",) and {"one": 1},
    ),
    Template("median at {steps}:", lambda s, _: s.v.init != COUNTER and {"steps": s.v.steps}),
    Template(" at {steps}: from the", lambda s, _: s.v.init == COUNTER and {"steps": s.v.steps}),
    Template("predicted for n → ∞, for {names:[\\w ]+} only.", _predicted_only),
    Template("predicted for n → ∞.", lambda s, _: _all_reach(s)),
    Template(
        "{name:" + ALL + "|from the fixed point|10⁻⁶ beside it}: {size}",
        lambda s, m: {
            "name": True,
            "size": any(reads(m["size"], _end(s, c, m["name"])) for c in ("state", "gradient")),
        },
    ),
    Template("h(0) ~ N(0, 1).", TRUE),
    Template(
        "Median and 10–90 % over {nets#net} of {units#unit}, seeds {first} to {last}.",
        lambda s, _: {
            "nets": NETS,
            "units": s.v.units,
            "first": s.v.seed,
            "last": s.v.seed + NETS - 1,
        },
    ),
    Template("as it applies to nets of {units#unit}:", lambda s, _: {"units": s.v.units}),
    Template(
        "Theory is for n → ∞ and applies to no step of nets of {units#unit}: none is drawn",
        lambda s, _: {"units": s.v.units} if not _reaches(s) else False,
    ),
    Template("{name:" + ALL + "} {reach:\\d+|none}", _reach),
    Template(verdicts.FATES, TRUE),
    Template(
        "{name:[^.:]+}: exactly 0 from {first} on at the earliest, at the end in {nets#net}.",
        lambda s, m: {"name": True, "first": True, "nets": True},
    ),
    Template(
        "{name:[^.:]+}: exactly 0 now and then in {nets#net}, at the end in none.",
        lambda s, m: {"name": True, "nets": True},
    ),
    Template(
        "{n} eigenvalue{s:s?} of W; the largest |λ| is {radius}.",
        lambda s, _: {"n": _count(s), "s": True, "radius": _radius(s)},
    ),
    Template(
        "{n} singular value{s:s?} of W; the largest is {norm}.",
        lambda s, _: {"n": _count(s), "s": True, "norm": _norm(s)},
    ),
    Template(
        "One net, seed {seed}: spectral radius {radius}, largest singular value {norm}.",
        lambda s, _: {"seed": s.v.seed, "radius": _radius(s), "norm": _norm(s)},
    ),
    Template("Spectral radius: {radius}", lambda s, _: {"radius": _radius(s)}),
    Template("Largest singular value σₘₐₓ: {norm}", lambda s, _: {"norm": _norm(s)}),
    Template("With the largest below 1/γ", TRUE),
    Template("from 0 to 2g", TRUE),
    Template("predicted for n → ∞", TRUE),
    Template("b = (2 tanh 5, 5 + 2 tanh 5); no random draw.", TRUE),
    Template("Fixed point: (0, tanh 5).", TRUE),
    Template("the bound σₘₐₓˡᵃᵍ = 4ˡᵃᵍ.", TRUE),
    Template("W = [[2, −2], [2, −2]]: both eigenvalues are 0.", TRUE),
    Template("its singular values are 4 and 0.", TRUE),
    *recurrent_learning.TEMPLATES,
)
