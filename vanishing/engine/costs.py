"""Work that is bounded: a cost known before anything is computed, and a limit to it."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np


class Costly:
    """Settings of something that takes long; a frozen dataclass of them inherits from it.

    Attributes
    ----------
    max_cost : int
        Largest `cost`, in multiply-adds.
    max_seconds : float
        About how long that takes on one core.
    max_memory : int
        Largest `memory`, in bytes.
    floors : mapping of str to int
        The fields that `nearest` lowers, in this order, and how far at most.
    """

    max_cost: ClassVar[int] = 1_000_000_000_000
    max_seconds: ClassVar[float] = 60.0
    max_memory: ClassVar[int] = 500_000_000
    floors: ClassVar[Mapping[str, int]] = {}

    def cost(self) -> int:
        """Return the work in multiply-adds."""
        raise NotImplementedError

    def memory(self) -> int:
        """Return about how many bytes are needed at the largest."""
        raise NotImplementedError

    def fits(self) -> bool:
        """Return whether the work stays within `max_cost` and `max_memory`."""
        return self.cost() <= self.max_cost and self.memory() <= self.max_memory

    def check_cost(self) -> None:
        """Refuse work that is too large, by a `TooCostlyError`."""
        if not self.fits():
            raise TooCostlyError(self)

    def nearest(self) -> Self:
        """Return the nearest settings that fit, with as few fields lowered as can be."""
        found = self
        for field, floor in self.floors.items():
            if not found.fits():
                found = found._lowered(field, floor)
        return found

    def lowered(self, **changes: Any) -> Self:
        """Return these settings with some fields lowered, and those that must follow them."""
        return replace(self, **changes)  # type: ignore[type-var]

    def difference(self, other: Self) -> list[tuple[str, Any, Any]]:
        """Return the fields in which two settings differ, each with this value and the other's."""
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        pairs = [(name, getattr(self, name), getattr(other, name)) for name in names]
        return [(name, mine, theirs) for name, mine, theirs in pairs if mine != theirs]

    def _lowered(self, field: str, floor: int) -> Self:
        """Return these settings with the largest value of a field that fits, or else its floor."""
        now = getattr(self, field)
        options = range(min(floor, now), now + 1)
        fitting = bisect.bisect_left(
            options, True, key=lambda value: not self.lowered(**{field: value}).fits()
        )
        return self.lowered(**{field: options[max(fitting - 1, 0)]})


class TooCostlyError(ValueError):
    """Work that is refused for its size; `nearest` holds the nearest settings that fit."""

    def __init__(self, settings: Costly) -> None:
        self.settings = settings
        self.cost, self.memory = settings.cost(), settings.memory()
        self.nearest = settings.nearest()
        changes = ", ".join(f"{f} = {new}" for f, _, new in settings.difference(self.nearest))
        super().__init__(
            f"settings ask for about {self.cost:.1e} multiply-adds (at most "
            f"{settings.max_cost:.1e}) and {self.memory / 1e6:,.0f} MB (at most "
            f"{settings.max_memory / 1e6:,.0f} MB); nearest that fits: {changes or 'none'}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel by the settings: the words are made from them."""
        return type(self), (self.settings,), self.__dict__


def nbytes(thing: Any) -> int:
    """Return about how many bytes the arrays in a result take, through its fields and items."""
    if isinstance(thing, np.ndarray):
        return thing.nbytes
    if is_dataclass(thing) and not isinstance(thing, type):
        return sum(nbytes(getattr(thing, each.name)) for each in fields(thing))
    if isinstance(thing, Mapping):
        return sum(nbytes(each) for each in thing.values())
    if isinstance(thing, Sequence) and not isinstance(thing, str | bytes | range):
        return sum(nbytes(each) for each in thing)
    return 64
