"""What a session remembers of a page: the settings before, and those not on screen just now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from vanishing.ui.controls import Control, Value, clean, stored
from vanishing.ui.page import Page

HISTORY_LIMIT = 50
_CURRENT = "_page"
_DRAWN = "_drawn"


def _of(page: Page) -> dict[str, Any]:
    """Return the page's memory: kept (values by name), drawn (names), history and seen (of values).

    History is what Undo goes back through; seen are the last two settings of this visit.
    """
    memory: dict[str, Any] = st.session_state.setdefault(
        f"_{page.key}_memory", {"kept": {}, "drawn": set(), "history": [], "seen": []}
    )
    return memory


def arrive(page: Page) -> bool:
    """Begin a run of the page; tell whether it is come to, from another or by a link.

    Coming back by the navigation, the page is as it was left. Coming by a link with settings, the
    link alone says what is shown: what it does not name is at its default.
    """
    if st.session_state.get(_CURRENT) == page.key:
        return False
    st.session_state[_CURRENT] = page.key
    memory = _of(page)
    memory["drawn"], memory["seen"] = set(), []
    link = set(st.query_params)
    asked = {c.name for c in page.controls if page.param(c.name) in link}
    if asked:
        memory["kept"] = {}
        for control in page.controls:
            param = page.param(control.name)
            if control.name in asked and control.kind == "moment":
                # No widget reads it from the link.
                st.session_state.pop(param, None)
            elif control.name not in asked and param in st.session_state:
                st.session_state[param] = stored(control, control.default)
    return True


def recall(page: Page, control: Control) -> Value | None:
    """Return the value that a control had when it was last on screen, if it was not just now.

    Streamlit forgets a control that is not drawn, and on its return would read the address with
    which the session began.
    """
    memory, param = _of(page), page.param(control.name)
    if control.name in memory["drawn"]:
        return None
    held = param in st.session_state
    value: Value | None = memory["kept"].get(control.name)
    if held:
        value = clean(control, st.session_state[param])
    # Asked last, for it takes Streamlit long to say.
    if value is None or param in st.query_params:
        return None
    if not held:
        st.session_state[param] = stored(control, value)
    return value


def touched(page: Page, names: Collection[str]) -> bool:
    """Tell whether one of these controls is on screen, or holds or is asked for another value.

    One that has been on screen stays there: Streamlit forgets what it does not draw.
    """
    memory = _of(page)
    params = {page.param(name): page.control(name) for name in names}
    if not memory["drawn"].isdisjoint(names) or not params.keys().isdisjoint(st.query_params):
        return True
    return any(
        clean(c, st.session_state.get(param, memory["kept"].get(c.name, c.default))) != c.default
        for param, c in params.items()
    )


def remember(page: Page, values: Mapping[str, Value], folded: Collection[str] = ()) -> None:
    """End a run of the page with these settings, all drawn but for what is folded away."""
    memory = _of(page)
    memory["kept"].update(values)
    memory["drawn"] = set(values).difference(folded)
    st.session_state[_DRAWN] = drawn() | {page.param(name) for name in values}
    earlier = before(page, values)
    memory["seen"] = [*([earlier] if earlier else []), dict(values)]
    history = memory["history"]
    if not history or history[-1] != values:
        # However often one moves within a chart, Undo goes back to where that began.
        if len(history) > 1 and all(_same_but_moments(page, old, values) for old in history[-2:]):
            history.pop()
        history.append(dict(values))
        del history[:-HISTORY_LIMIT]


def before(page: Page, values: Mapping[str, Value]) -> Mapping[str, Value] | None:
    """Return the settings that this visit showed before these, if there are any.

    What charts themselves are moved to is no other setting.
    """
    others = [v for v in _of(page)["seen"] if not _same_but_moments(page, v, values)]
    return others[-1] if others else None


def _same_but_moments(page: Page, one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    """Tell whether two settings differ in nothing but what charts themselves are moved to."""
    return all(one.get(name) == other.get(name) for name in {*one, *other} - page.moments)


def drawn() -> set[str]:
    """Return the link keys of all controls that this session has seen, on any page."""
    found: set[str] = st.session_state.get(_DRAWN, set())
    return found


def can_undo(page: Page) -> bool:
    """Tell whether there is a setting to go back to."""
    return len(_of(page)["history"]) > 1


def assign(page: Page, values: Mapping[str, Value]) -> None:
    """Set controls, on screen or not; for callbacks, which run before the widgets are drawn."""
    _of(page)["kept"].clear()
    for name, value in {**page.defaults(), **values}.items():
        st.session_state[page.param(name)] = stored(page.control(name), value)


def undo(page: Page) -> None:
    """Set the controls as they were before the last change; a callback, as `assign`.

    A change whose work still runs is in no history yet, and the button is that of the run before.
    """
    history = _of(page)["history"]
    if len(history) > 1 and _at_present(page, history[-1]) == history[-1]:
        history.pop()
    assign(page, history[-1])


def _at_present(page: Page, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what the same controls hold now; one that holds nothing has not changed."""
    now = dict(values)
    for name in values:
        if page.param(name) in st.session_state:
            now[name] = clean(page.control(name), st.session_state[page.param(name)])
    return now
