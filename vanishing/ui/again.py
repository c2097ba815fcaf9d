"""What looks the same to everybody is put together once: after that it is only sent again.

Streamlit writes an element's message anew wherever a page draws it, which costs a change of two
hundred pages more than all else that this app does. What a cached function draws it keeps, and
sends as it is. Widgets must not be among it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

ENTRIES: Final = 300
"""Parts of pages that are kept; what was wanted least recently goes first."""


def draw(function: Callable[..., None], *arguments: Any) -> None:
    """Draw what a function draws with these arguments.

    It is known again by who they are, not by what they say: those that are made anew each time
    must not come here. What the function asks of the session besides has to be among them.
    """
    name = " ".join(str(id(each)) for each in (function, *arguments))
    _drawn(name, function, arguments)


@st.cache_resource(show_spinner=False, max_entries=ENTRIES)
def _drawn(name: str, _function: Callable[..., None], _arguments: tuple[Any, ...]) -> Any:
    _function(*_arguments)
    # As long as it is kept nothing else can be where they are.
    return _function, _arguments
