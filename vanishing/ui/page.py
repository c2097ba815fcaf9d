"""What a page is: its question, its answer, its controls and where they stand, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlencode

from vanishing.ui.controls import Control, Value, clean, encode


class Values(Mapping[str, Value]):
    """A page's settings by name, also as attributes: ``values.depth``."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"this page has no control {name!r}") from None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Preset:
    """A telling setting of a page: one click there, and a link from anywhere."""

    name: str
    about: str
    values: Mapping[str, Value]


Condition: TypeAlias = Mapping[str, tuple[Value, ...]]
"""Values that controls drawn before must have; one that is not on screen does not count."""


@dataclass(frozen=True)
class Slot:
    """The place of a control that depends on others.

    Parameters
    ----------
    name : str
        Of the control.
    when : Condition
        When it is drawn.
    locked : Condition
        When it is drawn, but cannot be changed; never, if empty.
    """

    name: str
    when: Condition = field(default_factory=dict)
    locked: Condition = field(default_factory=dict)


Place: TypeAlias = str | Slot | tuple[str | Slot, ...]
"""A control by its name, one that depends on others, or several side by side."""


@dataclass(frozen=True)
class Layout:
    """Where a view's controls stand, in the order in which they are drawn.

    Parameters
    ----------
    above : places
        Above the charts: what chooses among them, and the control that is moved first.
    first : places
        In the column beside the charts, at first sight.
    more : places
        Below them, behind a fold.
    below : places
        Above what stands below the charts.
    widths : sequence of float
        Of the columns of charts.
    fold : str
        What the fold is called.
    heading : str
        Of what stands below, above its controls.
    wide : bool
        Whether what stands below takes the page's width, not the charts'.
    followed : tuple of str
        The slider whose hand the charts follow, or several of which one is on screen.
    released : str
        Where charts follow only when the hand lets go, or until they can do better: why. What was
        before then stays, faint.
    """

    above: tuple[Place, ...] = ()
    first: tuple[Place, ...] = ()
    more: tuple[Place, ...] = ()
    below: tuple[Place, ...] = ()
    widths: tuple[float, ...] = (1,)
    fold: str = "More settings"
    heading: str = ""
    wide: bool = False
    followed: tuple[str, ...] = ()
    released: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """All of them, in the order in which they are drawn: some above depend on others."""
        return (*self.first, *self.more, *self.above, *self.below)

    @property
    def seen(self) -> tuple[Place, ...]:
        """All of them, in the order in which a reader comes upon them."""
        return (*self.above, *self.first, *self.more, *self.below)


@dataclass(frozen=True)
class Page:
    """One page of the app.

    Parameters
    ----------
    key : str
        Prefix of its controls' keys in links; unique in the app.
    path : str
        Its file below ``pages/``, without the ending, which is also its address.
    title, icon : str
        How the navigation names it.
    question, answer : str
        The page's title, and the one-paragraph answer under it (Markdown).
    source : str
        Where in the article, and which papers.
    controls : tuple of Control
    presets : tuple of Preset
    layouts : Layout, or mapping of Value to Layout
        One for every value of the control `selector`, or one for all.
    selector : str
        The control drawn above everything else that chooses among several layouts.
    lowered : mapping of str to int
        The controls to lower, in this order, until what the page runs fits, and how far at most.
    """

    key: str
    path: str
    title: str
    icon: str
    question: str
    answer: str
    source: str
    controls: tuple[Control, ...] = ()
    presets: tuple[Preset, ...] = ()
    layouts: Layout | Mapping[Any, Layout] = field(default_factory=Layout)
    selector: str = ""
    lowered: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for preset in self.presets:
            for name, value in preset.values.items():
                if clean(self.control(name), value) != value:
                    raise ValueError(f"{self.key}, preset {preset.name!r}: {name}={value!r}")

    @property
    def moments(self) -> frozenset[str]:
        """The names of the controls that charts themselves are moved to: they make no scene."""
        return frozenset(control.name for control in self.controls if control.kind == "moment")

    def control(self, name: str) -> Control:
        """Return the control of that name (KeyError where there is none)."""
        for control in self.controls:
            if control.name == name:
                return control
        raise KeyError(f"page {self.key!r} has no control {name!r}")

    def param(self, name: str) -> str:
        """Return the key of a control in links and in session state."""
        return f"{self.key}_{name}"

    def defaults(self) -> dict[str, Value]:
        """Return every control's default, by name."""
        return {control.name: control.default for control in self.controls}

    def values(self, changes: Mapping[str, Value]) -> Values:
        """Return all settings: the defaults, but for these."""
        return Values({**self.defaults(), **changes})

    def layout(self, values: Mapping[str, Value]) -> Layout:
        """Return where the controls stand with these settings."""
        if isinstance(self.layouts, Layout):
            return self.layouts
        return self.layouts[values[self.selector]]

    def nearest(
        self, values: Mapping[str, Value], fits: Callable[[Values], bool]
    ) -> dict[str, Value]:
        """Return the controls to change, and their values, until what the page runs fits.

        Those of `lowered` are lowered in turn, though not below their floors; then each is raised
        again to its largest option that will do, for what is lowered later may be what counts.
        """
        changed = self._lowered(values, fits)
        for name, reached in changed.items():
            above = [o for o in self.control(name).options if reached < o <= values[name]]
            will_do = (o for o in reversed(above) if fits(Values({**values, **changed, name: o})))
            changed[name] = next(will_do, reached)
        return {name: value for name, value in changed.items() if value != values[name]}

    def _lowered(
        self, values: Mapping[str, Value], fits: Callable[[Values], bool]
    ) -> dict[str, Value]:
        changed: dict[str, Value] = {}
        for name, floor in self.lowered.items():
            below = [o for o in self.control(name).options if floor <= o < values[name]]
            for option in reversed(below):
                if fits(Values({**values, **changed})):
                    return changed
                changed[name] = option
        return changed

    def preset(self, name: str) -> Preset:
        """Return the preset of that name (KeyError where there is none)."""
        for preset in self.presets:
            if preset.name == name:
                return preset
        raise KeyError(f"page {self.key!r} has no preset {name!r}")

    def params(self, values: Mapping[str, Value]) -> dict[str, str | Sequence[str]]:
        """Return the link parameters of the values that differ from the defaults."""
        return {
            self.param(control.name): encode(control, values[control.name])
            for control in self.controls
            if control.name in values and values[control.name] != control.default
        }

    def query(self, values: Mapping[str, Value], more: Mapping[str, str] | None = None) -> str:
        """Return the query string of the values that differ from the defaults, and of `more`."""
        return urlencode({**self.params(values), **(more or {})}, doseq=True)


def slots(place: Place) -> tuple[Slot, ...]:
    """Return the controls of a place, each with its conditions."""
    several = place if isinstance(place, tuple) else (place,)
    return tuple(Slot(one) if isinstance(one, str) else one for one in several)


def holds(condition: Condition, values: Mapping[str, Value]) -> bool:
    """Tell whether every control that is on screen has one of the values asked for."""
    return all(values[name] in wanted for name, wanted in condition.items() if name in values)
