"""What a specification says once for all layers on an axis, and what it goes on to say in each."""

from vanishing.charts.columns import titles
from vanishing.charts.parts import LOG10_LABELS
from vanishing.charts.view import looking

AXIS = {"values": [1, 2], "labelExpr": LOG10_LABELS}
SHORT = {"values": [1, 2]}


def layer(axis, **more):
    return {
        "data": {"name": "rows"},
        "encoding": {"x": {"field": "n", "title": "size", "axis": axis}, **more},
    }


def axes(spec):
    return [one["encoding"]["x"]["axis"] for one in spec["layer"]]


def test_layers_on_one_axis_say_once_how_labels_are_made_and_each_where_ticks_are():
    spec = {"layer": [layer(AXIS), layer(AXIS, y={"axis": AXIS}), layer(None), layer({"grid": 1})]}
    drawn = looking(spec)
    assert axes(drawn) == [AXIS, SHORT, None, {"grid": 1}]
    assert drawn["layer"][1]["encoding"]["y"] == {"axis": AXIS}, "another axis"
    assert axes(spec)[1] == AXIS, "what is given is left as it was"


def test_layers_within_layers_too():
    drawn = looking({"layer": [layer(AXIS), {"layer": [layer(AXIS), layer(None)]}]})
    assert axes(drawn["layer"][1]) == [SHORT, None]


def test_pictures_one_below_the_other_have_axes_of_their_own():
    drawn = looking({"vconcat": [{"layer": [layer(AXIS)]}, {"layer": [layer(AXIS), layer(AXIS)]}]})
    assert [axes(part) for part in drawn["vconcat"]] == [[AXIS], [AXIS, SHORT]]


def test_columns_are_called_the_same_whichever_layer_says_it():
    other = layer(AXIS) | {"data": {"name": "others"}}
    spec = {"layer": [layer(AXIS), other, {"layer": [other]}]}
    for name in ("rows", "others"):
        assert titles(looking(spec), name, ["n"]) == {"n": "log₁₀ of size"}
