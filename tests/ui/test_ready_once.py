"""What is made ready is begun once, where there is a process for it."""

import threading

import pytest

from vanishing.concepts.order import ROOMS
from vanishing.ui import ready


@pytest.fixture
def started_with(monkeypatch):
    """Tell what is begun, without a thread."""
    told = []

    class Thread:
        def __init__(self, target, args, daemon):
            assert daemon
            self.args = args

        def start(self):
            told.append(self.args)

    monkeypatch.setattr(threading, "Thread", Thread)
    return told


def test_tests_do_not_begin(started_with):
    ready.begin(ROOMS)
    assert started_with == []


def test_it_begins_once(started_with, monkeypatch):
    monkeypatch.setattr(ready, "_begun", threading.Lock())
    for _ in range(3):
        ready.begin(ROOMS)
    assert started_with == [(ROOMS,)]


def test_it_can_be_left_out(started_with, monkeypatch):
    monkeypatch.setattr(ready, "_begun", threading.Lock())
    monkeypatch.setenv(ready.SWITCH, "no")
    ready.begin(ROOMS)
    assert started_with == []


def test_without_a_process_of_their_own_nothing_is_made(monkeypatch):
    monkeypatch.setattr(ready, "Filling", None)
    monkeypatch.setattr(ready, "Process", None)
    ready._begin(ROOMS)
