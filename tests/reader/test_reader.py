"""Every page, at many settings: every sentence is well formed, and true of what is drawn."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest

from tests.reader import drawn, grammar
from tests.reader.seen import Seen, forget, look
from tests.reader.templates import misread

NUMBER = {
    # Forty depths are all there is.
    "home": 40,
    "layers": 180,
    "chain": 240,
    "derivatives": 180,
    "descent": 260,
    "recurrent": 160,
    # Two runs each, and the picture of both.
    "training": 140,
    "dying": 280,
    "depth": 120,
    # Every claim and every card, as shipped and as run live.
    "claims": 120,
    "papers": 50,
}
"""Settings at which each page is read: its corners, and about a hundred drawn at random."""
MORE = int(os.environ.get("READ", "1"))
"""How many times as many are read, by who has changed a sentence: `READ=5 python -m pytest …`."""
HELD = ("notice", "text", "figure", "alt", "note", "caption")
"""Texts whose every number must be covered by a template."""


def faults_of(seen: Seen, room: Any) -> list[str]:
    """Return what is wrong with a page at one setting."""
    found = []
    for kind, text in seen.texts():
        told = grammar.faults(text, room.EXCEPTIONS)
        if kind in getattr(room, "HELD", HELD):
            plain = getattr(room, "plain", lambda _, words: words)
            told += misread(seen, plain(seen, text), room.TEMPLATES)
        found += [f"{fault}  [{kind}: {text}]" for fault in told]
    return found + getattr(room, "also", lambda _: [])(seen)


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_kept():
    yield
    forget()


@pytest.mark.parametrize("name", NUMBER)
def test_every_sentence_is_true(name):
    room = import_module(f"tests.reader.rooms.{name}")
    page = import_module(f"vanishing.concepts.{name}.scenes").PAGE
    corners, rare = getattr(room, "CORNERS", ()), getattr(room, "RARE", {})
    wrong = []
    for one in drawn.settings(page, MORE * NUMBER[name], room.CHEAP, corners, rare):
        seen = look(name, one)
        wrong += [f"{page.query(seen.v)}: {fault}" for fault in faults_of(seen, room)]
    assert not wrong, "\n".join(wrong[:40])
