"""Computing what a scene needs while the visitor watches: progress, Stop, go on."""

from __future__ import annotations

import time
from collections.abc import Collection, Hashable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

import streamlit as st

from vanishing.text import duration
from vanishing.ui import whole
from vanishing.ui.charting import chart
from vanishing.ui.gate import GATE
from vanishing.ui.pool import POOL, Place
from vanishing.ui.scene import Growing
from vanishing.ui.widgets import button
from vanishing.ui.work import AGAIN, SHELF, Ask, Job, Needs

PATIENCE: Final = 0.8
"""Seconds before a progress bar appears: most work is done by then."""

FEW: Final = 10
EACH: Final = 0.05
"""For each of more than so many that watch, seconds more: to draw all their pages anew, with bars
or with pictures of beginnings, would make all of them wait longer."""

LONGEST: Final = 3.0
"""Seconds that nobody waits longer without a bar: until then nothing can be stopped."""

SAID: Final = 0.25
"""Seconds between two words of how far a run is."""

BREATH: Final = 0.1
"""Seconds between two signs of life, at which Streamlit can also interrupt."""

SIGN: Final = 0.01
"""Seconds between two signs of life to anyone at all: each costs all pages a little."""

SELDOM: Final = 1.0
"""Seconds between two signs of life at most: who gives none loses its place in the line."""

REDRAWN, SHARE = 0.5, 0.5
"""Seconds between two pictures of what grows, and of these for each of those that watch."""

LOST: Final = (
    "What computed this was lost, and lost again when it was begun anew. It is given up here; to "
    "try once more, load the page again."
)
"""Said where a run is given up."""

RARER: Final = 0.5
"""Share of the time watched so far that passes before the next picture: each is sent as a whole."""


def compute(needs: Needs, key: str, place: Any) -> tuple[dict[Hashable, Any], list[Job], bool]:
    """Compute what a scene needs, all of it side by side, with progress and a way to stop.

    Parameters
    ----------
    needs : mapping
        Each within its cost. What waits for a click is taken as far as it has come.
    key : str
        Prefix of the widgets' keys, unique on the page.
    place : container
        Where the bar, or the word that it was stopped, stands.

    Returns
    -------
    Found, what grows and is still under way (see `go_on`), and whether all is complete. Nothing is
    found of what grows and stands in line before its beginning.
    """
    # What waits is only looked up here; who asks for more of it pushes the one on the shelf.
    jobs = {name: Job(ask) if ask.waits else SHELF.get(ask) for name, ask in needs.items()}
    pushed = [job for job in jobs.values() if not job.ask.waits]
    stopped = f"_{key}_stopped"
    asks = frozenset(job.ask for job in pushed)
    halted = [job for job in pushed if job.ask in (st.session_state.get(stopped) or ())]
    stood = not all(job.finished for job in halted)
    going = [job for job in pushed if job not in halted]
    # With those that are done already: all have one place in the line.
    growing = [job for job in going if job.ask.grows]
    if all(job.finished for job in growing):
        growing = []
    pictured = growing and (whole.wanted() or len(_watchers) <= FEW)
    if pictured:
        # Before anything is drawn: within a fragment a browser would draw it once more.
        whole.ask()
    if not halted and stopped in st.session_state:
        # What was said of a stop goes at once, not when the run is over.
        place.empty()
        st.session_state.pop(f"{stopped}_told", None)
    if pictured:
        if not _begun(growing):
            return {}, growing, False
    elif not all(job.finished for job in going):
        growing = []
        with GATE.released():
            push_to_the_end(going, key, place, (stopped, asks))
    _see_to_beginnings(jobs.values())
    if stood:
        # On another view of the same run too, beside what that view needs besides.
        _say_stopped(halted, stopped, key, place)
    # Asked first: meanwhile others may push the same jobs to their ends.
    complete = all(job.complete for job in jobs.values())
    found = {name: job.result for name, job in jobs.items()}
    return found, growing, complete


def _see_to_beginnings(jobs: Collection[Job]) -> None:
    """See that there is something of each that may be shown unfinished.

    Whoever stops at once still sees the start; what comes in one piece is always complete.
    """
    while beginnings := [
        job for job in jobs if not job.some and job.ask.partial and not job.finished
    ]:
        with GATE.released():
            push(beginnings, None, BREATH)
    for job in jobs:
        if job.ask.waits and job.share == 1.0:
            # All of it was known: it has only to come to its end.
            job.finish()


def _begun(growing: Sequence[Job]) -> bool:
    """See that there is something of each, unless it has to stand in line.

    There all would wait longer for the pictures of many beginnings.
    """
    in_line = push(growing, _who(growing), 0.0)
    if in_line and not all(job.some for job in growing):
        return False
    for job in growing:
        job.peek()
    return True


