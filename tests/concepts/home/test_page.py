import json

import numpy as np
import pandas as pd
import pytest

from tests.pages.support import assert_sound, charts, open_page, with_values
from vanishing.concepts.home.table import PAGE, STORY
from vanishing.text import number
from vanishing.ui import site


def first_layers(at):
    rows = charts(at)["gradient by layer"]["rows"]
    return rows[rows["x"] == 1].set_index("series")["median"]


def test_the_phenomenon_is_there_before_any_click():
    at = open_page(PAGE)
    assert_sound(at)
    first = first_layers(at)
    assert first["sigmoid, Xavier"] < 1e-6
    assert 0.5 < first["ReLU, He"] < 2.0
    shown = [metric.value for metric in at.metric]
    assert shown == [number(first["sigmoid, Xavier"], 2), number(first["ReLU, He"], 2)]


@pytest.mark.parametrize("depth", [2, 12, 40])
def test_theory_is_drawn_beside_measurement_and_agrees(depth):
    frames = charts(with_values(PAGE, depth=depth))["gradient by layer"]
    both = frames["rows"].merge(frames["theory"], on=["x", "series"])
    assert len(both) == 2 * depth
    # Per layer passed, within a tenth: the nets are 32 wide, the theory's infinitely.
    steps = depth - both["x"]
    error = np.abs(np.log(both["median"] / both["y"]))
    assert (error <= 0.1 * np.sqrt(steps) + 0.02 * steps).all()


def test_one_layer_has_nothing_to_multiply():
    at = with_values(PAGE, depth=1)
    assert_sound(at)
    assert any("nothing to multiply" in m.value for m in at.markdown)


def test_the_story_leads_to_every_concept():
    assert [step.path for step in STORY] == [page.path for page in site.PAGES[1:]]
    for step in STORY:
        if step.preset:
            site.page_at(step.path).preset(step.preset)


def test_one_step_back_is_one():
    at = with_values(PAGE, depth=2)
    assert_sound(at)
    assert any("over 1 step back" in m.value for m in at.markdown)


def drawn(at):
    """Return what the chart draws, and the domains of its axes."""
    (chart,) = at.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    encodings = [layer["encoding"] for layer in spec["layer"]]
    axes = {
        channel: {tuple(e[channel]["scale"].get("domain", ())) for e in encodings}
        for channel in ("x", "y")
    }
    return charts(at)["gradient by layer"], axes


# The axis must hold what each depth draws, measured, not only the theory it is made from.
@pytest.mark.parametrize("depth", [1, 2, 3, 5, 8, 12, 16, 20, 25, 30, 35, 38, 40])
def test_the_axes_are_those_of_the_deepest_net_at_every_depth(depth):
    frames, axes = drawn(with_values(PAGE, depth=depth))
    ((left, right),), ((bottom, top),) = axes["x"], axes["y"]
    options = PAGE.control("depth").options
    assert (left, right) == (options[0], options[-1])
    rows = pd.concat([frames["rows"], frames["theory"].rename(columns={"y": "median"})])
    values = rows[["low", "median", "high"]].stack()
    assert bottom <= values.min()
    assert values.max() <= top
    assert rows["x"].max() == depth
    if depth == options[-1]:
        # Nothing is given away: the deepest net fills the axis but for what a draw may differ.
        assert values.min() < 100 * bottom
        assert values.max() > top / 100
