"""The moment on show: Vega signals that buttons, a slider, a mouse, a finger and a clock move.

All of it happens in the browser alone. The moments are read from the chart's data, so that they may
become more while the reader looks; where the reader has moved to is told to the page once he rests.

Vega-Lite hands a parameter's `on` and `update` through to Vega. Its own selections know the mark
under the pointer only, which for a finger stays the one it first touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np

from vanishing.charts.view import REPORT, WANTED

SHOWN: Final = "datum.position === moment"
"""The filter that keeps the rows of the moment on show."""

LASTING: Final = "datum.position <= moment && moment <= datum.until"
"""The filter of rows that hold for several moments."""

FINEST: Final = 1000
"""Places along the steps that are told apart; a chart has about as many pixels."""

CONFIG: Final = {"events": {"defaults": {"allow": ["wheel", "touchstart", "touchmove"]}}}
"""Of the chart. Else Vega keeps every touch that it hears of from scrolling the page."""

PLAY: Final = "▶ Play"
PAUSE: Final = "❚❚ Pause"
SPEEDS: Final = (0.5, 1, 2, 4)
PACE: Final = 250
"""Milliseconds that a moment stands while it plays at speed 1."""

BEAT: Final = 50
"""Milliseconds between two looks at the clock."""

REST: Final = 400
"""Milliseconds of rest after which the page is told."""

AXIS: Final = 48
"""Pixels left of the first step, in which the axis stands."""

# Vega-Lite names the marks after the view.
VIEW: Final = "zones"
_MARK: Final = f"{VIEW}_marks"
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
_CLOCK: Final = {"type": "timer", "throttle": BEAT}
_LAST: Final = "(length(times.steps) - 1)"


def zones(moments: alt.NamedData) -> Any:
    """Return the unseen strips that a pointer moves along, one per moment (from, to, text)."""
    return (
        alt.Chart(moments, name=VIEW)
        .mark_rect(
            opacity=0,
            cursor="ew-resize",
            strokeDashOffset=alt.expr("touched[0]"),
            strokeMiterLimit=alt.expr("touched[1]"),
        )
        .encode(x="from:Q", x2="to:Q", tooltip=alt.Tooltip("text:N", title=" "))
    )


def nearest(steps: Sequence[int], budget: int) -> str:
    """Return the moment nearest to each of `FINEST` places from step 0 to the budget's last."""
    places = np.linspace(0, budget, FINEST + 1)
    found = np.abs(places[:, None] - np.array(steps)).argmin(axis=1)
    return ",".join(map(str, found))


def _at_place(share: str) -> str:
    return f"toNumber(times.nearest[round({FINEST} * clamp({share}, 0, 1))])"


def _nearest(step: str) -> str:
    """Return the moment of a step, or the one nearest to it."""
    found = f"indexof(times.steps, {step})"
    return f"({found} >= 0 ? {found} : {_at_place(f'{step} / at.steps')})"


def _step(moment: str) -> str:
    """Return the step to ask for at a moment; at the last one that of the end, whenever it is."""
    return f"(({moment}) >= {_LAST} ? at.end : times.steps[clamp({moment}, 0, {_LAST})])"


def _heard(kind: str, name: str) -> dict[str, Any]:
    """Return what is heard where the reader uses one of the inputs."""
    return {"source": "window", "type": kind, "filter": f"event.target.name === '{name}'"}


def _button(name: str, words: str, told: str, *, named: bool = True) -> dict[str, Any]:
    """Return a button that is called what is told of it, or else by its words, as they change."""
    bind = {"input": "button", "name": " ", "title": told} | ({"aria-label": told} if named else {})
    return {"name": name, "value": words, "bind": bind}


