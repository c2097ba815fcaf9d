"""A long lesson: readers of all kinds come and go, and the server's memory stays as it was.

    python -m tests.benchmarks soak [--minutes M] [--readers N]

Talks to a server that it starts itself, on this machine only, for as long as it is told. Prints
memory and counts as it goes, and at the end what the server has said, which should be nothing.
"""

import argparse
import asyncio
import collections
import random
import statistics
import time

from tests.benchmarks import timing
from tests.load.crowd import following, move_apart
from tests.load.servers import serving
from tests.load.session import Session
from tests.load.socket import play
from vanishing.ui import site

MINUTES, READERS = 30.0, 20
THINKING = 1.5
"""Seconds between two acts of a reader, at the median."""
ACTS = 12
"""Acts of a reader, on average, until he leaves."""
WARM = 0.2
"""Share of the time after which what is kept is there; memory is compared by medians over as long a
time, right after it and at the end."""
MARKS = 20
AIM = 0.05
PATIENCE = 60.0
TRAINED = "train_steps={steps}&train_seed={seed}&train_seeds=3"


class Lesson:
    """What happened in it."""

    def __init__(self, server, lasts: float) -> None:
        self.server, self.began, self.lasts = server, time.monotonic(), lasts
        self.done = collections.Counter()
        self.errors: list[str] = []

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    async def reader(self, rng: random.Random) -> None:
        """Come again and again, each time as somebody else."""
        while self.passed < self.lasts:
            session = Session(self.server.address)
            try:
                await session.connect()
                await self.visit(session, rng)
            except TimeoutError:
                self.errors.append(f"/{session.page}?{session.link()}: no answer in {PATIENCE} s")
            except Exception as error:
                # Whatever it is, the lesson goes on, and says so at its end.
                self.errors.append(f"/{session.page}?{session.link()}: {error!r}")
                await asyncio.sleep(THINKING)
            finally:
                # Some close the tab, others' batteries are empty.
                session.leave(rng.random() < 0.5)

    async def visit(self, session: Session, rng: random.Random) -> None:
        """Open a page, act on it for a while; now and then disappear in the middle of an act."""
        page = rng.choice(site.PAGES)
        path, query = "" if page is site.PAGES[0] else page.path, ""
        if page.presets and rng.random() < 0.3:
            query = page.query(dict(rng.choice(page.presets).values))
        if page.path == "training":
            query = TRAINED.format(steps=rng.choice((30, 100, 300)), seed=rng.randint(1, 20))
        await self.act("open", session, session.open(path, query))
        if not session.movable:
            # An error page, which is noted.
            await asyncio.sleep(THINKING)
            return
        while self.passed < self.lasts and rng.random() > 1 / ACTS:
            await asyncio.sleep(min(10.0, rng.lognormvariate(0.0, 0.7) * THINKING))
            shown = [name for row in session.rows for name in row.options]
            if shown and rng.random() < 0.2:
                run = self.act("preset", session, session.press(rng.choice(shown)))
            elif session.folds and rng.random() < 0.1:
                fold = rng.choice(session.folds)
                run = self.act("fold", session, session.move(fold, following(fold)))
            else:
                run = self.act("move", session, move_apart(session, rng.randrange(10_000)))
            if rng.random() < 0.05:
                self.done["gone in mid-run"] += 1
                task = asyncio.create_task(run)
                await asyncio.sleep(rng.uniform(0.0, 0.5))
                task.cancel()
                return
            await run

    async def act(self, what: str, session: Session, asked) -> None:
        """Wait for an answer, and note it."""
        run = await asyncio.wait_for(asked, PATIENCE)
        self.done[what] += 1
        self.errors += [f"/{session.page}?{session.link()}: {error}" for error in run.errors]

    async def watch(self) -> tuple[float, float]:
        """Print what it weighs at intervals; return that after warming up, and at the end."""
        marks: list[tuple[float, int]] = []
        while True:
            used = self.server.usage()
            held = used.shared or used.resident
            print(
                f"{self.passed / 60:>6.1f} min {used.resident / 1e6:>7.0f} MB RSS"
                f"{held / 1e6:>7.0f} MB PSS {used.server + used.workers:>8.0f} s CPU"
                f"{len(self.errors):>4} errors  "
                + ", ".join(f"{count:,} {what}" for what, count in sorted(self.done.items())),
                flush=True,
            )
            marks.append((self.passed / self.lasts, held))
            if self.passed >= self.lasts:
                first = [held for share, held in marks if WARM <= share <= 2 * WARM]
                last = [held for share, held in marks if share >= 1.0 - WARM]
                return statistics.median(first), statistics.median(last)
            await asyncio.sleep(self.lasts / MARKS)


async def lesson(server, lasts: float, readers: int) -> Lesson:
    """Hold one."""
    those = Lesson(server, lasts)
    rngs = [random.Random(i) for i in range(readers)]
    tasks = [asyncio.create_task(those.reader(rng)) for rng in rngs]
    warm, last = await those.watch()
    await asyncio.wait(tasks, timeout=PATIENCE)
    grown = last / warm - 1
    met = "met" if grown <= AIM else "missed"
    print(f"memory after warming up and at the end: {grown:+.1%}, aim ≤ {AIM:.0%}: {met}")
    return those


def main(options: list[str] = ()) -> None:
    """Hold the lesson and say what came of it."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks soak")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--readers", type=int, default=READERS)
    chosen = parser.parse_args(list(options))
    timing.release()
    lasts = 60 * chosen.minutes
    with serving() as server:
        those = play(lesson(server, lasts, chosen.readers), lasts + 2 * PATIENCE)
    print(f"errors: {len(those.errors)}")
    for error in those.errors[:20]:
        print(f"  {error}")
    said = server.said()
    print(f"the server said:\n{said[-8_000:]}" if said else "the server said nothing")


if __name__ == "__main__":
    main()
