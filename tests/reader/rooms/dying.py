"""Dying ReLU."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from tests.reader.quantities import reads
from tests.reader.rooms import dying_births, dying_neuron
from tests.reader.rooms.dying_births import band, free
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.dying.scenes import REMEDIES, RIVALS, SEEDS

CHEAP = {
    "depth": (1, 2, 5),
    "width": (2, 4, 8),
    "steps": (1, 10),
    "layers": (2, 6),
    "at": (2, 5, 10),
    "draws": (100,),
    "data": ("moons", "circles", "digits"),
    "seed": (0, 1, 2),
    "spread": (0.0, 1.0),
}
CORNERS = (
    {"view": "neuron", "w1": 0.0, "w2": 0.0, "b": -1.0},
    {"view": "neuron", "alpha": 0.01},
    {"view": "neuron", "b": -5.0},
    {"view": "neuron", "b": -5.0, "alpha": 0.3},
    {"view": "neuron", "b": 5.0},
    {"view": "neuron", "w1": 0.0, "w2": 0.0, "b": 0.0},
    {"view": "network", "bias": -2.0, "rate": 10.0},
    {"view": "network", "rate": 10.0, "depth": 5, "width": 8},
    {"view": "leaky", "rate": 10.0, "depth": 5},
    {"view": "born", "widths": ("1",), "at": 30},
)
EXCEPTIONS = (r"None of the",)
OFF = "off for all"


def _share(s: Seen, chart: str, series: str, x: Any = None) -> dict[str, Any]:
    """Return the three figures of a band at a place, or at its end."""
    rows = s.frame(chart, series=series)
    rows = rows if x is None else rows[rows["x"] == x]
    one = rows.iloc[-1] if x is None else rows.iloc[0]
    return {"median": float(one["median"]), "low": float(one["low"]), "high": float(one["high"])}


def _banded(told: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in told.items()}


def _network(s: Seen, m: Said) -> dict[str, Any]:
    """Hold the dead of all layers against those by layer where all layers are drawn."""
    run = s.found["run"]
    told = {"steps": int(run.steps[-1]), "nets": SEEDS, **free("a"), **free("b")}
    if s.v.depth == 1:
        rows = s.frame("dead over training", series="layer 1")
        first, last = rows.iloc[0], rows.iloc[-1]
        for prefix, row in (("a", first), ("b", last)):
            told |= {f"{prefix}{n}": float(row[n]) for n in ("median", "low", "high")}
    return told


def _end_dead(s: Seen, m: Said) -> dict[str, Any]:
    share = float(np.median(s.found["run"].dead_share[-1]))
    return {"share": share}


WHEN = "{when:at the end|at the last record}"


def _when(s: Seen, kind: str = "") -> str:
    """Return when the last records of the runs are; of a sweep, of those over one setting."""
    runs = [run for name, run in s.found.items() if not kind or kind in name]
    whole = all(run.steps[-1] == run.settings.steps for run in runs)
    return "at the end" if whole else "at the last record"


def _causes(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("step size", series=_when(s, "rate"))
    ends = [rows[rows["x"] == rows["x"].min()].iloc[0], rows[rows["x"] == rows["x"].max()].iloc[0]]
    return _two(ends) | {"when": _when(s, "rate")}


def _biases(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("initial bias", series="at the start")
    return _two([rows.iloc[0], rows.iloc[-1]])


def _two(ends: list[pd.Series]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for prefix, row in zip("ab", ends, strict=True):
        told |= {f"{prefix}{n}": float(row[n]) for n in ("median", "low", "high")}
        told[f"{prefix}x"] = f"{float(row['x']):g}".replace("-", "−")
    return told


def _swept(s: Seen, m: Said) -> tuple[pd.DataFrame, str]:
    """Return what is drawn of a sweep's last records, and when these are."""
    when = _when(s, "rate" if "η" in m["what"] else "bias")
    return s.frame(m["what"].replace(" η", ""), series=when), when


def _worst(s: Seen, m: Said) -> bool | dict[str, Any]:
    rows, _ = _swept(s, m)
    top = float(rows["median"].max())
    at = {f"{float(x):g}".replace("-", "−") for x in rows[rows["median"] == top]["x"]}
    return {"what": True, "x": m["x"] in at, "share": top}


def _alike(s: Seen, m: Said) -> bool | dict[str, Any]:
    rows, when = _swept(s, m)
    told = {"what": True, "share": float(rows["median"].iloc[0]), "when": when}
    return rows["median"].nunique() == 1 and told


def _leaky(s: Seen, m: Said) -> dict[str, Any]:
    told = _share(s, OFF, m["name"])
    stopped = s.found[m["name"]].diverged
    return told | {
        "name": True,
        "loss": _loss(s, m["name"]),
        "end": stopped.step if stopped else True,
        "when": _when(s),
    }


