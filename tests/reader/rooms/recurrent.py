"""Recurrent nets, through time and in training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.quantities import Log10, reads, value_of
from tests.reader.rooms.layers import FATE
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing import verdicts
from vanishing.concepts.recurrent import table
from vanishing.concepts.recurrent.table import COUNTER, NAMES, NETS

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
EXCEPTIONS = (r"no number \(it (overflows|is exactly 0 at the last)\)",)
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


# --- learning -----------------------------------------------------------------------------------


def _run(s: Seen, name: str):
    return s.found[name]


def _clipping_helped(s: Seen) -> float:
    """Return the error without clipping over that with it, at their last steps."""
    ends = [s.frame("error", series=name)["median"].iloc[-1] for name in NAMES[:2]]
    return float(ends[0] / ends[1])


def _learned(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("error", series=m["name"])
    baseline = float(s.frame("error", "level")["y"].iloc[0])
    loss = float(rows["median"].iloc[-1])
    return {
        "name": True,
        "loss": loss,
        "step": int(rows["x"].iloc[-1]),
        "verdict": verdicts.learned(loss, baseline),
    }


def _diverged(s: Seen, m: Said) -> bool | dict[str, Any]:
    final = _run(s, m["name"]).final
    return bool(final.diverged) and {"name": True, "step": final.step}


def _baseline(s: Seen, m: Said) -> dict[str, Any]:
    return {"loss": float(s.frame("error", "level")["y"].iloc[0]), "nets": True}


def _norms(s: Seen, name: str) -> np.ndarray:
    norms = np.concatenate([r.gradient for r in _run(s, name).records])
    return norms[np.isfinite(norms)]


def _peak(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("gradient norm", series=NAMES[0])
    top = float(_norms(s, NAMES[0]).max())
    drawn = not len(rows) or top >= float(rows["high"].max()) * (1 - 1e-6)
    return {"norm": top if drawn else None}


def _clipped(s: Seen, m: Said) -> dict[str, Any]:
    c = float(s.v.c)
    rows = s.frame("gradient norm", series=NAMES[1])
    share: Any = True
    if s.v.seeds == 1 and len(rows) and not s.frame("gradient norm", "ended").size:
        # A record is the largest norm since the one before: none above c, none clipped.
        if float(rows["high"].max()) <= c:
            share = 0.0
        elif len(rows) == s.v.updates:
            share = float((rows["median"] > c).mean())
    return {"c": f"{c:g}", "share": share}


def _arrival(s: Seen, m: Said) -> dict[str, Any]:
    found = {}
    page = s.beside(when="start")
    for key, name in (("plain", NAMES[0]), ("lstm", NAMES[2])):
        rows = page.frame("along time", series=name)
        whole = s.v.seeds == 1 and len(rows) and int(rows["x"].iloc[0]) == 0
        last = whole and int(rows["x"].iloc[-1]) == s.v.length
        found[key] = float(rows["median"].iloc[0] / rows["median"].iloc[-1]) if last else True
    return found


def _at_zero(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("along time", series=m["name"], x=0)
    return {"name": True, "size": float(rows["median"].iloc[0]) if len(rows) else True, "t": 0}


def _before_it_diverged(s: Seen, name: str) -> bool | dict[str, Any]:
    run = _run(s, name)
    steps = [r.step for r in run.records if np.isfinite(r.by_time).all()]
    return run.final.diverged and s.v.when == "end" and {"name": True, "step": steps[-1]}


def _peaks(s: Seen, m: Said) -> dict[str, Any]:
    norms = np.concatenate([r.gradient for r in _run(s, m["name"]).records])
    return {"name": True, "norm": float(norms[np.isfinite(norms)].max())}


def _seeds(s: Seen, _: Said) -> dict[str, Any]:
    return {"nets": True, "first": True, "last": True}


NAME = "{name:plain, clipped|LSTM, clipped|plain}"
TRUE = lambda _s, _m: True  # noqa: E731
VERDICT = "{verdict:learned|partly learned|about the baseline|worse than the baseline}"
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
    Template(NAME + ": {loss} at step {step} (" + VERDICT + ")", _learned),
    Template(NAME + ": {loss} at step {step}", lambda s, m: _learned(s, m)),
    Template(NAME + ": diverged at step {step}", _diverged),
    Template("always answering the mean, is {loss} (", _baseline),
    Template(
        "({nets:one net|medians over \\d+ nets} each).",
        lambda s, _: {"nets": "one net" if s.v.seeds == 1 else f"medians over {s.v.seeds} nets"},
    ),
    Template("gradient reaches a norm of {norm}", _peak),
    Template("With c = {c}, {share%} of its gradients are shortened;", _clipped),
    Template(
        "With c = {c}, none of its gradients is finite.",
        lambda s, _: (
            not any(np.isfinite(r.gradient).any() for r in _run(s, NAMES[1]).records)
            and {"c": f"{float(s.v.c):g}"}
        ),
    ),
    Template(
        "**It prevents the divergence**",
        lambda s, _: (
            bool(_run(s, NAMES[0]).final.diverged)
            and not _run(s, NAMES[1]).final.diverged
            and _run(s, NAMES[1]).final.step == s.v.updates
        ),
    ),
    Template(
        "**It does not prevent the divergence**",
        lambda s, _: all(_run(s, name).final.diverged for name in NAMES[:2]),
    ),
    Template(
        "With clipping the net diverges, without it does not.",
        lambda s, _: [bool(_run(s, name).final.diverged) for name in NAMES[:2]] == [False, True],
    ),
    Template(
        "With it the error is about the same (within {one} %).",
        lambda s, _: 0.99 <= _clipping_helped(s) <= 1.0 / 0.99 and {"one": 1},
    ),
    Template("It ends higher with clipping.", lambda s, _: _clipping_helped(s) < 0.99),
    Template("It ends lower with clipping;", lambda s, _: _clipping_helped(s) > 1.0 / 0.99),
    Template("{plain} for the plain net and {lstm} for the LSTM.", _arrival),
    Template(
        "{zero} in float32 (too small for it) for the ",
        lambda s, _: s.v.act != "relu" and {"zero": 0},
    ),
    Template(
        "no number (it overflows) for the plain net and {lstm} for the LSTM.",
        lambda s, m: {"lstm": _arrival(s, m)["lstm"]},
    ),
    Template(
        "{plain} for the plain net and no number", lambda s, m: {"plain": _arrival(s, m)["plain"]}
    ),
    Template(
        "exactly 0 at the last) for the plain net",
        lambda s, _: float(np.median(_run(s, NAMES[0]).records[0].by_time[:, -1])) == 0.0,
    ),
    Template(
        "exactly 0 at the last) for the LSTM",
        lambda s, _: float(np.median(_run(s, NAMES[2]).records[0].by_time[:, -1])) == 0.0,
    ),
    Template("learn to hold near 1.", TRUE),
    Template("gradient at the start of the sequence, h(0), over that at its end:", TRUE),
    Template(
        NAME + ": as of step {step}, before it diverged.",
        lambda s, m: _before_it_diverged(s, m["name"]),
    ),
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
    Template("T = {length}.", lambda s, _: {"length": s.v.length}),
    Template("On 100 sequences per net", TRUE),
    Template(
        "median and 10–90 % over {nets#net}, seeds {first} to {last}",
        lambda s, _: {"nets": s.v.seeds, "first": s.v.seed, "last": s.v.seed + s.v.seeds - 1},
    ),
    Template("one net, seed {seed}", lambda s, _: {"seed": s.v.seed}),
    Template("the baseline, {loss}.", _baseline),
    Template(verdicts.LEARNED, TRUE),
    Template(NAME + ": at most {norm}", _peaks),
    Template(
        NAME + ": overflows at step {step}",
        lambda s, m: {"name": True, "step": _run(s, m["name"]).final.step},
    ),
    Template(NAME + ": {size} at t = {t}", _at_zero),
    Template(
        NAME + ": exactly 0 in float32 in some net at {steps#step}, not drawn there.",
        lambda s, m: {"name": True, "steps": True},
    ),
)
