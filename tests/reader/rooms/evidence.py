"""What claims and paper cards have in common: figures, what is expected of them, repeats."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from tests.reader.quantities import NUMBER, half, parts, value_of
from tests.reader.seen import Seen
from vanishing.evidence import store
from vanishing.evidence.model import Entry
from vanishing.ui.scene import Choices, Text

GREEN, RED = ":material/check:", ":material/close:"
HELD = ("notice", "text", "badge", "warn", "alt", "note")
EXCEPTIONS = (
    # Six digits are how near a number must be.
    r"\d\.\d{4,}(?: ± [\d.·⁻⁰-⁹]+)?",
    # Said of one unit as of several where a figure's unit is a plural.
    r"at least 1 units",
    # A column's alignment, a bar in a table, a coloured sign.
    r":--",
    # What an experiment's conditions say of training, as a lesson.
    r"\(until inf or NaN\)",
    r"\|  \|",
    r"\\\|",
    r":\w+\[:material/\w+:\]",
    r":\w+-background\[[^\]]*\]",
)
_ROW = re.compile(
    r"\| (?P<label>.+?) \| \*\*(?P<measured>.+?)\*\* \| :(?:green|red)\[(?P<mark>:material/\w+:)\] "
    r"(?P<role>[\w ]+?): (?P<wanted>.+?) \*\((?P<basis>.+)\)\* \|"
)


def found_at(v: Any, needs: Any) -> dict[str, Any] | None:
    """Give what a live run would: the shipped finding, or nothing where it was stopped."""
    if not needs:
        return None
    return {"found": store.shipped()[v.of] if v.seed else None}


def told(seen: Seen) -> list[str]:
    """Return the texts of a page."""
    return [block.words for block in seen.scene.blocks() if isinstance(block, Text)]


def marks(seen: Seen) -> dict[str, str]:
    """Return the sign before each entry of the list, by the entry's key."""
    (listed,) = (block for block in seen.scene.blocks() if isinstance(block, Choices))
    return {one.key: re.search(r":material/\w+:", one.label)[0] for one in listed.choices}


def authored(entry: Entry) -> list[str]:
    """Return what was written by hand of an entry, whose numbers are conditions and sources."""
    expected = [text for each in entry.expectations for text in (each.words, each.basis)]
    planted = [entry.planted.error]
    written = [entry.title, entry.says, entry.conditions, entry.changed, *entry.figures.values()]
    return [text for text in (*written, *expected, *planted) if text]


def unwritten(seen: Seen, text: str, entry: Entry, *more: str) -> str:
    """Return a text without what was written by hand, in it and in `more`, and without figures.

    Those of the table and the first one, in the chart's alt, must be those that are shipped, with
    which every page is read.
    """
    if text in seen.scene.notice:
        return text
    found = store.shipped()[entry.key].figures
    words = [found[name].with_band() for name in entry.figures]
    left = without(text, [*authored(entry), *more])
    if text.startswith("| Figure"):
        left = without(left, [f"| {one} |" for one in words] + [f"**{one}**" for one in words])
    return left.replace(f": {words[0]}.", ": ….") if text.startswith(entry.title) else left


def without(text: str, parts: Iterable[str]) -> str:
    """Return a text without what was written by hand; a bar is escaped in tables."""
    for part in sorted(filter(None, parts), key=len, reverse=True):
        for form in (part, part.replace("|", "\\|")):
            # Not a 0 out of 20.
            text = re.sub(rf"(?<![\d.,]){re.escape(form)}(?![\d%]|[.,]\d)", "…", text)
    return text


def rows(seen: Seen) -> list[dict[str, str]]:
    """Return the rows of the table that hold an expectation."""
    (table,) = (text for text in told(seen) if text.startswith("| Figure"))
    return [m.groupdict() for line in table.splitlines() if (m := _ROW.fullmatch(line))]


def wrong_marks(seen: Seen, entry: Entry) -> list[str]:
    """Return the rows whose sign disagrees with the numbers beside it, as they are read."""
    shown = rows(seen)
    found = [f"{len(shown)} rows of {len(entry.expectations)}"]
    if len(shown) == len(entry.expectations):
        found = []
    for row in shown:
        verdict = _meets(row["measured"], row["wanted"])
        if verdict is not None and verdict != (row["mark"] == GREEN):
            found.append(f"{row['measured']} is marked {row['mark']} beside {row['wanted']}")
    return found


def _meets(measured: str, wanted: str) -> bool | None:
    """Tell whether a number as read is as wanted; None where rounding or its band decides."""
    values = [_number(n) for n in re.findall(NUMBER, measured)]
    (goal, slack), *more = (_number(n) for n in re.findall(NUMBER, wanted))
    if "band" in wanted:
        return None
    if wanted.startswith("at most"):
        low, high = -math.inf, goal
    elif wanted.startswith("at least"):
        low, high = goal, math.inf
    elif "within a factor" in wanted:
        low, high = goal / more[0][0], goal * more[0][0]
    else:
        within = more[0][0] if more else 0.0
        low, high = goal - within, goal + within
    near = [
        abs(value - end) <= own + slack
        for value, own in values
        for end in (low, high)
        if math.isfinite(end)
    ]
    met = {low <= value <= high for value, _ in values[:3]}
    return None if any(near) or len(met) > 1 else met.pop()


def _number(text: str) -> tuple[float, float]:
    """Return a number as read, and half a unit of its last digit."""
    if "∞" in text:
        return value_of(text), 0.0
    digits, exponent = parts(text)
    return value_of(text), half(digits) * 10.0**exponent