def go_on(jobs: Sequence[Job], key: str) -> None:
    """Push what grows until there is more to draw, and run the page again; at its end once more.

    The bar and the button to stop lie over the page: they come and go, and move nothing.
    """
    if not jobs:
        return
    asks = _who(jobs)
    began, first = _since(f"_{key}_began", asks, sum(job.made for job in jobs))
    seen = [job.results for job in jobs]
    blank = not all(job.some for job in jobs)
    drawn = spoken = time.perf_counter()
    bar = None
    place = st.container(key=f"{key}_under_way")
    GATE.leave()
    with _watch(), POOL.watched(asks, _me()):
        line = push(jobs, asks, 0.0)
        while not all(job.finished for job in jobs):
            now = time.perf_counter()
            if bar is None and now - began > patience():
                bar, spoken = bar_with_stop(place, key, (f"_{key}_stopped", asks)), 0.0
            if bar is not None and now - spoken > saying(line):
                _show(bar, jobs, line, now - began, first)
                spoken = now
            line = push(jobs, asks, breath())
            if blank and line is None:
                break
            if [job.results for job in jobs] != seen and now - drawn > redrawn(drawn - began):
                break
    if all(job.finished for job in jobs):
        whole.over()
    st.rerun()


def _since(key: str, asks: Hashable, made: float) -> tuple[float, float]:
    """Return when this session began to watch, and how much was made by then."""
    told = st.session_state.get(key)
    if told is None or not asks <= told[0]:
        told = st.session_state[key] = asks, time.perf_counter(), made
    return told[1], told[2]


def redrawn(watched: float) -> float:
    """Return the seconds to the next picture for one of those that watch now, for so long."""
    return max(REDRAWN, SHARE * len(_watchers), RARER * watched)


def push_to_the_end(
    jobs: Sequence[Job], key: str, where: Any, remembered: tuple[str, object]
) -> None:
    """Push jobs until they are finished; the button to stop sets what is to be remembered."""
    began = spoken = time.perf_counter()
    first = sum(job.made for job in jobs)
    who = _who(jobs)
    bar = None
    with _watch(), POOL.watched(who, _me()):
        while not all(job.finished for job in jobs):
            place = push(jobs, who, breath())
            now = time.perf_counter()
            # Begun anew as a whole page's, it has been waited for already.
            if bar is None and whole.wanted():
                spot = where.container(key=f"{key}_pushed_under_way").empty()
                bar = bar_with_stop(spot, key, remembered)
            elif bar is None and now - began > patience():
                break
            if bar is not None and now - spoken > saying(place):
                _show(bar, jobs, place, now - began, first)
                spoken = now
    if bar is not None:
        spot.empty()
    elif not all(job.finished for job in jobs):
        # Only here: this is not to be called off, and keeps the place in the line.
        whole.ask()


def _show(bar: Any, jobs: Sequence[Job], place: Place | None, passed: float, first: float) -> None:
    """Show in the bar how far jobs are, or the place in the line."""
    share = sum(job.share for job in jobs) / len(jobs)
    bar.progress(share, text=str(place) if place else f"{_told(jobs)}{_left(passed, jobs, first)}")


_watchers: set[object] = set()


@contextmanager
def lost_is_said(place: Any) -> Iterator[None]:
    """Say it where a run is given up, for what computed it was lost again and again."""
    try:
        yield
    except (BrokenExecutor, CancelledError):
        place.error(LOST, icon=":material/error:")


@contextmanager
def _watch() -> Iterator[None]:
    """Count who watches."""
    me = object()
    _watchers.add(me)
    try:
        yield
    finally:
        _watchers.remove(me)


def _who(jobs: Sequence[Job]) -> frozenset[Ask]:
    """Return the name in the line of all who want the same."""
    return frozenset(job.ask for job in jobs)


def _me() -> str:
    """Return what tells this session from others."""
    name: str = st.session_state.setdefault("_watcher", uuid4().hex)
    return name


def saying(line: Place | None) -> float:
    """Return the seconds between two words; a place in the line is told rarely.

    A browser that is at work on a page's beginning takes up each word first.
    """
    return SELDOM if line else max(SAID, breath())


def breath() -> float:
    """Return the seconds between two signs of life to one of those that watch now."""
    return min(max(BREATH, SIGN * len(_watchers)), SELDOM)


def patience() -> float:
    """Return the seconds before one of those that watch now sees a bar."""
    return min(PATIENCE + EACH * max(0, len(_watchers) - FEW), LONGEST)


