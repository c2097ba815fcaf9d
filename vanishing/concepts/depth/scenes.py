"""The parts of the "How deep" page: the rows of its charts, and its sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import streamlit as st

from vanishing.charts.view import View
from vanishing.concepts.depth import charts, table
from vanishing.concepts.depth import words as notices
from vanishing.concepts.depth.charts import Row
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import DEPTHS, Budget, Cell, Outcome, Technique
from vanishing.ui import sweeps
from vanishing.ui.frame import Frame

LADDER_STEP, OVERVIEW_STEP = 46, 20
"""Height of a row in pixels."""


def rows(
    techniques: Iterable[Technique], labels: Iterable[str], budget: Budget, threshold: float
) -> list[Row]:
    """Return what is known of some techniques on a budget."""
    known = sweeps.station().known
    return [
        _row(known, technique, label, budget, threshold)
        for technique, label in zip(techniques, labels, strict=True)
    ]


def _row(
    known: Mapping[Cell, Outcome],
    technique: Technique,
    label: str,
    budget: Budget,
    threshold: float,
) -> Row:
    looked_up = {depth: known.get(cell) for depth, cell in _cells(technique, budget).items()}
    outcomes = {depth: outcome for depth, outcome in looked_up.items() if outcome is not None}
    medians = {depth: outcome.median for depth, outcome in outcomes.items()}
    return Row(
        label=label,
        name=table.name(technique),
        outcomes=outcomes,
        limit=depth_limits.limit(medians, threshold),
        scale=depth_limits.depth_scale(technique, budget.width),
    )


@lru_cache(maxsize=1_000)
def _cells(technique: Technique, budget: Budget) -> Mapping[int, Cell]:
    """Return a technique's cells by depth: a page run looks up some 1,500, each checked once."""
    return {depth: Cell(technique, depth, budget) for depth in DEPTHS}


def ladder(values: Mapping[str, Any]) -> list[Row]:
    """Return the rows from the article's net to the chosen one."""
    techniques = depth_limits.ladder(table.technique(values))
    labels = [table.name(techniques[0]), *(table.step_name(*pair) for pair in pairwise(techniques))]
    return rows(techniques, labels, table.budget(values), values["reach"])


def singles(values: Mapping[str, Any]) -> list[Row]:
    """Return the rows that are one change away from the article's net."""
    techniques = depth_limits.single_changes()
    labels = [table.step_name(depth_limits.ARTICLE, technique) for technique in techniques]
    return rows(techniques, labels, table.budget(values), values["reach"])


def overview(values: Mapping[str, Any]) -> list[Row]:
    """Return the overview's rows, those that train deepest first."""
    techniques = table.overview(values)
    labels = [table.code(technique) for technique in techniques]
    found = rows(techniques, labels, table.budget(values), values["reach"])
    return sorted(found, key=_how_deep, reverse=True)


def _how_deep(row: Row) -> tuple[int, float]:
    return row.limit.depth, sum(outcome.median for outcome in row.outcomes.values())


def draw_ladder(page: Frame, values: Mapping[str, Any]) -> None:
    """Draw the way from the article's net to the chosen technique, and offer what is missing."""
    budget = table.budget(values)

    def view() -> View:
        return charts.heat_map(
            "one technique at a time",
            ladder(values),
            values["reach"],
            notices.budget_note(budget, values["reach"]),
            numbers=True,
            step=LADDER_STEP,
        )

    techniques = depth_limits.ladder(table.technique(values))
    _with_sweep(page, depth_limits.cells(techniques, budget), page.page.key, view)


def _with_sweep(page: Frame, wanted: tuple[Cell, ...], key: str, make: Callable[[], View]) -> None:
    """Draw a chart; above it stands the offer to compute what is missing, or how far that is."""
    head, place = st.container(), st.empty()

    def preview() -> None:
        view = make()
        spec = {**view.spec, "datasets": dict(view.frames)}
        with place.container():
            st.vega_lite_chart(spec=spec, alt=view.alt, width="stretch")

    with head:
        sweeps.compute(wanted, key, preview)
    with place.container():
        page.chart(make())


def what_to_notice(page: Frame, values: Mapping[str, Any]) -> None:
    """Say it, from the present numbers."""
    every = depth_limits.TECHNIQUES
    names = map(table.name, every)
    page.notice(
        *notices.sentences(
            ladder(values),
            singles(values),
            rows(every, names, table.budget(values), values["reach"]),
            values["reach"],
        )
    )


def draw_overview(page: Frame, values: Mapping[str, Any]) -> None:
    """Draw many techniques, those that train deepest first."""
    budget = table.budget(values)

    def view() -> View:
        return charts.heat_map(
            "overview",
            overview(values),
            values["reach"],
            f"Budget, colours and marks as above. {table.CODES_NOTE}",
            numbers=False,
            step=OVERVIEW_STEP,
        )

    _with_sweep(
        page,
        depth_limits.cells(table.overview(values), budget),
        f"{page.page.key}_overview",
        view,
    )
