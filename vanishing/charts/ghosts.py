"""A chart's lines as they were before the last change, faint, behind the present ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from vanishing.charts import beside
from vanishing.charts.style import QUIET
from vanishing.charts.view import BEFORE, View
from vanishing.engine.arrays import Array

GHOST: Final = 0.4
"""Opacity of a line as it was before."""

ROWS: Final = "rows"
"""The data set of a chart's lines, as in `lines`."""

NEAR: Final = 2.0
"""Pixels within which a line as it was is not told from the present one."""

HALO: Final[dict[str, Any]] = {"stroke": {"expr": "background"}, "strokeWidth": 4}


def faint(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer of lines as one that stands back, and tells nothing."""
    encoding = {key: value for key, value in layer["encoding"].items() if key != "tooltip"}
    style = {"opacity": GHOST, "point": False, "tooltip": None, "clip": True}
    return {**layer, "mark": {**layer["mark"], **style}, "encoding": encoding}


def told(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a specification whose layers name their data each, also where all have the same."""
    if "layer" not in spec or "data" not in spec:
        return spec
    rest = {key: value for key, value in spec.items() if key != "data"}
    return {**rest, "layer": [{"data": spec["data"], **layer} for layer in spec["layer"]]}


def behind(view: View, before: View, words: str) -> View:
    """Return a view with the lines of another one faint behind its own, and a word that says so.

    Only those of a name that both have, where both axes measure the same and have ends of their own
    (others would follow what was before), and where they differ. `words` are the settings of the
    other view.
    """
    spec, was = told(view.spec), told(before.spec)
    at, there = _line_of(spec), _line_of(was)
    if at is None or there is None:
        return view
    layer = spec["layer"][at]
    x, y = (_axis(spec, layer, channel) for channel in "xy")
    if x is None or y is None or _measured(layer) != _measured(was["layer"][there]):
        return view
    picture = _Picture(x, y, layer["encoding"]["y"]["field"])
    others = [frame for name, frame in view.frames.items() if name != ROWS]
    frame = _frame(picture, view.frames[ROWS], before.frames[ROWS], others)
    if frame is None:
        return view
    layers = [*spec["layer"][:at], _ghost(layer), *spec["layer"][at:], *_words(layer)]
    sentence = f"Faint: before, with {words}."
    return replace(
        view,
        spec={**spec, "layer": layers},
        frames={**view.frames, BEFORE: frame},
        alt=f"{view.alt} {sentence}",
        note=f"{view.note} {sentence}".strip(),
    )


def _line_of(spec: Mapping[str, Any]) -> int | None:
    """Return which layer draws lines as `lines` does, if one does."""
    for place, layer in enumerate(spec.get("layer", ())):
        mark, encoding = layer.get("mark"), layer.get("encoding", {})
        lines = isinstance(mark, dict) and mark["type"] == "line" and layer["data"]["name"] == ROWS
        fields = [encoding.get(channel, {}).get("field") for channel in ("x", "color")]
        if lines and fields == ["x", "series"]:
            return place
    return None


def _measured(layer: Mapping[str, Any]) -> list[Any]:
    """Return what the axes show."""
    return [layer["encoding"][channel].get(key) for channel in "xy" for key in ("field", "title")]


# --- layers ---------------------------------------------------------------------------------------


def _ghost(layer: Mapping[str, Any]) -> dict[str, Any]:
    return {**faint(layer), "data": {"name": BEFORE}}


def _words(layer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the layers of a word beside the faint lines, with the page's colour around it."""
    places = {channel: layer["encoding"][channel] for channel in "xy"}
    word = {
        "data": {"name": BEFORE},
        "transform": [{"filter": "datum.text !== ''"}],
        "encoding": {**places, "text": {"field": "text", "type": "nominal"}},
    }
    mark = {"type": "text", "color": QUIET, **beside.STANDS}
    return [{**word, "mark": {**mark, **HALO}}, {**word, "mark": mark}]


# --- where lines are in the picture ---------------------------------------------------------------


class _Axis(NamedTuple):
    """An axis whose ends are known."""

    low: float
    high: float
    log: bool

    def shares(self, sizes: Array) -> Array:
        """Return places on it, 0 to 1 from end to end."""
        ends = np.array([self.low, self.high])
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                sizes, ends = np.log10(sizes), np.log10(ends)
        found: Array = (sizes - ends[0]) / (ends[1] - ends[0])
        return found


def _axis(spec: Mapping[str, Any], layer: Mapping[str, Any], channel: str) -> _Axis | None:
    """Return an axis of a layer, if it has ends of its own."""
    scale = layer["encoding"][channel].get("scale", {})
    if "domain" not in scale:
        return None
    given: Any = next((p["value"] for p in spec.get("params", ()) if p["name"] == "at"), {})
    low, high = (
        given[end["expr"].removeprefix("at.")] if isinstance(end, dict) else end
        for end in scale["domain"]
    )
    return _Axis(low, high, scale.get("type") == "log")


class _Line(NamedTuple):
    """A line: its columns x and y, and its points, (K, 2), in shares of the picture."""

    x: Array
    y: Array
    points: Array


class _Picture(NamedTuple):
    """The axes of a chart, and the column of its rows that is drawn along the second."""

    x: _Axis
    y: _Axis
    field: str

    def lines(self, frame: Any, field: str) -> dict[str, _Line]:
        """Return the lines of a data set by name, in order, without what has no place."""
        # By columns: a frame of pandas and a table of Arrow are alike there, and this is quick.
        x, y = (frame[name].to_numpy().astype(float) for name in ("x", field))
        names = frame["series"].to_numpy()
        places = np.stack([self.x.shares(x), self.y.shares(y)], axis=1)
        found = {}
        for name in dict.fromkeys(names):
            # On a log axis 0 has none, either.
            own = (names == name) & np.isfinite(places).all(axis=1)
            if own.any():
                found[str(name)] = _Line(x[own], y[own], places[own])
        return found


def _frame(picture: _Picture, now: Any, was: Any, others: Sequence[Any]) -> pd.DataFrame | None:
    """Return the rows of the lines as they were, one with the word; None if none can be told.

    The word stands clear of the present lines and of the `others`.
    """
    lines, ghosts = (picture.lines(frame, picture.field) for frame in (now, was))
    apart = {n: _apart(g, lines[n]) for n, g in ghosts.items() if n in lines}
    seen = {n: ghosts[n] for n in sorted(apart, key=apart.__getitem__) if apart[n] > NEAR}
    if not seen:
        return None
    there = [line.points for line in lines.values()]
    there += [each for frame in others for each in _others(picture, frame)]
    word, spot = _word({name: line.points for name, line in reversed(seen.items())}, there)
    rows: list[tuple[float, float, str, str, str]] = []
    for name in dict.fromkeys(now["series"].to_numpy()):
        # A row without a place keeps the colour of a line that is not there, or was the same.
        x, y = seen[name][:2] if name in seen else (np.array([np.nan]), np.array([np.nan]))
        words = [("", "")] * len(x)
        if spot and word == name:
            words[spot.point] = (BEFORE, spot.place)
        rows += [(*at, name, *word) for *at, word in zip(x, y, words, strict=True)]
    return pd.DataFrame(rows, columns=["x", picture.field, "series", "text", "place"])


def _word(ghosts: Mapping[str, Array], others: Sequence[Array]) -> tuple[str, beside.Spot | None]:
    """Return beside which of some lines a word stands, and where: at the first with enough room."""
    found: list[tuple[float, str, beside.Spot]] = []
    for name, points in ghosts.items():
        if spot := beside.spot(BEFORE, points, others):
            found.append((spot.free, name, spot))
            if spot.free > 0.0:
                break
    return max(found)[1:] if found else ("", None)


def _others(picture: _Picture, frame: Any) -> Iterator[Array]:
    """Give the lines of another data set, and its words."""
    names = getattr(frame, "column_names", None) or [*frame.columns]
    if {"x", "y", "series"} <= {*names}:
        for line in picture.lines(frame, "y").values():
            yield line.points
        if "place" in names:
            x, y, text, place = (frame[name].to_numpy() for name in ("x", "y", "text", "place"))
            for point in np.flatnonzero(text != ""):
                at = np.array([picture.x.shares(x[point]), picture.y.shares(y[point])])
                yield beside.corners(text[point], at, place[point])


def _apart(was: _Line, now: _Line) -> float:
    """Return how far a line as it was is from the present one, in pixels within the picture."""
    seen = was.points[((was.points >= 0) & (was.points <= 1)).all(axis=1)]
    x, y = now.points.T
    nearest = np.clip(seen[:, 0], x[0], x[-1])
    away = np.stack([seen[:, 0] - nearest, seen[:, 1] - np.interp(nearest, x, y)], axis=1)
    return float(np.hypot(*(away * beside.PICTURE).T).max(initial=0.0))
