"""A class opens the app at once: no reader is shown an error, and sources are read one by one."""

import asyncio
import inspect
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

from tests.load.crowd import connected, main_widget
from tests.load.servers import ROOT, serving
from tests.load.socket import play
from tests.patience import PATIENCE
from vanishing.concepts.training.facts import Pair
from vanishing.engine import lanes
from vanishing.engine.nets import activations
from vanishing.engine.recurrent import cells
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.ui import site, sources
from vanishing.ui.page import Layout
from vanishing.ui.sources import without_checks

EACH = 2
"""Sessions per page, each with settings of its own: with all pages together a class."""

CHEAP = {"training": "train_which", "recurrent": "rnn_gain", "claims": "claim_of"}
"""What is moved where the page's first control would start a long run, or move no chart."""

PATHS = ["", *(page.path for page in site.PAGES[1:])]
CLASS = [path for path in PATHS for _ in range(EACH)]

FAINT = {
    page.path
    for page in site.PAGES
    for layout in ([page.layouts] if isinstance(page.layouts, Layout) else page.layouts.values())
    if layout.released
}


def test_a_class_that_opens_all_pages_at_once_is_shown_its_own_settings_and_no_error():
    async def scene(address):
        those, others = [await connected(address, len(CLASS)) for _ in range(2)]
        # On a fresh server; and some of those who come by a link later.
        rush = [*zip(those, CLASS, strict=True), *zip(others[::EACH], PATHS, strict=True)]
        assert len(rush) >= 30
        opened = await asyncio.gather(*(session.open(path) for session, path in rush))
        moved = await asyncio.gather(*(move(s, i % EACH) for i, s in enumerate(those)))
        links = [session.link() for session in those]
        at_once = zip(others, CLASS, links, strict=True)
        linked = await asyncio.gather(*(s.open(path, link) for s, path, link in at_once))
        # Everybody looks at the equations and the code as well.
        unfolded = await asyncio.gather(*(unfold(s) for s in those))
        for runs in (opened, moved, linked, *unfolded):
            assert wrong(runs) == []
        return those, others

    with serving() as server:
        those, others = play(scene(server.address), PATIENCE)
        assert server.said() == ""
    # Whoever moved there is shown what the link shows, and whoever moved elsewhere is not.
    for mine, linked in zip(those, others, strict=True):
        widget = moved_widget(mine)
        assert linked.named(widget.key).value == widget.value
        assert linked.link() == mine.link()
        assert linked.charts.keys() == mine.charts.keys() != set()
        # Where lines stay faint as they were before, only who has moved has a picture before.
        if mine.page not in FAINT:
            assert linked.charts == mine.charts
    for first in range(0, len(those), EACH):
        shown = [frozenset(s.charts.items()) for s in those[first : first + EACH]]
        assert len(set(shown)) == EACH, CLASS[first]


def wrong(runs):
    """Return what went wrong before a student's eyes."""
    return [error for run in runs for error in run.errors]


async def unfold(session):
    """Open all that is folded, one after the other."""
    return [await session.move(fold, "true") for fold in session.folds]


def moved_widget(session):
    key = CHEAP.get(session.page)
    return session.named(key) if key else main_widget(session)


async def move(session, by):
    """Move a session's control, by 0 where it stays with its first value."""
    widget = moved_widget(session)
    at = widget.options.index(widget.value[0])
    return await session.move(widget, widget.options[(at + by) % len(widget.options)])


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
