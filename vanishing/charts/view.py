"""A chart ready to be drawn: its specification, its named frames, and what it says in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt

from vanishing.charts.style import LOOK


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
    """

    name: str
    spec: Mapping[str, Any]
    frames: Mapping[str, Any]
    alt: str
    note: str = ""


def specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart's validated Vega-Lite, with the app's look in place of Altair's own."""
    return {**chart.to_dict(), "config": LOOK}
