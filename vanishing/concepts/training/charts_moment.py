"""The moment on show: Vega signals that a slider, a mouse and a finger move, in the browser alone.

Vega-Lite hands a parameter's `on` through to Vega. Its own selections know the mark under the
pointer only, which for a finger stays the one it first touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np

SHOWN: Final = "datum.position === moment"
"""The filter that keeps the rows of the moment on show."""

FINEST: Final = 1000
"""Places along the steps that are told apart; a chart has about as many pixels."""

CONFIG: Final = {"events": {"defaults": {"allow": ["wheel", "touchstart", "touchmove"]}}}
"""Of the chart. Else Vega keeps every touch that it hears of from scrolling the page."""

_ZONES: Final = "zones"
# Altair numbers the views that it layers, and Vega-Lite names the marks after them.
_MARK: Final = f"{_ZONES}_0_marks"
_TOUCH: Final = "event.changedTouches[0]"
_MOUSE: Final = f"@{_MARK}:pointerdown[event.pointerType !== 'touch']"
# Only what moves sideways is kept from scrolling the page. A filter knows no signals, so where the
# finger came down stands in the mark, in two properties that a mark without a stroke does not show.
_SIDEWAYS: Final = {
    "source": "view",
    "type": "touchmove",
    "markname": _MARK,
    "filter": f"event.item && abs({_TOUCH}.clientX - event.item.strokeDashOffset)"
    f" > abs({_TOUCH}.clientY - event.item.strokeMiterLimit)",
    "consume": True,
}
_NEAREST: Final = f"times.nearest[round({FINEST} * clamp(x(group()) / group().width, 0, 1))]"


def zones(moments: alt.NamedData) -> Any:
    """Return the unseen strips that a pointer moves along, one per moment (from, to, text)."""
    return (
        alt.Chart(moments, name=_ZONES)
        .mark_rect(
            opacity=0,
            cursor="ew-resize",
            strokeDashOffset=alt.expr("touched[0]"),
            strokeMiterLimit=alt.expr("touched[1]"),
        )
        .encode(x="from:Q", x2="to:Q", tooltip=alt.Tooltip("text:N", title=" "))
    )


def signals(steps: Sequence[int], start: int) -> list[dict[str, Any]]:
    """Return the parameters of a chart with `zones` whose rows are kept by `SHOWN`.

    They are, of the moments at these steps, ascending from 0, and the one to start at: times (the
    steps, and the moment nearest to each of `FINEST` places), touched, moment (the index) and step,
    which the slider shows: always one of `steps`.
    """
    places = np.linspace(0, steps[-1], FINEST + 1)
    nearest = np.abs(places[:, None] - np.array(steps)).argmin(axis=1)
    # An arrow key asks for the step beside the one on show: it gets the moment beside it.
    by_slider = (
        "abs(step - times.steps[moment]) <= 1"
        " ? clamp(moment + step - times.steps[moment], 0, length(times.steps) - 1)"
        f" : times.nearest[round({FINEST} * step / peek(times.steps))]"
    )
    by_mouse = f"{_MOUSE}, [{_MOUSE}, window:pointerup] > @{_MARK}:pointermove, @{_MARK}:click"
    return [
        {"name": "times", "value": {"steps": list(steps), "nearest": nearest.tolist()}},
        {
            "name": "touched",
            "value": [0, 0],
            "on": [
                {
                    "events": f"@{_MARK}:touchstart",
                    "update": f"[{_TOUCH}.clientX, {_TOUCH}.clientY]",
                },
                # Once sideways, always: on its way back the finger still does not scroll.
                {"events": _SIDEWAYS, "update": "[-1e9, touched[1]]"},
            ],
        },
        {
            "name": "moment",
            "value": start,
            "on": [
                # Also where the moment stays the same: the slider is put back to its step.
                {"events": "window:input", "update": by_slider, "force": True},
                {"events": by_mouse, "update": _NEAREST},
                {"events": _SIDEWAYS, "update": _NEAREST},
            ],
        },
        {
            "name": "step",
            "value": steps[start],
            "bind": {"input": "range", "min": 0, "max": steps[-1], "step": 1, "name": "Step: "},
            "on": [{"events": {"signal": "moment"}, "update": "times.steps[moment]"}],
        },
    ]
