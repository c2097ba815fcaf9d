"""What a chart itself is moved to, in the browser: in the link and in Undo like any control.

The chart tells where it was moved to once the reader rests. It is then left as it is: only where
it is drawn anew, or another place is asked for (by Undo, a preset or a link), it begins elsewhere.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from vanishing.charts.view import REPORT, WANTED, View
from vanishing.ui import whole
from vanishing.ui.charting import chart
from vanishing.ui.controls import Value, clean, decode, encode
from vanishing.ui.page import Page


def held(page: Page) -> dict[str, Value]:
    """Return the values of the controls that charts hold, and see that the link has them."""
    found = {}
    for control in page.controls:
        if control.kind == "moment":
            param = page.param(control.name)
            if param not in st.session_state:
                asked = st.query_params.get_all(param)
                st.session_state[param] = decode(control, asked)[0] if asked else control.default
            value = found[control.name] = clean(control, st.session_state[param])
            if value == control.default:
                st.query_params.pop(param, None)
            elif st.query_params.get(param) != encode(control, value):
                st.query_params[param] = encode(control, value)
    return found


def draw(page: Page, view: View, key: str) -> None:
    """Draw a chart that holds a control, where that is now."""
    control, param = page.control(view.moves), page.param(view.moves)
    value = clean(control, st.session_state.get(param, control.default))
    drawn = view.spec, whole.wanted()
    before: dict[str, Any] = st.session_state.get(_memory(key), {"times": 0})
    if before.get("drawn") != drawn or before.get("value") != value:
        before = {"drawn": drawn, "value": value, "start": value, "times": before["times"] + 1}
        st.session_state[_memory(key)] = before
    start = {} if before["start"] == control.default else {"value": before["start"]}
    params = [{**p, **start} if p["name"] == WANTED else p for p in view.spec["params"]]
    told: Any = {"on_select": lambda: _hear(page, view.moves, key), "selection_mode": REPORT}
    # The number has a chart drawn anew where it is to begin at the same place again.
    chart(view, key, {"params": params}, {"drawn": before["times"]}, **told)


def _hear(page: Page, name: str, key: str) -> None:
    """Take in where the chart was moved to; a callback."""
    told = st.session_state[key]["selection"].get(REPORT)
    if told:
        value = clean(page.control(name), told[0]["step"])
        st.session_state[page.param(name)] = value
        st.session_state[_memory(key)]["value"] = value


def _memory(key: str) -> str:
    return f"_{key}_drawn"
