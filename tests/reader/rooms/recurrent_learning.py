"""Recurrent nets that learn to remember."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing import verdicts
from vanishing.concepts.recurrent.table import NAMES


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
    end = _run(s, NAMES[1]).final.step
    return {"c": f"{c:g}", "share": share, "start": 0, "end": end}


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
    Template(NAME + ": {loss} at step {step} (" + VERDICT + ")", _learned),
    Template(NAME + ": {loss} at step {step}", lambda s, m: _learned(s, m)),
    Template(NAME + ": diverged at step {step}", _diverged),
    Template("always answering the mean, is {loss} (", _baseline),
    Template(
        "({nets:one net|medians over \\d+ nets} each).",
        lambda s, _: {"nets": "one net" if s.v.seeds == 1 else f"medians over {s.v.seeds} nets"},
    ),
    Template("gradient reaches a norm of {norm}", _peak),
    Template(
        "With c = {c}, {share%} of its gradients from step {start} to {end} are shortened;",
        _clipped,
    ),
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
    Template("{plain} for the plain net's state h and {lstm} for the LSTM's cell c.", _arrival),
    Template(
        "{zero} in float32 (too small for it) for the ",
        lambda s, _: s.v.act != "relu" and {"zero": 0},
    ),
    Template(
        "(too small for it) for the plain net's state h and {lstm} for the LSTM's cell c.",
        lambda s, m: {"lstm": _arrival(s, m)["lstm"]},
    ),
    Template(
        "no number (it overflows) for the plain net's state h and {lstm} for the LSTM's cell c.",
        lambda s, m: {"lstm": _arrival(s, m)["lstm"]},
    ),
    Template(
        "{plain} for the plain net's state h and no number",
        lambda s, m: {"plain": _arrival(s, m)["plain"]},
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
    Template(
        NAME + ": as of step {step}, before it diverged.",
        lambda s, m: _before_it_diverged(s, m["name"]),
    ),
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