def _loss(s: Seen, name: str) -> Any:
    rows = s.frame("loss", series=name)
    return (
        True
        if not len(rows) or rows["x"].iloc[-1] != s.found[name].steps[-1]
        else float(rows["median"].iloc[-1])
    )


def _remedies(s: Seen, m: Said) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for prefix, name in zip("abc", ("both", "neither", "inputs in [0, 1]"), strict=True):
        told |= _banded(_share(s, OFF, name, 0), prefix)
    return told | {"zero": 0, "one": 1}


def _lasts(s: Seen, m: Said) -> dict[str, Any]:
    told = _share(s, OFF, "both")
    steps = int(s.found["both"].steps[-1])
    return told | {
        "steps": steps,
        "eta": f"{s.v.rate:g}",
        "does": (told["median"] == 0) == (m["does"] == "A"),
    }


def _cost(s: Seen, m: Said) -> dict[str, Any]:
    growth = s.at("growth", "median", series="both", x=s.v.depth)
    return {
        "factor": math.sqrt(2 * s.v.width / math.pi),
        "units": s.v.width,
        "layer": s.v.depth,
        "predicted": float(s.frame("growth", "theory", x=s.v.depth)["y"].iloc[0]),
        "nets": SEEDS,
        "there": growth,
    }


def _trains(s: Seen, m: Said) -> dict[str, Any]:
    names = dict(zip("abcd", REMEDIES, strict=True))
    return {key: _loss(s, name) for key, name in names.items()} | {"when": _when(s)}


def _ends(s: Seen, m: Said) -> dict[str, Any]:
    rows = [c for c in (OFF, "loss", "growth") if c in s.frames]
    share = m["value"].endswith("%")
    if share:
        value: Any = _share(s, OFF, m["name"])["median"]
    else:
        value = any(
            reads(m["value"], v)
            for v in (_loss(s, m["name"]), _grown(s, m["name"]) if "growth" in rows else False)
        )
    return {"name": True, "value": value}


def _grown(s: Seen, name: str) -> Any:
    there = s.at("growth", "median", series=name, x=s.v.depth)
    return True if math.isnan(there) else there


def _units(s: Seen, m: Said) -> dict[str, Any]:
    units = s.frame("units", "units")
    last = units[units["step"] == units["step"].max()]
    return {
        "steps": int(last["step"].iloc[0]),
        "dead": int((last["state"] == "dead").sum()),
        "units": s.v.depth * s.v.width,
        "revived": int(last["state"].str.startswith("revived").sum()),
    }


def _revived(s: Seen, m: Said) -> dict[str, Any]:
    run = s.found["run"]
    ever = (run.active == 0).any(axis=0)
    return {
        "units": int(ever.sum()),
        "nets": SEEDS,
        "were": "was" if ever.sum() == 1 else "were",
        "back": int((ever & (run.active[-1] > 0)).sum()),
    }


def _cut(s: Seen, m: Said) -> dict[str, Any]:
    run = s.found["run"]
    whole = run.steps[-1] == run.settings.steps
    return {
        "cut": int((run.dead[-1, :, -1] == 1).sum()),
        "nets": SEEDS,
        "when": "at the end" if whole else "at the last record",
    }


def _stopped(s: Seen, m: Said) -> bool | dict[str, Any]:
    found = s.found["run"].diverged
    return found is not None and {
        "step": found.step,
        "article": True,
        "what": found.quantity,
        "place": "the output layer" if found.layer > s.v.depth else f"layer {found.layer}",
    }


def _seeds(s: Seen, m: Said) -> dict[str, Any]:
    return {
        "nets": True,
        "first": s.v.seed,
        "last": s.v.seed + int(m["nets"]) - 1,
    }


B = "{0median%} ({0low%} to {0high%})"


