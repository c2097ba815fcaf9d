"""Reading a link with suspicion: what it asked for, what is shown instead, and saying so."""

from __future__ import annotations

import streamlit as st

from vanishing.ui.controls import Complaint, Control, Value, decode, encode, stored
from vanishing.ui.page import Page

SHOWN_CHARACTERS = 40
SHOWN_COMPLAINTS = 5
# Streamlit's own parameters, and those that mailers and trackers add, are nobody's mistake.
IGNORED_PREFIXES = ("embed", "utm_", "fbclid", "gclid")


def repair(page: Page) -> list[Complaint]:
    """Put the nearest valid value where the link asks for a wrong one.

    Streamlit replaces a bad value by the default without a word; here the reader is told, and
    told until a setting changes.
    """
    for param, value in st.session_state.pop(_pending_key(page), {}).items():
        st.session_state[param] = value
    fresh = _read(page)
    key = f"_{page.key}_complaints"
    told, before = _told(key)
    now = _state(page)
    if before not in (None, now):
        told = []
    complaints = [*told, *(complaint for complaint in fresh if complaint not in told)]
    # What is set while a bad link is repaired is not the reader's change.
    st.session_state[key] = (complaints, None if fresh else now)
    return complaints


def insist(page: Page, control: Control, value: Value, before: Value | None) -> None:
    """Run again where a control came up with another value than it should have.

    When a control is first drawn, Streamlit reads the link in its own way, and what session state
    says does not reach the address. From the second run on session state wins, in both. What
    should win is what `decode` made of the link, or else the value ``before`` from when the
    control was last on screen.
    """
    wanted = st.session_state[_wanted_key(page)]
    if control.name in wanted or before not in (None, value):
        should = wanted.get(control.name, before)
        st.session_state[_pending_key(page)] = {page.param(control.name): stored(control, should)}
        st.rerun()


def _pending_key(page: Page) -> str:
    return f"_{page.key}_pending"


def _wanted_key(page: Page) -> str:
    return f"_{page.key}_wanted"


def _told(key: str) -> tuple[list[Complaint], tuple[object, ...] | None]:
    """Return what has been said already, and the settings under which it was."""
    told: tuple[list[Complaint], tuple[object, ...] | None]
    told = st.session_state.get(key, ([], None))
    return told


def _read(page: Page) -> list[Complaint]:
    complaints = []
    wanted: dict[str, Value] = {}
    known = {page.param(control.name) for control in page.controls}
    for control in page.controls:
        param = page.param(control.name)
        asked = st.query_params.get_all(param)
        if not asked:
            continue
        value, complaint = decode(control, asked)
        if complaint is not None:
            complaints.append(complaint)
        # Streamlit takes a value only in its own writing; ours also knows the keys ("relu").
        if encode(control, value) not in (asked, asked[0]):
            wanted[control.name] = value
    st.session_state[_wanted_key(page)] = wanted
    for param in list(st.query_params):
        if param.startswith(f"{page.key}_") and param not in known:
            complaints.append(Complaint(param, st.query_params[param], "no such setting here"))
            del st.query_params[param]
    return complaints


def _state(page: Page) -> tuple[object, ...]:
    """Return the controls' present state, for telling whether the reader has moved on."""
    values = [st.session_state.get(page.param(control.name)) for control in page.controls]
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def show(complaints: list[Complaint]) -> None:
    """Draw the notice, if there is anything to say."""
    if not complaints:
        return
    lines = [
        f"- {_plain(c.label)}: the link asks for {_quoted(c.asked)}; shown: {_quoted(c.shown)}"
        for c in complaints[:SHOWN_COMPLAINTS]
    ]
    if len(complaints) > SHOWN_COMPLAINTS:
        lines.append(f"- and {len(complaints) - SHOWN_COMPLAINTS} more")
    st.warning(
        "\n".join(lines), title="Part of this link could not be used", icon=":material/link_off:"
    )


def _quoted(text: str) -> str:
    """Return foreign text as inline code, where no markup, link or image can come alive."""
    return f"`{_plain(text) or ' '}`"


def _plain(text: str) -> str:
    """Return text cut short, on one line, without the signs that end inline code."""
    flat = "".join(c if c.isprintable() and c != "`" else "·" for c in text)
    return flat if len(flat) <= SHOWN_CHARACTERS else f"{flat[:SHOWN_CHARACTERS]}…"
