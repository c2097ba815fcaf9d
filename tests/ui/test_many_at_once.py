"""A class opens the app at once: no reader is shown an error, and sources are read one by one."""

import asyncio
import inspect
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import pytest

from tests.benchmarks.bench_load import PATIENCE, open_session
from tests.browser.conftest import ROOT, start_server
from vanishing.concepts.training.facts import Pair
from vanishing.engine import lanes
from vanishing.engine.nets import activations
from vanishing.engine.recurrent import cells
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.ui import site, sources
from vanishing.ui.sources import without_checks

EACH = 3
"""Sessions per page: with all pages together more than a class."""


@pytest.fixture
def cold_server():
    process, address = start_server()
    yield address
    process.terminate()
    process.wait(10)


def test_all_pages_opened_at_once_on_a_fresh_server_show_no_error(cold_server):
    paths = [page.path for page in site.PAGES] * EACH
    assert len(paths) >= 30

    async def visit():
        start = asyncio.Barrier(len(paths))
        return await asyncio.gather(*(open_session(cold_server, path, start) for path in paths))

    opened = asyncio.run(asyncio.wait_for(visit(), PATIENCE))
    wrong = [path for path, one in zip(paths, opened, strict=True) if one.errors]
    assert not wrong


def test_streamlit_does_not_parse_the_pages():
    with (ROOT / ".streamlit/config.toml").open("rb") as file:
        assert tomllib.load(file)["runner"]["magicEnabled"] is False


def test_each_source_is_read_once_and_by_one_thread_at_a_time(monkeypatch):
    items = (lanes.Process, Pair, cells.Cell, recurrent_training.Trainer, activations.get)
    start, read, reading, most = threading.Barrier(30), [], [], []
    getsource = inspect.getsource

    def recorded(item):
        reading.append(item)
        most.append(len(reading))
        # Whoever else wants to read has the time to begin.
        threading.Event().wait(0.01)
        reading.remove(item)
        read.append(item)
        return getsource(item)

    def ask():
        start.wait(PATIENCE)
        return [sources.source_of(item) for item in items]

    sources._read.cache_clear()
    monkeypatch.setattr(inspect, "getsource", recorded)
    with ThreadPoolExecutor(30) as pool:
        answers = [done.result(PATIENCE) for done in [pool.submit(ask) for _ in range(30)]]
    sources_alone = [without_checks(dedent(getsource(item))) for item in items]
    assert all(answer == sources_alone for answer in answers)
    assert max(most) == 1
    assert sorted(read, key=id) == sorted(items, key=id)
