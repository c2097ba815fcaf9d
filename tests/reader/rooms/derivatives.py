"""The ranges of derivatives."""

from __future__ import annotations

from typing import Any

from tests.reader.quantities import reads, value_of
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template

CHEAP = {"seed": (0,)}
CORNERS = (
    {"f": ("relu", "leaky_relu"), "alpha": 0.0},
    {"f": ("identity", "leaky_relu"), "alpha": 1.0},
    {"f": ("gelu", "silu"), "mu": -2.0, "sigma": 0.1},
    {"f": ("sigmoid",), "mu": 10.0, "sigma": 0.1},
    {"f": ("hard_tanh", "relu"), "mu": -10.0, "sigma": 0.1},
)
EXCEPTIONS = (
    # More digits where fewer would read like 1, which it is not.
    r"1\.00\d+",
)
# Not its text: the times there are measured anew by each process.
HELD = ("notice", "figure", "alt", "note", "caption")
NAME = "[A-Za-z][A-Za-z ]*(?: \\(α = [\\d.]+\\))?"
RANGES = "Ranges of the derivatives"
SAMPLES = 10_000


def _row(s: Seen, name: str) -> Any:
    table = s.table(RANGES)
    return table[table["activation"] == name].iloc[0]


def _agrees(text: str, cell: str) -> bool:
    """Tell whether a text in three digits is what a cell has in four."""
    return reads(text, value_of(cell.partition(" ± ")[0]))


def _slope(s: Seen, m: Said) -> dict[str, Any]:
    row = _row(s, m["name"])
    return {
        "name": True,
        "range": row["range of f′"],
        "mean": _near(m["mean"], row["E|f′|"]),
        "sample": _near(m["sample"], row["E|f′| sampled"]),
        "below": row[f"|f′| < {s.v.small:g}, sampled"],
        "small": f"{s.v.small:g}",
    }


def _near(text: str, cell: str) -> str | bool:
    value, said = value_of(cell.partition(" ± ")[0]), value_of(text)
    # Both are rounded: they may differ by half a unit of each.
    return abs(value - said) <= 6e-3 * max(abs(value), 1e-300) or cell


def _compared(s: Seen, m: Said) -> dict[str, Any] | bool:
    rms = {row["activation"]: value_of(row["√E[f′²]"]) for _, row in s.table(RANGES).iterrows()}
    most, least = rms[m["most"]], rms[m["least"]]
    ratio, over = value_of(m["ratio"]), value_of(m["over"])
    return (
        most == max(rms.values())
        and least == min(rms.values())
        and abs(ratio / (most / least) - 1) < 6.5e-3
        and abs(over / ratio**10 - 1) < 6e-2
    )


def _range(s: Seen, m: Said) -> dict[str, Any]:
    row = _row(s, m["name"])
    return {"name": True, "range": row["range of f′"], "mean": _near(m["mean"], row["E|f′|"])}


def _drawn(s: Seen, _: Said) -> dict[str, Any]:
    z = s.frame("activations", "curves")["z"]
    return {"low": float(z.min()), "high": float(z.max())}


def _times(s: Seen, m: Said) -> dict[str, Any] | bool:
    rows = s.frame("time per element").query("what == 'f(z) and f′(z)'")
    least, most = (rows["ns"].agg(end) for end in ("min", "max"))
    return {
        "least": float(least),
        "most": float(most),
        "a": rows["activation"].iloc[0] == m["a"],
        "b": rows["activation"].iloc[-1] == m["b"],
    }


def _parameter(s: Seen, m: Said) -> dict[str, Any]:
    return {"name": True, "alpha": f"{s.v.alpha if 'eaky' in m['name'] else s.v.elu:g}"}


TEMPLATES = (
    Template(
        "**{name:[^*]+}**: f′ lies in {range:[^;]+}; for these z |f′| is {mean} on average "
        "(sampled: {sample}), and for {below%} of the sample it is below {small}.",
        _slope,
    ),
    Template(
        "Per layer, {most:" + NAME + "} keeps {ratio} times as much gradient as "
        "{least:" + NAME + "}; over 10 such layers that is {over} times (weights aside).",
        _compared,
    ),
    Template(
        "Leaky ReLU with α = {alpha} is {what:ReLU|the identity}",
        lambda s, _: {
            "alpha": f"{s.v.alpha:g}",
            "what": "ReLU" if s.v.alpha == 0 else "the identity",
        },
    ),
    # But for the slowest, which was measured once, with the α that it opens with.
    Template("{name:(?<!\\d for )(?:leaky ReLU|ELU)} (α = {alpha})", _parameter),
    Template("for z from {low} to {high}.", _drawn),
    Template("{name:" + NAME + "}: f′ in {range:[^|]+}, |f′| {mean} on average", _range),
    Template("Shaded band: |f′| < {small}.", lambda s, _: {"small": f"{s.v.small:g}"}),
    Template(
        "Grey hill: z ~ N({mu}, {sigma}²)",
        lambda s, _: {"mu": float(s.v.mu), "sigma": f"{s.v.sigma:g}"},
    ),
    Template(
        "f and f′ take from {least} nanoseconds per element for {a:" + NAME + "} to {most} for "
        "{b:" + NAME + "}.",
        _times,
    ),
    Template("median of 9 rounds over 20,000 float64 numbers", lambda _s, _m: True),
    Template("{n} draws of z, seed {seed}", lambda s, _: {"n": SAMPLES, "seed": s.v.seed}),
)
