import platform
import subprocess
import sys
from pathlib import Path

import pytest

from vanishing.engine import heap

ROOT = Path(__file__).parents[2]
GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")

HELD = """
import threading
from pathlib import Path
from vanishing.engine import heap

BLOCKS, SIZE = 25, {size}

def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return 1000 * int(line.split()[1])

kept = []
all_there = threading.Barrier(4)

def work():
    # What stays lies between what is freed.
    freed = []
    for _ in range(BLOCKS):
        freed.append(bytearray(SIZE))
        kept.append(bytearray(2_000))
    all_there.wait()

{before}
first = resident()
for _ in range(3):
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
{after}
print((resident() - first) / (4 * BLOCKS * SIZE))
"""


def held(size, before="", after=""):
    """Return what a process still holds of what its threads have freed, as a share of it."""
    script = HELD.format(size=size, before=before, after=after)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@GLIBC
def test_in_one_heap_what_threads_free_does_not_stay():
    large = 1_000_000
    assert held(large) > 0.6, "what it is for"
    assert held(large, before="heap.share()") < 0.3


@GLIBC
def test_what_is_free_between_what_is_held_can_be_given_back():
    small = 100_000
    assert held(small) > 0.6, "what it is for"
    assert held(small, after="heap.give_back()") < 0.3


def test_it_is_tidied_seldom(monkeypatch):
    given = []
    monkeypatch.setattr(heap, "give_back", lambda: given.append(1))
    monkeypatch.setattr(heap, "_given", -heap.SELDOM)
    for _ in range(3):
        heap.tidy()
    assert len(given) == 1
    monkeypatch.setattr(heap, "SELDOM", -1.0)
    heap.tidy()
    assert len(given) == 2


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _: object())
    heap.share()
    heap.give_back()

    def none(_):
        raise TypeError("no library of that name")

    monkeypatch.setattr(heap.ctypes, "CDLL", none)
    heap.share()
    heap.give_back()
