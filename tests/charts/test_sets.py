"""Which data sets a chart draws, which it needs, and the order that it would not notice."""

import pandas as pd
import pyarrow as pa
import pytest

from tests.concepts.support import at_link
from vanishing.charts.sets import drawn, order, used
from vanishing.concepts.order import ROOMS


def part(name, mark="line", **more):
    return {"data": {"name": name}, "mark": mark, **more}


LOOKUP = [{"lookup": "cell", "from": {"data": {"name": "cells"}, "key": "cell", "fields": ["x"]}}]
CHART = {
    "vconcat": [
        {"layer": [part("rows"), part("words", {"type": "text"})]},
        {"data": {"name": "answers"}, "layer": [{"mark": "rect", "transform": LOOKUP}]},
        part("ticks", {"type": "point", "opacity": 0}),
    ]
}


def test_what_is_drawn_and_what_is_needed():
    assert drawn(CHART) == {"rows", "answers"}
    assert used(CHART) == {"rows", "answers", "words", "ticks", "cells"}


KINDS = part("rows", encoding={"color": {"field": "kind", "type": "nominal", "sort": None}})


@pytest.mark.parametrize("sent", [lambda frame: frame, pa.Table.from_pandas])
def test_the_order_in_which_values_come_is_told_where_a_scale_goes_by_it(sent):
    frame = pd.DataFrame({"kind": ["b", "a", "b"]})
    assert order(KINDS, {"rows": sent(frame)}) == [["b", "a"]]
    assert order(KINDS, {"rows": sent(frame[::-1][1:])}) == [["a", "b"]]


@pytest.mark.parametrize("how", [{"sort": "ascending"}, {}, {"scale": {"domain": ["a", "b"]}}])
def test_a_scale_with_an_order_of_its_own_needs_none(how):
    spec = part("rows", encoding={"color": {"field": "kind", "type": "nominal", **how}})
    assert order(spec, {"rows": pd.DataFrame({"kind": ["b", "a"]})}) == []


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "depth"])
def test_a_page_sends_nothing_that_its_charts_do_not_use(room):
    """New rows for it would find no place in the chart that stands, and stop all others."""
    for view in at_link(room, "")[0].views():
        assert set(view.frames) == used(view.spec), view.name


def test_nor_does_training_with_images_and_all_of_its_gradients():
    for link in ("train_data=digits&train_steps=30", "train_which=update&train_steps=30"):
        for view in at_link("training", link)[0].views():
            assert set(view.frames) == used(view.spec), view.name
