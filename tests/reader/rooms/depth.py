"""How deep nets train."""

from __future__ import annotations

import math
import random
import re
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tests.reader.quantities import value_of
from tests.reader.seen import Seen, look
from tests.reader.templates import Said, Template
from vanishing import verdicts
from vanishing.concepts.depth import table
from vanishing.engine.depth import limits
from vanishing.engine.nets import datasets
from vanishing.engine.wide import layers

LADDER, OVERVIEW = "one technique at a time", "overview"
BUDGET = ("data", "steps", "width", "rate", "opt", "seed")
_DRAWN: dict[Any, dict[str, str]] = {}
CHEAP = {
    # Budgets for which outcomes are drawn by lot, once each.
    "data": (limits.SHIPPED.data, "moons"),
    "steps": (50, limits.SHIPPED.steps),
    "width": (8, limits.SHIPPED.width, 48),
    "rate": ("best", "0.001"),
    "opt": (limits.SHIPPED.optimizer,),
    "seed": (0,),
}
CORNERS = (
    {"init": "normal_unit", "f": "sigmoid", "norm": "none", "skips": "none", "reach": 0.99},
    {"reach": 0.3, "rows": "all"},
    *(
        {"width": width, "steps": 50, "norm": norm}
        for width in (8, 48)
        for norm in ("none", "batch")
    ),
    {"reach": 0.5, "data": "moons"},
    {"rate": "0.001", "init": "normal_unit", "f": "relu", "skips": "identity"},
)
EXCEPTIONS = ()


def found_at(v: Any, needs: Any) -> dict[str, dict[limits.Cell, limits.Outcome]] | None:
    """Give outcomes by lot for other budgets than the shipped one, where they take minutes.

    Some cells are not computed yet, as after a while on the page, or none; networks diverge, answer
    nothing right, or all.
    """
    budget = table.budget(v)
    if budget == limits.SHIPPED:
        return None
    known = _by_lot(budget)
    return {
        name: {cell: known[cell] for cell in ask.settings if cell in known}
        for name, ask in needs.items()
    }


@cache
def _by_lot(budget: limits.Budget) -> dict[limits.Cell, limits.Outcome]:
    lot = random.Random(repr(budget))
    share = lot.choice((0.0, 0.3, 0.9, 1.0, 1.0))
    levels = lot.choice(((0.0, 0.1), (0.3, 0.9, 0.95), (0.95, 1.0), (0.0, 0.2, 0.9, 1.0)))
    known = {}
    for cell in limits.cells(limits.TECHNIQUES, budget):
        accuracies = tuple(lot.choice(levels) for _ in range(budget.seeds))
        outcome = limits.Outcome(0.3, accuracies, lot.randint(0, accuracies.count(0.0)))
        if lot.random() < share:
            known[cell] = outcome
    return known


def _limits(s: Seen, chart: str) -> dict[str, str]:
    rows = s.frame(chart, "limits")
    return dict(zip(rows["technique"], rows["limit"], strict=True))


def _chosen(s: Seen) -> tuple[str, str]:
    name = table.name(table.technique(s.v))
    return name, _limits(s, LADDER).get(name, "?")


def _cells(s: Seen) -> pd.DataFrame:
    return s.frame(LADDER, "cells", technique=_chosen(s)[0])


def _wanted(s: Seen) -> str:
    return f"{100 * s.v.reach:g} %"


def _trains(s: Seen, m: Said) -> dict[str, Any]:
    name, limit = _chosen(s)
    return {"name": name, "depth": limit}


def _fails(s: Seen, m: Said) -> bool | dict[str, Any]:
    rows = _cells(s)
    one = rows[rows["depth"] == int(m["depth"])]
    return {"depth": True, "share": float(one["accuracy"].iloc[0])} if len(one) else False


def _open(s: Seen, m: Said) -> dict[str, Any]:
    name, limit = _chosen(s)
    return {"name": name, "wanted": _wanted(s), "depth": limit.removeprefix("≥ ")}


def _none(s: Seen, m: Said) -> bool | dict[str, Any]:
    name, limit = _chosen(s)
    return limit == "none" and {"name": name, "wanted": _wanted(s)}


def _so_far(s: Seen, m: Said) -> dict[str, Any]:
    return {"n": int(_cells(s)["accuracy"].notna().sum()), "of": len(limits.DEPTHS), "are": True}


