"""The stage: draws any page from its room, a table of controls and a function to its scenes.

A page's question and answer stand still. What changes is a fragment: a changed setting reruns it
alone. It draws the controls, computes what the scene needs, draws the scene, and closes it with the
equations, the code that ran and the toolbar.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import streamlit as st

from vanishing.charts.view import View
from vanishing.glossary import glossary
from vanishing.text import unbroken
from vanishing.ui import (
    again,
    before,
    blocks,
    follow,
    links,
    markup,
    memory,
    moments,
    presenter,
    ready,
    refusal,
    toolbar,
    waiting,
    watching,
    whole,
    work,
)
from vanishing.ui.controls import Value
from vanishing.ui.kept import KEPT, LATELY
from vanishing.ui.page import Layout, Page, Place, Slot, Values, holds, slots
from vanishing.ui.room import Room
from vanishing.ui.scene import Scene
from vanishing.ui.sources import source_of
from vanishing.ui.widgets import draw, opened

PENDING = "The picture comes when you let go, until those of all places of the slider are made."
"""Said where charts will follow the hand, but do not yet."""

WIDTHS = (2.4, 1.0)
"""Of the two parts of a page: its charts, and the words and controls beside them."""


def show(room: Room) -> None:
    """Run a page, with the link checked, under its question."""
    page = room.PAGE
    if memory.arrive(page):
        links.forget(page)
    presenter.arrive()
    links.repair(page)
    again.draw(_head, page)
    toolbar.presets(page)
    presenter.draw(page)
    place = st.container()
    _foot(room)
    with place:
        if whole.wanted():
            with st.container():
                _play(room)
        else:
            st.fragment(_play, key=page.key)(room)


def _foot(room: Room) -> None:
    """Draw what stands below the stage, before it: the stage may run for a minute."""
    again.draw(_below, room)
    _come_back()


def _head(page: Page) -> None:
    st.title(page.question, anchor=False)
    st.markdown(unbroken(page.answer))


def _below(room: Room) -> None:
    page = room.PAGE
    blocks.Drawing(room, page.values({})).draw(getattr(room, "STANDING", ()))
    if page.source:
        st.caption(f"**In the article and the papers.** {page.source}")
    if words := glossary.links(page.path):
        st.expander("Words on this page", type="compact").markdown(f":small[{words}]")
    # Last: it takes no room there.
    markup.script()


@st.fragment(run_every="1h")
def _come_back() -> None:
    """Draw nothing: a page with a timer is run again when its server comes back.

    Without one, Streamlit's browser side waits for the visitor, whose next change would be of a
    fragment that the new server does not know, and would be lost without a word.
    """


def _play(room: Room) -> None:
    """Run the part of a page that depends on its settings; by itself it takes a turn of its own."""
    with waiting.turn(brief=True):
        page = room.PAGE
        links.resume(page)
        links.show(links.told(page))
        places = Places(page)
        values = places.draw_controls()
        places.drawn |= moments.held(page)
        scene, growing = _scene(room, values, places)
        if scene is not None:
            moving = _moving(page, places.drawn)
            waits = "" if moving or not places.layout.released else _waits(page, places)
            if waits:
                scene = before.behind(scene, page, places.drawn)
            drawing = blocks.Drawing(room, values, moving, under_way=bool(growing), kept=scene.kept)
            places.draw(scene, drawing, waits)
            _close(page, scene)
        memory.remember(page, places.drawn, places.folded)
        toolbar.draw(places.side, page, places.drawn, scene.views() if scene else [])
        with watching.lost_is_said(places.head):
            watching.go_on(growing, page.key)
        whole.over()


class Places:
    """Where the parts of a page stand.

    A place is made beforehand only where something that is drawn earlier stands behind it: each
    costs two hundred openings at once as much as what stands in it.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.drawn: dict[str, Value] = {}
        """The settings on screen, or folded away at their defaults: these are `folded`."""
        self.folded: set[str] = set()

    def draw_controls(self) -> Values:
        """Draw all controls, make the places, and return all settings."""
        if self.page.selector:
            self._control(Slot(self.page.selector))
        layout = self.layout = self.page.layout(self.page.values(self.drawn))
        self.head = st.container()
        # On a phone: a control, its chart, what to notice, the other controls, what stands below.
        self.charts, self.side = st.columns(
            presenter.WIDTHS if presenter.on() else WIDTHS, gap="medium"
        )
        with self.side:
            self.notice = st.container(key="notice")
            self._controls(layout.first)
            if layout.more:
                self._more(layout)
        with self.charts:
            self._controls(layout.above)
            early, charts = bool(layout.heading or layout.below), layout.widths
            kept_free = early or len(charts) > 1
            self.beside = st.columns(charts, gap="medium") if kept_free else [self.charts]
            self.between = st.container() if early else self.charts
        if early:
            with self.below:
                if layout.heading:
                    st.header(layout.heading, anchor=False)
                self._controls(layout.below)
        return self.page.values(self.drawn)

    def _controls(self, places: Sequence[Place]) -> None:
        for place in places:
            if isinstance(place, tuple):
                with st.container(horizontal=True):
                    for slot in slots(place):
                        self._control(slot)
            else:
                self._control(*slots(place))

    def _more(self, layout: Layout) -> None:
        """Draw the fold of further settings: its body when it is opened, or some are set.

        Until then none of them is sent, and each is as the page says.
        """
        fold = opened(st.expander, layout.fold, f"{self.page.key}_more", "tune")
        # Where one stands may hang on another: what stands elsewhere now is not in the fold.
        every = (slot for place in layout.more for slot in slots(place))
        inside = [slot for slot in every if holds(slot.when, self.drawn)]
        if fold.open or memory.touched(self.page, [slot.name for slot in inside]):
            with fold:
                self._controls(layout.more)
            drawn = {slot.name: self.drawn[slot.name] for slot in inside if slot.name in self.drawn}
            if self.page.params(drawn) and not fold.open and not presenter.on():
                st.caption(unbroken(f"Set there: {toolbar.in_words(self.page, drawn)}."))
            return
        for slot in inside:
            self.drawn[slot.name] = self.page.control(slot.name).default
            self.folded.add(slot.name)

    def _control(self, slot: Slot) -> None:
        if not holds(slot.when, self.drawn):
            return
        control = self.page.control(slot.name)
        before = memory.recall(self.page, control)
        links.bring(self.page, control, before)
        locked = bool(slot.locked) and holds(slot.locked, self.drawn)
        value = draw(control, self.page.param(slot.name), disabled=locked)
        links.insist(self.page, control, value, before)
        self.drawn[slot.name] = value

    def draw(self, scene: Scene, drawing: blocks.Drawing, waits: str) -> None:
        """Draw a scene where its parts stand, and why its charts wait for the hand, if they do."""
        for column, stood in zip(self.beside, scene.beside, strict=False):
            with column:
                drawing.draw(stood)
        with self.side:
            drawing.draw(scene.under)
        with self.between:
            if waits:
                markup.waits(waits)
            drawing.draw(scene.between)
        if scene.notice:
            with self.notice:
                markup.status("What to notice", scene.notice)
        if scene.below:
            with self.below:
                drawing.draw(scene.below)

    @cached_property
    def below(self) -> Any:
        """Below the charts, or below all; made when the first thing stands there."""
        return st.container() if self.layout.wide else self.charts.container(key="below")


