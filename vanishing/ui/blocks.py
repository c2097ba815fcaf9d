"""Drawing the blocks of a scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, singledispatchmethod
from typing import Any, Final

import streamlit as st

from vanishing.charts.view import View
from vanishing.text import unbroken
from vanishing.ui import again, markup, memory, moments, presenter, site, watching
from vanishing.ui import scene as of
from vanishing.ui.charting import chart
from vanishing.ui.page import Page, Values
from vanishing.ui.room import Room
from vanishing.ui.widgets import buttons
from vanishing.ui.work import Needs

GROWS: Final = "It is drawn as it is computed. What it shows is said here once that is complete."
"""Said of a chart that grows: with other words at each moment nobody could listen to the end."""


class Drawing:
    """Draws blocks of a room's scene, complete or under way, where Streamlit stands just now.

    The charts in `moving` follow the hand. Blocks that are `kept` are the same for all who look.
    """

    def __init__(
        self,
        room: Room,
        values: Values,
        moving: Mapping[str, View] | None = None,
        *,
        under_way: bool = False,
        kept: bool = False,
    ) -> None:
        self.room, self.values = room, values
        self.moving, self.under_way, self.kept = moving or {}, under_way, kept

    @property
    def page(self) -> Page:
        """The page drawn."""
        return self.room.PAGE

    @cached_property
    def needs(self) -> Needs:
        """What the scene needs; only asked for where some of it is still missing."""
        return self.room.needs(self.values)

    def draw(self, blocks: Sequence[of.Block]) -> None:
        """Draw blocks one below the other."""
        if self.kept and blocks and not any(map(_answers, blocks)):
            alike = self.under_way, presenter.on(), *self.moving.values()
            again.draw(_draw, self.room, blocks, *alike)
            return
        for block in blocks:
            self.block(block)

    @singledispatchmethod
    def block(self, block: Any) -> None:
        """Draw a block, by its kind."""
        raise TypeError(f"no way to draw a {type(block).__name__}")

    @block.register
    def _(self, block: View) -> None:
        key = f"{self.page.key}_chart_{block.name}"
        shown = replace(block, alt=GROWS) if self.under_way else block
        if block.moves:
            moments.draw(self.page, shown, key)
        else:
            chart(shown, key, moving=self.moving.get(block.name))

    @block.register
    def _(self, block: of.Text) -> None:
        st.markdown(unbroken(block.words))

    @block.register
    def _(self, block: of.Caption) -> None:
        st.caption(unbroken(block.words))

    @block.register
    def _(self, block: of.Heading) -> None:
        st.header(block.words, anchor=False)

    @block.register
    def _(self, block: of.Warn) -> None:
        {"warning": st.warning, "info": st.info}[block.kind](block.words)

    @block.register
    def _(self, block: of.Badge) -> None:
        if block.good:
            st.badge(block.words, icon=":material/check_circle:", color="green")
        else:
            st.badge(block.words, icon=":material/cancel:", color="red")

    @block.register
    def _(self, block: of.Figures) -> None:
        with st.container(horizontal=not block.stacked):
            for label, number in block.numbers.items():
                st.metric(label, number, border=block.border)

    @block.register
    def _(self, block: of.Table) -> None:
        markup.scrolling(block.markdown, block.alt)

    @block.register
    def _(self, block: of.Link) -> None:
        page = site.page_at(block.path)
        values = page.preset(block.preset).values if block.preset else (block.values or {})
        label = f"{unbroken(block.told)} :primary[**{block.label}**]" if block.told else block.label
        st.page_link(
            site.file_of(page.path),
            label=label,
            icon=page.icon,
            query_params=page.params(values) or None,
        )

    @block.register
    def _(self, block: of.Choices) -> None:
        values = {choice.key: choice.values for choice in block.choices}
        buttons(
            "Choose",
            f"{self.page.key}_choices",
            {choice.key: choice.label for choice in block.choices},
            lambda key: memory.assign(self.page, values[key]),
            next((choice.key for choice in block.choices if choice.current), None),
            label_visibility="collapsed",
        )

    @block.register
    def _(self, block: of.Cards) -> None:
        with st.container(key="cards"):
            self.draw(block.links)

    @block.register
    def _(self, block: of.Columns) -> None:
        widths = block.widths or len(block.columns)
        for column, stood in zip(st.columns(widths, gap="medium"), block.columns, strict=True):
            with column:
                self.draw(stood)

    @block.register
    def _(self, block: of.Growing) -> None:
        key = f"{self.page.key}_{block.need}"
        if block.offer:
            watching.grow(block, self.needs[block.need], key)
        else:
            chart(block.view, f"{key}_chart")


def _answers(block: of.Block) -> bool:
    """Tell whether a visitor's hand is heard by a block, or by one in it."""
    for inner in of.flat(block):
        if isinstance(inner, of.Choices | of.Growing) or (isinstance(inner, View) and inner.moves):
            return True
    return False


def _draw(
    room: Room, blocks: Sequence[of.Block], under_way: bool, _presents: bool, *moving: View
) -> None:
    """Draw blocks that answer nobody; what is presented is larger."""
    those = {view.name: view for view in moving}
    Drawing(room, Values({}), those, under_way=under_way).draw(blocks)
