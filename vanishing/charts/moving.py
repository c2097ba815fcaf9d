"""One chart that holds the pictures of all values of a control, and shows the one under the hand.

The rows of all pictures travel together, each with the values for which it is drawn; Vega reads the
control's place itself and filters, so that nothing is asked of the server while the control moves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from vanishing.charts import ghosts
from vanishing.charts.view import View

FIRST, LAST = "shown_from", "shown_to"
"""The columns of the first and the last place of the control at which a row is drawn."""

NOW, BEFORE = "now", "before"
"""The places of the control: under the hand, and when it was taken hold of."""

MOVED, TAKEN = "moved", "taken"
"""The events of the slider at which they change; a script of the page raises them."""

FAINT: Final = "Faint: before the slider moved."
"""What is said of the lines that stay where they were."""

EXACT: Final = (1e-30, 1e30)
"""Sizes that single precision keeps well away from its ends."""


def joined(pictures: Sequence[View], slider: str) -> View | None:
    """Return one view of all pictures, or None where they are not of one shape or do not differ.

    Parameters
    ----------
    pictures : sequence of View
        The same chart at each value of a control, in the order of its values.
    slider : str
        CSS selector of the control's range input, whose value is the place among them.
    """
    specs, ends = zip(*(_apart(ghosts.told(view.spec)) for view in pictures), strict=True)
    shape = _shape(specs)
    if shape is None:
        return None
    names = dict.fromkeys(name for view in pictures for name in view.frames)
    frames = {name: _stacked([view.frames.get(name) for view in pictures]) for name in names}
    moving = {name for name, frame in frames.items() if FIRST in frame}
    if not moving:
        return None
    spec = dict(shape)
    spec["params"] = [
        *spec.get("params", []),
        *_ends(ends),
        *(
            {"name": name, "bind": {"element": slider, "event": event}}
            for name, event in ((NOW, MOVED), (BEFORE, TAKEN))
        ),
    ]
    spec = _filtered(spec, moving)
    # Of the pictures' own notes each belongs to its value.
    note = FAINT if _at(BEFORE)["filter"] in _written(spec) else ""
    return replace(pictures[0], spec=spec, frames=frames, note=note)


def _shape(specs: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the specification with all layers, if the others are that one without some of them."""
    largest = max(specs, key=_layers)
    layers = [_written(layer) for layer in largest.get("layer", ())]
    for spec in specs:
        rest = all(spec.get(key) == largest[key] for key in largest if key != "layer")
        if not rest or any(_written(layer) not in layers for layer in spec.get("layer", ())):
            return None
    return dict(largest)


def _apart(spec: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return a specification without the parameter `at`, and what that holds."""
    params = {param["name"]: param for param in spec.get("params", ())}
    held = params.pop("at", {}).get("value")
    return {**spec, "params": [*params.values()]}, held


def _ends(held: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the parameter `at` of all pictures: the same, or that of the place of the control."""
    each = [one for i, one in enumerate(held) if one not in held[:i]]
    if len(each) == 1:
        return [] if each[0] is None else [{"name": "at", "value": each[0]}]
    of = [each.index(one) for one in held]
    now = {"name": "at", "expr": f"ends[of[+{NOW}] || 0]"}
    return [{"name": "ends", "value": each}, {"name": "of", "value": of}, now]


def _layers(spec: Mapping[str, Any]) -> int:
    return len(spec.get("layer", ()))


def _written(thing: Any) -> str:
    return json.dumps(thing, sort_keys=True)


# --- rows -----------------------------------------------------------------------------------------


def _stacked(frames: Sequence[pd.DataFrame | None]) -> pd.DataFrame:
    """Return the rows of all frames, each once for all neighbours that hold it.

    A row keeps its place among the others: lines are drawn in the order of their rows. Where all
    frames are the same, that one is returned.
    """
    some = next(frame for frame in frames if frame is not None)
    spans: dict[tuple[Any, ...], list[list[int]]] = {}
    for place, frame in enumerate(frames):
        for row in () if frame is None else _rows(frame[some.columns]):
            known = spans.setdefault(row, [])
            if known and known[-1][1] == place - 1:
                known[-1][1] = place
            else:
                known.append([place, place])
    if all(each == [[0, len(frames) - 1]] for each in spans.values()):
        return some
    ordered = sorted(
        (row[0], first, last, row) for row, each in spans.items() for first, last in each
    )
    rows = pd.DataFrame([row[1:] for *_, row in ordered], columns=some.columns)
    _, first, last, _ = zip(*ordered, strict=True)
    # In fewer bytes: a picture needs no sixteen digits.
    return rows.astype(some.dtypes).assign(**{FIRST: first, LAST: last}).apply(_narrow)


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Give the rows, each behind its number; None for NaN, which is not equal to itself."""
    frame = frame.reset_index(drop=True)
    plain = frame.astype(object).where(frame.notna(), None)
    return plain.itertuples(index=True, name=None)


def _narrow(column: pd.Series[Any]) -> pd.Series[Any]:
    if column.dtype.kind in "iu":
        return pd.to_numeric(column, downcast="integer")
    if column.dtype.kind == "f":
        sizes = np.abs(column[np.isfinite(column) & (column != 0)])
        return column.astype("float32") if sizes.between(*EXACT).all() else column
    return column if column.dtype.kind == "b" else column.astype("category")


# --- the specification ----------------------------------------------------------------------------


def _filtered(spec: Mapping[str, Any], moving: Set[str]) -> dict[str, Any]:
    """Return a specification that draws only the rows of the present place, and ghosts of lines."""
    view = dict(spec)
    if view.get("data", {}).get("name") in moving:
        view["transform"] = [_at(NOW), *view.get("transform", [])]
        return view
    for parts in ("layer", "vconcat", "hconcat", "concat"):
        if parts in view:
            view[parts] = [
                each
                for part in view[parts]
                for each in (*_ghost(part, moving), _filtered(part, moving))
            ]
    return view


def _at(param: str) -> dict[str, str]:
    return {"filter": f"datum.{FIRST} <= +{param} && +{param} <= datum.{LAST}"}


def _ghost(layer: Mapping[str, Any], moving: Set[str]) -> Iterator[dict[str, Any]]:
    """Give a line as it was when the control was taken hold of, faint; of other marks, nothing."""
    mark = layer.get("mark")
    if not isinstance(mark, dict) or mark["type"] != "line" or layer["data"]["name"] not in moving:
        return
    yield {**ghosts.faint(layer), "transform": [_at(BEFORE), *layer.get("transform", [])]}
