"""What a specification says of axes it says once for each, and what differs it says as it is."""

from vanishing.charts.view import looking

AXIS = {"tickCount": 5}


def layer(axis, **more):
    return {"mark": "line", "encoding": {"x": {"field": "n", "axis": axis}, **more}}


def axes(spec):
    return [one["encoding"]["x"].get("axis", "merged") for one in spec["layer"]]


def test_layers_on_one_axis_describe_it_once():
    spec = {"layer": [layer(AXIS), layer(AXIS, y={"axis": AXIS}), layer(None), layer({"grid": 1})]}
    drawn = looking(spec)
    assert axes(drawn) == [AXIS, "merged", None, {"grid": 1}]
    assert drawn["layer"][1]["encoding"]["y"] == {"axis": AXIS}, "another axis"
    assert axes(spec)[1] == AXIS, "what is given is left as it was"


def test_layers_within_layers_too():
    drawn = looking({"layer": [layer(AXIS), {"layer": [layer(AXIS), layer(None)]}]})
    assert axes(drawn["layer"][1]) == ["merged", None]


def test_pictures_one_below_the_other_have_axes_of_their_own():
    drawn = looking({"vconcat": [{"layer": [layer(AXIS)]}, {"layer": [layer(AXIS), layer(AXIS)]}]})
    assert [axes(part) for part in drawn["vconcat"]] == [[AXIS], [AXIS, "merged"]]
