"""The few marks of style that every chart shares: theory, bound, guide."""

from __future__ import annotations

from typing import Any, Final

NEUTRAL: Final = "#888888"
"""A grey that reads on light and dark pages alike."""

WARNING: Final = "#D55E00"
"""Okabe–Ito vermillion, for what has gone wrong or is about to."""

THEORY: Final[dict[str, Any]] = {"strokeDash": [6, 3], "strokeWidth": 1.5, "color": NEUTRAL}
"""A prediction: thin and dashed."""

BOUND: Final[dict[str, Any]] = {"strokeDash": [1, 3], "strokeWidth": 2, "color": NEUTRAL}
"""A bound, which nothing promises to reach: dotted."""

GUIDE: Final[dict[str, Any]] = {"strokeWidth": 1, "color": NEUTRAL, "opacity": 0.6}
"""A threshold or an axis through zero."""

INK: Final = {"expr": "luminance(background) > 0.5 ? '#1B1F24' : '#E8EBEE'"}
"""The page's own text colour, dark on light and light on dark."""
