"""What the columns of a chart's data are called: as its axes and legends call them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from vanishing.charts.parts import LOG10_LABELS
from vanishing.charts.sets import parts_of

_Part: TypeAlias = Mapping[str, Any]

PLACED: Final = "[floor(datum.value)]"
"""Behind a list of Vega's, what an axis of columns side by side says at a place within one."""


def titles(spec: _Part, name: str, columns: Sequence[str]) -> dict[str, str]:
    """Return what a chart's axes and legends call the columns of one of its data sets.

    A column that is drawn along an axis without a title of its own has that of its layers'; one
    without any keeps its name. Where several would be called the same, their names follow in
    brackets.
    """
    found: dict[str, str] = {}
    for column, title in _titled(spec, "", {}, {}, name):
        found.setdefault(column, title)
    called = [found.get(column, column) for column in columns]
    return {
        column: title if called.count(title) == 1 or title == column else f"{title} ({column})"
        for column, title in zip(columns, called, strict=True)
    }


def _titled(
    part: _Part, data: str, axes: _Part, wordings: _Part, name: str
) -> Iterator[tuple[str, str]]:
    """Give the columns of a part of a chart, with their titles, in the order of drawing.

    Handed down by the layers around it: what the axes are called, and what their columns hold.
    """
    data = (part.get("data") or {}).get("name", data)
    own = part.get("encoding", {})
    parts = [part, *part.get("layer", ())]
    told = {axis: title for one in reversed(parts) for axis, title in _axes(one)}
    axes = told if "layer" in part else {**axes, **told}
    held = {axis: w for one in parts for axis in ("x", "y") if (w := _wording(one, axis, "axis"))}
    wordings = {**wordings, **held}
    for channel, definition in own.items() if data == name else ():
        axis = channel.rstrip("2")
        for one in definition if isinstance(definition, list) else [definition]:
            title = _title(one) or axes.get(axis, "")
            if title and "field" in one and channel != "tooltip":
                wording = wordings.get(axis) or _wording(part, channel, "legend")
                yield one["field"], wording.format(title) if wording else title
    for one in parts_of(part):
        yield from _titled(one, data, *((axes, wordings) if "layer" in part else ({}, {})), name)


def _axes(part: _Part) -> Iterator[tuple[str, str]]:
    encoding = part.get("encoding", {})
    return ((axis, t) for axis in ("x", "y") if (t := _title(encoding.get(axis, {}))))


def _wording(part: _Part, channel: str, guide: str) -> str:
    """Return what a column holds where the labels of its axis or legend say something else."""
    definition = part.get("encoding", {}).get(channel, {})
    told = definition.get(guide) if isinstance(definition, dict) else None
    labels = str((told or {}).get("labelExpr", ""))
    if labels == LOG10_LABELS:
        return "log₁₀ of {}"
    return "place along {}" if labels.endswith(PLACED) else ""


def _title(definition: _Part) -> str:
    """Return the title of an encoding: its own, its axis's or its legend's; empty if none is."""
    guides = [definition.get(guide) or {} for guide in ("axis", "legend")]
    title = next((one["title"] for one in (definition, *guides) if one.get("title")), "")
    return " ".join(title) if isinstance(title, list) else str(title)
