"""What a claim and a paper card show alike: figures against expectations, the chart, the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from vanishing.concepts.evidence import charts
from vanishing.evidence import store as evidence_store
from vanishing.evidence.model import (
    Card,
    Claim,
    Entry,
    Expectation,
    Finding,
    Verdict,
    judge,
    verdict_in_words,
)
from vanishing.evidence.report import with_band
from vanishing.ui import memory, runs, site
from vanishing.ui.frame import Frame
from vanishing.ui.trials import Trial

MARKS: Final = {
    Verdict.HOLDS: ("green", ":material/check_circle:"),
    Verdict.ONLY_IF: ("orange", ":material/adjust:"),
    Verdict.FAILS: ("red", ":material/cancel:"),
}
"""Colour and shape of each verdict."""

MET: Final = {True: ":green[:material/check:]", False: ":red[:material/close:]"}


def found(page: Frame, entry: Entry) -> tuple[Finding, str]:
    """Draw the switch and the seed, and return the finding shown and where it comes from."""
    shipped = evidence_store.shipped()[entry.key]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        live = page.controls("live").live
        seed = page.controls("seed").seed if live else 0
    if not live:
        return shipped, "Measured beforehand with seed 0 and shipped with the app."
    (finding,) = runs.compute(Trial(entry.key, seed), key=page.page.key)
    if finding is None:
        return shipped, "Stopped. Shown: measured beforehand with seed 0."
    return finding, f"Measured here, with seed {seed}."


def figures(entry: Entry, finding: Finding) -> None:
    """Draw each figure beside what was expected of it."""
    rows = [_row(entry, role, each, finding) for role, each in expected(entry)]
    known = {each.figure for each in entry.expectations}
    rows += [
        _cells(label, with_band(finding.figures[name]), "")
        for name, label in entry.figures.items()
        if name not in known
    ]
    header = "| Figure | Measured | Expected before measuring |"
    st.markdown("\n".join([header, "| :-- | :-- | :-- |", *rows]))


def expected(entry: Entry) -> list[tuple[str, Expectation]]:
    """Return every expectation with what it is for."""
    if isinstance(entry, Claim):
        return [
            *(("the claim needs", each) for each in entry.stated),
            *(("with the condition", each) for each in entry.narrowed),
            *(("theory predicts", each) for each in entry.predicted),
        ]
    return [("published", each) for each in entry.expectations]


def _row(entry: Entry, role: str, each: Expectation, finding: Finding) -> str:
    measured = with_band(finding.figures[each.figure])
    mark = MET[each.met(finding.figures)]
    wanted = f"{mark} {role}: {each.words} *({each.basis})*"
    return _cells(entry.figures[each.figure], f"**{measured}**", wanted)


def _cells(*cells: str) -> str:
    """Return a row of a Markdown table; a bar in a cell, as in |w|, does not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def chart(page: Frame, entry: Entry, finding: Finding, origin: str) -> None:
    """Draw the picture, with the conditions under it."""
    name = next(iter(entry.figures))
    words = f"{entry.title}. {entry.figures[name]}: {with_band(finding.figures[name])}."
    timed = " Times differ from machine to machine." if entry.timed else ""
    note = f"{entry.conditions} {origin}{timed}"
    page.chart(charts.view(f"evidence {entry.key}", finding.picture, words, note))


def leads_to(entry: Entry) -> None:
    """Draw the link to the page that shows it, set up as in the experiment."""
    concept = site.page_at(entry.page)
    site.link_with(concept, f"See it on the page *{concept.title}*", entry.settings)


def verdict_line(claim: Claim, finding: Finding) -> str:
    """Return the verdict in its colour, as text, which a phone can break into lines."""
    verdict = judge(claim, finding)
    color, icon = MARKS[verdict]
    return f":{color}-background[{icon} {verdict_in_words(claim, verdict)}]"


def tally(counts: Mapping[Verdict, int]) -> str:
    """Return how many claims there are of each verdict."""
    holds, only_if, fails = (counts.get(verdict, 0) for verdict in Verdict)
    return (
        f"{holds} {'holds' if holds == 1 else 'hold'}, "
        f"{only_if} {'holds' if only_if == 1 else 'hold'} only under a condition, and "
        f"{fails} {'does' if fails == 1 else 'do'} not hold as stated"
    )


def verdict_mark(claim: Claim, finding: Finding) -> str:
    """Return a verdict's coloured sign."""
    color, icon = MARKS[judge(claim, finding)]
    return f":{color}[{icon}]"


def card_mark(card: Card, finding: Finding) -> str:
    """Return the sign of a card: all its numbers within their tolerances, or not."""
    return MET[all(each.met(finding.figures) for each in card.published)]


def listing(page: Frame, entries: Sequence[Entry], mark: Callable[[Entry], str], now: str) -> None:
    """Draw a button per entry that opens it."""
    with st.container(gap=None):
        for entry in entries:
            st.button(
                f"{mark(entry)} {_name(entry)}",
                key=f"{page.page.key}_open_{entry.key}",
                type="secondary" if entry.key == now else "tertiary",
                on_click=memory.assign,
                args=(page.page, {**page.values, "of": entry.key, "live": False}),
            )


def _name(entry: Entry) -> str:
    return f"**{entry.key}** {entry.title}" if isinstance(entry, Claim) else entry.title
