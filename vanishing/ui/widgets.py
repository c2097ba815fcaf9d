"""The widget of a control, bound to the link."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vanishing.ui.controls import Control, Value, clean, listed


def draw(control: Control, key: str, *, disabled: bool = False) -> Value:
    """Draw a control's widget, bound to the link under ``key``, and return its value."""
    common: dict[str, Any] = {
        "key": key,
        "help": control.help,
        "bind": "query-params",
        "disabled": disabled,
    }
    value: Any
    match control.kind:
        case "scale":
            value = st.select_slider(
                control.label,
                options=control.options,
                value=control.default,
                format_func=control.text,
                **common,
            )
        case "choice":
            value = st.segmented_control(
                control.label,
                control.options,
                default=control.default,
                required=True,
                format_func=control.text,
                wrap=True,
                **common,
            )
        case "menu":
            value = st.selectbox(
                control.label,
                options=control.options,
                index=control.options.index(control.default),
                format_func=control.text,
                **common,
            )
        case "many":
            value = tuple(
                st.pills(
                    control.label,
                    control.options,
                    default=listed(control.default),
                    selection_mode="multi",
                    format_func=control.text,
                    wrap=True,
                    **common,
                )
            )
        case "toggle":
            value = st.toggle(control.label, value=bool(control.default), **common)
    return clean(control, value)
