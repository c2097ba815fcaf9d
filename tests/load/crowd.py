"""A class: many sessions that open, move and pace together, each within the same patience."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tests.load.session import Run, Session, Widget
from vanishing.ui import ready, site

APART = 5.0
"""Seconds between two moves of one who paces."""


@dataclass
class Answers:
    """What a class waited for, and for how long.

    Attributes
    ----------
    seconds : list of float
        Until each run was finished; for those that were not, until the class gave up.
    late : int
        How many were not.
    bytes : int
        Received in all.
    errors : list of str
    """

    seconds: list[float] = field(default_factory=list)
    late: int = 0
    bytes: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, run: Run, waited: float | None = None) -> None:
        """Note a finished run; `waited` where it was due before it was asked for."""
        self.seconds.append(run.seconds if waited is None else waited)
        self.bytes += run.bytes
        self.errors += run.errors

    @property
    def finished(self) -> int:
        """How many runs were finished."""
        return len(self.seconds) - self.late


async def connected(address: str, count: int) -> list[Session]:
    """Return sessions that have connected, and wait with their first request."""
    return list(await asyncio.gather(*(Session(address).connect() for _ in range(count))))


async def together(runs: Sequence[Awaitable[Run]], patience: float) -> Answers:
    """Start all at once and wait so many seconds at most."""
    answers = Answers()
    tasks = [asyncio.ensure_future(run) for run in runs]
    done, late = await asyncio.wait(tasks, timeout=patience)
    for task in done:
        error = task.exception()
        if error is None:
            answers.add(task.result())
        else:
            answers.errors.append(repr(error))
    for task in late:
        task.cancel()
        answers.seconds.append(patience)
    answers.late = len(late)
    return answers


Move = Callable[[Session, random.Random], Awaitable[Run]]
"""What one who paces does each time."""


async def paced(sessions: Sequence[Session], move: Move, lasts: float, patience: float) -> Answers:
    """Let each session make its move every `APART` seconds, for a while, with a phase of its own.

    A move that is due while the one before is still under way waits for it, and its waiting counts.
    """
    answers = Answers()
    began = time.perf_counter()
    due = [began + random.Random(i).uniform(0.0, APART) for i in range(len(sessions))]

    async def pace(number: int, session: Session) -> None:
        rng = random.Random(number)
        while due[number] < began + lasts:
            await asyncio.sleep(max(0.0, due[number] - time.perf_counter()))
            run = await move(session, rng)
            answers.add(run, time.perf_counter() - due[number])
            due[number] += APART

    tasks = [asyncio.create_task(pace(i, session)) for i, session in enumerate(sessions)]
    done, late = await asyncio.wait(tasks, timeout=lasts + patience)
    answers.errors += [repr(task.exception()) for task in done if task.exception()]
    ended = time.perf_counter()
    for number, task in enumerate(tasks):
        if task in late:
            task.cancel()
            answers.seconds.append(ended - due[number])
    answers.late = len(late)
    return answers


def main_widget(session: Session) -> Widget:
    """Return the control that a reader of the page moves first, or the first slider of another."""
    page = site.page_at(session.page or site.PAGES[0].path)
    first = page.param(ready.moved_first(page, ready.on_screen(page, {})) or "")
    named = (widget for widget in session.movable if widget.key == first)
    return next(named, session.movable[0])


def following(widget: Widget) -> str:
    """Return the option behind the present one, or the first after the last."""
    at = widget.options.index(widget.value[0]) if widget.value else -1
    return widget.options[(at + 1) % len(widget.options)]


async def move_on(session: Session, _: random.Random | None = None) -> Run:
    """Move the main control on by one."""
    widget = main_widget(session)
    return await session.move(widget, following(widget))


async def move_anywhere(session: Session, rng: random.Random) -> Run:
    """Move the main control to any other of its values."""
    widget = main_widget(session)
    others = [option for option in widget.options if (option,) != widget.value]
    return await session.move(widget, rng.choice(others))


async def move_apart(session: Session, number: int) -> Run:
    """Move to where no other number goes, as far as the page has settings one move away."""
    ways = [(w, o) for w in session.movable for o in w.options if (o,) != w.value]
    # Neighbours in the list differ little: a stride takes the class over all controls.
    widget, option = ways[number * 7919 % len(ways)]
    return await session.move(widget, option)
