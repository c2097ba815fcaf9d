"""A page's scene by its link, and what it says."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from vanishing.charts.view import View
from vanishing.ui import work
from vanishing.ui.controls import decode
from vanishing.ui.page import Values
from vanishing.ui.scene import Caption, Figures, Scene, Text


def at_link(room: str, link: str) -> tuple[Scene, dict[Any, Any], Values]:
    """Return the scene that a link opens, what was computed for it, and its settings."""
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    asked, values = parse_qs(link), {}
    for control in scenes.PAGE.controls:
        given = asked.pop(scenes.PAGE.param(control.name), None)
        if given:
            values[control.name], complaint = decode(control, given)
            assert complaint is None, complaint
    assert not asked, f"no controls of {room}: {sorted(asked)}"
    v = scenes.PAGE.values(values)
    found = work.finish(scenes.needs(v))
    return scenes.scene(v, found), found, v


def assert_drawn(scene: Scene) -> None:
    """No chart drawn from nothing, and something to notice."""
    assert scene.notice
    for view in scene.views():
        assert any(len(frame) for frame in view.frames.values()), f"chart {view.name} is empty"


def chart(scene: Scene, name: str) -> View:
    """Return the chart of that name."""
    (view,) = (view for view in scene.views() if view.name == name)
    return view


def words(scene: Scene) -> str:
    """Return all that a scene says: sentences, captions, alt texts, notes and figures."""
    said = list(scene.notice)
    for block in scene.blocks():
        if isinstance(block, Text | Caption):
            said.append(block.words)
        elif isinstance(block, Figures):
            said += [f"{label}: {value}" for label, value in block.numbers.items()]
    for view in scene.views():
        said += [view.alt, view.note]
    return "\n".join(said)


def sentence(scene: Scene, holding: str) -> str:
    """Return the one sentence to notice, or of a list below, that holds these words."""
    (told,) = (told for told in sentences(scene) if holding in told)
    return told


def sentences(scene: Scene) -> list[str]:
    """Return what there is to notice, and the entries of lists below."""
    below = "\n".join(block.words for block in scene.blocks() if isinstance(block, Text))
    return [*scene.notice, *(line[2:] for line in below.split("\n") if line.startswith("- "))]