def _scene(room: Room, values: Values, places: Places) -> tuple[Scene | None, list[work.Job]]:
    """Return the scene of these settings, kept or computed, and what of it is still under way.

    None stands for one that is too large, or has to stand in line.
    """
    page = room.PAGE
    kept = KEPT.get(page, values)
    if kept is not None:
        return kept, []
    needs = room.needs(values)
    if not work.fits(needs):
        with places.beside[0]:
            refusal.refuse(room, values, needs)
        return None, []
    got: tuple[dict[Hashable, Any], list[work.Job], bool] = {}, [], False
    with watching.lost_is_said(places.head):
        got = watching.compute(needs, page.key, places.head)
    found, growing, complete = got
    if not (found or complete):
        # It stands in line, or is lost.
        return None, growing
    if complete:
        return KEPT.put(page, values, room.scene(values, found)), []
    if not growing:
        return room.scene(values, found), []
    # One picture each moment, for all who watch the run grow.
    so_far = {**values, "moment": int(time.monotonic() / watching.REDRAWN)}
    return LATELY.made(page, so_far, partial(room.scene, values, found)), growing


def _moving(page: Page, drawn: Mapping[str, Value]) -> dict[str, View]:
    """Return the charts that follow the hand, or have them made."""
    wanted = follow.wanted(page, drawn)
    if wanted is None:
        return {}
    scene = KEPT.get(page, wanted)
    if scene is None:
        ready.want(page.path, wanted)
        return {}
    return {view.name: view for view in scene.views()}


def _waits(page: Page, places: Places) -> str:
    """Return why the charts wait for the hand to let go; nothing where no slider is on screen."""
    wanted = follow.wanted(page, places.drawn)
    if wanted is None:
        return "" if places.layout.followed else places.layout.released
    pending = ready.AT_WORK.is_set() and not KEPT.holds(page, wanted)
    return PENDING if pending else places.layout.released


def _close(page: Page, scene: Scene) -> None:
    """End the page: the equations and the code that ran, folded."""
    if scene.equations:
        fold = opened(st.expander, "The equations", f"{page.key}_equations", "function")
        if fold.open:
            fold.markdown(scene.equations)
    if scene.code:
        fold = opened(st.expander, "The code that ran", f"{page.key}_code", "code")
        if fold.open:
            with fold:
                _code(scene)


def _code(scene: Scene) -> None:
    st.caption("As it stands in the package, without the checks of its arguments.")
    for item in scene.code:
        st.markdown(f":small[`{item.__module__}.{item.__qualname__}`]")
        st.code(source_of(item), language="python")
