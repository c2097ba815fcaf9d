"""Lines as they were: the same quantity on the same axes, told apart, or not drawn."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vanishing.charts import ghosts
from vanishing.charts.lines import band, frames, lines

X = np.arange(1, 11)


def chart(*sizes, y="size", kind="log", ends=("low", "high"), x_ends=(1, 20), **bound):
    """Return a chart of lines named a, b, … of sizes 10^(slope · x)."""
    rows = [
        band((10.0 ** (slope * X))[:, None], X, name)
        for name, slope in zip("abc", sizes, strict=False)
        if slope is not None
    ]
    return lines(
        "chart",
        frames(rows, **bound),
        ("layer", "whole", *([x_ends] if x_ends else [])),
        (y, kind, *([ends] if ends else [])),
        at={"low": 1e-10, "high": 1e10},
        height=300,
        words="Said.",
        note="Noted.",
    )


def in_arrow(view):
    tables = {name: pa.Table.from_pandas(frame) for name, frame in view.frames.items()}
    return type(view)(view.name, view.spec, tables, view.alt, view.note)


@pytest.mark.parametrize("kept", [lambda view: view, in_arrow])
def test_a_ghost_is_the_line_before_and_is_called_so(kept):
    now, was = kept(chart(0.5)), kept(chart(-0.5))
    view = ghosts.behind(now, was, "g = 2")
    ghost = view.frames["before"]
    np.testing.assert_allclose(ghost["median"], 10.0 ** (-0.5 * X))
    assert ghost["text"].tolist().count("before") == 1
    assert view.alt == "Said. Faint: before, with g = 2."
    assert view.note == "Noted. Faint: before, with g = 2."
    assert view.frames["rows"] is now.frames["rows"]
    names = [layer["data"]["name"] for layer in view.spec["layer"]]
    # Behind the lines, and its word above all.
    assert names.index("before") < len(names) - 1 - names[::-1].index("rows")
    assert names[-2:] == ["before", "before"]
    faint = view.spec["layer"][names.index("before")]
    assert faint["mark"]["opacity"] == ghosts.GHOST
    assert faint["mark"]["clip"]
    assert "tooltip" not in faint["encoding"]


def test_the_present_specification_is_left_as_it_is():
    now = chart(0.5)
    spec = str(now.spec)
    ghosts.behind(now, chart(-0.5), "")
    assert str(now.spec) == spec


def test_only_lines_that_both_have_and_that_moved_are_drawn_and_colours_stay():
    view = ghosts.behind(chart(0.1, 0.2, 0.5), chart(None, 0.2, -0.5), "g = 2")
    ghost = view.frames["before"]
    # A row for each present line keeps the order of colours, whose places are the data's.
    assert list(dict.fromkeys(ghost["series"])) == ["a", "b", "c"]
    assert set(ghost["series"][ghost["median"].notna()]) == {"c"}
    assert "d" not in set(ghost["series"])


def test_a_line_that_has_no_place_keeps_the_colours_of_those_after_it():
    now = chart(0.1, 0.2)
    now.frames["rows"].loc[now.frames["rows"]["series"] == "a", "median"] = np.nan
    ghost = ghosts.behind(now, chart(0.1, -0.2), "").frames["before"]
    assert list(dict.fromkeys(ghost["series"])) == ["a", "b"]


def test_0_has_no_place_on_a_log_axis_and_upsets_nothing():
    was, now = chart(-0.5), chart(0.5)
    was.frames["rows"].loc[6:, "median"] = 0.0
    now.frames["rows"].loc[8:, "median"] = 0.0
    ghost = ghosts.behind(now, was, "").frames["before"]
    np.testing.assert_allclose(ghost["median"], 10.0 ** (-0.5 * X[:6]))


@pytest.mark.parametrize(
    "was",
    [
        chart(0.5),
        chart(0.5 + 1e-4),
        chart(-0.5, y="another quantity"),
        chart(None, -0.5),
        chart(12.0),
    ],
    ids=["the same", "not told apart", "another quantity", "another line", "out of the picture"],
)
def test_what_cannot_be_compared_or_seen_is_not_drawn(was):
    now = chart(0.5)
    assert ghosts.behind(now, was, "g = 2") is now


@pytest.mark.parametrize("free", [{"ends": None}, {"x_ends": None}])
def test_an_axis_that_follows_the_data_is_not_stretched_by_what_was(free):
    now = chart(0.5, **free)
    assert ghosts.behind(now, chart(-0.5, **free), "") is now


def test_a_line_on_another_kind_of_axis_is_still_the_same_quantity():
    now = chart(0.5, kind="linear")
    assert "before" in ghosts.behind(now, chart(0.95), "").frames


def test_longer_and_shorter_lines_are_told_apart_also_where_they_agree():
    short, long = chart(-0.5), chart(-0.5)
    short.frames["rows"] = short.frames["rows"][:5]
    assert "before" in ghosts.behind(short, long, "").frames
    # The longer one lies over all of the shorter.
    assert ghosts.behind(long, short, "") is long


def test_the_word_stands_clear_of_bounds_and_their_names():
    bound = pd.DataFrame({"x": X, "y": 10.0 ** (-0.45 * X), "series": "bound"})
    bound = bound.assign(text="", place="")
    now = chart(0.5, bound=bound)
    plain = ghosts.behind(chart(0.5), chart(-0.5), "").frames["before"]
    clear = ghosts.behind(now, chart(-0.5), "").frames["before"]
    assert plain.query("text != ''")["place"].item().startswith("above")
    assert clear.query("text != ''")["place"].item().startswith("below")


def test_a_chart_without_such_lines_is_left_alone():
    other = chart(0.5)
    bare = type(other)("chart", {"mark": "bar"}, {}, "")
    assert ghosts.behind(bare, other, "") is bare
    assert ghosts.behind(other, bare, "") is other