def bar_with_stop(spot: Any, key: str, remembered: tuple[str, object]) -> Any:
    """Draw the bar, at 0, and the button into an empty place, and return the bar."""
    with spot.container(horizontal=True, vertical_alignment="center"):
        # First, so that it stays where it is while what stood here before still fades away on the
        # right: a button that moves under the finger is not pressed.
        button("Stop", f"{key}_stop", "stop_circle", remember, *remembered)
        return st.progress(0.0)


def grow(block: Growing, ask: Ask, key: str) -> None:
    """Draw what is computed only when asked for: an offer, or the chart as it grows.

    Nothing begins before a click: a link alone must not start minutes of work.
    """
    asked = f"_{key}_asked"
    head, place = st.container(), st.empty()
    under_way = st.session_state.get(asked) == ask
    with place.container():
        chart(block.view, None if under_way else f"{key}_chart")
    job = SHELF.get(ask)
    if job.finished:
        # Some of it has been forgotten since.
        SHELF.forget(ask)
        job = SHELF.get(ask)
    if block.complaint:
        head.caption(f":material/info: {block.complaint}")
    if not under_way:
        _offer(head, block, key, (asked, ask))
        return
    whole.ask()
    with GATE.released():
        _watch_it_grow(job, block, place, bar_with_stop(head.empty(), key, (asked, None)))
    st.rerun()


def _watch_it_grow(job: Job, block: Growing, place: Any, bar: Any) -> None:
    drawn = time.perf_counter()
    while not job.finished:
        bar.progress(job.share, text=job.told)
        push([job], None, breath())
        if time.perf_counter() - drawn > REDRAWN:
            with GATE.turn(), place.container():
                chart(block.redraw(job.result))
            drawn = time.perf_counter()


def _offer(head: Any, block: Growing, key: str, remembered: tuple[str, object]) -> None:
    with head.container(horizontal=True, vertical_alignment="center"):
        label = "Go on" if block.begun else "Compute"
        button(label, f"{key}_compute", "play_circle", remember, *remembered, type="primary")
        st.markdown(block.offer)


def push(jobs: Sequence[Job], who: Hashable, patience: float) -> Place | None:
    """Compute a piece of what is light here, and see to the pieces of what is heavy.

    Wait a little where there is nothing to compute here; return the place in the line, see `pool`.
    """
    with SHELF.dropping(jobs):
        light = [job for job in jobs if not job.heavy and not job.finished]
        heavy = [job for job in jobs if job.heavy]
        if light and not min(light, key=lambda job: job.share).push() and not heavy:
            time.sleep(patience)
        return POOL.push(who, heavy, 0.0 if light else patience) if heavy else None


def _say_stopped(jobs: Sequence[Job], stopped: str, key: str, place: Any) -> None:
    at = _told(jobs).replace(AGAIN, "")
    if not st.session_state.get(f"{stopped}_told"):
        # Whoever pressed Stop further down does not see what stands above.
        st.toast(f"Stopped at {at}. Go on: above the charts.", icon=":material/stop_circle:")
        remember(f"{stopped}_told", True)
    with place.container(horizontal=True, vertical_alignment="center"):
        partial = all(job.ask.partial for job in jobs if not job.finished)
        rest = f": everything below is as far as {_recorded(jobs)}." if partial else "."
        st.warning(f"Stopped at {at}{rest}", icon=":material/stop_circle:")
        button("Go on", f"{key}_go_on", "play_circle", remember, stopped, None)


def _recorded(jobs: Sequence[Job]) -> str:
    """Name the last step that is drawn, where runs have such: they go on beyond it unrecorded."""
    lasts = [getattr(job.result, "final", None) for job in jobs]
    if None in lasts:
        return "that"
    steps = {last.step for last in lasts if last}
    if len(steps) > 1:
        return "the last recorded step of each run"
    return f"step {min(steps):,}, the last one recorded"


def _told(jobs: Sequence[Job]) -> str:
    """Say how many of several are done, and how far the slowest is."""
    least = min(jobs, key=lambda job: job.share)
    slowest = least.told if least.step else ""
    alike = len({job.ask.told for job in jobs}) == 1
    ended = sum(job.finished for job in jobs)
    few = len(jobs) > 1 and bool(ended or slowest) and not (alike and slowest)
    several = few or len(jobs) > 3
    done = f"{ended} of {len(jobs)} runs"
    return ", ".join([done] * several + [slowest] * bool(slowest)) or "the start"


def _left(passed: float, jobs: Sequence[Job], first: float) -> str:
    """Say about how long it still takes, once what was made since `first` can tell."""
    made = sum(job.made for job in jobs) - first
    missing = sum(1.0 - job.made for job in jobs if not job.finished)
    if made <= 0.05 * (made + missing):
        return ""
    return f", about {duration(passed * missing / made)} left"


def remember(key: str, value: object) -> None:
    """Keep a value for the session; a button's callback."""
    st.session_state[key] = value
