"""Sections of pages that have several, each drawn on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vanishing.ui.frame import Frame


@dataclass(frozen=True)
class Section:
    """One section: what draws it, its equations, and the code that computed it."""

    draw: Callable[[Frame], None]
    equations: str
    code: tuple[Callable[..., Any], ...]
