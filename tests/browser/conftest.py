"""A real browser against real servers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import axe
from tests.patience import PATIENCE
from vanishing.ui.ready import SWITCH

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Return where Chromium is, if it is anywhere."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return os.environ.get("CHROMIUM") or next((path for path in found if path), None)


def lacking(reason: str) -> NoReturn:
    """Skip for something that is not here; under CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def axe_core() -> None:
    """See that axe-core is there."""
    if axe.script() is None:
        lacking("no axe-core: install tests/requirements.txt")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a Chromium, or skip with a reason; under CI its absence is a failure."""
    path = chromium_path()
    if path is None:
        lacking("no Chromium on this machine (install the package chromium, or set CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def start_server(
    script: str = "app.py", *, ready: bool = False
) -> tuple[subprocess.Popen[bytes], str]:
    """Start an app as the README does, on a free port; returns the process and its address.

    Nothing is made ready, unless asked: a page that is ready shows nothing of how it is computed.
    """
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", script),
            *("--server.port", str(port), "--server.address", "127.0.0.1"),
            *("--server.headless", "true"),
        ],
        cwd=ROOT,
        env={**os.environ, SWITCH: "yes" if ready else "no"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return process, address
    process.kill()
    raise TimeoutError("the server did not come up")


@pytest.fixture(scope="session")
def server(browser: Browser) -> Iterator[str]:
    """Give the address of one server that all tests share."""
    process, address = start_server()
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def fresh_server(browser: Browser) -> Iterator[Callable[[], str]]:
    """Give a way to start servers that have served nothing yet."""
    processes = []

    def start() -> str:
        process, address = start_server()
        processes.append(process)
        return address

    yield start
    for process in processes:
        process.terminate()
        process.wait(10)
