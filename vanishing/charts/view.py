"""A chart ready to be drawn: its specification, its named frames, and what it says in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import altair as alt

from vanishing.charts.style import FAR, LOOK

BEFORE: Final = "before"
"""The data set of a chart's lines as they were before the last change."""

WANTED: Final = "wanted"
"""The Vega parameter that holds where a chart which moves a control is to begin."""

REPORT: Final = "shown"
"""The selection by which such a chart tells where it was moved to: the field step of one point."""


@dataclass(frozen=True)
class View:
    """A chart and its data, kept apart.

    The specification depends on the chart's shape only and is built once; the frames change with
    every setting and travel beside it.

    Parameters
    ----------
    name : str
        Unique on its page; also names its download.
    spec : mapping
        Vega-Lite, over named data; see `specification`. Never changed after it is made.
    frames : mapping of str to DataFrame
        The named data sets: tidy, long form, columns that read as axis titles. In a scene that is
        kept, Arrow tables.
    alt : str
        The chart's takeaway in words, with the present numbers.
    note : str
        What was computed, on how many draws, with which seed.
    moves : str
        The page's control that is set by moving through the chart itself, whose specification has
        `WANTED` and `REPORT`; empty if none is.
    sent : mapping of str to bytes
        In a scene that is kept, the same data sets as they go to a browser: Arrow streams.
    order : list of lists, optional
        In a scene that is kept, see `vanishing.charts.sets.order`.
    """

    name: str
    spec: Mapping[str, Any]
    frames: Mapping[str, Any]
    alt: str
    note: str = ""
    moves: str = ""
    sent: Mapping[str, bytes] = field(default_factory=dict)
    order: list[list[Any]] | None = None


def specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart's validated Vega-Lite, with the app's look in place of Altair's own."""
    return looking(chart.to_dict())


def looking(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification with the app's look."""
    # Below, Streamlit would leave 20 pixels; the feet of letters need a few.
    return {**_lean(spec, set()), "config": LOOK, "padding": {"bottom": 5, "right": 2}}


def _lean(spec: Mapping[str, Any], told: set[str]) -> dict[str, Any]:
    """Return a specification whose layers say only once how the labels of a shared axis are made.

    Vega-Lite puts together what layers say of an axis. Streamlit reads and writes all of it
    whenever a chart is drawn, and this expression is its largest part. What is short stays: where
    layers say nothing of ticks, Vega-Lite makes up something.
    """
    parts = {
        key: [_lean(part, set() if key == "vconcat" else told) for part in spec[key]]
        for key in ("vconcat", "layer")
        if key in spec
    }
    encoding = {**spec.get("encoding", {})}
    for channel in {"x", "y"} & encoding.keys():
        axis = encoding[channel].get("axis") or {}
        said = json.dumps([channel, axis])
        if "labelExpr" in axis and said in told:
            short = {key: value for key, value in axis.items() if key != "labelExpr"}
            encoding[channel] = {**encoding[channel], "axis": short}
        told.add(said)
    return {**spec, **parts, **({"encoding": encoding} if encoding else {})}


def enlarged(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart with writing that is read from the last row of a room."""
    looks = spec["config"]
    far = {part: {**looks.get(part, {}), **sizes} for part, sizes in FAR.items()}
    return {**spec, "config": {**looks, **far}}
