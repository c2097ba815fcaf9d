"""A class on every page: sessions over real web sockets, beside a bare Streamlit page.

    python -m tests.benchmarks load [--sessions N] [--pages P …|all] [--phases F …] [--ready [S]]

Talks to servers that it starts itself, on this machine only, one after the other, each for a
bounded time. Phases: `open` and `move`, all at once on the same link; `paced`, each moves every
five seconds; `train`, a tenth of the class starts long runs on /training while the others pace;
`apart`, all move at once to settings of their own, the last, for each is elsewhere then; and, only
where asked for, `flat`, the memory before and after many changes. With `--ready` the class comes
when the server has made ready what it makes before the bell; without, to one that has made nothing.
"""

import argparse
import asyncio
import inspect
import os
import random
import statistics
import tempfile
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks import timing
from tests.benchmarks.bench_pages import bare
from tests.load.crowd import (
    Answers,
    connected,
    main_widget,
    move_anywhere,
    move_apart,
    move_on,
    paced,
    together,
)
from tests.load.servers import ROOT, Server, serving
from tests.load.session import Session
from tests.load.socket import play
from vanishing.ui import site
from vanishing.ui.ready import SWITCH

PAGES = ("home", "chain", "layers", "depth", "training")
PHASES = ("open", "move", "paced", "train", "apart")
OWED = 20.0
"""Seconds for which a server that is ready may do what it owes, between two classes."""
LASTS = 10.0
"""Seconds of pacing."""
PATIENCE = {"open": 30.0, "move": 15.0, "paced": 5.0, "apart": 15.0, "train": 5.0}
"""Seconds that a phase waits for the last; who has no answer then is late, and counts so long."""
LONGEST = 300.0
"""Seconds on one server, whatever happens, but for those it may take to be ready."""
READY, RESTS = 600.0, 10.0
"""Seconds for which it is waited for at most, and for which its workers must have rested."""
TRAINERS = 0.1
LONG = "train_steps=2000&train_seed={seed}"
"""A run of a few seconds on one core, and one that no other session has."""
CHANGES, AT_ONCE = 10_000, 20
FLAT_SECONDS = 170.0


@dataclass
class Class:
    """A class before one server: `page` as in the address, empty for the first."""

    server: Server
    page: str
    count: int
    sessions: list[Session]

    async def gather(self) -> None:
        """Connect whoever is to come."""
        for session in self.sessions:
            session.leave()
        self.sessions = await connected(self.server.address, self.count)


async def opening(those: Class) -> Answers:
    await those.gather()
    return await together([s.open(those.page) for s in those.sessions], PATIENCE["open"])


async def moving(those: Class) -> Answers:
    return await together([move_on(s) for s in those.sessions], PATIENCE["move"])


async def pacing(those: Class) -> Answers:
    return await paced(those.sessions, move_anywhere, LASTS, PATIENCE["paced"])


async def apart(those: Class) -> Answers:
    moves = [move_apart(s, i) for i, s in enumerate(those.sessions)]
    return await together(moves, PATIENCE["apart"])


async def training(those: Class) -> Answers:
    """Pace, beside sessions that start one long run after the other."""
    trainers = await connected(those.server.address, max(1, round(TRAINERS * those.count)))
    others = those.sessions[len(trainers) :]

    async def train(session: Session, number: int) -> None:
        await session.open("training", LONG.format(seed=1 + number))
        seeds = random.Random(number)
        while True:
            seed = session.named("train_seed")
            await session.move(seed, seeds.choice(seed.options))

    tasks = [asyncio.create_task(train(s, i)) for i, s in enumerate(trainers)]
    # The first of them are at it when the others begin.
    await asyncio.sleep(1.0)
    try:
        answers = await paced(others, move_anywhere, LASTS, PATIENCE["train"])
        answers.errors += [repr(t.exception()) for t in tasks if t.done() and t.exception()]
        return answers
    finally:
        for task in tasks:
            task.cancel()
        for session in trainers:
            session.leave()


RUNS = {"open": opening, "move": moving, "paced": pacing, "apart": apart, "train": training}


def measure(
    script: Path, page: str, count: int, phases: list[str], name: str, ready: Server | None = None
) -> dict:
    """Take a class through the phases; a server that owes answers is replaced by a fresh one.

    One that is `ready` goes on when it has done what it owes.
    """
    seconds = {}
    remaining = list(phases)
    while remaining:
        if ready:
            play(rested(ready, OWED), READY)
        with nullcontext(ready) if ready else serving(script) as server:
            remaining = play(_phases(server, page, count, remaining, name, seconds), LONGEST)
    return seconds


async def _phases(server, page, count, phases, name, seconds) -> list[str]:
    """Return the phases that are left for another server."""
    those = Class(server, page, count, await connected(server.address, 1))
    # The first visit imports and computes what no later one does.
    await those.sessions[0].open(page)
    await move_on(those.sessions[0])
    if phases[0] != "open":
        await opening(those)
    for at, phase in enumerate(phases):
        before, mine, began = server.usage(), _own_cpu(), time.perf_counter()
        answers = await RUNS[phase](those)
        passed = time.perf_counter() - began
        used = server.usage() - before
        seconds[phase] = quantiles(answers.seconds)[1]
        print(row(name, phase, answers, used, (_own_cpu() - mine) / passed), flush=True)
        if answers.late and phases[at + 1 :]:
            return phases[at + 1 :]
    return []


async def rested(server: Server, patience: float = READY) -> float:
    """Wait until its workers have rested for a while; return for how long they did not."""
    began = time.perf_counter()
    spent, idle = -1.0, 0.0
    while idle < RESTS and time.perf_counter() - began < patience:
        await asyncio.sleep(1.0)
        now = server.usage().workers
        idle = idle + 1.0 if now - spent < 0.05 else 0.0
        spent = now
    return time.perf_counter() - began - idle


