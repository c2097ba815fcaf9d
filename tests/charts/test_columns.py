"""The columns of a CSV are named as the axes are."""

import pytest

from tests.concepts.support import at_link
from vanishing.charts.columns import PLACED, titles
from vanishing.charts.parts import LOG10_LABELS

X = {"field": "x", "title": "hidden layer (1 = first)"}
Y = {"axis": {"title": ["loss J,", "in nats"]}}


def drawn(name, **encoding):
    return {"data": {"name": name}, "mark": "line", "encoding": encoding}


BAND = {
    "vconcat": [
        {
            "layer": [
                drawn("rows", x=X, y={"field": "low", "title": None}, y2={"field": "high"}),
                drawn("rows", x=X, y={"field": "median", **Y}, color={"field": "series"}),
                drawn("theory", x=X, y={"field": "y", "title": None}),
            ]
        },
        drawn("rows", x={"field": "other"}, y={"field": "other", "title": "another chart's"}),
    ]
}


def test_a_column_is_named_as_its_axis_is_also_by_another_layer():
    title = "loss J, in nats"
    assert titles(BAND, "theory", ["x", "y"]) == {"x": X["title"], "y": title}
    band = ["low", "high", "median"]
    assert titles(BAND, "rows", [*band, "x", "other", "series"]) == {
        "x": X["title"],
        **{column: f"{title} ({column})" for column in band},
        "other": "another chart's",
        "series": "series",
    }


def test_a_column_of_exponents_says_so():
    spec = drawn("rows", y={"field": "s", "axis": {"title": "size", "labelExpr": LOG10_LABELS}})
    assert titles(spec, "rows", ["s"]) == {"s": "log₁₀ of size"}


def test_a_column_of_places_says_so():
    axis = {"title": "depth", "labelExpr": f"datum.value > 2 ? 'limit' : [1, 10]{PLACED}"}
    spec = drawn("rows", x={"field": "left", "axis": axis}, x2={"field": "right"})
    places = {side: f"place along depth ({side})" for side in ("left", "right")}
    assert titles(spec, "rows", [*places, "depth"]) == {**places, "depth": "depth"}


def test_what_is_drawn_on_no_axis_keeps_its_name():
    spec = drawn("rows", y={"field": "y"}, tooltip=[{"field": "z", "title": "Z"}])
    assert titles(spec, "rows", ["y", "z"]) == {"y": "y", "z": "z"}


def test_a_title_that_is_another_column_s_name_is_told_apart():
    spec = drawn("rows", y={"field": "left", "title": "depth"})
    assert titles(spec, "rows", ["left", "depth"]) == {"left": "depth (left)", "depth": "depth"}


@pytest.mark.parametrize("room", ["home", "chain", "derivatives", "layers", "recurrent"])
def test_no_two_columns_of_a_page_s_data_have_one_name(room):
    scene, _, _ = at_link(room, "")
    named = 0
    for view in scene.views():
        for name, frame in view.frames.items():
            called = titles(view.spec, name, [*frame.columns])
            assert len(set(called.values())) == len(called) == len(frame.columns), view.name
            named += sum(title != column for column, title in called.items())
    assert named > 2
