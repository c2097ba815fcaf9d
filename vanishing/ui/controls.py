"""What a control is: its values, and its place in a link. Plain data; `widgets` draws it.

A page describes its controls once, as data. Widgets, links, notices about bad links, reset and
undo are all derived from that table, so they cannot disagree.

Every control has finitely many values. A link can therefore only ask for a value that the page
offers, and whatever else it asks for is named to the reader and replaced by the nearest one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from vanishing.glossary import glossary

Value: TypeAlias = float | int | str | bool | tuple[str, ...]
"""What a control holds; several choices are a tuple."""

Kind: TypeAlias = Literal["scale", "choice", "menu", "many", "toggle", "moment"]


@dataclass(frozen=True)
class Control:
    """One control of a page.

    Parameters
    ----------
    name : str
        Its name on the page; the link's key is ``<page>_<name>``.
    label : str
        What stands above the widget.
    kind : {"scale", "choice", "menu", "many", "toggle", "moment"}
        A slider over numbers, a row of buttons, a drop-down, several of a row, on/off, or a step
        that a chart itself moves to: no widget, but in the link like any other.
    default : Value
        Its value when the link does not name it.
    options : tuple
        Every value it can take, in order (numbers ascending for a scale).
    labels : mapping, optional
        What a reader sees for an option, where that differs from the option itself.
    help : str
        What its question mark says of this page, besides the glossary's sentences; "" for none.
    bare : bool
        Whether its label is for screen readers alone: the options say what they are.
    former : mapping, optional
        How links called an option before, where that has changed: they go on to open it.
    """

    name: str
    label: str
    kind: Kind
    default: Value
    options: tuple[Any, ...]
    labels: Mapping[Any, str] | None = None
    help: str | None = None
    bare: bool = False
    former: Mapping[str, Any] | None = None

    def text(self, option: Any) -> str:
        """Return what a reader, and a link, sees for one option."""
        return self._texts[option]

    @cached_property
    def _texts(self) -> Mapping[Any, str]:
        """Every option's text, made once: each page run asks for all of them."""
        write = "{:g}".format if self.kind == "scale" else str
        return {o: (self.labels or {}).get(o, write(o)) for o in self.options}

    def offers(self, value: Any) -> bool:
        """Tell whether a value, of any kind, is one of the options; True is not 1."""
        try:
            return (isinstance(value, bool), value) in self._offered
        except TypeError:  # Not hashable.
            return False

    @cached_property
    def _offered(self) -> frozenset[tuple[bool, Any]]:
        return frozenset((isinstance(option, bool), option) for option in self.options)

    @cached_property
    def tip(self) -> str | None:
        """What stands behind its question mark: its words, its own help, and its options' words."""
        if self.bare or self.help == "":
            return None
        words = glossary.told(self.label)
        options = glossary.listed([self.text(o) for o in self.options], self.label)
        return "\n\n".join(filter(None, (f"{words} {self.help or ''}".strip(), options))) or None

    def __post_init__(self) -> None:
        texts = [self.text(option) for option in self.options]
        if len(set(texts)) != len(texts):
            raise ValueError(f"control {self.name!r}: two options read the same: {texts}")
        chosen = self.default if isinstance(self.default, tuple) else (self.default,)
        if any(value not in self.options for value in chosen):
            raise ValueError(f"control {self.name!r}: default {self.default!r} is not an option")


def scale(
    name: str,
    label: str,
    default: float,
    options: Sequence[float],
    help: str | None = None,
) -> Control:
    """Make a slider over the given numbers, ascending."""
    return Control(name, label, "scale", default, tuple(options), help=help)


def choice(
    name: str,
    label: str,
    default: str,
    labels: Mapping[str, str],
    help: str | None = None,
    *,
    menu: bool = False,
    bare: bool = False,
    former: Mapping[str, str] | None = None,
) -> Control:
    """Make a choice of one among ``labels`` (option → what the reader sees)."""
    kind: Kind = "menu" if menu else "choice"
    return Control(name, label, kind, default, tuple(labels), dict(labels), help, bare, former)


def many(
    name: str,
    label: str,
    default: tuple[str, ...],
    labels: Mapping[str, str],
    help: str | None = None,
) -> Control:
    """Make a choice of one or more among ``labels``."""
    return Control(name, label, "many", default, tuple(labels), dict(labels), help)


def toggle(name: str, label: str, default: bool = False, help: str | None = None) -> Control:
    """Make an on/off switch."""
    return Control(name, label, "toggle", default, (False, True), help=help)


