"""The server dies in mid-class and comes back: so do the pages, with their settings."""

import asyncio

import pytest

from tests.load.crowd import connected, main_widget, move_on
from tests.load.servers import Server, free_port
from tests.load.session import Gone
from tests.load.socket import play
from tests.patience import PATIENCE

PAGES = ("", "chain", "layers", "descent", "claims")
"""Five quick ones: each is opened by a link and then moved."""


@pytest.fixture
def port():
    return free_port()


def test_whoever_was_there_is_back_after_a_restart_with_its_settings(port):
    async def scene():
        first = Server(port=port)
        try:
            sessions = await connected(first.address, len(PAGES))
            for session, page in zip(sessions, PAGES, strict=True):
                assert not (await session.open(page)).errors
                assert not (await move_on(session)).errors
            # Faint lines of what was before are the session's own, and go with the server.
            others = await connected(first.address, len(PAGES))
            for other, session in zip(others, sessions, strict=True):
                assert not (await other.open(session.page, session.link())).errors
            held = [seen(other) for other in others]
            for other in others:
                other.leave()
            assert all(link and charts for link, charts in held)
            interrupted = asyncio.create_task(move_on(sessions[0]))
            await asyncio.sleep(0)
        finally:
            first.kill()
        with pytest.raises(Gone):
            await interrupted
        moved = main_widget(sessions[0])
        second = Server(port=port)
        try:
            # All at once, on a server that has served nothing.
            runs = await asyncio.gather(*(session.come_back() for session in sessions))
            assert [run.errors for run in runs] == [()] * len(runs)
            assert [seen(session) for session in sessions[1:]] == held[1:]
            assert sessions[0].named(moved.key).value == moved.value
        finally:
            second.stop()
        assert second.said() == ""

    play(scene(), PATIENCE)


def seen(session):
    """Return what a reader has before him: the link, and what the charts draw."""
    return session.link(), dict(session.charts)
