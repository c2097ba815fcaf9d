"""A class opens a page at once: sessions over real websockets, beside a bare Streamlit page.

Talks to servers that it starts itself, on this machine only: python -m tests.benchmarks load.
"""

import asyncio
import inspect
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.benchmarks.bench_pages import bare
from tests.browser.conftest import start_server

SESSIONS = 50
PAGES = ("depth", "home", "layers")
PATIENCE = 300


@dataclass(frozen=True)
class Opening:
    """One session's opening of a page: seconds until it was done, and error boxes on it."""

    seconds: float
    errors: int


async def open_session(address, page, start, query=""):
    """Open a page as a browser does, once all have connected, and read until it is finished."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(stream, subprotocols=["streamlit"], max_size=None) as socket:
        await start.wait()
        began = time.perf_counter()
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        await socket.send(asked.SerializeToString())
        errors = 0
        async for data in socket:
            message = ForwardMsg.FromString(data)
            errors += message.delta.new_element.HasField("exception")
            if (
                message.WhichOneof("type") == "script_finished"
                and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return Opening(time.perf_counter() - began, errors)
    raise ConnectionError("the server closed the session before the page was finished")


async def open_at_once(address, page, sessions):
    """Open a page by so many sessions at once."""
    start = asyncio.Barrier(sessions)
    return await asyncio.wait_for(
        asyncio.gather(*(open_session(address, page, start) for _ in range(sessions))), PATIENCE
    )


def measure(page, sessions, script="app.py"):
    """Open a page on a server that has served it to one session before."""
    process, address = start_server(script)
    try:
        asyncio.run(open_at_once(address, page, 1))
        return asyncio.run(open_at_once(address, page, sessions))
    finally:
        process.terminate()
        process.wait(10)


def report(name, opened):
    """Print when half and when nearly all had their page."""
    seconds = sorted(one.seconds for one in opened)
    errors = sum(one.errors for one in opened)
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    print(f"{name:<26}{statistics.median(seconds):>8.2f}{p95:>8.2f}{errors:>8}")


def main():
    # A server has all cores: what its threads cost one another shows on several only.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count()))
    print(f"{f'Opened by {SESSIONS} at once':<26}{'p50 s':>8}{'p95 s':>8}{'errors':>8}")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(f"{inspect.getsource(bare)}\n\nbare()\n", "utf-8")
        report("bare page, one chart", measure("", SESSIONS, str(script)))
    for page in PAGES:
        report(f"/{page}", measure(page, SESSIONS))


if __name__ == "__main__":
    main()
