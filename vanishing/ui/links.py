"""Reading a link with suspicion: what it asked for, what is shown instead, and saying so."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from vanishing.ui import memory, presenter, site
from vanishing.ui.controls import Complaint, Control, Value, clean, decode, encode, stored
from vanishing.ui.page import Page

SHOWN_CHARACTERS = 40
SHOWN_COMPLAINTS = 5


def repair(page: Page) -> None:
    """Go on by the nearest good link where the link is bad; `told` then says so.

    Streamlit replaces a bad value by the default without a word. Here the page is opened again,
    before any control is drawn, by a link with the nearest values: picture and address agree.
    """
    complaints, values = _read(page)
    if complaints:
        st.session_state[_told_key(page)] = (complaints, None)
    if values is not None:
        _go_on(page, values)


def forget(page: Page) -> None:
    """Say no more of the link of an earlier visit."""
    st.session_state.pop(_told_key(page), None)


def told(page: Page) -> list[Complaint]:
    """Return what was wrong with the link, until a setting changes."""
    if _told_key(page) not in st.session_state:
        return []
    complaints, before = st.session_state[_told_key(page)]
    now = _state(page)
    # On the run after a repair nothing is drawn yet: only the run after that knows the settings.
    if before is not None and before != now:
        del st.session_state[_told_key(page)]
        return []
    drawn = any(page.param(control.name) in st.session_state for control in page.controls)
    st.session_state[_told_key(page)] = (complaints, now if drawn else None)
    return list(complaints)


def _told_key(page: Page) -> str:
    return f"_{page.key}_complaints"


def _go_on(page: Page, values: dict[str, Value]) -> None:
    """Open the page by the good link; where its controls are on screen already, set them."""
    widgets = [control for control in page.controls if control.kind != "moment"]
    if not any(page.param(control.name) in st.session_state for control in widgets):
        st.switch_page(site.file_of(page.path), query_params=page.params(values))
    for name, value in values.items():
        st.session_state[page.param(name)] = stored(page.control(name), value)
    for param in _unknown(page):
        del st.query_params[param]


def bring(page: Page, control: Control, value: Value | None) -> None:
    """Write into the address what a control comes to the screen with.

    Streamlit does so when a visitor moves it, and where code sets one that has been there before:
    also in a run that was called off, of which nothing is remembered here.
    """
    if value not in (None, control.default):
        with suppress(StreamlitAPIException):
            st.query_params[page.param(control.name)] = encode(control, value)


def insist(page: Page, control: Control, value: Value, before: Value | None) -> None:
    """Run again where a control has come back to the screen with another value than it had.

    When a control is drawn anew, Streamlit lets the address with which the session began win over
    session state; on the next run session state wins.
    """
    if before not in (None, value):
        st.session_state[_pending_key(page)] = {page.param(control.name): stored(control, before)}
        st.rerun()


def resume(page: Page) -> None:
    """Set what `insist` asked for on the run before."""
    for param, value in st.session_state.pop(_pending_key(page), {}).items():
        st.session_state[param] = value


def _pending_key(page: Page) -> str:
    return f"_{page.key}_pending"


def _read(page: Page) -> tuple[list[Complaint], dict[str, Value] | None]:
    """Return what is wrong with the link, and the values to go on with (None: nothing is)."""
    complaints: list[Complaint] = []
    values: dict[str, Value] = {}
    written_well = True
    link = set(st.query_params)
    for control in page.controls:
        if page.param(control.name) in link:
            written = st.query_params.get_all(page.param(control.name))
            # What is said twice is said.
            values[control.name], complaint = decode(control, list(dict.fromkeys(written)))
            complaints += [complaint] if complaint else []
            # Streamlit takes a value only in its own writing; ours also knows the keys ("relu").
            own = encode(control, values[control.name])
            written_well &= written == (own if isinstance(own, list) else [own])
    for param in _unknown(page):
        owner = site.page_of(param)
        of = owner.title if owner else ""
        # The mode has one writing, and another leaves it off.
        shown = "off" if param in presenter.LINK else ""
        asked = " & ".join(st.query_params.get_all(param))
        complaints.append(Complaint(param, asked, shown, of))
    return complaints, values if complaints or not written_well else None


def _unknown(page: Page) -> list[str]:
    """Return the link's keys that are none of the page's; Streamlit keeps its own to itself.

    A key of a page that this session has been to is no link's: the browser's Back can bring it.
    """
    known = {page.param(control.name) for control in page.controls} | memory.drawn()
    params = (param for param in st.query_params if param not in known)
    return [param for param in params if not presenter.asked(param)]


def _state(page: Page) -> tuple[object, ...]:
    """Return the controls' present state, for telling whether the reader has moved on."""
    return tuple(
        clean(control, st.session_state.get(page.param(control.name))) for control in page.controls
    )


def show(complaints: list[Complaint]) -> None:
    """Draw the notice, if there is anything to say.

    The browser's Back can leave another page's settings in an address: nobody's fault.
    """
    others = [f"{_quoted(c.label)} ({c.of})" for c in complaints if c.of]
    faults = [_line(c) for c in complaints if not c.of]
    if others:
        st.caption(f"Left out, as other pages' settings: {', '.join(_first(others))}.")
    if faults:
        lines = "\n".join(f"- {line}" for line in _first(faults))
        title = "Part of this link could not be used"
        st.warning(lines, title=title, icon=":material/link_off:")


def _first(told: list[str]) -> list[str]:
    """Return as many as there is room for, and how many more there are."""
    more = len(told) - SHOWN_COMPLAINTS
    return told[:SHOWN_COMPLAINTS] + [f"and {more} more"] * (more > 0)


def _line(c: Complaint) -> str:
    # The label too: of an unknown setting it is the link's own text.
    if not c.shown:
        return f"{_quoted(f'{c.label}={c.asked}')}: no such setting here"
    asked = f"asks for {_quoted(c.asked)}" if c.asked.strip() else "says nothing"
    return f"{_quoted(c.label)}: the link {asked}; shown: {_quoted(c.shown)}"


def _quoted(text: str) -> str:
    """Return foreign text as inline code, where no markup, link or image can come alive."""
    return f"`{_plain(text)}`"


def _plain(text: str) -> str:
    """Return text cut short, on one line, without the signs that end inline code."""
    flat = "".join(c if c.isprintable() and c != "`" else "·" for c in text)
    return flat if len(flat) <= SHOWN_CHARACTERS else f"{flat[:SHOWN_CHARACTERS]}…"
