"""A progress bar with a button to stop, as every long computation shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def bar_with_stop(place: Any, key: str, on_stop: Callable[..., None], *args: object) -> Any:
    """Draw the bar, at 0, and the button into an empty place, and return the bar.

    Parameters
    ----------
    place : from st.empty()
    key : str
        Prefix of the button's key, unique on the page.
    on_stop : callable
        What the button does, with `args`, before the page runs anew.
    """
    with place.container(horizontal=True, vertical_alignment="center"):
        # First, so that it stays where it is while what stood here before still fades away on the
        # right: a button that moves under the finger is not pressed.
        st.button(
            "Stop",
            key=f"{key}_stop",
            icon=":material/stop_circle:",
            on_click=on_stop,
            args=args,
        )
        return st.progress(0.0)
