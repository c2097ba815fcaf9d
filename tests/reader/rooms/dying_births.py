"""Births of dead nets, and how sparse the living are."""

from __future__ import annotations

from typing import Any

from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.dying.scenes import SEEDS, STARTS
from vanishing.engine.dead import runs as dead_runs


def free(prefix: str) -> dict[str, Any]:
    return {f"{prefix}{name}": True for name in ("median", "low", "high")}


def band(prefix: str = "") -> str:
    return f"{{{prefix}median%}} ({{{prefix}low%}} to {{{prefix}high%}})"


def _birth(s: Seen, width: int, chart: str = "born dead by depth") -> Any:
    rows = s.frame(chart, width=width)
    return rows.iloc[-1]


def _born(s: Seen, m: Said) -> dict[str, Any]:
    narrow = min(int(n) for n in s.v.widths)
    row = _birth(s, narrow)
    return {
        "layers": int(row["depth"]),
        "share": float(row["share"]),
        "low": float(row["low"]),
        "high": float(row["high"]),
        "n": narrow,
        "bound": float(row["bound"]),
    }


def _widths(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("born dead by width")
    told: dict[str, Any] = {"at": s.v.at}
    for prefix, row in (("a", rows.iloc[0]), ("b", rows.iloc[-1])):
        told |= {f"{prefix}{n}": float(row[n]) for n in ("share", "low", "high")}
        told[f"{prefix}n"] = int(row["width"])
    return told


def _above(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("born dead by depth")
    above = int((rows["low"] > rows["bound"]).sum())
    return {"none": above == 0, "above": above, "all": len(rows), "lie": True}


def _alt_births(s: Seen, m: Said) -> dict[str, Any]:
    row = _birth(s, int(m["n"]))
    return {"n": True, "share": float(row["share"]), "bound": float(row["bound"])}


def _sparse(s: Seen, m: Said) -> dict[str, Any]:
    return {**free("a"), **free("b"), "starts": STARTS}


def _predicted(s: Seen, m: Said) -> dict[str, Any]:
    theory = s.frame("off or dead", "theory")["y"].tolist()
    assert abs(theory[-1] - dead_runs.off_probability(s.v.depth, s.v.width)) < 1e-9
    return {"first": theory[0], "last": theory[-1], "layer": s.v.depth}


def _active(s: Seen, m: Said) -> dict[str, Any]:
    told = {**free("a"), **free("b"), "steps": int(s.found["run"].steps[-1]), "nets": SEEDS}
    told["how"] = "An" if (s.found["run"].dead[-1, :, -1] == 1).any() else "The good side: an"
    if s.v.depth == 1:
        for prefix, series in (("a", "at the start"), ("b", None)):
            rows = s.frame("active")
            rows = rows[(rows["series"] == "at the start") == (series is not None)]
            told |= {f"{prefix}{n}": float(rows.iloc[0][n]) for n in ("median", "low", "high")}
    return told


def _usage(s: Seen, m: Said) -> dict[str, Any]:
    return {"start": True, "end": True, "steps": int(s.found["run"].steps[-1])}


TEMPLATES = (
    Template(
        "Measured at L = {layers}: {share%} ({low%} to {high%}) born dead with N = {n}; the "
        "bound is {bound%}.",
        _born,
    ),
    Template(
        "rises with depth. Measured at L = {at}: {ashare%} ({alow%} to {ahigh%}) born dead "
        "with N = {an}; {bshare%} ({blow%} to {bhigh%}) born dead with N = {bn}.",
        _widths,
    ),
    Template(
        "{none:The only interval does not lie} wholly above its bound.",
        lambda s, m: {"none": _above(s, m)["all"] == 1 and not _above(s, m)["above"]},
    ),
    Template("{none:None} of the {all} intervals lies wholly above its bound.", _above),
    Template(
        "{above} of {all} intervals {lie:lies?} wholly above the bound; of 95 % intervals a "
        "few may",
        _above,
    ),
    Template("N = {n}: {share%} (bound {bound%})", _alt_births),
    Template("Born dead at L = {layers}:", lambda s, m: {"layers": _born(s, m)["layers"]}),
    Template(
        "At L = {at}, from {ashare%} born dead with N = {an} to {bshare%} with N = {bn}.", _widths
    ),
    Template(
        "a unit is off for " + band("a") + " of the inputs (median and 10–90 % over {starts} "
        "networks). Off for every input, dead, are " + band("b") + " of the units.",
        _sparse,
    ),
    Template("Predicted: z ≤ 0 for {first%} of the inputs in layer 1", _predicted),
    Template(", for {last%} in layer {layer}.", _predicted),
    Template(
        "{how:The good side: an|An} input uses "
        + band("a")
        + " of the units at the start and "
        + band("b")
        + " after {steps#step} ({nets} networks).",
        _active,
    ),
    Template(
        "For an input {start%} of the units are active at the start, {end%} after {steps#step}.",
        _usage,
    ),
)