def signals(start: int, budget: int) -> list[dict[str, Any]]:
    """Return the parameters of a chart with `zones` whose rows are kept by `SHOWN`.

    It begins at the moment nearest to the step `start`. The chart has the data set positions
    (step), ascending from 0, and the parameter `at` with steps (the budget), nearest (see there)
    and end: what to ask for to see the last moment there is, also when there are more of them.

    The parameters are: times (the steps and the moments nearest to places), touched, down (whether
    a pointer is), the inputs back, play, forward, speed and step, what is wanted, the moment (its
    index), changed (when it last did), told (what the page knows) and `REPORT`.
    """
    # An arrow key asks for the step beside the one on show: it gets the moment beside it.
    by_slider = (
        "abs(step - times.steps[moment]) <= 1"
        f" ? {_step('moment + step - times.steps[moment]')}"
        f" : {_step(_nearest('step'))}"
    )
    by_mouse = f"{_MOUSE}, [{_MOUSE}, window:pointerup] > @{_MARK}:pointermove, @{_MARK}:click"
    by_pointer = _step(_at_place(f"(x(group()) - {AXIS}) / (group().width - {AXIS})"))
    playing = f"play === '{PAUSE}' && !down"
    due = f"{playing} && moment < {_LAST} && now() - changed >= {PACE} / speed"
    tuple_of_told = "{unit: '', fields: [{type: 'E', field: 'step'}], values: [told]}"
    return [
        {
            "name": "times",
            "expr": "{steps: pluck(data('positions'), 'step'), nearest: split(at.nearest, ',')}",
        },
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
            "name": "down",
            "value": False,
            "on": [
                {"events": "window:pointerdown, window:touchstart", "update": "true"},
                {
                    "events": "window:pointerup, window:touchend, window:touchcancel",
                    "update": "false",
                },
            ],
        },
        _button("back", "◀", "One moment back"),
        {
            **_button("play", PLAY, "Play or pause the training", named=False),
            "on": [
                {
                    "events": _heard("click", "play"),
                    "update": f"play === '{PLAY}' ? '{PAUSE}' : '{PLAY}'",
                },
                {
                    "events": _CLOCK,
                    "update": f"{playing} && moment >= {_LAST} ? '{PLAY}' : play",
                },
            ],
        },
        _button("forward", "▶", "One moment on"),
        {
            "name": "speed",
            "value": 1,
            "bind": {
                "input": "select",
                "name": "Speed",
                "options": list(SPEEDS),
                "labels": [f"{speed:g}×".replace("0.5", "½") for speed in SPEEDS],
            },
        },
        {
            "name": WANTED,
            "value": start,
            "on": [
                # Also where the moment stays the same: the slider is put back to its step.
                {"events": _heard("input", "step"), "update": by_slider, "force": True},
                {"events": by_mouse, "update": by_pointer},
                {"events": _SIDEWAYS, "update": by_pointer},
                {"events": _heard("click", "back"), "update": _step("moment - 1")},
                {"events": _heard("click", "forward"), "update": _step("moment + 1")},
                # After the end it starts over.
                {
                    "events": _heard("click", "play"),
                    "update": f"moment >= {_LAST} ? 0 : {WANTED}",
                },
                {"events": _CLOCK, "update": f"{due} ? {_step('moment + 1')} : {WANTED}"},
            ],
        },
        {
            "name": "moment",
            "expr": _nearest(WANTED),
        },
        {
            "name": "step",
            "value": min(start, budget),
            "bind": {"input": "range", "min": 0, "max": budget, "step": 1, "name": "Step"},
            # The clock sees to it at the beginning, and where the moment has stayed the same.
            "on": [
                {"events": {"signal": "moment"}, "update": "times.steps[moment]"},
                {"events": _CLOCK, "update": "down ? step : times.steps[moment]"},
            ],
        },
        {
            "name": "changed",
            "value": 0,
            "on": [{"events": [{"signal": "moment"}, {"signal": WANTED}], "update": "now()"}],
        },
        {
            "name": "told",
            "init": WANTED,
            "on": [
                {
                    "events": _CLOCK,
                    "update": f"!down && play === '{PLAY}' && now() - changed > {REST}"
                    f" ? {WANTED} : told",
                }
            ],
        },
        {
            "name": "tell",
            "on": [
                {
                    "events": {"signal": "told"},
                    "update": f"modify('{REPORT}_store', {tuple_of_told}, true)",
                }
            ],
        },
        {
            "name": REPORT,
            "views": [VIEW],
            # No event of this type ever comes: it is set by `tell` alone.
            "select": {
                "type": "point",
                "fields": ["step"],
                "on": {"source": "window", "type": "never"},
                "clear": False,
            },
        },
    ]
