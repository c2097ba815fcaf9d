"""Products along chains."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.reader.quantities import Log10, half, parts, value_of
from tests.reader.rooms import chain_views
from tests.reader.rooms.chain_views import NOTHING, TYPE, depth_of
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.chain.scenes import weights_of

CHEAP = {
    "f": ("sigmoid", "relu", "identity", "leaky_relu", "softplus"),
    "alpha": (0.0, 0.2),
    "depth": (1, 2, 12, 40),
    "sigma": (0.1, 1.0, 3.2, 30.0),
    "seed": (3,),
    "x": (1.0, -5),
}
RARE = {"map": {"f": ("sigmoid", "relu"), "x": (1.0,), "alpha": (0.2,)}}
CORNERS = (
    {"view": "draws", "f": "relu", "depth": 1, "sigma": 1.0},
    {"view": "draws", "f": "relu", "depth": 12, "sigma": 1.0},
    {"view": "product", "f": "relu", "depth": 40, "sigma": 1.0},
    {"view": "draws", "f": "softplus", "depth": 40, "sigma": 30.0},
    {"view": "product", "weights": "equal", "w": -5.75, "f": "sigmoid"},
    {"view": "chain", "weights": "equal", "w": 1.0, "depth": 1, "f": "identity"},
    {"view": "chain", "weights": "equal", "w": 1.0, "depth": 1, "f": "relu"},
    {"view": "chain", "weights": "equal", "w": 6, "depth": 40, "f": "identity"},
    {"view": "types", "weights": "equal", "w": 6, "depth": 40, "dtype": "float16", "f": "relu"},
    {"weights": "equal", "w": 6, "depth": 40, "dtype": "float16", "f": "identity"},
    {"weights": "equal", "w": 0.0, "depth": 2},
    {"weights": "each", "short": 1, "w1": -6},
)
EXCEPTIONS = (
    r"is not a number: on the way something overflowed",
    r"(?:first )?not a number (?:at|from) \d+",
    # Six digits stand side by side to be compared.
    r"(?:chain rule|finite difference) −?[\d.,]+",
    r"^−?[\d.,]+(?:·10[⁻⁰-⁹¹²³]+)?$",
)
ALL = 10_000
FLAT = ("relu", "hard_tanh")
"""Activations whose slope is 0 over a stretch; with others a product that is 0 is underflow."""


def _own(s: Seen) -> Log10:
    """Return the product drawn, after the last layer."""
    page = s.beside(view="product")
    rows = page.frame("running product", "chain", layers=depth_of(s))
    if len(rows):
        return Log10(float(rows["log10"].iloc[0]))
    events = set(page.frame("running product", "marks")["event"])
    return Log10(math.inf if "first infinite" in events else -math.inf)


def _this(s: Seen, _: Said) -> dict[str, Any]:
    size, depth = _own(s), depth_of(s)
    return {"size": size, "layers": depth, "per": Log10(size.value / depth)}


def _event(s: Seen, event: str) -> int | bool:
    rows = s.beside(view="product").frame("running product", "marks", event=event)
    return int(rows["layers"].iloc[0]) if len(rows) else False


def _happened(event: str):
    return lambda s, _: {"dtype": s.v.dtype, "at": _event(s, event)}


def _in_float64(s: Seen, _: Said) -> dict[str, Any]:
    lines = s.beside(view="types").frame(
        "number types", "lines", type="float64", layers=depth_of(s)
    )
    return {"size": Log10(float(lines["log10"].iloc[0]) if len(lines) else -math.inf)}


def _factor_is_0(s: Seen, _: Said) -> bool:
    return _flat(s) or not weights_of(s.v).all()


def _flat(s: Seen) -> bool:
    return s.v.f in FLAT or (s.v.f == "leaky_relu" and float(s.v.alpha) == 0)


def _bars(s: Seen):
    return s.beside(view="draws").frame("draws", "bars")


def _zeros(s: Seen) -> float:
    return 1.0 - float(_bars(s)["chains"].sum()) / ALL


def _quantile(s: Seen, text: str, share: float) -> bool:
    """Tell whether that share of the chains drawn, zeros among them, lies below what is said."""
    bars, zeros = _bars(s), round(ALL * _zeros(s))
    if text == "0":
        return zeros >= share * ALL - 1
    digits, exponent = parts(text)
    value, unit = float(digits), half(digits)
    low, high = (math.log10(max(value + by, 1e-9)) + exponent for by in (-unit, unit))
    below = zeros + int(bars["chains"][bars["end"] < low].sum())
    above = int(bars["chains"][bars["start"] > high].sum())
    return below <= share * ALL + 1 and above <= (1 - share) * ALL + 1


def _drawn(s: Seen, m: Said) -> bool:
    right = (
        m["n"] == f"{ALL:,}" and m["sigma"] == f"{s.v.sigma:g}" and int(m["layers"]) == depth_of(s)
    )
    parts = (("low", 0.1), ("median", 0.5), ("high", 0.9))
    return right and all(_quantile(s, m[name], share) for name, share in parts)


def _zero(s: Seen, _: Said) -> dict[str, Any]:
    return {"n": ALL, "sigma": f"{s.v.sigma:g}", "zeros": _zeros(s), "layers": depth_of(s)}


def _theory(s: Seen, _: Said) -> dict[str, Any]:
    page = s.beside(view="product")
    return {"typical": Log10(page.at("running product", "log10", "theory", layers=depth_of(s)))}


def _predicted_zeros(s: Seen, _: Said) -> dict[str, Any]:
    left = float(s.found["theory"].nonzero[-1])
    return {"zeros": 1.0 - max(left, 1e-15) if left else 1.0}


def _others(s: Seen, m: Said) -> bool:
    """Tell whether these are quantiles of the chains whose product is not 0."""
    alive = int(_bars(s)["chains"].sum())
    parts = (("low", 0.1), ("median", 0.5), ("high", 0.9))
    places = ((m[name], int(share * (alive - 1)) + 1) for name, share in parts)
    return alive >= 10 and all(_place(s, text, place) for text, place in places)


def _place(s: Seen, text: str, place: int) -> bool:
    """Tell whether what is said may be the product at that place, the least one's being 1."""
    bars = _bars(s)
    log10 = math.log10(abs(float(parts(text)[0]))) + parts(text)[1]
    slack = math.log10(1 + half(parts(text)[0]) / float(parts(text)[0]))
    below = int(bars["chains"][bars["end"] < log10 - slack].sum())
    above = int(bars["chains"][bars["start"] > log10 + slack].sum())
    return below < place and above <= int(bars["chains"].sum()) - place


