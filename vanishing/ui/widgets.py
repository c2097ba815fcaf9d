"""The widget of a control, bound to the link; and the one kind of button, of row, and of fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from vanishing.ui.controls import Control, Value, clean, listed


def draw(control: Control, key: str, *, disabled: bool = False) -> Value:
    """Draw a control's widget, bound to the link under ``key``, and return its value."""
    label, default = control.label, control.default
    bound: dict[str, Any] = {"key": key, "help": control.tip, "disabled": disabled}
    bound["bind"] = "query-params"
    bound["label_visibility"] = "collapsed" if control.bare else "visible"
    among = {**bound, "options": control.options, "format_func": control.text}
    value: Any
    match control.kind:
        case "scale":
            value = st.select_slider(label, value=default, **among)
        case "choice":
            value = st.segmented_control(label, default=default, required=True, wrap=True, **among)
        case "menu":
            value = st.selectbox(label, index=control.options.index(default), **among)
        case "many":
            several: dict[str, Any] = {"selection_mode": "multi", "wrap": True}
            value = tuple(st.pills(label, default=listed(default), **several, **among))
        case "toggle":
            value = st.toggle(label, value=bool(default), **bound)
    return clean(control, value)


def button(
    label: str, key: str, icon: str, callback: Callable[..., None], *arguments: Any, **options: Any
) -> None:
    """Draw a button that calls back with these arguments; its icon is of Material's."""
    icon = f":material/{icon}:"
    st.button(label, key=key, icon=icon, on_click=callback, args=arguments, **options)


def buttons(
    label: str,
    key: str,
    labels: Mapping[str, str],
    callback: Callable[[str], None],
    pressed: str | None = None,
    **options: Any,
) -> None:
    """Draw a button for each of ``labels``, which calls back with its name there.

    All are one element: each that is drawn costs two hundred openings at once as much as another.
    Which of them looks pressed is said at every run.
    """
    st.session_state[key] = pressed
    # Required: a second press, of who clicks twice, would take back the first.
    more: dict[str, Any] = {"on_change": _press, "args": (key, callback), "required": True}
    st.pills(label, [*labels], key=key, format_func=labels.__getitem__, **more, **options)


def _press(key: str, callback: Callable[[str], None]) -> None:
    name = st.session_state[key]
    if name is not None:
        callback(name)


def opened(kind: Callable[..., Any], label: str, key: str, icon: str, **options: Any) -> Any:
    """Draw a fold, an expander or a popover, and return it: where `.open` is false, fill nothing.

    What is folded away is then neither made nor sent, nor does a browser fetch what shows it.
    """
    return kind(label, key=key, icon=f":material/{icon}:", on_change="rerun", **options)
