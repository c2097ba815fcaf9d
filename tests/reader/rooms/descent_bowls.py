"""How many steps a bowl takes, and what number types and step sizes do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.descent.table import RATES, STARTS


def series_of(name: str) -> str:
    return name if name == "Adam" else name[:1].lower() + name[1:]


NAME = "{name:[Gg]radient descent|[Mm]omentum|Adam}"


def _needs(s: Seen, m: Said) -> dict[str, Any]:
    chart, series = "steps by condition number", series_of(m["name"])
    steps = s.at(chart, "y", series=series, x=float(s.v.kappa))
    theory = s.at(chart, "y", "theory", series=series, x=float(s.v.kappa))
    return {
        "name": True,
        "kappa": s.v.kappa,
        "steps": True if math.isnan(steps) else int(steps),
        "rate": theory,
    }


def _more_than(s: Seen, m: Said) -> dict[str, Any]:
    found = _needs(s, m)
    return found | {"most": True, "never": found["steps"] is True}


def _ratio(s: Seen, m: Said) -> dict[str, Any]:
    plain, heavy = (_needs(s, {"name": n}) for n in ("gradient descent", "momentum"))
    return {"ratio": heavy["steps"] / heavy["rate"], "times": plain["steps"] / heavy["steps"]}


def _best(s: Seen, m: Said) -> dict[str, Any]:
    kappa, root = s.v.kappa, math.sqrt(s.v.kappa)
    if m["name"] == "Momentum":
        return {
            "name": True,
            "rate": 4 * kappa / (root + 1) ** 2,
            "mu": ((root - 1) / (root + 1)) ** 2,
            "rho": (root - 1) / (root + 1),
        }
    return {"name": True, "rate": 2 * kappa / (kappa + 1), "rho": (kappa - 1) / (kappa + 1)}


def _share(s: Seen, m: Said) -> Any:
    rows = s.frame("cost by budget", series=f"κ = {m['kappa']}", x=np.float32(s.v.budget))
    return float(rows["y"].iloc[0]) if len(rows) else None


def _spent(s: Seen, m: Said) -> bool | dict[str, Any]:
    share, wanted = _share(s, m), float(s.v.accuracy)
    right = m["kappa"] in (f"{s.v.kappa:g}", "2")
    enough = share is None or share <= wanted
    return right and {
        "kappa": True,
        "n": s.v.budget,
        "left": share if share is not None else m["left"] == "less than 10⁻¹⁶",
        "verdict": "enough" if enough else "**too few**: inaccurate",
    }


def _grown(s: Seen, m: Said) -> bool | dict[str, Any]:
    share = _share(s, m)
    return share > 1 and {
        "kappa": True,
        "n": s.v.budget,
        "left": share,
        "verdict": "**too few**: inaccurate",
    }


def _price(s: Seen, m: Said) -> bool | dict[str, Any]:
    wanted, kappa = float(s.v.accuracy), s.v.kappa
    x = s.frame("cost by budget", series=f"κ = {kappa}")
    reached = x[x["y"] <= wanted]["x"]
    taken = int(m["taken"].replace(",", ""))
    # The budgets drawn stand apart: the first that is enough is no less than the steps taken.
    after = taken <= int(reached.iloc[0]) if len(reached) else True
    short = x[x["y"] > wanted]["x"]
    before = not len(short) or taken > int(short.iloc[-1])
    return (
        after
        and before
        and {
            "asked": True,
            "kappa": f"{kappa:g}",
            "taken": True,
            "rate": True,
            "cost": True,
            "each": True,
        }
    )


def _absorbed(s: Seen, m: Said) -> dict[str, Any]:
    spans = s.frame("number types", "spans", type=m["dtype"])
    changes = spans[spans["state"] == "w changes"]
    first = int(changes["to"].iloc[0]) if len(changes) else 1
    zero = int(spans["to"].max()) if not len(spans) else None
    lost = s.frame("number types", "lost", type=m["dtype"])["n"].tolist()
    n = int(m["n"])
    return {
        "dtype": True,
        "n": n if n in (first, *lost) else first,
        "weight": f"{s.v.weight:g}",
        "g": 0.25**n,
        "zero": int(m["zero"]) if int(m["zero"]) in lost else zero,
    }


def _types(s: Seen, m: Said) -> bool:
    lost = s.frame("number types", "lost", type=m["dtype"])["n"].tolist()
    return {int(m["n"]), int(m["zero"])} <= set(lost)


def _cells(s: Seen, eta: float) -> dict[str, float]:
    cells = s.frame("which minimum", "cells", eta=eta)
    width = (cells["right"] - cells["left"]).groupby(cells["end"]).sum()
    return {str(end): float(w) / float(width.sum()) for end, w in width.items()}


ENDS = {
    "end in the deep one": "the deep one",
    "end in the shallow one": "the shallow one",
    "do not settle": "not settled",
    "diverge": "diverged",
}


def _ends(s: Seen, m: Said) -> dict[str, Any]:
    if s.v.view != "basin":
        return {"share": True, "end": True}
    found = _cells(s, s.v.eta_minima)
    return {"share": found.get(ENDS[m["end"]], 0.0), "end": True}


def _from(s: Seen, m: Said) -> dict[str, Any]:
    cells = s.frame("which minimum", "cells", eta=s.v.eta_minima)
    end = cells[(cells["left"] <= s.v.start) & (s.v.start <= cells["right"])]["end"].iloc[0]
    words = {"in the deep minimum": "the deep one", "in the shallow minimum": "the shallow one"}
    told = words.get(m["end"] or "")
    return {
        "start": f"{s.v.start:g}".replace("-", "−"),
        "eta": f"{s.v.eta_minima:g}",
        "end": told is None or told == end,
    }


NEAR = 0.01


def _moves(s: Seen) -> float:
    """Return how far the descent drawn beside gets from its start."""
    walk = s.frame("profile", "walk")["w"].to_numpy()
    return float(np.abs(walk - walk[0]).max()) if len(walk) else math.inf


def _standing(s: Seen, m: Said) -> bool:
    """Tell whether a start whose descent goes nowhere is the only one that ends there."""
    cells = s.frame("which minimum", "cells", eta=s.v.eta_minima, end=f"the {m['end']} one")
    (left, right) = cells[["left", "right"]].to_numpy()[0]
    start = min(STARTS, key=lambda w: abs(w - 0.5 * (left + right)))
    one = len(cells) == 1 and right - left < 1.5 * (STARTS[1] - STARTS[0])
    return one and _moves(s.beside(start=start)) < NEAR


def _steady(s: Seen, m: Said) -> bool | dict[str, Any]:
    first, rates = RATES["minima"][0], RATES["minima"]
    cells = s.frame("which minimum", "cells")
    same = {eta: rows[["left", "end"]].values.tolist() for eta, rows in cells.groupby("eta")}
    alike = [same[eta] == same[first] for eta in rates]
    last = rates[alike.index(False) - 1]
    return {"first": f"{first:g}", "last": f"{last:g}"}


def _against(s: Seen, m: Said) -> dict[str, Any]:
    first = RATES["minima"][0]
    now, before = (_cells(s, eta).get("the deep one", 0.0) for eta in (s.v.eta_minima, first))
    verdict = (
        "no difference"
        if abs(now - before) < 1e-9
        else ("the larger step ends better" if now > before else "the larger step ends **worse**")
    )
    return {
        "eta": f"{s.v.eta_minima:g}",
        "now": now,
        "first": f"{first:g}",
        "before": before,
        "verdict": verdict,
    }


TEMPLATES = (
    Template(
        "At κ = {kappa} " + NAME + " needs **{steps#step}**; its rate promises {rate} step", _needs
    ),
    Template(
        "At κ = {kappa} " + NAME + " needs **{never:more than} {most} steps**; its rate promises "
        "{rate} step",
        _more_than,
    ),
    Template("Momentum takes {ratio} times what its rate promises:", _ratio),
    Template("Gradient descent needs {times} times as many steps:", _ratio),
    Template(NAME + " at its best: η = {rate}, predicted ρ = {rho} per step.", _best),
    Template(NAME + " at its best: η = {rate}, μ = {mu}, predicted ρ = {rho} per step.", _best),
    Template(
        "κ = {kappa}: after {n#iteration} {left:less than 10⁻¹⁶} of the cost is left, "
        "{verdict:enough|\\*\\*too few\\*\\*: inaccurate}.",
        _spent,
    ),
    Template(
        "κ = {kappa}: after {n#iteration} {left%} of the cost is left, "
        "{verdict:enough|\\*\\*too few\\*\\*: inaccurate}.",
        _spent,
    ),
    Template(
        "κ = {kappa}: after {n#iteration} {left} of the cost is left, "
        "{verdict:enough|\\*\\*too few\\*\\*: inaccurate}.",
        _spent,
    ),
    Template(
        "κ = {kappa}: after {n#iteration} the cost is {left} times what it was, "
        "{verdict:\\*\\*too few\\*\\*: inaccurate}.",
        _grown,
    ),
    Template(
        "To reach J/J₀ = {asked:1 %|10⁻⁴|10⁻⁶|10⁻¹²} at κ = {kappa} takes {taken#iteration} (its "
        "rate promises {rate}): {cost:[\\d.,·⁻⁰-⁹¹²³]+ \\w+} at {each:[\\d.]+ \\w+} each.",
        _price,
    ),
    Template(
        "{dtype:float\\d+}: from n = **{n}** on, w − ηg = w with w = {weight}, though g is still "
        "{g}; it is exactly 0 only from n = {zero}.",
        _absorbed,
    ),
    Template(
        "{dtype:float\\d+}: from n = **{n}** on, w − ηg = w with w = {weight}, though g is exactly "
        "0 only from there too (n = {zero}).",
        lambda s, m: _absorbed(s, m) | {"zero": int(m["n"])},
    ),
    Template("{dtype:float\\d+}: absorbed from n = {n}, exactly 0 from {zero}", _types),
    Template("From w₁ = {start} with η = {eta} descent {end:diverges|has not settled}", _from),
    Template("From w₁ = {start} with η = {eta} descent ends **{end:in the \\w+ minimum}**.", _from),
    Template(
        "From w₁ = {start} with η = {eta} descent ends **{end:in the \\w+ minimum}**, where it "
        "starts.",
        lambda s, m: _moves(s) < NEAR and _from(s, m),
    ),
    Template(
        "{share%} of the starts {end:end in the deep one|end in the shallow one|do not settle|"
        "diverge}",
        _ends,
    ),
    Template("in the {end:deep|shallow} one (only the one that stands in it)", _standing),
    Template("from η = {first} to {last} every start ends on its own side", _steady),
    Template(
        "With η = {eta}, {now%} of the starts end in the deep minimum, with the smallest step, "
        "η = {first}, {before%}: {verdict:no difference|the larger step ends better|the larger "
        "step ends \\*\\*worse\\*\\*} here.",
        _against,
    ),
    Template(
        NAME + " {steps} step{s:s?}, predicted {rate} step", lambda s, m: _needs(s, m) | {"s": True}
    ),
    Template(
        NAME + " {some:more than|over} {steps} steps, predicted {rate} step",
        lambda s, m: {"name": True, "some": True, "steps": True, "rate": _needs(s, m)["rate"]},
    ),
    Template(
        "κ = {kappa:\\d+}: {less:less than 10⁻¹⁶}",
        lambda s, m: _share(s, m) is None and {"kappa": True, "less": True},
    ),
    Template(
        "κ = {kappa:\\d+}: {left}",
        lambda s, m: {"kappa": True, "left": _share(s, m) if _share(s, m) is not None else True},
    ),
    Template(
        "With η = {eta}, {deep%} of the starts end in the deep minimum, {shallow%} in the shallow "
        "one",
        lambda s, _: {
            "eta": f"{s.v.eta_minima:g}",
            "deep": _cells(s, s.v.eta_minima).get("the deep one", 0.0),
            "shallow": _cells(s, s.v.eta_minima).get("the shallow one", 0.0),
        },
    ),
)
