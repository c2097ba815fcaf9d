"""The disk is full, or may not be written to: the app serves, for it writes nothing."""

import errno
import os

from tests.faults.planted import NO_WRITING, plant
from tests.load.crowd import connected, move_on
from tests.load.servers import serving
from tests.load.socket import play
from tests.patience import PATIENCE
from vanishing.ui import site

QUICK = "train_steps=30&train_seeds=1"


def test_every_page_is_served_where_nothing_can_be_written(tmp_path):
    env = {**plant(tmp_path, NO_WRITING), "HOME": str(tmp_path / "nowhere")}

    async def visit(address):
        sessions = await connected(address, len(site.PAGES))
        for session, page in zip(sessions, site.PAGES, strict=True):
            path = "" if page is site.PAGES[0] else page.path
            opened = await session.open(path, QUICK if page.path == "training" else "")
            moved = await move_on(session)
            assert (opened.errors, moved.errors) == ((), ()), page.path
            assert session.charts, page.path

    with serving(env=env) as server:
        play(visit(server.address), PATIENCE)
        assert server.said() == ""


def test_the_planted_disk_refuses(tmp_path):
    script = tmp_path / "writes.py"
    kept = tmp_path / "kept"
    script.write_text(
        f"import streamlit as st\nst.text('read')\nopen({str(kept)!r}, 'w')\n", "utf-8"
    )

    async def visit(address):
        (session,) = await connected(address, 1)
        return await session.open()

    with serving(script, env=plant(tmp_path, NO_WRITING)) as server:
        run = play(visit(server.address), PATIENCE)
        assert run.errors
        assert any(os.strerror(code) in server.said() for code in (errno.ENOSPC, errno.EROFS))
    assert not kept.exists()
