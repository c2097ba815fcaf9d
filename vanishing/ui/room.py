"""What a concept's room offers to the stage: its page, what its scenes need, and the scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from vanishing.ui.page import Page, Values
from vanishing.ui.scene import Scene
from vanishing.ui.work import Found, Needs


class Room(Protocol):
    """What a concept offers: its page, what its scenes need, and the scenes. A module does.

    It may have blocks in ``STANDING``, too: what stands below the scene whatever the settings are.
    """

    @property
    def PAGE(self) -> Page:
        """The page as data."""
        ...

    def needs(self, v: Values) -> Needs:
        """Return what takes long, by name."""
        ...

    def scene(self, v: Values, found: Found) -> Scene:
        """Return what is shown with these settings; a pure function."""
        ...


def nothing(_: Values) -> Needs:
    """Need nothing that takes long."""
    return {}


class Part(NamedTuple):
    """One of several views of a page: what it shows, and what it needs for that."""

    scene: Callable[[Values, Found], Scene]
    needs: Callable[[Values], Needs] = nothing


def by_view(
    views: Mapping[Any, Part],
) -> tuple[Callable[[Values], Needs], Callable[[Values, Found], Scene]]:
    """Return `needs` and `scene` of a page whose control "view" chooses one of these."""
    return lambda v: views[v.view].needs(v), lambda v, found: views[v.view].scene(v, found)
