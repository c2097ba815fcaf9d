"""Two nets in training."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from tests.reader.quantities import NUMBER, reads, value_of
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing import verdicts
from vanishing.concepts.training import table
from vanishing.engine.nets.boundary import answers_of

CHEAP = {
    "depth": (1, 2, 5, 12),
    "steps": (30,),
    "width": (1, 3, 8),
    "seeds": (1, 3),
    "samples": (20, 50),
}
CORNERS = (
    {"width": 1, "depth": 1},
    {"width": 1, "depth": 3, "seeds": 1},
    {"a_rate": 1000.0, "b_rate": 100.0, "a_f": "identity", "b_f": "relu"},
    {"a_f": "relu", "b_f": "leaky_relu", "alpha": 0.0},
    {"batch": 1, "a_norm": "batch", "b_norm": "layer"},
    {"a_f": "sigmoid", "b_f": "sigmoid"},
    {"a_init": "normal_unit", "b_init": "normal_unit", "sigma": 3, "b_f": "softplus"},
)
EXCEPTIONS = (r"a cross inf or NaN",)


def plain(s: Seen, text: str) -> str:
    """Return a text with A and B for the runs' names, which hold numbers: the settings' own."""
    sides = [table.settings(s.v, side) for side in table.SIDES]
    for short, name in zip("AB", table.names(*sides), strict=True):
        text = text.replace(name, short)
    return text


def _differ(s: Seen, m: Said) -> dict[str, Any]:
    found = table.difference(*(table.settings(s.v, side) for side in table.SIDES))
    told = "; ".join(f"in {what}: {mine} against {theirs}" for what, mine, theirs in found)
    return {"what": told}


def _same_run(s: Seen, m: Said) -> bool | dict[str, Any]:
    a, b = ([record.loss for record in s.found[side].records] for side in "AB")
    return len(a) == len(b) and all(map(np.array_equal, a, b)) and _differ(s, m)


def _data(s: Seen) -> Any:
    return s.found["A"].data


def _constant_loss(s: Seen) -> float:
    data = _data(s)
    if data.classes == 0:
        return float(np.var(data.y)) / 2
    shares = np.bincount(data.y) / len(data.y)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def _constant(s: Seen, m: Said) -> dict[str, Any]:
    data = _data(s)
    share = float(np.bincount(data.y).max()) / len(data.y) if data.classes else 0.0
    return {"loss": _constant_loss(s), "share": share, "zero": 0}


def _layer(s: Seen, side: str, layer: int, step: int = 0) -> Any:
    """Return what is drawn of a layer's gradient; anything where it is 0, or not finite."""
    value = s.at(f"gradients {side}", "gradient", step=step, layer=layer)
    return True if math.isnan(value) else value


def _medians(s: Seen) -> str:
    """Return what stands before numbers that are medians: of more than one network."""
    return ", medians over seeds" * (s.v.seeds > 1)


def _start(s: Seen, m: Said) -> dict[str, Any]:
    """Hold the gradient that is drawn at this setting against the words."""
    last, free = s.v.depth, dict.fromkeys(("d1", "dL", "df", "w1", "wL", "wf"), True)
    told = {"side": True, "layer": last, "one": 1, "medians": _medians(s), **free}
    kind = {"delta": "d", "weights": "w"}.get(s.v.which)
    if kind:
        first, end = _layer(s, m["side"], 1), _layer(s, m["side"], last)
        told |= {f"{kind}1": first, f"{kind}L": end}
        if first is not True and end is not True:
            told[f"{kind}f"] = first / end
    return told


def _output(s: Seen, m: Said) -> dict[str, Any]:
    drawn = s.v.which == "delta"
    return {
        "side": True,
        "out": _layer(s, m["side"], 2) if drawn else True,
        "first": _layer(s, m["side"], 1) if drawn else True,
        "one": 1,
        "medians": _medians(s),
    }


def _begins(s: Seen, m: Said) -> dict[str, Any]:
    """Hold where layers begin against what is drawn, where that is drawn at this setting."""
    last = s.v.depth if s.v.depth > 1 else 2
    drawn = s.v.which == "delta"
    return {
        "side": True,
        "one": 1,
        "medians": " (medians)" * (s.v.seeds > 1),
        "first": _layer(s, m["side"], 1) if drawn else True,
        "end": _layer(s, m["side"], last) if drawn else True,
        "where": f"layer {last}" if s.v.depth > 1 else "the output layer",
    }


