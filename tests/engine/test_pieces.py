import pickle

import numpy as np
import pytest

from vanishing.engine import pieces
from vanishing.engine.pieces import advance
from vanishing.engine.progress import Progress


@pytest.fixture(autouse=True)
def _nothing_rests_here(monkeypatch):
    monkeypatch.setattr(pieces, "_runs", type(pieces._runs)())


def counting(last):
    for number in range(1, last + 1):
        yield Progress(number, last)
        yield number


def item_by_item(key, begin, settings, size=0):
    return advance(key, begin, settings, size, seconds=-1.0)


def test_a_piece_is_at_least_one_item_and_a_run_rests_in_between():
    found = [item_by_item("a", counting, 2) for _ in range(5)]
    assert [piece.progress for piece in found] == [Progress(1, 2), None, Progress(2, 2), None, None]
    assert [pickle.loads(piece.result) for piece in found if piece.result][-1] == 2
    assert [piece.finished for piece in found] == [False] * 4 + [True]
    assert [piece.anew for piece in found] == [True] + [False] * 4
    assert not pieces._runs, "a finished run is dropped"


def test_a_long_piece_is_the_whole_run():
    piece = advance("a", counting, 3, seconds=60.0)
    assert (piece.progress, pickle.loads(piece.result), piece.finished) == (Progress(3, 3), 3, True)


def sending(monkeypatch, share):
    monkeypatch.setattr(pieces, "SENDING", share)
    found = [item_by_item("a", counting, 50) for _ in range(101)]
    return sum(piece.result is not None for piece in found), found[-1]


def test_results_on_the_way_are_sent_only_now_and_then(monkeypatch):
    often, _ = sending(monkeypatch, 1e9)
    seldom, last = sending(monkeypatch, 1e-9)
    assert (often, seldom) == (50, 2), "the first and the last"
    assert pickle.loads(last.result) == 50


def arrays(_):
    yield [np.zeros(20) for _ in range(3)]


def test_arrays_come_as_their_own_and_not_as_windows_onto_buffers():
    found = pickle.loads(advance("arrays", arrays, None).result)
    assert all(array.flags.owndata for array in found)


def failing(_):
    yield 1
    raise ArithmeticError("three")


def failing_at_once(_):
    raise ArithmeticError("at once")


@pytest.mark.parametrize(("begin", "words"), [(failing, "three"), (failing_at_once, "at once")])
def test_an_error_ends_a_run_and_says_where(begin, words):
    piece = advance("a", begin, None, seconds=60.0)
    assert piece.finished
    assert str(piece.error) == words
    assert begin.__name__ in piece.error.__notes__[0]
    assert not pieces._runs


def test_runs_are_dropped_when_they_take_too_much_and_have_rested(monkeypatch):
    monkeypatch.setattr(pieces, "BYTES", 10)
    for key in "abc":
        item_by_item(key, counting, 9, size=6)
    assert list(pieces._runs) == ["a", "b", "c"], "they take turns: none has rested"
    monkeypatch.setattr(pieces, "RESTED", -1.0)
    item_by_item("d", counting, 9, size=3)
    assert list(pieces._runs) == ["c", "d"]
    assert item_by_item("a", counting, 9, size=6).anew, "it begins anew"


def test_runs_that_somebody_waits_for_are_not_dropped(monkeypatch):
    monkeypatch.setattr(pieces, "BYTES", 10)
    monkeypatch.setattr(pieces, "RESTED", -1.0)
    item_by_item("a", counting, 9, size=8)
    advance("b", counting, 9, size=8, seconds=0.0, wanted={"a", "b"})
    assert list(pieces._runs) == ["a", "b"]
    advance("b", counting, 9, size=8, seconds=0.0, wanted={"b"})
    assert list(pieces._runs) == ["b"]


def test_a_run_that_nobody_comes_back_to_is_dropped_even_where_there_is_room(monkeypatch):
    item_by_item("a", counting, 9, size=1)
    item_by_item("b", counting, 9, size=1)
    assert list(pieces._runs) == ["a", "b"]
    monkeypatch.setattr(pieces, "RESTED", -1.0)
    monkeypatch.setattr(pieces, "LEFT", -1.0)
    item_by_item("c", counting, 9, size=1)
    assert "a" not in pieces._runs
    assert "b" not in pieces._runs


def test_what_ended_runs_leave_free_is_given_back(monkeypatch):
    tidied = []
    monkeypatch.setattr(pieces.heap, "tidy", lambda: tidied.append(1))
    item_by_item("a", counting, 9)
    assert len(tidied) == 1