def moment(name: str, label: str, last: int) -> Control:
    """Make a step from 0 to the last, by default that, which a chart itself moves to."""
    return Control(name, label, "moment", last, tuple(range(last + 1)))


def steps(start: float, stop: float, step: float) -> tuple[float, ...]:
    """Return start, start + step, … , stop, without the drift of repeated addition."""
    count = round((stop - start) / step)
    values = [round(start + i * step, 10) for i in range(count + 1)]
    whole = all(float(v).is_integer() for v in (start, stop, step))
    return tuple(int(v) for v in values) if whole else tuple(values)


# --- links -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Complaint:
    """Something a link asked for and did not get.

    Parameters
    ----------
    label, asked : str
        The setting, and what the link says of it.
    shown : str
        What is shown instead; nothing, where the page has no such setting.
    of : str
        The title of another page that has it.
    """

    label: str
    asked: str
    shown: str = ""
    of: str = ""


def encode(control: Control, value: Value) -> str | list[str]:
    """Return a value as it stands in a link."""
    if control.kind == "toggle":
        return "true" if value else "false"
    if isinstance(value, tuple):
        return [control.text(v) for v in value]
    return control.text(value)


def decode(control: Control, asked: Sequence[str]) -> tuple[Value, Complaint | None]:
    """Return the value that a link's texts ask for, or the nearest one and a complaint."""
    decoders: dict[Kind, Callable[[Control, Sequence[str]], Value | None]] = {
        "scale": _decode_number,
        "moment": _decode_number,
        "choice": _decode_option,
        "menu": _decode_option,
        "many": _decode_options,
        "toggle": _decode_toggle,
    }
    value = decoders[control.kind](control, asked)
    shown = control.default if value is None else value
    if value is not None and _same(control, shown, asked):
        return shown, None
    said = " & ".join(one for one in asked if one.strip())
    return shown, Complaint(control.label, said, describe(control, shown))


def describe(control: Control, value: Value) -> str:
    """Return a value as words for a reader."""
    if isinstance(value, tuple):
        return ", ".join(control.text(v) for v in value)
    if control.kind == "toggle":
        return "on" if value else "off"
    return control.text(value)


def _same(control: Control, value: Value, asked: Sequence[str]) -> bool:
    """Tell whether the value is what was asked, however it was written."""
    if isinstance(value, tuple):
        return len(value) == len(asked)
    if len(asked) != 1:
        return False
    if control.kind in ("scale", "moment"):
        number = _number(asked[0])
        return number is not None and math.isclose(number, float(value), rel_tol=1e-9)
    return True


def _number(text: str) -> float | None:
    """Read a number, or give None; a link's text may be anything, of any length."""
    try:
        number = float(text[:64])
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _decode_number(control: Control, asked: Sequence[str]) -> Value | None:
    number = _number(asked[0]) if asked else None
    if number is None:
        return None
    # From far away, and from ±∞, all options are equally far: go to the end first.
    inside = min(max(number, control.options[0]), control.options[-1])
    nearest: Value = min(control.options, key=lambda option: abs(option - inside))
    return nearest


def _named(control: Control) -> dict[str, Any]:
    """Return the options by what a link may call them: a text or their key, in any case."""
    keys = {str(option).lower(): option for option in control.options}
    keys |= {text.lower(): option for text, option in (control.former or {}).items()}
    return keys | {control.text(option).lower(): option for option in control.options}


def _decode_option(control: Control, asked: Sequence[str]) -> Value | None:
    return _named(control).get(asked[0].lower()) if asked else None


def _decode_options(control: Control, asked: Sequence[str]) -> Value | None:
    named = _named(control)
    found = [named[text.lower()] for text in asked if text.lower() in named]
    return tuple(dict.fromkeys(found)) or None


def _decode_toggle(_: Control, asked: Sequence[str]) -> Value | None:
    return {"true": True, "false": False}.get(asked[0].lower()) if asked else None


# --- values -------------------------------------------------------------------------------------


def clean(control: Control, value: Any) -> Value:
    """Return ``value`` where it is one the control offers, else the default.

    Streamlit can hand back an empty choice for ``?key=``, and session state may hold anything.
    """
    if control.kind == "many":
        kept = tuple(v for v in control.options if v in listed(value))
        return kept or control.default
    return value if control.offers(value) else control.default


def listed(value: Any) -> list[Any]:
    """Return several choices as a list; of anything else, none."""
    return list(value) if isinstance(value, list | tuple) else []


def stored(control: Control, value: Value) -> Any:
    """Return a value in the form that the widget keeps in session state."""
    return list(value) if isinstance(value, tuple) else value