def _chosen(s: Seen, m: Said) -> dict[str, Any]:
    """Hold where the gradient that is looked at begins against what is drawn of either net."""
    last = s.v.depth if s.v.depth > 1 else 2
    drawn = [(_layer(s, side, 1), _layer(s, side, last)) for side in "AB"]
    right = any(reads(m["first"], one) and reads(m["end"], other) for one, other in drawn)
    return {"which": table.GRADIENTS[s.v.which], "first": right, "end": right}


def _ends(s: Seen, m: Said) -> dict[str, Any]:
    """Hold the end of a run against the loss and the constant answer's."""
    losses, constant = _losses(s, m["side"]), _constant_loss(s)
    # Of the moment at which a run diverges something is drawn where half of the nets have not.
    drawn = set(s.frame("scrubbed", "loss", setting=m["side"])["step"])
    at = max(r.step for r in s.found[m["side"]].records if not r.diverged or r.step in drawn)
    return {
        "side": True,
        "begins": True,
        "steps": at,
        "loss": losses[at],
        "verdict": verdicts.beside(losses[at], constant),
        "constant": constant,
    }


def _moves(s: Seen, m: Said) -> dict[str, Any]:
    return {"layer": s.v.depth, "last": True, "first": True}


def _losses(s: Seen, side: str) -> dict[int, float]:
    """Return the losses drawn, by step; one of exactly 0 has no place on a log axis."""
    rows = s.frame("scrubbed", "loss", setting=side)
    drawn = dict(zip(rows["step"], map(float, rows["loss"]), strict=True))
    return {record.step: drawn.get(record.step, 0.0) for record in s.found[side].records}


def _budget(s: Seen, m: Said) -> bool | dict[str, Any]:
    losses = _losses(s, m["side"])
    told = re.findall(rf"({NUMBER}) after ([\d,]+)", m["list"])
    steps = [int(step.replace(",", "")) for _, step in told]
    right = all(reads(loss, losses[at]) for (loss, _), at in zip(told, steps, strict=True))
    verdict = verdicts.beside(losses[steps[-1]], _constant_loss(s))
    told_of = {"side": True, "steps": s.v.steps, "list": True, "medians": _medians(s)}
    return right and told_of | {"verdict": verdict}


def _accuracy(s: Seen, m: Said) -> bool:
    return any(reads(m["share"], float(each)) for each in s.frame("accuracy")["median"])


def _r2(s: Seen, m: Said) -> bool:
    value = value_of(m["score"]) if m["score"] != "−∞" else -math.inf
    return value < -1 or any(
        reads(m["score"], float(each)) for each in s.frame("accuracy")["median"]
    )


def _stopped(s: Seen, m: Said) -> bool | dict[str, Any]:
    found = s.found[m["side"]].final.diverged
    return found is not None and {
        "side": True,
        "step": found.step,
        "what": found.quantity,
        "article": True,
        "place": "the output layer" if found.layer > s.v.depth else f"layer {found.layer}",
        "seeds": ", ".join(map(str, found.seeds)),
        "many": f"in {len(found.seeds)} of {s.v.seeds} networks, " * (s.v.seeds > 1),
        "s": "seed" if len(found.seeds) == 1 else "seeds",
    }


def _sums(s: Seen, m: Said) -> bool:
    return (
        int(m["n"].replace(",", "")) == len(_data(s).y)
        and value_of(m["a"]) < 1e-6
        and (not m.get("b") or value_of(m["b"]) < 1e-6)
    )


def _exactly(s: Seen, m: Said) -> bool | dict[str, Any]:
    """Tell whether the probabilities of each input, at the end of each run, add up to 1."""
    made = [run for run in s.found.values() if any(r.diverged is None for r in run.records)]
    ends = [[r for r in run.records if r.diverged is None][-1] for run in made]
    found = [answers_of(run, end, run.data.x) for run, end in zip(made, ends, strict=True)]
    sums = [p.sum(axis=-1) for p in found]
    right = all((one == 1.0).all() for one in sums if np.isfinite(one).all())
    return right and {"n": len(_data(s).y), "one": 1}


