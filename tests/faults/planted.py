"""Faults of the machine, planted into a server before anything of it is loaded."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

NO_WRITING = """
    import errno, itertools, os, sys

    CODES = itertools.cycle((errno.ENOSPC, errno.EROFS))
    CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink"}
    WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

    def refuse(event, arguments):
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, (str, bytes)) or not flags & WRITING:
                return
        elif event in CHANGES:
            path = arguments[0]
        else:
            return
        # Neither is on the disk.
        if not os.fsdecode(path).startswith(("/dev/", "/proc/")):
            code = next(CODES)
            raise OSError(code, os.strerror(code), path)

    sys.addaudithook(refuse)
"""
"""Refuses to open any file for writing, and to make, move or remove any: full, or read-only."""

CLOCK = """
    import signal, time

    now, jumped = time.time, [0.0]
    time.time = lambda: now() + jumped[0]
    time.time_ns = lambda: int(1e9 * time.time())

    def jump(by):
        def hear(*_):
            jumped[0] += by
        return hear

    signal.signal(signal.SIGUSR1, jump(3600.0))
    signal.signal(signal.SIGUSR2, jump(-3600.0))
"""
"""A clock that jumps an hour forward at SIGUSR1, and an hour back at SIGUSR2."""


def plant(folder: Path, fault: str) -> dict[str, str]:
    """Write a fault where Python runs it first, and return the environment that it takes."""
    (folder / "sitecustomize.py").write_text(dedent(fault), "utf-8")
    return {"PYTHONPATH": str(folder)}
