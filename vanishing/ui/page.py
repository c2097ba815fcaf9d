"""What a page is: its question, its answer, its controls and its presets, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from vanishing.ui.controls import Control, Value, clean, encode


@dataclass(frozen=True)
class Preset:
    """A telling setting of a page: one click there, and a link from anywhere."""

    name: str
    about: str
    values: Mapping[str, Value]


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

    def __post_init__(self) -> None:
        for preset in self.presets:
            for name, value in preset.values.items():
                if clean(self.control(name), value) != value:
                    raise ValueError(f"{self.key}, preset {preset.name!r}: {name}={value!r}")

    def control(self, name: str) -> Control:
        """Return the control of that name (KeyError where there is none)."""
        for control in self.controls:
            if control.name == name:
                return control
        raise KeyError(f"page {self.key!r} has no control {name!r}")

    def param(self, name: str) -> str:
        """Return the key of a control in links and in session state."""
        return f"{self.key}_{name}"

    def longest(self, *names: str) -> int:
        """Return how many values the longest of these controls has: what a drag of it asks for."""
        return max(len(self.control(name).options) for name in names)

    def defaults(self) -> dict[str, Value]:
        """Return every control's default, by name."""
        return {control.name: control.default for control in self.controls}

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

    def query(self, values: Mapping[str, Value]) -> str:
        """Return the query string of the values that differ from the defaults."""
        return urlencode(self.params(values), doseq=True)
