"""Servers of this machine: started as the README says, weighed, killed, listened to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.patience import PATIENCE
from vanishing.ui.ready import SWITCH

ROOT = Path(__file__).parents[2]
GREETING = ("You can now view your Streamlit app", "URL:", "Uvicorn server started", "Stopping...")
"""What a server says when it starts and when it ends, and need not say again."""


@dataclass(frozen=True)
class Usage:
    """What a server and its workers have used: CPU seconds, and the bytes they hold now.

    `shared` is their memory with every shared page counted in parts (PSS), or None where the
    system does not tell.
    """

    server: float
    workers: float
    resident: int
    shared: int | None

    def __sub__(self, before: Usage) -> Usage:
        """Return what was used since, and what is held now."""
        spent = self.server - before.server, self.workers - before.workers
        return Usage(*spent, self.resident, self.shared)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
    return port


class Server:
    """A server on this machine only.

    Parameters
    ----------
    script : Path
        The app.
    env : mapping, optional
        Environment variables to set besides. Unless told, nothing is made ready in the background:
        it would be measured with what is to be measured.
    folder : Path, optional
        Where it runs; the app's own folder, unless told.
    port : int, optional
        A free one, unless told.
    """

    def __init__(
        self,
        script: Path = ROOT / "app.py",
        env: Mapping[str, str] | None = None,
        folder: Path = ROOT,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - the server writes as long as it is
        self._last = ""
        self._workers_spent: dict[int, float] = {}
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(script)),
                *("--server.port", str(self.port), "--server.address", "127.0.0.1"),
                *("--server.headless", "true"),
            ],
            cwd=folder,
            env={**os.environ, SWITCH: "no", **(env or {})},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.process = psutil.Process(self._process.pid)
        try:
            self._await()
        except BaseException:
            self.kill()
            raise

    def _await(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.said()}")
            with suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2).read()
                return
            time.sleep(0.1)
        raise TimeoutError("the server did not come up")

    def workers(self) -> list[psutil.Process]:
        """Return the processes that it has started, but for Python's own keeper of resources."""
        found = []
        for child in self.process.children(recursive=True):
            with suppress(psutil.Error):
                if "resource_tracker" not in " ".join(child.cmdline()):
                    found.append(child)
        return found

    def usage(self) -> Usage:
        """Weigh it; workers that have ended since count as far as they were seen."""
        processes = [self.process, *self.workers()]
        resident, shared = 0, 0
        for process in processes:
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                spent, memory = process.cpu_times(), process.memory_full_info()
                resident += memory.rss
                shared += getattr(memory, "pss", 0)
                if process is not self.process:
                    self._workers_spent[process.pid] = spent.user + spent.system
        own = self.process.cpu_times()
        workers = sum(self._workers_spent.values())
        return Usage(own.user + own.system, workers, resident, shared or None)

    def said(self) -> str:
        """Return what it has written so far, but for its greeting."""
        if self._log.closed:
            return self._last
        # The file is the server's too, with one position for both: read without moving it.
        text = os.pread(self._log.fileno(), 1 << 24, 0).decode("utf-8", "replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return "\n".join(line for line in lines if not any(part in line for part in GREETING))

    def kill(self) -> None:
        """End it and all that it has started at once, as a machine does that fails."""
        with suppress(psutil.Error):
            children = self.process.children(recursive=True)
            for process in (self.process, *children):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._process.wait(10)
        self._last = self.said()
        self._log.close()

    def stop(self) -> None:
        """End it in peace, or else by force."""
        with suppress(psutil.Error):
            self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self.kill()


@contextmanager
def serving(
    script: Path = ROOT / "app.py",
    env: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    port: int | None = None,
) -> Iterator[Server]:
    """Run a server for a while; see `Server`."""
    server = Server(script, env, folder, port)
    try:
        yield server
    finally:
        server.stop()
