"""The clock jumps by an hour in mid-run: what is told of the time left stays sensible."""

import asyncio
import re
import signal

from tests.faults.planted import CLOCK, plant
from tests.faults.until import until
from tests.load.servers import serving
from tests.load.session import Session
from tests.load.socket import play
from tests.patience import PATIENCE

LONG = "train_steps=5000"
"""Many seconds of computing, whatever the machine."""
LEFT = re.compile(r"about (.+) left")
SENSIBLE = re.compile(r"\d{1,2} s|1\d\d s|\d(\.\d+)? minutes")


def left(told: list[str]) -> list[str]:
    """Return the times left that bars have told."""
    return [found[1] for text in told if (found := LEFT.search(text))]


def test_an_hour_forward_and_back_is_not_told_as_time_left(tmp_path):
    async def watch(server):
        session = await Session(server.address).connect()
        opening = asyncio.create_task(session.open("training", LONG))
        for jump in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR2):
            told = len(left(session.told)) + 3
            await until(lambda told=told: len(left(session.told)) >= told, "times left are told")
            server.process.send_signal(jump)
        told = len(left(session.told)) + 3
        await until(lambda: len(left(session.told)) >= told, "and told on")
        times = left(session.told)
        assert [time for time in times if not SENSIBLE.fullmatch(time)] == []
        # The change calls the long run off; its answer is that of the page, an hour ago.
        run = await session.move(session.named("train_steps"), "30")
        assert not run.errors
        assert session.charts
        opening.cancel()

    with serving(env=plant(tmp_path, CLOCK)) as server:
        play(watch(server), PATIENCE)
        assert server.said() == ""
