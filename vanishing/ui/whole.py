"""A long run is one of the whole page: only such a run can be stopped.

What a visitor does within a fragment waits until the run under way has ended: Stop would stop
nothing. So where a run becomes long it begins anew, as one of the whole page, and what has been
computed lies on the shelf. Once it is over, the next change is a fragment's again.
"""

from __future__ import annotations

import streamlit as st

_WANTED = "_whole"


def wanted() -> bool:
    """Tell whether this session's page is to be run as a whole."""
    return _WANTED in st.session_state


def ask() -> None:
    """Begin anew as a run of the whole page, where this is none."""
    if not wanted():
        st.session_state[_WANTED] = True
        st.rerun()


def over() -> None:
    """Let the next run have its fragment again."""
    st.session_state.pop(_WANTED, None)
