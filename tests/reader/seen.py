"""A page at one setting, as a reader sees it: texts, and the frames of its charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from vanishing.ui import work
from vanishing.ui.page import Values
from vanishing.ui.scene import (
    Badge,
    Caption,
    Choices,
    Figures,
    Growing,
    Heading,
    Link,
    Scene,
    Table,
    Text,
    Warn,
)

_FINISHED: dict[Any, Any] = {}
"""What was computed by what was asked: the settings of a page ask for much of it again."""


@dataclass(frozen=True)
class Seen:
    """A page at one setting."""

    room: str
    v: Values
    scene: Scene
    found: dict[Any, Any]

    def beside(self, **changes: Any) -> Seen:
        """Return the page with other settings: the view in which a quantity is drawn."""
        key = tuple(sorted(changes.items()))
        if key not in self._others:
            same = all(self.v[name] == value for name, value in changes.items())
            self._others[key] = self if same else look(self.room, {**self.v, **changes})
        return self._others[key]

    @cached_property
    def _others(self) -> dict[Any, Seen]:
        return {}

    @cached_property
    def frames(self) -> dict[str, dict[str, pd.DataFrame]]:
        """The frames by the names of chart and data set."""
        return {view.name: dict(view.frames) for view in self.scene.views()}

    def frame(self, chart: str, data: str = "rows", **where: Any) -> pd.DataFrame:
        """Return the rows of a data set that have these values; none where there is no such set."""
        found = self.frames[chart].get(data, pd.DataFrame())
        return found[self._rows(chart, data, where)] if where and len(found) else found

    def at(self, chart: str, column: str, data: str = "rows", **where: Any) -> float:
        """Return the last number in these rows; NaN where nothing is drawn."""
        if not len(self.frames[chart].get(data, ())):
            return float("nan")
        found = self._column(chart, data, column)[self._rows(chart, data, where)]
        return float(found[-1]) if len(found) else float("nan")

    def _rows(self, chart: str, data: str, where: dict[str, Any]) -> np.ndarray:
        kept = np.ones(len(self.frames[chart][data]), dtype=bool)
        for column, value in where.items():
            kept &= self._column(chart, data, column) == value
        return kept

    def _column(self, chart: str, data: str, column: str) -> np.ndarray:
        """Return a column as an array, which is faster to search than a frame."""
        key = (chart, data, column)
        if key not in self._columns:
            self._columns[key] = self.frames[chart][data][column].to_numpy()
        return self._columns[key]

    @cached_property
    def _columns(self) -> dict[tuple[str, str, str], np.ndarray]:
        return {}

    def table(self, alt: str) -> pd.DataFrame:
        """Return a table by its name."""
        return next(b.frame for b in self.scene.blocks() if isinstance(b, Table) and b.alt == alt)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Give each text of the page with what it is."""
        yield from (("notice", told) for told in self.scene.notice)
        for block in self.scene.blocks():
            match block:
                case Text() | Caption() | Heading() | Warn() | Badge():
                    yield type(block).__name__.lower(), block.words
                case Figures():
                    for label, value in block.numbers.items():
                        yield "figure", f"{label}: {value}"
                case Table():
                    yield "table", block.alt
                    yield from (("cell", cell) for cell in _cells(block.frame))
                case Choices():
                    yield from (("choice", one.label) for one in block.choices)
                case Link():
                    yield "link", block.label
                case Growing():
                    yield from (("offer", words) for words in (block.offer, block.complaint))
        for view in self.scene.views():
            yield "alt", view.alt
            yield "note", view.note


def _cells(frame: pd.DataFrame) -> Iterator[str]:
    for column in frame.columns:
        yield str(column)
        yield from (cell for cell in frame[column] if isinstance(cell, str))


def look(room: str, changes: dict[str, Any]) -> Seen:
    """Return a page at a setting; what it needs is computed once."""
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    v = scenes.PAGE.values(changes)
    needs = scenes.needs(v)
    given = _given(room, v, needs)
    if given is not None:
        return Seen(room, v, scenes.scene(v, given), given)
    for ask in needs.values():
        if ask not in _FINISHED:
            _FINISHED[ask] = work.Job(ask).finish()
    found = {name: _FINISHED[ask] for name, ask in needs.items()}
    return Seen(room, v, scenes.scene(v, found), found)


def _given(room: str, v: Values, needs: Any) -> dict[Any, Any] | None:
    """Return what a page's reader puts in the place of what would take minutes; None for nothing.

    What is said must be true of whatever was found, so it need not have been computed.
    """
    reader = import_module(f"tests.reader.rooms.{room}")
    found: dict[Any, Any] | None = getattr(reader, "found_at", lambda *_: None)(v, needs)
    return found


def forget() -> None:
    """Drop what was computed."""
    _FINISHED.clear()