def _ladder(s: Seen, m: Said) -> bool:
    drawn = list(_limits(s, LADDER).values())
    said = re.findall(r"(≥ \d+|\d+|none|\?) \(", m["from"])
    return drawn == said


def _falls(s: Seen, m: Said) -> bool:
    """Hold the limits that fall against the chart's, and the scales against its theory."""
    depths = [int(re.sub(r"\D", "", text) or 0) for text in _limits(s, LADDER).values()]
    scales = [abs(value_of(text)) for text in s.frame(LADDER, "limits")["depth scale ξ"]]
    drawn = [i for i, (a, b) in enumerate(pairwise(depths), 1) if b < a]
    for i, words in zip(drawn, re.split(r", (?=[+−])", m["what"]), strict=True):
        moved = [value_of(text) for text in re.findall(r"[\d.,]+(?= to | layers)", words)]
        falls = scales[i - 1 : i + 1] if scales[i] < scales[i - 1] < math.inf else []
        if len(moved) != len(falls) or not np.allclose(moved, falls, rtol=0.06):
            return False
    return True


def _single(s: Seen, m: Said) -> bool:
    """Hold the limits of single techniques against the overview, where it shows them."""
    if s.v.rows == "same":
        return True
    drawn = _limits(s, OVERVIEW)
    told = re.findall(r"([+−] [^,]+?) (≥ \d+|\d+|none|\?)(?:, |$)", m["listed"])
    names = {
        plain(s, table.step_name(limits.ARTICLE, one)): table.name(one)
        for one in limits.single_changes()
    }
    return len(told) == len(names) and all(drawn[names[a]] == b for a, b in told)


def _everything(s: Seen) -> dict[str, str]:
    """Return the limit of every technique, as drawn where all are."""
    asked = {"reach": s.v.reach, "rows": "all", **{name: s.v[name] for name in BUDGET}}
    key = tuple(asked.items())
    if key not in _DRAWN:
        _DRAWN[key] = _limits(look("depth", asked), OVERVIEW)
    return _DRAWN[key]


def _through(s: Seen, m: Said) -> dict[str, Any]:
    found = _everything(s)
    through = sum(one == f"≥ {limits.DEPTHS[-1]}" for one in found.values())
    return {"all": len(limits.TECHNIQUES), "n": through, "get": "gets" if through == 1 else "get"}


def _compared(s: Seen, m: Said) -> dict[str, Any]:
    scales = {
        t: limits.depth_scale(one, s.v.width) for one in limits.TECHNIQUES if (t := table.name(one))
    }
    measured = [
        (int(depth), scales[t])
        for t, depth in _everything(s).items()
        if depth.isdigit() and math.isfinite(scales[t]) and scales[t] > 0
    ]
    near = sum(0.5 <= depth / (6 * scale) <= 2.0 for depth, scale in measured)
    return {"n": len(measured), "have": "has" if len(measured) == 1 else "have", "near": near}


def _theory(s: Seen, m: Said) -> bool | dict[str, Any]:
    rows = s.frame(LADDER, "limits", technique=_chosen(s)[0])
    drawn = value_of(str(rows["depth scale ξ"].iloc[-1])) if len(rows) else math.nan
    said, six = value_of(m["scale"]), value_of(m["six"])
    near = math.isnan(drawn) or abs(said / drawn - 1) < 0.06
    return near and abs(six / (6 * said) - 1) < 0.12


def _critical(s: Seen, m: Said) -> bool:
    rows = s.frame(LADDER, "limits", technique=_chosen(s)[0])
    return not len(rows) or str(rows["depth scale ξ"].iloc[-1]) == "∞"


def _diverge(s: Seen, m: Said) -> bool | dict[str, Any]:
    outcome = _failing(s)
    verb = "diverges" if outcome.diverged == 1 else "diverge"
    return {"n": outcome.diverged, "nets": len(outcome.accuracies), "verb": verb}


def _all_diverge(s: Seen, m: Said) -> bool | dict[str, Any]:
    outcome = _failing(s)
    every = outcome.diverged == len(outcome.accuracies)
    return every and {"depth": True, "n": outcome.diverged}