def _title(s: Seen, m: Said) -> dict[str, Any]:
    final, losses = s.found[m["side"]].final, _losses(s, m["side"])
    stopped = final.diverged is not None
    last = s.v.depth + 1
    return {
        "side": True,
        "start": losses[0] or True,
        "end": "diverged" if stopped else losses[final.step],
        "step": final.step,
        "first": _layer(s, m["side"], 1),
        "out": _layer(s, m["side"], last),
        "one": 1,
        "what": True,
    }


def _curves(s: Seen, m: Said) -> dict[str, Any]:
    last, final = s.v.depth + 1, s.found[m["side"]].records[-1].step
    return {
        "side": True,
        "what": True,
        "a": _layer(s, m["side"], 1),
        "b": _layer(s, m["side"], 1, final),
        "c": _layer(s, m["side"], last),
        "d": _layer(s, m["side"], last, final),
    }


def _end(s: Seen, m: Said) -> dict[str, Any]:
    names = table.names(*(table.settings(s.v, side) for side in table.SIDES))
    rows = s.frame("accuracy", series=names["AB".index(m["side"])])
    score = float(rows["median"].iloc[-1])
    # What is drawn at −1 lies there or below.
    end = score if score != -1 else value_of(m["end"]) <= -1
    return {"side": True, "end": end, "step": int(rows["x"].iloc[-1])}


def _batches(s: Seen, m: Said) -> dict[str, Any]:
    one = table.settings(s.v, "A")
    return {"n": one.batch or one.samples}


def _seeds(s: Seen, _: Said) -> dict[str, Any]:
    return {"first": s.v.seed, "last": s.v.seed + s.v.seeds - 1, "nets": s.v.seeds}


