"""A browser's side of a Streamlit session: opens a page, holds its widgets, changes them.

What a browser does with the server's messages is done here, but for drawing: it keeps the state of
every widget on the page and sends all of it with each change; it names the fragment in which the
changed widget lies; it keeps what widgets bound to the link say in its address; and it keeps large
elements, so that the server sends them once.
"""

from __future__ import annotations

import asyncio
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.load.servers import ROOT
from tests.load.socket import Socket, connect

CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
REMEMBERED: int = CONFIG["global"]["maxCachedMessageAge"]
"""Runs that a browser keeps a large element for, after it last stood on the page."""


@dataclass
class Widget:
    """A widget that holds a value.

    Attributes
    ----------
    kind : str
        The field of its element: "slider", "selectbox", "button_group", …; "number" for a slider
        over numbers, and "fold" for a part of the page that the server fills once it is open.
    key : str
        Its name in the link; empty if it is not bound to it.
    options : tuple of str
        What it offers, as it is written in the link.
    default, value : tuple of str
        What it has without a link, and what it has now; several of a "many".
    fragment : str
        Of the fragment in which it lies; empty outside.
    """

    id: str
    kind: str
    key: str
    options: tuple[str, ...]
    default: tuple[str, ...]
    value: tuple[str, ...]
    fragment: str
    disabled: bool

    def state(self) -> WidgetState:
        """Return its value as the server is told."""
        state = WidgetState(id=self.id)
        if self.kind in ("checkbox", "fold"):
            state.bool_value = self.value == ("true",)
        elif self.kind == "selectbox":
            state.string_value = self.value[0]
        elif self.kind == "number":
            state.double_array_value.data.extend(map(float, self.value))
        else:
            state.string_array_value.data.extend(self.value)
        return state


def _widget(kind: str, proto: Any, fragment: str) -> Widget | None:
    """Read a widget from its element; None for those that are not known here."""
    known = _READERS.get(kind)
    if known is None:
        return None
    options, default, value = known(proto)
    if kind == "slider" and proto.type != Slider.SELECT_SLIDER:
        kind = "number"
    own = value if proto.set_value else default
    key = proto.query_param_key
    return Widget(proto.id, kind, key, options, default, own, fragment, proto.disabled)


_Read = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _slider(proto: Any) -> _Read:
    if proto.type == Slider.SELECT_SLIDER:
        texts = tuple(proto.options)
        default = tuple(texts[int(at)] for at in proto.default)
        return texts, default, tuple(proto.raw_value) or tuple(texts[int(v)] for v in proto.value)
    count = round((proto.max - proto.min) / proto.step)
    numbers = tuple(f"{proto.min + i * proto.step:g}" for i in range(count + 1))
    return numbers, *(tuple(f"{v:g}" for v in values) for values in (proto.default, proto.value))


def _selectbox(proto: Any) -> _Read:
    texts = tuple(proto.options)
    return texts, (texts[proto.default],), (proto.raw_value,)


def _button_group(proto: Any) -> _Read:
    texts = tuple(option.content for option in proto.options)
    return texts, tuple(texts[at] for at in proto.default), tuple(proto.raw_values)


def _checkbox(proto: Any) -> _Read:
    written = {True: ("true",), False: ("false",)}
    return ("false", "true"), written[proto.default], written[proto.value]


_READERS: dict[str, Callable[[Any], _Read]] = {
    "slider": _slider,
    "selectbox": _selectbox,
    "button_group": _button_group,
    "checkbox": _checkbox,
}


@dataclass(frozen=True)
class Run:
    """What one run of a page was for its session.

    Attributes
    ----------
    seconds : float
        From the request to the end of the run.
    bytes : int
        Received.
    errors : tuple of str
        What a student must never see: exceptions, pages that are not there.
    """

    seconds: float
    bytes: int
    errors: tuple[str, ...]


class Gone(ConnectionError):
    """The server has closed the session before the run was finished."""


