"""The few marks of style that every chart shares: theory, bound, guide."""

from __future__ import annotations

from typing import Any, Final


def on_page(light: str, dark: str) -> dict[str, str]:
    """Return a colour that depends on the page: one on a light page, the other on a dark one."""
    return {"expr": f"luminance(background) > 0.5 ? '{light}' : '{dark}'"}


NEUTRAL: Final = "#888888"
"""A grey for lines and points, 3.5:1 on a light page and 5:1 on a dark one; too pale for text."""

WARNING: Final = "#D55E00"
"""Okabe–Ito vermillion, for what has gone wrong or is about to; too pale for text."""

INK: Final = on_page("#0E1116", "#E8EBEE")
"""The page's own text colour, dark on light and light on dark."""

QUIET: Final = on_page("#4F565F", "#C4CAD1")
"""Text that stands back: axes, legends and what is written beside marks; 7:1 and more."""

ALARM: Final = on_page("#A04500", "#F08A45")
"""Text in the colour of `WARNING`, 6:1 and more."""

_WORDS: Final = {"labelColor": QUIET, "titleColor": QUIET}

LOOK: Final[dict[str, Any]] = {
    # The chart is named as a whole: its marks, a hundred images, are not.
    "aria": False,
    "mark": {"aria": False, "tooltip": None},
    "axis": {
        **_WORDS,
        "labelFontSize": 12,
        "titleFontSize": 14,
        "labelPadding": 8,
        "titlePadding": 8,
        "labelSeparation": 2,
    },
    "legend": {
        **_WORDS,
        "labelFontSize": 14,
        "titleFontSize": 14,
        "padding": 0,
        "offset": 10,
        "titlePadding": 8,
        "labelPadding": 16,
        "columnPadding": 8,
        "rowPadding": 2,
        "symbolStrokeWidth": 2,
    },
    "header": {**_WORDS, "labelFontSize": 12, "titleFontSize": 16},
    "title": {"color": INK, "fontSize": 16},
    "text": {"fontSize": 12},
}
"""What every chart changes of the app's theme: axes at 3.7:1 on a light page, text of 11 px, and
around axes and legends a fifth of a chart's height that stands empty. Sizes are said in pixels: the
theme takes them from the page's letters when a chart is made, and Present changes those later."""

_FAR: Final = {"labelFontSize": 16, "titleFontSize": 17}

FAR: Final[dict[str, Any]] = {
    "axis": _FAR,
    "legend": {**_FAR, "labelPadding": 20, "columnPadding": 10},
    "header": _FAR,
    "title": {"fontSize": 17},
    "text": {"fontSize": 16},
}
"""What changes of it for those who sit in the last row."""

THEORY: Final[dict[str, Any]] = {"strokeDash": [6, 3], "strokeWidth": 1.5, "color": NEUTRAL}
"""A prediction: thin and dashed."""

BOUND: Final[dict[str, Any]] = {"strokeDash": [1, 3], "strokeWidth": 2, "color": NEUTRAL}
"""A bound, which nothing promises to reach: dotted."""

SOLID: Final[list[int]] = []
"""A line without gaps. Vega's own, dashes of one pixel with none between, costs a fifth of a second
where a line leaves the picture by thousands of pixels."""

DASHES: Final = (SOLID, [4, 2], [9, 5], [2, 2], [9, 3, 2, 3])
"""Of several lines in turn: where one hides the one before, that shows in its gaps."""

GUIDE: Final[dict[str, Any]] = {"strokeWidth": 1, "color": NEUTRAL}
"""A threshold or an axis through zero."""

RAMP: Final = "ramp"
"""How names begin of marks whose colours are numbers: on paper, too, they are what they are."""

KEY_STROKE: Final = 0.5
"""Width of the strokes in the key of such colours, by which the style sheet knows it."""