@contextmanager
def made_ready(patience: float):
    """Give a server that has made ready what it makes before the bell, or none."""
    if not patience:
        yield None
        return

    async def visited(server):
        (session,) = await connected(server.address, 1)
        await session.open("")
        session.leave()
        return await rested(server, patience)

    with serving(env={SWITCH: "yes"}) as server:
        print(f"{'':<14}ready after {play(visited(server), READY + RESTS):.0f} s", flush=True)
        yield server


def _own_cpu() -> float:
    spent = psutil.Process().cpu_times()
    return spent.user + spent.system


def quantiles(seconds: list[float]) -> tuple[float, float]:
    """Return when half and when nearly all had their answer."""
    if len(seconds) < 2:
        return (seconds * 2 or [0.0, 0.0])[0], (seconds * 2 or [0.0, 0.0])[1]
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    return statistics.median(seconds), p95


HEAD = (
    f"{'page':<14}{'phase':<7}{'runs':>6}{'late':>6}{'p50 s':>8}{'p95 s':>8}"
    f"{'CPU/run':>9}{'workers':>9}{'kB/run':>8}{'RSS MB':>8}{'PSS MB':>8}{'errors':>8}{'self':>7}"
)
WHAT = """\
runs: finished; late: not within the phase's patience, counted as long as it was. CPU/run, workers:
milliseconds of the server's and of its worker processes' time, for each finished run. RSS, PSS:
memory of both together, after the phase. self: share of one core that this generator took."""


def row(name, phase, answers, used, own) -> str:
    """Return a line of the table."""
    runs = max(1, answers.finished)
    half, most = quantiles(answers.seconds)
    shared = f"{used.shared / 1e6:.0f}" if used.shared else "–"
    return (
        f"{name:<14}{phase:<7}{answers.finished:>6}{answers.late:>6}{half:>8.2f}{most:>8.2f}"
        f"{1e3 * used.server / runs:>6.1f} ms{1e3 * used.workers / runs:>6.1f} ms"
        f"{answers.bytes / runs / 1e3:>8.1f}{used.resident / 1e6:>8.0f}{shared:>8}"
        f"{len(answers.errors):>8}{own:>7.0%}"
    )


@contextmanager
def bare_script():
    """Give the bare page as an app of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(f"{inspect.getsource(bare)}\n\nbare()\n", "utf-8")
        yield script


async def flat(server: Server, page: str) -> None:
    """Print what memory does over many changes, made as fast as they are answered."""
    sessions = await connected(server.address, AT_ONCE)
    for session in sessions:
        await session.open(page)
    changes, began, warm = 0, time.perf_counter(), 0
    # Whatever the page keeps is kept after every value of its control was there, for all sessions.
    warm_up = max(500, len(main_widget(sessions[0]).options))
    marks = []
    while changes < warm_up + CHANGES and time.perf_counter() - began < FLAT_SECONDS:
        for _ in range(5):
            answers = await together([move_on(s) for s in sessions], PATIENCE["move"])
            changes += answers.finished
            if answers.late or answers.errors:
                print(f"  late {answers.late}, errors {answers.errors[:3]}")
        if changes >= warm_up and not warm:
            warm, first = changes, server.usage().resident
        if warm and (changes - warm) % 2_000 < 5 * AT_ONCE:
            marks.append(f"{server.usage().resident / 1e6:.0f}")
    last = server.usage().resident
    spent = time.perf_counter() - began
    print(f"/{page}: {changes - warm:,} changes after {warm:,} to warm up, {spent:.0f} s")
    print(
        f"  MB: {first / 1e6:.1f} → {last / 1e6:.1f} ({last / first - 1:+.1%}); {' '.join(marks)}"
    )


def arguments(options: list[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks load")
    parser.add_argument("--sessions", type=int, default=200)
    paths = [page.path for page in site.PAGES]
    parser.add_argument("--pages", nargs="+", default=list(PAGES), choices=[*paths, "bare", "all"])
    parser.add_argument("--phases", nargs="+", default=list(PHASES), choices=[*PHASES, "flat"])
    parser.add_argument("--ready", nargs="?", type=float, default=0.0, const=READY)
    chosen = parser.parse_args(options)
    if "all" in chosen.pages:
        chosen.pages = paths
    return chosen


def main(options: list[str] = ()) -> None:
    """Print the table."""
    timing.release()
    chosen = arguments(list(options))
    home = site.PAGES[0].path
    phases = [phase for phase in PHASES if phase in chosen.phases]
    began = time.perf_counter()
    if phases:
        print(f"{chosen.sessions} sessions, one server, {os.cpu_count()} cores for it and for us")
        print(HEAD)
        short = [phase for phase in phases if phase != "train"]
        with bare_script() as script, made_ready(chosen.ready) as ready:
            for path in chosen.pages:
                # Beside each page: the same machine is a third slower at one hour than at another.
                base = measure(script, "", chosen.sessions, short, "bare page")
                if path == "bare":
                    continue
                page, name = "" if path == home else path, f"/{path}"
                app = ROOT / "app.py"
                found = measure(app, page, chosen.sessions, phases, name, ready)
                ratios = ", ".join(f"{p} {found[p] / base[p]:.2f} ×" for p in short if base.get(p))
                print(f"{'':<14}p95 against the bare page: {ratios}")
        print(f"\n{WHAT}")
    if "flat" in chosen.phases:
        for path in chosen.pages:
            with serving() as server:
                play(flat(server, "" if path == home else path), LONGEST)
    print(f"{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
