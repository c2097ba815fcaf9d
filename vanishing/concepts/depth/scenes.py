"""What the page on depth needs and shows, as a pure function of the settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from itertools import pairwise

from vanishing.charts.view import View
from vanishing.concepts.depth import charts, equations, runs, table, words
from vanishing.concepts.depth.facts import Row
from vanishing.concepts.depth.table import PAGE
from vanishing.engine import progress
from vanishing.engine.depth import limits
from vanishing.engine.depth.limits import DEPTHS, Budget, Cell, Outcome, Technique
from vanishing.engine.nets import datasets
from vanishing.engine.wide import criticality
from vanishing.ui.page import Values
from vanishing.ui.pool import POOL
from vanishing.ui.scene import Growing, Scene, in_numbers
from vanishing.ui.work import Ask, Found, Needs

__all__ = ["PAGE", "needs", "scene"]

LADDER_STEP, OVERVIEW_STEP = 46, 20
"""Height of a row in pixels."""

Known = Mapping[Cell, Outcome]


def needs(v: Values) -> Needs:
    """Return the cells of both charts, and all there are; none begins before a click."""
    wanted = {
        "ladder": limits.ladder(table.technique(v)),
        "overview": table.overview(v),
        "every": limits.TECHNIQUES,
    }
    return {
        name: Ask(runs.sweep, _all_cells(techniques, table.budget(v)), waits=True)
        for name, techniques in wanted.items()
    }


def rows(
    known: Known,
    techniques: Iterable[Technique],
    labels: Iterable[str],
    budget: Budget,
    threshold: float,
) -> list[Row]:
    """Return what is known of some techniques on a budget."""
    return [
        _row(known, technique, label, budget, threshold)
        for technique, label in zip(techniques, labels, strict=True)
    ]


def _row(known: Known, technique: Technique, label: str, budget: Budget, threshold: float) -> Row:
    looked_up = {depth: known.get(cell) for depth, cell in _cells(technique, budget).items()}
    outcomes = {depth: outcome for depth, outcome in looked_up.items() if outcome is not None}
    medians = {depth: outcome.median for depth, outcome in outcomes.items()}
    return Row(
        label=label,
        name=table.name(technique),
        outcomes=outcomes,
        limit=limits.limit(medians, threshold),
        scale=limits.depth_scale(technique, budget.width),
        grows=limits.explodes(technique, budget.width),
    )


@lru_cache(maxsize=1_000)
def _cells(technique: Technique, budget: Budget) -> Mapping[int, Cell]:
    """Return a technique's cells by depth: a page run looks up some 1,500."""
    return {depth: limits.checked(technique, depth, budget) for depth in DEPTHS}


_all_cells = lru_cache(maxsize=24)(limits.cells)
"""Those of several: a page run asks for some 2,500."""


def ladder(v: Values, known: Known) -> list[Row]:
    """Return the rows from the article's net to the chosen one."""
    techniques = limits.ladder(table.technique(v))
    labels = [table.name(techniques[0]), *(table.step_name(*pair) for pair in pairwise(techniques))]
    return rows(known, techniques, labels, table.budget(v), v.reach)


def singles(v: Values, known: Known) -> list[Row]:
    """Return the rows that are one change away from the article's net."""
    techniques = limits.single_changes()
    labels = [table.step_name(limits.ARTICLE, technique) for technique in techniques]
    return rows(known, techniques, labels, table.budget(v), v.reach)


def overview(v: Values, known: Known) -> list[Row]:
    """Return the overview's rows, those that train deepest first."""
    techniques = table.overview(v)
    labels = [table.code(technique) for technique in techniques]
    found = rows(known, techniques, labels, table.budget(v), v.reach)
    return sorted(found, key=_how_deep, reverse=True)


def _how_deep(row: Row) -> tuple[int, float]:
    return row.limit.depth, math.fsum(outcome.median for outcome in row.outcomes.values())


def _draw_ladder(v: Values, known: Known) -> View:
    return charts.heat_map(
        "one technique at a time",
        ladder(v, known),
        v.reach,
        words.budget_note(table.budget(v), v.reach),
        numbers=True,
        step=LADDER_STEP,
    )


def _draw_overview(v: Values, known: Known) -> View:
    return charts.heat_map(
        "overview",
        overview(v, known),
        v.reach,
        f"Budget and marks as in the chart above. {table.CODES_NOTE}",
        numbers=False,
        step=OVERVIEW_STEP,
    )


def scene(v: Values, found: Found) -> Scene:
    """Return the way from the article's net to the chosen technique, and many beside it."""
    every = found["every"]
    all_of_them = rows(
        every,
        limits.TECHNIQUES,
        map(table.name, limits.TECHNIQUES),
        table.budget(v),
        v.reach,
    )
    steps, chance = ladder(v, every), 1.0 / datasets.classes_of(v.data)
    reach = None
    if v.data == limits.SHIPPED.data:
        reach = limits.theory_reach(table.technique(v), v.width, table.budget(v).batch)
    told = words.in_numbers(
        steps[-1], singles(v, every), all_of_them, v.reach, reach, v.width, chance
    )
    return Scene(
        beside=((_growing(v, found, "ladder", _draw_ladder),),),
        notice=tuple(words.sentences(steps, v.reach, chance)),
        below=(_growing(v, found, "overview", _draw_overview), *in_numbers(told)),
        equations=equations.DEPTH,
        code=(limits.measures, progress.train, limits.limit, criticality.depth_scale),
    )


def _growing(v: Values, found: Found, need: str, draw: Callable[[Values, Known], View]) -> Growing:
    cells = needs(v)[need].settings
    return Growing(
        need,
        draw(v, found[need]),
        partial(draw, v),
        begun=bool(found[need]),
        offer=runs.offer(cells),  # type: ignore[arg-type]
        complaint=POOL.workers.complaint,
    )
