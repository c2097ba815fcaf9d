"""Which of a chart's data sets are used, and how: read off its specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import pandas as pd

_Part: TypeAlias = Mapping[str, Any]


def parts_of(part: _Part) -> list[_Part]:
    """Return the parts that a part of a chart is made of."""
    inner = [part["spec"]] if "spec" in part else []
    for key in ("layer", "concat", "hconcat", "vconcat"):
        inner += part.get(key, [])
    return inner


def marks(spec: _Part, data: str = "") -> Iterator[tuple[str, _Part]]:
    """Give each mark of a chart with the name of its data set."""
    data = (spec.get("data") or {}).get("name", data)
    if "mark" in spec:
        yield data, spec
    for part in parts_of(spec):
        yield from marks(part, data)


def drawn(spec: _Part) -> set[str]:
    """Return the data sets that a reader sees: not those of words, or of expressions alone."""
    return {name for name, part in marks(spec) if _visible(part["mark"])}


def _visible(mark: str | _Part) -> bool:
    said = {"type": mark} if isinstance(mark, str) else mark
    return said["type"] != "text" and said.get("opacity") != 0


def used(spec: _Part) -> set[str]:
    """Return the data sets that marks draw or look up.

    What is sent besides, Vega forgets, and Streamlit cannot put new rows in its place.
    """
    found = set()
    for name, part in marks(spec):
        looked_up = [step["from"] for step in part.get("transform", ()) if "lookup" in step]
        found |= {name, *(one["data"]["name"] for one in looked_up)}
    return found


def order(spec: _Part, frames: Mapping[str, Any]) -> list[list[Any]]:
    """Return the values of each scale that has them as they come, in the order in which they do.

    A chart that stands keeps the order in which it first saw them, and with it their colours and
    places: where new rows have another, it has to be made anew.
    """
    columns = {
        (name, one["field"])
        for name, part in marks(spec)
        for encoding in part.get("encoding", {}).values()
        for one in (encoding if isinstance(encoding, list) else [encoding])
        if one.get("sort", "") is None and "domain" not in (one.get("scale") or {})
    }
    return [_values(frames[name], field) for name, field in sorted(columns)]


def _values(frame: Any, field: str) -> list[Any]:
    if isinstance(frame, pd.DataFrame):
        return list(frame[field].unique())
    values: list[Any] = frame.column(field).unique().to_pylist()
    return values
