"""The recipe of `.deploy`, started as a container starts it: two processes behind nginx."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, lacking
from tests.patience import PATIENCE
from vanishing.ui.ready import SWITCH

NEEDED = ("nginx", "brotli", "curl", "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
PACKAGES = "nginx, libnginx-mod-http-brotli-static, brotli and curl"


def until(true: Callable[[], object], what: str) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Tell whether a server, or one behind it, takes visitors."""
    try:
        return bool(urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read() == b"ok")
    except (urllib.error.URLError, OSError):
        return False


@dataclass(frozen=True)
class Deployment:
    """Where nginx answers, and the ports of the Streamlit processes behind it."""

    folder: Path
    address: str
    ports: tuple[int, ...]

    def sessions(self) -> list[int]:
        """Return how many visitors each process has."""
        return [sessions_on(port) for port in self.ports]

    def kill(self, port: int) -> None:
        """End the process on a port at once, as for want of memory."""
        (process,) = [
            int(folder.name)
            for folder in Path("/proc").iterdir()
            if folder.name.isdigit()
            and {"app.py", str(port)} <= set(_read(folder / "cmdline").split("\0"))
        ]
        os.kill(process, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until every process answers."""
        for port in self.ports:
            until(lambda port=port: answers(f"http://127.0.0.1:{port}"), f"port {port} answers")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def sessions_on(port: int) -> int:
    """Return how many visitors a Streamlit process has."""
    address = f"http://127.0.0.1:{port}/_stcore/metrics?families=active_sessions"
    told = urllib.request.urlopen(address, timeout=PATIENCE).read().decode()
    (count,) = re.findall(r"^active_sessions\S* (\d+)", told, re.M)
    return int(count)


def free_ports(count: int) -> list[int]:
    """Return so many ports that nobody uses now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployment]:
    """Start the recipe, or skip where nginx is missing; under CI its absence is a failure."""
    missing = [name for name in NEEDED if not (shutil.which(name) or Path(name).exists())]
    if missing:
        lacking(f"not on this machine: {', '.join(missing)} (install {PACKAGES})")
    listen, *ports = free_ports(3)
    with tempfile.TemporaryDirectory(prefix="vanishing-deploy-") as folder:
        # nginx, started by root, reads the files as somebody else.
        Path(folder).chmod(0o755)
        started = subprocess.Popen(
            [ROOT / ".deploy/start", folder, f"127.0.0.1:{listen}", *map(str, ports)],
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
            | {"CHECK_EVERY": "1", SWITCH: "no"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deployment = Deployment(Path(folder), f"http://127.0.0.1:{listen}", tuple(ports))
        try:
            deployment.wait()
            until(lambda: answers(deployment.address), "nginx answers")
            yield deployment
        finally:
            started.terminate()
            started.wait(PATIENCE)
