"""In the middle of a long run workers die, or the reader goes."""

import asyncio

import psutil
import pytest

from tests.faults.until import until
from tests.load.servers import serving
from tests.load.session import Session
from tests.load.socket import play
from tests.patience import PATIENCE

LONG = "train_steps=10000&train_seeds=10"
"""More than a minute of computing."""
SHORT = "train_steps=400&train_seeds=2"
QUIET = 0.05
"""Share of a core that an idle server stays below."""


@pytest.fixture
def server():
    with serving() as one:
        yield one


def test_a_run_whose_workers_are_killed_ends_or_says_so(server):
    async def scene():
        session = await Session(server.address).connect()
        opening = asyncio.create_task(session.open("training", SHORT))
        await until(lambda: session.told or opening.done(), "the run has begun")
        # Where the page computes in its own process there are none.
        for worker in server.workers():
            worker.kill()
        run = await opening
        assert not run.errors
        assert session.charts or session.told[-1]
        # Who comes next finds workers that work.
        moved = await session.move(session.named("train_seed"), "2")
        assert not moved.errors
        assert session.charts

    play(scene(), PATIENCE)
    assert server.said() == ""


def test_a_sweep_whose_workers_are_killed_ends_or_says_so(server):
    async def scene():
        session = await Session(server.address).connect()
        await session.open("depth", "deep_steps=300&deep_rows=all&deep_seed=3")
        pressed = asyncio.create_task(session.press("Compute"))
        await until(lambda: bool(server.workers()) and bool(session.told), "workers are at it")
        await asyncio.sleep(1.0)
        for worker in server.workers():
            worker.kill()
        before = len(session.told)
        await until(lambda: len(session.told) > before + 5 or pressed.done(), "it goes on, or ends")
        if pressed.done():
            assert not pressed.result().errors
        session.leave(politely=False)
        pressed.cancel()

    play(scene(), PATIENCE)
    assert server.said() == ""


def busy(server) -> float:
    """Return the share of a core that a server and its workers take, over half a second."""
    processes = [server.process, *server.workers()]
    for process in processes:
        process.cpu_percent()
    _, alive = psutil.wait_procs(processes, timeout=0.5)
    return sum(process.cpu_percent() for process in alive) / 100


def test_a_run_stops_when_its_reader_has_gone(server):
    async def scene():
        session = await Session(server.address).connect()
        opening = asyncio.create_task(session.open("training", LONG))
        await until(lambda: len(session.told) > 5, "the run is under way")
        # A worker at low priority may get little for a while, beside other work.
        while await asyncio.to_thread(busy, server) <= QUIET:
            assert not opening.done()
        session.leave(politely=False)
        opening.cancel()
        # The run itself would take longer.
        for _ in range(60):
            if await asyncio.to_thread(busy, server) < QUIET:
                return
        pytest.fail("the run goes on without a reader")

    play(scene(), PATIENCE)
    assert server.said() == ""
