"""What a reader sees of a page, as plain data: settings, link, sentences and charts.

No name of a module is in it, so that the code may move: left out are "The code that ran" and the
address in the Share box. What depends on the clock is left out too, see `_FADED`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pyarrow as pa
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.pages.support import note, plain, unseen
from tests.record import digest
from vanishing.ui.page import Page

THE_CODE = "The code that ran"

FOOT = "Words on this page"
"""What names the words of a page, which are found in this record: see `tests.glossary`."""

TIMED = {"time per element", "evidence C14"}
"""Charts of times, which differ from machine to machine: of these only that they are there."""

_NUMBER = r"\d+(?:[.,]\d+)*"

_FADED = (
    # The times of the activations, measured once since the server started.
    (r"^ReLU takes .* ns per element for f and f′, here and now.*", _NUMBER),
    # The same as claim C14: its reason, and the cell of its table with what was measured.
    (r"^Sigmoid takes .* times as long as ReLU, tanh .* times\.", _NUMBER),
    (r"^\| Time of [^|]+\|[^|]*", _NUMBER),
    # How long a sweep would take, on how many processes.
    (r"(?<=cells are not computed yet: )at most about .*", r"(?<=about ).*(?=\.)"),
)
"""Parts of sentences, and in them the times: these are shown as ~."""


def shown(at: AppTest, page: Page) -> dict[str, Any]:
    """Return what is seen of a page that has run.

    Returns
    -------
    dict
        ``settings``: value of each control drawn; ``link``: the query that leads here;
        ``sentences``: every line of text, from top to bottom; ``charts``: by chart and data set,
        the digests of its columns.
    """
    assert not at.exception, [e.message for e in at.exception]
    settings = {
        control.name: at.session_state[page.param(control.name)]
        for control in page.controls
        if page.param(control.name) in at.session_state
    }
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in settings.items()}
    seen: dict[str, Any] = {"link": page.query(values), "settings": settings}
    seen |= {"sentences": [], "charts": {}}
    for element in _elements(at.main):
        match element.type:
            case "vega_lite_chart":
                place, name = len(seen["sentences"]), _chart(element, seen)
            case "html":
                if (told := unseen(element.proto.body)) and name not in TIMED:
                    lines = [f"chart {name}: {line}" for line in told.splitlines()]
                    seen["sentences"][place:place] = lines
                seen["sentences"] += map(faded, plain(note(element.proto.body)).splitlines())
            case _:
                seen["sentences"] += said(element)
    return seen


def params(link: str) -> dict[str, str | list[str]]:
    """Return a link's query as the parameters of `open_page`."""
    return dict(parse_qs(link, keep_blank_values=True))


def _elements(block: Block) -> Iterator[Any]:
    """Give the elements from top to bottom, a fold before what is in it."""
    for _, child in sorted(block.children.items()):
        if not isinstance(child, Block):
            yield child
            continue
        fold = child.label if child.type == "expander" else None
        if fold == FOOT:
            continue
        if fold is not None:
            yield child
        if fold != THE_CODE:
            yield from _elements(child)


def _table(stream: bytes) -> pa.Table:
    return pa.ipc.open_stream(stream).read_all()


def _chart(element: Any, seen: dict[str, Any]) -> str:
    """Add a chart: its data, and the titles of its axes and legends; return its name."""
    spec = json.loads(element.proto.spec)
    name = spec["usermeta"]["view"]
    if name in TIMED:
        seen["charts"][name] = {}
        return name
    sets = {one.name: digest.of(_table(one.data.data)) for one in element.proto.datasets}
    seen["charts"][name] = sets
    seen["sentences"] += [f"title in {name}: {title}" for title in sorted(set(_titles(spec)))]
    return name


def _titles(spec: Any) -> Iterator[str]:
    """Give every title in a specification."""
    if isinstance(spec, list):
        for item in spec:
            yield from _titles(item)
    elif isinstance(spec, dict):
        for key, value in spec.items():
            if key == "title" and isinstance(value, str) and value:
                yield value
            else:
                yield from _titles(value)


def said(element: Any) -> list[str]:
    """Return an element's lines; [] for what says nothing, or what every page has."""
    match element.type:
        case "markdown" | "caption":
            lines = plain(element.value).splitlines()
            texts = [f"header: {line[3:]}" if line.startswith("## ") else line for line in lines]
        case "title" | "header" | "subheader" | "latex":
            texts = [f"{element.type}: {element.value}"]
        case "warning" | "info" | "error" | "success":
            texts = [f"{element.type}: {element.proto.title}", *element.value.splitlines()]
        case "metric":
            texts = [f"metric: {element.label} = {element.value} {element.delta}".strip()]
        case "button" if not str(element.key).startswith("present_"):
            texts = [f"button: {element.label}"]
        case "button_group" if not element.proto.query_param_key:
            texts = [f"button: {option}" for option in element.options]
        case "page_link":
            leads = f"{element.proto.page}?{element.proto.query_string}".rstrip("?")
            # What a card tells is read; the way that it leads is its last words.
            told, _, label = element.value.rpartition(" :primary")
            texts = [told, f"link: {label.strip('[*]') if told else label} → {leads}"]
        case "expander":
            texts = [f"fold: {element.label}"]
        case _:
            texts = []
    return [faded(text) for text in texts if text.strip()]


def faded(text: str) -> str:
    """Return a sentence without its times, where it has some."""
    for part, time in _FADED:
        text = re.sub(part, lambda found, time=time: re.sub(time, "~", found[0]), text)
    return text