def _failing(s: Seen) -> limits.Outcome:
    """Return the outcome of the first depth that is drawn below the threshold."""
    rows = _cells(s)
    depth = min(int(d) for d in rows["depth"][rows["accuracy"] < s.v.reach])
    cell = limits.Cell(table.technique(s.v), depth, table.budget(s.v))
    return s.found["every"][cell]


def _layers(s: Seen) -> int:
    return limits.theory_reach(table.technique(s.v), s.v.width).depth


def _reach(s: Seen, m: Said) -> bool | dict[str, Any]:
    deepest = limits.DEPTHS[-1]
    return {"reach": _layers(s)} if "reach" in m else _layers(s) == deepest


def _over(s: Seen, m: Said) -> bool | dict[str, Any]:
    technique, depth = table.technique(s.v), _layers(s)
    nets = layers.Settings(
        **{name: getattr(technique, name) for name in ("activation", "initializer")},
        normalization=technique.normalization,
        skips=technique.skips,
        depth=depth,
        width=s.v.width,
        samples=table.budget(s.v).batch,
    )
    deltas = layers.predict(nets).deltas
    factor = deltas[0] / deltas[-1]
    fate = verdicts.fate(factor)
    return depth > 1 and {"them": True, "factor": factor, "fate": fate if m["fate"] == fate else ""}


def _elsewhere(s: Seen, m: Said) -> bool | dict[str, Any]:
    return s.v.data != "digits" and {"units": s.v.width}


def _outside(s: Seen, m: Said) -> dict[str, Any]:
    beyond = limits.depth_scale(table.technique(s.v), s.v.width) > _layers(s)
    return {"which": "ξ and 6 ξ lie" if beyond else "6 ξ lies"}


def _chance(s: Seen) -> float:
    data = datasets.load(s.v.data, limits.SHIPPED.samples)
    return round(float(np.bincount(data.y).max()) / len(data.y), 1)


def _gap(s: Seen, m: Said) -> bool:
    rows = _cells(s)
    reached = {
        int(d) for d, a in zip(rows["depth"], rows["accuracy"], strict=True) if a >= s.v.reach
    }
    return {int(d) for d in m["depths"].split(", ")} <= reached


def _note(s: Seen, m: Said) -> dict[str, Any]:
    one = table.budget(s.v)
    sizes = ", ".join(f"{size:g}" for size in one.step_sizes)
    return {
        "samples": one.samples,
        "data": one.data,
        "nets": one.seeds,
        "first": one.seed,
        "last": one.seed + one.seeds - 1,
        "units": one.width,
        "steps": one.steps,
        "opt": one.optimizer.replace("_", " "),
        "batch": one.batch,
        "type": one.dtype,
        "best": ", the first that reaches 99 %, or else the best" * ("," in sizes),
        "sizes": sizes,
    }


def _alt(s: Seen, m: Said) -> bool:
    for chart in (LADDER, OVERVIEW):
        found = _limits(s, chart)
        told = re.findall(r"(?:^|; )(.+?): (≥ \d+|\d+|none|\?)(?=;|$| \()", m["list"])
        if told and all(found.get(name) == limit for name, limit in told):
            return True
    return False


def plain(s: Seen, text: str) -> str:
    """Return a text without the numbers that names hold: N(0,1) and 1/√n."""
    return text.replace("N(0,1)", "N").replace("U(±1/√n)", "U").replace("1/√L", "")


LIMIT = "≥ \\d+|\\d+|none|\\?"
TRUE = lambda _s, _m: True  # noqa: E731


def _plain_names(belongs: Any) -> Any:
    """Compare names as `plain` leaves them."""

    def told(s: Seen, m: Said) -> Any:
        values = belongs(s, m)
        if isinstance(values, dict) and isinstance(values.get("name"), str):
            values["name"] = plain(s, values["name"])
        return values

    return told