class Session:
    """One browser tab.

    Attributes
    ----------
    widgets : dict of str to Widget
        Those on the page, by id, in the order in which they were drawn.
    buttons : dict of str to str
        Ids of the buttons on the page by their labels; they stay known when they go.
    charts : dict
        What each chart on the page draws, by the chart's place: a hash.
    told : list of str
        The texts of all progress bars and boxes that stood on the page, in order.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket: Socket | None = None
        self.page, self.query = "", dict[str, list[str]]()
        self.widgets: dict[str, Widget] = {}
        self.buttons: dict[str, str] = {}
        self.charts: dict[tuple[int, ...], int] = {}
        self.told: list[str] = []
        self._fragments: dict[str, str] = {}
        self._charts_of: dict[tuple[int, ...], str] = {}
        self._hash, self._kept = "", dict[str, tuple[int, Any]]()
        self._runs, self._seen = 0, set[object]()
        self._errors: list[str] = []
        self._finished: asyncio.Future[None] | None = None

    async def connect(self) -> Session:
        """Connect; nothing runs yet."""
        self.socket = await connect(self.address, self._receive)
        return self

    async def open(self, page: str = "", query: str = "") -> Run:
        """Open a page by its link."""
        self.page, self.query, self._hash = page, {}, ""
        for key, text in parse_qsl(query):
            self.query.setdefault(key, []).append(text)
        return await self._run("", page)

    async def come_back(self) -> Run:
        """Connect again after the server has gone, and ask for the page as it stands here."""
        self._kept = {}
        await self.connect()
        return await self._run("")

    async def move(self, widget: Widget, *value: str) -> Run:
        """Change a widget, as a reader does."""
        widget.value = value
        if widget.key:
            self.query.pop(widget.key, None)
            if value != widget.default:
                self.query[widget.key] = list(value)
        return await self._run(widget.fragment)

    async def press(self, label: str) -> Run:
        """Press a button, or one of a row."""
        for widget in self.rows:
            if label in widget.options:
                return await self.move(widget, label)
        pressed = WidgetState(id=self.buttons[label], trigger_value=True)
        return await self._run(self._fragments[label], also=pressed)

    def named(self, key: str) -> Widget:
        """Return the widget with that name in the link (KeyError where there is none)."""
        for widget in self.widgets.values():
            if widget.key == key:
                return widget
        raise KeyError(f"no widget {key!r} on /{self.page}")

    @property
    def movable(self) -> list[Widget]:
        """The widgets that a reader can change, sliders first."""
        held = [w for w in self.widgets.values() if w.kind != "fold" and w not in self.rows]
        able = [w for w in held if not w.disabled and len(w.options) > 1]
        return sorted(able, key=lambda w: w.kind not in ("slider", "number"))

    @property
    def rows(self) -> list[Widget]:
        """Rows of buttons, which keep no value."""
        return [w for w in self.widgets.values() if w.kind == "button_group" and not w.key]

    @property
    def folds(self) -> list[Widget]:
        """What can be unfolded and is asked for only then: "false" where it is closed."""
        return [w for w in self.widgets.values() if w.kind == "fold"]

    def link(self) -> str:
        """Return the query of the page's address."""
        return urlencode(self.query, doseq=True)

    # --- requests ---------------------------------------------------------------------------

    async def _run(self, fragment: str, page: str = "", also: WidgetState | None = None) -> Run:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name, asked.fragment_id = self.link(), page, fragment
        asked.page_script_hash = self._hash
        # A page that is opened has no widgets yet.
        if self._hash:
            asked.widget_states.widgets.extend(w.state() for w in self.widgets.values())
        if also:
            asked.widget_states.widgets.append(also)
        asked.cached_message_hashes.extend(self._kept)
        self._errors = []
        assert self.socket is not None, "it has not connected"
        self._finished = asyncio.get_running_loop().create_future()
        before, began = self.socket.bytes, time.perf_counter()
        self.socket.send(message.SerializeToString())
        await asyncio.wait(
            (self._finished, self.socket.closed), return_when=asyncio.FIRST_COMPLETED
        )
        if not self._finished.done():
            raise Gone(f"/{self.page} was not finished")
        seconds = time.perf_counter() - began
        return Run(seconds, self.socket.bytes - before, tuple(self._errors))

    # --- answers ----------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        message = ForwardMsg.FromString(data)
        match message.WhichOneof("type"):
            case "delta":
                self._draw(message)
            case "ref_hash":
                _, drawn = self._kept[message.ref_hash]
                self._kept[message.ref_hash] = self._runs, drawn
                if drawn is not None:
                    self._stand(tuple(message.metadata.delta_path), *drawn)
            case "new_session":
                self._seen = set()
            case "navigation":
                self._hash = message.navigation.page_script_hash
            case "page_not_found":
                self._errors.append("page not found")
            case "script_finished":
                self._finish(message.script_finished)

    def _draw(self, message: ForwardMsg) -> None:
        delta = message.delta
        if delta.WhichOneof("type") == "add_block":
            self._fold(delta)
        if delta.WhichOneof("type") != "new_element":
            return
        element, path, drawn = delta.new_element, tuple(message.metadata.delta_path), None
        kind = element.WhichOneof("type") or ""
        proto = getattr(element, kind, None)
        if kind == "vega_lite_chart":
            # Arrow's bytes differ where the rows do; the words say what they show.
            rows = [(each.name, each.data.data) for each in proto.datasets]
            drawn = hash((proto.alt, proto.spec, *sorted(rows))), delta.fragment_id
            self._stand(path, *drawn)
        elif kind == "exception":
            self._errors.append(f"{proto.type}: {proto.message}")
        elif kind == "button":
            self.buttons[proto.label] = proto.id
            self._fragments[proto.label] = delta.fragment_id
        elif kind == "progress":
            self.told.append(proto.text)
        elif kind == "alert":
            self.told.append(proto.body)
        elif (widget := _widget(kind, proto, delta.fragment_id)) is not None:
            self._hold(widget, given=proto.set_value)
        if message.metadata.cacheable:
            self._kept[message.hash] = self._runs, drawn

    def _fold(self, delta: Delta) -> None:
        kind = delta.add_block.WhichOneof("type") or ""
        proto = getattr(delta.add_block, kind, None)
        if kind not in ("expandable", "popover") or not proto.id:
            return
        opened = proto.expanded if kind == "expandable" else proto.open
        value = ("true" if opened else "false",)
        options = ("false", "true")
        fold = Widget(proto.id, "fold", "", options, value, value, delta.fragment_id, False)
        self._hold(fold, given=False)

    def _stand(self, path: tuple[int, ...], digest: int, fragment: str) -> None:
        self.charts[path], self._charts_of[path] = digest, fragment
        self._seen.add(path)

    def _hold(self, widget: Widget, *, given: bool) -> None:
        """Keep a widget; it keeps its value unless the server gives it another."""
        before = self.widgets.get(widget.id)
        if before is not None and not given:
            widget.value = before.value
        if given and widget.key:
            self.query.pop(widget.key, None)
            if widget.value != widget.default:
                self.query[widget.key] = list(widget.value)
        self.widgets[widget.id] = widget
        self._seen.add(widget.id)

    def _finish(self, how: int) -> None:
        if how == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        if how == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self._errors.append("the page could not be compiled")
        whole = how == ForwardMsg.FINISHED_SUCCESSFULLY
        ran = {w.fragment for id, w in self.widgets.items() if id in self._seen and w.fragment}
        gone = lambda place, of: place not in self._seen and (whole or of in ran)  # noqa: E731
        self.widgets = {i: w for i, w in self.widgets.items() if not gone(i, w.fragment)}
        self.charts = {p: d for p, d in self.charts.items() if not gone(p, self._charts_of[p])}
        self._runs += 1
        self._kept = {h: k for h, k in self._kept.items() if self._runs - k[0] <= REMEMBERED}
        if self._finished is not None and not self._finished.done():
            self._finished.set_result(None)

    def leave(self, politely: bool = True) -> None:
        """Close the tab, or be gone without a word, as far as it was ever connected."""
        if self.socket is not None:
            (self.socket.close if politely else self.socket.vanish)()
