"""What the process keeps, beside what the pages ask for."""

import pytest

from vanishing.concepts.home import scenes as home
from vanishing.concepts.layers import scenes as layers
from vanishing.engine.costs import nbytes
from vanishing.engine.wide import layers as engine
from vanishing.ui import kept, site, work
from vanishing.ui.kept import Kept
from vanishing.ui.work import Shelf

MEMORY = 125_000_000
"""Bytes that all results together may take: an eighth of what a small free server has."""
GUESTS = 10
"""Controls that visitors drag from end to end at a time, and all of it stays."""


def test_all_bounds_together_leave_memory_for_the_app():
    assert work.BYTES + kept.BYTES <= MEMORY


@pytest.mark.parametrize("page", site.PAGES, ids=lambda page: page.key)
def test_many_drags_from_end_to_end_find_every_scene_again(page):
    # No scene hangs on what a chart itself is moved to.
    dragged = [control for control in page.controls if control.kind != "moment"]
    longest = max(len(control.options) for control in dragged)
    assert GUESTS * longest <= kept.ENTRIES


SMALL = {"width": 4, "batch": 10}


def drag(room, name, scenes, shelf, others=None):
    """Draw a page at every value of a control."""
    for option in room.PAGE.control(name).options:
        v = room.PAGE.values({**(others or {}), name: option})
        if scenes.get(room.PAGE, v) is None:
            found = {need: shelf.get(ask).finish() for need, ask in room.needs(v).items()}
            scenes.put(room.PAGE, v, room.scene(v, found))


def test_a_whole_slider_is_computed_once(monkeypatch):
    begun, starts = [], engine.starts

    def counted(settings):
        begun.append(settings)
        return starts(settings)

    monkeypatch.setattr(engine, "starts", counted)
    scenes, shelf = Kept(), Shelf()
    for _ in range(2):
        drag(layers, "depth", scenes, shelf, SMALL)
    depths = layers.PAGE.control("depth").options
    assert len(scenes) == len(depths)
    assert len(begun) == len(depths), "the second drag computes nothing"
    # With the scenes gone the nets are still there: another page draws them anew at no cost.
    scenes.clear()
    drag(layers, "depth", scenes, shelf, SMALL)
    assert len(begun) == len(depths)


def test_every_scene_of_the_home_page_is_kept_beside_those_of_others():
    scenes = Kept()
    drag(home, "depth", scenes, Shelf())
    assert GUESTS * scenes.size <= kept.BYTES


def test_the_shelf_has_room_for_the_nets_of_every_depth_of_the_layers():
    v = layers.PAGE.values({})
    (ask,) = [ask for ask in layers.needs(v).values() if ask.begin is engine.starts]
    start = work.Job(ask).finish()
    depths = layers.PAGE.control("depth").options
    of_a_layer = nbytes(start) / start.settings.depth
    assert of_a_layer * sum(depths) <= work.BYTES
    assert len(depths) <= work.ENTRIES


def test_what_is_kept_is_bounded_in_entries_and_bytes():
    v = home.PAGE.values({"depth": 3})
    scene = home.scene(v, work.finish(home.needs(v)))
    few = Kept(entries=2)
    for depth in (1, 2, 3):
        few.put(home.PAGE, home.PAGE.values({"depth": depth}), scene)
    assert len(few) == 2
    assert few.get(home.PAGE, home.PAGE.values({"depth": 1})) is None
    small = Kept(size=1)
    for depth in (1, 2):
        small.put(home.PAGE, home.PAGE.values({"depth": depth}), scene)
    assert len(small) == 1


def test_charts_of_one_shape_share_a_specification_that_is_written_once(monkeypatch):
    written, dumps = [], kept.json.dumps

    def counted(spec):
        written.append(spec)
        return dumps(spec)

    monkeypatch.setattr(kept.json, "dumps", counted)
    specs = kept.Specs(most=2)
    one, like_it, other = {"mark": "line"}, {"mark": "line"}, {"mark": "bar"}
    assert specs.shared(one) is one
    assert specs.shared(one) is one
    assert len(written) == 1, "one that is known is not written again"
    assert specs.shared(like_it) is one
    assert specs.shared(other) is other
    third = {"mark": "rule"}
    assert specs.shared(third) is third
    assert len(specs) == 2
    assert specs.shared(like_it) is like_it, "the oldest has gone"
