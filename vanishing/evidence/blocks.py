"""What a claim and a paper card show alike: figures against expectations, the chart, the list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from vanishing.charts.view import View
from vanishing.evidence import again, charts, model, store, trials
from vanishing.evidence.expected import Expectation
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import Card, Claim, Entry, Verdict
from vanishing.evidence.trials import Trial
from vanishing.ui.page import Values
from vanishing.ui.scene import Choice, Choices, Link, Text
from vanishing.ui.work import Ask, Found, Needs

MARKS: Final = {
    Verdict.HOLDS: ("green", ":material/check_circle:"),
    Verdict.ONLY_IF: ("orange", ":material/adjust:"),
    Verdict.FAILS: ("red", ":material/cancel:"),
    Verdict.UNSETTLED: ("violet", ":material/help:"),
}
"""Colour and shape of each verdict."""

MET: Final = {True: ":green[:material/check:]", False: ":red[:material/close:]"}


def needs(v: Values) -> Needs:
    """Return the experiment, if it is to be run live."""
    if not v.live:
        return {}
    return {
        "found": Ask(trials.run, Trial(v.of, v.seed), told="{step} %", partial=False, heavy=True)
    }


def shown(v: Values, found: Found) -> tuple[Finding, str]:
    """Return the finding to show and where it comes from."""
    shipped = store.shipped()[v.of]
    if not v.live:
        return shipped, "Measured beforehand with seed 0 and shipped with the app."
    if found["found"] is None:
        return shipped, "Stopped. Shown: measured beforehand with seed 0."
    return found["found"], f"Measured here, with seed {v.seed}."


def figures(entry: Entry, finding: Finding) -> Text:
    """Return each figure beside what was expected of it."""
    rows = [
        _row(entry, role, each, finding)
        for role, wanted in entry.expected.items()
        for each in wanted
    ]
    known = {each.figure for each in entry.expectations}
    rows += [
        model.markdown_row((label, finding.figures[name].with_band(), ""))
        for name, label in entry.figures.items()
        if name not in known
    ]
    header = "| Figure | Measured | Expected |"
    return Text("\n".join([header, "| :-- | :-- | :-- |", *rows]))


def _row(entry: Entry, role: str, each: Expectation, finding: Finding) -> str:
    measured = finding.figures[each.figure].with_band()
    mark = MET[each.met(finding.figures)]
    wanted = f"{mark} {role}: {each.words} *({each.basis})*"
    return model.markdown_row((entry.figures[each.figure], f"**{measured}**", wanted))


def chart(entry: Entry, finding: Finding, origin: str) -> View:
    """Return the picture, with the conditions under it."""
    words = f"{entry.title}. {model.first_figure(entry, finding)}."
    timed = " Times differ from machine to machine." if entry.timed else ""
    note = f"{entry.conditions} {origin}{timed}"
    return charts.view(f"evidence {entry.key}", finding.picture, words, note)


def leads_to(entry: Entry, title: str) -> Link:
    """Return the link to the page that shows it, set up as in the experiment."""
    return Link(entry.page, f"See it on the page *{title}*", values=entry.settings)


def tests(entry: Entry) -> Text:
    """Return how often a verdict stands, which error it notices, and what of it was changed."""
    claim = entry if isinstance(entry, Claim) else None
    told = (
        ("Judged again", again.told(claim, store.repeated()[claim.key]) if claim else ""),
        ("Error planted in the engine", model.error_in_words(entry)),
        ("Changed since it was first measured", entry.changed),
    )
    return Text("\n".join(f"- **{name}:** {words}" for name, words in told if words))


KINDS: Final = {
    "published": "published numbers, which stand in a paper,",
    "derived": "numbers that we derived from what a paper says",
}
"""The kinds of a card's numbers, and what they are."""


def kinds(card: Card) -> str:
    """Return which of a card's numbers stand in the paper, and which we derived."""
    counts = [(kind, len(getattr(card, kind))) for kind in KINDS]
    told = [f"{n} {kind}" for kind, n in counts if n]
    none = ": none stands in the paper" * (not card.published)
    return f"**Its numbers:** {' and '.join(told)}{none}."


def verdict_line(claim: Claim, verdict: Verdict) -> str:
    """Return the verdict in its colour, as text, which a phone can break into lines."""
    color, icon = MARKS[verdict]
    return f":{color}-background[{icon} {model.verdict_in_words(claim, verdict)}]"


def tally(counts: Mapping[Verdict, int]) -> str:
    """Return how many claims there are of each verdict."""
    holds, only_if, fails, unsettled = (counts.get(verdict, 0) for verdict in Verdict)
    rest = f"; {unsettled} {'depends' if unsettled == 1 else 'depend'} on the draw or the setting"
    return (
        f"{holds} {'holds' if holds == 1 else 'hold'}, "
        f"{only_if} {'holds' if only_if == 1 else 'hold'} only under a condition, and "
        f"{fails} {'does' if fails == 1 else 'do'} not hold as stated{rest * bool(unsettled)}"
    )


def verdict_mark(verdict: Verdict) -> str:
    """Return a verdict's coloured sign."""
    color, icon = MARKS[verdict]
    return f":{color}[{icon}]"


def card_mark(card: Card, finding: Finding) -> str:
    """Return the sign of a card: all its numbers within their tolerances, or not."""
    return MET[model.as_expected(card, finding)]


def listing(entries: Sequence[Entry], mark: Callable[[Entry], str], v: Values) -> Choices:
    """Return a button per entry that opens it."""
    return Choices(
        tuple(
            Choice(
                key=entry.key,
                label=f"{mark(entry)} {_name(entry)}",
                values={**v, "of": entry.key, "live": False},
                current=entry.key == v.of,
            )
            for entry in entries
        )
    )


def _name(entry: Entry) -> str:
    return f"**{entry.key}** {entry.title}" if isinstance(entry, Claim) else entry.title
