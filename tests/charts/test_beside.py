"""A word stands beside its line, within the picture, clear of other lines where it can."""

import numpy as np
import pytest

from vanishing.charts import beside

X = np.linspace(0.0, 1.0, 21)


def line(slope, start=0.5):
    return np.stack([X, start + slope * X], axis=1)


def box(line, spot, word="word"):
    return beside.corners(word, line[spot.point], spot.place)


def crosses(box, line):
    points = beside.sampled(line) / beside.PICTURE
    return bool(((points > box[0]) & (points < box[1])).all(axis=1).any())


@pytest.mark.parametrize("slope", [0.0, 0.4, -0.4])
@pytest.mark.parametrize("beyond", [0.06, -0.06])
def test_it_stands_where_no_other_line_runs(slope, beyond):
    own, other = line(slope), line(slope, 0.5 + beyond)
    spot = beside.spot("word", own, [other])
    assert spot.place.startswith("below" if beyond > 0 else "above")
    assert not crosses(box(own, spot), other)
    assert not crosses(box(own, spot), own)


def test_of_places_as_good_the_last_is_taken_and_none_is_where_lines_begin():
    assert beside.spot("word", line(0.0), []).point >= 18
    crowded = [np.array([[x, 0.0], [x, 1.0]]) for x in np.linspace(0.35, 1.0, 40)]
    assert beside.spot("word", line(0.0), crowded).point >= beside.BEGIN * 20 - 1


def test_between_two_lines_near_by_it_stands_on_its_own():
    spot = beside.spot("word", line(0.0), [line(0.0, 0.54), line(0.0, 0.46)])
    assert spot.place == beside.ON


def test_outside_of_the_picture_there_is_no_place():
    assert beside.spot("word", line(0.0, 1.2), []) is None
    assert beside.spot("w" * 99, line(0.0), []) is None


def test_it_stands_within_the_picture():
    spot = beside.spot("word", line(0.0, 0.99), [])
    assert spot.place.startswith("below")
    inside = box(line(0.0, 0.99), spot)
    assert ((inside >= 0.0) & (inside <= 1.0)).all()
