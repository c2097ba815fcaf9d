"""Charts that follow the hand hold, at every place of their control, the picture of that place."""

import json
from dataclasses import replace
from importlib import import_module

import pandas as pd
import pytest

from vanishing.charts import moving
from vanishing.charts.moving import FIRST, LAST
from vanishing.charts.view import View
from vanishing.ui import follow, work
from vanishing.ui.kept import size_of
from vanishing.ui.page import Values
from vanishing.ui.scene import Scene

FOLLOWED = {
    "home": "depth",
    "derivatives": "sigma",
    "dying": "b",
    "descent": "eta_bowl",
}
"""Pages whose defaults all follow one control; their pictures take a second or two."""


def room_of(room):
    return import_module(f"vanishing.concepts.{room}.scenes")


def whole(room, name):
    page = room_of(room).PAGE
    *_, (scene, _) = follow.made(room, page.values({name: follow.ALL}))
    return page, {view.name: view for view in scene.views()}


def at_place(frame, place):
    if FIRST not in frame:
        return frame
    shown = frame[(frame[FIRST] <= place) & (place <= frame[LAST])]
    return shown.drop(columns=[FIRST, LAST])


@pytest.mark.parametrize("room", FOLLOWED)
def test_every_place_shows_the_picture_of_its_value(room):
    name = FOLLOWED[room]
    page, charts = whole(room, name)
    assert charts, "nothing follows"
    options = page.control(name).options
    for place in {0, len(options) // 2, len(options) - 1}:
        v = page.values({name: options[place]})
        scene = room_of(room).scene(v, work.finish(room_of(room).needs(v)))
        for view in scene.views():
            if view.name not in charts:
                continue
            for data, own in view.frames.items():
                shown = at_place(charts[view.name].frames[data].to_pandas(), place)
                same = shown.reset_index(drop=True)
                for column in own:
                    same[column] = same[column].astype(own[column].dtype)
                pd.testing.assert_frame_equal(same, own.reset_index(drop=True), rtol=1e-6)


@pytest.mark.parametrize("room", FOLLOWED)
def test_all_pictures_of_a_page_are_small(room):
    _, charts = whole(room, FOLLOWED[room])
    assert 0 < size_of(Scene(beside=(tuple(charts.values()),))) <= 150_000


def picture(values, layers=1, height=100):
    line = {"data": {"name": "rows"}, "mark": {"type": "line"}, "encoding": {"tooltip": []}}
    spec = {"height": height, "layer": [{**line, "name": str(i)} for i in range(layers)]}
    frame = pd.DataFrame({"x": range(len(values)), "y": values})
    return View("lines", spec, {"rows": frame}, "said")


def test_a_row_that_neighbours_share_travels_once_and_keeps_its_place():
    joined = moving.joined([picture([1.0, 2.0]), picture([1.0, 3.0]), picture([1.0, 3.0])], "#s")
    rows = joined.frames["rows"][["x", "y", FIRST, LAST]].values.tolist()
    assert rows == [[0, 1, 0, 2], [1, 2, 0, 0], [1, 3, 1, 2]]


def test_a_value_that_returns_is_drawn_both_times_and_not_between():
    joined = moving.joined([picture([1.0]), picture([2.0]), picture([1.0])], "#s")
    assert [at_place(joined.frames["rows"], k)["y"].item() for k in range(3)] == [1, 2, 1]


def test_lines_leave_a_ghost_where_they_were_and_both_are_bound_to_the_slider():
    spec = moving.joined([picture([1.0]), picture([2.0])], "#s").spec
    ghost, line = spec["layer"]
    assert "+before" in ghost["transform"][0]["filter"]
    assert ghost["mark"]["opacity"] < 0.5
    assert "tooltip" not in ghost["encoding"]
    assert "+now" in line["transform"][0]["filter"]
    bound = {param["name"]: param["bind"] for param in spec["params"]}
    assert bound["now"] == {"element": "#s", "event": "moved"}
    assert bound["before"] == {"element": "#s", "event": "taken"}


def test_what_stays_faint_is_told_and_nothing_where_nothing_does():
    lines = [picture([1.0]), picture([2.0])]
    assert moving.joined(lines, "#s").note == moving.FAINT
    bars = [json.loads(json.dumps(view.spec).replace('"line"', '"bar"')) for view in lines]
    others = [replace(view, spec=spec) for view, spec in zip(lines, bars, strict=True)]
    assert moving.joined(others, "#s").note == ""


def test_a_chart_of_which_a_value_lacks_a_layer_has_it_for_the_others():
    joined = moving.joined([picture([1.0]), picture([2.0], layers=2)], "#s")
    assert [layer["name"] for layer in joined.spec["layer"]] == ["0", "0", "1", "1"]


def test_axes_go_with_the_place():
    ends = [{"high": 1.0}, {"high": 2.0}, {"high": 1.0}]
    views = [picture([float(i)]) for i in range(3)]
    views = [
        replace(view, spec=view.spec | {"params": [{"name": "at", "value": at}]})
        for view, at in zip(views, ends, strict=True)
    ]
    params = {param["name"]: param for param in moving.joined(views, "#s").spec["params"]}
    assert params["ends"]["value"] == ends[:2]
    assert params["of"]["value"] == [0, 1, 0]
    assert params["at"]["expr"] == "ends[of[+now] || 0]"
    (same,) = {
        param["value"]["high"]
        for param in moving.joined([views[0], views[2]], "#s").spec["params"]
        if param["name"] == "at"
    }
    assert same == 1.0


def test_layers_follow_their_depth_on_the_axes_of_each():
    small = {"width": 4, "batch": 10}
    page = room_of("layers").PAGE
    *_, (scene, _) = follow.made("layers", page.values({**small, "depth": follow.ALL}))
    charts = {view.name: view for view in scene.views()}
    for place in (0, 24, 59):
        v = page.values({**small, "depth": place + 1})
        own = room_of("layers").scene(v, work.finish(room_of("layers").needs(v)))
        assert {view.name for view in own.views()} == {*charts}
        for view in own.views():
            params = {
                param["name"]: param.get("value") for param in charts[view.name].spec["params"]
            }
            (at,) = (param["value"] for param in view.spec["params"] if param["name"] == "at")
            assert params["ends"][params["of"][place]] == at
            rows = at_place(charts[view.name].frames["rows"].to_pandas(), place)
            assert rows["median"].to_numpy() == pytest.approx(view.frames["rows"]["median"], 1e-6)


def test_pictures_of_two_shapes_are_known_by_the_ends_of_the_slider():
    page = room_of("layers").PAGE
    small = page.values({"view": "histograms", "width": 4, "batch": 10, "depth": follow.ALL})
    *steps, (scene, _) = follow.made("layers", small)
    assert not scene.views()
    assert len(steps) < 10


def test_charts_of_other_shapes_or_without_a_change_do_not_follow():
    assert moving.joined([picture([1.0]), picture([2.0], height=99)], "#s") is None
    assert moving.joined([picture([1.0]), picture([1.0])], "#s") is None


def test_sizes_beyond_single_precision_keep_double():
    tiny = moving.joined([picture([1e-60]), picture([1e-61])], "#s").frames["rows"]["y"]
    assert tiny.tolist() == [1e-60, 1e-61]


def test_what_is_too_much_to_ship_or_to_compute_is_left_out(monkeypatch):
    v = room_of("home").PAGE.values({"depth": follow.ALL})
    monkeypatch.setattr(follow, "BYTES", 1000)
    *_, (scene, each) = follow.made("home", v)
    assert not scene.views()
    assert each, "what was made on the way is not lost"
    monkeypatch.setattr(follow, "SECONDS", 0.0)
    slow = room_of("training").PAGE.values({"depth": follow.ALL})
    *_, (scene, each) = follow.made("training", slow)
    assert not scene.views()
    assert not each


def test_only_a_control_on_screen_is_followed():
    page = room_of("descent").PAGE
    drawn = {"view": "path", "surface": "bowl", "eta_bowl": 1.9, "kappa": 100}
    assert follow.wanted(page, drawn) == page.values({**drawn, "eta_bowl": follow.ALL})
    assert follow.wanted(page, {"view": "path", "surface": "bowl"}) is None
    assert follow.wanted(room_of("training").PAGE, {"depth": 3}) is None
    assert isinstance(follow.wanted(page, drawn), Values)
