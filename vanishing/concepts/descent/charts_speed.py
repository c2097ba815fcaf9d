"""How many steps a bowl takes: against its condition number, and within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from vanishing.charts.lines import frames, lines
from vanishing.charts.view import View
from vanishing.concepts.descent.charts_lines import line
from vanishing.concepts.descent.facts import NAMES, promised
from vanishing.engine.descent.paths import Budget, Measured
from vanishing.text import count, number, setting

LEAST = 1e-16
"""Shares of the first cost below this are rounding."""


def condition(measured: Mapping[str, Sequence[Measured]], tolerance: float, here: float) -> View:
    """Draw the steps to a tolerance against κ, measured and as the rates promise."""
    rows, theory = [], []
    for key, found in measured.items():
        reached = [m for m in found if m.steps is not None]
        rows.append(line([m.kappa for m in reached], [m.steps or 0 for m in reached], NAMES[key]))
        theory.append(line([m.kappa for m in found], [m.predicted for m in found], NAMES[key]))
    at = {key: next(m for m in found if m.kappa == here) for key, found in measured.items()}
    names = tuple(NAMES[key] for key in measured)
    words = "; ".join(
        f"{NAMES[key]} {'more than the limit' if m.steps is None else count(m.steps, 'step')}, "
        f"predicted {promised(m)}"
        for key, m in at.items()
    )
    return lines(
        "steps by condition number",
        frames(
            rows,
            theory=pd.concat(theory, ignore_index=True),
            mark=pd.DataFrame({"x": [float(here)], "text": ["this κ"]}),
        ),
        ("condition number κ", "log"),
        ("steps needed", "log"),
        height=410,
        banded=False,
        line=False,
        columns=3,
        names=tuple(NAMES.values()),
        shown=names,
        words=f"Steps until the distance is {number(tolerance, 1)} of the start's, at κ = "
        f"{setting(here)}: {words}.",
        note="Points: measured, each bowl at its best step size (and μ). Thin dashes: predicted, "
        "ln ε / ln ρ with ρ = (κ−1)/(κ+1) or (√κ−1)/(√κ+1), ε the tolerance.",
    )


def budget(found: Sequence[Budget], spent: int, wanted: float) -> View:
    """Draw the share of the first cost that is left against the budget, one line per κ."""
    names = tuple(f"κ = {setting(one.kappa)}" for one in found)
    rows, theory = (
        [
            line(one.steps[left >= LEAST], left[left >= LEAST], name)
            for one, left, name in zip(found, values, names, strict=True)
        ]
        for values in ([one.reached for one in found], [one.predicted for one in found])
    )
    words = "; ".join(
        f"{name}: {number(left) if left >= LEAST else 'less than 10⁻¹⁶'}"
        for name, left in zip(names, (one.after(spent) for one in found), strict=True)
    )
    return lines(
        "cost by budget",
        frames(
            rows,
            theory=pd.concat(theory, ignore_index=True),
            mark=pd.DataFrame({"x": [float(spent)], "text": ["budget"]}),
            level=(wanted, "wanted"),
        ),
        ("budget: iterations", "log"),
        ("cost left, J/J₀", "log"),
        height=410,
        banded=False,
        columns=3,
        names=names,
        words=f"Share of the first cost left after {count(spent, 'iteration')}: {words}.",
        note="Lines: measured, each bowl at its best parameters. Thin dashes: predicted, ρ²ⁿ. Not "
        "drawn: shares below 10⁻¹⁶.",
    )
