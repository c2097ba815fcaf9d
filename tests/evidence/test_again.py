from dataclasses import replace

import pytest

from tests.evidence.test_model import CLAIM
from vanishing.evidence import again, model
from vanishing.evidence.finding import Figure, Finding, Picture
from vanishing.evidence.model import Repeats, Verdict


def experiment(seed, size=0.0):
    """Give A the size of the setting."""
    yield Finding({"a": Figure(size), "b": Figure(5.0)}, Picture("x", "y", ()))


def claim(**changed):
    return replace(CLAIM, experiment=experiment, **changed)


def repeats(*turned, nearby=()):
    return Repeats("", 20, tuple(turned)), Repeats("size = 1", 20, tuple(nearby))


def test_every_setting_nearby_is_repeated():
    one = claim(near={"size": (0.5, 2.0)})
    found = tuple(again.repeat(one, model.measure(one)))
    assert found == (
        Repeats("", 20),
        Repeats("size = 0.5", 10),
        Repeats("size = 2", 10, tuple(range(10))),
    )


def test_what_is_cheap_is_repeated_more_often():
    few, many = (
        tuple(again.repeat(one, model.measure(one)))[1].seeds
        for one in (
            claim(near={"size": (0.5,)}, budget=again.CHEAP + 1),
            claim(near={"size": (0.5,)}, budget=again.CHEAP),
        )
    )
    assert (few, many) == (again.NEARBY, again.MORE)


def test_what_draws_nothing_is_run_once():
    one = claim(drawn=False, near={"size": (2.0,)})
    found = tuple(again.repeat(one, model.measure(one)))
    assert [(each.seeds, each.turned) for each in found] == [(1, ()), (1, (0,))]
    assert again.in_words(one, found) == ("nothing drawn", "0 of 1", "–")


def test_beyond_its_condition_a_verdict_must_turn():
    one = claim(near={"size": (0.5,)}, beyond={"size": (2.0,)})
    found = tuple(again.repeat(one, model.measure(one)))
    assert found[-1] == Repeats("size = 2", 10, tuple(range(10)), beyond=True)
    assert again.in_words(one, found) == ("20 of 20", "10 of 10", "10 of 10")
    assert again.verdict(one, model.measure(one), found) is Verdict.HOLDS
    words = again.told(one, found)
    assert "(size = 0.5). Across its boundary it turns, as it should, in 10 of 10 runs" in words
    assert "It turns at" not in words


def test_a_condition_whose_boundary_is_elsewhere_is_less_than_a_verdict():
    """What is said to lie beyond it, and does not, is found out."""
    one = claim(beyond={"size": (0.9,)})
    found = tuple(again.repeat(one, model.measure(one)))
    assert again.in_words(one, found)[2] == "0 of 10"
    assert again.verdict(one, model.measure(one), found) is Verdict.UNSETTLED


def test_times_are_measured_as_often_as_draws():
    one = claim(drawn=False, timed=True)
    (found,) = again.repeat(one, model.measure(one))
    assert found.seeds == 20


@pytest.mark.parametrize(
    ("repeated", "verdict"),
    [
        (repeats(), Verdict.HOLDS),
        (repeats(7), Verdict.HOLDS),
        (repeats(7, 13), Verdict.UNSETTLED),
        (repeats(nearby=(0,)), Verdict.HOLDS),
        (repeats(nearby=(0, 1)), Verdict.UNSETTLED),
        (repeats(7, nearby=(0,)), Verdict.HOLDS),
    ],
)
def test_a_verdict_needs_nineteen_of_twenty(repeated, verdict):
    one = claim()
    assert again.verdict(one, model.measure(one), repeated) is verdict


def test_it_is_told_where_it_turns():
    words = again.told(claim(near={"size": (1.0,)}), repeats(7, nearby=(1, 2)))
    assert "stands with 19 of 20 seeds, and in 18 of 20 runs nearby (size = 1)." in words
    assert words.endswith("It turns at the settings as they are (1 of 20), size = 1 (2 of 20).")
