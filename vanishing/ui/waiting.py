"""A page's turn in the gate; who waits long sees how many are before."""

from __future__ import annotations

from contextlib import AbstractContextManager

import streamlit as st

from vanishing.ui.gate import AGAIN, GATE


def turn(*, brief: bool = False) -> AbstractContextManager[None]:
    """Wait for this run's turn, and be inside; within a turn it is the same turn."""
    return GATE.turn(_tell, brief=brief)


def _tell(before: int) -> None:
    """Say how many are before: in a toast, which moves nothing on the page, and goes by itself.

    Streamlit calls a run off here, if its visitor has gone or has changed a setting.
    """
    words = f"Many open pages just now. Before you: {before}."
    st.toast(words, icon=":material/hourglass_top:", duration=AGAIN)