SIDE = "{side:[AB]}"
MEDIANS = "{medians:|, medians over seeds}"
START = "**" + SIDE + "**, before the first step" + MEDIANS
SIZE = rf"{NUMBER}|without a finite value"
VERDICT = (
    "{verdict:worse than|about the same as|better than} the best constant answer's, {constant}"
)
TRUE = lambda _s, _m: True  # noqa: E731
TEMPLATES = (
    Template("A and B differ only {what:.*?}. All else", _differ),
    Template("A and B differ only {what:.*?}. Here that changes nothing", _same_run),
    Template("has loss {loss} and accuracy {share%}.", _constant),
    Template("has loss {loss} and R² {zero}.", _constant),
    Template("About the same: within 1 % of that loss.", TRUE),
    Template(
        START + ": ∂J/∂z is {dL} in hidden layer {layer} and {d1} "
        "in layer {one} (×{df}); ∂J/∂W {wL} and {w1} (×{wf}).",
        _start,
    ),
    Template(
        START + ": ∂J/∂z is {dL} in hidden layer {layer} and {d1} "
        "in layer {one}{df:( \\(×[^)]+\\))?}; ∂J/∂W {wL} and {w1}{wf:( \\(×[^)]+\\))?}.",
        lambda s, m: _start(s, m) | {"df": True, "wf": True},
    ),
    Template(
        "derivative only: {out} in the output layer, {first} in layer {one}.",
        lambda s, m: {"out": True, "first": True, "one": 1},
    ),
    Template(
        START + ": with one hidden layer ∂J/∂z passes back through "
        "one derivative only: {out} in the output layer, {first} in layer {one}.",
        _output,
    ),
    Template("A step moves layer {layer} by {last} and layer 1 by {first} of their", _moves),
    Template(
        "A step moves layer {layer} by {last} of its",
        lambda s, m: {"layer": value_of(m["layer"]) in (1, s.v.depth), "last": True},
    ),
    Template(
        "The single weight of layer {layer} has no spread",
        lambda s, m: {"layer": value_of(m["layer"]) in (1, s.v.depth)},
    ),
    Template(
        "The single weight of layer {layer} and layer 1 has no spread",
        lambda s, _: {"layer": s.v.depth},
    ),
    Template(
        "**"
        + SIDE
        + "**, loss on a budget of {steps#step}"
        + MEDIANS
        + ": {list:[^a-z]+ after [^.T]*(?:\\.\\d[^.T]*)*}. "
        "That loss is {verdict:worse than|about the same as|better than} the best constant answer",
        _budget,
    ),
    Template(
        "**" + SIDE + "**{medians: \\(medians\\)|}: ∂J/∂z begins at {first} in layer {one}, {end} "
        "in {where:layer \\d+|the output layer}.",
        _begins,
    ),
    Template(
        "**" + SIDE + "**{begins:[^*]*?} After {steps#step} the loss is {loss}, " + VERDICT,
        _ends,
    ),
    Template(
        "**" + SIDE + "**{begins:[^*]*?} Before the first step the loss is {loss}, " + VERDICT,
        _ends,
    ),
    Template("; {share%} of the answers are right.", _accuracy),
    Template("; R² is {score}.", _r2),
    Template(
        "**" + SIDE + " diverged at step {step}**: the first number that is not finite is "
        "{article:an?} {what:\\w[\\w ]*?} in {place:the output layer|layer \\d+} "
        "({many:in \\d+ of \\d+ networks, |}{s:seeds?} {seeds:[\\d, ]+}).",
        _stopped,
    ),
    Template("**{side:[AB]}**: batch normalisation over a batch of 1 leaves", TRUE),
    Template("mean and variance of each batch of {n} in a step", _batches),
    Template("x and 2x get nearly the same answer", TRUE),
    Template("ŷ for class 1 and 1 − ŷ for class 0", TRUE),
    Template("softmax over {n} classes", lambda s, _: {"n": _data(s).classes}),
    Template(
        "Over all {n} inputs the sum of the probabilities differs from 1 by at most {a} (A) "
        "and {b} (B).",
        _sums,
    ),
    Template(
        "Over all {n} inputs the sum of the probabilities differs from 1 by at most {a} "
        "({side:[AB]}).",
        _sums,
    ),
    Template("Over all {n} inputs the probabilities add up to exactly {one}", _exactly),
    Template(
        SIDE + ": loss {start} at the start, {end:diverged|" + NUMBER + "} at step {step}; at the "
        "start {what:[^0-9]+?} is {first:" + SIZE + "} in layer {one} and {out:" + SIZE + "} in "
        "the output layer",
        _title,
    ),
    Template(
        SIDE + ": {what:[^0-9.]+}, by layer over training. Layer 1: {a:" + SIZE + "} at the start, "
        "{b:" + SIZE + "} at the end; output layer: {c:" + SIZE + "} and {d:" + SIZE + "}.",
        _curves,
    ),
    Template(SIDE + ": {end%} at step {step}", _end),
    Template(SIDE + ": {end} at step {step}", _end),
    Template("Values below −1.00 stand there.", TRUE),
    Template("One network, seed {first}.", _seeds),
    Template("Median over {nets#network}, seeds {first}–{last}.", _seeds),
    Template("Median and 10–90 % band over {nets#network}, seeds {first}–{last}.", _seeds),
    Template("Lines: seed {first}.", _seeds),
    Template("Lines: seeds {first}–{last}: median and 10–90 % band.", _seeds),
    Template("the network of seed {first};", _seeds),
    Template(
        "; {shown} of {width} units a layer,", lambda s, _: {"shown": True, "width": s.v.width}
    ),
    Template("the heaviest edges between layers, at most {n},", TRUE),
    Template(
        "and the data ({few} of {all})",
        lambda s, _: {"few": 300, "all": len(_data(s).y)},
    ),
    Template("By layer, a triangle is exactly 0.", TRUE),
    Template("Losses above {top} leave the picture.", TRUE),
    Template("; {which:∂J/∂W|update : weights} at {first} and {end}.", _chosen),
    Template("the gradient of {n} units", TRUE),
    Template(
        "the classes for one image, {low} at the bottom to {high} at the top",
        lambda s, _: {"low": 0, "high": _data(s).classes - 1},
    ),
    Template("gradient exactly 0", TRUE),
    Template("Exactly 0 at some moment, so not drawn there, in {n#layer}: {names:[^.]+}", TRUE),
)