def _middle(s: Seen, m: Said) -> bool | dict[str, Any]:
    alive = int(_bars(s)["chains"].sum())
    right = alive > 0 and _place(s, m["median"], (alive + 1) // 2)
    return right and {"median": True, "zeros": _zeros(s)}


def _several(s: Seen, m: Said) -> bool | dict[str, Any]:
    return int(_bars(s)["chains"].sum()) > 1 and _middle(s, m)


def _only(s: Seen, m: Said) -> bool:
    return int(_bars(s)["chains"].sum()) == 1 and _place(s, m["only"], 1)


def _few(s: Seen, m: Said) -> bool:
    alive = int(_bars(s)["chains"].sum())
    ends = ((m["least"], 1), (m["most"], alive))
    return int(m["n"]) == alive < 10 and all(_place(s, text, place) for text, place in ends)


def _bound(s: Seen, m: Said) -> dict[str, Any]:
    page, depth = s.beside(view="product"), depth_of(s)
    most = page.at("running product", "log10", "bound", layers=depth)
    return {"steep": Log10(most / depth), "depth": depth, "most": Log10(most)}


def _large(s: Seen) -> int:
    return int((np.abs(weights_of(s.v)) > 1).sum())


def _share(s: Seen, _: Said) -> dict[str, Any]:
    return {
        "sigma": f"{s.v.sigma:g}",
        "predicted": min(math.erf(1 / (s.v.sigma * math.sqrt(2))), 1 - 1e-15),
        "measured": s.found["share"].measured,
        "n": s.found["share"].n,
    }


def _best(s: Seen, m: Said) -> bool | dict[str, Any]:
    best = s.found["best"]
    right = best.rate < 0 if "shrinks" in m["does"] else abs(best.rate) < 0.005
    return right and {"does": True, "sigma": best.sigma_w, "factor": 10.0**best.rate}


def _even(s: Seen, _: Said) -> dict[str, Any]:
    best = s.found["best"]
    return {"sigma": best.sigma_limit * 10.0**-best.rate}


def _logs(s: Seen, m: Said) -> bool:
    bars = _bars(s)
    n, middle = bars["chains"], (bars["start"] + bars["end"]) / 2
    if n.sum() < 30:
        return True  # so few that the deviation hangs on how it is defined
    width = float((bars["end"] - bars["start"]).max())
    mean = float((n * middle).sum() / n.sum())
    std = math.sqrt(float((n * (middle - mean) ** 2).sum() / n.sum()))
    near = abs(value_of(m["mean"]) - mean) <= width and abs(value_of(m["std"]) - std) <= width
    return near and int(m["n"].replace(",", "")) == int(n.sum())


def _predicted_logs(s: Seen, _: Said) -> dict[str, Any]:
    page = s.beside(view="product")
    return {
        "mean": page.at("running product", "log10", "theory", layers=depth_of(s)),
        "std": math.sqrt(float(s.found["theory"].variance[-1])),
    }


def _alt_event(s: Seen, m: Said) -> bool:
    chart = "number types" if s.v.view == "types" else "running product"
    marks = s.frame(chart, "marks", event=m["what"])
    return int(m["at"]) in set(marks["layers"])


def _note(s: Seen, _: Said) -> dict[str, Any]:
    v = s.v
    return {"n": ALL, "sigma": f"{v.sigma:g}", "x": float(v.x), "seed": v.seed, "dtype": v.dtype}


def _band(s: Seen, m: Said) -> dict[str, Any]:
    rows = s.frame("running product", "band")
    return {"n": ALL, "first": True, "last": round(ALL * (1 - _zeros(s)))} if len(rows) else {}


TEMPLATES = (
    Template(
        "multiplies the gradient by **{size}** over {layers#layer}: ×{per} a layer on (geometric) "
        "average.",
        _this,
    ),
    Template(
        "multiplies the gradient by **{size}** over {layers#layer} in " + TYPE + ". After "
        "{at#layer} it was subnormal:",
        lambda s, m: {**_this(s, m), "per": True, **_happened("first subnormal")(s, m)},
    ),
    Template("**exactly 0** in " + TYPE + " from layer {at} on", _happened("first exactly 0")),
    Template("that layer's factor is exactly 0.", _factor_is_0),
    Template("overflows in " + TYPE + ": from layer {at} on it is ∞.", _happened("first infinite")),
    Template(
        "In " + TYPE + " this chain's product over {layers#layer} is not a number",
        lambda s, _: {"dtype": s.v.dtype, "layers": depth_of(s)},
    ),
    Template("In float64 it is {size:exactly 0|[−\\d.,]*\\d(·10[⁻⁰-⁹¹²³]+)?}", _in_float64),
    Template(
        "Of {n} chains drawn with std(w) = {sigma}, half come to at most **{median}** over "
        "{layers#layer} and 80 % lie from {low} to {high}",
        _drawn,
    ),
    Template(
        "Of {n} chains drawn with std(w) = {sigma}, **{zeros%} give exactly 0** over "
        "{layers#layer}",
        _zero,
    ),
    Template(
        "; of the others half come to at most {median} and 80 % lie from {low} to {high}", _others
    ),
    Template("; the other comes to {only}", _only),
    Template("; the other {n} lie from {least} to {most}", _few),
    Template("Theory predicts a geometric mean of {typical}.", _theory),
    Template(
        "Theory predicts {zeros%} zeros, and a geometric mean of {typical} for the others.",
        lambda s, m: _theory(s, m) | _predicted_zeros(s, m),
    ),
    Template(
        " stays 0: exactly 0 is **underflow** among the drawn chains",
        lambda s, _: _zeros(s) > 0 and not _flat(s),
    ),
    Template(
        "Weights within [−1, 1] cannot give more than {steep} to the power {depth}, {most};", _bound
    ),
    Template("; every weight of this chain is, so", lambda s, _: _large(s) == 0),
    Template("; this chain's only weight is not", lambda s, _: _large(s) == depth_of(s) == 1),
    Template(
        "; {large} of this chain's {depth} {are:is|are} not",
        lambda s, _: {
            "large": _large(s),
            "depth": depth_of(s),
            "are": "is" if _large(s) == 1 else "are",
        },
    ),
    Template(
        "Of weights drawn with std(w) = {sigma}, {predicted%} lie in [−1, 1] (measured: "
        "{measured%} of {n}).",
        _share,
    ),
    Template("not of those chosen for this chain.", lambda s, _: s.v.weights in ("equal", "each")),
    Template(
        "no std(w) does better than std(w) = {sigma}, and there a typical product {does:still "
        "shrinks} by ×{factor} a layer (predicted).",
        _best,
    ),
    Template("does best at std(w) = {sigma}: ×{factor} a layer{does: }(predicted).", _best),
    Template("typical one shrinks below std(w) = {sigma} and grows above it (predicted).", _even),
    Template(
        "log₁₀ of the {n} products that are not 0: mean {mean}, standard deviation {std} "
        "(measured)",
        _logs,
    ),
    Template("(measured); {mean} and {std} (predicted).", _predicted_logs),
    Template(
        "Of {n} products {left:none|one product} that is not exactly 0 is left",
        lambda s, m: {
            "n": ALL,
            "left": {0: "none", 1: "one product"}.get(int(_bars(s)["chains"].sum()), "?"),
        },
    ),
    Template(
        "{name:ReLU|ELU} (α = {alpha})",
        lambda s, m: {"name": True, "alpha": 1.0 if m["name"] == "ELU" else float(s.v.alpha)},
    ),
    Template(
        "Product of {n#factor}: {size} in this chain",
        lambda s, _: {
            "n": depth_of(s),
            "size": True if _event(s, "first not a number") else _own(s),
        },
    ),
    Template("Product of {n#factor}: not a number in", lambda s, _: {"n": depth_of(s)}),
    Template("; of the drawn chains the median {median}.", _middle),
    Template("drawn chains: the median {median}.", _middle),
    Template("{zeros%} exactly 0, median of the others {median}.", _several),
    Template(
        "{zeros%} exactly 0, the other {only}.",
        lambda s, m: _only(s, m) and {"zeros": _zeros(s), "only": True},
    ),
    Template("every product is exactly 0.", lambda s, _: _zeros(s) == 1.0),
    Template(
        "{what:first subnormal|first exactly 0|first infinite|first not a number} at {at}",
        _alt_event,
    ),
    Template(
        "Histogram of the product of {n#factor} over {all} drawn chains:",
        lambda s, _: {"n": depth_of(s), "all": ALL},
    ),
    Template(
        "Drawn chains: {n} with w ~ N(0, {sigma}²), x = {x}, seed {seed}, in float64; this chain "
        "in " + TYPE + ".",
        _note,
    ),
    Template(
        "only chains whose product is not 0; of {n}, {first} are left after the first layer, "
        "{last} at the end.",
        _band,
    ),
    Template("its slope passes through 0,", NOTHING),
    Template("above std(w) = {at}: the mean would", lambda s, m: value_of(m["at"]) < s.v.sigma),
    Template(
        "Cross and bar: exactly 0 from there on",
        lambda s, _: bool(len(s.frame("running product", "gone"))),
    ),
    Template("One bar per layer, from 1 down or up.", NOTHING),
    Template("the factor is exactly 0 (or overflowed)", NOTHING),
    Template(
        "over 2,000 drawn chains per cell. − vanishing: below 10⁻³; + exploding: above 10³; "
        "= steady: between; 0: at least half of the products are exactly 0.",
        NOTHING,
    ),
    Template("A bar at the bottom: exactly 0 in", NOTHING),
    *chain_views.TEMPLATES,
)