TEMPLATES = (
    Template("**{name:[^*]+}** **trains to depth {depth}**", _plain_names(_trains)),
    Template("at depth {depth:\\d+} the median network reaches {share%}", _fails),
    Template(", and {n} of {nets} networks {verb:diverges|diverge}", _diverge),
    Template("; {n} of {nets} networks {verb:diverges|diverge}.", _diverge),
    Template("at depth {depth:\\d+} all {n} networks diverge", _all_diverge),
    Template("at depth {depth:\\d+} no network answers anything right", _fails),
    Template(
        "It applies to fresh nets of {units#unit} a layer",
        lambda s, _: s.v.data == "digits" and {"units": s.v.width},
    ),
    Template(" a layer down to about {reach#layer}", _reach),
    Template(" a layer at every tested depth", _reach),
    Template(", **outside of which {which:ξ and 6 ξ lie|6 ξ lies}**", _outside),
    Template("**{name:[^*]+}** reaches {wanted%} at no tested depth:", _plain_names(_none)),
    Template(
        "**{name:[^*]+}** reaches {wanted%} at every tested depth, **down to {depth} layers**",
        _plain_names(_open),
    ),
    Template(
        "reaches {wanted%} down to depth {depth} so far",
        lambda s, m: {"wanted": _wanted(s), "depth": _chosen(s)[1].removeprefix("≥ ")},
    ),
    Template(": {n} of {of} depths {are:is|are} computed.", _so_far),
    Template("Step by step the limit moves from {from:.*}.", _ladder),
    Template("Not every step helps: the limit falls with {what:.*}.", _falls),
    Template("added to the article's net: {listed:.*?}. Of these, ", _single),
    Template(
        "Of these, {n} ({names:.*?}) {verb:reach|reaches} {wanted%} at every tested depth, up "
        "to {deepest}:",
        lambda s, m: {
            "n": len(re.findall(r"[+−] ", m["names"])),
            "names": True,
            "verb": "reaches" if m["n"] == "1" else "reach",
            "wanted": _wanted(s),
            "deepest": limits.DEPTHS[-1],
        },
    ),
    Template("unlike claim C23", TRUE),
    Template("(claim C23)", TRUE),
    Template(
        "none gets to depth {deepest}; the best gets to {top} (",
        lambda s, m: {"deepest": limits.DEPTHS[-1], "top": True},
    ),
    Template("Of all {all} combinations {n} {get:gets?} through the whole grid.", _through),
    Template(
        "{n} {have:has|have} both a finite ξ and a measured limit, which lies within a factor "
        "of 2 of 6 ξ in {near#case}.",
        _compared,
    ),
    Template("ξ = ∞, so deep down no factor of its own goes with each layer.", _critical),
    Template(
        ", and over {them:them|100 layers} multiplies ∂J/∂z by {factor}: it {fate:[\\w ]+}.",
        _over,
    ),
    Template(
        "squared gradient {how:grows|shrinks} by a factor e every ξ = {scale} layers; "
        "6 ξ = {six}, down",
        _theory,
    ),
    Template("How far it applies to fresh nets of {units#unit} a layer", _elsewhere),
    Template("Measured limit: {limit:" + LIMIT + "}.", lambda s, _: {"limit": _chosen(s)[1]}),
    Template("{what:Schoenholz et al\\. 2017}", TRUE),
    Template("at depth {depths:[\\d, ]+} too, but not at every smaller one;", _gap),
    Template("It reaches {wanted%} at depth", lambda s, _: {"wanted": _wanted(s)}),
    Template("none reaches it at depth 1.", TRUE),
    Template(
        "one answer for all is right about {share%} of the time: an accuracy of {wanted%} is no",
        lambda s, _: (
            s.v.reach <= _chance(s) and {"share": _chance(s), "wanted": f"{100 * s.v.reach:g} %"}
        ),
    ),
    Template(
        "{samples} samples ({data:\\w+}), {nets} networks each (seeds {first} to {last}), "
        "{units#unit} a layer, {steps#step} of {opt:[\\w ]+} on batches of {batch}, "
        "η = {sizes:[\\d., ]*\\d}{best:(?:, the first .*? the best)?}, {type:float\\d+}.",
        _note,
    ),
    Template(
        "it reaches {wanted%}. Dashed: theory for infinitely wide nets, from ξ, the layers over "
        "which their squared gradient changes by a factor e, to the diamond at 6 ξ (at the edge "
        "where that lies beyond it); no line where ξ = ∞.",
        lambda s, _: {"wanted": _wanted(s)},
    ),
    Template(
        "Depth down to which {wanted%} accuracy is reached: ", lambda s, _: {"wanted": _wanted(s)}
    ),
    Template("accuracy is reached: {list:.*}.", lambda s, m: True),
)