NAME = (
    "{name:"
    + "|".join(n.replace("[", "\\[").replace("]", "\\]") for n in (*RIVALS, *REMEDIES))
    + "}"
)
TRUE = lambda _s, _m: True  # noqa: E731
TEMPLATES = (
    Template(
        "At the kink z = 0 the slope is a convention: here it is that of the left side "
        "({alpha}); the article takes 1.",
        lambda s, _: {"alpha": f"{s.v.alpha:g}"},
    ),
    Template(
        "At the start "
        + band("a")
        + " of the hidden units are dead, after {steps#step} "
        + band("b")
        + ": median and 10–90 % over {nets#network}.",
        _network,
    ),
    Template(
        "ead need not be for ever: of {units#unit} of the {nets} networks that {were:was|were}"
        " dead at some record, {back} came back",
        _revived,
    ),
    Template(
        "Of {units#unit} of the {nets} networks that {were:was|were} dead at some record, none"
        " is on at the last.",
        lambda s, m: _revived(s, m)["back"] == 0 and _revived(s, m),
    ),
    Template(
        "No unit of the {nets} networks was dead at any record.",
        lambda s, m: {"nets": SEEDS, "none": True} if not _revived(s, m)["units"] else False,
    ),
    Template(
        "In {cut} of {nets} networks the whole last hidden layer is dead " + WHEN + ": only", _cut
    ),
    Template("No layer below them moves, so none can come back.", lambda s, _: s.v.depth == 1),
    Template("woken by layers below that move.", lambda s, _: s.v.depth > 1),
    Template(
        "The run diverged at step {step}: the first number that is not finite is "
        "{article:an?} {what:\\w[\\w ]*?} in {place:the output layer|layer \\d+}.",
        _stopped,
    ),
    Template(
        "Step size: with η = {ax}, " + band("a") + " of the units are dead " + WHEN + "; with "
        "η = {bx}, " + band("b") + ".",
        _causes,
    ),
    Template(
        "Initial bias: with {ax}, "
        + band("a")
        + " are dead before the first step; with {bx}, "
        + band("b")
        + ".",
        _biases,
    ),
    Template(
        "Of the values tried, {what:step size η|initial bias} = {x} leaves the largest share "
        "of units dead: {share%}.",
        _worst,
    ),
    Template(
        "With every value of {what:step size η|initial bias} tried, {share%} of the units are dead "
        + WHEN
        + ".",
        _alike,
    ),
    Template(
        "**" + NAME + "**: " + band() + " of the units are off for every input " + WHEN + "; loss "
        "{loss}",
        _leaky,
    ),
    Template(
        "(diverged at step {at}).",
        lambda s, m: {
            "at": any(
                getattr(r, "diverged", None) and f"{r.diverged.step}" == m["at"]
                for r in s.found.values()
            )
        },
    ),
    Template(
        "makes a z negative at the start. Measured there: " + band("a") + " of the units dead"
        " with both, " + band("b") + " with neither, " + band("c") + " with inputs in [0, 1]"
        " alone.",
        _remedies,
    ),
    Template(
        "{does:A|It does not last: a}fter {steps#step} with η = {eta}, "
        + band()
        + " are dead with both.",
        _lasts,
    ),
    Template(
        "multiplied by √(2N/π) = {factor} per layer of {units#unit}, to {predicted} in layer "
        "{layer} (predicted); the median of {nets} networks is {there}.",
        _cost,
    ),
    Template(
        "loss " + WHEN + " neither {a}{s:( \\(diverged\\))?}; inputs in [0, 1] {b}"
        "{t:( \\(diverged\\))?}; positive weights {c}{u:( \\(diverged\\))?}; both {d}"
        "{v:( \\(diverged\\))?} (medians).",
        lambda s, m: _trains(s, m) | dict.fromkeys("stuv", True),
    ),
    Template(
        "ln(number of classes): {guess}.",
        lambda s, _: {"guess": math.log(10 if s.v.data == "digits" else 2)},
    ),
    Template(
        NAME + " {value:[\\d.,·⁻⁰-⁹¹²³]+(?: %)?|[<>] [\\d.]+ %}{s:[;.](?!\\d)}",
        lambda s, m: _ends(s, m) | {"s": True} if s.v.view in ("leaky", "remedies") else True,
    ),
    Template("{name:leaky 0.01|leaky 0.2|leaky 0.3|inputs in \\[0, 1\\]}", TRUE),
    Template("The same at L = {at}.", lambda s, _: {"at": s.v.at}),
    Template(
        "{nets} networks per width, seed {seed}; bars: 95 % binomial (Wilson) interval. "
        "Dotted: the bound 1 − ∏(1 − 2⁻ᴺ)",
        lambda s, _: {"nets": s.v.draws, "seed": s.v.seed},
    ),
    Template("With biases of 0 and weights of mean 0,", TRUE),
    Template(
        "a unit is off for {off%} of the inputs; {dead%} of the units are off for all.",
        lambda s, _: {"off": True, "dead": True},
    ),
    Template("After {steps#step} dead: {dead} of {units#hidden unit}; revived: {revived}.", _units),
    Template(
        "t the {when:end|last record} {share%} of all hidden units are dead, in the median.",
        lambda s, m: _end_dead(s, m) | {"when": _when(s).removeprefix("at the ")},
    ),
    Template(
        "One network, seed {seed}: {depth} × {width} hidden unit{s:s?}, one row each, on all "
        "{samples} inputs.",
        lambda s, _: {
            "seed": True,
            "depth": s.v.depth,
            "s": True,
            "width": s.v.width,
            "samples": 200,
        },
    ),
    Template("edian and 10–90 % over {nets#network}, seeds {first} to {last}", _seeds),
    Template("After {steps#step};", lambda s, _: {"steps": s.v.steps}),
    Template("As far as each came;", lambda s, _: all(r.diverged for r in s.found.values())),
    Template("diverged at step {at}, its line", TRUE),
    Template("predicted for positive weights on inputs in [0, 1].", TRUE),
    Template("exactly 0", TRUE),
    *dying_births.TEMPLATES,
    *dying_neuron.TEMPLATES,
)
