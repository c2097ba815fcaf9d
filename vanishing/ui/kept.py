"""Finished scenes, kept for everybody: a page seen before costs only its elements."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanishing.charts.sets import order
from vanishing.charts.view import View
from vanishing.engine import heap
from vanishing.ui.page import Page
from vanishing.ui.scene import Scene, changed

ENTRIES: Final = 1_200
BYTES: Final = 40_000_000
"""What is kept at most; what was wanted least recently goes first."""

Spec: TypeAlias = Mapping[str, Any]
"""A chart's specification, never changed after it is made."""

SHAPES: Final = 400
"""Specifications of charts that are kept once for all."""

INTEGERS: Final = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
"""From the shortest on."""


class Kept:
    """Finished scenes by page and settings, bounded in number and in bytes."""

    def __init__(self, entries: int = ENTRIES, size: int = BYTES) -> None:
        self._entries, self._most = entries, size
        self._scenes: OrderedDict[Hashable, tuple[Scene, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._scenes)

    @property
    def size(self) -> int:
        """Bytes of the frames kept."""
        return self._bytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._scenes.clear()
            self._bytes = 0

    def get(self, page: Page, values: Mapping[str, Any]) -> Scene | None:
        """Return the scene of these settings, if it is there."""
        with self._lock:
            found = self._scenes.get(_key(page, values))
            if found is None:
                return None
            self._scenes.move_to_end(_key(page, values))
            return found[0]

    def made(self, page: Page, values: Mapping[str, Any], make: Callable[[], Scene]) -> Scene:
        """Return the scene of these settings, made if it is not there."""
        return self.get(page, values) or self.put(page, values, make())

    def holds(self, page: Page, values: Mapping[str, Any]) -> bool:
        """Tell whether a scene is there, without wanting it."""
        return _key(page, values) in self._scenes

    def put(self, page: Page, values: Mapping[str, Any], scene: Scene) -> Scene:
        """Keep a finished scene, and return it with its frames in Arrow, ready to send."""
        heap.tidy()
        ready: Scene = replace(changed(_prepared(scene, SPECS.shared), _streamed), kept=True)
        size = size_of(ready)
        with self._lock:
            _, before = self._scenes.pop(_key(page, values), (None, 0))
            self._scenes[_key(page, values)] = (ready, size)
            self._bytes += size - before
            while len(self._scenes) > 1 and (
                len(self._scenes) > self._entries or self._bytes > self._most
            ):
                _, (_, gone) = self._scenes.popitem(last=False)
                self._bytes -= gone
        return ready


def _key(page: Page, values: Mapping[str, Any]) -> Hashable:
    return page.key, tuple(sorted(values.items()))


def in_arrow(scene: Scene) -> Scene:
    """Return a scene with the frames of its charts as Arrow tables."""
    return _prepared(scene, lambda spec: spec)


def size_of(scene: Scene) -> int:
    """Return the bytes of the frames of a scene that is ready."""
    return sum(int(frame.nbytes) for view in scene.views() for frame in view.frames.values())


def _prepared(scene: Scene, shared: Callable[[Spec], Spec]) -> Scene:
    """Return a scene with its frames in Arrow and its specifications shared."""

    def ready(view: View) -> View:
        frames = {name: _table(frame) for name, frame in view.frames.items()}
        return replace(view, frames=frames, spec=shared(view.spec))

    found: Scene = changed(scene, ready)
    return found


class Specs:
    """Specifications of charts, one for all charts of a shape, the newest `most` shapes."""

    def __init__(self, most: int = SHAPES) -> None:
        self._most = most
        self._of_shape: OrderedDict[bytes, Spec] = OrderedDict()
        self._known: set[int] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._of_shape)

    def shared(self, spec: Spec) -> Spec:
        """Return the one of this shape: most charts bring it, those from elsewhere their own."""
        with self._lock:
            if id(spec) in self._known:
                return spec
            shape = sha256(json.dumps(spec).encode()).digest()
            if shape not in self._of_shape:
                self._of_shape[shape] = spec
                self._known.add(id(spec))
                if len(self._of_shape) > self._most:
                    _, gone = self._of_shape.popitem(last=False)
                    self._known.remove(id(gone))
            return self._of_shape[shape]


SPECS: Final = Specs()
"""Those of this process."""


def _table(frame: Any) -> pa.Table:
    """Return a frame as an Arrow table, as small as its values allow: each visitor is sent it."""
    if isinstance(frame, pa.Table):
        return frame
    # Column by column: what Arrow does for a whole frame of pandas takes three times as long.
    columns = [_narrow(_array(column)) for _, column in frame.items()]
    return pa.table(columns, names=[*frame.columns])


def _array(column: Any) -> pa.Array:
    values = pa.array(column, from_pandas=True)
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _narrow(values: pa.Array) -> pa.Array:
    """Return a column's values in fewer bytes: short integers, and words that recur by number."""
    if pa.types.is_integer(values.type) and len(values) > values.null_count:
        ends = pc.min_max(values).as_py()
        return values.cast(next(k for k in INTEGERS if _holds(k, ends["min"], ends["max"])))
    if pa.types.is_large_string(values.type) or pa.types.is_string(values.type):
        coded = values.dictionary_encode()
        if len(coded.dictionary) <= min(len(values) / 4, 127):
            return pa.DictionaryArray.from_arrays(coded.indices.cast("int8"), coded.dictionary)
    return values


def _holds(kind: str, low: int, high: int) -> bool:
    return bool(np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)


def _streamed(view: View) -> View:
    """Return a view with its frames also as they are sent, and their order: once for all."""
    sent = {name: view.sent.get(name) or _stream(table) for name, table in view.frames.items()}
    # Tables that lie in what is sent take no memory of their own.
    frames = {name: pa.ipc.open_stream(stream).read_all() for name, stream in sent.items()}
    return replace(view, frames=frames, sent=sent, order=order(view.spec, frames))


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    written: bytes = sink.getvalue().to_pybytes()
    return written


KEPT: Final = Kept()
"""The scenes of this process."""

LATELY: Final = Kept(entries=40, size=10_000_000)
"""Scenes that many look at for a moment: of runs under way, and with the picture before in them.

Beside the page's settings stands one more, by a name that no control has.
"""
